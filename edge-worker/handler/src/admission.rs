//! Admission of a model to the store: fetched from the configured URL alone, verified byte for byte, and named by the
//! record only once all of it is stored. The last good model stays until then.

use shelfwise_core::{Facts, Policy, Snapshot};
use shelfwise_sync::{Memory, sha256};

use crate::config::{Config, Source};
use crate::guardrails::Guardrails;
use crate::host::{Host, Unavailable};
use crate::poll_state::PollState;
use crate::record::{Admission, CHUNK_BYTES, Hash, RECORD, Record, Stored, StoredFacts};
use crate::{pinned, release};

/// Outcome of a refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// The store holds what the settings name, or what is published.
    Unchanged,
    /// New files were admitted.
    New,
    /// New files were not admitted, for this reason; the last good ones stay.
    Kept(String),
}

/// Files whose bytes match the hashes that name them.
pub struct Files {
    /// The model.
    pub snapshot: (Hash, Vec<u8>),
    /// The shop's rules.
    pub policy: Option<(Hash, Vec<u8>)>,
    /// The facts that rules ask for.
    pub facts: Option<(Hash, Vec<u8>)>,
    /// The release that named them.
    pub release: Option<Admission>,
    /// What the rules hide, if their signer listed it.
    pub hidden: Option<Guardrails>,
}

/// Result of fetching from the origin.
#[derive(Default)]
pub struct FetchOutcome {
    /// Files to serve from now on.
    pub files: Option<Files>,
    /// Why these are not the files that are published now.
    pub refusal: Option<Unavailable>,
    /// What the rules hide, if no model may serve.
    pub guardrails: Option<Guardrails>,
}

/// Brings the store to what the settings name. Costs two reads of the store if nothing changed; a signed release is polled
/// once a minute.
pub async fn refresh(host: &impl Host, config: &Config) -> RefreshOutcome {
    let stored = host.get(RECORD).await.ok().flatten();
    let held = stored.and_then(|bytes| Record::decode(&bytes));
    let mut poll = PollState::now(host, config);
    if let Some(last) = PollState::last(host).await {
        let holds_something = held.as_ref().is_some_and(|held| held.is_whole);
        if poll.is_too_soon_after(&last, holds_something) {
            return last
                .refusal
                .map_or(RefreshOutcome::Unchanged, |why| RefreshOutcome::Kept(why.0));
        }
        poll.refusal = last.refusal;
    }
    // Before anything is loaded, so that concurrent requests do not all poll.
    poll.remember(host).await;
    let before = poll.refusal.take();
    let admitted = take(host, config, held.as_ref()).await;
    poll.refusal = admitted.as_ref().err().cloned();
    if poll.refusal != before {
        poll.remember(host).await;
    }
    admitted.unwrap_or_else(|why| RefreshOutcome::Kept(why.0))
}

async fn take(host: &impl Host, config: &Config, held: Option<&Record>) -> Result<RefreshOutcome, Unavailable> {
    let fetched = match &config.source {
        Source::None => Err(Unavailable(
            "no model is configured: set release_url and keys, or snapshot_url and snapshot_sha256".to_owned(),
        )),
        Source::Pinned { snapshot, policy } => pinned::load(host, snapshot, policy.as_ref(), held).await,
        Source::Release(releases) => Ok(release::load(host, releases, held).await),
    }?;
    if let Some(guardrails) = fetched.guardrails {
        guardrails.put(host).await;
    }
    let admitted = match fetched.files {
        Some(files) => admit(host, files).await?,
        None => RefreshOutcome::Unchanged,
    };
    fetched.refusal.map_or(Ok(admitted), Err)
}

/// Opens and stores files: verified bytes may still be of a format that this engine does not read.
async fn admit(host: &impl Host, files: Files) -> Result<RefreshOutcome, Unavailable> {
    let (snapshot, policy, facts) = (&files.snapshot, &files.policy, &files.facts);
    let opened = Snapshot::open(snapshot.1.as_slice()).and_then(|opened| opened.verify().map(|()| opened));
    let opened = opened.map_err(|why| refused("the snapshot", &why.to_string()))?;
    let cell_facts = opened.cells().facts().bits();
    let ids = Hash(sha256(opened.ids_section()));
    let rules = match policy {
        Some((_, bytes)) => Policy::decode(bytes).map_err(|why| refused("the policy", &why.to_string()))?,
        None => Policy::default(),
    };
    let policy_epoch = files.release.as_ref().map_or(0, |release| release.policy_epoch);
    let guardrails = files
        .hidden
        .unwrap_or_else(|| Guardrails::of_rules(&rules, policy_epoch));
    let record = Record {
        version: Record::VERSION,
        snapshot: put(host, snapshot).await?,
        policy: match policy {
            Some(policy) => Some(put(host, policy).await?),
            None => None,
        },
        facts_refused: facts.as_ref().and_then(|(_, bytes)| unusable(bytes, &ids)),
        facts: match facts {
            Some(facts) => Some(StoredFacts {
                file: put(host, facts).await?,
                ids,
            }),
            None => None,
        },
        admitted_ms: host.now_ms(),
        cell_facts,
        is_tried: rules.allocation.experiments().next().is_some(),
        shares: opened.shares().files().map(<[u8]>::to_vec).collect(),
        is_whole: true,
        release: files.release,
    };
    // Fetching takes as long as the origin likes, and another poll may have admitted a later release meanwhile.
    let memories = (stored_memory(host).await, memory(&record));
    match memories {
        (Some(stored), Some(memory)) if memory.is_older_than(&stored) => return Ok(RefreshOutcome::Unchanged),
        // The stored list may be of a policy key that the root statement withdraws: its epoch counts no more.
        (Some(stored), Some(memory)) if memory.root_epoch() > stored.root_epoch() => guardrails.replace(host).await,
        _ => guardrails.put(host).await,
    }
    host.set(RECORD, &record.encode()).await.map(|()| RefreshOutcome::New)
}

/// Returns why rules cannot use these facts with the model of these ids. The release serves all the same: rules over facts match
/// nothing, and the items that the policy lists stay hidden.
fn unusable(facts: &[u8], ids: &Hash) -> Option<String> {
    Facts::open(facts, &ids.0).err().map(|why| why.to_string())
}

/// Returns the memory that is stored by now.
///
/// None of the stores can compare and set, so another instance may write between this read and the write of the record,
/// and then is overwritten by an older release. Nothing is asked of the origin in between, so that nobody outside can
/// make that time longer; the next poll admits the later release again. docs/edge.md tells what can happen meanwhile.
async fn stored_memory(host: &impl Host) -> Option<Memory> {
    let stored = host.get_latest(RECORD).await.ok().flatten();
    stored
        .and_then(|bytes| Record::decode(&bytes))
        .as_ref()
        .and_then(memory)
}

/// Returns what a client remembers of the record's release; `None` if the hashes of its files are in the settings.
fn memory(record: &Record) -> Option<Memory> {
    record.release.as_ref().map(|release| Memory::decode(&release.memory))
}

async fn put(host: &impl Host, (hash, bytes): &(Hash, Vec<u8>)) -> Result<Stored, Unavailable> {
    let stored = Stored {
        hash: *hash,
        bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
    };
    for (key, chunk) in stored.keys().zip(bytes.chunks(CHUNK_BYTES)) {
        host.set(&key, chunk).await?;
    }
    Ok(stored)
}

/// Returns the reason why a file was not admitted.
pub fn refused(what: &str, why: &str) -> Unavailable {
    Unavailable(format!("{what} was refused: {why}"))
}
