//! Training: from a cleaned log and a catalog to the bytes of a snapshot, with a report.

use serde::Serialize;
use shelfwise_core::Snapshot;
use shelfwise_core::snapshot::{BuildError, Scoring};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::{Log, Support};
use shelfwise_intake::progress::{Amount, Progress, Silent};
use thiserror::Error;

use crate::aggregates::items::{ItemCounts, count_items};
use crate::aggregates::own::{Frame, Part};
use crate::aggregates::{Aggregates, CountOptions, Source};
use crate::event_weights::EventWeights;
use crate::size::{SectionSize, brotli_bytes, section_sizes};
use crate::stage::{Stage, StageClock};
use crate::tables::assortment::Assortment;
use crate::tables::context_keys::context_keys;
use crate::tables::hold_back::{HeldBack, Published, since_ms};
use crate::tables::indexing::Indexing;
use crate::tables::model::{DAY_MS, Model, ModelOptions, model};
use crate::tune::fit::FitReport;
use crate::tune::hold_out::HoldOuts;
use crate::tune::tradeoff::FLOORS;
use crate::tune::{HoldOutReport, TunedOptions, tune};

/// How a setting with a measured cost is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The strictest value that stays within its budget on the hold-out.
    Auto,
    /// This value.
    Fixed(u32),
}

impl Choice {
    /// Returns the minimum that it can choose as support floor.
    pub(crate) const fn least(self) -> u32 {
        match self {
            Self::Auto => *FLOORS.start(),
            Self::Fixed(value) => value,
        }
    }
}

/// How candidates are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By the tables alone.
    Tables,
    /// By boosted trees over the tables' best candidates, if there is enough training data and a gain.
    Learned,
}

/// Which changes since the previous snapshot are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publish {
    /// Those supported by as many new people as the support floor requires; see
    /// [`hold_back`](crate::tables::hold_back).
    Supported,
    /// All.
    All,
}

/// Whether items that few people saw get indirect links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// Where they are worth their bytes on the hold-out.
    Measured,
    /// Never: they need what each person saw, which counts from elsewhere do not have.
    None,
}

/// Options of training.
#[derive(Clone, Copy, Debug)]
pub struct TrainOptions {
    /// The support floor. 1 is for comparison with the literature only, and is recorded in the snapshot.
    pub min_support: Choice,
    /// Maximum number of pairs from one session; `None` for all within the window.
    pub pairs_per_session: Option<Choice>,
    /// Maximum number of neighbours of each item, 1 to 63.
    pub neighbours: usize,
    /// Weight of each kind of event.
    pub event_weights: EventWeights,
    /// How candidates are ordered.
    pub order: Order,
    /// Which changes since the previous snapshot are published.
    pub changes: Publish,
    /// Whether items that few people saw get indirect links.
    pub links: Links,
}

/// Default maximum number of neighbours of each item.
pub const NEIGHBOURS: usize = 30;

impl Default for TrainOptions {
    fn default() -> Self {
        Self {
            min_support: Choice::Auto,
            pairs_per_session: None,
            neighbours: NEIGHBOURS,
            event_weights: EventWeights::default(),
            order: Order::Learned,
            changes: Publish::Supported,
            links: Links::Measured,
        }
    }
}

/// What is trained on: a log, or counts of one.
pub trait Input {
    /// A source of counts whose items are numbered by an indexing.
    type Source: Source;

    /// Returns the ids of all items.
    fn ids(&self) -> &[String];

    /// Returns the counts of these items, and of their supporters since a time.
    fn items(&self, since_ms: Option<i64>) -> Vec<ItemCounts>;

    /// Returns whether times are dates.
    fn is_dated(&self) -> bool;

    /// Returns all of it with items numbered by an indexing.
    fn numbered(&self, indexing: &Indexing) -> Self::Source;

    /// Returns the hold-outs of what [`numbered`](Self::numbered) returned.
    fn hold_outs(&self, numbered: &Self::Source) -> HoldOuts<Self::Source>;
}

impl Input for Log {
    type Source = Part;

    fn ids(&self) -> &[String] {
        &self.items
    }

    fn items(&self, since_ms: Option<i64>) -> Vec<ItemCounts> {
        count_items(self, since_ms)
    }

    fn is_dated(&self) -> bool {
        Self::is_dated(self)
    }

    fn numbered(&self, indexing: &Indexing) -> Part {
        Part {
            log: indexing.renumber(self),
            frame: Frame::of(self),
        }
    }

    fn hold_outs(&self, numbered: &Part) -> HoldOuts<Part> {
        HoldOuts::of(&numbered.log, numbered.frame)
    }
}

