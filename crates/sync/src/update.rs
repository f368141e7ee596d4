//! The update: a state machine that requests files and evaluates the responses.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::artefact::{Artefact, Kind, sha256};
use crate::key::Role;
use crate::layout::{MAX_RECORD_BYTES, RECORD_PATH};
use crate::memory::Memory;
use crate::reason::{Defect, Part, Reason, of};
use crate::record::{Release, Signed};
use crate::request::{FetchError, FileRequest};
use crate::root::RootStatement;
use crate::statement::FileStatement;
use crate::trusted_keys::TrustedKeys;
use crate::version::EngineVersion;

/// Whether the host has the artefacts of the last good release loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Installed {
    /// It serves them now: an open page, an edge worker with its store.
    LastGood,
    /// Nothing is loaded: artefacts are requested, including those of the last good release if needed.
    Nothing,
}

/// The client that updates.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// Version of the engine that will read the artefacts.
    pub engine: EngineVersion,
    /// What the host has loaded.
    pub installed: Installed,
}

/// Outcome of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A new release to load.
    New,
    /// The published release is the one that is loaded already.
    Unchanged,
    /// The last good release continues to serve, for this reason.
    Kept(Reason),
    /// No release may serve: the shop shows its own order, for this reason.
    StoreOrder(Reason),
}

/// A release with its files, all of them verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The release.
    pub release: Release,
    /// The policy file.
    pub policy: Vec<u8>,
    /// The facts of items, if the release has some for this client.
    pub facts: Option<Vec<u8>>,
    /// The snapshot.
    pub snapshot: Vec<u8>,
}

/// The ids that a policy hides, by placement: JSON, as specified in `docs/release-format.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiddenList {
    /// Epoch of the policy's statement: of two lists the one with the higher epoch is used.
    pub policy_epoch: u64,
    /// The verified file.
    pub bytes: Vec<u8>,
}

/// Result of an update.
#[derive(Clone, Debug)]
pub struct UpdateResult {
    /// The outcome.
    pub outcome: Outcome,
    /// Files to serve from now on: if the outcome is new, or kept and the host had nothing loaded.
    pub loaded: Option<Loaded>,
    /// The verified list of hidden ids of a policy with a valid signature: of the release that was loaded, or, if no
    /// release may serve, of the latest known policy statement. A host that shows the shop's own order applies it.
    /// `None` if nothing is hidden, or if the host has the list already.
    pub hidden: Option<HiddenList>,
    /// State to store, once the engine has accepted the loaded files.
    pub memory: Memory,
}

/// One update against the published release. Costs two Ed25519 verifications, two more if a release is refused, and the
/// SHA-256 of every accepted byte; with lead keys, as many more as must sign an approval; with root keys, additionally twice their threshold of verifications, and another
/// three times the threshold for a new root statement.
///
/// ```
/// use shelfwise_sync::{Client, EngineVersion, FetchError, Installed, Memory, Outcome, TrustedKeys, Update};
///
/// # fn main() -> Result<(), shelfwise_sync::TrustError> {
/// let trusted_keys = TrustedKeys::parse([
///     "release-15fd380bfb6409061ac9dad42e0b1d9177adc85596ca14721bf7b90887cd4abd",
///     "policy-deb2a7024b9b6ddd8117cc182437eca0da446200bc5f23f083152ef894df5bd8",
/// ])?;
/// let client = Client { engine: EngineVersion::default(), installed: Installed::Nothing };
/// let mut update = Update::new(trusted_keys, Memory::default(), client, 1_767_225_600_000);
/// while let Some(request) = update.request() {
///     assert_eq!(request.path, "release");
///     update.answer(Err(FetchError::Missing));
/// }
/// assert!(matches!(update.outcome(), Some(Outcome::StoreOrder(reason)) if reason.codes() == ("release", "missing")));
/// # Ok(())
/// # }
/// ```
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
    /// No release may serve; the list of hidden ids is requested all the same.
    Guardrails(Arc<FileStatement>, Reason),
    Ended(Outcome, Box<Files>),
}

