//! Small logs: a log resampled to a few sessions, trained with the shipped defaults, compared to bestsellers by
//! category.
//!
//! Even with little training data, a model must not be worse than what a shop can show without one.

use std::path::Path;

use anyhow::{Context as _, Result};
use shelfwise_core::{CurrentItem, Engine, Recommend, Snapshot};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::{Log, SessionSpan};
use shelfwise_intake::progress::Silent;
use shelfwise_intake::{ColumnMap, LogOptions, read_catalog, read_log};
use shelfwise_train::evaluate::replay::replay;
use shelfwise_train::evaluate::{PLACEMENT, Places, policy};
use shelfwise_train::train::{TrainOptions, TrainReport, train};

use crate::bestsellers::Bestsellers;
use crate::bootstrap::{Difference, Interval, interval};
use crate::data::Split;
use crate::gate::Check;
use crate::measure::AT;
use crate::peer::Peer;
use crate::questions::Questions;
use crate::resample::draw;

/// Numbers of training sessions.
pub const SESSIONS: [usize; 5] = [0, 100, 1_000, 10_000, 100_000];
/// Those that the gate checks. A hundred thousand take as long as all others together, and there the model is furthest
/// above bestsellers.
pub const GATED: [usize; 4] = [0, 100, 1_000, 10_000];
/// Maximum number of test sessions, sampled evenly over the log: enough for an interval of a few points.
const TESTED: usize = 300;
/// Share of the sessions that is held out, the last ones, from a log without test sessions.
const HELD_OUT: f64 = 0.05;
/// Folder of the demo grocer's baskets and catalog, relative to this crate.
const GROCER: &str = "../../www/storefront/data";

/// A log with its catalog.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Its name in tables.
    pub name: String,
    /// The log to draw from.
    pub train: Log,
    /// The test sessions.
    pub test: Log,
    /// The catalog; empty if there is none.
    pub catalog: Catalog,
}

/// Measurements of one size.
#[derive(Clone, Debug)]
pub struct SmallLog {
    /// The shop.
    pub shop: String,
    /// Number of training sessions.
    pub sessions: usize,
    /// The support floor that training chose.
    pub floor: u32,
    /// Trees in the snapshot; 0 if table scores are shipped.
    pub trees: usize,
    /// Accuracy of the engine.
    pub engine: Places,
    /// Accuracy of bestsellers by category.
    pub bestsellers: Places,
    /// HR of the engine minus that of bestsellers, with 95 % confidence.
    pub hr: Interval,
    /// The same in MRR.
    pub mrr: Interval,
}

impl Shop {
    /// Returns a log with test sessions of its own, and no catalog.
    #[must_use]
    pub fn of(split: &Split) -> Self {
        Self {
            name: split.name.clone(),
            train: split.train.clone(),
            test: thinned(&split.test),
            catalog: Catalog::default(),
        }
    }

    /// Reads the demo grocer, whose catalog has categories.
    ///
    /// # Errors
    /// Errors of reading.
    pub fn grocer() -> Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(GROCER);
        let map = ColumnMap::parse::<&str>(&[])?;
        let (catalog, _) = read_catalog(&folder.join("catalog.csv"), &map, 0.01, &Silent)?;
        let baskets = folder.join("baskets.csv.zst").to_string_lossy().into_owned();
        let mut options = LogOptions::new(vec![baskets]);
        options.excluded = catalog.sensitive_ids();
        let (log, _) = read_log(&options, &Silent)?;
        let (train, test) = log.split(HELD_OUT);
        Ok(Self {
            name: "demo grocer".into(),
            train,
            test: thinned(&test),
            catalog,
        })
    }

    /// Trains on this many sessions with the shipped defaults, and evaluates both.
    ///
    /// # Errors
    /// Errors of training.
    pub fn measure(&self, sessions: usize) -> Result<SmallLog> {
        let log = draw(&self.train, sessions, &self.catalog);
        let options = TrainOptions::default();
        let trained = train(&log, &self.catalog, None::<&Snapshot<Vec<u8>>>, &options, &Silent)?;
        let report = trained.report;
        let snapshot = Snapshot::open(trained.snapshot).context("the snapshot that was just trained does not open")?;
        let engine = answers_of_engine(
            Engine::new(snapshot, policy(self.test.order, CurrentItem::Show)),
            &self.test,
        );
        let bestsellers = answers_of_peer(
            &mut Bestsellers::train(&log, &self.catalog),
            &Questions::new(&log, &self.test),
        );
        let differences = |value: fn(Option<usize>) -> f64| -> Vec<Difference> {
            let sessions = engine.iter().zip(&bestsellers);
            sessions
                .map(|(own, other)| Difference {
                    sum: own
                        .iter()
                        .zip(other)
                        .map(|(own, other)| value(*own) - value(*other))
                        .sum(),
                    questions: own.len(),
                })
                .collect()
        };
        Ok(SmallLog {
            shop: self.name.clone(),
            sessions,
            floor: report.min_support,
            trees: trees(&report),
            engine: places(&engine),
            bestsellers: places(&bestsellers),
            hr: interval(&differences(|place| f64::from(u8::from(place.is_some())))),
            mrr: interval(&differences(|place| {
                place.map_or(0.0, |place| 1.0 / (place + 1) as f64)
            })),
        })
    }
}

