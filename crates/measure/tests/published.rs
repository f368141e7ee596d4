//! The same figures as other people's programs, on the same data.
#![cfg(test)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use shelfwise_measure::evaluate::{Round, evaluate};
use shelfwise_measure::stats::asymptotic::half_width;

const LOG: &str = include_str!("data/open_bandit_men.csv");
const BY_OBP: &str = include_str!("data/open_bandit_men.json");

fn rounds(direct: &[f64]) -> Vec<Round> {
    let row = |line: &str| {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        let round = |reward: f64, count: f64| Round {
            count,
            reward,
            propensity: cells[4],
            target: cells[5],
            model: Some((cells[6], direct[cells[1] as usize])),
        };
        [round(1.0, cells[3]), round(0.0, cells[2] - cells[3])]
    };
    LOG.lines()
        .skip(1)
        .flat_map(row)
        .filter(|round| round.count > 0.0)
        .collect()
}

/// Open Bandit Dataset, campaign men, uniform draws, 10,000 rounds as counts; `tests/data/README.md` has source and command.
#[test]
fn estimates_are_those_of_open_bandit_pipeline() {
    let by_obp: serde_json::Value = serde_json::from_str(BY_OBP).unwrap();
    let direct: Vec<f64> = serde_json::from_value(by_obp["direct_by_position"].clone()).unwrap();
    let of = |name: &str| by_obp["estimates"][name].as_f64().unwrap();
    let rounds = rounds(&direct);
    let plain = evaluate(&rounds, f64::INFINITY).unwrap();
    let clipped = evaluate(&rounds, 3.0).unwrap();
    assert!((plain.rounds - 10_000.0).abs() < 1e-9 && clipped.clipped > 0.0);
    for (own, name) in [
        (plain.ips, "ips"),
        (plain.snips, "snips"),
        (plain.dr.unwrap(), "dr"),
        (clipped.ips, "ips_clipped_3"),
        (clipped.dr.unwrap(), "dr_clipped_3"),
    ] {
        assert!((own - of(name)).abs() < 1e-9, "{name}: {own} is not {}", of(name));
    }
}

/// `SequentialTwoSidedTTest` of gbstats 0.8.0 (GrowthBook), absolute differences: N, ρ, standard deviation, half of its interval,
/// as `data/gbstats_intervals.py` prints them.
#[test]
fn asymptotic_interval_is_that_of_gbstats() {
    for (orders, tuning, deviation, half) in [
        (
            5_100,
            0.039_840_066_771_373_68,
            78.079_840_794_288_14,
            3.318_426_623_742_296_6,
        ),
        (
            780,
            0.039_840_066_771_373_68,
            79.159_798_409_360_08,
            9.935_384_225_734_227,
        ),
    ] {
        let own = deviation * half_width(orders, tuning, 0.05);
        assert!((own - half).abs() < 1e-9, "{own} is not {half}");
    }
}
