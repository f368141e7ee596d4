//! What every shopper's page does, in every mode.

use serde_json::json;

use super::Effort;
use crate::lab::{
    Act, CONTENT_PATH, Clock, Declared, NEXT, PAGE, Page, Plan, RELEASE_KEYS, RELEASE_MS, Shopper, act, call, opened,
    rerank, shoppers,
};

/// Items of the page's list, in the shop's own order: links with lazy pictures, far more than a screen.
const LIST: &[&str] = &[
    "soap", "candy", "x-1", "milk", "x-2", "x-3", "bagel", "x-4", "yogurt", "x-5", "cheddar", "x-6", "butter", "x-7",
    "bread", "x-8",
];
/// Options of the page's content, in the shop's own order, with one that the policy does not have.
const CONTENT: &[&str] = &["autumn", "brunch", "sweets", "nobody"];
/// Shoppers of a planted leak's trial: enough to differ in everything.
const LEAST: &[&str] = &["none", "many", "alike-1"];
/// The time between two looks for a release, in milliseconds: far more than a visit takes, so that none comes but by the clock
/// that is moved.
const REFRESH_MS: u64 = 600_000;

/// When the second page is entered, in milliseconds after the first one.
const LATER_MS: u64 = 60_000;

/// How the shop has set Shelfwise up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The mode.
    pub mode: String,
    /// The option `visit`.
    pub visit: &'static str,
    /// Whether model and rules come as a signed release, and the page looks for the next one.
    pub is_released: bool,
}

impl Setting {
    /// For people.
    pub fn words(&self) -> String {
        let kept = if self.visit == "tab" { ", kept in the tab" } else { "" };
        let release = if self.is_released { ", with signed releases" } else { "" };
        format!("mode {}{kept}{release}", self.mode)
    }

    /// Whether what shoppers do must show in some order: the model of the release has no item of the list.
    pub fn reads_events(&self) -> bool {
        !self.is_released && !["off", "contextual"].contains(&self.mode.as_str())
    }
}

/// Returns every mode, with every way to keep a visit; with releases once. For a planted leak those in which a visit is kept.
pub fn settings(declared: &Declared, effort: Effort) -> Vec<Setting> {
    let setting = |mode: &str, visit, is_released| Setting {
        mode: mode.to_owned(),
        visit,
        is_released,
    };
    let mut all = vec![
        setting("off", "memory", false),
        setting("contextual", "memory", false),
        setting("session", "memory", false),
        setting("session", "tab", false),
        setting("session", "tab", true),
    ];
    let further = declared.modes().into_iter().filter(|mode| *mode != "session");
    if effort == Effort::Least {
        all.retain(|setting| setting.visit == "tab");
        return all;
    }
    all.extend(further.map(|mode| setting(mode, "tab", false)));
    all
}

/// Returns the plans of all shoppers in a setting.
pub fn plans(setting: &Setting, effort: Effort) -> Vec<Plan> {
    let all = shoppers()
        .into_iter()
        .filter(|shopper| effort == Effort::Whole || LEAST.contains(&shopper.name.as_str()));
    all.map(|shopper| plan(setting, shopper)).collect()
}

fn plan(setting: &Setting, shopper: Shopper) -> Plan {
    let clock = |later_ms| {
        if setting.is_released {
            Clock::At(RELEASE_MS + later_ms)
        } else {
            Clock::Ahead(0)
        }
    };
    let pages = vec![
        Page::new(PAGE, first(setting, shopper.deeds)).at(clock(0)),
        Page::new(NEXT, second(setting)).by_link().at(clock(LATER_MS)),
    ];
    Plan {
        name: shopper.name,
        pages,
    }
}

fn first(setting: &Setting, deeds: Vec<Act>) -> Vec<Act> {
    let mut acts = begun(setting);
    acts.extend([
        mark("opened"),
        act("shelf", [json!(LIST), json!({ "placement": "category" })]),
        mark("shelf"),
    ]);
    acts.extend(deeds);
    acts.extend([
        rerank(LIST),
        call("recommend", [json!({ "placement": "home", "limit": 6 })]),
        act("refresh", []),
        mark("deeds"),
        content(),
        mark("content"),
    ]);
    acts.extend(looks(setting));
    acts.extend([act("status", []), act("dump", [])]);
    acts
}

fn second(setting: &Setting) -> Vec<Act> {
    let mut acts = begun(setting);
    acts.extend([
        act("shelf", [json!(LIST), json!({ "placement": "category" })]),
        mark("again"),
        content(),
        mark("content-again"),
    ]);
    acts.extend([
        rerank(LIST),
        call("exportData", []),
        act("dump", []),
        call("forget", []),
        rerank(LIST),
        mark("forgotten"),
    ]);
    acts.extend([act("status", []), act("dump", [])]);
    acts
}

fn begun(setting: &Setting) -> Vec<Act> {
    let release =
        json!({ "snapshot": null, "release": "/lab/release/release", "keys": RELEASE_KEYS, "refreshMs": REFRESH_MS });
    let content = json!({ "policy": CONTENT_PATH });
    opened(
        &setting.mode,
        setting.visit,
        if setting.is_released { &release } else { &content },
    )
}

/// The shop's content, chosen for the visit.
fn content() -> Act {
    act("content", [json!("hero"), json!(CONTENT)])
}

/// Two moments at which the page looks for a new release.
fn looks(setting: &Setting) -> Vec<Act> {
    let look = |name| [act("move", [json!(REFRESH_MS)]), act("wait", [json!(100)]), mark(name)];
    if setting.is_released {
        [look("look-1"), look("look-2")].concat()
    } else {
        Vec::new()
    }
}

fn mark(name: &str) -> Act {
    act("mark", [json!(name)])
}
