//! Tuning: chooses the factors of scoring, the bound, the floor and the ranker on the log's hold-out.

pub mod context_gains;
pub mod context_selection;
pub mod cross_validation;
pub mod fit;
pub mod hit_curve;
pub mod hold_out;
pub mod table_variants;
pub mod tradeoff;

use serde::Serialize;
use shelfwise_core::Snapshot;
use shelfwise_core::ranker::ForestTable;
use shelfwise_core::snapshot::{BuildError, Scoring, SnapshotBuilder};
use shelfwise_intake::progress::{Amount, Progress};

use crate::aggregates::contexts::ContextCounts;
use crate::aggregates::{Aggregates, Source};
use crate::evaluate::Evaluation;
use crate::rank::{RankReport, learn};
use crate::stage::StageClock;
use crate::tables::assortment::Assortment;
use crate::tables::context_keys::{KeyOptions, context_keys};
use crate::tables::indirect_links::LinkOptions;
use crate::tables::model::ModelOptions;
use crate::train::{Choice, Links, Order, TrainOptions};
use crate::tune::context_selection::ContextSelection;
use crate::tune::fit::{FitReport, Trial, fit};
use crate::tune::hit_curve::hit_curve;
use crate::tune::hold_out::{HoldOut, HoldOuts};
use crate::tune::table_variants::Shape;
use crate::tune::tradeoff::{CurveInput, FLOORS, Point, strictest_floor, tightest_bound};

/// Choices made on the hold-out.
#[derive(Debug)]
pub struct TunedOptions {
    /// The support floor.
    pub min_support: u32,
    /// The bound on pairs of a session.
    pub pairs_per_session: Option<u32>,
    /// Weight of an earlier item in a pair.
    pub backward_weight: f64,
    /// Options of indirect links.
    pub links: Option<LinkOptions>,
    /// The factors of scoring; absent if there was too little data.
    pub scoring: Option<Scoring>,
    /// Report on their choice; empty if there was too little data.
    pub fit: FitReport,
    /// The learned ranker, if it is better than the order of the tables.
    pub ranker: Option<ForestTable>,
    /// Options of context keys, if they are worth their bytes.
    pub cells: Option<KeyOptions>,
    /// The hit curve of the chosen tables.
    pub hit_curve: Option<Vec<u16>>,
    /// The measurements.
    pub report: Option<HoldOutReport>,
}

/// Measurements on the log's last sessions, by tables that have not counted them.
#[derive(Clone, Debug, Serialize)]
pub struct HoldOutReport {
    /// Sessions held out.
    pub sessions: usize,
    /// Measured backward weights.
    pub directions: Vec<Shape>,
    /// Measured indirect links; empty if none were wanted.
    pub bridges: Vec<Shape>,
    /// Measured bounds on pairs of a session, if requested.
    pub bounds: Vec<Point>,
    /// Measured support floors, if requested.
    pub floors: Vec<Point>,
    /// Measured context keys.
    pub cells: ContextSelection,
    /// Evaluation of the chosen tables in their own order.
    pub evaluation: Evaluation,
    /// The learned ranker; absent if none was requested.
    pub ranker: Option<RankReport>,
}

/// Makes all choices on held-out sessions, numbered by the assortment's indexing.
///
/// # Errors
/// [`BuildError`] if the parts do not form a valid snapshot.
pub fn tune<S: Source>(
    held_out: &HoldOuts<S>,
    assortment: &Assortment<'_>,
    options: &TrainOptions,
    progress: &dyn Progress,
    clock: &mut StageClock,
) -> Result<TunedOptions, BuildError> {
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
        links: None,
    };
    let crossed = held_out.crossed.as_ref();
    let crossed: Option<Vec<HoldOut<'_>>> = crossed.map(|parts| parts.iter().map(HoldOut::part).collect());
    let Some(newest) = &held_out.newest else {
        progress.start("choosing the factors of scoring", Amount::Unknown);
        let chosen = crossed.map(|parts| cross_validation::factors(&parts, assortment, model_options));
        let chosen = chosen.transpose()?;
        clock.end("factors");
        return Ok(TunedOptions::without_hold_out(least, options, chosen));
    };
    let hold_out = HoldOut::newest(newest);
    let input = CurveInput {
        hold_out,
        assortment,
        options: model_options,
    };
    let mut deciding = Tuner {
        input,
        options,
        crossed,
        progress,
        clock,
    };

    let mut pairs_per_session = fixed_bound(options);
    let mut aggregates = deciding.input.count(pairs_per_session);
    let directions = deciding.directions(&aggregates)?;
    let (scoring, fit) = deciding.factors(&aggregates, least)?;
    let bounds = deciding.bounds(&scoring)?;
    if !bounds.is_empty() {
        pairs_per_session = tightest_bound(&bounds);
        deciding.input.options.pairs_per_session = pairs_per_session;
        aggregates = deciding.input.count(pairs_per_session);
    }
    let bridges = deciding.bridges(&aggregates, &scoring)?;
    let floors = deciding.floors(&aggregates, &scoring, pairs_per_session)?;
    let min_support = if floors.is_empty() {
        least
    } else {
        strictest_floor(&floors)
    };
    let mut builder = deciding.input.model(&aggregates, min_support, Some(&scoring));
    let (chosen_keys, placing) = deciding.context_keys(&mut builder, &aggregates.contexts)?;
    drop(aggregates);
    let tables = builder.build()?;
    drop(builder);
    let (ranker, rank_report) = deciding.ranker(&tables);
    // The builder has opened what it wrote, so this has no way to fail but a curve that is missing.
    let hit_curve = hit_curve(&tables, &deciding.input.hold_out).unwrap_or_default();
    let evaluation = deciding.input.hold_out.evaluate(tables);
    deciding.clock.end("hold-out");
    let ModelOptions {
        backward_weight, links, ..
    } = deciding.input.options;
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
    Ok(TunedOptions {
        min_support,
        pairs_per_session,
        backward_weight,
        links,
        scoring: Some(scoring),
        fit,
        ranker,
        cells: chosen_keys,
        hit_curve,
        report: Some(report),
    })
}

