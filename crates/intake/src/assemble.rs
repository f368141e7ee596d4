//! Builds the log from cleaned sessions. The numbering of items and people depends on the content alone.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::clean::Cleaner;
use shelfwise_core::ContextKey;

use super::gather::{Gather, Rows, UNKNOWN_PERSON};
use super::intern::Interner;
use super::layout::{Presence, Shape, Signature};
use super::options::LogOptions;
use super::people::{Identified, identify};
use super::report::LogReport;
use super::visits::{Cut, Visit, Visits};
use super::wall_clock::WallClock;
use crate::log::{Click, Log, Order, SessionSpan, Support};

/// Cuts, cleans and numbers the gathered rows, and completes the report. The resulting log may be empty.
pub(super) fn assemble(
    gathered: Gather<'_>,
    signature: Signature,
    options: &LogOptions,
    report: &mut LogReport,
) -> Log {
    let Gather {
        mut rows,
        items,
        sessions,
        person_of,
        idle,
        has_counts,
        ..
    } = gathered;
    let Identified { session, person } = identify(&sessions, person_of);
    rows.session.iter_mut().for_each(|own| *own = session[*own as usize]);
    let idle: FxHashSet<u32> = idle.into_iter().map(|own| session[own as usize]).collect();
    let order = if signature.shape == Shape::Baskets {
        Order::Basket
    } else {
        Order::Sequence
    };
    let cut = |key: u32| match signature.session {
        Presence::Present if !idle.contains(&key) => Cut::ByKey,
        _ => Cut::AfterSilence(options.session_gap_ms),
    };
    let mut visits = Visits::of(&rows, person.len(), cut);
    report.times_are_distinct = visits.times_are_distinct(&rows);
    let alphabet = Alphabet::of(&items);
    Cleaner {
        rows: &rows,
        ranks: &alphabet.ranks,
        options,
        order,
        report,
    }
    .clean(&mut visits);
    let kept = Checked::of(&rows, &visits);
    let mut log = Log {
        items: Vec::new(),
        clicks: Vec::new(),
        sessions: Vec::with_capacity(kept.len()),
        order,
        support: Support::Sessions,
        people: 0,
        nobody: None,
    };
    let numbers = number_items(&mut log.items, &items, &alphabet, &rows, &visits);
    log.clicks
        .reserve_exact(kept.iter().map(|kept| kept.visit.end - kept.visit.start).sum());
    add_sessions(&mut log, &kept, &rows, &visits, &numbers);
    let clock = WallClock::of(&rows, &options.time_zone);
    for (session, kept) in log.sessions.iter_mut().zip(&kept) {
        let first = visits.order[kept.visit.start] as usize;
        let place = rows.cell.get(first).copied().unwrap_or_default();
        session.cell = place | clock.at(kept.first_ms);
    }
    report.sessions_without_person = number_people(&mut log, &kept, &person);
    describe(&log, &kept, &rows, report);
    if has_counts {
        (report.first_ms, report.last_ms) = (None, None);
    }
    log
}

/// All ids in bytewise order.
struct Alphabet {
    /// Item numbers, sorted by id.
    sorted: Vec<u32>,
    /// Rank of each item in `sorted`.
    ranks: Vec<u32>,
}

impl Alphabet {
    fn of(items: &Interner) -> Self {
        let mut sorted: Vec<u32> = (0..items.len() as u32).collect();
        sorted.sort_unstable_by(|&a, &b| items.get(a).cmp(items.get(b)));
        let mut ranks = vec![0; sorted.len()];
        for (&item, rank) in sorted.iter().zip(0..) {
            ranks[item as usize] = rank;
        }
        Self { sorted, ranks }
    }
}

/// A session that still has events after cleaning.
struct Checked {
    visit: Visit,
    /// Time of the first and of the last event; 0 if the log has no times.
    first_ms: i64,
    last_ms: i64,
    /// First row of the session in the input log.
    first_row: u32,
}