impl SmallLog {
    /// Checks that neither HR nor MRR is below the bestsellers' by more than chance.
    #[must_use]
    pub fn checks(&self) -> [Check; 2] {
        let check = |what: &str, interval: &Interval| {
            let what = format!(
                "{}, {} sessions: {what}@20 minus that of bestsellers by category {:+.2} ({:+.2} to {:+.2})",
                self.shop,
                self.sessions,
                100.0 * interval.mean,
                100.0 * interval.low,
                100.0 * interval.high
            );
            Check::new(what, interval.high >= 0.0)
        };
        [check("HR", &self.hr), check("MRR", &self.mrr)]
    }
}

fn trees(report: &TrainReport) -> usize {
    let ranker = report.hold_out.as_ref().and_then(|hold_out| hold_out.ranker.as_ref());
    ranker.map_or(0, |ranker| ranker.trees)
}

/// Returns test sessions sampled evenly over a log.
fn thinned(log: &Log) -> Log {
    let step = log.sessions.len().div_ceil(TESTED).max(1);
    let sessions: Vec<SessionSpan> = log.sessions.iter().step_by(step).copied().collect();
    Log {
        sessions,
        ..log.clone()
    }
}

/// Rank of the next item, by session and prediction.
type Answers = Vec<Vec<Option<usize>>>;

fn answers_of_engine(mut engine: Engine<Vec<u8>>, test: &Log) -> Answers {
    let mut answers: Answers = Vec::new();
    let request = Recommend {
        placement: PLACEMENT,
        limit: AT,
        ..Recommend::default()
    };
    replay(test, None, &Silent, |session, _, next| {
        if session.events().len() == 1 {
            answers.push(Vec::new());
        }
        let slate = engine.recommend(session, &request, &mut ());
        let wanted = &test.items[next as usize];
        let place = slate.items.iter().position(|item| item.item_id == wanted.as_str());
        answers.iter_mut().last().into_iter().for_each(|own| own.push(place));
    });
    answers
}

fn answers_of_peer(peer: &mut dyn Peer, questions: &Questions) -> Answers {
    let mut one = |session: &Vec<u32>| {
        let positions = session.iter().enumerate().skip(1);
        positions
            .map(|(events, next)| {
                peer.recommend(&session[..events], AT)
                    .iter()
                    .position(|item| item == next)
            })
            .collect()
    };
    let positions = questions.sessions.iter().filter(|session| session.len() > 1);
    positions.map(&mut one).collect()
}

fn places(answers: &Answers) -> Places {
    let mut places = Places::at(AT);
    answers.iter().flatten().for_each(|place| places.count(*place));
    places.finish()
}

/// Returns a table in Markdown.
#[must_use]
pub fn markdown(rows: &[SmallLog]) -> String {
    let mut text = String::from(
        "| log | sessions | floor | order by | HR@20 | bestsellers | MRR@20 | bestsellers |\n\
         | --- | --: | --: | --- | --: | --: | --: | --: |\n",
    );
    for row in rows {
        let order = if row.trees == 0 {
            "tables".into()
        } else {
            format!("{} trees", row.trees)
        };
        text += &format!(
            "| {} | {} | {} | {order} | {:.2} | {:.2} | {:.2} | {:.2} |\n",
            row.shop,
            row.sessions,
            row.floor,
            100.0 * row.engine.hr,
            100.0 * row.bestsellers.hr,
            100.0 * row.engine.mrr,
            100.0 * row.bestsellers.mrr
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::log;

    fn shop() -> Shop {
        let train = log(&[
            &["tent", "peg"],
            &["tent", "peg"],
            &["milk", "oats"],
            &["milk", "oats"],
            &["salt"],
        ]);
        Shop {
            name: "campers".into(),
            train,
            test: log(&[&["tent", "peg"], &["oats"], &["milk", "oats", "milk"]]),
            catalog: Catalog::default(),
        }
    }

    #[test]
    fn small_log_without_sessions_recommends_nothing_and_ships_tables() {
        let small = shop().measure(0).unwrap();
        assert_eq!((small.trees, small.engine.predictions), (0, 3));
        assert_eq!((small.engine.hr, small.bestsellers.hr), (0.0, 0.0));
        assert!(
            small
                .checks()
                .iter()
                .all(|check| check.outcome == crate::gate::Outcome::Held)
        );
    }

    #[test]
    fn small_log_evaluates_both_on_the_same_predictions() {
        let small = shop().measure(50).unwrap();
        assert_eq!(small.engine.predictions, small.bestsellers.predictions);
        assert!(small.engine.hr >= small.bestsellers.hr);
    }

    #[test]
    fn small_log_check_fails_for_a_significantly_worse_model() {
        let mut small = shop().measure(0).unwrap();
        small.mrr = Interval {
            mean: -0.02,
            low: -0.03,
            high: -0.01,
        };
        assert_eq!(
            small.checks().map(|check| check.outcome == crate::gate::Outcome::Held),
            [true, false]
        );
    }
}
