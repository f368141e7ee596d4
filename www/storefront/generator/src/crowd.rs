//! A simulated crowd with a known taste: it looks at products, is shown what goes with them by the engine and the rules of the release
//! that is out, and sometimes orders. What it orders is what an analyst has: orders with a tag, and no visit.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use shelfwise_core::allocation::{DRAWS, Draws, ENTROPY_BYTES};
use shelfwise_core::{Context, Engine, EventKind, Facts, Policy, Recommend, Session, Snapshot};
use shelfwise_sync::{Loaded, sha256};

use crate::goods::Product;

/// The id of the experiment.
pub const SLOT: &str = "hero";

/// The options of the hero, and how much more often than under the first one somebody orders: the truth that nothing but this crowd
/// knows.
pub const OPTIONS: [(&str, f64); 3] = [("plain", 1.0), ("kitchen", 1.3), ("season", 0.9)];

/// How often somebody orders under the first option.
const ORDER_RATE: f64 = 0.1;

/// How often somebody takes the first product that is shown beside another; each further one half as often.
const TAKE_RATE: f64 = 0.3;

/// Products beside another.
const TILES: usize = 4;

/// Milliseconds between two visits.
const APART_MS: i64 = 60_000;

/// What came of a crowd.
#[derive(Debug, Default)]
pub struct Crowd {
    /// Visits.
    pub visits: u64,
    /// Events that the engine was told, within the visits.
    pub events: u64,
    /// Products that the engine placed.
    pub tiles: u64,
    /// Of them, placed by a rule.
    pub ruled: u64,
    /// Products that were taken from them.
    pub taken: u64,
    /// Draws of each option, which nobody but the simulation counts.
    pub draws: [u64; OPTIONS.len()],
    /// Orders of each option.
    pub orders: [u64; OPTIONS.len()],
    /// The share of draws that each option has in the release.
    pub shares: [f64; OPTIONS.len()],
    /// Cents of all orders.
    pub cents: u64,
    /// Time of the last visit, in milliseconds since 1970.
    pub last_ms: i64,
    /// The orders as a table.
    pub table: String,
}

impl Crowd {
    /// Returns all orders.
    pub fn all_orders(&self) -> u64 {
        self.orders.iter().sum()
    }

    /// Returns how often a visit orders.
    pub fn rate(&self) -> f64 {
        self.all_orders() as f64 / self.visits as f64
    }
}

/// Lets so many visits shop, from a time on. The same release and seed give the same orders.
///
/// # Errors
/// If the release does not draw the hero's options.
pub fn shop(release: &Loaded, products: &[Product], visits: u64, from_ms: i64, seed: u64) -> Result<Crowd> {
    let mut engine = engine(release)?;
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut crowd = Crowd {
        visits,
        shares: shares(engine.policy())?,
        table: "order_id,time,value,currency,items,tag\n".to_owned(),
        ..Crowd::default()
    };
    for visit in 0..visits {
        let now_ms = from_ms + visit as i64 * APART_MS;
        let mut entropy = [0; ENTROPY_BYTES];
        dice.fill_bytes(&mut entropy);
        let allocation = &engine.policy().allocation;
        let mut draws = Draws::default();
        draws.complete(allocation, now_ms, |_| true, &entropy);
        let assignment = allocation.assign(&draws, now_ms);
        let tag = allocation.tag(&assignment);
        let option = assignment.arms.first().map_or(0, |arm| usize::from(arm.arm));

        let first = &products[dice.random_range(0..products.len())];
        let mut session = Session::new();
        session.apply(EventKind::ViewItem, &first.id, now_ms)?;
        let request = Recommend {
            placement: "pdp",
            context: Context {
                item: Some(&first.id),
                ..Context::default()
            },
            limit: TILES,
            now_ms,
            arms: &assignment.arms,
            ..Recommend::default()
        };
        let slate = engine.recommend(&session, &request, &mut ());
        let mut basket = vec![first];
        for (place, tile) in (0..).zip(&slate.items) {
            crowd.tiles += 1;
            crowd.ruled += u64::from(!tile.rules.is_empty());
            if dice.random_bool(TAKE_RATE * 0.5_f64.powi(place)) {
                basket.extend(products.iter().find(|product| product.id == tile.item_id));
            }
        }
        crowd.taken += basket.len() as u64 - 1;
        crowd.events += 1;
        crowd.draws[option] += 1;
        if dice.random_bool(ORDER_RATE * OPTIONS[option].1) {
            crowd.orders[option] += 1;
            let cents: u64 = basket.iter().map(|product| u64::from(product.cents)).sum();
            crowd.cents += cents;
            let _ = writeln!(
                crowd.table,
                "{seed}-{visit},{now_ms},{}.{:02},USD,{},{tag}",
                cents / 100,
                cents % 100,
                basket.len()
            );
        }
        crowd.last_ms = now_ms;
    }
    Ok(crowd)
}

fn engine(release: &Loaded) -> Result<Engine<&[u8]>> {
    let snapshot = Snapshot::open(&*release.snapshot)?;
    let policy = Policy::decode(&release.policy).context("the release's rules cannot be read")?;
    let ids = sha256(snapshot.ids_section());
    let mut engine = Engine::new(snapshot, policy);
    if let Some(facts) = &release.facts {
        engine.set_fact_source(Some(Box::new(Facts::open(facts.clone(), &ids)?)));
    }
    Ok(engine)
}

/// Returns the shares of the options, as the engine draws them.
fn shares(policy: &Policy) -> Result<[f64; OPTIONS.len()]> {
    let mut experiments = policy.allocation.experiments();
    let own = experiments.find(|experiment| experiment.id == SLOT);
    let own = own.with_context(|| format!("the release's rules have no experiment `{SLOT}`"))?;
    let names: Vec<&str> = own.arms.iter().map(|arm| &*arm.name).collect();
    ensure!(
        names == OPTIONS.map(|(name, _)| name),
        "the hero has other options: {names:?}"
    );
    let mut shares = [0.0; OPTIONS.len()];
    for (share, arm) in shares.iter_mut().zip(&own.arms) {
        *share = f64::from(arm.share) / f64::from(DRAWS);
    }
    Ok(shares)
}

/// Returns the release that lies in a folder, as a client takes it.
///
/// # Errors
/// If a client would refuse it.
pub fn release(folder: &Path, keys: &[String], now_ms: u64) -> Result<Loaded> {
    use shelfwise_sync::{Client, EngineVersion, FetchError, Installed, Memory, TrustedKeys, Update};
    let client = Client {
        engine: EngineVersion::parse(env!("CARGO_PKG_VERSION")).context("the version of this crate is none")?,
        installed: Installed::Nothing,
    };
    let keys = TrustedKeys::parse(keys.iter().map(String::as_str)).map_err(|error| anyhow::anyhow!("{error}"))?;
    let mut update = Update::new(keys, Memory::default(), client, now_ms);
    while let Some(request) = update.request() {
        update.answer(std::fs::read(folder.join(request.path)).map_err(|_| FetchError::Missing));
    }
    let ended = update.finish().context("the release's check did not end")?;
    ended
        .loaded
        .with_context(|| format!("the release is refused: {:?}", ended.outcome))
}
