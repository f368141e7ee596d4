//! The limits that a model is held to before it goes live.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use shelfwise_core::{Policy, Snapshot};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::progress::Progress;
use shelfwise_intake::{LogOptions, read_log};
use shelfwise_simulate::Shop;
use shelfwise_simulate::findings::of_spread;
use shelfwise_simulate::simulate::shelves;
use shelfwise_simulate::spread::{SpreadInput, spread};

use super::signed_release::Parts;
use crate::policy;

/// Places in a slate.
const PLACES: usize = 10;
/// The most visits that are replayed.
const VISITS: usize = 4_000;

/// Returns the limits that the model breaks under the rules, in words. Categories and brands are those of the snapshot.
pub fn broken(
    source: &Path,
    parts: &Parts<'_>,
    rules: &Policy,
    log: &LogOptions,
    progress: &impl Progress,
) -> Result<Vec<String>> {
    let text = policy::read(source)?;
    let limits = policy::parse(source, &text)?.limits;
    let (log, _) = read_log(log, progress)?;
    let shop = Shop::new(&Catalog::default(), &Snapshot::open(parts.snapshot)?, &[]);
    let facts: Option<Arc<[u8]>> = parts.facts.as_ref().map(|signed| signed.facts.as_slice().into());
    let mut broken = Vec::new();
    for shelf in &shelves([rules, rules], &[]) {
        let input = SpreadInput {
            log: &log,
            shop: &shop,
            snapshot: parts.snapshot,
            facts: facts.as_ref(),
            policy: rules,
            shelf,
            places: PLACES,
            visits: VISITS,
        };
        broken.extend(of_spread(&spread(&input, progress)?, &limits));
    }
    Ok(broken)
}
