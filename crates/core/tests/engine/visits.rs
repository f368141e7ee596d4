//! What is held of a shopper in which mode, and what can be told of a slate afterwards.

use crate::shop;
use proptest::prelude::*;
use shelfwise_core::policy::{Action, Condition, Rule, Selector};

use crate::shop::{Doings, doings, shop};
use shelfwise_core::{
    Answer, Basis, CandidateSet, CurrentItem, Engine, EventKind, IDLE_MS, ListItem, MAX_HISTORY, MAX_REQUEST_BYTES,
    Mode, Placement, Policy, Recommend, Request, RuledOut, Session, Snapshot, Source, Value, Visit,
};

/// Bread goes with butter and jam; tea is the bestseller. The placement `pdp` does not show the current item, and
/// a rule keeps tea out of `quiet`.
fn corner_shop() -> Engine<Vec<u8>> {
    let no_tea = Rule {
        id: "no tea".into(),
        placements: vec!["quiet".into()],
        condition: Condition::default(),
        action: Action::hide(Selector::Item("tea".into())),
    };
    let pdp = Placement {
        name: "pdp".into(),
        current_item: CurrentItem::Hide,
    };
    let policy = Policy {
        placements: vec![pdp],
        rules: vec![no_tea],
        ..Policy::default()
    };
    shop::corner_shop(policy)
}

fn shelf(placement: &str) -> Request {
    Request {
        placement: placement.into(),
        limit: 9,
        candidates: CandidateSet::Catalog { sold_out: vec![] },
        ..Request::default()
    }
}

fn list(ids: &[&str]) -> Request {
    let listed = |id: &&str| ListItem {
        id: (*id).into(),
        ..ListItem::default()
    };
    Request {
        placement: "aisle".into(),
        limit: ids.len(),
        candidates: CandidateSet::List(ids.iter().map(listed).collect()),
        ..Request::default()
    }
}

fn visit(mode: Mode, events: &[(EventKind, &str)]) -> Visit {
    let mut visit = Visit::new(mode);
    for (kind, item) in events {
        visit.track(*kind, &[*item], 0).unwrap();
    }
    visit
}

fn ids(answer: &Answer) -> Vec<&str> {
    answer.slate.items.iter().map(|item| &*item.item_id).collect()
}

/// The field of a record.
fn field<'a>(record: &'a Value, name: &str) -> &'a Value {
    let Value::Record(fields) = record else {
        panic!("no record: {record:?}")
    };
    &fields.iter().find(|(known, _)| *known == name).unwrap().1
}

const BOUGHT_FOR: [(EventKind, &str); 2] = [(EventKind::ViewItem, "bread"), (EventKind::HideItem, "tea")];

#[test]
fn visit_default_mode_records_nothing() {
    let mut engine = corner_shop();
    let mut silent = Visit::default();
    assert_eq!(silent.mode(), Mode::Contextual);
    silent.track(EventKind::ViewItem, &["bread"], 0).unwrap();
    silent.track(EventKind::HideItem, &["tea"], 0).unwrap();
    assert_eq!((silent.session().events().len(), silent.save()), (0, None));
    let answer = silent.rank(&mut engine, shelf("home"));
    assert_eq!(
        (answer.slate.basis, ids(&answer)),
        (Basis::Popularity, vec!["tea", "butter"])
    );
}

#[test]
fn visit_contextual_mode_ranks_by_the_page() {
    let page = Request {
        item: Some("bread".into()),
        ..list(&["tea", "jam", "butter"])
    };
    let answer = visit(Mode::Contextual, &BOUGHT_FOR).rank(&mut corner_shop(), page);
    assert_eq!(
        (answer.slate.basis, ids(&answer)),
        (Basis::Context, vec!["butter", "jam", "tea"])
    );
}

#[test]
fn mode_off_keeps_the_shop_order() {
    let (mut engine, mut off) = (corner_shop(), visit(Mode::Off, &BOUGHT_FOR));
    let page = Request {
        item: Some("bread".into()),
        placement: "quiet".into(),
        ..list(&["tea", "jam", "butter"])
    };
    assert_eq!(off.order(&mut engine, page.clone()), [0, 1, 2]);
    let answer = off.rank(&mut engine, page);
    assert_eq!(
        (answer.slate.basis, ids(&answer)),
        (Basis::ShopOrder, vec!["tea", "jam", "butter"])
    );
    assert!(
        answer
            .slate
            .items
            .iter()
            .all(|item| item.source == Source::ShopOrder && item.score == 0.0)
    );
    let nothing = off.rank(&mut engine, shelf("home"));
    assert_eq!((nothing.slate.basis, ids(&nothing)), (Basis::ShopOrder, vec![]));
    assert_eq!(off.slate_ids().count(), 0);
    assert!(off.explain(&mut engine, &answer.slate.slate_id, "tea").is_none());
}

