//! The model of a request: read from the store, checked against its record, opened in place.

use shelfwise_core::policy::FactSource;
use shelfwise_core::{Engine, Facts, Policy, Snapshot};

use crate::host::Host;
use crate::record::{RECORD, Record, Stored, StoredFacts};

/// Why a request is answered in the shop's own order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoModel {
    /// Nothing was admitted yet.
    Empty,
    /// The store did not answer.
    Unreachable,
    /// The store returned other bytes than were admitted.
    Damaged,
    /// The admitted release expired, and there is no later one.
    Expired,
}

impl NoModel {
    /// Returns its code in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "no_snapshot",
            Self::Unreachable => "store_unreachable",
            Self::Damaged => "snapshot_damaged",
            Self::Expired => "release_expired",
        }
    }
}

/// Reads the record, if files were admitted and may still serve.
pub async fn record(host: &impl Host) -> Result<Record, NoModel> {
    let bytes = host.get(RECORD).await.map_err(|_| NoModel::Unreachable)?;
    let record = Record::decode(&bytes.ok_or(NoModel::Empty)?).ok_or(NoModel::Damaged)?;
    let now_ms = u64::try_from(host.now_ms()).unwrap_or(0);
    let release = record.release.as_ref();
    let is_over = release.is_some_and(|release| release.serves_until_ms <= now_ms);
    if is_over { Err(NoModel::Expired) } else { Ok(record) }
}

/// Returns the engine over the admitted files. Opening copies each chunk once and checks the head: the hash was verified on
/// admission, and later damage shows in lengths or the head, or ends rows early. Incomplete files are marked, so that the
/// next refresh loads them again.
pub async fn open(host: &impl Host) -> Result<Engine<Vec<u8>>, NoModel> {
    let record = record(host).await?;
    let engine = files(host, &record).await;
    if matches!(engine, Err(NoModel::Damaged)) && record.is_whole {
        let marked = Record {
            is_whole: false,
            ..record
        };
        // Nothing can be done if the store refuses.
        let _ = host.set(RECORD, &marked.encode()).await;
    }
    engine
}

async fn files(host: &impl Host, record: &Record) -> Result<Engine<Vec<u8>>, NoModel> {
    let snapshot = Snapshot::open(read(host, record.snapshot).await?).map_err(|_| NoModel::Damaged)?;
    let policy = match record.policy {
        Some(policy) => Policy::decode(&read(host, policy).await?).map_err(|_| NoModel::Damaged)?,
        None => Policy::default(),
    };
    let facts = match record.facts {
        Some(stored) => facts(host, stored).await?,
        None => None,
    };
    let mut engine = Engine::new(snapshot, policy);
    engine.set_fact_source(facts);
    Ok(engine)
}

/// Returns the facts of items. Without them, or where they are of other ids, rules over facts match nothing, and the items
/// that the policy lists stay hidden.
async fn facts(host: &impl Host, stored: StoredFacts) -> Result<Option<Box<dyn FactSource>>, NoModel> {
    let facts = Facts::open(read(host, stored.file).await?, &stored.ids.0);
    Ok(facts.ok().map(|facts| Box::new(facts) as Box<dyn FactSource>))
}

/// Reads the bytes of a stored file.
pub async fn read(host: &impl Host, stored: Stored) -> Result<Vec<u8>, NoModel> {
    let mut bytes = Vec::new();
    for key in stored.keys() {
        let chunk = host
            .get(&key)
            .await
            .map_err(|_| NoModel::Unreachable)?
            .ok_or(NoModel::Damaged)?;
        // One chunk is moved, not copied; most models are no larger.
        if bytes.is_empty() {
            bytes = chunk;
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    let whole = bytes.len() == stored.bytes as usize;
    whole.then_some(bytes).ok_or(NoModel::Damaged)
}
