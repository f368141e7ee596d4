//! Deciding: what the log's own hold-out says about the factors of scoring, the bound, the floor and the ranker.

pub mod context_selection;
pub mod cross_validation;
pub mod fit;
pub mod hold_out;
pub mod table_variants;
pub mod tradeoff;

use serde::Serialize;
use shelfwise_core::Snapshot;
use shelfwise_core::ranker::ForestTable;
use shelfwise_core::snapshot::{BuildError, Scoring, SnapshotBuilder};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::{Amount, Progress};

use crate::evaluate::Evaluation;
use crate::rank::{RankReport, learn};
use crate::stage::StageClock;
use crate::tables::cells::{CellOptions, cells};
use crate::tables::count::Counts;
use crate::tables::indexing::Indexing;
use crate::tables::indirect_links::BridgeOptions;
use crate::tables::model::ModelOptions;
use crate::train::{Choice, Order, TrainOptions};
use crate::tune::context_selection::Placing;
use crate::tune::cross_validation::Crossing;
use crate::tune::fit::{FitReport, Trial, fit};
use crate::tune::hold_out::{HoldOut, split};
use crate::tune::table_variants::Shape;
use crate::tune::tradeoff::{Bench, FLOORS, Point, strictest_floor, tightest_bound};

/// What the hold-out decides.
#[derive(Debug)]
pub struct Decided {
    /// The support floor.
    pub min_support: u32,
    /// The bound on pairs a session.
    pub pairs_per_session: Option<u32>,
    /// What a pair says of what comes before.
    pub backward_weight: f64,
    /// How items are joined that few saw together.
    pub bridges: Option<BridgeOptions>,
    /// The factors of scoring; absent where there was too little to measure.
    pub scoring: Option<Scoring>,
    /// How they were chosen; empty where there was too little to measure.
    pub fit: FitReport,
    /// The learned ranker, where it is better than the tables' order.
    pub ranker: Option<ForestTable>,
    /// How cells are made, where they are worth their bytes.
    pub cells: Option<CellOptions>,
    /// What was measured.
    pub report: Option<HoldOutReport>,
}

/// What was measured on the log's last sessions, by tables that have not counted them.
#[derive(Clone, Debug, Serialize)]
pub struct HoldOutReport {
    /// Sessions held out.
    pub sessions: usize,
    /// How much direction counts: what was tried.
    pub directions: Vec<Shape>,
    /// Whether bridges earn their bytes: what was tried.
    pub bridges: Vec<Shape>,
    /// The price of bounds on what one session contributes, where it was asked for.
    pub bounds: Vec<Point>,
    /// The price of support floors, where it was asked for.
    pub floors: Vec<Point>,
    /// Whether cells earn their bytes: what was tried.
    pub cells: Placing,
    /// The tables as chosen, in their own order.
    pub evaluation: Evaluation,
    /// The learned ranker; absent where none was asked for.
    pub ranker: Option<RankReport>,
}

/// Decides by the last sessions of `log`, which is numbered by `indexing`.
///
/// # Errors
/// [`BuildError`] where the parts do not make a snapshot.
pub fn tune(
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
    let (neighbours, event_weights) = (options.neighbours, options.event_weights);
    let model_options = ModelOptions {
        min_support: least,
        neighbours,
        event_weights,
        pairs_per_session: fixed_bound(options),
        backward_weight: 1.0,
        bridges: None,
    };
    let crossing = Crossing::of(log, catalog, indexing);
    let Some(newest) = split(log) else {
        progress.start("choosing the factors of scoring", Amount::Unknown);
        let chosen = crossing.factors(model_options)?;
        clock.end("factors");
        return Ok(Decided::without_hold_out(least, options, chosen));
    };
    let hold_out = HoldOut::newest(&newest);
    let bench = Bench {
        hold_out,
        catalog,
        indexing,
        options: model_options,
    };
    let mut deciding = Deciding {
        bench,
        options,
        crossing,
        progress,
        clock,
    };

    let mut pairs_per_session = fixed_bound(options);
    let mut counts = deciding.bench.count(pairs_per_session);
    let directions = deciding.directions(&counts)?;
    let (scoring, fit) = deciding.factors(&counts, least)?;
    let bounds = deciding.bounds(&scoring)?;
    if !bounds.is_empty() {
        pairs_per_session = tightest_bound(&bounds);
        deciding.bench.options.pairs_per_session = pairs_per_session;
        counts = deciding.bench.count(pairs_per_session);
    }
    let bridges = deciding.bridges(&counts, &scoring)?;
    let floors = deciding.floors(&counts, &scoring, pairs_per_session)?;
    let min_support = if floors.is_empty() {
        least
    } else {
        strictest_floor(&floors)
    };
    let mut builder = deciding.bench.model(&counts, min_support, Some(&scoring));
    drop(counts);
    let (chosen_cells, placing) = deciding.cells(&mut builder)?;
    let tables = builder.build()?;
    drop(builder);
    let (ranker, rank_report) = deciding.ranker(&tables);
    let evaluation = deciding.bench.hold_out.evaluate(tables);
    deciding.clock.end("hold-out");
    let ModelOptions {
        backward_weight,
        bridges: chosen_bridges,
        ..
    } = deciding.bench.options;
    let sessions = newest.1.sessions.len();
    let report = HoldOutReport {
        sessions,
        directions,
        bridges,
        bounds,
        floors,
        cells: placing,
        evaluation,
        ranker: rank_report,
    };
    Ok(Decided {
        min_support,
        pairs_per_session,
        backward_weight,
        bridges: chosen_bridges,
        scoring: Some(scoring),
        fit,
        ranker,
        cells: chosen_cells,
        report: Some(report),
    })
}