#[test]
fn session_mode_ranks_by_the_visit() {
    let answer = visit(Mode::Session, &BOUGHT_FOR).rank(&mut corner_shop(), list(&["tea", "jam", "butter"]));
    assert_eq!(
        (answer.slate.basis, ids(&answer)),
        (Basis::Session, vec!["butter", "jam"])
    );
}

#[test]
fn lowering_the_mode_forgets_and_raising_it_brings_nothing_back() {
    for lower in [Mode::Off, Mode::Contextual] {
        let mut engine = corner_shop();
        let mut visit = visit(Mode::Session, &BOUGHT_FOR);
        let slate_id = visit.rank(&mut engine, shelf("home")).slate.slate_id;
        visit.set_mode(Mode::Session);
        assert!(
            visit.explain(&mut engine, &slate_id, "tea").is_some(),
            "the same mode changes nothing"
        );
        visit.set_mode(lower);
        assert_eq!((visit.session().events().len(), visit.slate_ids().count()), (0, 0));
        visit.set_mode(Mode::Session);
        assert!(visit.explain(&mut engine, &slate_id, "tea").is_none());
        let profile = visit.profile();
        assert_eq!(field(&profile, "events"), &Value::List(vec![]));
        assert_eq!(field(&profile, "hidden"), &Value::List(vec![]));
    }
}

#[test]
fn visit_event_with_one_invalid_item_is_refused() {
    let mut visit = visit(Mode::Session, &[(EventKind::ViewItem, "jam")]);
    assert!(visit.track(EventKind::AddToCart, &["bread", ""], 1).is_err());
    assert!(visit.track(EventKind::AddToCart, &[] as &[&str], 1).is_err());
    assert!(
        visit
            .track(EventKind::AddToCart, &["bread".to_owned(), "x".repeat(256)], 1)
            .is_err()
    );
    assert_eq!(visit.session().events().len(), 1);
}

#[test]
fn visit_expired_is_forgotten_at_the_next_call() {
    let mut engine = corner_shop();
    let mut visit = visit(Mode::Session, &BOUGHT_FOR);
    let slate_id = visit.rank(&mut engine, shelf("home")).slate.slate_id;
    let late = Request {
        now_ms: IDLE_MS + 1,
        ..shelf("home")
    };
    assert_eq!(visit.rank(&mut engine, late).slate.basis, Basis::Popularity);
    assert_eq!(visit.session().events().len(), 0);
    assert!(
        visit.explain(&mut engine, &slate_id, "tea").is_none(),
        "slates rest on the events that are over"
    );
}

#[test]
fn profile_holds_all_that_is_known() {
    let mut visit = visit(
        Mode::Session,
        &[
            (EventKind::AddToCart, "bread"),
            (EventKind::HideItem, "tea"),
            (EventKind::HideItem, "tea"),
            (EventKind::GiftOn, ""),
        ],
    );
    visit.track(EventKind::ViewItem, &["jam"], 5).unwrap();
    let profile = visit.profile();
    assert_eq!(field(&profile, "mode"), &Value::Word("session"));
    assert_eq!(field(&profile, "gift"), &Value::Flag(true));
    assert_eq!(field(&profile, "hidden"), &Value::List(vec![Value::from("tea")]));
    assert_eq!(field(&profile, "cart"), &Value::List(vec![Value::from("bread")]));
    let Value::List(events) = field(&profile, "events") else {
        panic!()
    };
    let value = |at: usize, name| field(&events[at], name).clone();
    assert_eq!(
        (events.len(), value(4, "id"), value(4, "at_ms")),
        (5, Value::Number(5.0), Value::Number(5.0))
    );
    assert_eq!(
        (value(4, "event"), value(4, "item_id")),
        (Value::Word("view_item"), Value::from("jam"))
    );
    assert_eq!(
        (value(3, "event"), value(3, "item_id")),
        (Value::Word("gift_on"), Value::from(""))
    );
    visit.forget();
    assert_eq!(field(&visit.profile(), "gift"), &Value::Flag(false));
}

#[test]
fn visit_hidden_item_gives_no_signal() {
    let seen = [
        (EventKind::ViewItem, "bread"),
        (EventKind::AddToCart, "bread"),
        (EventKind::HideItem, "bread"),
    ];
    let mut engine = corner_shop();
    let answer = visit(Mode::Session, &seen).rank(&mut engine, list(&["tea", "jam", "bread"]));
    assert_eq!(
        (answer.slate.basis, ids(&answer)),
        (Basis::ShopOrder, vec!["tea", "jam"])
    );
    let page = Request {
        item: Some("bread".into()),
        ..list(&["tea", "jam", "bread"])
    };
    assert_eq!(
        ids(&visit(Mode::Session, &seen).rank(&mut engine, page)),
        ["tea", "jam"]
    );
}

