//! Checks of results: what is out of order, impossible, or not all there is refused with its row.

use super::CountsError;
use super::manifest::Manifest;
use super::table::Table;

/// Columns of `pairs.parquet`: a < b; `after` is the weight where b came after a.
pub(super) const PAIRS: [&str; 11] = [
    "a",
    "b",
    "weight",
    "after",
    "before",
    "support",
    "early_weight",
    "early_after",
    "early_before",
    "early_support",
    "fresh_support",
];

/// Columns of `items.parquet`, one row for each item.
pub(super) const ITEMS: [&str; 8] = [
    "item",
    "supporters",
    "recent",
    "pair_weight",
    "early_supporters",
    "early_recent",
    "early_pair_weight",
    "fresh_supporters",
];

/// Columns of `contexts.parquet`: item −1 is the key itself.
pub(super) const CONTEXTS: [&str; 7] = [
    "facts",
    "context",
    "item",
    "visits",
    "people",
    "early_visits",
    "early_people",
];

/// Columns of `sample.parquet`: the held-out sessions.
pub(super) const SAMPLE: [&str; 6] = ["session", "line", "item", "kind", "t", "cell"];

/// Columns of `totals.parquet`: one row.
pub(super) const TOTALS: [&str; 17] = [
    "floor",
    "events",
    "sessions",
    "early_sessions",
    "held_events",
    "items",
    "distinct_pairs",
    "raw_weight",
    "early_raw_weight",
    "pairs",
    "pair_weight",
    "pair_after",
    "pair_before",
    "pair_support",
    "contexts",
    "pair_fresh_support",
    "fresh_people",
];

/// The row of totals.
#[derive(Clone, Copy, Debug)]
pub(super) struct Totals {
    pub(super) floor: i64,
    pub(super) early_sessions: i64,
    pub(super) held_events: i64,
    pub(super) distinct_pairs: i64,
    raw_weight: i64,
    early_raw_weight: i64,
    pairs: i64,
    /// Of weight, after, before, support.
    sums: [i64; 4],
    contexts: i64,
    fresh_support: i64,
    pub(super) fresh_people: i64,
}

/// Refuses totals that are not those of the log.
pub(super) fn totals(table: &Table<17>, manifest: &Manifest) -> Result<Totals, CountsError> {
    if table.rows() != 1 {
        return Err(table.refuse_all(format_args!("{} rows: one was expected", table.rows())));
    }
    let row = table.row(0);
    let [
        floor,
        events,
        sessions,
        early_sessions,
        held_events,
        items,
        distinct_pairs,
        raw_weight,
        ..,
    ] = row;
    let of_log = [
        ("events", events, manifest.events as i64),
        ("sessions", sessions, i64::from(manifest.sessions)),
        (
            "early_sessions",
            early_sessions,
            i64::from(manifest.sessions - manifest.held_sessions),
        ),
        ("items", items, i64::from(manifest.items)),
    ];
    for (name, found, wanted) in of_log {
        if found != wanted {
            return Err(table.refuse(0, format_args!("{name} is {found}, but counts.json says {wanted}")));
        }
    }
    if floor < 1 {
        return Err(table.refuse(0, format_args!("floor {floor}: at least 1 was expected")));
    }
    let [fresh_support, fresh_people] = [row[15], row[16]];
    // Sessions without a person share one more number.
    let people = i64::from(manifest.supporters()) + i64::from(manifest.nobody().is_some());
    if !(0..=people).contains(&fresh_people) {
        return Err(table.refuse(0, format_args!("fresh_people is {fresh_people}, of {people} in all")));
    }
    Ok(Totals {
        floor,
        early_sessions,
        held_events,
        distinct_pairs,
        raw_weight,
        early_raw_weight: row[8],
        pairs: row[9],
        sums: [row[10], row[11], row[12], row[13]],
        contexts: row[14],
        fresh_support,
        fresh_people,
    })
}

