//! Policies, and the lists of what they hide: with every verb, for readers of the file in other languages; and by facts.

use std::error::Error;

use serde_json::json;
use shelfwise_core::policy::program::{AGE, COMPARE, EQUAL, Operation};
use shelfwise_core::policy::{
    Action, Attribute, Condition, Directive, Exclusion, Policy, PolicySource, Program, RequestFact, Rule, Selector,
    Verb, When,
};
use shelfwise_core::{CurrentItem, Placement};

/// The committed files, in `tests/snapshots/policies`: policies, each with its hidden ids as JSON.
pub const FILES: [&str; 14] = [
    "every-verb.swp",
    "every-verb.hidden.json",
    "policy-3.swp",
    "policy-3.hidden.json",
    "by-facts.swp",
    "by-facts.hidden.json",
    "experiments.swp",
    "experiments.hidden.json",
    "content.swp",
    "content.hidden.json",
    "by-page.swp",
    "by-page.hidden.json",
    "reports.swp",
    "reports.hidden.json",
];

/// Returns the files' bytes.
///
/// # Errors
/// Where a policy's source is wrong, or a list cannot be written as JSON.
pub fn files() -> Result<[Vec<u8>; 14], Box<dyn Error>> {
    let (first, third, by_facts) = (every_verb(), every_verb_of_policy_3(), by_facts()?);
    let (fourth, content, by_page) = (experiments()?, content()?, by_page()?);
    let reports = reports()?;
    Ok([
        first.encode(),
        serde_json::to_vec(&first.hidden_ids())?,
        third.encode(),
        serde_json::to_vec(&third.hidden_ids())?,
        by_facts.encode(),
        serde_json::to_vec(&by_facts.hidden_ids())?,
        fourth.encode(),
        serde_json::to_vec(&fourth.hidden_ids())?,
        content.encode(),
        serde_json::to_vec(&content.hidden_ids())?,
        by_page.encode(),
        serde_json::to_vec(&by_page.hidden_ids())?,
        reports.encode(),
        serde_json::to_vec(&reports.hidden_ids())?,
    ])
}

/// A policy that asks visits: one experiment with a question, whose noise is strong, and one without.
fn reports() -> Result<Policy, Box<dyn Error>> {
    let experiment = |id: &str| {
        json!({ "id": id, "layer": id, "unit": "visit", "read": ["orders"],
            "arms": [{ "name": "store_order", "weight": 1 }, { "name": "today", "weight": 1 }] })
    };
    let source = json!({
        "layer": [{ "name": "asked" }, { "name": "other" }],
        "experiment": [experiment("asked"), experiment("other")],
        "question": [{ "experiment": "asked", "seen": "view_promotion", "answered": "select_promotion", "epsilon": 1.0 }],
    });
    Ok(serde_json::from_value::<PolicySource>(source)?.check()?)
}

/// A policy of format 4: a layer for each unit that is drawn and one for a window, with every effect that an arm can have.
fn experiments() -> Result<Policy, Box<dyn Error>> {
    let arms = json!([
        { "name": "store_order", "weight": 1 },
        { "name": "today", "weight": 2 },
        { "name": "bold", "weight": 1, "objective": { "may_cost": 0.04 }, "strengths": { "candy-first": 1 }, "on": ["bread-late"] },
    ]);
    let experiment = |layer: &str, unit: &str| {
        json!({ "id": layer, "layer": layer, "unit": unit, "arms": [{ "name": "a", "weight": 1 }, { "name": "b", "weight": 3 }],
            "read": ["orders"], "from": "2026-01-01", "until": "2026-02-01" })
    };
    let mut window = experiment("clock", "window");
    window["window"] = json!({ "hours": 6 });
    let source = json!({
        "placement": [{ "name": "home" }],
        "value": [{ "name": "worth", "of": { "margin": 1.0 } }],
        "fact": [{ "name": "margin", "kind": "share" }],
        "rule": [
            { "id": "no-soap", "hide": { "item": "soap" } },
            { "id": "profit", "objective": { "raise": "worth", "may_cost": 0.02 } },
            { "id": "candy-first", "boost": { "where": "id = 'candy'", "places": 3 }, "until": "2030-01-01" },
            { "id": "bread-late", "bury": { "where": "id = 'bread'", "to": "end" } },
        ],
        "holdout": [{ "share": 0.05, "until": "2026-02-01" }],
        "layer": [{ "name": "order" }, { "name": "pages" }, { "name": "devices" }, { "name": "clock" }],
        "experiment": [
            { "id": "winter", "layer": "order", "range": [0.25, 0.75], "unit": "visit", "arms": arms, "read": ["orders"] },
            experiment("pages", "page"), experiment("devices", "device"), window,
        ],
        "question": [
            { "experiment": "winter", "seen": "view_promotion", "answered": "select_promotion", "epsilon": 4.0 },
            { "experiment": "pages", "answered": "purchase" },
        ],
    });
    Ok(serde_json::from_value::<PolicySource>(source)?.check()?)
}