/// Why training failed.
#[derive(Debug, Error)]
pub enum TrainError {
    /// The parts do not form a valid snapshot.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// A snapshot and the report of its training.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The snapshot.
    pub snapshot: Vec<u8>,
    /// The report.
    pub report: TrainReport,
}

/// Report of training.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TrainReport {
    /// Distinct people, if the log has a person's key; sessions without one are not included.
    pub people: Option<u32>,
    /// Sessions.
    pub sessions: usize,
    /// Items in the snapshot.
    pub items: usize,
    /// Items of the log whose ids are not published: the catalog does not have them, and fewer people than the floor
    /// requires saw them.
    pub withheld_ids: usize,
    /// Indexes of items that a previous snapshot published and this one must not; they have no text.
    pub tombstones: usize,
    /// Changes that were held back; absent without a previous snapshot, or if either has no times.
    pub held_back: Option<HeldBack>,
    /// Different pairs in the log.
    pub pairs: u64,
    /// Entries of the neighbour table, after floor and pruning.
    pub neighbours: usize,
    /// Indirect links between items that few saw together.
    pub bridges: usize,
    /// Weight of an earlier item in a pair, relative to a later one.
    pub backward_weight: f64,
    /// The support floor.
    pub min_support: u32,
    /// The bound on pairs of a session; absent for all within the window.
    pub pairs_per_session: Option<u32>,
    /// How the factors of scoring were chosen.
    pub fit: FitReport,
    /// Measurements on the log's last sessions; absent if there were too few.
    pub hold_out: Option<HoldOutReport>,
    /// The factors of scoring.
    pub scoring: Option<Scoring>,
    /// Bytes of the snapshot.
    pub snapshot_bytes: usize,
    /// Bytes of the snapshot after brotli.
    pub snapshot_brotli_bytes: usize,
    /// Bytes after brotli divided by the number of items.
    pub bytes_per_item: f64,
    /// Size by section.
    pub sections: Vec<SectionSize>,
    /// Seconds and peak memory by stage.
    pub stages: Vec<Stage>,
}

/// Trains a snapshot. The same input gives the same bytes.
///
/// Time and memory grow with the log; choosing parameters on the hold-out costs one more count and some replays.
///
/// ```
/// use shelfwise_core::{ContextKey, EventKind, Snapshot};
/// use shelfwise_intake::{catalog::Catalog, log::{Click, Log, Order, SessionSpan, Support}, progress::Silent};
/// use shelfwise_train::train::{Choice, TrainOptions, train};
///
/// // Two people looked at a tent, then at a peg.
/// let click = |item| Click { item, kind: EventKind::ViewItem };
/// let session = |person: u32| SessionSpan {
///     start: 2 * person,
///     end: 2 * person + 2,
///     person,
///     last_ms: 0,
///     cell: ContextKey::UNKNOWN,
/// };
/// let log = Log {
///     items: vec!["peg".into(), "tent".into()],
///     clicks: vec![click(1), click(0), click(1), click(0)],
///     sessions: vec![session(0), session(1)],
///     order: Order::Sequence,
///     support: Support::People,
///     people: 2,
///     nobody: None,
/// };
/// let options = TrainOptions { min_support: Choice::Fixed(2), ..TrainOptions::default() };
/// let trained = train(&log, &Catalog::default(), None::<&Snapshot<Vec<u8>>>, &options, &Silent)?;
/// assert_eq!((trained.report.items, trained.report.neighbours), (2, 2));
/// # Ok::<(), shelfwise_train::train::TrainError>(())
/// ```
///
/// # Errors
/// [`TrainError`] if the parts do not form a valid snapshot.
pub fn train<I: Input, B: AsRef<[u8]>>(
    input: &I,
    catalog: &Catalog,
    previous: Option<&Snapshot<B>>,
    options: &TrainOptions,
    progress: &dyn Progress,
) -> Result<Trained, TrainError> {
    run(input, catalog, previous, options, Sizes::Measured, progress)
}

/// Trains the snapshot of [`train`] without its report, whose sizes cost a compression of the whole file: for training
/// again and again on almost the same log.
///
/// # Errors
/// [`TrainError`] if the parts do not form a valid snapshot.
pub fn train_snapshot<B: AsRef<[u8]>>(
    log: &Log,
    catalog: &Catalog,
    previous: Option<&Snapshot<B>>,
    options: &TrainOptions,
) -> Result<Vec<u8>, TrainError> {
    run(log, catalog, previous, options, Sizes::Skipped, &Silent).map(|trained| trained.snapshot)
}

