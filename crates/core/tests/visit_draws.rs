//! Draws of experiments over pages, visits and devices.
#![cfg(test)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use shelfwise_core::allocation::TrialState;
use shelfwise_core::policy::PolicySource;
use shelfwise_core::{
    CandidateSet, Engine, EventKind, Grant, ListItem, MemoryChange, Mode, Request, Snapshot, Value, Visit, example,
};

/// A layer for each unit, half and half, and a holdout of a half.
const POLICY: &str = r#"
[[holdout]]
share = 0.5
[[layer]]
name = "pages"
[[layer]]
name = "visits"
[[layer]]
name = "devices"
[[layer]]
name = "clock"
[[experiment]]
id = "page"
layer = "pages"
unit = "page"
arms = [{ name = "a", weight = 1 }, { name = "b", weight = 1 }]
read = ["orders"]
[[experiment]]
id = "visit"
layer = "visits"
unit = "visit"
arms = [{ name = "store_order", weight = 1 }, { name = "b", weight = 1 }]
read = ["orders"]
[[experiment]]
id = "device"
layer = "devices"
unit = "device"
arms = [{ name = "a", weight = 1 }, { name = "b", weight = 1 }]
read = ["orders"]
[[experiment]]
id = "window"
layer = "clock"
unit = "window"
window = { hours = 6 }
from = 1970-01-01
until = 2040-01-01
arms = [{ name = "a", weight = 1 }, { name = "b", weight = 1 }]
read = ["orders"]
"#;

const DAY_MS: i64 = 86_400_000;

/// Every draw is the last one: not held out, and in arm `b`.
const LAST: [u8; 16] = [0xFF; 16];