#[test]
fn explain_scores_equal_the_trace() {
    let mut engine = corner_shop();
    let mut visit = visit(Mode::Session, &BOUGHT_FOR);
    let answer = visit.rank(&mut engine, list(&["tea", "jam", "butter"]));
    let slate_id = &answer.slate.slate_id;
    // What comes later changes nothing of why the slate was as it was.
    visit.track(EventKind::HideItem, &["bread"], 1).unwrap();
    let why = visit.explain(&mut engine, slate_id, "jam").unwrap();
    let shown = why.shown.unwrap();
    assert_eq!(
        (shown.position, shown.from_position, shown.source),
        (1, Some(1), Source::Together)
    );
    assert_eq!(why.reasons, answer.reasons[1]);
    assert_eq!(
        why.contributions
            .iter()
            .map(|contributions| contributions.amount)
            .sum::<f32>(),
        shown.score
    );
    assert!(
        why.contributions
            .iter()
            .all(|contributions| contributions.evidence.as_deref() == Some("bread"))
    );
    let tea = visit.explain(&mut engine, slate_id, "tea").unwrap();
    assert_eq!((tea.shown, tea.ruled_out), (None, Some(RuledOut::Shopper)));
}

#[test]
fn explain_missing_item_names_the_rule() {
    let mut engine = corner_shop();
    let mut visit = visit(Mode::Session, &[(EventKind::ViewItem, "bread")]);
    let quiet = visit.rank(&mut engine, shelf("quiet")).slate.slate_id;
    let pdp = visit.rank(&mut engine, shelf("pdp")).slate.slate_id;
    let mut by = |slate_id: &str, item| visit.explain(&mut engine, slate_id, item).unwrap().ruled_out;
    assert_eq!(by(&quiet, "tea"), Some(RuledOut::Rule(0)));
    assert_eq!(by(&quiet, "bread"), None);
    assert_eq!(by(&pdp, "bread"), Some(RuledOut::CurrentItem));
    assert_eq!(by(&pdp, "an item that no shop has"), None);
}

#[test]
fn visit_what_if_drops_the_events() {
    let mut engine = corner_shop();
    let mut visit = visit(Mode::Session, &BOUGHT_FOR);
    let answer = visit.rank(&mut engine, list(&["tea", "jam", "butter"]));
    let slate_id = &answer.slate.slate_id;
    let mut without = |events: &[u32]| visit.what_if(&mut engine, slate_id, events).unwrap();
    assert_eq!(
        ids(&without(&[1])),
        ["jam", "butter"],
        "nothing was seen, tea is still hidden"
    );
    assert_eq!(ids(&without(&[2])), ["butter", "jam", "tea"]);
    assert_eq!(without(&[1, 2]).slate.basis, Basis::ShopOrder);
    assert_eq!(
        without(&[0, 3, u32::MAX]),
        answer,
        "events that were not change nothing"
    );
    assert_eq!(visit.session().events().len(), 2, "asking takes nothing away");
}

#[test]
fn asking_again_uses_no_numbers_up() {
    let mut engine = corner_shop();
    let mut visit = visit(Mode::Session, &BOUGHT_FOR);
    let first = visit.rank(&mut engine, shelf("home")).slate.slate_id;
    visit.explain(&mut engine, &first, "tea").unwrap();
    visit.what_if(&mut engine, &first, &[1]).unwrap();
    let second = visit.rank(&mut engine, shelf("home")).slate.slate_id;
    assert_eq!(visit.slate_ids().collect::<Vec<_>>(), [&*first, &*second]);
    assert!(first.ends_with("-1") && second.ends_with("-2"), "{first}, {second}");
}

#[test]
fn history_keeps_the_last_eight_slates() {
    let mut engine = corner_shop();
    let mut visit = visit(Mode::Session, &BOUGHT_FOR);
    let slates: Vec<String> = (0..10)
        .map(|_| visit.rank(&mut engine, shelf("home")).slate.slate_id)
        .collect();
    assert_eq!(visit.slate_ids().collect::<Vec<_>>(), slates[10 - MAX_HISTORY..]);
    assert!(visit.explain(&mut engine, &slates[1], "tea").is_none());
    assert!(visit.explain(&mut engine, &slates[2], "tea").is_some());
    assert!(visit.explain(&mut engine, "", "tea").is_none());
}

