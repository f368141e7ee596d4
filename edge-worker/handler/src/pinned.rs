//! Files whose hashes stand in the settings.

use sha2::{Digest as _, Sha256};

use crate::admission::{FetchOutcome, Files, refused};
use crate::config::Pinned;
use crate::host::{Fetched, Host, Unavailable};
use crate::record::{Hash, Record};

/// The largest model that is admitted: what fits into a small worker beside its own memory.
const SNAPSHOT_BYTES: usize = 32 << 20;

/// The largest file of rules.
const POLICY_BYTES: usize = 1 << 20;

/// The files, unless the store holds them already.
pub async fn load(
    host: &impl Host,
    snapshot: &Pinned,
    policy: Option<&Pinned>,
    held: Option<&Record>,
) -> Result<FetchOutcome, Unavailable> {
    if held.is_some_and(|held| names(held, snapshot, policy)) {
        return Ok(FetchOutcome::default());
    }
    let files = Files {
        snapshot: file(host, snapshot, SNAPSHOT_BYTES).await?,
        policy: match policy {
            Some(policy) => Some(file(host, policy, POLICY_BYTES).await?),
            None => None,
        },
        release: None,
    };
    Ok(FetchOutcome {
        files: Some(files),
        refusal: None,
    })
}

fn names(held: &Record, snapshot: &Pinned, policy: Option<&Pinned>) -> bool {
    let policies = (held.policy.map(|policy| policy.hash), policy.map(|policy| policy.hash));
    held.is_whole && held.release.is_none() && held.snapshot.hash == snapshot.hash && policies.0 == policies.1
}

async fn file(host: &impl Host, file: &Pinned, at_most: usize) -> Result<(Hash, Vec<u8>), Unavailable> {
    let bytes = match host.fetch(&file.url, at_most).await? {
        Fetched::File(bytes) if bytes.len() <= at_most => bytes,
        Fetched::Missing => return Err(refused(&file.url, "the origin has no such file")),
        _ => return Err(refused(&file.url, &format!("it has more than {at_most} bytes"))),
    };
    let got = Hash(Sha256::digest(&bytes).into());
    if got != file.hash {
        let why = format!("its SHA-256 is {}, not the configured one", got.digits());
        return Err(refused(&file.url, &why));
    }
    Ok((got, bytes))
}
