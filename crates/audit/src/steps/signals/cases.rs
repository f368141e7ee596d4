//! What is said, and when: signals, consent, the shopper's own choice.

use serde_json::json;

use super::Effort;
use crate::lab::{Act, act, call, opened, rerank, track};

/// Signals as `lab.js` sets them, with whether each counts: what is `false`, null or absent is no signal.
const VALUES: &[(&str, bool)] = &[
    ("true", true),
    ("1", true),
    ("throws", true),
    ("false", false),
    ("0", false),
    ("null", false),
    ("undefined", false),
];
/// The properties of the navigator that are signals.
const PROPERTIES: &[&str] = &["globalPrivacyControl", "doNotTrack"];
/// What the shop's consent management can say, with whether the visit may be read.
const CONSENTS: &[(&str, bool)] = &[
    ("not_required", true),
    ("granted", true),
    ("pending", false),
    ("denied", false),
];

/// When something is said: deeds stand between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// Before the handle is made; an earlier page of the tab has kept a visit.
    BeforeLoad,
    /// After that, before the first event.
    BeforeEvents,
    /// After events.
    AfterEvents,
}

impl Moment {
    const ALL: [Self; 3] = [Self::BeforeLoad, Self::BeforeEvents, Self::AfterEvents];

    fn words(self) -> &'static str {
        match self {
            Self::BeforeLoad => "before Shelfwise is made",
            Self::BeforeEvents => "before the first event",
            Self::AfterEvents => "after events",
        }
    }
}

/// One change of what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Signal(&'static str, &'static str, bool),
    Consent(&'static str, bool),
    Shopper(&'static str, bool),
}

/// What is said in one trial: what is true from the beginning, and one thing at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Case {
    pub consent: (&'static str, bool),
    pub said: Said,
    pub moment: Moment,
}

/// Returns all cases.
pub(super) fn cases(effort: Effort) -> Vec<Case> {
    let mut all = Vec::new();
    let mut add = |consent, said| all.extend(Moment::ALL.map(|moment| Case { consent, said, moment }));
    let at_first = CONSENTS.first().copied().unwrap_or(("not_required", true));
    if effort == Effort::Least {
        let counting = VALUES.iter().filter(|(_, counts)| *counts);
        counting.for_each(|(value, counts)| add(at_first, Said::Signal("globalPrivacyControl", value, *counts)));
        let forbidding = CONSENTS.iter().filter(|(_, may)| !*may);
        forbidding.for_each(|(consent, may)| add(at_first, Said::Consent(consent, *may)));
        return all;
    }
    for property in PROPERTIES {
        for (value, counts) in VALUES {
            add(at_first, Said::Signal(property, value, *counts));
        }
    }
    for consent in CONSENTS {
        for (later, may) in CONSENTS {
            add(*consent, Said::Consent(later, *may));
        }
    }
    for (mode, may) in [("off", false), ("contextual", false), ("session", true)] {
        add(at_first, Said::Shopper(mode, may));
    }
    all
}

impl Case {
    /// Whether this moment's thing forbids to keep a visit, when it is said.
    fn forbids(&self) -> bool {
        let (Said::Signal(_, _, lowers) | Said::Consent(_, lowers) | Said::Shopper(_, lowers)) = self.said;
        match self.said {
            Said::Signal(..) => lowers,
            _ => !lowers,
        }
    }

    /// What the page does: deeds stand between the moments.
    pub fn acts(&self) -> Vec<Act> {
        let mut acts = vec![act("reset", [])];
        let at = |moment: Moment, acts: &mut Vec<Act>| {
            acts.extend((self.moment == moment).then(|| self.said.act()).flatten());
        };
        let mut consent = self.consent.0;
        if self.moment == Moment::BeforeLoad {
            acts.extend(opened("session", "tab", &json!({})));
            acts.extend([
                track("add_to_cart", &["bread"]),
                rerank(&["milk", "butter"]),
                call("close", []),
            ]);
            if let Said::Consent(said, _) = self.said {
                consent = said;
            }
        }
        at(Moment::BeforeLoad, &mut acts);
        acts.extend(opened("session", "tab", &json!({ "consent": consent })));
        if self.moment == Moment::BeforeLoad && matches!(self.said, Said::Shopper(..)) {
            acts.extend(self.said.act());
        }
        at(Moment::BeforeEvents, &mut acts);
        acts.extend([
            track("add_to_cart", &["bread"]),
            track("view_item", &["milk"]),
            rerank(&["milk", "butter"]),
        ]);
        at(Moment::AfterEvents, &mut acts);
        acts.extend([
            track("view_item", &["soap"]),
            rerank(&["milk", "butter"]),
            act("look", []),
        ]);
        acts
    }

    /// Whether a visit may be read at the end, and how many events it then has.
    pub fn expected(&self) -> (bool, usize) {
        let later = !self.forbids();
        let (before, after) = match self.said {
            // A signal and the shopper's choice can only lower what consent permits.
            Said::Signal(..) | Said::Shopper(..) => (self.consent.1, self.consent.1 && later),
            Said::Consent(..) => (self.consent.1, later),
        };
        let events = match self.moment {
            Moment::BeforeLoad => 4,
            Moment::BeforeEvents => 3,
            Moment::AfterEvents => 1 + usize::from(before) * 2,
        };
        (after, if after { events } else { 0 })
    }

    /// For people.
    pub fn words(&self) -> String {
        let said = match self.said {
            Said::Signal(property, value, _) => format!("navigator.{property} becomes {value}"),
            Said::Consent(consent, _) => format!("consent, {} at first, becomes {consent}", self.consent.0),
            Said::Shopper(mode, _) => format!("the shopper chooses {mode}"),
        };
        format!("{said} {}", self.moment.words())
    }
}

impl Said {
    fn act(self) -> Option<Act> {
        match self {
            Self::Signal(property, value, _) => Some(act("signal", [json!({ property: value })])),
            Self::Consent(consent, _) => Some(call("setConsent", [json!(consent)])),
            Self::Shopper(mode, _) => Some(call("setMode", [json!(mode)])),
        }
    }
}
