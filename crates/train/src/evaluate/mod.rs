//! Evaluation: replays test sessions through the engine that serves, on the snapshot that is shipped.

pub mod cold_start;
pub mod modes;
pub mod reasoned;
pub mod relist;
pub mod replay;
pub mod returning;

use std::time::Instant;

use rustc_hash::FxHashSet;
use serde::Serialize;
use shelfwise_core::policy::{Action, Condition, Exclusion, Policy, Rule};
use shelfwise_core::{Context, ContextKey, CurrentItem, Engine, ItemIndex, Placement, Recommend, Session, Snapshot};
use shelfwise_intake::log::{Log, Order};
use shelfwise_intake::progress::Progress;

use crate::evaluate::replay::replay;

/// Placement of the replay's requests.
pub const PLACEMENT: &str = "evaluation";

/// Options of replaying a test log.
#[derive(Clone, Copy, Debug)]
pub struct Protocol {
    /// Length of the evaluated list.
    pub at: usize,
    /// Whether the current item may be recommended: this changes HR by 8 to 16 points.
    pub current_item: CurrentItem,
    /// Maximum number of predictions, sampled evenly over the sessions; `None` for all.
    pub most: Option<usize>,
}

/// Result of a replay. Shares are fractions of 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Evaluation {
    /// Ranks of the next items.
    #[serde(flatten)]
    pub places: Places,
    /// Share of the snapshot's items that were recommended at least once.
    pub coverage: f64,
    /// Share of all recommended positions with items outside the most popular fifth.
    pub tail_share: f64,
    /// Mean popularity of recommended items divided by that of chosen items; above 1 the list is more popular. 0 if no
    /// chosen item is in the snapshot.
    pub popularity_lift: f64,
    /// Time of one recommendation.
    #[serde(flatten)]
    pub latency: Latency,
}

/// Accuracy metrics of the next item in lists of a fixed length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Places {
    /// Hit rate: share of predictions whose next item is in the list.
    pub hr: f64,
    /// Mean reciprocal rank: mean of 1 / rank of the next item; 0 if it is not in the list.
    pub mrr: f64,
    /// Mean of 1 / log2(1 + rank).
    pub ndcg: f64,
    /// Number of predictions.
    pub predictions: usize,
    /// Length of the list.
    pub at: usize,
}

impl Places {
    /// Returns empty sums, for lists of this length.
    #[must_use]
    pub fn at(at: usize) -> Self {
        Self { at, ..Self::default() }
    }

    /// Counts one prediction: the index of the item in the list, if it is there.
    pub fn count(&mut self, place: Option<usize>) {
        self.predictions += 1;
        if let Some(place) = place.filter(|place| *place < self.at) {
            self.hr += 1.0;
            self.mrr += 1.0 / (place + 1) as f64;
            self.ndcg += 1.0 / ((place + 2) as f64).log2();
        }
    }

    /// Divides the sums by the number of predictions.
    #[must_use]
    pub fn finish(self) -> Self {
        let all = self.predictions.max(1) as f64;
        Self {
            hr: self.hr / all,
            mrr: self.mrr / all,
            ndcg: self.ndcg / all,
            ..self
        }
    }
}

/// Percentiles of the time of one call, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Latency {
    /// The median.
    pub p50_us: f64,
    /// 90th percentile.
    pub p90_us: f64,
    /// 99th percentile.
    pub p99_us: f64,
}

impl Latency {
    /// Returns the percentiles of times in microseconds, by the nearest-rank method.
    #[must_use]
    pub fn of(mut micros: Vec<f64>) -> Self {
        micros.sort_by(f64::total_cmp);
        let percentile = |share: f64| {
            let at = ((micros.len() as f64 * share).ceil() as usize).saturating_sub(1);
            micros.get(at).copied().unwrap_or_default()
        };
        Self {
            p50_us: percentile(0.5),
            p90_us: percentile(0.9),
            p99_us: percentile(0.99),
        }
    }
}

/// Replays a log through [`replay()`]: ranks the next item in the engine's recommendations.
///
/// In a log of baskets, items in the cart are not recommended.
pub fn evaluate<B: AsRef<[u8]>>(
    snapshot: Snapshot<B>,
    log: &Log,
    protocol: &Protocol,
    progress: &dyn Progress,
) -> Evaluation {
    let engine = Engine::new(snapshot, policy(log.order, protocol.current_item));
    let mut measuring = Measuring::new(engine, protocol);
    replay(log, protocol.most, progress, |session, cell, next| {
        measuring.predict(session, cell, &log.items[next as usize]);
    });
    measuring.finish()
}

