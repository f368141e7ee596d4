//! Visits that may report, and visits that may not.

use serde_json::{Value, json};

use crate::lab::{ASKING_PATH, Act, REPORT_PATH, act, call, opened, track};

/// Visits of each answer: as many as tell that answers are mixed. With the policy's noise, 20 that say the same have odds of 10⁻⁹.
const VISITS: usize = 20;

/// What visits do of which each is asked, with a name: the three answers.
const ANSWERS: [(&str, &[&str]); 3] = [
    ("sees nothing", &[]),
    ("sees", &["view_promotion"]),
    ("sees and answers", &["view_promotion", "select_promotion"]),
];

/// A part of the plan: what is done between two marks, and how many reports it may send.
pub(super) struct Case {
    pub name: String,
    pub acts: Vec<Act>,
    pub reports: usize,
}

/// Returns all cases, in their order.
pub(super) fn cases() -> Vec<Case> {
    let mut all: Vec<Case> = ANSWERS.iter().map(|(name, events)| answering(name, events)).collect();
    all.push(next_page());
    let nothing: Value = json!({});
    let refused = [
        ("no address is set", "session", None, json!({ "reports": null })),
        ("the mode is contextual", "contextual", None, nothing.clone()),
        ("the mode is off", "off", None, nothing.clone()),
        (
            "Global Privacy Control is on",
            "session",
            Some("globalPrivacyControl"),
            nothing.clone(),
        ),
        ("Do Not Track is on", "session", Some("doNotTrack"), nothing),
        ("consent is pending", "session", None, json!({ "consent": "pending" })),
        ("consent is denied", "session", None, json!({ "consent": "denied" })),
        ("arms are forced", "session", None, json!({ "arms": ["asked/today"] })),
        ("nothing is asked", "session", None, json!({ "policy": null })),
    ];
    all.extend(refused.map(|(why, mode, signal, more)| refusing(why, mode, signal, &more)));
    all
}

/// Visits of one answer, each of which asks for its report twice.
fn answering(name: &str, events: &[&str]) -> Case {
    let mut acts = begun("session", "memory", &json!({}));
    for _ in 0..VISITS {
        acts.extend(events.iter().map(|event| track(event, &["hero"])));
        acts.extend([call("report", []), call("report", []), call("forget", [])]);
    }
    Case {
        name: format!("a visit that {name}"),
        acts,
        reports: VISITS,
    }
}

/// A visit that is kept in the tab: a second handle takes it up, as the next page does.
fn next_page() -> Case {
    let mut acts = begun("session", "tab", &json!({}));
    acts.extend([
        track("view_promotion", &["hero"]),
        call("report", []),
        call("close", []),
    ]);
    acts.extend(asking("session", "tab", &json!({})));
    acts.extend([track("view_item", &["milk"]), call("report", [])]);
    Case {
        name: "a visit that goes on".to_owned(),
        acts,
        reports: 1,
    }
}

fn refusing(why: &str, mode: &str, signal: Option<&str>, more: &Value) -> Case {
    let mut acts = vec![act("reset", [])];
    acts.extend(signal.map(|signal| act("signal", [json!({ signal: "1" })])));
    acts.extend(asking(mode, "memory", more));
    acts.extend([track("view_promotion", &["hero"]), call("report", [])]);
    Case {
        name: format!("a visit where {why}"),
        acts,
        reports: 0,
    }
}

fn begun(mode: &str, visit: &str, more: &Value) -> Vec<Act> {
    let mut acts = vec![act("reset", [])];
    acts.extend(asking(mode, visit, more));
    acts
}

/// A handle whose policy asks, and whose shop takes reports; null takes an option out.
fn asking(mode: &str, visit: &str, more: &Value) -> Vec<Act> {
    let mut options = json!({ "policy": ASKING_PATH, "reports": REPORT_PATH });
    if let (Some(options), Some(more)) = (options.as_object_mut(), more.as_object()) {
        for (name, value) in more {
            options.remove(name);
            if !value.is_null() {
                options.insert(name.clone(), value.clone());
            }
        }
    }
    opened(mode, visit, &options)
}