#[test]
fn history_oversized_request_is_not_remembered() {
    let mut engine = corner_shop();
    let mut visit = visit(Mode::Session, &BOUGHT_FOR);
    let long = "x".repeat(MAX_REQUEST_BYTES);
    let answer = visit.rank(&mut engine, list(&["jam", &long]));
    assert_eq!((answer.slate.items.len(), visit.slate_ids().count()), (2, 0));
}

proptest! {
    #[test]
    fn explain_repeats_the_slate_itself(shop in shop(), doings in doings(), limit in 1..12_usize) {
        let (mut engine, mut visit) = (Engine::new(shop.open(), Policy::default()), Visit::new(Mode::Session));
        do_all(&mut visit, &shop.ids, &doings);
        let answer = visit.rank(&mut engine, Request { limit, ..shelf("home") });
        let slate_id = &answer.slate.slate_id;
        prop_assert_eq!(&visit.what_if(&mut engine, slate_id, &[]).unwrap(), &answer);
        for (item, reasons) in answer.slate.items.iter().zip(&answer.reasons) {
            let why = visit.explain(&mut engine, slate_id, &item.item_id).unwrap();
            prop_assert_eq!(why.shown.as_ref(), Some(item));
            prop_assert_eq!(&why.reasons, reasons);
        }
    }

    #[test]
    fn visit_hidden_item_equals_never_seen(shop in shop(), doings in doings(), pick in any::<usize>()) {
        let hidden = &shop.ids[pick % shop.ids.len()];
        let (mut engine, mut visit) = (Engine::new(shop.open(), Policy::default()), Visit::new(Mode::Session));
        do_all(&mut visit, &shop.ids, &doings);
        visit.track(EventKind::HideItem, &[hidden], 0).unwrap();
        let answer = visit.rank(&mut engine, shelf("home"));
        let about: Vec<u32> = visit.session().events().filter(|event| *event.item == **hidden && event.kind != EventKind::HideItem).map(|event| event.id).collect();
        prop_assert_eq!(&visit.what_if(&mut engine, &answer.slate.slate_id, &about).unwrap(), &answer);
        prop_assert!(!ids(&answer).contains(&hidden.as_str()));
    }

    #[test]
    fn below_session_no_doing_changes_an_answer(shop in shop(), doings in doings(), mode in proptest::sample::select(vec![Mode::Off, Mode::Contextual])) {
        let [mut silent, mut busy] = [(); 2].map(|()| Visit::new(mode));
        do_all(&mut busy, &shop.ids, &doings);
        let [a, b] = [&mut silent, &mut busy].map(|visit| visit.rank(&mut Engine::new(shop.open(), Policy::default()), shelf("home")));
        prop_assert_eq!(a, b);
        prop_assert_eq!(busy.profile(), silent.profile());
    }
}

fn do_all(visit: &mut Visit, ids: &[String], doings: &Doings) {
    for (kind, item) in doings {
        let id = item.map_or("no such item", |item| &ids[item % ids.len()]);
        let _ = visit.track(*kind, &[id], 0);
    }
}

#[test]
fn current_item_is_hidden_under_a_model_for_which_no_event_counts() {
    let mut parts = shelfwise_core::example::corner_shop();
    parts.meta.scoring.event_weight = [0.0; 16];
    let policy = Policy {
        placements: vec![Placement {
            name: "pdp".into(),
            current_item: CurrentItem::Hide,
        }],
        ..Policy::default()
    };
    let mut engine = Engine::new(Snapshot::open(parts.build().unwrap()).unwrap(), policy);
    let shown = |engine: &mut Engine<Vec<u8>>, events: &[(EventKind, &str)]| {
        let mut session = Session::new();
        for (kind, item) in events {
            session.apply(*kind, item, 0).unwrap();
        }
        let request = Recommend {
            placement: "pdp",
            limit: 1,
            ..Recommend::default()
        };
        let slate = engine.recommend(&session, &request, &mut ());
        slate.items[0].item_id.to_string()
    };
    assert_eq!(shown(&mut engine, &[]), "tea");
    assert_eq!(shown(&mut engine, &[(EventKind::ViewItem, "tea")]), "butter");
    // A list of items that was shown is not what the shopper is at.
    let then_listed = [(EventKind::ViewItem, "tea"), (EventKind::ViewItemList, "butter")];
    assert_eq!(shown(&mut engine, &then_listed), "butter");
    // Nor is an item that the shopper hid: tea is current still.
    let then_hidden = [(EventKind::ViewItem, "tea"), (EventKind::HideItem, "jam")];
    assert_eq!(shown(&mut engine, &then_hidden), "butter");
}