/// Returns the policy of a replay, for the placement [`PLACEMENT`].
#[must_use]
pub fn policy(order: Order, current_item: CurrentItem) -> Policy {
    let in_cart = Rule {
        id: "in-cart".into(),
        placements: Vec::new(),
        condition: Condition::default(),
        action: Action::Exclude(Exclusion::InCart),
    };
    Policy {
        placements: vec![Placement {
            name: PLACEMENT.into(),
            current_item,
        }],
        rules: if order == Order::Basket {
            vec![in_cart]
        } else {
            Vec::new()
        },
        ..Policy::default()
    }
}

/// Returns the popularity below which an item is outside the most popular fifth: the long tail.
#[must_use]
pub fn tail_below<B: AsRef<[u8]>>(snapshot: &Snapshot<B>) -> f64 {
    let popularity = snapshot.popularity();
    let mut all: Vec<f64> = (0..snapshot.items() as u32)
        .map(|item| f64::from(popularity.of(ItemIndex(item))))
        .collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() * 4 / 5).copied().unwrap_or_default()
}

struct Measuring<'a, B> {
    engine: Engine<B>,
    protocol: &'a Protocol,
    /// Items with lower popularity are the long tail.
    tail_below: f64,
    places: Places,
    shown: Shown,
    recommended: FxHashSet<String>,
    micros: Vec<f64>,
}

/// Sums over all recommended items.
#[derive(Default)]
struct Shown {
    places: usize,
    tail: usize,
    popularity: f64,
    chosen_popularity: f64,
}

impl<'a, B: AsRef<[u8]>> Measuring<'a, B> {
    fn new(engine: Engine<B>, protocol: &'a Protocol) -> Self {
        let tail_below = tail_below(engine.snapshot());
        let (places, shown) = (Places::at(protocol.at), Shown::default());
        Self {
            engine,
            protocol,
            tail_below,
            places,
            shown,
            recommended: FxHashSet::default(),
            micros: Vec::new(),
        }
    }

    fn predict(&mut self, session: &Session, cell: ContextKey, target: &str) {
        let request = Recommend {
            placement: PLACEMENT,
            context: Context {
                cell,
                ..Context::default()
            },
            limit: self.protocol.at,
            ..Recommend::default()
        };
        let start = Instant::now();
        let slate = self.engine.recommend(session, &request, &mut ());
        self.micros.push(start.elapsed().as_secs_f64() * 1e6);
        let list: Vec<String> = slate.items.into_iter().map(|item| item.item_id.into_owned()).collect();
        self.places.count(list.iter().position(|id| id == target));
        self.record_list(list, target);
    }

    fn record_list(&mut self, list: Vec<String>, target: &str) {
        let snapshot = self.engine.snapshot();
        let (ids, popularity) = (snapshot.ids(), snapshot.popularity());
        let popularity_of = |id: &str| ids.index_of(id).map_or(0.0, |item| f64::from(popularity.of(item)));
        let shown = &mut self.shown;
        shown.chosen_popularity += popularity_of(target);
        for id in list {
            let popularity = popularity_of(&id);
            shown.places += 1;
            shown.popularity += popularity;
            shown.tail += usize::from(popularity < self.tail_below);
            self.recommended.insert(id);
        }
    }

