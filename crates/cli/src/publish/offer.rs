//! What is about to be published, and whether a client would take it over.

use std::borrow::Cow;

use anyhow::{Context, Result, bail};
use shelfwise_core::Policy;
use shelfwise_sync::layout::RECORD_PATH;
use shelfwise_sync::{
    Artefact, Client, EngineVersion, Failure, Installed, Kind, Loaded, Memory, Outcome, PublicKey, Record, Release,
    SecretKey, TrustedKeys, Update, Validity, content_path, seal, sha256,
};

use super::release_dir::Last;

/// What a release is made of.
pub struct Parts<'a> {
    /// The release key.
    pub key: &'a SecretKey,
    /// The policy key's public half.
    pub policy_key: PublicKey,
    /// The snapshot.
    pub snapshot: &'a [u8],
    /// The policy.
    pub policy: Vec<u8>,
    /// Its signature.
    pub policy_signature: Vec<u8>,
    /// The manifest of flows.
    pub dataflow: Option<Vec<u8>>,
    /// The least engine.
    pub engine: EngineVersion,
}

/// A file of a release.
pub struct File<'a> {
    /// Named by its content.
    pub path: String,
    /// What it holds.
    pub bytes: Cow<'a, [u8]>,
}

/// A signed record with its files.
pub struct Offer<'a> {
    /// The record, as it is served.
    pub record: Vec<u8>,
    /// What it says.
    pub release: Release,
    /// The files that it names.
    pub files: Vec<File<'a>>,
}

impl Parts<'_> {
    /// The keys that clients of this shop pin.
    pub fn trusted_keys(&self) -> Result<TrustedKeys> {
        Ok(TrustedKeys::new(&[self.key.public()?, self.policy_key])?)
    }
}

impl<'a> Offer<'a> {
    /// Signs, and lets a client look at the result that has the last release already.
    pub fn new(
        parts: &'a Parts<'a>,
        epoch: u64,
        created_ms: u64,
        expires_ms: u64,
        last: Option<&Last>,
    ) -> Result<Self> {
        let policy = Policy::decode(&parts.policy);
        policy.context("--policy: give the file that `shelfwise policy build` wrote")?;
        let files = files(parts);
        let record = Record {
            epoch,
            term: Validity { created_ms, expires_ms },
            engine: parts.engine,
            policy_path: content_path("policy", &sha256(&parts.policy), "swp"),
            policy_signature: parts.policy_signature.clone(),
            artefacts: artefacts(parts)?,
        };
        let record = seal(parts.key, &record.encode())?;
        let memory = last.map(|last| last.memory.clone()).unwrap_or_default();
        let loaded = taken_over(parts, &record, &files, memory, created_ms)?;
        Ok(Self {
            record,
            release: loaded.release,
            files,
        })
    }
}

fn files<'a>(parts: &'a Parts<'a>) -> Vec<File<'a>> {
    let named = [
        ("snapshot", "swm", Some(parts.snapshot)),
        ("policy", "swp", Some(parts.policy.as_slice())),
        ("dataflow", "json", parts.dataflow.as_deref()),
    ];
    let file = |(name, ending, bytes): (&str, &str, Option<&'a [u8]>)| {
        bytes.map(|bytes| File {
            path: content_path(name, &sha256(bytes), ending),
            bytes: Cow::Borrowed(bytes),
        })
    };
    named.into_iter().filter_map(file).collect()
}

fn artefacts(parts: &Parts<'_>) -> Result<Vec<Artefact>> {
    let named = [
        (Kind::SNAPSHOT, "snapshot", "swm", Some(parts.snapshot)),
        (Kind::DATAFLOW, "dataflow", "json", parts.dataflow.as_deref()),
    ];
    let artefact = |(kind, name, ending, bytes): (Kind, &str, &str, Option<&[u8]>)| {
        bytes.map(|bytes| {
            let hash = sha256(bytes);
            Ok(Artefact {
                kind,
                sha256: hash,
                bytes: u32::try_from(bytes.len()).with_context(|| format!("the {name} is too large"))?,
                path: content_path(name, &hash, ending),
            })
        })
    };
    named.into_iter().filter_map(artefact).collect()
}

/// Runs the very client over the release: what it would refuse is not published.
fn taken_over(parts: &Parts<'_>, record: &[u8], files: &[File<'_>], memory: Memory, now_ms: u64) -> Result<Loaded> {
    let client = Client {
        engine: parts.engine,
        holding: Installed::Nothing,
    };
    let mut update = Update::new(parts.trusted_keys()?, memory, client, now_ms);
    while let Some(ask) = update.ask() {
        let file = files.iter().find(|file| file.path == ask.path);
        let answer = match file {
            _ if ask.path == RECORD_PATH => Ok(record.to_vec()),
            Some(file) => Ok(file.bytes.to_vec()),
            None => Err(Failure::Missing),
        };
        update.answer(answer);
    }
    let ended = update.end().context("the client never ended")?;
    match (ended.outcome, ended.loaded) {
        (Outcome::New, Some(loaded)) => Ok(loaded),
        (Outcome::Kept(reason) | Outcome::StoreOrder(reason), _) => {
            bail!("clients would refuse this release, so nothing was published: {reason}")
        }
        _ => bail!("clients would see nothing new in this release, so nothing was published"),
    }
}
