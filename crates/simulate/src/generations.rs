//! Does a model narrow when it is trained again and again on what it showed itself?
//!
//! Each generation trains on the visits of the one before, in which shoppers took some of their choices from slates. The
//! simulation is that of Mansoury et al. 2020 (<https://doi.org/10.1145/3340531.3412152>) and Chaney, Stewart and
//! Engelhardt 2018 (<https://doi.org/10.1145/3240323.3240370>), with the engine that ships: half of the choices follow the
//! slate, in front more often than behind, and the other half stay what shoppers chose by themselves.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use shelfwise_core::snapshot::SnapshotError;
use shelfwise_core::{Context, CurrentItem, Engine, Policy, Recommend, Session, Snapshot};
use shelfwise_intake::catalog::{Catalog, CatalogItem};
use shelfwise_intake::log::{Click, Log, SessionSpan};
use shelfwise_intake::progress::{Amount, Progress};
use shelfwise_train::evaluate::{PLACEMENT, policy};
use shelfwise_train::train::{Order, TrainError, TrainOptions, train_snapshot};

use crate::breadth::Breadth;
use crate::moment::kind;
use crate::request::{Asks, Shelf};
use crate::shop::Shop;
use crate::spread::{SpreadInput, spread};
use crate::stats::bootstrap::Dice;

/// Share of choices that follow the slate.
const FOLLOWED: f64 = 0.5;
/// Share of the log that every generation is measured on, and never trained on.
const HELD_OUT: f64 = 0.2;
/// Sessions that are relived by one engine, one after the other.
const CHUNK: usize = 64;

/// How generations are made.
#[derive(Clone, Copy, Debug)]
pub struct GenerationOptions {
    /// Generations after the first model.
    pub count: usize,
    /// Places in a slate.
    pub places: usize,
    /// The most visits that each is measured on.
    pub visits: usize,
}

/// A model of a generation, measured on visits that none was trained on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Generation {
    /// 0 is the model of the real log.
    pub number: usize,
    /// Share of visits whose next item was shown.
    pub hit_rate: f64,
    /// How widely slates spread.
    #[serde(flatten)]
    pub breadth: Breadth,
}

/// Why generations could not be made.
#[derive(Debug)]
pub enum GenerationError {
    /// A model could not be trained.
    Train(TrainError),
    /// A trained model could not be opened.
    Snapshot(SnapshotError),
}

