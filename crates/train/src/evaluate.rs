//! Evaluation: test sessions replayed through the very engine that serves, on the very snapshot.

use std::time::Instant;

use rustc_hash::FxHashSet;
use serde::Serialize;
use shelfwise_core::policy::{Action, Exclusion, Policy, Rule};
use shelfwise_core::{CurrentItem, Engine, EventKind, ItemIndex, Placement, Recommend, Session, Snapshot};

use crate::log::{Click, Log, Order};
use crate::progress::{Amount, Progress};

/// Name of the placement at which the replay asks.
const PLACEMENT: &str = "evaluation";

/// How a test log is replayed.
#[derive(Clone, Copy, Debug)]
pub struct Protocol {
    /// Length of the list that is looked at.
    pub at: usize,
    /// Whether the current item may be recommended: it moves HR by 8 to 16 points.
    pub current_item: CurrentItem,
    /// At most this many predictions, taken evenly over the sessions; `None` for all.
    pub most: Option<usize>,
}

/// What a replay measured. Shares are fractions of 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Evaluation {
    /// Share of predictions whose next item is in the list.
    pub hr: f64,
    /// Mean of 1 / place of the next item; 0 where it is not in the list.
    pub mrr: f64,
    /// Mean of 1 / log2(1 + place).
    pub ndcg: f64,
    /// Share of the items of the snapshot that were recommended at least once.
    pub coverage: f64,
    /// Share of all places that went to items outside the most popular fifth.
    pub tail_share: f64,
    /// Mean popularity of what was recommended over that of what was chosen; above 1 the list is more popular.
    pub popularity_lift: f64,
    /// Number of predictions.
    pub predictions: usize,
    /// Median time of one recommendation, in microseconds.
    pub p50_us: f64,
    /// 90th percentile.
    pub p90_us: f64,
    /// 99th percentile.
    pub p99_us: f64,
}

/// Replays a log: after every event of a session but the last, the next item is looked for in the list.
///
/// In a log of baskets every item is put into the cart in the order of the file, what is in the cart is not
/// recommended, and the next item is looked for. Event times are not replayed: no session ends by silence.
pub fn evaluate<B: AsRef<[u8]>>(
    snapshot: Snapshot<B>,
    log: &Log,
    protocol: &Protocol,
    progress: &dyn Progress,
) -> Evaluation {
    let predictions: usize = log
        .sessions
        .iter()
        .map(|session| (session.end - session.start).saturating_sub(1) as usize)
        .sum();
    let stride = protocol.most.map_or(1, |most| predictions.div_ceil(most.max(1)).max(1));
    let mut replay = Replay::new(
        Engine::new(snapshot, policy(log.order, protocol.current_item)),
        log,
        protocol,
        stride,
    );
    progress.start("replaying sessions", Amount::Steps(log.sessions.len() as u64));
    for session in &log.sessions {
        replay.session(&log.clicks[session.start as usize..session.end as usize]);
        progress.advance(1);
    }
    progress.finish();
    replay.finish()
}

fn policy(order: Order, current_item: CurrentItem) -> Policy {
    let in_cart = Rule {
        id: "in-cart".into(),
        placements: Vec::new(),
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
    }
}

/// The popularity that the most popular fifth of the items has at least.
fn tail_below<B: AsRef<[u8]>>(snapshot: &Snapshot<B>) -> f64 {
    let popularity = snapshot.popularity();
    let mut all: Vec<f64> = (0..snapshot.items() as u32)
        .map(|item| f64::from(popularity.of(ItemIndex(item))))
        .collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() * 4 / 5).copied().unwrap_or_default()
}

struct Replay<'a, B> {
    engine: Engine<B>,
    log: &'a Log,
    protocol: &'a Protocol,
    stride: usize,
    seen: usize,
    /// Items less popular than this are the long tail.
    tail_below: f64,
    sums: Sums,
    recommended: FxHashSet<String>,
    micros: Vec<f64>,
}

