//! Files that the origin's keys signed.

use shelfwise_sync::{Ask, Client, EngineVersion, Failure, Installed, Loaded, Memory, Outcome, Reason, Update};

use crate::admission::{FetchOutcome, Files};
use crate::config::Releases;
use crate::host::{Fetched, Host, Unavailable};
use crate::record::{Admission, Hash, Record};

/// The files of a new release, or of the last good one where the store has lost them; and what is wrong with the release
/// that is published.
pub async fn load(host: &impl Host, releases: &Releases, held: Option<&Record>) -> FetchOutcome {
    let admission = held.and_then(|held| held.release.as_ref());
    let memory = admission.map(|admission| Memory::decode(&admission.memory));
    let holds_it = admission.is_some() && held.is_some_and(|held| held.is_whole);
    let client = Client {
        engine: engine(),
        holding: if holds_it {
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
    while let Some(ask) = update.ask() {
        let answer = fetch(host, releases, &ask).await;
        if let (None, Ok(bytes)) = (ask.sha256, &answer) {
            record.clone_from(bytes);
        }
        update.answer(answer);
    }
    let Some(ended) = update.end() else {
        return FetchOutcome::default();
    };
    let refusal = match ended.outcome {
        Outcome::New | Outcome::Unchanged => None,
        Outcome::Kept(reason) | Outcome::StoreOrder(reason) => {
            // What is loaded now is what was had before, under the record of before.
            record = admission.map(|admission| admission.record.clone()).unwrap_or_default();
            Some(said(reason))
        }
    };
    FetchOutcome {
        files: ended.loaded.map(|loaded| files(loaded, record, &ended.memory)),
        refusal,
    }
}

async fn fetch(host: &impl Host, releases: &Releases, ask: &Ask<'_>) -> Result<Vec<u8>, Failure> {
    let url = format!("{}{}", releases.folder, ask.path);
    match host.fetch(&url, ask.at_most as usize).await {
        Ok(Fetched::File(bytes)) if bytes.len() <= ask.at_most as usize => Ok(bytes),
        Ok(Fetched::Missing) => Err(Failure::Missing),
        Ok(_) => Err(Failure::TooLong),
        Err(_) => Err(Failure::Unreachable),
    }
}

/// In words, and in codes for machines.
fn said(reason: Reason) -> Unavailable {
    let (what, why) = reason.codes();
    Unavailable(format!("{what}/{why}: {reason}"))
}

fn files(loaded: Loaded, record: Vec<u8>, memory: &Memory) -> Files {
    let Loaded {
        release,
        policy,
        snapshot,
    } = loaded;
    Files {
        snapshot: (Hash(release.snapshot.sha256), snapshot),
        policy: Some((Hash(release.policy.sha256), policy)),
        release: Some(Admission {
            memory: memory.encode(),
            record,
            serves_until_ms: release.serves_until_ms(),
            epoch: release.record.epoch,
            snapshot_path: release.snapshot.path,
            policy_path: release.record.policy_path,
        }),
    }
}

/// The engine is built with the worker: they have one version.
fn engine() -> EngineVersion {
    EngineVersion::parse(env!("CARGO_PKG_VERSION")).unwrap_or_default()
}