impl TunedOptions {
    /// Returns the choices without a hold-out: all at their defaults.
    fn without_hold_out(min_support: u32, options: &TrainOptions, chosen: Option<(Scoring, FitReport)>) -> Self {
        let (scoring, fit) = chosen.unzip();
        Self {
            min_support,
            pairs_per_session: fixed_bound(options),
            backward_weight: 1.0,
            links: None,
            scoring,
            fit: fit.unwrap_or_default(),
            ranker: None,
            cells: None,
            hit_curve: None,
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

struct Tuner<'a> {
    input: CurveInput<'a>,
    crossed: Option<Vec<HoldOut<'a>>>,
    options: &'a TrainOptions,
    progress: &'a dyn Progress,
    clock: &'a mut StageClock,
}

impl Tuner<'_> {
    fn factors(&mut self, aggregates: &Aggregates<'_>, floor: u32) -> Result<(Scoring, FitReport), BuildError> {
        self.progress.start("choosing the factors of scoring", Amount::Unknown);
        let chosen = match &self.crossed {
            Some(parts) => cross_validation::factors(parts, self.input.assortment, self.input.options)?,
            None => {
                let builder = self.input.model(aggregates, floor, None);
                let hold_out = self.input.hold_out;
                let defaults = builder.meta.scoring.clone();
                fit(&[Trial { builder, hold_out }], defaults)?
            }
        };
        self.clock.end("factors");
        Ok(chosen)
    }

    fn directions(&mut self, aggregates: &Aggregates<'_>) -> Result<Vec<Shape>, BuildError> {
        self.progress.start("measuring direction", Amount::Unknown);
        let tried = table_variants::directions(&self.input, aggregates)?;
        self.input.options.backward_weight = table_variants::best(&tried).map_or(1.0, |best| best.backward_weight);
        self.clock.end("direction");
        Ok(tried)
    }

    fn bridges(&mut self, aggregates: &Aggregates<'_>, scoring: &Scoring) -> Result<Vec<Shape>, BuildError> {
        if self.options.links == Links::None {
            return Ok(Vec::new());
        }
        self.progress.start("measuring indirect links", Amount::Unknown);
        let tried = table_variants::bridged(&self.input, aggregates, scoring)?;
        self.input.options.links = table_variants::best(&tried).and_then(|best| best.bridges);
        self.clock.end("bridges");
        Ok(tried)
    }

    fn bounds(&mut self, scoring: &Scoring) -> Result<Vec<Point>, BuildError> {
        if self.options.pairs_per_session != Some(Choice::Auto) {
            return Ok(Vec::new());
        }
        self.progress
            .start("measuring what a bound on sessions costs", Amount::Unknown);
        let tradeoff = self.input.bounds(scoring);
        self.clock.end("bounds");
        tradeoff
    }

    fn floors(
        &mut self,
        aggregates: &Aggregates<'_>,
        scoring: &Scoring,
        bound: Option<u32>,
    ) -> Result<Vec<Point>, BuildError> {
        if self.options.min_support != Choice::Auto {
            return Ok(Vec::new());
        }
        self.progress
            .start("measuring what a support floor costs", Amount::Unknown);
        let tradeoff = self.input.floors(aggregates, scoring, bound);
        self.clock.end("floors");
        tradeoff
    }

    fn context_keys(
        &mut self,
        builder: &mut SnapshotBuilder,
        contexts: &[ContextCounts],
    ) -> Result<(Option<KeyOptions>, ContextSelection), BuildError> {
        self.progress.start("measuring context keys", Amount::Unknown);
        let (options, placing) = context_selection::choose(builder, contexts, &self.input.hold_out)?;
        builder.cells = options.and_then(|options| context_keys(contexts, builder.meta.min_support, options));
        self.clock.end("cells");
        Ok((options, placing))
    }

    fn ranker(&mut self, tables: &[u8]) -> (Option<ForestTable>, Option<RankReport>) {
        let snapshot = Snapshot::open(tables)
            .ok()
            .filter(|_| self.options.order == Order::Learned);
        let Some(snapshot) = snapshot else { return (None, None) };
        let (ranker, report) = learn(snapshot, self.input.hold_out.after, self.progress);
        self.clock.end("ranker");
        (ranker, Some(report))
    }
}