#[derive(Default)]
struct Sums {
    predictions: usize,
    hits: usize,
    reciprocal: f64,
    discounted: f64,
    places: usize,
    tail: usize,
    shown_popularity: f64,
    chosen_popularity: f64,
}

impl<'a, B: AsRef<[u8]>> Replay<'a, B> {
    fn new(engine: Engine<B>, log: &'a Log, protocol: &'a Protocol, stride: usize) -> Self {
        let tail_below = tail_below(engine.snapshot());
        let (sums, recommended, micros) = (Sums::default(), FxHashSet::default(), Vec::new());
        Self {
            engine,
            log,
            protocol,
            stride,
            seen: 0,
            tail_below,
            sums,
            recommended,
            micros,
        }
    }

    fn session(&mut self, clicks: &[Click]) {
        let mut session = Session::new();
        for (click, next) in clicks.iter().zip(clicks.iter().skip(1)) {
            let kind = if self.log.order == Order::Basket {
                EventKind::AddToCart
            } else {
                click.kind
            };
            // Ids of a log that was read are never empty or too long.
            let taken = session.apply(kind, &self.log.items[click.item as usize], 0);
            debug_assert_eq!(taken, Ok(()));
            if self.seen.is_multiple_of(self.stride) {
                self.predict(&session, &self.log.items[next.item as usize]);
            }
            self.seen += 1;
        }
    }

    fn predict(&mut self, session: &Session, target: &str) {
        let request = Recommend {
            placement: PLACEMENT,
            limit: self.protocol.at,
            ..Recommend::default()
        };
        let start = Instant::now();
        let slate = self.engine.recommend(session, &request, &mut ());
        self.micros.push(start.elapsed().as_secs_f64() * 1e6);
        let shown: Vec<String> = slate.items.into_iter().map(|item| item.item_id.into_owned()).collect();
        self.score(&shown, target);
    }

    fn score(&mut self, shown: &[String], target: &str) {
        let snapshot = self.engine.snapshot();
        let (ids, popularity) = (snapshot.ids(), snapshot.popularity());
        let popularity_of = |id: &str| ids.index_of(id).map_or(0.0, |item| f64::from(popularity.of(item)));
        let sums = &mut self.sums;
        sums.predictions += 1;
        sums.chosen_popularity += popularity_of(target);
        if let Some(place) = shown.iter().position(|id| id == target) {
            sums.hits += 1;
            sums.reciprocal += 1.0 / (place + 1) as f64;
            sums.discounted += 1.0 / ((place + 2) as f64).log2();
        }
        for id in shown {
            let popularity = popularity_of(id);
            sums.places += 1;
            sums.shown_popularity += popularity;
            sums.tail += usize::from(popularity < self.tail_below);
            if !self.recommended.contains(id) {
                self.recommended.insert(id.clone());
            }
        }
    }

    fn finish(mut self) -> Evaluation {
        self.micros.sort_by(f64::total_cmp);
        let percentile = |share: f64| {
            let at = ((self.micros.len() as f64 * share).ceil() as usize).saturating_sub(1);
            self.micros.get(at).copied().unwrap_or_default()
        };
        let (sums, all) = (&self.sums, self.sums.predictions.max(1) as f64);
        let places = sums.places.max(1) as f64;
        Evaluation {
            hr: sums.hits as f64 / all,
            mrr: sums.reciprocal / all,
            ndcg: sums.discounted / all,
            coverage: self.recommended.len() as f64 / self.engine.snapshot().items().max(1) as f64,
            tail_share: sums.tail as f64 / places,
            popularity_lift: (sums.shown_popularity / places) / (sums.chosen_popularity / all).max(f64::MIN_POSITIVE),
            predictions: sums.predictions,
            p50_us: percentile(0.5),
            p90_us: percentile(0.9),
            p99_us: percentile(0.99),
        }
    }
}