/// A release and its files received so far, in the order of [`Release::files`]; without a release if none may serve.
#[derive(Debug, Default)]
struct Files {
    release: Option<Release>,
    record: Vec<u8>,
    bodies: Vec<Vec<u8>>,
    hidden: Option<HiddenList>,
    /// Why these are the files of the last good release, if they are.
    because: Option<Reason>,
}

impl Update {
    /// Starts an update.
    #[must_use]
    pub const fn new(trusted_keys: TrustedKeys, memory: Memory, client: Client, now_ms: u64) -> Self {
        Self {
            trusted_keys,
            memory,
            client,
            now_ms,
            stage: Stage::Record,
        }
    }

    /// Returns the file to fetch next; `None` once the update has ended.
    #[must_use]
    pub fn request(&self) -> Option<FileRequest> {
        let artefact = match &self.stage {
            Stage::Record => {
                return Some(FileRequest {
                    path: RECORD_PATH.into(),
                    at_most: MAX_RECORD_BYTES as u32,
                    sha256: None,
                });
            }
            Stage::Files(files) => files.missing(0)?,
            Stage::Guardrails(policy, _) => policy.hidden.as_ref()?,
            Stage::Ended(..) => return None,
        };
        Some(FileRequest {
            path: artefact.path(),
            at_most: artefact.blob.bytes,
            sha256: Some(artefact.blob.sha256),
        })
    }

    /// Returns the file that is requested so many files after the present one, if all goes well: a host may fetch it at the
    /// same time, because the record's signatures are verified before it names any.
    #[must_use]
    pub fn following(&self, nth: usize) -> Option<&Artefact> {
        match &self.stage {
            Stage::Files(files) => files.missing(nth),
            _ => None,
        }
    }

    /// Takes the response to the last request. Has no effect after the end.
    pub fn answer(&mut self, answer: Result<Vec<u8>, FetchError>) {
        let nothing = Stage::Record;
        self.stage = match core::mem::replace(&mut self.stage, nothing) {
            Stage::Record => self.take_record(answer),
            Stage::Files(files) => self.take_file(files, answer),
            Stage::Guardrails(policy, reason) => store_order(reason, self.guardrails(&policy, answer)),
            ended @ Stage::Ended(..) => ended,
        };
    }

    /// Returns the outcome; `None` if a request is pending.
    #[must_use]
    pub const fn outcome(&self) -> Option<&Outcome> {
        match &self.stage {
            Stage::Ended(outcome, _) => Some(outcome),
            _ => None,
        }
    }

    /// Returns the release whose files were loaded, if the update ended with files to serve.
    #[must_use]
    pub fn release(&self) -> Option<&Release> {
        match &self.stage {
            Stage::Ended(_, files) => files.release.as_ref(),
            _ => None,
        }
    }

    /// Returns the verified list of hidden ids, once the update has ended: for hosts that store the files themselves.
    #[must_use]
    pub const fn hidden(&self) -> Option<&HiddenList> {
        match &self.stage {
            Stage::Ended(_, files) => files.hidden.as_ref(),
            _ => None,
        }
    }

    /// Returns the state to store once the update has ended: for hosts that store the files themselves.
    #[must_use]
    pub const fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Returns the result; `None` if a request is pending.
    #[must_use]
    pub fn finish(self) -> Option<UpdateResult> {
        match self.stage {
            Stage::Ended(outcome, files) => {
                let Files {
                    release,
                    mut bodies,
                    hidden,
                    ..
                } = *files;
                let snapshot = bodies.pop().unwrap_or_default();
                let policy = bodies.pop().unwrap_or_default();
                Some(UpdateResult {
                    outcome,
                    loaded: release.map(|release| Loaded {
                        release,
                        policy,
                        facts: bodies.pop(),
                        snapshot,
                    }),
                    hidden,
                    memory: self.memory,
                })
            }
            _ => None,
        }
    }

