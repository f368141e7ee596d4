//! The model of a request: read from the store, checked against its record, opened where it lies.

use shelfwise_core::{Engine, Policy, Snapshot};

use crate::host::Host;
use crate::record::{RECORD, Record, Stored};

/// Why a request is answered in the shop's own order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoModel {
    /// Nothing was admitted yet.
    Empty,
    /// The store did not answer.
    Unreachable,
    /// The store gave other bytes than were admitted.
    Damaged,
}

impl NoModel {
    /// Its name in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "no_snapshot",
            Self::Unreachable => "store_unreachable",
            Self::Damaged => "snapshot_damaged",
        }
    }
}

/// The record, if files were admitted.
pub async fn record(host: &impl Host) -> Result<Record, NoModel> {
    let bytes = host.get(RECORD).await.map_err(|_| NoModel::Unreachable)?;
    Record::decode(&bytes.ok_or(NoModel::Empty)?).ok_or(NoModel::Damaged)
}

/// The engine over the admitted files. Opening copies each chunk once and looks at the head: the hash was checked on
/// admission, and damage since then is seen by lengths, by the head, or ends rows early.
pub async fn open(host: &impl Host) -> Result<Engine<Vec<u8>>, NoModel> {
    let record = record(host).await?;
    let snapshot = Snapshot::open(read(host, record.snapshot).await?).map_err(|_| NoModel::Damaged)?;
    let policy = match record.policy {
        Some(policy) => Policy::decode(&read(host, policy).await?).map_err(|_| NoModel::Damaged)?,
        None => Policy::default(),
    };
    Ok(Engine::new(snapshot, policy))
}

/// The bytes of a stored file.
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