impl std::fmt::Display for GenerationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Train(error) => error.fmt(f),
            Self::Snapshot(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for GenerationError {}

impl From<TrainError> for GenerationError {
    fn from(error: TrainError) -> Self {
        Self::Train(error)
    }
}

impl From<SnapshotError> for GenerationError {
    fn from(error: SnapshotError) -> Self {
        Self::Snapshot(error)
    }
}

/// Trains generation after generation by tables alone, and measures each. The same input gives the same figures. Costs a
/// training and a replay of the whole log for each.
///
/// # Errors
/// [`GenerationError`] if a model cannot be trained or opened.
pub fn generations(
    log: &Log,
    catalog: &Catalog,
    options: &GenerationOptions,
    progress: &dyn Progress,
) -> Result<Vec<Generation>, GenerationError> {
    let (mut lived, held_out) = log.split(HELD_OUT);
    let training = TrainOptions {
        order: Order::Tables,
        ..TrainOptions::default()
    };
    let shelf = Shelf {
        placement: PLACEMENT.into(),
        asks: Asks::Catalog,
    };
    let rules = policy(log.order, CurrentItem::Hide);
    let (mut measured, mut known) = (Vec::new(), None);
    for number in 0..=options.count {
        let stage = format!("generation {number} of {}", options.count);
        progress.start(&stage, Amount::Unknown);
        let snapshot = train_snapshot(&lived, catalog, None::<&Snapshot<Vec<u8>>>, &training)?;
        // One shop for all: its items and their popularity are those of the real log, or generations could not be compared.
        let shop = match known.take() {
            Some(shop) => shop,
            None => Shop::new(&goods(catalog, log), &Snapshot::open(snapshot.as_slice())?, &[]),
        };
        let input = SpreadInput {
            log: &held_out,
            shop: &shop,
            snapshot: &snapshot,
            facts: None,
            policy: &rules,
            shelf: &shelf,
            places: options.places,
            visits: options.visits,
        };
        let spread = spread(&input, &shelfwise_intake::progress::Silent)?;
        measured.push(Generation {
            number,
            hit_rate: spread.hit_rate,
            breadth: spread.breadth,
        });
        known = Some(shop);
        if number < options.count {
            lived = relive(&lived, &snapshot, &rules, options.places, number as u64)?;
        }
        progress.finish();
    }
    Ok(measured)
}

/// Returns the catalog with what else is in the log.
fn goods(catalog: &Catalog, log: &Log) -> Catalog {
    let mut items = catalog.items.clone();
    let known: rustc_hash::FxHashSet<&str> = catalog.items.iter().map(|item| item.id.as_str()).collect();
    let others = log.items.iter().filter(|id| !known.contains(id.as_str()));
    items.extend(others.map(|id| CatalogItem {
        id: id.clone(),
        ..CatalogItem::default()
    }));
    items.sort_by(|a, b| a.id.cmp(&b.id));
    Catalog { items }
}

/// Returns the same visits, in which some choices after the first event were taken from slates.
fn relive(log: &Log, snapshot: &[u8], rules: &Policy, places: usize, generation: u64) -> Result<Log, SnapshotError> {
    let numbers: FxHashMap<&str, u32> = log.items.iter().map(String::as_str).zip(0..).collect();
    let chunks: Result<Vec<Vec<Click>>, SnapshotError> = log
        .sessions
        .par_chunks(CHUNK)
        .enumerate()
        .map(|(at, chunk)| {
            let mut engine = Engine::new(Snapshot::open(snapshot)?, rules.clone());
            let mut dice = Dice(generation << 32 | at as u64);
            let visits = chunk
                .iter()
                .map(|span| visit(log, *span, &mut engine, &numbers, places, &mut dice));
            Ok(visits.flatten().collect())
        })
        .collect();
    let clicks: Vec<Click> = chunks?.into_iter().flatten().collect();
    let mut sessions = log.sessions.clone();
    let mut start = 0;
    for span in &mut sessions {
        let length = span.end - span.start;
        (span.start, span.end) = (start, start + length);
        start += length;
    }
    Ok(Log {
        items: log.items.clone(),
        clicks,
        sessions,
        ..*log
    })
}

/// Returns the events of one visit, lived again: as many as it had, the first as it was.
fn visit(
    log: &Log,
    span: SessionSpan,
    engine: &mut Engine<&[u8]>,
    numbers: &FxHashMap<&str, u32>,
    places: usize,
    dice: &mut Dice,
) -> Vec<Click> {
    let mut session = Session::new();
    let mut lived = Vec::new();
    for own in log.clicks_of(&span) {
        let follows = !lived.is_empty() && dice.fraction() < FOLLOWED;
        let item = if follows {
            chosen(engine, &session, numbers, places, dice).unwrap_or(own.item)
        } else {
            own.item
        };
        let click = Click { item, ..*own };
        // Ids of a log were validated by the intake: they are never empty or too long.
        let taken = session.apply(kind(log, &click), &log.items[item as usize], 0);
        debug_assert_eq!(taken, Ok(()));
        lived.push(click);
    }
    lived
}

/// Chooses from the slate of the visit so far: a place is looked at as the discount of NDCG has it, 1 / log2(1 + place).
fn chosen(
    engine: &mut Engine<&[u8]>,
    session: &Session,
    numbers: &FxHashMap<&str, u32>,
    places: usize,
    dice: &mut Dice,
) -> Option<u32> {
    let request = Recommend {
        placement: PLACEMENT,
        context: Context::default(),
        limit: places,
        ..Recommend::default()
    };
    let slate = engine.recommend(session, &request, &mut ());
    let items: Vec<u32> = slate
        .items
        .iter()
        .filter_map(|item| numbers.get(&*item.item_id).copied())
        .collect();
    let weight = |place: usize| 1.0 / ((place + 2) as f64).log2();
    let mut left = dice.fraction() * (0..items.len()).map(weight).sum::<f64>();
    let place = (0..items.len()).find(|place| {
        left -= weight(*place);
        left < 0.0
    });
    place.and_then(|place| items.get(place).copied())
}