    fn take_record(&self, answer: Result<Vec<u8>, FetchError>) -> Stage {
        let of_record = of(Part::Release);
        let record = match answer {
            Ok(record) => record,
            Err(error) => return self.fall_back(of_record(error.defect(MAX_RECORD_BYTES as u32)), None),
        };
        let signed = match Signed::open(&record, &self.trusted_keys) {
            Ok(signed) => signed,
            Err(reason) => return self.fall_back(reason, None),
        };
        let before = match self.admit_root(&signed) {
            Ok(before) => before,
            // Without valid keys the policy statement cannot be trusted either.
            Err(reason) => return self.fall_back(reason, None),
        };
        let limit = |role| {
            signed
                .root
                .as_ref()
                .map_or(u64::MAX, |root| root.epoch_limit(role, before.as_ref()))
        };
        let admits = |role, statement: &Arc<FileStatement>| {
            let follows = statement.follows(role, &self.memory, self.now_ms, &limit);
            follows.map(|()| Arc::clone(statement))
        };
        let policy = signed.policy.as_ref().map_err(|reason| *reason);
        let policy = policy.and_then(|policy| admits(Role::Policy, policy));
        let mut statements = policy.as_ref().map(|_| ()).map_err(|reason| *reason);
        if let (Ok(()), Ok(Some(facts))) = (&statements, &signed.facts) {
            statements = admits(Role::Facts, facts).map(|_| ());
        }
        let release_limit = limit(Role::Release);
        match self.judge(signed, statements, release_limit) {
            Ok(_) if self.client.installed == Installed::LastGood && self.memory.is_last_good(&record) => {
                Stage::Ended(Outcome::Unchanged, Box::default())
            }
            Ok(release) => Stage::Files(Files::of(release, record, None)),
            Err(reason) => self.fall_back(reason, policy.ok()),
        }
    }

    /// Refuses a root statement that is older than the last one, not signed by a threshold of the last one's root keys,
    /// or not valid now. Returns the last one, if it differs.
    fn admit_root(&self, signed: &Signed) -> Result<Option<RootStatement>, Reason> {
        let Some(root) = &signed.root else { return Ok(None) };
        let admits = self
            .memory
            .admits(Role::Root, root.epoch, root.digest, self.now_ms, u64::MAX);
        admits.map_err(of(Part::Root))?;
        let before = self.memory.root_before(root, &self.trusted_keys);
        if let Some(before) = &before {
            before.check_successor(&signed.record.root)?;
        }
        root.holds(self.now_ms, 0).map(|()| before)
    }

    /// Returns a release that may be loaded: signed, valid now, and not older than the last one.
    fn judge(&self, signed: Signed, statements: Result<(), Reason>, limit: u64) -> Result<Release, Reason> {
        let release = signed.check(self.client.engine)?;
        let admits = self
            .memory
            .admits(Role::Release, release.record.epoch, release.digest, self.now_ms, limit);
        admits.map_err(of(Part::Release))?;
        statements?;
        release.holds(self.now_ms, 0)?;
        Ok(release)
    }

    fn take_file(&mut self, mut files: Box<Files>, answer: Result<Vec<u8>, FetchError>) -> Stage {
        let Some(artefact) = files.missing(0) else {
            return self.take_over(files);
        };
        let kind = artefact.kind;
        match self.verify(files.release.as_ref(), artefact, answer) {
            Err(defect) => self.give_up(files, of(Part::of_kind(kind))(defect)),
            Ok(bytes) if kind == Kind::HIDDEN => {
                let policy_epoch = files.release.as_ref().map_or(0, |release| release.policy.epoch);
                files.hidden = Some(HiddenList { policy_epoch, bytes });
                Stage::Files(files)
            }
            Ok(body)
                if kind == Kind::POLICY
                    && files
                        .release
                        .as_ref()
                        .is_some_and(|release| !release.policy.approves(&body)) =>
            {
                self.give_up(files, of(Part::Policy)(Defect::NotApproved))
            }
            Ok(body) => {
                files.bodies.push(body);
                if files.missing(0).is_some() {
                    return Stage::Files(files);
                }
                self.take_over(files)
            }
        }
    }