/// Whether the report has sizes after compression.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sizes {
    Measured,
    Skipped,
}

fn run<I: Input, B: AsRef<[u8]>>(
    input: &I,
    catalog: &Catalog,
    previous: Option<&Snapshot<B>>,
    options: &TrainOptions,
    sizes: Sizes,
    progress: &dyn Progress,
) -> Result<Trained, TrainError> {
    let mut clock = StageClock::default();
    let least = options.min_support.least();
    let since_ms = new_since(input, previous, options);
    let items = input.items(since_ms);
    let assortment = |floor| {
        let indexing = Indexing::new(input.ids(), &items, catalog, previous, floor);
        Assortment::new(indexing, catalog, progress)
    };
    let mut known = assortment(least);
    let mut indexed = input.numbered(&known.indexing);
    clock.end("index");
    let decided = tune(&input.hold_outs(&indexed), &known, options, progress, &mut clock)?;
    if decided.min_support > least {
        known = assortment(decided.min_support);
        indexed = input.numbered(&known.indexing);
    }

    progress.start("counting pairs", Amount::Unknown);
    let TunedOptions {
        min_support,
        pairs_per_session,
        backward_weight,
        links,
        ..
    } = decided;
    let model_options = ModelOptions {
        min_support,
        neighbours: options.neighbours,
        event_weights: options.event_weights,
        pairs_per_session,
        backward_weight,
        links,
    };
    let counting = CountOptions {
        since_ms,
        ..model_options.counting(known.indexing.published())
    };
    let aggregates = indexed.count(&counting);
    clock.end("count");
    progress.start("weighing neighbours", Amount::Unknown);
    let before = previous.filter(|_| since_ms.is_some());
    let before = before.map(|previous| Published::of(previous, &known.indexing));
    let Model { mut builder, held_back } = model(&aggregates, &known, before.as_ref(), &model_options);
    builder.meta.scoring = decided.scoring.unwrap_or(builder.meta.scoring);
    builder.ranker = decided.ranker;
    builder.hit_curve = decided.hit_curve;
    let keys = decided.cells;
    builder.cells = keys.and_then(|options| context_keys(&aggregates.contexts, min_support, options));
    let snapshot = builder.build()?;
    clock.end("weigh");
    progress.start("measuring sizes", Amount::Unknown);
    let mut report = TrainReport::of(&aggregates);
    report.snapshot_bytes = snapshot.len();
    if sizes == Sizes::Measured {
        report.snapshot_brotli_bytes = brotli_bytes(&snapshot);
        report.sections = Snapshot::open(&*snapshot).map_or_else(|_| Vec::new(), |snapshot| section_sizes(&snapshot));
    }
    clock.end("compress");
    progress.finish();
    let indexing = &known.indexing;
    report.items = indexing.published() - indexing.tombstones();
    report.withheld_ids = indexing.unpublished.len();
    report.tombstones = indexing.tombstones();
    report.bytes_per_item = report.snapshot_brotli_bytes as f64 / indexing.published().max(1) as f64;
    report.min_support = min_support;
    report.pairs_per_session = pairs_per_session;
    report.neighbours = builder.together.rows.iter().map(Vec::len).sum();
    let bridged = builder.bridges.iter().flat_map(|table| &table.rows);
    report.bridges = bridged.map(Vec::len).sum();
    report.backward_weight = backward_weight;
    report.fit = decided.fit;
    report.hold_out = decided.report;
    report.scoring = Some(builder.meta.scoring);
    report.held_back = held_back.zip(since_ms).map(|(held_back, since_ms)| HeldBack {
        days: (aggregates.totals.last_ms - since_ms).div_euclid(DAY_MS) + 1,
        people: aggregates.totals.people_since,
        ..held_back
    });
    report.stages = clock.stages();
    Ok(Trained { snapshot, report })
}

/// Returns from when people count as new to the previous snapshot, in milliseconds since 1970; `None` if no change is held
/// back.
pub fn new_since<I: Input, B: AsRef<[u8]>>(
    input: &I,
    previous: Option<&Snapshot<B>>,
    options: &TrainOptions,
) -> Option<i64> {
    let holds_back = options.changes == Publish::Supported && input.is_dated();
    previous.and_then(since_ms).filter(|_| holds_back)
}

impl TrainReport {
    /// Returns the parts of the report that follow from the log alone.
    fn of(aggregates: &Aggregates<'_>) -> Self {
        let totals = &aggregates.totals;
        Self {
            people: (totals.support == Support::People).then_some(totals.people),
            sessions: totals.sessions,
            pairs: aggregates.pairs.distinct,
            ..Self::default()
        }
    }
}
