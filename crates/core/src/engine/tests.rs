use alloc::string::String;
use alloc::vec;

use super::*;
use crate::explain::score_trace::Adjustment;
use crate::explain::slate_history::{Answer, ItemExplanation};
use crate::explain::trace::Effect;
use crate::policy::{ALL_THE_WAY, Condition, Directive, Rule, Verb};
use crate::privacy::Mode;
use crate::request::{CandidateSet, ListItem, Request};
use crate::visit::Visit;
use crate::visit::event::EventKind;

const GROCER: &[u8] = include_bytes!("../../../../tests/snapshots/v1/good/grocer.swm");

/// Returns the slate of a shopper who viewed these items, and why the item stands in it, where a rule moves `lifted`
/// to the front.
fn rank(lifted: &str, candidates: CandidateSet, viewed: &[&str], item: &str) -> (Answer, ItemExplanation) {
    let directive = Directive {
        items: Some(vec![lifted.into()]),
        amount: ALL_THE_WAY,
        ..Directive::new(Verb::Boost)
    };
    let rule = Rule {
        id: lifted.into(),
        placements: vec![],
        condition: Condition::default(),
        action: Action::Direct(directive),
    };
    let policy = Policy {
        rules: vec![rule],
        ..Policy::default()
    };
    let mut engine = Engine::new(Snapshot::open(GROCER).unwrap(), policy);
    let mut visit = Visit::new(Mode::Session);
    for item in viewed {
        visit.track(EventKind::ViewItem, &[item], 0).unwrap();
    }
    let request = Request {
        limit: 9,
        candidates,
        ..Request::default()
    };
    let answer = visit.rank(&mut engine, request);
    let explanation = visit.explain(&mut engine, &answer.slate.slate_id, item).unwrap();
    (answer, explanation)
}

fn ids(answer: &Answer) -> Vec<String> {
    answer
        .slate
        .items
        .iter()
        .map(|item| item.item_id.clone().into_owned())
        .collect()
}

fn check_lifted(candidates: impl Fn() -> CandidateSet) {
    let without_a_visit = ids(&rank("no such item", candidates(), &[], "bread").0);
    let (unmoved, _) = rank("no such item", candidates(), &["bread"], "bread");
    let order = ids(&unmoved);
    // The last of the items that stand where they stand for the view of bread, and that are there without it too.
    let for_bread = |(item, reasons): (&String, &Vec<Reason>)| {
        without_a_visit.contains(item) && reasons.iter().any(|reason| reason.evidence.is_some())
    };
    let from = order.iter().zip(&unmoved.reasons).rposition(for_bread).unwrap();
    assert!(from > 0, "{order:?}");
    let lifted = order[from].clone();

    let (moved, explanation) = rank(&lifted, candidates(), &["bread"], &lifted);
    let first = &moved.slate.items[0];
    assert_eq!((&*first.item_id, &*first.rules[0]), (&*lifted, &*lifted));
    let adjustment = Adjustment {
        rule: 0,
        effect: Effect::Moved { from, to: 0 },
    };
    assert_eq!(explanation.adjustments[0], adjustment);
    // It would stand at the front without the view too: that is no reason any more.
    let reasons = explanation.reasons;
    assert!(reasons.iter().all(|reason| reason.evidence.is_none()), "{reasons:?}");
    assert_eq!(rank(&lifted, candidates(), &["bread"], &order[0]).1.adjustments, []);
}

#[test]
fn boost_shows_in_slate_explanation_and_reasons_of_recommend() {
    check_lifted(|| CandidateSet::Catalog { sold_out: vec![] });
}

#[test]
fn boost_shows_in_slate_explanation_and_reasons_of_rerank() {
    let list = |id: &&str| ListItem {
        id: (*id).into(),
        ..ListItem::default()
    };
    let ids = ["soap", "bananas", "milk", "brie", "bread"];
    check_lifted(|| CandidateSet::List(ids.iter().map(list).collect()));
}
