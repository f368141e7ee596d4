//! Blocks of time with one arm for everybody.

use serde::Serialize;

use super::orders::TaggedOrder;
use crate::declaration::{Experiment, Measure, Window};
use crate::stats::Interval;
use crate::stats::randomization::{self, Block};

/// Milliseconds of an hour.
const HOUR_MS: f64 = 3_600_000.0;

/// Blocks in which more than this share of orders has another arm than most say that arms were not served by the clock.
const MOST_STRAYS: f64 = 0.05;

/// What became of the blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BlockCounts {
    /// Blocks that count.
    pub used: u64,
    /// Blocks without an order, whose arm is not known.
    pub without_orders: u64,
    /// Orders in the washout.
    pub washed_out: u64,
    /// Orders with another arm than most of their block.
    pub strays: u64,
    /// Orders that count.
    pub orders: u64,
}

/// What blocks say, arm by arm beside the first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SwitchbackReport {
    /// The measure that decides.
    pub measure: Measure,
    /// Whether the last block has ended: before, nothing is tested.
    pub is_complete: bool,
    /// The blocks.
    pub blocks: BlockCounts,
    /// For each arm but the first; empty before the end.
    pub arms: Vec<SwitchbackArm>,
    /// Whether blocks mix arms, or too many are empty.
    pub is_broken: bool,
}

/// An arm beside the first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SwitchbackArm {
    /// Its name.
    pub arm: String,
    /// Its lift an hour.
    pub lift: f64,
    /// Lifts that are not refuted.
    pub interval: Interval,
    /// p-value of no lift, of one reading.
    pub p_value: f64,
}

/// Reads the blocks; `last_ms` is the time of the last order of the whole file, which tells how far the data reach.
pub fn read(experiment: &Experiment, orders: &[TaggedOrder<'_>], last_ms: Option<i64>) -> Option<SwitchbackReport> {
    let (window, from, until) = (experiment.window?, experiment.from_ms?, experiment.until_ms?);
    let measure = experiment.measures.first().copied().unwrap_or(Measure::Orders);
    // Blocks that have not ended yet are no empty blocks.
    let ended = last_ms.map_or(0, |last| (last.min(until) - from) / window.block_ms);
    let is_complete = last_ms.is_some_and(|last| last >= until - window.block_ms);
    let whole = (until - from) / window.block_ms;
    let blocks = usize::try_from(if is_complete { whole } else { ended }).unwrap_or_default();
    let mut counts = BlockCounts::default();
    let mut sums = vec![vec![(0_u64, 0.0); experiment.arms.len()]; blocks];
    for tagged in orders {
        let since = tagged.order.time_ms - from;
        let Some(block) = usize::try_from(since / window.block_ms)
            .ok()
            .and_then(|block| sums.get_mut(block))
        else {
            continue;
        };
        if since % window.block_ms < window.washout_ms {
            counts.washed_out += 1;
            continue;
        }
        let sum = &mut block[tagged.arm];
        *sum = (sum.0 + 1, sum.1 + outcome(experiment, tagged, measure));
    }
    let read: Vec<(usize, f64)> = sums
        .iter()
        .filter_map(|block| block_of(block, window, &mut counts))
        .collect();
    counts.used = read.len() as u64;
    let strays = counts.strays as f64 / counts.orders.max(1) as f64;
    Some(SwitchbackReport {
        measure,
        is_complete,
        blocks: counts,
        arms: if is_complete {
            arms(experiment, &read)
        } else {
            Vec::new()
        },
        is_broken: strays > MOST_STRAYS || counts.without_orders * 20 > counts.used,
    })
}

/// Returns the arm and the outcome of an hour. All orders of a block count, those with a stray arm too: they came in that block.
fn block_of(block: &[(u64, f64)], window: Window, counts: &mut BlockCounts) -> Option<(usize, f64)> {
    let orders: u64 = block.iter().map(|(orders, _)| orders).sum();
    let most = block.iter().enumerate().max_by_key(|(_, (orders, _))| *orders);
    let Some((arm, (own, _))) = most.filter(|_| orders > 0) else {
        counts.without_orders += 1;
        return None;
    };
    counts.orders += orders;
    counts.strays += orders - own;
    let hours = (window.block_ms - window.washout_ms) as f64 / HOUR_MS;
    let sum: f64 = block.iter().map(|(_, sum)| sum).sum();
    Some((arm, sum / hours))
}

fn outcome(experiment: &Experiment, tagged: &TaggedOrder<'_>, measure: Measure) -> f64 {
    let value = super::money::value_of(tagged.order, measure).unwrap_or_default();
    let cap = experiment.cap_of(measure);
    value.clamp(-cap, cap)
}

fn arms(experiment: &Experiment, blocks: &[(usize, f64)]) -> Vec<SwitchbackArm> {
    let arm = |arm: usize| {
        let own = blocks.iter().filter(|(other, _)| *other == 0 || *other == arm);
        let own: Vec<Block> = own
            .map(|(other, outcome)| Block {
                is_treated: *other == arm,
                outcome: *outcome,
            })
            .collect();
        let share = experiment.share(arm) / (experiment.share(0) + experiment.share(arm));
        let outcome = randomization::test(&own, share)?;
        Some(SwitchbackArm {
            arm: experiment.arms[arm].name.clone(),
            lift: outcome.lift,
            interval: outcome.interval,
            p_value: outcome.p_value,
        })
    };
    (1..experiment.arms.len()).filter_map(arm).collect()
}
