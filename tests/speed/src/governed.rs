//! Engines under rules over facts of every item: fifty of them, all in force, or an objective.

use std::borrow::Cow;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use shelfwise_core::facts::{Cells, ColumnTable, FactKind, FactsBuilder};
use shelfwise_core::policy::{Policy, PolicySource};
use shelfwise_core::{Engine, Facts, Snapshot};

/// How many rules there are.
const RULES: usize = 50;

/// Stands for the hash of the snapshot's ids: a host computes it, once per file.
const IDS_SHA256: [u8; 32] = [0; 32];

/// Returns an engine whose rules hide, move, count and place items of this list.
///
/// # Errors
/// Where the rules contradict each other, or the facts do not fit the snapshot.
pub fn engine<'s>(snapshot: &'s [u8], list: &[String]) -> Result<Engine<&'s [u8]>> {
    under(snapshot, policy(list)?)
}

/// Returns an engine with one rule: an objective over the whole list.
///
/// # Errors
/// As for [`engine`].
pub fn objective(snapshot: &[u8]) -> Result<Engine<&[u8]>> {
    let source = json!({
        "rule": [{ "id": "worth", "objective": { "raise": "worth", "may_cost": 0.02 } }],
        "fact": [{ "name": "rating", "kind": "number" }],
        "value": [{ "name": "worth", "of": { "rating": 1.0 } }],
    });
    under(snapshot, as_read(source)?)
}

fn under(snapshot: &[u8], policy: Policy) -> Result<Engine<&[u8]>> {
    let snapshot = Snapshot::open(snapshot).context("the snapshot does not open")?;
    let facts = Facts::open(facts(snapshot.items())?, &IDS_SHA256)?;
    let mut engine = Engine::new(snapshot, policy);
    engine.set_fact_source(Some(Box::new(facts)));
    Ok(engine)
}

fn facts(items: usize) -> Result<Vec<u8>> {
    let column = |name: &str, kind, of: fn(i32) -> i32| ColumnTable {
        name: name.into(),
        kind,
        cells: Cells::numbers((0..items as i32).map(|item| Some(of(item))).collect::<Vec<_>>()),
    };
    let columns = vec![
        column("price", FactKind::Money, |item| 199 + item * 37 % 5_000),
        column("stock", FactKind::Count, |item| item * 13 % 40),
        column("rating", FactKind::Number, |item| 10 + item * 7 % 41),
        // Before today, the first of 1970: known for 2.5 years at most, and one in 6 for less than 140 days.
        column("worth", FactKind::Count, |item| item * 5 % 16),
        column("listed", FactKind::Day, |item| -(item * 11 % 900)),
    ];
    let builder = FactsBuilder {
        ids_sha256: IDS_SHA256,
        items,
        columns,
    };
    Ok(builder.build()?)
}

/// Returns the 50 rules.
fn policy(list: &[String]) -> Result<Policy> {
    let text = |at: usize| list.get(at).map_or(Cow::Borrowed("?"), |id| Cow::Borrowed(id.as_str()));
    let mut verbs: Vec<Value> = Vec::new();
    verbs.extend((0..20).map(|at| json!({ "hide": { "item": text(at * 7) } })));
    verbs.extend((0..4).map(|at| json!({ "hide": { "where": format!("rating < 1.{at} and price > {at}") } })));
    verbs.push(json!({ "exclude": "sold_out" }));
    verbs.push(json!({ "exclude": "in_cart" }));
    verbs.push(json!({ "exclude": { "stock_below": 2 } }));
    verbs.extend((1..8).map(|at| json!({ "boost": { "where": format!("age_listed < {}", at * 20), "places": at } })));
    verbs.extend((1..6).map(|at| json!({ "bury": { "where": format!("rating < 2.{at}"), "places": at } })));
    verbs.push(json!({ "spread": { "by": "brand", "gap": 2 } }));
    verbs.push(json!({ "cap": { "by": "category", "max": 4 } }));
    verbs.push(json!({ "cap": { "by": "brand", "max": 4 } }));
    verbs.push(json!({ "share": { "where": "price < 10", "at_least": 2, "of_first": 10 } }));
    verbs.push(json!({ "share": { "where": "price > 40", "at_most": 4, "of_first": 10 } }));
    verbs.extend((0..3).map(|at| json!({ "slot": { "where": "rating > 4", "positions": [4 + 5 * at] } })));
    verbs.extend((0..3).map(|at| json!({ "pin": { "item": text(100 + at), "position": 1 + at } })));
    debug_assert_eq!(verbs.len(), RULES);
    for (at, verb) in verbs.iter_mut().enumerate() {
        verb["id"] = format!("rule-{at}").into();
    }
    let source = json!({
        "rule": verbs,
        "fact": [{ "name": "rating", "kind": "number" }, { "name": "listed", "kind": "day" }],
    });
    as_read(source)
}

/// Returns a policy as devices read it.
fn as_read(source: Value) -> Result<Policy> {
    let policy = serde_json::from_value::<PolicySource>(source)?.check()?;
    Ok(Policy::decode(&policy.encode())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policy_has_as_many_rules_as_it_says() {
        let list: Vec<String> = (0..200).map(|id| id.to_string()).collect();
        assert_eq!(policy(&list).unwrap().rules.len(), RULES);
    }
}
