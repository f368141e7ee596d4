//! How a model gets into the store: fetched from the configured address alone, checked byte for byte, and named by
//! the record only once all of it is there. What was good stays until then.

use sha2::{Digest as _, Sha256};
use shelfwise_core::{Policy, Snapshot};

use crate::config::{Config, Pinned};
use crate::host::{Host, Unavailable};
use crate::record::{CHUNK_BYTES, Hash, RECORD, Record, Stored};

/// The largest model that is admitted: what fits into a small worker beside its own memory.
const SNAPSHOT_BYTES: usize = 32 << 20;

/// The largest file of rules.
const POLICY_BYTES: usize = 1 << 20;

/// What became of a refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// The store holds what the settings name.
    Unchanged,
    /// New files were admitted.
    New,
    /// They were not, for this reason; what was good is still there.
    Kept(String),
}

/// Brings the store to what the settings name. Costs one read where nothing changed.
pub async fn refresh(host: &impl Host, config: &Config) -> Admitted {
    let Some(snapshot) = &config.snapshot else {
        return Admitted::Kept("no snapshot is configured: set snapshot_url and snapshot_sha256".to_owned());
    };
    let record = host
        .get(RECORD)
        .await
        .ok()
        .flatten()
        .and_then(|bytes| Record::decode(&bytes));
    if record.is_some_and(|record| names(&record, snapshot, config.policy.as_ref())) {
        return Admitted::Unchanged;
    }
    match admit(host, snapshot, config.policy.as_ref()).await {
        Ok(()) => Admitted::New,
        Err(why) => Admitted::Kept(why.0),
    }
}

fn names(record: &Record, snapshot: &Pinned, policy: Option<&Pinned>) -> bool {
    record.snapshot.hash == snapshot.hash && record.policy.map(|policy| policy.hash) == policy.map(|policy| policy.hash)
}

async fn admit(host: &impl Host, snapshot: &Pinned, policy: Option<&Pinned>) -> Result<(), Unavailable> {
    let model = load(host, snapshot, SNAPSHOT_BYTES).await?;
    let opened = Snapshot::open(model.as_slice()).and_then(|opened| opened.verify());
    opened.map_err(|why| refused(snapshot, &why.to_string()))?;
    let rules = match policy {
        Some(policy) => Some((policy, load(host, policy, POLICY_BYTES).await?)),
        None => None,
    };
    if let Some((policy, bytes)) = &rules {
        Policy::decode(bytes).map_err(|why| refused(policy, &why.to_string()))?;
    }
    let record = Record {
        version: Record::VERSION,
        snapshot: put(host, snapshot.hash, &model).await?,
        policy: match &rules {
            Some((policy, bytes)) => Some(put(host, policy.hash, bytes).await?),
            None => None,
        },
        admitted_ms: host.now_ms(),
    };
    host.set(RECORD, &record.encode()).await
}

async fn load(host: &impl Host, file: &Pinned, at_most: usize) -> Result<Vec<u8>, Unavailable> {
    let bytes = host.fetch(&file.url, at_most).await?;
    if bytes.len() > at_most {
        return Err(refused(file, &format!("it has more than {at_most} bytes")));
    }
    let got = Hash(Sha256::digest(&bytes).into());
    let same = got == file.hash;
    same.then_some(bytes).ok_or_else(|| {
        refused(
            file,
            &format!("its SHA-256 is {}, not the configured one", got.digits()),
        )
    })
}

async fn put(host: &impl Host, hash: Hash, bytes: &[u8]) -> Result<Stored, Unavailable> {
    let stored = Stored {
        hash,
        bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
    };
    for (key, chunk) in stored.keys().zip(bytes.chunks(CHUNK_BYTES)) {
        host.set(&key, chunk).await?;
    }
    Ok(stored)
}

fn refused(file: &Pinned, why: &str) -> Unavailable {
    Unavailable(format!("{} was refused: {why}", file.url))
}
