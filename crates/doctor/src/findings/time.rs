//! Findings about times: days without events, kinds that stopped, clocks that are wrong.

use shelfwise_intake::BadReason;

use super::{EXAMPLES, Finding, Severity};
use crate::days::Days;
use crate::examine::Input;

/// Days at the log's end without a kind, after which it counts as stopped.
const STOPPED_DAYS: usize = 2;

/// A kind counts as regular if it came on this share of the days before.
const REGULAR: f64 = 0.8;

/// Fewest days from which anything is said about regularity.
const FEWEST_DAYS: usize = 7;

/// A day with fewer events than this share of the median day is a gap.
const GAP: f64 = 0.1;

pub(super) fn findings(input: &Input<'_>, days: &Days) -> Vec<Finding> {
    let mut all = vec![clock(input), future(input), gaps(days)];
    all.extend(
        days.kinds
            .iter()
            .filter_map(|(kind, counts)| stopped(kind, counts, days)),
    );
    all
}

fn clock(input: &Input<'_>) -> Finding {
    let bad = &input.report.bad;
    let is_time = |reason: &BadReason| matches!(reason, BadReason::BadTime | BadReason::TimeOutOfRange);
    let count = bad
        .by_reason
        .iter()
        .filter(|(reason, _)| is_time(reason))
        .map(|(_, count)| count)
        .sum();
    let examples = bad
        .first
        .iter()
        .filter(|row| is_time(&row.reason))
        .map(ToString::to_string);
    Finding::new(
        "clock",
        "Rows without a usable time",
        (count, input.report.rows),
        "rows",
    )
    .beyond(
        0.01,
        examples.collect(),
        "Export times as ISO 8601 with a zone, or say how they are written: --time-format, --zone.",
    )
}

fn future(input: &Input<'_>) -> Finding {
    let sessions = &input.log.sessions;
    let ahead = || sessions.iter().filter(|session| session.last_ms > input.now_ms);
    let latest = ahead().map(|session| session.last_ms).max().map(crate::examine::date);
    let counts = (ahead().count() as u64, sessions.len() as u64);
    Finding::new("future", "Visits that end in the future", counts, "visits").with(
        Severity::Mend,
        latest.into_iter().collect(),
        "A clock or a zone is wrong: check --zone, and the clock of the device that writes the log.",
    )
}

fn gaps(days: &Days) -> Finding {
    let totals = days.totals();
    let mut sorted = totals.clone();
    sorted.sort_unstable();
    let median = sorted.get(sorted.len() / 2).copied().unwrap_or_default() as f64;
    // The first and the last day are often cut.
    let inner = 1..totals.len().saturating_sub(1);
    let is_gap = |day: &usize| totals.len() >= FEWEST_DAYS && (totals[*day] as f64) < GAP * median;
    let gaps: Vec<usize> = inner.filter(is_gap).collect();
    let counts = (gaps.len() as u64, totals.len() as u64);
    Finding::new("gaps", "Days with hardly any events", counts, "days").with(
        Severity::Look,
        gaps.iter()
            .take(EXAMPLES)
            .map(|&day| format!("{}: {} events", days.date(day), totals[day]))
            .collect(),
        "A shard is missing or the tag was off: fetch these days again. Nothing to mend where the shop rests on them.",
    )
}

fn stopped(kind: &str, counts: &[u64], days: &Days) -> Option<Finding> {
    let last = counts.iter().rposition(|count| *count > 0)?;
    let silent = counts.len() - 1 - last;
    let before = &counts[..=last];
    let active = before.iter().filter(|count| **count > 0).count();
    let is_regular = before.len() >= FEWEST_DAYS && active as f64 >= REGULAR * before.len() as f64;
    (silent >= STOPPED_DAYS && is_regular).then(|| {
        let (id, title) = (format!("stopped_{kind}"), format!("{kind} stopped"));
        Finding::new(&id, &title, (silent as u64, counts.len() as u64), "days").with(
            Severity::Mend,
            vec![format!("last seen on {}", days.date(last))],
            "It came daily and comes no more: look at what was released on that day, usually the tag manager or the theme.",
        )
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn days(counts: Vec<u64>) -> Days {
        Days {
            first: Some("2026-03-01".to_owned()),
            kinds: BTreeMap::from([("purchase", counts)]),
        }
    }

    #[test]
    fn kind_that_came_daily_and_ended_is_found_with_its_day() {
        let log = days(vec![3, 2, 4, 3, 2, 3, 4, 5, 0, 0, 0]);
        let found = stopped("purchase", &log.kinds["purchase"], &log).unwrap();
        assert_eq!((found.count, &*found.examples[0]), (3, "last seen on 2026-03-08"));
        let rare = days(vec![0, 2, 0, 0, 1, 0, 0, 1, 0, 0, 0]);
        assert_eq!(stopped("purchase", &rare.kinds["purchase"], &rare), None);
    }

    #[test]
    fn day_with_hardly_any_events_is_a_gap() {
        let found = gaps(&days(vec![1, 90, 100, 0, 110, 100, 95, 1]));
        assert_eq!((found.count, &*found.examples[0]), (1, "2026-03-04: 0 events"));
    }
}