/// An experiment by page that never ends: one draw in four keeps the shop's own order.
fn by_page() -> Result<Policy, Box<dyn Error>> {
    let source = json!({
        "experiment": [{
            "id": "own", "unit": "page", "read": ["orders"],
            "arms": [{ "name": "store_order", "weight": 1 }, { "name": "engine", "weight": 3 }],
        }],
    });
    Ok(serde_json::from_value::<PolicySource>(source)?.check()?)
}

/// Rules over the grocer's facts, one for each placement. What is rated low is listed, as a build with the catalog does.
fn by_facts() -> Result<Policy, Box<dyn Error>> {
    let placements = ["home", "basket", "category", "sale", "search"];
    let source = json!({
        "placement": placements.map(|name| json!({ "name": name })),
        "fact": [{ "name": "organic", "kind": "flag" }, { "name": "rating", "kind": "number" }],
        "rule": [
            { "id": "low-rated", "placements": ["home"], "hide": { "where": "rating < 2.5" } },
            { "id": "nearly-gone", "placements": ["basket"], "exclude": { "stock_below": 2 } },
            { "id": "organic-first", "placements": ["category"], "boost": { "where": "organic", "to": "front" } },
            { "id": "cheap-first", "placements": ["sale"], "boost": { "where": "price < 5", "to": "front" } },
            { "id": "sold-out-last", "placements": ["search"], "bury": { "where": "in_stock = 0", "to": "end" } },
        ],
    });
    let mut policy = serde_json::from_value::<PolicySource>(source)?.check()?;
    let guarded = policy.rules.iter_mut().find(|rule| rule.id == "low-rated");
    if let Some(Action::Direct(directive)) = guarded.map(|rule| &mut rule.action) {
        directive.items = Some(texts(&["candy", "soap"]));
    }
    Ok(policy)
}

/// Content of the grocer, of every kind and with every word, and a rule that hides: a file of format 4.
fn content() -> Result<Policy, Box<dyn Error>> {
    let placements = ["hero", "menu", "notice", "basket"];
    let source = json!({
        "placement": placements.map(|name| json!({ "name": name })),
        "fact": [{ "name": "stock", "kind": "count" }],
        "content": [
            { "id": "autumn", "kind": "banner", "placements": ["hero"], "texts": { "title": "Autumn" } },
            { "id": "brunch", "kind": "banner", "placements": ["hero"], "about": { "items": ["butter", "bread"] }, "share": 2,
              "texts": [{ "title": "Good morning" }, { "title": "Fresh from six" }] },
            { "id": "sweets", "kind": "banner", "placements": ["hero"], "about": { "items": ["candy"] }, "texts": { "title": "Sweets" },
              "until": "2031-01-01 00:00Z" },
            { "id": "menu-bread", "kind": "navigation", "placements": ["menu"], "about": { "items": ["bread"] }, "texts": { "title": "Bread" } },
            { "id": "menu-soap", "kind": "navigation", "placements": ["menu"], "about": { "items": ["soap"] }, "texts": { "title": "Soap" } },
            { "id": "closing", "kind": "message", "placements": ["notice"], "texts": { "title": "Closed on Sunday" },
              "at_most_per_visit": 1 },
            { "id": "few-left", "kind": "message", "placements": ["notice"], "about": { "items": ["milk"] },
              "texts": { "title": "Only {stock} left" }, "rest_after": 5 },
            { "id": "free-delivery", "kind": "offer", "placements": ["basket"], "conditions": "orders from 30",
              "texts": { "title": "Free delivery" } },
        ],
        "offers": { "holdout": 0.25 },
        "rule": [{ "id": "no-candy", "placements": ["menu"], "hide": { "item": "candy" } }],
    });
    Ok(serde_json::from_value::<PolicySource>(source)?.check()?)
}

