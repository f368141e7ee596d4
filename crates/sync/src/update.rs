//! The update: what to ask for next, and what the answers come to.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::artefact::{Hash, sha256};
use crate::key::{KeyId, Role};
use crate::layout::{MAX_RECORD_BYTES, RECORD_PATH};
use crate::memory::Memory;
use crate::reason::{Reason, What, Why, of};
use crate::record::Release;
use crate::trusted_keys::TrustedKeys;
use crate::version::EngineVersion;

/// Whether the host holds the artefacts of the last good release, ready to serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Installed {
    /// It serves them now: a page that is open, an edge with its store.
    LastGood,
    /// It begins: artefacts are asked for, those of the last good release too if it comes to that.
    Nothing,
}

/// Who updates.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// Version of the engine that will read the artefacts.
    pub engine: EngineVersion,
    /// What it holds.
    pub holding: Installed,
}

/// What the host shall fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask<'a> {
    /// Path from the folder of the record. One legal name behind the other, joined by `/`: nothing to be escaped.
    pub path: &'a str,
    /// The most bytes to take, after any decompression. A host stops there and answers [`Failure::TooLong`].
    pub at_most: u32,
    /// What the bytes must hash to, for hosts with a store by hash; `None` for the record, which no cache may answer.
    pub sha256: Option<&'a Hash>,
}

/// Why a host has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No answer, no connection, too late, or cut off in transit.
    Unreachable,
    /// The server says that there is no such file.
    Missing,
    /// More bytes than asked for.
    TooLong,
}

/// How an update ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A release to take over.
    New,
    /// The release that is held is the one that is published.
    Unchanged,
    /// The last good release goes on serving, because of this.
    Kept(Reason),
    /// Nothing may serve: the shop shows its own order, because of this.
    StoreOrder(Reason),
}

/// A release with the bytes that it names, every one of them verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The release.
    pub release: Release,
    /// The policy file.
    pub policy: Vec<u8>,
    /// The snapshot.
    pub snapshot: Vec<u8>,
}

/// What an update came to.
#[derive(Clone, Debug)]
pub struct Ended {
    /// How it ended.
    pub outcome: Outcome,
    /// What to serve from now on: where the outcome is new, or kept and the host held nothing.
    pub loaded: Option<Loaded>,
    /// What to remember, once the engine has taken what was loaded.
    pub memory: Memory,
}

/// One look at what is published. Costs two Ed25519 verifications, two more where a release is refused, and the
/// SHA-256 of every byte that is taken over.
#[derive(Debug)]
pub struct Update {
    trusted_keys: TrustedKeys,
    memory: Memory,
    client: Client,
    now_ms: u64,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Record,
    Files(Box<Files>),
    Ended(Outcome, Option<Box<Files>>),
}

/// A release and what came of its files, which are asked for policy first: it is small.
#[derive(Debug)]
struct Files {
    release: Release,
    record: Vec<u8>,
    policy: Option<Vec<u8>>,
    snapshot: Vec<u8>,
    /// Why these are the files of the last good release, where they are.
    because: Option<Reason>,
}

/// A file as it was signed.
struct Expected<'a> {
    what: What,
    path: &'a str,
    bytes: u32,
    sha256: &'a Hash,
}

impl Update {
    /// Begins.
    #[must_use]
    pub fn new(trusted_keys: TrustedKeys, memory: Memory, client: Client, now_ms: u64) -> Self {
        Self {
            trusted_keys,
            memory,
            client,
            now_ms,
            stage: Stage::Record,
        }
    }