impl Checked {
    /// Returns the sessions in order of their last event, then of their first row.
    fn of(rows: &Rows, visits: &Visits) -> Vec<Self> {
        let filled = visits.visits.iter().filter(|visit| visit.start < visit.end);
        let mut kept: Vec<_> = filled.map(|&visit| Self::one(rows, visits, visit)).collect();
        kept.sort_unstable_by_key(|kept| (kept.last_ms, kept.first_row));
        kept
    }

    fn one(rows: &Rows, visits: &Visits, visit: Visit) -> Self {
        let own = &visits.order[visit.start..visit.end];
        let time = |row: &u32| rows.time.get(*row as usize).copied().unwrap_or_default();
        Self {
            visit,
            first_ms: own.iter().map(time).min().unwrap_or_default(),
            last_ms: own.iter().map(time).max().unwrap_or_default(),
            first_row: own.iter().copied().min().unwrap_or_default(),
        }
    }
}

/// Fills the ids of the items in use, and assigns each gathered item its index in the log.
fn number_items(
    ids: &mut Vec<String>,
    items: &Interner,
    alphabet: &Alphabet,
    rows: &Rows,
    visits: &Visits,
) -> Vec<u32> {
    let mut used = vec![false; items.len()];
    for visit in &visits.visits {
        for &row in &visits.order[visit.start..visit.end] {
            used[rows.item[row as usize] as usize] = true;
        }
    }
    let mut numbers = vec![0; items.len()];
    for &item in alphabet.sorted.iter().filter(|&&item| used[item as usize]) {
        numbers[item as usize] = ids.len() as u32;
        // Ids are checked when they are read, so nothing is replaced here.
        ids.push(String::from_utf8_lossy(items.get(item)).into_owned());
    }
    numbers
}

fn add_sessions(log: &mut Log, kept: &[Checked], rows: &Rows, visits: &Visits, numbers: &[u32]) {
    for session in kept {
        let start = log.clicks.len() as u32;
        for &row in &visits.order[session.visit.start..session.visit.end] {
            let row = row as usize;
            log.clicks.push(Click {
                item: numbers[rows.item[row] as usize],
                kind: rows.kind[row],
            });
        }
        log.sessions.push(SessionSpan {
            start,
            end: log.clicks.len() as u32,
            person: 0,
            last_ms: session.last_ms,
            cell: ContextKey::UNKNOWN,
        });
    }
}

/// Numbers people in the order of their first sessions; the next number is shared by all sessions without a person. If
/// no person is known, each session counts separately. Returns the number of sessions without a person.
fn number_people(log: &mut Log, kept: &[Checked], person_of: &[u32]) -> u64 {
    let mut numbers = FxHashMap::default();
    let mut unknown = 0;
    for (session, kept) in log.sessions.iter_mut().zip(kept) {
        let person = person_of[kept.visit.key as usize];
        let next = numbers.len() as u32;
        if person == UNKNOWN_PERSON {
            unknown += 1;
            session.person = UNKNOWN_PERSON;
        } else {
            session.person = *numbers.entry(person).or_insert(next);
        }
    }
    log.people = numbers.len() as u32;
    if numbers.is_empty() {
        log.people = log.sessions.len() as u32;
        (0..)
            .zip(&mut log.sessions)
            .for_each(|(number, session)| session.person = number);
        return 0;
    }
    log.support = Support::People;
    log.nobody = (unknown > 0).then_some(log.people);
    let without = log
        .sessions
        .iter_mut()
        .filter(|session| session.person == UNKNOWN_PERSON);
    without.for_each(|session| session.person = log.people);
    unknown
}

fn describe(log: &Log, kept: &[Checked], rows: &Rows, report: &mut LogReport) {
    let mut by_kind = BTreeMap::new();
    for click in &log.clicks {
        *by_kind.entry(click.kind.name()).or_default() += 1;
    }
    report.clicks = log.clicks.len() as u64;
    report.clicks_by_kind = by_kind;
    report.people = log.people;
    report.sessions = log.sessions.len() as u64;
    report.items = log.items.len() as u64;
    if !rows.time.is_empty() {
        report.first_ms = kept.iter().map(|kept| kept.first_ms).min();
        report.last_ms = kept.iter().map(|kept| kept.last_ms).max();
    }
}
