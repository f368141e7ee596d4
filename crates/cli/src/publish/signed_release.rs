//! What is about to be published, and whether a client would take it over.

use std::borrow::Cow;

use anyhow::{Context, Result, bail};
use shelfwise_sync::layout::RECORD_PATH;
use shelfwise_sync::{
    Artefact, Blob, Client, Enclosed, EngineVersion, FetchError, Installed, Kind, Loaded, Memory, Outcome, Record,
    Release, TrustedKeys, Update, Validity,
};

use super::release_dir::Last;
use crate::keys::Signer;

/// What a release is made of.
pub struct Parts<'a> {
    /// The release keys that sign.
    pub signers: &'a [Signer],
    /// What clients trust: each kind of client must accept the release.
    pub trusted_keys: &'a [TrustedKeys],
    /// The root statement; empty if there is none.
    pub root: Vec<u8>,
    /// The snapshot.
    pub snapshot: &'a [u8],
    /// The policy.
    pub policy: Vec<u8>,
    /// The list of what it hides, if it hides anything.
    pub hidden: Option<Vec<u8>>,
    /// Its signature.
    pub policy_signature: Vec<u8>,
    /// The approval of its guarded rules, if there is one.
    pub approval: Option<Vec<u8>>,
    /// Facts of the snapshot's items, if there are some.
    pub facts: Option<SignedFacts>,
    /// The manifest of flows.
    pub dataflow: Option<Vec<u8>>,
    /// The least engine.
    pub engine: EngineVersion,
}

/// Facts, and the statement of the facts key.
pub struct SignedFacts {
    /// The facts.
    pub facts: Vec<u8>,
    /// Their signature.
    pub signature: Vec<u8>,
}

/// A file of a release.
pub struct File<'a> {
    /// Named by its content.
    pub path: String,
    /// What is signed of it.
    pub artefact: Artefact,
    /// What it holds.
    pub bytes: Cow<'a, [u8]>,
}

/// A signed record with its files.
pub struct SignedRelease<'a> {
    /// The record, as it is served.
    pub record: Vec<u8>,
    /// What it says.
    pub release: Release,
    /// The files that it names.
    pub files: Vec<File<'a>>,
}

impl<'a> SignedRelease<'a> {
    /// Signs, and lets a client look at the result that has the last release already.
    pub fn new(
        parts: &'a Parts<'a>,
        epoch: u64,
        created_ms: u64,
        expires_ms: u64,
        last: Option<&Last>,
    ) -> Result<Self> {
        let files = files(parts)?;
        let of_release = files.iter().filter(|file| RELEASE_KINDS.contains(&file.artefact.kind));
        let record = Record {
            epoch,
            validity: Validity { created_ms, expires_ms },
            engine: parts.engine,
            root: parts.root.clone(),
            statements: statements(parts),
            artefacts: of_release.map(|file| file.artefact.clone()).collect(),
        };
        let record = signed(parts.signers, &record.encode())?;
        let memory = last.map(|last| last.memory.clone()).unwrap_or_default();
        let mut release = None;
        for trusted_keys in parts.trusted_keys {
            let loaded = taken_over(parts, trusted_keys, &record, &files, memory.clone(), created_ms)?;
            release.get_or_insert(loaded.release);
        }
        Ok(Self {
            record,
            release: release.context("no client keys: give --policy-key, or --root")?,
            files,
        })
    }
}

/// Returns the statements of the other roles. Clients without facts keys or lead keys skip theirs.
fn statements(parts: &Parts<'_>) -> Vec<Enclosed> {
    let policy = Enclosed::required(parts.policy_signature.clone());
    let facts = parts.facts.iter();
    let facts = facts.map(|facts| Enclosed::optional(facts.signature.clone()));
    let approval = parts.approval.iter().map(|frame| Enclosed::optional(frame.clone()));
    [policy].into_iter().chain(facts).chain(approval).collect()
}

fn signed(signers: &[Signer], payload: &[u8]) -> Result<Vec<u8>> {
    let (first, others) = signers.split_first().context("no release key: give --key")?;
    let record = first.seal(payload)?;
    others.iter().try_fold(record, |record, signer| signer.cosign(&record))
}

/// Kinds that the release key itself answers for.
const RELEASE_KINDS: [Kind; 2] = [Kind::SNAPSHOT, Kind::DATAFLOW];

fn files<'a>(parts: &'a Parts<'a>) -> Result<Vec<File<'a>>> {
    // Clients need not know the manifest: it is for auditors.
    let named = [
        (Kind::SNAPSHOT, 1, Some(parts.snapshot)),
        (Kind::POLICY, 1, Some(parts.policy.as_slice())),
        (Kind::HIDDEN, 1, parts.hidden.as_deref()),
        (Kind::FACTS, 1, parts.facts.as_ref().map(|facts| facts.facts.as_slice())),
        (Kind::DATAFLOW, 0, parts.dataflow.as_deref()),
    ];
    let file = |(kind, flags, bytes): (Kind, u8, Option<&'a [u8]>)| {
        bytes.map(|bytes| {
            let blob = Blob::of(bytes).context("a file of a release must have less than 4 GiB")?;
            let artefact = Artefact {
                flags,
                ..Artefact::whole(kind, blob)
            };
            Ok(File {
                path: artefact.path(),
                artefact,
                bytes: Cow::Borrowed(bytes),
            })
        })
    };
    named.into_iter().filter_map(file).collect()
}

/// Runs the very client over the release: what it would refuse is not published.
fn taken_over(
    parts: &Parts<'_>,
    trusted_keys: &TrustedKeys,
    record: &[u8],
    files: &[File<'_>],
    memory: Memory,
    now_ms: u64,
) -> Result<Loaded> {
    let client = Client {
        engine: parts.engine,
        installed: Installed::Nothing,
    };
    let mut update = Update::new(trusted_keys.clone(), memory, client, now_ms);
    while let Some(request) = update.request() {
        let file = files.iter().find(|file| file.path == request.path);
        let answer = match file {
            _ if request.path == RECORD_PATH => Ok(record.to_vec()),
            Some(file) => Ok(file.bytes.to_vec()),
            None => Err(FetchError::Missing),
        };
        update.answer(answer);
    }
    let ended = update
        .finish()
        .context("the check of the new release did not end, which is a defect of shelfwise")?;
    match (ended.outcome, ended.loaded) {
        (Outcome::New, Some(loaded)) => Ok(loaded),
        (Outcome::Kept(reason) | Outcome::StoreOrder(reason), _) => {
            bail!("clients would refuse this release, so nothing was published: {reason}")
        }
        _ => bail!("clients would see nothing new in this release, so nothing was published"),
    }
}
