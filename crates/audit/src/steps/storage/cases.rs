//! What is tried of storage: pages, and what must be seen at the end of the last one.

use serde_json::{Value, json};

use super::Effort;
use crate::lab::{Act, Clock, Declared, Kept, NEXT, PAGE, Page, act, call, opened, opened_again, rerank, track};

/// More events of longer ids than any key may hold.
const FLOOD: usize = 400;
const FLOODED: &str = "more events than it may hold";
/// How far before and after the end of a lifetime is looked.
const MARGIN_MS: u64 = 60_000;
/// A lifetime that no event prolongs is counted in days (UTC): it began with the day, up to so long before the key was written.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// What must be seen at a case's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// The declared keys, within their length, and events: without this nothing below is proved.
    Kept,
    /// No key and no event.
    Nothing,
    /// This key, as the manifest numbers its rows; others may have ended.
    Key(usize),
    /// Not this key; others may be there.
    NotKey(usize),
}

/// One thing that is tried: pages, and what must be seen at the end of the last one.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub what: String,
    pub pages: Vec<Page>,
    pub expected: Expected,
    pub mode: String,
}

/// Returns all cases, those of each mode that keeps something by the manifest.
pub(super) fn cases(declared: &Declared, effort: Effort) -> Vec<Case> {
    let mut all = Vec::new();
    for mode in ["off", "contextual"] {
        all.push(Case::new(
            format!("events in mode {mode}"),
            mode,
            Expected::Nothing,
            vec![begun(mode, "tab")],
        ));
    }
    if effort == Effort::Whole {
        all.push(Case::new(
            "a visit in memory, on the next page".to_owned(),
            "session",
            Expected::Nothing,
            vec![begun("session", "memory"), open("session", "memory")],
        ));
    }
    all.extend(declared.modes().into_iter().flat_map(|mode| of_mode(mode, declared)));
    if effort == Effort::Least {
        all.retain(|case| case.pages.len() == 1 && case.mode != "off" && !case.what.starts_with(FLOODED));
    }
    all
}

/// Cases of a mode that keeps something.
fn of_mode(mode: &str, declared: &Declared) -> Vec<Case> {
    let kept = || begun(mode, "tab");
    let then = |acts: Vec<Act>| [kept(), acts].concat();
    let set = |lower: &str| vec![call("setMode", [json!(lower)])];
    let case = |what: &str, expected, pages| Case::new(format!("{what} in mode {mode}"), mode, expected, pages);
    let raised = [
        opened(mode, "tab", &Value::Null),
        set("contextual"),
        events(),
        set(mode),
    ]
    .concat();
    let pending = [
        opened(mode, "tab", &json!({ "consent": "pending" })),
        events(),
        vec![call("setConsent", [json!("granted")])],
    ]
    .concat();
    let mut all = vec![
        case("events", Expected::Kept, vec![kept()]),
        case(
            "events of the page before",
            Expected::Kept,
            vec![kept(), open(mode, "tab")],
        ),
        case(FLOODED, Expected::Kept, vec![flood(mode)]),
        case("forget()", Expected::Nothing, vec![then(vec![call("forget", [])])]),
        case(
            "forget() on the next page",
            Expected::Nothing,
            vec![kept(), [open(mode, "tab"), vec![call("forget", [])]].concat()],
        ),
        case("a lower mode", Expected::Nothing, vec![then(set("contextual"))]),
        case("mode off", Expected::Nothing, vec![then(set("off"))]),
        case(
            "denied consent",
            Expected::Nothing,
            vec![then(vec![call("setConsent", [json!("denied")])])],
        ),
        case("events while the mode was lower", Expected::Nothing, vec![raised]),
        case("events before consent", Expected::Nothing, vec![pending]),
    ];
    let rows = declared.kept.iter().enumerate();
    let rows = rows.filter(|(_, kept)| kept.modes.iter().any(|own| own == mode));
    all.extend(rows.flat_map(|(row, kept)| lifetimes(row, kept, mode)));
    all
}

/// Cases of a key's lifetime: on one page that stays open, and from one page to a later one.
fn lifetimes(row: usize, kept: &Kept, mode: &str) -> Vec<Case> {
    let ends = kept.idle_ms.into_iter().chain(kept.most_ms).min().unwrap_or(0);
    let moved = |ms: u64| {
        let wait = vec![act("move", [json!(ms)]), act("wait", [json!(100)])];
        [begun(mode, "tab"), wait, vec![rerank(&["milk", "butter"])]].concat()
    };
    let case = |what: &str, expected, pages| {
        let what = format!("{what} of {}.{} in mode {mode}", kept.place, kept.key);
        Case::new(what, mode, expected, pages)
    };
    let later = |what, expected, ms| {
        let mut case = case(what, expected, vec![begun(mode, "tab"), open(mode, "tab")]);
        case.pages
            .iter_mut()
            .skip(1)
            .for_each(|page| page.clock = Clock::Ahead(ms));
        case
    };
    let early = if kept.idle_ms.is_some() { 0 } else { DAY_MS };
    let (before, after) = (ends.saturating_sub(early + MARGIN_MS), ends + MARGIN_MS);
    let (there, gone) = (Expected::Key(row), Expected::NotKey(row));
    vec![
        case("a page left open until before the end", there, vec![moved(before)]),
        case("a page left open until after the end", gone, vec![moved(after)]),
        later("a page opened before the end", there, before),
        later("a page opened after the end", gone, after),
    ]
}

impl Case {
    fn new(what: String, mode: &str, expected: Expected, pages: Vec<Vec<Act>>) -> Self {
        let mut pages: Vec<_> = pages
            .into_iter()
            .enumerate()
            .map(|(at, acts)| {
                if at == 0 {
                    Page::new(PAGE, acts)
                } else {
                    Page::new(NEXT, acts).by_link()
                }
            })
            .collect();
        if let Some(last) = pages.last_mut() {
            last.acts.push(act("look", []));
        }
        Self {
            what,
            pages,
            expected,
            mode: mode.to_owned(),
        }
    }
}

/// A later page of the visit, or of another one.
fn open(mode: &str, visit: &str) -> Vec<Act> {
    vec![opened_again(mode, visit, &Value::Null), rerank(&["milk", "butter"])]
}

fn events() -> Vec<Act> {
    vec![
        track("add_to_cart", &["bread"]),
        track("view_item", &["milk", "unknown"]),
        rerank(&["milk", "butter"]),
    ]
}

fn begun(mode: &str, visit: &str) -> Vec<Act> {
    [opened(mode, visit, &Value::Null), events()].concat()
}

fn flood(mode: &str) -> Vec<Act> {
    let events = (0..FLOOD).map(|at| track("view_item", &[&format!("{at}{}", "f".repeat(240))]));
    [
        opened(mode, "tab", &Value::Null),
        events.collect(),
        vec![rerank(&["milk", "butter"])],
    ]
    .concat()
}