    /// What to fetch next; `None` once it has ended.
    #[must_use]
    pub fn ask(&self) -> Option<Ask<'_>> {
        match &self.stage {
            Stage::Record => Some(Ask {
                path: RECORD_PATH,
                at_most: MAX_RECORD_BYTES as u32,
                sha256: None,
            }),
            Stage::Files(files) => {
                let expected = files.expected();
                Some(Ask {
                    path: expected.path,
                    at_most: expected.bytes,
                    sha256: Some(expected.sha256),
                })
            }
            Stage::Ended(..) => None,
        }
    }

    /// Takes the answer to what was asked for. After the end it changes nothing.
    pub fn answer(&mut self, answer: Result<Vec<u8>, Failure>) {
        let nothing = Stage::Record;
        self.stage = match core::mem::replace(&mut self.stage, nothing) {
            Stage::Record => self.take_record(answer),
            Stage::Files(files) => self.take_file(files, answer),
            ended @ Stage::Ended(..) => ended,
        };
    }

    /// How it ended; `None` where something is still asked for.
    #[must_use]
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.stage {
            Stage::Ended(outcome, _) => Some(outcome),
            _ => None,
        }
    }

    /// The release whose files came, where it ended with files to serve.
    #[must_use]
    pub fn release(&self) -> Option<&Release> {
        match &self.stage {
            Stage::Ended(_, Some(files)) => Some(&files.release),
            _ => None,
        }
    }

    /// What to remember of it once it has ended: for hosts that keep the answers themselves, and need no more of the end.
    #[must_use]
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// What it came to; `None` where something is still asked for.
    #[must_use]
    pub fn end(self) -> Option<Ended> {
        match self.stage {
            Stage::Ended(outcome, files) => Some(Ended {
                outcome,
                loaded: files.map(|files| files.loaded()),
                memory: self.memory,
            }),
            _ => None,
        }
    }

    fn take_record(&self, answer: Result<Vec<u8>, Failure>) -> Stage {
        match self.judge(answer) {
            Ok(files) if self.client.holding == Installed::LastGood && self.memory.is_last_good(&files.record) => {
                Stage::Ended(Outcome::Unchanged, None)
            }
            Ok(files) => Stage::Files(files),
            Err(reason) => self.fall_back(reason),
        }
    }

    /// A record that may be taken over: signed, in its time, and not older than what was had before.
    fn judge(&self, answer: Result<Vec<u8>, Failure>) -> Result<Box<Files>, Reason> {
        let of_record = of(What::Release);
        let record = answer.map_err(|failure| of_record(failure.why(MAX_RECORD_BYTES as u32)))?;
        let release = Release::open(&record, &self.trusted_keys, self.client.engine)?;
        if !self.memory.is_last_good(&record) {
            let rising = self.rises(Role::Release, release.key, release.record.epoch);
            rising.map_err(of_record)?;
        }
        if !self.memory.is_last_policy(&release.record.policy_signature) {
            let rising = self.rises(Role::Policy, release.policy_key, release.policy.epoch);
            rising.map_err(of(What::PolicySignature))?;
        }
        release.holds(self.now_ms, 0)?;
        Ok(Files::of(release, record, None))
    }

    fn rises(&self, role: Role, key: KeyId, epoch: u64) -> Result<(), Why> {
        match self.memory.seen(role, key) {
            Some(seen) if epoch <= seen => Err(Why::RolledBack { epoch, seen }),
            _ => Ok(()),
        }
    }

    fn take_file(&mut self, mut files: Box<Files>, answer: Result<Vec<u8>, Failure>) -> Stage {
        let expected = files.expected();
        match self.verify(&files, &expected, answer) {
            Err(why) => {
                let reason = of(expected.what)(why);
                self.give_up(&files, reason)
            }
            Ok(policy) if files.policy.is_none() => {
                files.policy = Some(policy);
                Stage::Files(files)
            }
            Ok(snapshot) => {
                files.snapshot = snapshot;
                self.take_over(files)
            }
        }
    }

    fn verify(&self, files: &Files, expected: &Expected<'_>, answer: Result<Vec<u8>, Failure>) -> Result<Vec<u8>, Why> {
        let bytes = answer.map_err(|failure| failure.why(expected.bytes))?;
        let got = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        if got > expected.bytes {
            return Err(Failure::TooLong.why(expected.bytes));
        }
        let hash = sha256(&bytes);
        if hash == *expected.sha256 && got == expected.bytes {
            return Ok(bytes);
        }
        let last_good = self
            .memory
            .last_good(&self.trusted_keys, self.client.engine, self.now_ms);
        let known = |release: &Release| release.policy.sha256 == hash || release.snapshot.sha256 == hash;
        Err(if known(&files.release) || last_good.as_ref().is_some_and(known) {
            Why::MixAndMatch
        } else if got < expected.bytes {
            Why::CutShort {
                expected: expected.bytes,
                got,
            }
        } else {
            Why::Damaged
        })
    }

    fn take_over(&mut self, files: Box<Files>) -> Stage {
        let outcome = match files.because {
            Some(reason) => Outcome::Kept(reason),
            None => {
                self.memory.take(&files.release, &files.record, &self.trusted_keys);
                Outcome::New
            }
        };
        Stage::Ended(outcome, Some(files))
    }

    /// A file did not come as it was signed.
    fn give_up(&self, files: &Files, reason: Reason) -> Stage {
        match files.because {
            Some(first) => Stage::Ended(Outcome::StoreOrder(first), None),
            None if self.memory.is_last_good(&files.record) => Stage::Ended(Outcome::StoreOrder(reason), None),
            None => self.fall_back(reason),
        }
    }

    fn fall_back(&self, reason: Reason) -> Stage {
        match self
            .memory
            .last_good(&self.trusted_keys, self.client.engine, self.now_ms)
        {
            None => Stage::Ended(Outcome::StoreOrder(reason), None),
            Some(_) if self.client.holding == Installed::LastGood => Stage::Ended(Outcome::Kept(reason), None),
            Some(release) => Stage::Files(Files::of(release, self.memory.record().into(), Some(reason))),
        }
    }
}

impl Files {
    fn of(release: Release, record: Vec<u8>, because: Option<Reason>) -> Box<Self> {
        Box::new(Self {
            release,
            record,
            policy: None,
            snapshot: Vec::new(),
            because,
        })
    }

    fn loaded(self) -> Loaded {
        Loaded {
            release: self.release,
            policy: self.policy.unwrap_or_default(),
            snapshot: self.snapshot,
        }
    }

    fn expected(&self) -> Expected<'_> {
        let (record, policy, snapshot) = (&self.release.record, &self.release.policy, &self.release.snapshot);
        match self.policy {
            None => Expected {
                what: What::Policy,
                path: &record.policy_path,
                bytes: policy.bytes,
                sha256: &policy.sha256,
            },
            Some(_) => Expected {
                what: What::Snapshot,
                path: &snapshot.path,
                bytes: snapshot.bytes,
                sha256: &snapshot.sha256,
            },
        }
    }
}

impl Failure {
    fn why(self, at_most: u32) -> Why {
        match self {
            Self::Unreachable => Why::Unreachable,
            Self::Missing => Why::Missing,
            Self::TooLong => Why::TooLong { at_most },
        }
    }
}