/// Every draw is the first one, but that of the holdout: in the first arm.
const FIRST: [u8; 16] = [0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

fn engine() -> Engine<Vec<u8>> {
    let policy = toml::from_str::<PolicySource>(POLICY).unwrap().check().unwrap();
    Engine::new(Snapshot::open(example::corner_shop().build().unwrap()).unwrap(), policy)
}

fn visit(mode: Mode, entropy: &[u8; 16]) -> Visit {
    let mut visit = Visit::new(mode);
    visit.draw(&engine(), entropy, 0);
    visit
}

/// Returns each experiment with its arm, or why it has none.
fn tried(visit: &Visit) -> Vec<String> {
    let trials = visit.trials(&engine(), 0).into_iter();
    trials
        .map(|trial| {
            format!(
                "{} {}",
                trial.experiment,
                trial.arm.unwrap_or_else(|| trial.state.name().into())
            )
        })
        .collect()
}

fn drawn(visit: &Visit) -> Vec<String> {
    tried(visit)
        .into_iter()
        .filter(|trial| !trial.starts_with("window"))
        .collect()
}

#[test]
fn mode_says_which_units_are_drawn() {
    for (mode, expected) in [
        (
            Mode::Contextual,
            ["page b", "visit visit_not_kept", "device not_remembered"],
        ),
        (Mode::Session, ["page b", "visit b", "device not_remembered"]),
        (Mode::Remembered, ["page b", "visit b", "device b"]),
    ] {
        assert_eq!(drawn(&visit(mode, &LAST)), expected);
    }
    let off = visit(Mode::Off, &LAST);
    assert_eq!(off.order_tag(&engine(), 0), "");
    assert!(!Visit::new(Mode::Off).is_undrawn(&engine(), 0));
}

#[test]
fn visit_keeps_its_draw_from_page_to_page_and_a_page_its_own_alone() {
    let kept = visit(Mode::Session, &FIRST).save().unwrap();
    assert!(kept.len() <= 5 + 9 + 2 * 4, "{} bytes", kept.len());
    let mut next = Visit::new(Mode::Session);
    next.restore(&kept, 60_000).unwrap();
    assert!(next.is_undrawn(&engine(), 60_000), "the page's own");
    next.draw(&engine(), &LAST, 60_000);
    assert_eq!(drawn(&next)[..2], ["page b", "visit store_order"]);
    let mut late = Visit::new(Mode::Session);
    assert!(late.restore(&kept, 31 * 60_000).is_err(), "it ended");
    assert!(visit(Mode::Contextual, &FIRST).save().is_none(), "no visit is kept");
}

#[test]
fn visit_with_events_is_kept_with_its_draws() {
    let mut visit = visit(Mode::Session, &FIRST);
    visit.track(EventKind::ViewItem, &["bread"], 1_000).unwrap();
    let kept = visit.save().unwrap();
    let mut next = Visit::new(Mode::Session);
    next.restore(&kept, 2_000).unwrap();
    assert_eq!(next.session().events().len(), 1);
    assert_eq!(next.save().unwrap(), kept);
    for end in 0..kept.len() {
        let _ = Visit::new(Mode::Session).restore(&kept[..end], 2_000);
    }
    for at in 5..kept.len() {
        let mut bad = kept.clone();
        bad[at] ^= 1;
        assert!(Visit::new(Mode::Session).restore(&bad, 2_000).is_err(), "{at}");
    }
}

#[test]
fn visit_without_draws_keeps_the_bytes_that_it_had() {
    let mut visit = Visit::new(Mode::Session);
    visit.track(EventKind::ViewItem, &["bread"], 0).unwrap();
    assert_eq!(visit.save().unwrap()[0], 1);
}

#[test]
fn lower_mode_drops_what_it_may_not_hold() {
    let kept = visit(Mode::Session, &FIRST).save().unwrap();
    let mut visit = Visit::new(Mode::Session);
    visit.restore(&kept, 0).unwrap();
    visit.draw(&engine(), &FIRST, 0);
    visit.set_mode(Mode::Contextual);
    assert_eq!(drawn(&visit)[0], "page not_drawn", "the holdout's draw was the visit's");
    assert!(visit.is_undrawn(&engine(), 0));
    visit.set_mode(Mode::Off);
    let Value::Record(profile) = visit.profile() else {
        unreachable!()
    };
    assert!(profile.contains(&("draws", Value::List(Vec::new()))));
}

#[test]
fn device_keeps_its_draw_over_visits_and_forgets_it_with_the_memory() {
    let engine = engine();
    let grant = MemoryChange::Grant(Grant {
        receipt: "consent 7".into(),
        days: 30,
        ..Grant::default()
    });
    let mut first = visit(Mode::Remembered, &FIRST);
    let stored = first.remember(&engine, None, &grant, 30, 0).unwrap();
    let mut next = visit(Mode::Remembered, &LAST);
    assert_eq!(drawn(&next)[2], "device b", "before it knew");
    next.remember(&engine, Some(&stored), &MemoryChange::Keep, 30, DAY_MS)
        .unwrap();
    assert_eq!(drawn(&next), ["page b", "visit b", "device a"]);
    next.forget();
    next.draw(&engine, &LAST, DAY_MS);
    assert_eq!(drawn(&next)[2], "device b");
}

#[test]
fn forced_arm_acts_and_is_never_counted() {
    let mut engine = engine();
    let mut visit = visit(Mode::Session, &LAST);
    let honest = visit.order_tag(&engine, 0);
    assert!(
        honest.starts_with("sw1.page_") && honest.contains(".visit_"),
        "{honest}"
    );
    visit.force(
        engine
            .policy()
            .allocation
            .named("visit/store_order")
            .into_iter()
            .collect(),
    );
    assert_eq!(visit.trials(&engine, 0)[1].state, TrialState::Forced);
    assert_eq!(visit.order_tag(&engine, 0), "");
    let item = |id: &str| ListItem {
        id: id.into(),
        ..ListItem::default()
    };
    let request = Request {
        limit: 3,
        candidates: CandidateSet::List(["wine", "tea", "jam"].map(item).into()),
        ..Request::default()
    };
    visit.track(EventKind::ViewItem, &["bread"], 0).unwrap();
    let answer = visit.rank(&mut engine, request.clone());
    assert_eq!(answer.slate.items[0].item_id, "wine");
    assert!(
        answer.arms.contains(&"visit/store_order".to_owned()),
        "{:?}",
        answer.arms
    );
    visit.force(Vec::new());
    assert_eq!(visit.order_tag(&engine, 0), honest);
    assert_ne!(visit.rank(&mut engine, request).slate.items[0].item_id, "wine");
}

#[test]
fn held_out_visit_is_tried_on_nothing_and_says_so() {
    let held = visit(Mode::Session, &[0; 16]);
    assert_eq!(drawn(&held)[..2], ["page held_out", "visit held_out"]);
    assert_eq!(held.order_tag(&engine(), 0), "sw1.holdout.vxe");
}

/// What was done in a visit changes no draw, and no draw what is kept of it.
#[test]
fn draws_do_not_depend_on_the_visit() {
    let silent = visit(Mode::Session, &FIRST);
    let mut busy = Visit::new(Mode::Session);
    for at in 0..50 {
        busy.track(EventKind::AddToCart, &["bread"], at).unwrap();
    }
    busy.draw(&engine(), &FIRST, 60);
    assert_eq!(tried(&busy), tried(&silent));
    assert_eq!(busy.order_tag(&engine(), 60), silent.order_tag(&engine(), 60));
}
