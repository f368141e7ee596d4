//! Resampling: a log of any length from a real one. Whole sessions are drawn with replacement, so that lengths,
//! popularity and what stands together stay as they are; the catalog does not grow.

use std::io::{self, Write};

use shelfwise_train::log::Log;

/// The seed: any number does, as long as it is the same every time.
const SEED: u64 = 0x5DEE_CE66_D1CE_4E5B;

/// Numbers that look random and are the same every time.
///
/// Source: Vigna, SplitMix64, <https://prng.di.unimi.it/splitmix64.c>, public domain.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }
}

/// Writes drawn sessions as `SessionId ItemId Time`, in seconds, until there are `events` events. Events of a session
/// are a second apart and end when the session did.
///
/// # Errors
/// Those of writing.
pub fn resample(log: &Log, events: usize, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "SessionId\tItemId\tTime")?;
    let (mut random, mut written, mut number) = (Random(SEED), 0, 0_u64);
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
    fn there_are_exactly_so_many_events_and_the_same_every_time() {
        assert_eq!(drawn(1000).lines().count(), 1001);
        assert_eq!(drawn(1000), drawn(1000));
    }

    #[test]
    fn what_stood_together_stays_together() {
        let text = drawn(999);
        let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split('\t').collect()).collect();
        for pair in rows.windows(2).filter(|pair| pair[0][1] == "apple") {
            assert_eq!((pair[1][0], pair[1][1]), (pair[0][0], "bread"));
        }
    }
}
