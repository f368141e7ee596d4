//! Cleans sessions: removes duplicates and robots, and shortens long sessions.

use rustc_hash::FxHashSet;
use shelfwise_core::EventKind;

use super::gather::Rows;
use super::options::{LogOptions, RobotRule};
use super::report::LogReport;
use super::visits::{Visit, Visits};
use crate::log::Order;

/// Cleans one session after the other, in place.
pub(super) struct Cleaner<'a> {
    /// The rows of the log.
    pub(super) rows: &'a Rows,
    /// Rank of each item among all ids.
    pub(super) ranks: &'a [u32],
    /// Limits and exclusions set by the caller.
    pub(super) options: &'a LogOptions,
    /// Whether the events of a session are ordered.
    pub(super) order: Order,
    /// Counts of dropped events.
    pub(super) report: &'a mut LogReport,
}

impl Cleaner<'_> {
    /// Shortens the ranges of the visits to the rows that are kept; a robot's range becomes empty.
    pub(super) fn clean(&mut self, visits: &mut Visits) {
        for visit in &mut visits.visits {
            let rows = &mut visits.order[visit.start..visit.end];
            let kept = match self.order {
                Order::Sequence => self.sequence(rows),
                Order::Basket => self.basket(rows),
            };
            *visit = Visit {
                end: visit.start + kept,
                ..*visit
            };
        }
    }

    fn sequence(&mut self, rows: &mut [u32]) -> usize {
        let distinct = if self.report.times_are_distinct {
            self.drop_duplicates(rows)
        } else {
            rows.len()
        };
        let rows = &mut rows[..distinct];
        if self.is_robot(rows) {
            self.report.robot_sessions += 1;
            self.report.dropped.robot_events += distinct as u64;
            return 0;
        }
        let excess = self.shorten(distinct);
        rows.copy_within(excess.., 0);
        distinct - excess
    }

    /// Keeps the first of several events that are equal in item, kind, time and step. Returns the number of events
    /// kept.
    fn drop_duplicates(&mut self, rows: &mut [u32]) -> usize {
        let time = |row: u32| self.rows.time[row as usize];
        let (mut kept, mut start) = (0, 0);
        while start < rows.len() {
            let moment = time(rows[start]);
            let length = rows[start..].iter().take_while(|&&row| time(row) == moment).count();
            let mut seen = FxHashSet::default();
            for place in start..start + length {
                let row = rows[place];
                if length == 1 || seen.insert(self.identity(row)) {
                    rows[kept] = row;
                    kept += 1;
                }
            }
            start += length;
        }
        self.report.dropped.duplicates += (rows.len() - kept) as u64;
        kept
    }

    fn identity(&self, row: u32) -> (u32, EventKind, u32) {
        let row = row as usize;
        (
            self.rows.item[row],
            self.rows.kind[row],
            self.rows.step.get(row).copied().unwrap_or_default(),
        )
    }

    fn is_robot(&self, rows: &[u32]) -> bool {
        let RobotRule {
            events,
            burst_views,
            burst_ms,
        } = self.options.robots;
        if rows.len() > events {
            return true;
        }
        if !self.report.times_are_distinct || rows.len() <= burst_views {
            return false;
        }
        let views = rows.iter().filter(|&&row| is_single_view(self.rows.kind[row as usize]));
        let times: Vec<i64> = views.map(|&row| self.rows.time[row as usize]).collect();
        times
            .windows(burst_views + 1)
            .any(|burst| burst[burst_views] - burst[0] <= burst_ms)
    }

    /// Counts a session that is too long, and returns the number of events beyond the limit.
    fn shorten(&mut self, events: usize) -> usize {
        let excess = events.saturating_sub(self.options.longest_session);
        self.report.dropped.over_long += excess as u64;
        self.report.shortened_sessions += u64::from(excess > 0);
        excess
    }

    /// Reduces a basket to a set: each item once, sorted by id, so that the order of lines has no effect. Returns its
    /// size.
    fn basket(&mut self, rows: &mut [u32]) -> usize {
        let rank = |row: &u32| self.ranks[self.rows.item[*row as usize] as usize];
        rows.sort_by_key(rank);
        let mut kept = 0;
        for place in 0..rows.len() {
            if kept == 0 || rank(&rows[kept - 1]) != rank(&rows[place]) {
                rows[kept] = rows[place];
                kept += 1;
            }
        }
        self.report.dropped.repeated_lines += (rows.len() - kept) as u64;
        let left = kept - self.shorten(kept);
        for place in 0..left {
            // An even sample: neighbouring ids are often variants of one product.
            rows[place] = rows[place * kept / left];
        }
        left
    }
}

/// Returns whether the event is a person's view of a single item. Lists, orders and carts arrive in bulk at one moment.
const fn is_single_view(kind: EventKind) -> bool {
    matches!(kind, EventKind::ViewItem | EventKind::SelectItem)
}
