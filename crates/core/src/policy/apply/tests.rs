use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec;

use super::*;
use crate::allocation::Allocation;
use crate::explain::score_trace::{Adjustment, ScoreTrace};
use crate::explain::trace::RuledOut;
use crate::item::Stock;
use crate::placement::{CurrentItem, Placement};
use crate::policy::program::{BRAND, COMPARE, EQUAL, Operation, TEXT};
use crate::policy::{
    Action, Attribute, Condition, Directive, Exclusion, Occasion, Policy, Program, Rule, RuleNumbers, RuleSet,
    Selector, Zone,
};
use crate::slate::Basis;
use crate::visit::context_key::ContextKey;
use crate::visit::event::EventKind;
use crate::visit::session::Session;

/// Returns a candidate with a category and a brand.
fn item(id: &str, category: &'static str, brand: &'static str) -> Candidate<'static> {
    Candidate {
        index: None,
        id: Cow::Owned(id.into()),
        score: 0.0,
        from_position: None,
        stock: Stock::Unknown,
        units: None,
        price: None,
        category: Some(category),
        brand: Some(brand),
        zone: Zone::Middle,
        rules: RuleNumbers::default(),
    }
}

/// Five items, best first.
fn aisle() -> Vec<Candidate<'static>> {
    vec![
        item("rye", "bread", "Ofen"),
        item("white", "bread", "Ofen"),
        item("bun", "bread > rolls", "Alm"),
        item("milk", "dairy", "Alm"),
        item("brie", "dairy", "Alm"),
    ]
}

fn policy(actions: impl IntoIterator<Item = Action>) -> Policy {
    let rule = |action| Rule {
        id: String::from("rule"),
        placements: vec![],
        condition: Condition::default(),
        action,
    };
    Policy {
        placements: vec![],
        rules: actions.into_iter().map(rule).collect(),
        ..Policy::default()
    }
}

fn cap(by: Attribute, max: u16) -> Action {
    Action::Cap { by, max }
}

fn occasion(session: &Session, limit: usize) -> Occasion<'_> {
    Occasion {
        placement: "home",
        session,
        current: None,
        category: None,
        cell: ContextKey::UNKNOWN,
        basis: Basis::Popularity,
        cart_value: None,
        limit,
        now_ms: 0,
        allocation: &NOTHING,
        arms: &[],
        keeps_store_order: false,
    }
}

static NOTHING: Allocation = Allocation {
    holdout: None,
    layers: Vec::new(),
};

fn at_home<'p, 's>(rules: &'p RuleSet, session: &'s Session, limit: usize) -> PolicyContext<'p, 's>
where
    'p: 's,
{
    rules.on(occasion(session, limit), None, None, Vec::new())
}

fn arranged(policy: &Policy, session: &Session, limit: usize, pins: &[(usize, &str)]) -> Vec<Candidate<'static>> {
    let rules = RuleSet::new(policy.clone());
    let context = at_home(&rules, session, limit);
    let pinned = pins.iter().map(|(position, id)| {
        let known = aisle().into_iter().find(|item| item.id == *id);
        (*position, known.unwrap_or_else(|| item(id, "gifts", "None")))
    });
    apply(&context, &mut aisle().into_iter(), pinned.collect(), &mut ())
}