    fn guardrails(&self, policy: &FileStatement, answer: Result<Vec<u8>, FetchError>) -> Option<HiddenList> {
        let bytes = self.verify(None, policy.hidden.as_ref()?, answer).ok()?;
        let policy_epoch = policy.epoch;
        Some(HiddenList { policy_epoch, bytes })
    }

    fn verify(
        &self,
        release: Option<&Release>,
        expected: &Artefact,
        answer: Result<Vec<u8>, FetchError>,
    ) -> Result<Vec<u8>, Defect> {
        let expected = expected.blob;
        let body = answer.map_err(|error| error.defect(expected.bytes))?;
        let got = u32::try_from(body.len()).unwrap_or(u32::MAX);
        if got > expected.bytes {
            return Err(FetchError::TooLong.defect(expected.bytes));
        }
        let hash = sha256(&body);
        if hash == expected.sha256 && got == expected.bytes {
            return Ok(body);
        }
        let last_good = self
            .memory
            .last_good(&self.trusted_keys, self.client.engine, self.now_ms);
        let names = |release: &Release| release.files().any(|file| file.blob.sha256 == hash);
        Err(if release.into_iter().chain(last_good.as_ref()).any(names) {
            Defect::MixAndMatch
        } else if got < expected.bytes {
            Defect::CutShort {
                expected: expected.bytes,
                got,
            }
        } else {
            Defect::Damaged
        })
    }

    fn take_over(&mut self, files: Box<Files>) -> Stage {
        let outcome = match (files.because, &files.release) {
            (Some(reason), _) => Outcome::Kept(reason),
            (None, release) => {
                if let Some(release) = release {
                    self.memory.take(release, &files.record);
                }
                Outcome::New
            }
        };
        Stage::Ended(outcome, files)
    }

    /// Ends the use of these files after a file differed from its signed hash or could not be fetched.
    fn give_up(&self, files: Box<Files>, reason: Reason) -> Stage {
        let first = files.because.unwrap_or(reason);
        if files.because.is_some() || self.memory.is_last_good(&files.record) {
            return store_order(first, files.hidden);
        }
        let policy = files.release.map(|release| release.policy);
        match self.fall_back(reason, policy) {
            // The list was received already.
            Stage::Guardrails(..) if files.hidden.is_some() => store_order(reason, files.hidden),
            stage => stage,
        }
    }

    /// Falls back to the last good release; if none may serve, to the list of hidden ids: of the policy statement in
    /// the refused release, or else of the last one.
    fn fall_back(&self, reason: Reason, policy: Option<Arc<FileStatement>>) -> Stage {
        match self
            .memory
            .last_good(&self.trusted_keys, self.client.engine, self.now_ms)
        {
            Some(_) if self.client.installed == Installed::LastGood => {
                Stage::Ended(Outcome::Kept(reason), Box::default())
            }
            Some(release) => Stage::Files(Files::of(release, self.memory.record().into(), Some(reason))),
            None => match policy.or_else(|| self.remembered_policy()) {
                Some(policy) if policy.hidden.is_some() => Stage::Guardrails(policy, reason),
                _ => store_order(reason, None),
            },
        }
    }

    /// Returns the policy statement of the last good release, for a host without the list of hidden ids.
    fn remembered_policy(&self) -> Option<Arc<FileStatement>> {
        match self.client.installed {
            Installed::Nothing => self.memory.last_policy(&self.trusted_keys),
            Installed::LastGood => None,
        }
    }
}

fn store_order(reason: Reason, hidden: Option<HiddenList>) -> Stage {
    let files = Files {
        hidden,
        ..Files::default()
    };
    Stage::Ended(Outcome::StoreOrder(reason), Box::new(files))
}

impl Files {
    fn of(release: Release, record: Vec<u8>, because: Option<Reason>) -> Box<Self> {
        Box::new(Self {
            release: Some(release),
            record,
            because,
            ..Self::default()
        })
    }

    /// Returns the next file to request, or the one so many files after it.
    fn missing(&self, nth: usize) -> Option<&Artefact> {
        let came = self.bodies.len() + usize::from(self.hidden.is_some());
        self.release.as_ref()?.files().nth(came + nth)
    }
}
