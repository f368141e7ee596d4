//! The gate: minimum quality that a change must keep. Raise the numbers when a change improves them.

use crate::data::COMMITTED;
use crate::measure::Row;
use crate::vmis_knn::VmisOptions;

/// Goals of a log at one support floor.
#[derive(Clone, Copy, Debug)]
pub struct Goal {
    /// The log.
    pub log: &'static str,
    /// The support floor.
    pub floor: u32,
    /// Minimum HR@20 in percent.
    pub hr: f64,
    /// Minimum MRR@20 in percent.
    pub mrr: f64,
    /// Maximum brotli bytes per item.
    pub bytes_per_item: f64,
    /// Maximum ratio of the time of `recommend` at p90 to that of VMIS-kNN in the same run. About one and a half times
    /// the measured one, because other load seldom affects both equally.
    pub slower: f64,
}

/// No limit on size: a floor of 1 is for comparison with the literature only.
const ANY_SIZE: f64 = f64::INFINITY;

/// Standard error of a hit rate over the committed log's 931 predictions, in points.
const NOISE: f64 = 1.6;

/// All goals. Logs that are not measured in a run are skipped.
pub const GOALS: &[Goal] = &[
    goal("diginetica", 1, [55.5, 20.2, ANY_SIZE, 5.0]),
    goal("diginetica", 2, [54.2, 19.8, 36.0, 9.0]),
    goal("yoochoose_1_64", 1, [71.4, 31.8, ANY_SIZE, 5.0]),
    goal("yoochoose_1_64", 2, [71.0, 31.8, 26.0, 5.0]),
    goal("tmall", 1, [47.5, 23.0, ANY_SIZE, 15.0]),
    goal("tmall", 2, [50.2, 23.2, 16.0, 6.0]),
    // An item of this log has six sessions, so VMIS-kNN has little work to do. And 931 predictions have a standard
    // error of 1.6 points: the goals are 70.5 / 38.5 and 59.7 / 33.8, and the gate fails if they are missed by more. At
    // floor 2 it was 62.0 / 36.0 before ids of one session were withheld; see docs/ranking.md, on the floor.
    goal(COMMITTED, 1, [70.5 - NOISE, 38.5 - NOISE, ANY_SIZE, 70.0]),
    goal(COMMITTED, 2, [59.7 - NOISE, 33.8 - NOISE, 16.0, 30.0]),
];

const fn goal(log: &'static str, floor: u32, [hr, mrr, bytes_per_item, slower]: [f64; 4]) -> Goal {
    Goal {
        log,
        floor,
        hr,
        mrr,
        bytes_per_item,
        slower,
    }
}

/// Target ratio of the time of `recommend` to that of VMIS-kNN at p90: reported by the gate, but not enforced.
pub const SPEED_AIM: f64 = 1.0;

/// HR@20 that Serenade's README states for its example, in percent.
pub const README_HR: f64 = 64.02;
/// The same for MRR@20.
pub const README_MRR: f64 = 32.77;
/// Maximum difference of our VMIS-kNN from it, in points. Ties are ordered by hash there, and by id here; sessions that
/// end in the same second by their position in the file.
pub const README_TOLERANCE: f64 = 1.0;

/// One check of the gate.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Description with the numbers.
    pub what: String,
    /// Result of the check.
    pub outcome: Outcome,
}

/// Result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Passed.
    Held,
    /// Failed; the gate fails.
    Missed,
    /// A target that is not reached yet; reported without failing the gate.
    Short,
}

impl Check {
    /// Creates a check that fails the gate unless it holds.
    #[must_use]
    pub fn new(what: String, holds: bool) -> Self {
        let outcome = if holds { Outcome::Held } else { Outcome::Missed };
        Self { what, outcome }
    }
}

/// Checks every goal of the measured logs, the speed, and the peers' own reference.
#[must_use]
pub fn checks(rows: &[Row]) -> Vec<Check> {
    let goals = rows.iter().flat_map(quality);
    let speeds = rows.iter().flat_map(|row| speed(row, rows));
    goals.chain(speeds).chain(rows.iter().filter_map(reference)).collect()
}

fn quality(row: &Row) -> Vec<Check> {
    let Some(goal) = goal_of(row) else {
        return Vec::new();
    };
    let place = format!("{}, floor {}", goal.log, goal.floor);
    let (hr, mrr) = (100.0 * row.measured.places.hr, 100.0 * row.measured.places.mrr);
    let mut checks = vec![
        Check::new(format!("{place}: HR@20 {hr:.2} ≥ {:.1}", goal.hr), hr >= goal.hr),
        Check::new(format!("{place}: MRR@20 {mrr:.2} ≥ {:.1}", goal.mrr), mrr >= goal.mrr),
    ];
    if goal.bytes_per_item.is_finite() {
        let bytes = row.bytes_per_item.unwrap_or(ANY_SIZE);
        let what = format!("{place}: {bytes:.1} bytes per item ≤ {:.0}", goal.bytes_per_item);
        checks.push(Check::new(what, bytes <= goal.bytes_per_item));
    }
    checks
}