fn ids(items: &[Candidate<'_>]) -> Vec<String> {
    items.iter().map(|item| item.id.clone().into_owned()).collect()
}

fn shown(actions: impl IntoIterator<Item = Action>, limit: usize, pins: &[(usize, &str)]) -> Vec<String> {
    ids(&arranged(&policy(actions), &Session::new(), limit, pins))
}

#[test]
fn without_rules_the_best_are_shown() {
    assert_eq!(shown([], 3, &[]), ["rye", "white", "bun"]);
    assert_eq!(shown([], 9, &[]).len(), 5);
    assert_eq!(shown([], 0, &[(1, "milk")]).len(), 0);
}

#[test]
fn hide_category_includes_subcategories() {
    let hide = |path: &str| Action::hide(Selector::Category(path.into()));
    assert_eq!(shown([hide("bread")], 9, &[]), ["milk", "brie"]);
    assert_eq!(shown([hide("bread > rolls")], 9, &[]).len(), 4);
    assert_eq!(shown([hide("bre")], 9, &[]).len(), 5);
}

/// Returns a rule about a category that nothing has any more, with the items that it meant.
fn relabelled(items: &[&str]) -> Action {
    Action::Hide {
        what: Selector::Category("no longer".into()),
        items: Some(items.iter().map(|id| String::from(*id)).collect()),
    }
}

#[test]
fn hide_listed_item_stays_hidden_under_any_label() {
    assert_eq!(shown([relabelled(&["brie", "rye"])], 9, &[]), ["white", "bun", "milk"]);
    assert_eq!(shown([relabelled(&["bri", "brie ", "rye > white"])], 9, &[]).len(), 5);
    assert_eq!(shown([relabelled(&[])], 9, &[]).len(), 5);
}

#[test]
fn hide_label_adds_to_the_list() {
    let bread = Action::Hide {
        what: Selector::Category("bread".into()),
        items: Some(vec!["milk".into(), "rye".into()]),
    };
    assert_eq!(shown([bread], 9, &[]), ["brie"]);
}

#[test]
fn pin_of_a_listed_item_shows_nothing() {
    assert_eq!(shown([relabelled(&["brie"])], 2, &[(1, "brie")]), ["rye", "white"]);
    assert_eq!(shown([relabelled(&["new"])], 2, &[(1, "new")]), ["rye", "white"]);
}

#[test]
fn trace_listed_item_names_its_rule() {
    let policy = policy([cap(Attribute::Brand, 9), relabelled(&["milk"])]);
    let (rules, session) = (RuleSet::new(policy), Session::new());
    let context = at_home(&rules, &session, 9);
    let verdict = |id| context.verdict(item(id, "dairy", "Alm"));
    assert_eq!((verdict("milk"), verdict("brie")), (Some(RuledOut::Rule(1)), None));
}

#[test]
fn cap_reached_admits_the_next_best() {
    assert_eq!(shown([cap(Attribute::Brand, 1)], 2, &[]), ["rye", "bun"]);
    assert_eq!(shown([cap(Attribute::Category, 1)], 3, &[]), ["rye", "bun", "milk"]);
}

#[test]
fn cap_leftovers_fill_empty_positions() {
    let capped = arranged(&policy([cap(Attribute::Brand, 1)]), &Session::new(), 5, &[]);
    assert_eq!(ids(&capped), ["rye", "bun", "white", "milk", "brie"]);
    let named: Vec<usize> = capped.iter().map(|item| item.rules.len()).collect();
    assert_eq!(named, [0, 0, 1, 1, 1]);
}

#[test]
fn cap_never_leaves_a_position_empty() {
    let strictest = [cap(Attribute::Brand, 0), cap(Attribute::Category, 0)];
    for limit in 0..=5 {
        assert_eq!(shown(strictest.clone(), limit, &[]).len(), limit);
        assert_eq!(shown(strictest.clone(), limit, &[(9, "brie")]).len(), limit);
    }
}

#[test]
fn pins_stand_at_their_places() {
    assert_eq!(shown([], 3, &[(2, "brie")]), ["rye", "brie", "white"]);
    assert_eq!(
        shown([], 4, &[(4, "rye"), (1, "brie")]),
        ["brie", "white", "bun", "rye"]
    );
    assert_eq!(shown([], 3, &[(1, "card"), (2, "gift")]), ["card", "gift", "rye"]);
}

#[test]
fn pins_that_want_one_place_follow_one_another() {
    assert_eq!(shown([], 3, &[(1, "milk"), (1, "brie")]), ["milk", "brie", "rye"]);
}

#[test]
fn pin_twice_takes_the_first_position() {
    assert_eq!(
        shown([], 4, &[(3, "brie"), (1, "brie")]),
        ["brie", "rye", "white", "bun"]
    );
}

#[test]
fn pin_beyond_the_slate_comes_last() {
    assert_eq!(shown([], 9, &[(9, "rye")]), ["white", "bun", "milk", "brie", "rye"]);
}

#[test]
fn pin_counts_towards_caps() {
    assert_eq!(
        shown([cap(Attribute::Category, 1)], 3, &[(1, "brie")]),
        ["brie", "rye", "bun"]
    );
}

#[test]
fn pin_of_an_item_the_shopper_hid_shows_nothing() {
    let mut session = Session::new();
    session.apply(EventKind::HideItem, "brie", 0).unwrap();
    let shown = arranged(&policy([]), &session, 2, &[(1, "brie")]);
    assert_eq!(ids(&shown), ["rye", "white"]);
}

#[test]
fn exclude_in_cart_applies_at_its_placement() {
    let mut session = Session::new();
    session.apply(EventKind::AddToCart, "rye", 0).unwrap();
    let rules = policy([Action::Exclude(Exclusion::InCart)]);
    assert_eq!(ids(&arranged(&rules, &session, 2, &[])), ["white", "bun"]);
    assert_eq!(ids(&arranged(&policy([]), &session, 2, &[])), ["rye", "white"]);
}

#[test]
fn pin_of_a_listed_duplicate_keeps_both() {
    let at = |from| Candidate {
        from_position: Some(from),
        ..item("rye", "bread", "Ofen")
    };
    let (session, rules) = (Session::new(), RuleSet::new(policy([])));
    let context = at_home(&rules, &session, 9);
    let mut list = vec![at(0), item("milk", "dairy", "Alm"), at(2)].into_iter();
    let shown = apply(&context, &mut list, vec![(2, at(0))], &mut ());
    assert_eq!(ids(&shown), ["milk", "rye", "rye"]);
}

#[test]
fn trace_records_every_refusal_with_its_reason() {
    let mut session = Session::new();
    session.apply(EventKind::HideItem, "milk", 0).unwrap();
    let policy = Policy {
        placements: vec![Placement {
            name: "home".into(),
            current_item: CurrentItem::Hide,
        }],
        ..policy([cap(Attribute::Brand, 9), Action::hide(Selector::Item("rye".into()))])
    };
    let rules = RuleSet::new(policy);
    let here = Occasion {
        current: Some("bun"),
        ..occasion(&session, 9)
    };
    let context = rules.on(here, None, None, vec![]);
    let mut trace = ScoreTrace::default();
    let shown = apply(&context, &mut aisle().into_iter(), vec![], &mut trace);
    assert_eq!(ids(&shown), ["white", "brie"]);
    assert_eq!(trace.ruled_out("milk"), Some(RuledOut::Shopper));
    assert_eq!(trace.ruled_out("bun"), Some(RuledOut::CurrentItem));
    assert_eq!(trace.ruled_out("rye"), Some(RuledOut::Rule(1)));
    assert_eq!(trace.ruled_out("white"), None);
}

#[test]
fn apply_reads_hardly_more_candidates_than_needed() {
    let rules = RuleSet::new(policy([Action::hide(Selector::Item("rye".into()))]));
    let session = Session::new();
    for (limit, expected) in [(2, 8), (12, 20), (100, 133)] {
        let context = at_home(&rules, &session, limit);
        let mut read = 0;
        let mut aisles = (0..60).flat_map(|_| aisle()).inspect(|_| read += 1);
        apply(&context, &mut aisles, vec![], &mut ());
        assert!((limit..=expected).contains(&read), "{read} for {limit}");
    }
}

/// Returns a rule that moves the items of a brand.
fn boost(policy: &mut Policy, brand: &str, places: u16) {
    policy.vocabulary.texts.push((BRAND, brand.into()));
    let of_brand = Operation {
        code: COMPARE | EQUAL | TEXT,
        column: BRAND,
        value: policy.vocabulary.texts.len() as i32 - 1,
    };
    let directive = Directive {
        goods: Program(vec![of_brand]),
        amount: places,
        ..Directive::new(Verb::Boost)
    };
    policy.rules[0].action = Action::Direct(directive);
}

#[test]
fn boost_moves_admitted_items_and_tells_rule_and_places() {
    let mut policy = policy([cap(Attribute::Brand, 2), Action::hide(Selector::Item("white".into()))]);
    boost(&mut policy, "Alm", 2);
    let (rules, session) = (RuleSet::new(policy), Session::new());
    let context = at_home(&rules, &session, 9);
    let mut trace = ScoreTrace::default();
    let mut pool = Pool::new(&context);
    let rows = pool.read(&mut aisle().into_iter(), usize::MAX);
    let admitted = rows.filter(|row| pool.admits(*row, &mut trace)).collect();
    let order = adjust(&context, &mut pool, admitted, &mut trace);
    let order = pool.take(&order);
    // `white` is hidden: places count what is left.
    assert_eq!(ids(&order), ["bun", "milk", "rye", "brie"]);
    let moved = |from, to| Adjustment {
        rule: 0,
        effect: Effect::Moved { from, to },
    };
    assert_eq!(trace.adjustments("bun").collect::<Vec<_>>(), [moved(1, 0)]);
    assert_eq!(trace.adjustments("milk").collect::<Vec<_>>(), [moved(2, 1)]);
    assert_eq!(trace.adjustments("rye").count(), 0);
    assert_eq!((&*order[0].rules, &*order[2].rules), (&[0_u16][..], &[][..]));
}

#[test]
fn pin_and_cap_tell_what_they_did() {
    let actions = [
        cap(Attribute::Brand, 1),
        Action::Pin {
            item: "brie".into(),
            position: 1,
        },
    ];
    let (rules, session) = (RuleSet::new(policy(actions)), Session::new());
    let mut pinned = item("brie", "dairy", "Alm");
    pinned.rules.push(1);
    let mut trace = ScoreTrace::default();
    let context = at_home(&rules, &session, 3);
    let shown = apply(&context, &mut aisle().into_iter(), vec![(1, pinned)], &mut trace);
    assert_eq!(ids(&shown), ["brie", "rye", "white"]);
    let effects = |id| {
        trace
            .adjustments(id)
            .map(|trace| (trace.rule, trace.effect))
            .collect::<Vec<_>>()
    };
    assert_eq!(effects("brie"), [(1, Effect::Pinned)]);
    assert_eq!(effects("white"), [(0, Effect::HeldBack)]);
    assert_eq!(
        effects("milk"),
        [(0, Effect::HeldBack)],
        "found no place, and the trace says why"
    );
    assert_eq!(effects("rye"), []);
}
