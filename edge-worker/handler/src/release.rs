//! Files of signed releases.

use shelfwise_sync::{
    Artefact, Client, EngineVersion, FetchError, FileRequest, Installed, Loaded, Memory, Outcome, Reason, Update,
};

use crate::admission::{FetchOutcome, Files};
use crate::config::Releases;
use crate::guardrails::Guardrails;
use crate::host::{Fetched, Host, Unavailable};
use crate::record::{Admission, Hash, Record};

/// Loads the files of a new release, or of the last good one if the store has lost them; and the reason if the published
/// release was refused.
pub async fn load(host: &impl Host, releases: &Releases, held: Option<&Record>) -> FetchOutcome {
    let admission = held.and_then(|held| held.release.as_ref());
    let memory = admission.map(|admission| Memory::decode(&admission.memory));
    let holds_it = admission.is_some() && held.is_some_and(|held| held.is_whole);
    let client = Client {
        engine: engine(),
        installed: if holds_it {
            Installed::LastGood
        } else {
            Installed::Nothing
        },
    };
    let now_ms = u64::try_from(host.now_ms()).unwrap_or(0);
    let mut update = Update::new(
        releases.trusted_keys.clone(),
        memory.unwrap_or_default(),
        client,
        now_ms,
    );
    let mut record = Vec::new();
    while let Some(request) = update.request() {
        let answer = fetch(host, releases, &request).await;
        if let (None, Ok(bytes)) = (request.sha256, &answer) {
            record.clone_from(bytes);
        }
        update.answer(answer);
    }
    let Some(ended) = update.finish() else {
        return FetchOutcome::default();
    };
    let refusal = match ended.outcome {
        Outcome::New | Outcome::Unchanged => None,
        Outcome::Kept(reason) | Outcome::StoreOrder(reason) => {
            // What is loaded is the last good release, under its own record.
            record = admission.map(|admission| admission.record.clone()).unwrap_or_default();
            Some(unavailable_of(reason))
        }
    };
    let hidden = ended.hidden.map(Guardrails::signed);
    let (hidden, guardrails) = match ended.loaded {
        Some(_) => (hidden, None),
        None => (None, hidden),
    };
    FetchOutcome {
        files: ended.loaded.map(|loaded| files(loaded, record, hidden, &ended.memory)),
        refusal,
        guardrails,
    }
}

async fn fetch(host: &impl Host, releases: &Releases, request: &FileRequest) -> Result<Vec<u8>, FetchError> {
    let url = format!("{}{}", releases.folder, request.path);
    match host.fetch(&url, request.at_most as usize).await {
        Ok(Fetched::File(bytes)) if bytes.len() <= request.at_most as usize => Ok(bytes),
        Ok(Fetched::Missing) => Err(FetchError::Missing),
        Ok(_) => Err(FetchError::TooLong),
        Err(_) => Err(FetchError::Unreachable),
    }
}

/// Returns a reason in codes and in words.
fn unavailable_of(reason: Reason) -> Unavailable {
    let (what, why) = reason.codes();
    Unavailable(format!("{what}/{why}: {reason}"))
}

fn files(loaded: Loaded, record: Vec<u8>, hidden: Option<Guardrails>, memory: &Memory) -> Files {
    let Loaded {
        release,
        policy,
        snapshot,
        facts,
        ..
    } = loaded;
    let named = release.facts.as_ref().map(|facts| &facts.file);
    Files {
        snapshot: (Hash(release.snapshot.blob.sha256), snapshot),
        policy: Some((Hash(release.policy.file.blob.sha256), policy)),
        facts: named.zip(facts).map(|(named, facts)| (Hash(named.blob.sha256), facts)),
        release: Some(Admission {
            memory: memory.encode(),
            record,
            serves_until_ms: release.serves_until_ms(),
            epoch: release.record.epoch,
            snapshot_path: release.snapshot.path(),
            policy_path: release.policy.file.path(),
            facts_path: named.map(Artefact::path),
            hidden_path: release.policy.hidden.as_ref().map(Artefact::path),
            policy_epoch: release.policy.epoch,
        }),
        hidden,
    }
}

/// Returns the engine's version, which is that of the worker.
fn engine() -> EngineVersion {
    EngineVersion::parse(env!("CARGO_PKG_VERSION")).unwrap_or_default()
}
