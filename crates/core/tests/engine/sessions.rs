//! A visit stays small and consistent, whatever is sent.

use crate::shop::{held, shop};
use proptest::collection::vec;
use proptest::prelude::*;
use shelfwise_core::snapshot::SIGNALS;
use shelfwise_core::{Context, Engine, EventKind, IDLE_MS, MAX_EVENTS, MAX_ID_BYTES, Policy, Session};

fn events() -> impl Strategy<Value = Vec<(EventKind, String, i64)>> {
    let kind = proptest::sample::select(EventKind::ALL.to_vec());
    let id = prop_oneof![6 => "[a-d]?", 1 => "\\PC{0,90}"];
    let time = prop_oneof![8 => 0..IDLE_MS, 1 => any::<i64>()];
    vec((kind, id, time), 0..500)
}

proptest! {
    #[test]
    fn session_any_number_of_events_is_bounded(events in events()) {
        let mut session = Session::new();
        for (kind, id, at_ms) in &events {
            let before = held(&session);
            if session.apply(*kind, id, *at_ms).is_err() {
                prop_assert_eq!(held(&session), before, "a refused event changes nothing");
            }
            prop_assert!(session.events().len() <= MAX_EVENTS);
            prop_assert!(session.events().all(|event| event.item.len() <= MAX_ID_BYTES));
            prop_assert!(session.recent(*at_ms).count() <= session.events().len());
        }
    }

    #[test]
    fn signals_are_few_and_each_item_speaks_once(shop in shop(), events in events(), now_ms in 0..IDLE_MS, page in proptest::option::of("[a-d]")) {
        let mut session = Session::new();
        for (kind, id, at_ms) in &events {
            let _ = session.apply(*kind, id, *at_ms);
        }
        let engine = Engine::new(shop.open(), Policy::default());
        let context = Context { item: page.as_deref(), category: None, ..Context::default() };
        let signals = engine.signals(&session, &context, now_ms);
        prop_assert!(signals.len() <= SIGNALS);
        let mut ids: Vec<&str> = signals.iter().map(|signal| signal.id).collect();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), signals.len());
        prop_assert!(signals.iter().all(|signal| signal.weight >= 0.0 && signal.weight.is_finite()));
    }

    #[test]
    fn session_undone_event_leaves_nothing(events in events(), id in "[a-d]", kind in proptest::sample::select(vec![EventKind::ViewItem, EventKind::AddToCart, EventKind::HideItem])) {
        let mut session = Session::new();
        for (kind, id, _) in events.iter().take(MAX_EVENTS - 1) {
            let _ = session.apply(*kind, id, 0);
        }
        let before = held(&session);
        session.apply(kind, &id, 0).unwrap();
        session.apply(EventKind::Undo, &id, 0).unwrap();
        prop_assert_eq!(held(&session), before);
    }

    #[test]
    fn session_gift_leaves_nothing(before in events(), during in events()) {
        let mut session = Session::new();
        for (kind, id, _) in before.iter().take(50).filter(|(kind, ..)| !matches!(kind, EventKind::GiftOn)) {
            let _ = session.apply(*kind, id, 0);
        }
        let mine = held(&session);
        session.apply(EventKind::GiftOn, "", 0).unwrap();
        let theirs = during.iter().take(100).filter(|(kind, ..)| !matches!(kind, EventKind::GiftOff | EventKind::Undo | EventKind::RemoveFromCart));
        for (kind, id, _) in theirs {
            let _ = session.apply(*kind, id, 0);
        }
        session.apply(EventKind::GiftOff, "", 0).unwrap();
        prop_assert_eq!(held(&session), mine);
    }
}
