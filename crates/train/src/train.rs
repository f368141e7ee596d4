//! Training: from a cleaned log and a catalog to the bytes of a snapshot, and the report of how it came about.

use serde::Serialize;
use shelfwise_core::Snapshot;
use shelfwise_core::snapshot::{BuildError, Scoring};
use thiserror::Error;

use crate::catalog::Catalog;
use crate::count::{CountOptions, count};
use crate::curve::{Bench, FLOORS, Point, strictest_floor, tightest_bound};
use crate::evaluate::Evaluation;
use crate::fit::{Fitted, fit};
use crate::hold_out::{HoldOut, split};
use crate::indexing::Indexing;
use crate::log::{Log, Support};
use crate::model::{ModelOptions, model};
use crate::progress::{Amount, Progress};
use crate::size::{SectionSize, brotli_bytes, section_sizes};
use crate::stage::{Stage, StageClock};
use crate::strength::Strengths;

/// How a setting with a measured price comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The strictest value that stays within its budget on the hold-out.
    Auto,
    /// This value.
    Fixed(u32),
}

/// How a model is trained.
#[derive(Clone, Copy, Debug)]
pub struct TrainOptions {
    /// The support floor. 1 is for comparison with the literature only, and the snapshot says so.
    pub min_support: Choice,
    /// The most pairs that one session contributes; `None` for all within the window.
    pub pairs_per_session: Option<Choice>,
    /// Neighbours kept of each item, 1 to 63.
    pub neighbours: usize,
    /// What an event of each kind says.
    pub strengths: Strengths,
}

/// Neighbours kept of each item unless said otherwise.
pub const NEIGHBOURS: usize = 30;

impl Default for TrainOptions {
    fn default() -> Self {
        Self {
            min_support: Choice::Auto,
            pairs_per_session: None,
            neighbours: NEIGHBOURS,
            strengths: Strengths::default(),
        }
    }
}

/// Why there is no snapshot.
#[derive(Debug, Error)]
pub enum TrainError {
    /// The parts do not fit together.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// A snapshot and how it came about.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The snapshot.
    pub snapshot: Vec<u8>,
    /// How it came about.
    pub report: TrainReport,
}

/// How a snapshot came about.
#[derive(Clone, Debug, Serialize)]
pub struct TrainReport {
    /// Distinct people, where the log has a person's key.
    pub people: Option<u32>,
    /// Sessions.
    pub sessions: usize,
    /// Items in the snapshot.
    pub items: usize,
    /// Different pairs in the log.
    pub pairs: u64,
    /// Neighbours in the table, after floor and pruning.
    pub neighbours: usize,
    /// The support floor.
    pub min_support: u32,
    /// The bound on pairs a session; absent for all within the window.
    pub pairs_per_session: Option<u32>,
    /// What was measured on the log's last sessions; absent where there were too few.
    pub hold_out: Option<HoldOutReport>,
    /// The factors of scoring.
    pub scoring: Scoring,
    /// Bytes of the snapshot.
    pub snapshot_bytes: usize,
    /// Bytes of the snapshot after brotli.
    pub snapshot_brotli_bytes: usize,
    /// The latter by the number of items.
    pub bytes_per_item: f64,
    /// Size by section.
    pub sections: Vec<SectionSize>,
    /// Seconds and peak memory by stage.
    pub stages: Vec<Stage>,
}

/// What was measured on the log's last sessions, by tables that have not counted them.
#[derive(Clone, Debug, Serialize)]
pub struct HoldOutReport {
    /// Sessions held out.
    pub sessions: usize,
    /// How the factors of scoring were chosen.
    pub fitted: Vec<Fitted>,
    /// The price of bounds on what one session contributes, where it was asked for.
    pub bounds: Vec<Point>,
    /// The price of support floors, where it was asked for.
    pub floors: Vec<Point>,
    /// The model as chosen.
    pub evaluation: Evaluation,
}

/// What the hold-out decides.
struct Decided {
    min_support: u32,
    pairs_per_session: Option<u32>,
    scoring: Option<Scoring>,
    report: Option<HoldOutReport>,
}