/// Compares the engine's speed with VMIS-kNN under the same protocol: the limit of the gate, then the target.
fn speed(row: &Row, rows: &[Row]) -> Vec<Check> {
    let is_peer = |peer: &&Row| peer.log == row.log && peer.model == VmisOptions::WIDE.name;
    let (Some(goal), Some(peer)) = (goal_of(row), rows.iter().find(is_peer)) else {
        return Vec::new();
    };
    let ratio = row.measured.latency.p90_us / peer.measured.latency.p90_us;
    let what = format!(
        "{}, floor {}: recommend takes {ratio:.1} times as long as VMIS-kNN at p90",
        goal.log, goal.floor
    );
    let mut aim = Check::new(format!("{what}, aim {SPEED_AIM}"), ratio <= SPEED_AIM);
    if aim.outcome == Outcome::Missed {
        aim.outcome = Outcome::Short;
    }
    vec![
        Check::new(format!("{what} ≤ {}", goal.slower), ratio <= goal.slower),
        aim,
    ]
}

fn goal_of(row: &Row) -> Option<&'static Goal> {
    GOALS
        .iter()
        .find(|goal| goal.log == row.log && Some(goal.floor) == row.floor)
}

fn reference(row: &Row) -> Option<Check> {
    if row.log != COMMITTED || row.model != VmisOptions::EXAMPLE.name {
        return None;
    }
    let (hr, mrr) = (100.0 * row.measured.places.hr, 100.0 * row.measured.places.mrr);
    let what = format!(
        "{COMMITTED}: this VMIS-kNN with the parameters of Serenade's example has {hr:.2} / {mrr:.2}, its README states \
         {README_HR} / {README_MRR}, difference at most {README_TOLERANCE}"
    );
    let near = (hr - README_HR).abs() <= README_TOLERANCE && (mrr - README_MRR).abs() <= README_TOLERANCE;
    Some(Check::new(what, near))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::ENGINE;
    use crate::replay::Replayed;

    fn row(model: &str, floor: Option<u32>, hr: f64, mrr: f64, p90_us: f64) -> Row {
        let mut measured = Replayed::default();
        (measured.places.hr, measured.places.mrr, measured.latency.p90_us) = (hr, mrr, p90_us);
        Row {
            log: COMMITTED.into(),
            model: model.into(),
            floor,
            bytes_per_item: floor.map(|_| 7.5),
            measured,
            parameters: None,
        }
    }

    fn missed(rows: &[Row]) -> Vec<String> {
        let checks = checks(rows)
            .into_iter()
            .filter(|check| check.outcome == Outcome::Missed);
        checks.map(|check| check.what).collect()
    }

    #[test]
    fn model_above_its_goals_passes() {
        let rows = [
            row(ENGINE, Some(2), 0.99, 0.99, 10.0),
            row(VmisOptions::WIDE.name, None, 0.66, 0.25, 10.0),
            row(
                VmisOptions::EXAMPLE.name,
                None,
                README_HR / 100.0,
                README_MRR / 100.0,
                10.0,
            ),
        ];
        assert_eq!(missed(&rows), Vec::<String>::new());
        let held = checks(&rows);
        assert!(held.iter().all(|check| check.outcome == Outcome::Held), "{held:?}");
        assert_eq!(held.len(), 6, "HR, MRR, bytes, speed and its aim, reference");
    }

    #[test]
    fn gate_fails_if_any_single_goal_is_missed() {
        let wide = |p90| row(VmisOptions::WIDE.name, None, 0.6, 0.3, p90);
        let mut fat = row(ENGINE, Some(2), 0.99, 0.99, 1.0);
        fat.bytes_per_item = Some(99.0);
        let bad = [
            vec![row(ENGINE, Some(2), 0.2, 0.99, 1.0)],
            vec![row(ENGINE, Some(1), 0.99, 0.1, 1.0)],
            vec![fat],
            vec![row(ENGINE, Some(2), 0.99, 0.99, 301.0), wide(10.0)],
            vec![row(VmisOptions::EXAMPLE.name, None, 0.5, 0.328, 1.0)],
        ];
        for rows in bad {
            assert_eq!(missed(&rows).len(), 1, "{rows:?}");
        }
    }

    #[test]
    fn gate_reports_a_missed_target_without_failing() {
        let rows = [
            row(ENGINE, Some(2), 0.99, 0.99, 20.0),
            row(VmisOptions::WIDE.name, None, 0.6, 0.3, 10.0),
        ];
        assert_eq!(missed(&rows), Vec::<String>::new());
        assert!(checks(&rows).iter().any(|check| check.outcome == Outcome::Short));
    }

    #[test]
    fn gate_skips_logs_that_were_not_measured() {
        let mut other = row(ENGINE, Some(2), 0.0, 0.0, 1.0);
        other.log = "somewhere else".into();
        assert_eq!(checks(&[other]), []);
    }
}
