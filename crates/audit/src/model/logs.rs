//! Logs that differ from a log by one thing: a person less, a day less, a person more.

use std::collections::{BTreeMap, BTreeSet};

use shelfwise_core::{ContextKey, EventKind};
use shelfwise_intake::log::{Click, Log, SessionSpan, Support};

/// Returns the log with only the sessions to keep. Items keep their numbers.
#[must_use]
pub fn only(log: &Log, keep: impl Fn(&SessionSpan) -> bool) -> Log {
    let (mut clicks, mut sessions) = (Vec::new(), Vec::new());
    for session in log.sessions.iter().filter(|session| keep(session)) {
        let start = clicks.len() as u32;
        clicks.extend_from_slice(log.clicks_of(session));
        sessions.push(SessionSpan {
            start,
            end: clicks.len() as u32,
            ..*session
        });
    }
    let people: BTreeSet<u32> = sessions.iter().map(|session| session.person).collect();
    Log {
        items: log.items.clone(),
        people: people.iter().filter(|person| Some(**person) != log.nobody).count() as u32,
        clicks,
        sessions,
        ..*log
    }
}

/// Returns the log without one person.
#[must_use]
pub fn without(log: &Log, person: u32) -> Log {
    only(log, |session| session.person != person)
}

/// Returns the log with one more person, who has these visits of views at the end of the log. In a log of sessions there
/// can be only one: each would count as a person of its own.
#[must_use]
pub fn with_person(log: &Log, visits: &[Vec<String>], key: ContextKey) -> Log {
    let mut items: Vec<String> = log.items.iter().chain(visits.iter().flatten()).cloned().collect();
    items.sort_unstable();
    items.dedup();
    let numbers: BTreeMap<&String, u32> = items.iter().zip(0..).collect();
    let number = |id: &String| numbers.get(id).copied().unwrap_or_default();
    let mut clicks: Vec<Click> = log
        .clicks
        .iter()
        .map(|click| Click {
            item: number(&log.items[click.item as usize]),
            ..*click
        })
        .collect();
    let mut sessions = log.sessions.clone();
    // The number of all visits without a person comes after every person's.
    let person = log.people;
    if log.nobody.is_some() {
        let unknown = sessions.iter_mut().filter(|session| Some(session.person) == log.nobody);
        unknown.for_each(|session| session.person += 1);
    }
    let last_ms = log.sessions.last().map_or(0, |session| session.last_ms);
    for visit in visits {
        let start = clicks.len() as u32;
        clicks.extend(visit.iter().map(|id| Click {
            item: number(id),
            kind: EventKind::ViewItem,
        }));
        sessions.push(SessionSpan {
            start,
            end: clicks.len() as u32,
            person,
            last_ms,
            cell: key,
        });
    }
    Log {
        items,
        clicks,
        sessions,
        people: log.people + 1,
        nobody: log.nobody.map(|nobody| nobody + 1),
        ..*log
    }
}

/// Returns every person with the number of their events, the most active first. Visits without a person are nobody's.
#[must_use]
pub fn people(log: &Log) -> Vec<(u32, u32)> {
    let mut events: BTreeMap<u32, u32> = BTreeMap::new();
    for session in log.sessions.iter().filter(|session| Some(session.person) != log.nobody) {
        *events.entry(session.person).or_insert(0) += session.end - session.start;
    }
    let mut people: Vec<(u32, u32)> = events.into_iter().collect();
    people.sort_by_key(|(person, events)| (std::cmp::Reverse(*events), *person));
    people
}

/// Returns the beginning of the last day (UTC) of the log, in milliseconds since 1970; `None` if it has no dates.
#[must_use]
pub fn last_day_ms(log: &Log) -> Option<i64> {
    let last = log.sessions.last().filter(|_| log.is_dated())?;
    Some(last.last_ms.div_euclid(DAY_MS) * DAY_MS)
}

/// Milliseconds in a day.
pub const DAY_MS: i64 = 86_400_000;

/// Returns whether the log knows who is one person.
#[must_use]
pub fn knows_people(log: &Log) -> bool {
    log.support == Support::People
}