/// Refuses pairs that are not in order, below the floor, impossible, or not those that were summed.
pub(super) fn pairs(table: &Table<11>, totals: &Totals, manifest: &Manifest) -> Result<(), CountsError> {
    let mut before = [-1; 2];
    for at in 0..table.rows() {
        let row @ [a, b, ..] = table.row(at);
        if [a, b] <= before {
            return Err(table.refuse(at, format_args!("pair {a}, {b} is not in order, or is there twice")));
        }
        before = [a, b];
        pair(row, totals.floor, manifest).map_err(|problem| table.refuse(at, problem))?;
    }
    expect(table, "rows", table.rows() as i128, totals.pairs)?;
    for (at, sum) in totals.sums.into_iter().enumerate() {
        expect(table, PAIRS[2 + at], table.sum(2 + at), sum)?;
    }
    expect(table, PAIRS[10], table.sum(10), totals.fresh_support)
}

fn pair([a, b, rest @ ..]: [i64; 11], floor: i64, manifest: &Manifest) -> Result<(), String> {
    let items = i64::from(manifest.items);
    if a < 0 || a >= b || b >= items {
        return Err(format!(
            "pair {a}, {b}: two items from 0 to {} in order were expected",
            items - 1
        ));
    }
    let [weight, after, before, support, early @ ..] = rest;
    if support < floor {
        return Err(format!("support {support} is below the floor of {floor}"));
    }
    if support > i64::from(manifest.supporters()) {
        return Err(format!(
            "support {support} is more than all {} supporters",
            manifest.supporters()
        ));
    }
    let [early_weight, early_after, early_before, early_support, fresh_support] = early;
    if early_support != 0 && early_support < floor {
        return Err(format!("early_support {early_support} is below the floor of {floor}"));
    }
    if early
        .iter()
        .zip([weight, after, before, support])
        .any(|(early, all)| *early > all)
    {
        return Err("the sessions before the hold-out count more than all sessions".into());
    }
    if fresh_support != 0 && fresh_support < floor {
        return Err(format!("fresh_support {fresh_support} is below the floor of {floor}"));
    }
    fresh(fresh_support, support, manifest)?;
    for [weight, after, before] in [[weight, after, before], [early_weight, early_after, early_before]] {
        if after < 0
            || before < 0
            || weight < after.max(before)
            || i128::from(weight) > i128::from(after) + i128::from(before)
        {
            return Err(format!(
                "weight {weight} cannot be that of {after} after and {before} before"
            ));
        }
    }
    if weight == 0 {
        return Err("a pair without weight".into());
    }
    Ok(())
}

/// Refuses supporters since the previous snapshot who are more than all; without one, all are.
fn fresh(fresh: i64, all: i64, manifest: &Manifest) -> Result<(), String> {
    if fresh < 0 || fresh > all {
        return Err(format!("{fresh} fresh supporters of {all}"));
    }
    if manifest.since_ms.is_none() && fresh != all {
        return Err(format!(
            "{fresh} fresh supporters of {all}, but counts.json has no since_ms"
        ));
    }
    Ok(())
}

/// Refuses items that are not all there, once each, or whose pairs do not add up.
pub(super) fn items(table: &Table<8>, totals: &Totals, manifest: &Manifest) -> Result<(), CountsError> {
    let supporters = i64::from(manifest.supporters()).max(1);
    for at in 0..table.rows() {
        let [item, all, recent, weight, early, early_recent, early_weight, late] = table.row(at);
        if item != at as i64 {
            return Err(table.refuse(at, format_args!("item {item}: {at} was expected")));
        }
        if all < 1 || all > supporters || early < 0 || early > all {
            let problem = format_args!("{all} supporters, {early} of them early, of {supporters} in all");
            return Err(table.refuse(at, problem));
        }
        if [recent, weight, early_recent, early_weight].iter().any(|sum| *sum < 0) || recent == 0 {
            return Err(table.refuse(at, "a sum is negative, or a supporter weighs nothing"));
        }
        fresh(late, all, manifest).map_err(|problem| table.refuse(at, problem))?;
    }
    expect(table, "rows", table.rows() as i128, i64::from(manifest.items))?;
    expect(table, ITEMS[3], table.sum(3), totals.raw_weight.saturating_mul(2))?;
    expect(table, ITEMS[6], table.sum(6), totals.early_raw_weight.saturating_mul(2))
}

