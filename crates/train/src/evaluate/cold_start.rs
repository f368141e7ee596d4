//! Cold start: evaluates recommendations from the context alone against the first item of each visit.

use serde::Serialize;
use shelfwise_core::snapshot::SnapshotError;
use shelfwise_core::snapshot::layout::{ENTRY_BYTES, HEADER_BYTES, SectionId, entry};
use shelfwise_core::{Context, ContextKey, Engine, Policy, Recommend, Session, Snapshot};
use shelfwise_intake::log::{Log, SessionSpan};

use crate::aggregates::contexts::beginning;
use crate::evaluate::{PLACEMENT, Places};

/// Accuracy for first items, with and without context keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct ColdStart {
    /// By overall popularity alone, as if the snapshot had no context keys.
    pub without: Places,
    /// With context keys, for visits with unknown context.
    pub unknown: Places,
    /// With context keys, each visit in its own context.
    pub with: Places,
}

/// Measures a snapshot with its context keys and without.
///
/// # Errors
/// [`SnapshotError`] if the bytes are not a snapshot.
pub fn cold_start(bytes: &[u8], log: &Log, at: usize, most: Option<usize>) -> Result<ColdStart, SnapshotError> {
    let places = |bytes: Vec<u8>, facts: ContextKey| Ok(begin(Snapshot::open(bytes)?, log, facts, at, most).places);
    Ok(ColdStart {
        without: places(without_keys(bytes), ContextKey::UNKNOWN)?,
        unknown: places(bytes.to_vec(), ContextKey::UNKNOWN)?,
        with: places(bytes.to_vec(), ContextKey::EVERYTHING)?,
    })
}

/// Result of a replay of first items.
#[derive(Clone, Debug, Default)]
pub struct FirstItems {
    /// Ranks of the first items.
    pub places: Places,
    /// Sums of each visit.
    pub visits: Vec<VisitPlaces>,
}

/// Sums over the first items of one visit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct VisitPlaces {
    /// First items.
    pub items: usize,
    /// Those that were in the list.
    pub hits: f64,
    /// Sum of their reciprocal ranks.
    pub reciprocal_ranks: f64,
}

impl VisitPlaces {
    fn tuning_score(self) -> f64 {
        self.hits + self.reciprocal_ranks
    }
}

impl FirstItems {
    /// Returns HR + MRR.
    #[must_use]
    pub fn tuning_score(&self) -> f64 {
        self.places.hr + self.places.mrr
    }

    /// Returns the mean gain over another replay of the same visits, and its standard error, from paired differences by
    /// visit.
    #[must_use]
    pub fn gain_over(&self, other: &Self) -> (f64, f64) {
        let visits = self.visits.len().max(1) as f64;
        let each = self.places.predictions as f64 / visits;
        let gains = || {
            self.visits
                .iter()
                .zip(&other.visits)
                .map(|(own, other)| (own.tuning_score() - other.tuning_score()) / each.max(1.0))
        };
        let mean = gains().sum::<f64>() / visits;
        let scatter = gains().map(|gain| (gain - mean) * (gain - mean)).sum::<f64>() / visits;
        (mean, (scatter / visits).sqrt())
    }

    /// Returns the part of the replay with some visits, by their index.
    #[must_use]
    pub fn only(&self, chosen: &[usize]) -> Self {
        let visits: Vec<VisitPlaces> = chosen.iter().map(|&visit| self.visits[visit]).collect();
        let places = Places {
            hr: visits.iter().map(|visit| visit.hits).sum(),
            mrr: visits.iter().map(|visit| visit.reciprocal_ranks).sum(),
            predictions: visits.iter().map(|visit| visit.items).sum(),
            ..Places::at(self.places.at)
        };
        Self {
            places: places.finish(),
            visits,
        }
    }
}

/// Returns at most `most` visits, evenly spread over the log.
pub fn sampled(log: &Log, most: Option<usize>) -> impl Iterator<Item = &SessionSpan> {
    let stride = most.map_or(1, |most| log.sessions.len().div_ceil(most.max(1)).max(1));
    log.sessions.iter().step_by(stride)
}

