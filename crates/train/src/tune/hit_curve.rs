//! The hit curve: how likely the next item is at each rank, measured on the hold-out.

use shelfwise_core::snapshot::SnapshotError;
use shelfwise_core::{Context, CurrentItem, Engine, Recommend, Snapshot};
use shelfwise_intake::progress::Silent;

use crate::evaluate::replay::replay;
use crate::evaluate::{PLACEMENT, policy};
use crate::tune::hold_out::HoldOut;

/// Ranks that are measured: more places than a slate usually has, in 128 bytes.
const RANKS: usize = 64;

/// Probabilities are in parts of this many.
const PARTS: f64 = 65_536.0;

/// Measures the hit curve of tables that have not counted the hold-out; `None` if no next item was in any list.
///
/// In the order of the tables: trees have learned from these very sessions, and would look better than they are. Falling
/// by construction, so that the noise of single ranks does not move an item: neighbouring ranks that rise are pooled
/// ([Ayer et al. 1955](https://doi.org/10.1214/aoms/1177728423), pool adjacent violators).
///
/// # Errors
/// [`SnapshotError`] for bytes that are not a snapshot.
pub fn hit_curve(tables: &[u8], hold_out: &HoldOut<'_>) -> Result<Option<Vec<u16>>, SnapshotError> {
    let log = hold_out.after;
    let mut engine = Engine::new(Snapshot::open(tables)?, policy(log.order, CurrentItem::Show));
    let (mut hits, mut predictions) = (vec![0_u32; RANKS], 0_u32);
    replay(log, Some(hold_out.most), &Silent, |session, cell, next| {
        let request = Recommend {
            placement: PLACEMENT,
            context: Context {
                cell,
                ..Context::default()
            },
            limit: RANKS,
            ..Recommend::default()
        };
        let slate = engine.recommend(session, &request, &mut ());
        let target = &log.items[next as usize];
        predictions += 1;
        if let Some(rank) = slate.items.iter().position(|item| item.item_id == *target) {
            hits[rank] += 1;
        }
    });
    let any = hits.iter().any(|hits| *hits > 0);
    Ok(any.then(|| {
        falling(&hits)
            .map(|share| part(share / f64::from(predictions)))
            .collect()
    }))
}

/// Returns a probability as the file has it. Never 0: an item past all hits still counts for something.
fn part(probability: f64) -> u16 {
    libm::round(probability * PARTS).clamp(1.0, f64::from(u16::MAX)) as u16
}

/// Returns the falling curve that is nearest to the counts by least squares.
fn falling(hits: &[u32]) -> impl Iterator<Item = f64> + use<> {
    // Sum and number of the pooled ranks; the mean falls from pool to pool.
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for hits in hits {
        let mut last = (f64::from(*hits), 1);
        while let Some((sum, ranks)) = pools.pop_if(|(sum, ranks)| *sum * (last.1 as f64) <= last.0 * (*ranks as f64)) {
            last = (last.0 + sum, last.1 + ranks);
        }
        pools.push(last);
    }
    let spread = |(sum, ranks): (f64, usize)| std::iter::repeat_n(sum / ranks as f64, ranks);
    pools.into_iter().flat_map(spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falling_pools_ranks_that_rise() {
        let curve: Vec<f64> = falling(&[9, 3, 6, 0, 4, 1]).collect();
        assert_eq!(curve, [9.0, 4.5, 4.5, 2.0, 2.0, 1.0]);
        assert!(falling(&[]).next().is_none());
    }

    #[test]
    fn part_of_a_rank_without_hits_is_not_zero() {
        assert_eq!((part(0.0), part(0.25), part(1.0)), (1, 16_384, u16::MAX));
    }
}
