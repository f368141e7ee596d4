//! What an engine of the page loads: a signed release, as in a shop, since facts come to browsers in no other way. The keys are made
//! for one run of the command, and nobody else trusts them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use shelfwise_sync::layout::RECORD_PATH;
use shelfwise_sync::{
    Artefact, Blob, Enclosed, EngineVersion, Kind, Record, Role, SecretKey, Statement, Validity, seal,
};

const MINUTE_MS: u64 = 60_000;
/// The longest that a release may be valid, in milliseconds: seven days.
const LIFE_MS: u64 = 7 * 24 * 60 * MINUTE_MS;
/// The page looks at the rules in force and at those that it has built last; one more may still be loading.
const KEPT: usize = 3;

/// Releases of one snapshot and its facts, each with rules of its own.
pub struct Releases {
    keys: Keys,
    snapshot: Arc<[u8]>,
    facts: Option<Arc<[u8]>>,
    validity: Validity,
    made: Mutex<Made>,
}

struct Keys {
    release: SecretKey,
    policy: SecretKey,
    facts: SecretKey,
}

/// The releases that are served: files by path, of each by its number.
#[derive(Default)]
struct Made {
    next: u64,
    releases: BTreeMap<u64, BTreeMap<String, Arc<[u8]>>>,
}

impl Releases {
    /// Makes keys for releases that are valid at a time, in milliseconds since 1970.
    ///
    /// # Errors
    /// If the system has no random bytes.
    pub fn new(snapshot: &[u8], facts: Option<Arc<[u8]>>, now_ms: u64) -> Result<Self> {
        let created_ms = now_ms.saturating_sub(MINUTE_MS);
        Ok(Self {
            keys: Keys {
                release: random(Role::Release)?,
                policy: random(Role::Policy)?,
                facts: random(Role::Facts)?,
            },
            snapshot: snapshot.into(),
            facts,
            validity: Validity {
                created_ms,
                expires_ms: created_ms + LIFE_MS,
            },
            made: Mutex::default(),
        })
    }

    /// Returns the lines of the keys that the page trusts.
    pub fn keys(&self) -> Result<Vec<String>> {
        let Keys { release, policy, facts } = &self.keys;
        [release, policy, facts]
            .into_iter()
            .map(|key| Ok(key.public()?.to_string()))
            .collect()
    }

    /// Signs a release with these rules, and returns the path of its record. The oldest but the first is served no more.
    ///
    /// # Errors
    /// If a file has 4 GiB or more.
    pub fn make(&self, policy: &[u8]) -> Result<String> {
        let mut made = self.made();
        let number = made.next;
        made.next += 1;
        let files = self.files(policy, self.validity.created_ms + number)?;
        made.releases.insert(number, files);
        if made.releases.len() > KEPT {
            // The first has the rules in force.
            let oldest = made.releases.keys().nth(1).copied();
            oldest.and_then(|oldest| made.releases.remove(&oldest));
        }
        Ok(format!("{number}/{RECORD_PATH}"))
    }

    /// Returns a file by its path: the release's number, and the name in it.
    pub fn get(&self, path: &str) -> Option<Arc<[u8]>> {
        let (number, name) = path.split_once('/')?;
        let made = self.made();
        made.releases.get(&number.parse().ok()?)?.get(name).cloned()
    }

    fn files(&self, policy: &[u8], epoch: u64) -> Result<BTreeMap<String, Arc<[u8]>>> {
        let mut files = BTreeMap::new();
        let mut statements = vec![Enclosed::required(self.signed(
            &self.keys.policy,
            epoch,
            add(&mut files, Kind::POLICY, policy.into())?,
        )?)];
        if let Some(facts) = &self.facts {
            let artefact = add(&mut files, Kind::FACTS, Arc::clone(facts))?;
            statements.push(Enclosed::optional(self.signed(&self.keys.facts, epoch, artefact)?));
        }
        let record = Record {
            epoch,
            validity: self.validity,
            engine: EngineVersion::default(),
            root: Vec::new(),
            statements,
            artefacts: vec![add(&mut files, Kind::SNAPSHOT, Arc::clone(&self.snapshot))?],
        };
        let record = seal(&self.keys.release, &record.encode())?;
        files.insert(RECORD_PATH.to_owned(), record.into());
        Ok(files)
    }

    fn signed(&self, key: &SecretKey, epoch: u64, artefact: Artefact) -> Result<Vec<u8>> {
        let statement = Statement {
            epoch,
            validity: self.validity,
            artefacts: vec![artefact],
        };
        Ok(seal(key, &statement.encode())?)
    }

    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn add(files: &mut BTreeMap<String, Arc<[u8]>>, kind: Kind, bytes: Arc<[u8]>) -> Result<Artefact> {
    let blob = Blob::of(&bytes).context("a file of a release must have less than 4 GiB")?;
    let artefact = Artefact::whole(kind, blob);
    files.insert(artefact.path(), bytes);
    Ok(artefact)
}

fn random(role: Role) -> Result<SecretKey> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).context("cannot read random bytes from the operating system")?;
    Ok(SecretKey::from_bytes(role, &random))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
mod tests {
    use shelfwise_sync::{Client, Installed, Memory, Outcome, PublicKey, TrustedKeys, Update};

    use super::*;

    const NOW_MS: u64 = 1_700_000_000_000;

    /// Does what the page's engine does: loads the release under a path, and returns its facts.
    fn loaded(releases: &Releases, path: &str) -> (Outcome, Option<Vec<u8>>) {
        let keys: Vec<PublicKey> = releases
            .keys()
            .unwrap()
            .iter()
            .map(|key| PublicKey::parse(key).unwrap())
            .collect();
        let client = Client {
            engine: EngineVersion::default(),
            installed: Installed::Nothing,
        };
        let mut update = Update::new(TrustedKeys::new(&keys).unwrap(), Memory::default(), client, NOW_MS);
        let folder = path.strip_suffix(RECORD_PATH).unwrap();
        while let Some(request) = update.request() {
            update.answer(Ok(releases.get(&format!("{folder}{}", request.path)).unwrap().to_vec()));
        }
        let ended = update.finish().unwrap();
        (ended.outcome, ended.loaded.and_then(|loaded| loaded.facts))
    }

    #[test]
    fn clients_take_every_release_with_its_facts() {
        let releases = Releases::new(b"model", Some(b"facts"[..].into()), NOW_MS).unwrap();
        for rules in 0..8_u8 {
            let path = releases.make(&[rules]).unwrap();
            assert_eq!(loaded(&releases, &path), (Outcome::New, Some(b"facts".to_vec())));
        }
        assert_eq!(
            loaded(&releases, "0/release").0,
            Outcome::New,
            "the rules in force stay"
        );
        assert_eq!(releases.get("5/release"), None);
        assert_eq!(releases.get("7/other"), None);
        assert_eq!(releases.get(""), None);
    }

    #[test]
    fn without_facts_a_release_has_none() {
        let releases = Releases::new(b"model", None, NOW_MS).unwrap();
        let path = releases.make(b"rules").unwrap();
        assert_eq!(loaded(&releases, &path), (Outcome::New, None));
    }
}
