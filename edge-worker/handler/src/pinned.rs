//! Files that the settings name by their hashes.

use sha2::{Digest as _, Sha256};

use crate::admission::{FetchOutcome, Files, refused};
use crate::config::Pinned;
use crate::host::{Fetched, Host, Unavailable};
use crate::record::{Hash, Record};

/// Largest model in bytes: what fits into a small worker beside its own memory.
const SNAPSHOT_BYTES: usize = 32 << 20;

/// Largest policy in bytes.
const POLICY_BYTES: usize = 1 << 20;

/// Loads the files, unless the store holds them already.
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
        snapshot: file(host, "snapshot_url", snapshot, SNAPSHOT_BYTES).await?,
        policy: match policy {
            Some(policy) => Some(file(host, "policy_url", policy, POLICY_BYTES).await?),
            None => None,
        },
        facts: None,
        release: None,
        hidden: None,
    };
    Ok(FetchOutcome {
        files: Some(files),
        ..FetchOutcome::default()
    })
}

fn names(held: &Record, snapshot: &Pinned, policy: Option<&Pinned>) -> bool {
    let policies = (held.policy.map(|policy| policy.hash), policy.map(|policy| policy.hash));
    held.is_whole && held.release.is_none() && held.snapshot.hash == snapshot.hash && policies.0 == policies.1
}

/// Fetches the file that a setting names. Errors go to `/healthz`, so they name the setting: a URL may hold a token, or the
/// name of an internal machine.
async fn file(host: &impl Host, setting: &str, file: &Pinned, at_most: usize) -> Result<(Hash, Vec<u8>), Unavailable> {
    let what = format!("the file of `{setting}`");
    let fetched = host.fetch(&file.url, at_most).await;
    let bytes = match fetched.map_err(|why| refused(&what, &without_address(&why.0, &file.url)))? {
        Fetched::File(bytes) if bytes.len() <= at_most => bytes,
        Fetched::Missing => return Err(refused(&what, "the origin has no such file")),
        _ => return Err(refused(&what, &format!("it has more than {at_most} bytes"))),
    };
    let got = Hash(Sha256::digest(&bytes).into());
    if got != file.hash {
        let why = format!("its SHA-256 is {}, not the configured one", got.digits());
        return Err(refused(&what, &why));
    }
    Ok((got, bytes))
}

/// Returns a platform's error of a fetch, without the URL.
fn without_address(words: &str, address: &str) -> String {
    let words = words.replace(address, "the origin");
    match words.contains("://") {
        true => "the origin did not give it".to_owned(),
        false => words,
    }
}
