//! Groups rows into sessions, orders them, and cuts sessions at a person's inactivity.

use super::gather::Rows;
use super::time::DAY_MS;

/// A session under construction: a range of the order of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Visit {
    /// First index in the order.
    pub(super) start: usize,
    /// One past the last index.
    pub(super) end: usize,
    /// Number of the session's key, or of the person's.
    pub(super) key: u32,
}

/// All rows ordered by session, and the sessions as ranges of that order.
pub(super) struct Visits {
    /// Row numbers.
    pub(super) order: Vec<u32>,
    /// The sessions, by key.
    pub(super) visits: Vec<Visit>,
}

/// How sessions end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// With the key.
    ByKey,
    /// After inactivity of more than this many milliseconds.
    AfterSilence(i64),
}

impl Visits {
    /// Groups the rows by key and orders each group by time, then step, then position in the log.
    ///
    /// Costs O(rows) for the grouping, and a sort for each group that is not in order already.
    pub(super) fn of(rows: &Rows, keys: usize, cut: impl Fn(u32) -> Cut) -> Self {
        let (mut order, ends) = group(&rows.session, keys);
        let mut visits = Vec::with_capacity(keys);
        let mut start = 0;
        for (end, key) in ends.into_iter().zip(0..) {
            let end = end as usize;
            sort(&mut order[start..end], rows);
            divide(&order, Visit { start, end, key }, rows, cut(key), &mut visits);
            start = end;
        }
        Self { order, visits }
    }

    /// Returns whether times distinguish the events of the log: they are finer than days, and some session has two
    /// different ones.
    ///
    /// Otherwise the same item twice at the same time may be two events, so nothing is treated as a duplicate.
    pub(super) fn times_are_distinct(&self, rows: &Rows) -> bool {
        if rows.time.iter().all(|time| time % DAY_MS == 0) {
            return false;
        }
        self.visits.iter().filter(|visit| visit.start < visit.end).any(|visit| {
            let time = |place: usize| rows.time[self.order[place] as usize];
            time(visit.start) != time(visit.end - 1)
        })
    }
}

/// Counting sort: returns row numbers by key, in the order of the rows, and the end of each key's rows.
fn group(keys: &[u32], distinct: usize) -> (Vec<u32>, Vec<u32>) {
    let mut ends = vec![0_u32; distinct];
    for &key in keys {
        ends[key as usize] += 1;
    }
    let mut sum = 0;
    for end in &mut ends {
        let count = *end;
        *end = sum;
        sum += count;
    }
    let mut order = vec![0; keys.len()];
    for (&key, row) in keys.iter().zip(0..) {
        let place = &mut ends[key as usize];
        order[*place as usize] = row;
        *place += 1;
    }
    (order, ends)
}

fn sort(order: &mut [u32], rows: &Rows) {
    let key = |row: &u32| {
        let at = *row as usize;
        (
            rows.time.get(at).copied().unwrap_or_default(),
            rows.step.get(at).copied().unwrap_or_default(),
        )
    };
    if !order.is_sorted_by_key(key) {
        order.sort_by_key(key);
    }
}

fn divide(order: &[u32], whole: Visit, rows: &Rows, cut: Cut, visits: &mut Vec<Visit>) {
    let mut start = whole.start;
    if let Cut::AfterSilence(gap_ms) = cut {
        for place in whole.start + 1..whole.end {
            let silence = rows.time[order[place] as usize] - rows.time[order[place - 1] as usize];
            if silence > gap_ms {
                visits.push(Visit {
                    start,
                    end: place,
                    key: whole.key,
                });
                start = place;
            }
        }
    }
    visits.push(Visit {
        start,
        end: whole.end,
        key: whole.key,
    });
}