/// A policy of format 3 with every verb, with lists, conditions, times, and numbers of more than one byte.
fn every_verb_of_policy_3() -> Policy {
    let mut policy = every_verb();
    let operation = Operation {
        code: COMPARE | EQUAL | AGE,
        column: 6,
        value: -70_000,
    };
    let direct = |verb: Verb| {
        let directive = Directive {
            goods: Program(vec![operation]),
            by: 3,
            amount: 300,
            most: u16::MAX,
            of_first: 1,
            positions: vec![1, 300],
            texts: texts(&["Fjörd", "Anzeige"]),
            items: None,
            ..Directive::new(verb)
        };
        rule(verb.name(), &["pdp"], Action::Direct(directive))
    };
    policy.rules = Verb::ALL.map(direct).into();
    for (rule, items) in policy.rules.iter_mut().zip([&["candy", "milk"], &["butter", "öl"]]) {
        if let Action::Direct(directive) = &mut rule.action {
            directive.items = Some(texts(items));
        }
        rule.condition.from_ms = Some(1_796_108_400_000);
        rule.condition.until_ms = Some(i64::MAX);
        rule.condition.when = vec![When {
            fact: RequestFact::Category,
            texts: texts(&["Wine"]),
            numbers: vec![-1, 1 << 26],
        }];
    }
    let mut unlisted = direct(Verb::Only);
    unlisted.id = "unlisted".into();
    policy.rules.push(unlisted);
    policy.rules.extend(every_verb().rules.into_iter().take(2));
    // As the file has them: guarded rules first.
    policy.rules.sort_by_key(|rule| !rule.action.verb().is_guarded());
    policy.vocabulary.columns = texts(&["age_days"]);
    policy
}

/// A policy over the grocer's items, with numbers and texts that need more than one byte of length.
fn every_verb() -> Policy {
    let placement = |name: &str, current_item| Placement {
        name: name.into(),
        current_item,
    };
    Policy {
        placements: Vec::from([
            placement("category", CurrentItem::Show),
            placement("pdp", CurrentItem::Hide),
        ]),
        rules: Vec::from([
            rule("recall", &[], Action::hide(Selector::Item("milk".into()))),
            rule(
                "wholesale",
                &["category", "pdp"],
                listed(Selector::Brand("Hay".into()), &["candy", "milk"]),
            ),
            rule(
                "no-wine",
                &["pdp"],
                listed(Selector::Category("Wine".into()), &["brötchen", &"x".repeat(200)]),
            ),
            rule("unlisted", &["home"], Action::hide(Selector::Category("Beer".into()))),
            rule("unlisted-brand", &[], Action::hide(Selector::Brand("Öl & Co".into()))),
            rule("in-cart", &[], Action::Exclude(Exclusion::InCart)),
            rule("sold-out", &["home"], Action::Exclude(Exclusion::OutOfStock)),
            rule("variety", &[], cap(Attribute::Category, 2)),
            rule("brands", &[], cap(Attribute::Brand, u16::MAX)),
            rule("front", &["home"], pin("butter", 300)),
        ]),
        ..Policy::default()
    }
}

fn rule(id: &str, placements: &[&str], action: Action) -> Rule {
    Rule {
        id: id.into(),
        placements: texts(placements),
        condition: Condition::default(),
        action,
    }
}

fn listed(what: Selector, items: &[&str]) -> Action {
    Action::Hide {
        what,
        items: Some(texts(items)),
    }
}

fn cap(by: Attribute, max: u16) -> Action {
    Action::Cap { by, max }
}

fn pin(item: &str, position: u16) -> Action {
    Action::Pin {
        item: item.into(),
        position,
    }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().copied().map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A verb that is not in this list does not compile; one that is not in the policy fails.
    #[test]
    fn policy_has_every_verb() {
        let number = |action: &Action| match action {
            Action::Hide { .. } => 0,
            Action::Exclude(_) => 1,
            Action::Cap { .. } => 2,
            Action::Pin { .. } => 3,
            Action::Direct(_) => 4,
        };
        let mut found: Vec<_> = every_verb().rules.iter().map(|rule| number(&rule.action)).collect();
        found.dedup();
        assert_eq!(found, [0, 1, 2, 3]);
        assert_eq!(Policy::decode(&every_verb().encode()), Ok(every_verb()));
        let third = every_verb_of_policy_3();
        assert_eq!(Policy::decode(&third.encode()), Ok(third));
    }
}