/// Ranks the first items of visits in recommendations from `facts` of their context keys, for at most `most` visits,
/// evenly spread over the log. In a basket, which has no order, every line counts as a first item.
pub fn begin<B: AsRef<[u8]>>(
    snapshot: Snapshot<B>,
    log: &Log,
    facts: ContextKey,
    at: usize,
    most: Option<usize>,
) -> FirstItems {
    let mut engine = Engine::new(snapshot, Policy::default());
    let (mut places, mut visits, nobody) = (Places::at(at), Vec::new(), Session::new());
    for session in sampled(log, most) {
        let request = Recommend {
            placement: PLACEMENT,
            context: Context {
                cell: session.cell.only(facts),
                ..Context::default()
            },
            limit: at,
            ..Recommend::default()
        };
        let slate = engine.recommend(&nobody, &request, &mut ());
        let before = places;
        for click in beginning(log, session) {
            let id = &log.items[click.item as usize];
            places.count(slate.items.iter().position(|item| item.item_id == **id));
        }
        visits.push(VisitPlaces {
            items: places.predictions - before.predictions,
            hits: places.hr - before.hr,
            reciprocal_ranks: places.mrr - before.mrr,
        });
    }
    let places = places.finish();
    FirstItems { places, visits }
}

/// Returns the same snapshot with its section of context keys renamed, so that readers ignore it. Checksums are not
/// updated, because opening does not verify them.
fn without_keys(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let sections = Snapshot::open(&*bytes).map_or_else(|_| Vec::new(), |snapshot| snapshot.sections().collect());
    if let Some(place) = sections
        .iter()
        .position(|section| section.id == SectionId::Cells as u16)
    {
        let at = HEADER_BYTES + place * ENTRY_BYTES + entry::ID;
        bytes[at..at + 2].copy_from_slice(&u16::MAX.to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregates::Source;
    use crate::shop::{assortment, log, plain_options};
    use crate::tables::context_keys::{KeyOptions, context_keys};
    use crate::tables::model::model;

    /// Returns a log with tea every morning and wine every evening, wine slightly more often; visits with a mug begin
    /// with tea.
    fn shop() -> Log {
        let mut sessions: Vec<&[&str]> = vec![&["tea", "mug"]; 100];
        sessions.extend(vec![&["wine", "mug"][..]; 110]);
        let mut shop = log(&sessions);
        for (at, session) in shop.sessions.iter_mut().enumerate() {
            session.cell = ContextKey::parse(if at < 100 { "morning" } else { "evening" });
        }
        shop
    }

    fn snapshot(shop: &Log) -> Vec<u8> {
        let (assortment, options) = (assortment(shop), plain_options());
        let shop = assortment.indexing.renumber(shop);
        let aggregates = shop.count(&options.counting(usize::MAX));
        let mut builder = model(&aggregates, &assortment, None, &options).builder;
        let facts = KeyOptions {
            facts: ContextKey::TIME,
            share: 240,
        };
        builder.cells = context_keys(&aggregates.contexts, 2, facts);
        builder.build().unwrap()
    }

    #[test]
    fn context_key_predicts_what_popularity_cannot() {
        let shop = shop();
        let cold_start = cold_start(&snapshot(&shop), &shop, 1, None).unwrap();
        assert!(
            cold_start.without.hr < 1e-9,
            "the mug is the most popular item, and nobody begins with it"
        );
        assert!(
            (cold_start.unknown.hr - 110.0 / 210.0).abs() < 1e-9,
            "most begin with wine"
        );
        assert!((cold_start.with.hr - 1.0).abs() < 1e-9 && cold_start.with.predictions == 210);
    }

    #[test]
    fn gain_has_a_standard_error() {
        let begun = |visits: [f64; 4]| FirstItems {
            places: Places {
                predictions: 4,
                ..Places::at(1)
            },
            visits: visits
                .map(|hits| VisitPlaces {
                    items: 1,
                    hits,
                    reciprocal_ranks: 0.0,
                })
                .to_vec(),
        };
        let (gain, error) = begun([2.0, 0.0, 2.0, 0.0]).gain_over(&begun([0.0; 4]));
        assert!(
            (gain - 1.0).abs() < 1e-9 && (error - 0.5).abs() < 1e-9,
            "{gain} {error}"
        );
        assert_eq!(FirstItems::default().gain_over(&FirstItems::default()), (0.0, 0.0));
    }

    #[test]
    fn cold_start_sample_is_spread_evenly() {
        let shop = shop();
        let snapshot = Snapshot::open(snapshot(&shop)).unwrap();
        assert_eq!(
            begin(snapshot, &shop, ContextKey::EVERYTHING, 5, Some(70)).visits.len(),
            70
        );
    }
}