    fn finish(self) -> Evaluation {
        let (shown, items) = (self.shown, self.engine.snapshot().items().max(1) as f64);
        let (places, predictions) = (shown.places.max(1) as f64, self.places.predictions.max(1) as f64);
        let chosen = shown.chosen_popularity / predictions;
        Evaluation {
            places: self.places.finish(),
            coverage: self.recommended.len() as f64 / items,
            tail_share: shown.tail as f64 / places,
            popularity_lift: if chosen > 0.0 {
                shown.popularity / places / chosen
            } else {
                0.0
            },
            latency: Latency::of(self.micros),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{baskets, log};
    use crate::train::{TrainOptions, train};
    use shelfwise_intake::catalog::Catalog;
    use shelfwise_intake::progress::Silent;

    fn snapshot_of(log: &Log) -> Snapshot<Vec<u8>> {
        let previous = None::<&Snapshot<Vec<u8>>>;
        let trained = train(log, &Catalog::default(), previous, &TrainOptions::default(), &Silent).unwrap();
        Snapshot::open(trained.snapshot).unwrap()
    }

    fn replayed(learned: &Log, test: &Log, current_item: CurrentItem, most: Option<usize>) -> Evaluation {
        let protocol = Protocol {
            at: 3,
            current_item,
            most,
        };
        evaluate(snapshot_of(learned), test, &protocol, &Silent)
    }

    fn campers() -> Log {
        log(&[&["tent", "peg"], &["tent", "peg"], &["milk", "oats"], &["milk", "oats"]])
    }

    #[test]
    fn item_that_always_follows_is_always_hit() {
        let test = log(&[&["tent", "peg"], &["milk", "oats"]]);
        let evaluation = replayed(&campers(), &test, CurrentItem::Hide, None);
        assert_eq!(evaluation.places.predictions, 2);
        assert!((evaluation.places.hr - 1.0).abs() < 1e-12 && (evaluation.places.mrr - 1.0).abs() < 1e-12);
        assert!((evaluation.places.ndcg - 1.0).abs() < 1e-12);
    }

    #[test]
    fn item_missing_in_the_snapshot_is_never_hit() {
        let evaluation = replayed(&campers(), &log(&[&["tent", "kite"]]), CurrentItem::Show, None);
        assert_eq!(
            (
                evaluation.places.predictions,
                evaluation.places.hr,
                evaluation.places.mrr
            ),
            (1, 0.0, 0.0)
        );
    }

    #[test]
    fn current_item_is_hit_only_if_allowed() {
        let again = log(&[&["tent", "tent"]]);
        assert!(replayed(&campers(), &again, CurrentItem::Show, None).places.hr > 0.5);
        assert!(replayed(&campers(), &again, CurrentItem::Hide, None).places.hr < 0.5);
    }

    #[test]
    fn item_in_the_basket_is_not_recommended() {
        let learned = baskets(&[&["milk", "oats"], &["milk", "oats"]]);
        let evaluation = replayed(
            &learned,
            &baskets(&[&["milk", "oats", "milk"]]),
            CurrentItem::Show,
            None,
        );
        assert_eq!(evaluation.places.predictions, 2);
        assert!(
            (evaluation.places.hr - 0.5).abs() < 1e-12,
            "oats are found, the milk is there already"
        );
    }

    #[test]
    fn replay_sample_is_even_and_at_most_the_requested_size() {
        let test = log(&[&["tent", "peg", "tent", "peg", "tent", "peg", "tent"]]);
        assert_eq!(
            replayed(&campers(), &test, CurrentItem::Show, None).places.predictions,
            6
        );
        assert_eq!(
            replayed(&campers(), &test, CurrentItem::Show, Some(4))
                .places
                .predictions,
            3
        );
    }

    #[test]
    fn evaluation_without_sessions_is_zero() {
        let evaluation = replayed(&campers(), &log(&[&["tent"]]), CurrentItem::Show, None);
        assert_eq!(
            (
                evaluation.places.predictions,
                evaluation.places.hr,
                evaluation.latency.p99_us
            ),
            (0, 0.0, 0.0)
        );
        assert!(evaluation.popularity_lift.is_finite());
    }

    #[test]
    fn percentiles_use_the_nearest_rank() {
        let latency = Latency::of((1..=100).rev().map(f64::from).collect());
        assert_eq!(
            latency,
            Latency {
                p50_us: 50.0,
                p90_us: 90.0,
                p99_us: 99.0,
            }
        );
        assert_eq!(Latency::of(Vec::new()), Latency::default());
    }

    #[test]
    fn rank_beyond_the_list_is_no_hit() {
        let mut places = Places::at(2);
        [Some(1), Some(2), None]
            .into_iter()
            .for_each(|place| places.count(place));
        let places = places.finish();
        assert_eq!(places.predictions, 3);
        assert!((places.hr - 1.0 / 3.0).abs() < 1e-12 && (places.mrr - 0.5 / 3.0).abs() < 1e-12);
    }
}