/// Trains a snapshot. The same input gives the same bytes.
///
/// Time and memory grow with the log; choosing a floor or a bound costs one more count and some replays.
///
/// # Errors
/// [`TrainError`] where the parts do not make a snapshot.
pub fn train<B: AsRef<[u8]>>(
    log: &Log,
    catalog: &Catalog,
    previous: Option<&Snapshot<B>>,
    options: &TrainOptions,
    progress: &dyn Progress,
) -> Result<Trained, TrainError> {
    let mut clock = StageClock::default();
    let indexing = Indexing::new(log, catalog, previous);
    let log = indexing.renumber(log);
    clock.end("index");
    let decided = decide(&log, catalog, &indexing, options, progress, &mut clock)?;

    progress.start("counting pairs", Amount::Unknown);
    let (strengths, min_support) = (options.strengths, decided.min_support);
    let counts = count(
        &log,
        &CountOptions {
            strengths,
            min_support,
            pairs_per_session: decided.pairs_per_session,
        },
    );
    clock.end("count");
    progress.start("weighing neighbours", Amount::Unknown);
    let model_options = ModelOptions {
        min_support,
        neighbours: options.neighbours,
        strengths,
    };
    let mut builder = model(&log, &counts, catalog, &indexing, &model_options);
    builder.meta.scoring = decided.scoring.unwrap_or(builder.meta.scoring);
    let snapshot = builder.build()?;
    clock.end("weigh");
    progress.start("measuring sizes", Amount::Unknown);
    let snapshot_brotli_bytes = brotli_bytes(&snapshot);
    let sections = Snapshot::open(&snapshot).map_or_else(|_| Vec::new(), |snapshot| section_sizes(&snapshot));
    clock.end("compress");
    progress.finish();

    let report = TrainReport {
        people: (log.support == Support::People).then_some(log.people),
        sessions: log.sessions.len(),
        items: log.items.len(),
        pairs: counts.pairs,
        neighbours: builder.together.rows.iter().map(Vec::len).sum(),
        min_support,
        pairs_per_session: decided.pairs_per_session,
        hold_out: decided.report,
        scoring: builder.meta.scoring,
        snapshot_bytes: snapshot.len(),
        snapshot_brotli_bytes,
        bytes_per_item: snapshot_brotli_bytes as f64 / log.items.len().max(1) as f64,
        sections,
        stages: clock.stages(),
    };
    Ok(Trained { snapshot, report })
}

fn decide(
    log: &Log,
    catalog: &Catalog,
    indexing: &Indexing,
    options: &TrainOptions,
    progress: &dyn Progress,
    clock: &mut StageClock,
) -> Result<Decided, BuildError> {
    let least = match options.min_support {
        Choice::Auto => *FLOORS.start(),
        Choice::Fixed(floor) => floor.max(1),
    };
    let fixed_bound = match options.pairs_per_session {
        Some(Choice::Fixed(bound)) => Some(bound),
        _ => None,
    };
    let Some((before, after)) = split(log) else {
        return Ok(Decided {
            min_support: least,
            pairs_per_session: fixed_bound,
            scoring: None,
            report: None,
        });
    };
    let hold_out = HoldOut {
        before: &before,
        after: &after,
    };
    let model_options = ModelOptions {
        min_support: least,
        neighbours: options.neighbours,
        strengths: options.strengths,
    };
    let bench = Bench {
        hold_out,
        catalog,
        indexing,
        options: model_options,
    };

    progress.start("choosing the factors of scoring", Amount::Unknown);
    let counts = bench.count(fixed_bound);
    let mut builder = bench.model(&counts, least, None);
    let fitted = fit(&mut builder, &bench.hold_out)?;
    let scoring = builder.meta.scoring.clone();
    clock.end("fit");
    let (bounds, pairs_per_session) = match options.pairs_per_session {
        Some(Choice::Auto) => {
            progress.start("measuring what a bound on sessions costs", Amount::Unknown);
            let curve = bench.bounds(&scoring)?;
            let chosen = tightest_bound(&curve);
            clock.end("bounds");
            (curve, chosen)
        }
        _ => (Vec::new(), fixed_bound),
    };
    let counts = if pairs_per_session == fixed_bound {
        counts
    } else {
        bench.count(pairs_per_session)
    };
    let (floors, min_support) = match options.min_support {
        Choice::Auto => {
            progress.start("measuring what a support floor costs", Amount::Unknown);
            let curve = bench.floors(&counts, &scoring, pairs_per_session)?;
            let chosen = strictest_floor(&curve);
            clock.end("floors");
            (curve, chosen)
        }
        Choice::Fixed(_) => (Vec::new(), least),
    };
    let evaluation = bench
        .hold_out
        .evaluate(bench.model(&counts, min_support, Some(&scoring)).build()?);
    clock.end("hold-out");
    let report = HoldOutReport {
        sessions: after.sessions.len(),
        fitted,
        bounds,
        floors,
        evaluation,
    };
    Ok(Decided {
        min_support,
        pairs_per_session,
        scoring: Some(scoring),
        report: Some(report),
    })
}