/// Refuses context keys that are not in order, below the floor, impossible, or not all there.
pub(super) fn contexts(table: &Table<7>, totals: &Totals, manifest: &Manifest) -> Result<(), CountsError> {
    let mut before = [-1, 0, 0];
    for at in 0..table.rows() {
        let [facts, key, item, visits, people, early_visits, early_people] = table.row(at);
        if [facts, key, item] <= before {
            let problem = format_args!("key {facts}, {key}, item {item} is not in order, or is there twice");
            return Err(table.refuse(at, problem));
        }
        before = [facts, key, item];
        let known =
            (0..4).contains(&facts) && u32::try_from(key).is_ok() && (-1..i64::from(manifest.items)).contains(&item);
        if !known {
            return Err(table.refuse(at, format_args!("key {facts}, {key}, item {item} is not of this log")));
        }
        if people < totals.floor {
            return Err(table.refuse(
                at,
                format_args!("{people} people are below the floor of {}", totals.floor),
            ));
        }
        if visits < 1 || early_visits < 0 || early_people < 0 || early_visits > visits || early_people > people {
            return Err(table.refuse(at, "impossible numbers of visits or people"));
        }
        let of_all = [
            (visits, i64::from(manifest.sessions)),
            (early_visits, totals.early_sessions),
        ];
        if key == 0 && item == -1 && of_all.iter().any(|(found, all)| found != all) {
            return Err(table.refuse(at, "the key of all visits has not as many as the log"));
        }
    }
    expect(table, "rows", table.rows() as i128, totals.contexts)
}

/// Refuses a sample that is not in order, or not of whole sessions.
pub(super) fn sample(table: &Table<6>, totals: &Totals, manifest: &Manifest) -> Result<(), CountsError> {
    let (mut session, mut line, mut time, mut sessions) = (-1, -1, i64::MIN, 0);
    for at in 0..table.rows() {
        let [own, own_line, item, kind, t, cell] = table.row(at);
        let follows = own == session && own_line == line + 1;
        let begins = own > session && own_line == 0;
        if !follows && !begins {
            return Err(table.refuse(at, format_args!("session {own}, line {own_line} is not in order")));
        }
        if t < time || (follows && t != time) {
            return Err(table.refuse(at, format_args!("time {t} is not in the order of sessions")));
        }
        if !(0..i64::from(manifest.items)).contains(&item) || kind_of(kind).is_none() || u32::try_from(cell).is_err() {
            return Err(table.refuse(at, format_args!("item {item}, kind {kind} or cell {cell} is not known")));
        }
        sessions += u32::from(begins);
        (session, line, time) = (own, own_line, t);
    }
    expect(
        table,
        "sessions",
        i128::from(sessions),
        i64::from(manifest.held_sessions),
    )?;
    expect(table, "rows", table.rows() as i128, totals.held_events)
}

/// Returns the kind of event of a number.
pub(super) fn kind_of(number: i64) -> Option<shelfwise_core::EventKind> {
    usize::try_from(number)
        .ok()
        .and_then(|at| shelfwise_core::EventKind::ALL.get(at).copied())
}

fn expect<const N: usize>(table: &Table<N>, name: &str, found: i128, wanted: i64) -> Result<(), CountsError> {
    if found == i128::from(wanted) {
        return Ok(());
    }
    Err(table.refuse_all(format_args!(
        "{name}: {found} in all, but totals.parquet and counts.json say {wanted}: something was lost or changed"
    )))
}
