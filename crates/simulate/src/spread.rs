//! How widely a model spreads under one policy, without a comparison: `evaluate --breadth`, and what `publish` is held to.

use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use shelfwise_core::Policy;
use shelfwise_core::snapshot::SnapshotError;
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::{Amount, Progress};

use crate::breadth::{Breadth, Case, Exposures, Kind, exposure, shares};
use crate::moment::{Moment, moments};
use crate::replay::Replay;
use crate::request::{Pages, Shelf};
use crate::shop::Shop;
use crate::stats::mean;

/// Moments that are replayed by one engine, one after the other.
const CHUNK: usize = 128;

/// What is replayed.
#[derive(Clone, Copy, Debug)]
pub struct SpreadInput<'a> {
    /// The held-out log.
    pub log: &'a Log,
    /// What is known of items.
    pub shop: &'a Shop,
    /// The snapshot's bytes.
    pub snapshot: &'a [u8],
    /// The bytes of the facts file that rules ask, if there is one.
    pub facts: Option<&'a Arc<[u8]>>,
    /// The rules.
    pub policy: &'a Policy,
    /// The placement.
    pub shelf: &'a Shelf,
    /// Places in a slate.
    pub places: usize,
    /// The most visits that are replayed, each at one moment.
    pub visits: usize,
}

/// Breadth of a model at a placement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The placement.
    pub placement: String,
    /// Places in a slate.
    pub places: usize,
    /// Visits that were replayed, each at one moment.
    pub visits: usize,
    /// Share of visits whose next item was shown.
    pub hit_rate: f64,
    /// How widely slates spread.
    #[serde(flatten)]
    pub breadth: Breadth,
    /// Shares by category, brand and price tier.
    pub shares: Vec<ShownShares>,
}

/// Shares of what is shown, by groups of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownShares {
    /// What they are of.
    pub by: Kind,
    /// The groups.
    pub groups: Vec<ShownShare>,
}

/// The share of one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownShare {
    /// The category, brand or price tier; empty for all that are not listed.
    pub name: String,
    /// Of the shop's items.
    pub catalog: f64,
    /// Of the events of the held-out visits.
    pub clicks: f64,
    /// Of the places.
    pub shown: f64,
}

/// Replays visits on all cores. The same input gives the same figures.
///
/// # Errors
/// [`SnapshotError`] if the bytes are not a snapshot.
pub fn spread(input: &SpreadInput<'_>, progress: &dyn Progress) -> Result<Spread, SnapshotError> {
    let moments = moments(input.log, input.visits);
    let slates = slates(input, &moments, progress)?;
    let (log, shop) = (input.log, input.shop);
    let number = |click: &shelfwise_intake::log::Click| shop.number(&log.items[click.item as usize]);
    let visits: Vec<Vec<u32>> = moments
        .iter()
        .map(|moment| moment.events(log).iter().map(number).collect())
        .collect();
    let next: Vec<u32> = moments.iter().map(|moment| shop.number(moment.next(log))).collect();
    let cases = slates.iter().zip(&visits).zip(&next);
    let cases = cases.map(|((shown, visit), next)| Case {
        shown,
        visit,
        next: *next,
    });
    let hits = cases
        .clone()
        .map(|case| f64::from(u8::from(case.shown.contains(&case.next))));
    let (clicks, shown) = (clicks(log, shop), exposure(shop, slates.iter().flatten()));
    Ok(Spread {
        placement: input.shelf.placement.clone(),
        places: input.places,
        visits: moments.len(),
        hit_rate: mean(hits),
        breadth: Breadth::of(shop, cases),
        shares: shown_shares(shop, &clicks, &shown),
    })
}

fn slates(
    input: &SpreadInput<'_>,
    moments: &[Moment],
    progress: &dyn Progress,
) -> Result<Vec<Vec<u32>>, SnapshotError> {
    let pages = Pages::new(input.shop);
    let replay = Replay {
        log: input.log,
        shop: input.shop,
        pages: &pages,
        snapshot: input.snapshot,
        facts: input.facts,
        shelves: std::slice::from_ref(input.shelf),
        places: input.places,
        at_ms: None,
    };
    progress.start("replaying visits", Amount::Steps(moments.len() as u64));
    let chunks: Result<Vec<Vec<Vec<u32>>>, SnapshotError> = moments
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut engine = replay.engine(input.policy)?;
            let slate = |moment: &Moment| {
                let question = replay.question(*moment, input.shelf);
                question.ask(&mut engine, &replay.session(*moment), &mut (), |items| {
                    items.iter().map(|item| input.shop.number(&item.item_id)).collect()
                })
            };
            let slates = chunk.iter().map(slate).collect();
            progress.advance(chunk.len() as u64);
            Ok(slates)
        })
        .collect();
    progress.finish();
    Ok(chunks?.into_iter().flatten().collect())
}

/// Returns how often each item was clicked.
#[must_use]
pub fn clicks(log: &Log, shop: &Shop) -> Vec<u64> {
    let mut clicks = vec![0; shop.items().len()];
    for click in &log.clicks {
        let number = shop.number(&log.items[click.item as usize]);
        if let Some(count) = clicks.get_mut(number as usize) {
            *count += 1;
        }
    }
    clicks
}

fn shown_shares(shop: &Shop, clicks: &[u64], shown: &[u64]) -> Vec<ShownShares> {
    let all = shares(
        shop,
        Exposures {
            clicks,
            before: shown,
            after: shown,
        },
    );
    let group = |share: crate::breadth::Share| ShownShare {
        name: share.name,
        catalog: share.catalog,
        clicks: share.clicks,
        shown: share.after,
    };
    let kind = |shares: crate::breadth::Shares| ShownShares {
        by: shares.by,
        groups: shares.groups.into_iter().map(group).collect(),
    };
    all.into_iter().map(kind).collect()
}