impl Decided {
    /// What the last sessions would decide stays at its default.
    fn without_hold_out(min_support: u32, options: &TrainOptions, chosen: Option<(Scoring, FitReport)>) -> Self {
        let (scoring, fit) = chosen.unzip();
        Self {
            min_support,
            pairs_per_session: fixed_bound(options),
            backward_weight: 1.0,
            bridges: None,
            scoring,
            fit: fit.unwrap_or_default(),
            ranker: None,
            cells: None,
            report: None,
        }
    }
}

fn fixed_bound(options: &TrainOptions) -> Option<u32> {
    match options.pairs_per_session {
        Some(Choice::Fixed(bound)) => Some(bound),
        _ => None,
    }
}

struct Deciding<'a> {
    bench: Bench<'a>,
    crossing: Crossing<'a>,
    options: &'a TrainOptions,
    progress: &'a dyn Progress,
    clock: &'a mut StageClock,
}

impl Deciding<'_> {
    fn factors(&mut self, counts: &Counts, floor: u32) -> Result<(Scoring, FitReport), BuildError> {
        self.progress.start("choosing the factors of scoring", Amount::Unknown);
        let chosen = match self.crossing.factors(self.bench.options)? {
            Some(chosen) => chosen,
            None => {
                let builder = self.bench.model(counts, floor, None);
                let hold_out = self.bench.hold_out;
                let defaults = builder.meta.scoring.clone();
                fit(&[Trial { builder, hold_out }], defaults)?
            }
        };
        self.clock.end("factors");
        Ok(chosen)
    }

    fn directions(&mut self, counts: &Counts) -> Result<Vec<Shape>, BuildError> {
        self.progress.start("measuring direction", Amount::Unknown);
        let tried = table_variants::directions(&self.bench, counts)?;
        self.bench.options.backward_weight = table_variants::best(&tried).map_or(1.0, |best| best.backward_weight);
        self.clock.end("direction");
        Ok(tried)
    }

    fn bridges(&mut self, counts: &Counts, scoring: &Scoring) -> Result<Vec<Shape>, BuildError> {
        self.progress.start("measuring bridges", Amount::Unknown);
        let tried = table_variants::bridged(&self.bench, counts, scoring)?;
        self.bench.options.bridges = table_variants::best(&tried).and_then(|best| best.bridges);
        self.clock.end("bridges");
        Ok(tried)
    }

    fn bounds(&mut self, scoring: &Scoring) -> Result<Vec<Point>, BuildError> {
        if self.options.pairs_per_session != Some(Choice::Auto) {
            return Ok(Vec::new());
        }
        self.progress
            .start("measuring what a bound on sessions costs", Amount::Unknown);
        let tradeoff = self.bench.bounds(scoring);
        self.clock.end("bounds");
        tradeoff
    }

    fn floors(&mut self, counts: &Counts, scoring: &Scoring, bound: Option<u32>) -> Result<Vec<Point>, BuildError> {
        if self.options.min_support != Choice::Auto {
            return Ok(Vec::new());
        }
        self.progress
            .start("measuring what a support floor costs", Amount::Unknown);
        let tradeoff = self.bench.floors(counts, scoring, bound);
        self.clock.end("floors");
        tradeoff
    }

    fn cells(&mut self, builder: &mut SnapshotBuilder) -> Result<(Option<CellOptions>, Placing), BuildError> {
        self.progress.start("measuring context cells", Amount::Unknown);
        let hold_out = &self.bench.hold_out;
        let (options, placing) = context_selection::choose(builder, hold_out)?;
        builder.cells = options.and_then(|options| cells(hold_out.before, builder.meta.min_support, options));
        self.clock.end("cells");
        Ok((options, placing))
    }

    fn ranker(&mut self, tables: &[u8]) -> (Option<ForestTable>, Option<RankReport>) {
        let snapshot = Snapshot::open(tables)
            .ok()
            .filter(|_| self.options.order == Order::Learned);
        let Some(snapshot) = snapshot else { return (None, None) };
        let (ranker, report) = learn(snapshot, self.bench.hold_out.after, self.progress);
        self.clock.end("ranker");
        (ranker, Some(report))
    }
}
