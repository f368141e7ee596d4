//! Resamples a log to any length. Whole sessions are drawn with replacement, so that lengths, popularity and
//! co-occurrences are preserved; the catalog does not grow.

use std::io::{self, Write};

use rustc_hash::FxHashMap;
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::{Click, Log, SessionSpan, Support};

/// The seed: any constant will do.
const SEED: u64 = 0x5DEE_CE66_D1CE_4E5B;

/// A deterministic pseudo-random number generator.
///
/// Source: Vigna, SplitMix64, <https://prng.di.unimi.it/splitmix64.c>, public domain.
pub(crate) struct Random(u64);

impl Default for Random {
    fn default() -> Self {
        Self(SEED)
    }
}

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number from 0 to below `end`, which must not be 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }
}

/// Writes drawn sessions as `SessionId ItemId Time`, in seconds, until there are `events` events. Events of a session
/// are a second apart and end when the session did.
///
/// # Errors
/// Errors of writing.
pub fn resample(log: &Log, events: usize, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "SessionId\tItemId\tTime")?;
    let (mut random, mut written, mut number) = (Random::default(), 0, 0_u64);
    while written < events && !log.clicks.is_empty() {
        let session = log.sessions[random.below(log.sessions.len())];
        let clicks = &log.clicks[session.start as usize..session.end as usize];
        let clicks = &clicks[..clicks.len().min(events - written)];
        let first = session.last_ms / 1000 - clicks.len() as i64;
        for (time, click) in (first + 1..).zip(clicks) {
            writeln!(out, "{number}\t{}\t{time}", log.items[click.item as usize])?;
        }
        written += clicks.len();
        number += 1;
    }
    Ok(())
}

/// Draws a log of this many sessions: without replacement if there are enough, otherwise with replacement, in
/// chronological order. Its items are those of the sessions and of the catalog.
#[must_use]
pub fn draw(log: &Log, sessions: usize, catalog: &Catalog) -> Log {
    let drawn = drawn(log.sessions.len(), sessions);
    let spans = || drawn.iter().map(|at| &log.sessions[*at]);
    let clicks_of = |span: &SessionSpan| &log.clicks[span.start as usize..span.end as usize];
    let seen = spans().flat_map(clicks_of).map(|click| &log.items[click.item as usize]);
    let mut items: Vec<String> = seen
        .chain(catalog.items.iter().filter(|item| !item.sensitive).map(|item| &item.id))
        .cloned()
        .collect();
    items.sort_unstable();
    items.dedup();
    let number = numbers(&items);
    let (mut clicks, mut own) = (Vec::new(), Vec::new());
    for (at, span) in (0..).zip(spans()) {
        let start = clicks.len() as u32;
        clicks.extend(clicks_of(span).iter().map(|click| Click {
            item: number[log.items[click.item as usize].as_str()],
            ..*click
        }));
        own.push(SessionSpan {
            start,
            end: clicks.len() as u32,
            person: person(log.support, at, span.person),
            last_ms: span.last_ms,
            cell: span.cell,
        });
    }
    let people = match log.support {
        Support::People => log.people,
        Support::Sessions => own.len() as u32,
    };
    Log {
        items,
        clicks,
        sessions: own,
        people,
        ..*log
    }
}

/// Returns the person of a drawn session: the same person, or in a log of sessions a new one for each draw.
const fn person(support: Support, drawn: u32, own: u32) -> u32 {
    match support {
        Support::People => own,
        Support::Sessions => drawn,
    }
}

fn numbers(items: &[String]) -> FxHashMap<&str, u32> {
    (0..).zip(items).map(|(number, id)| (id.as_str(), number)).collect()
}

/// Draws `wanted` of `all` sessions, as increasing indexes.
fn drawn(all: usize, wanted: usize) -> Vec<usize> {
    let mut random = Random::default();
    let mut drawn: Vec<usize> = if wanted > all {
        (0..wanted).filter(|_| all > 0).map(|_| random.below(all)).collect()
    } else {
        // A partial Fisher-Yates shuffle.
        let mut places: Vec<usize> = (0..all).collect();
        for at in 0..wanted {
            let other = at + random.below(all - at);
            places.swap(at, other);
        }
        places.truncate(wanted);
        places
    };
    drawn.sort_unstable();
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::log;

    fn drawn(events: usize) -> String {
        let mut out = Vec::new();
        resample(&log(&[&["apple", "bread"], &["cheese"]]), events, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn resample_has_the_requested_events_and_is_deterministic() {
        assert_eq!(drawn(1000).lines().count(), 1001);
        assert_eq!(drawn(1000), drawn(1000));
    }

    #[test]
    fn draw_of_fewer_sessions_has_each_once_and_only_their_items() {
        let log = log(&[&["apple", "bread"], &["cheese"], &["dates"]]);
        let small = draw(&log, 2, &Catalog::default());
        assert_eq!((small.sessions.len(), small.people), (2, 2));
        assert!(
            small.sessions[0].last_ms < small.sessions[1].last_ms,
            "no session twice"
        );
        assert_eq!(small.items.len(), small.clicks.len(), "no item that nobody saw");
        assert_eq!(small, draw(&log, 2, &Catalog::default()), "the same every time");
        assert_eq!(draw(&log, 3, &Catalog::default()), log, "all of it is itself");
    }

    #[test]
    fn draw_of_more_sessions_repeats_them() {
        let log = log(&[&["apple", "bread"], &["cheese"]]);
        let large = draw(&log, 50, &Catalog::default());
        assert_eq!((large.sessions.len(), large.items.len()), (50, 3));
        assert!(large.sessions.is_sorted_by_key(|session| session.last_ms));
        assert_eq!(draw(&log, 0, &Catalog::default()).items.len(), 0);
    }

    #[test]
    fn draw_preserves_cooccurrences() {
        let text = drawn(999);
        let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split('\t').collect()).collect();
        for pair in rows.windows(2).filter(|pair| pair[0][1] == "apple") {
            assert_eq!((pair[1][0], pair[1][1]), (pair[0][0], "bread"));
        }
    }
}
