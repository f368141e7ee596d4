//! Reasons in the words of what the shopper did.

use crate::shop;
use shelfwise_core::policy::{Action, Condition, Exclusion, Rule};
use shelfwise_core::{
    CandidateSet, Context, Engine, EventKind, Mode, Policy, RankingRequest, Reason, ReasonCode, Recommend, Request,
    RuledOut, ScoreTrace, Session, Source, Visit,
};

/// Bread goes with butter and jam, and nothing else goes with anything; tea is the bestseller.
fn corner_shop() -> Engine<Vec<u8>> {
    shop::corner_shop(Policy::default())
}

fn visit(events: &[(EventKind, &str)]) -> Session {
    let mut session = Session::new();
    for (kind, item) in events {
        session.apply(*kind, item, 0).unwrap();
    }
    session
}

/// The engine after a recommendation for a visit, with its trace.
fn recommended(events: &[(EventKind, &str)]) -> (Engine<Vec<u8>>, ScoreTrace) {
    let (mut engine, mut trace) = (corner_shop(), ScoreTrace::default());
    let request = Recommend {
        limit: 9,
        ..Recommend::default()
    };
    engine.recommend(&visit(events), &request, &mut trace);
    (engine, trace)
}

/// The reasons for one item after a visit, on a page.
fn reasons(events: &[(EventKind, &str)], page: Option<&str>, item: &str) -> Vec<Reason> {
    let context = Context {
        item: page,
        ..Context::default()
    };
    let request = Recommend {
        context,
        limit: 9,
        ..Recommend::default()
    };
    corner_shop()
        .reasons(&visit(events), RankingRequest::Recommend(&request), &[item])
        .remove(0)
}

fn first(events: &[(EventKind, &str)], page: Option<&str>, item: &str) -> (ReasonCode, Option<String>) {
    let reason = reasons(events, page, item).remove(0);
    (reason.code, reason.evidence)
}

#[test]
fn reason_names_event_kind_and_item() {
    let by = |kind| first(&[(kind, "bread")], None, "jam");
    let bread = || Some("bread".to_owned());
    assert_eq!(by(EventKind::ViewItem), (ReasonCode::BecauseYouViewed, bread()));
    assert_eq!(by(EventKind::SelectItem), (ReasonCode::BecauseYouViewed, bread()));
    assert_eq!(by(EventKind::AddToCart), (ReasonCode::BecauseYouAdded, bread()));
    assert_eq!(by(EventKind::AddToWishlist), (ReasonCode::BecauseYouSaved, bread()));
    assert_eq!(by(EventKind::Purchase), (ReasonCode::BecauseYouBought, bread()));
}

#[test]
fn reason_of_the_page_yields_to_its_events() {
    assert_eq!(first(&[], Some("bread"), "jam").0, ReasonCode::GoesWithThis);
    let added = first(&[(EventKind::AddToCart, "bread")], Some("bread"), "jam");
    assert_eq!(added.0, ReasonCode::BecauseYouAdded);
}

#[test]
fn bestsellers_say_that_they_are() {
    assert_eq!(first(&[], None, "tea"), (ReasonCode::Popular, None));
}

#[test]
fn item_seen_before_names_its_own_view() {
    // Tea would stand first without the view too, but nearly all of its score comes from the view.
    for item in ["jam", "tea"] {
        let seen = first(&[(EventKind::ViewItem, item)], None, item);
        assert_eq!(seen, (ReasonCode::SeenBefore, Some(item.into())));
    }
}

#[test]
fn reason_event_without_effect_is_left_out() {
    let events = [(EventKind::ViewItem, "bread"), (EventKind::ViewItem, "tea")];
    let found = reasons(&events, None, "jam");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].evidence.as_deref(), Some("bread"));
}

#[test]
fn reason_two_sources_of_one_item_are_merged() {
    // Butter leads to bread, and over bread to jam and back to butter.
    let found = reasons(&[(EventKind::ViewItem, "butter")], None, "jam");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code, found[0].share), (ReasonCode::BecauseYouViewed, 1.0));
}

#[test]
fn contributions_tell_way_and_amount() {
    let (engine, trace) = recommended(&[(EventKind::ViewItem, "bread")]);
    let butter = engine.snapshot().ids().index_of("butter").unwrap();
    let steps: Vec<(Source, f32)> = trace
        .contributions(butter)
        .map(|step| (step.source, step.amount))
        .collect();
    assert_eq!(steps[0], (Source::Together, 1.0));
    assert_eq!(steps.len(), 2);
    assert_eq!(steps[1].0, Source::Popular);
}

#[test]
fn trace_left_out_items_are_recorded() {
    let (_, trace) = recommended(&[(EventKind::ViewItem, "bread"), (EventKind::HideItem, "jam")]);
    assert_eq!(trace.ruled_out("jam"), Some(RuledOut::Shopper));
    assert_eq!(trace.ruled_out("tea"), None);
}

#[test]
fn slates_are_numbered_by_model_and_counter() {
    let mut engine = corner_shop();
    let request = Recommend {
        limit: 1,
        ..Recommend::default()
    };
    let ids = [(); 2].map(|()| engine.recommend(&Session::new(), &request, &mut ()).slate_id);
    assert_eq!(ids, ["18bcfe56800-1", "18bcfe56800-2"]);
    assert!(engine.recommend(&Session::new(), &request, &mut ()).fallback_used());
}

#[test]
fn item_in_the_cart_is_explained_by_the_rule_that_leaves_it_out() {
    let rule = Rule {
        id: "cart".into(),
        placements: vec![],
        condition: Condition::default(),
        action: Action::Exclude(Exclusion::InCart),
    };
    let mut engine = shop::corner_shop(Policy {
        placements: vec![],
        rules: vec![rule],
        ..Policy::default()
    });
    let mut visit = Visit::new(Mode::Session);
    visit.track(EventKind::AddToCart, &["jam"], 0).unwrap();
    // One place, which is filled before jam's turn comes.
    let request = Request {
        limit: 1,
        candidates: CandidateSet::Catalog { sold_out: vec![] },
        ..Request::default()
    };
    let slate_id = visit.rank(&mut engine, request).slate.slate_id;
    let ruled_out = |visit: &Visit, engine: &mut _, item| visit.explain(engine, &slate_id, item).unwrap().ruled_out;
    assert_eq!(ruled_out(&visit, &mut engine, "jam"), Some(RuledOut::Rule(0)));
    assert_eq!(ruled_out(&visit, &mut engine, "bread"), None);
}
