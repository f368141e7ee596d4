//! The folder of the releases: files by their content and one record; and the history, which nobody serves.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use shelfwise_sync::layout::{CLOCK_SKEW_MS, RECORD_PATH};
use shelfwise_sync::{Client, EngineVersion, FetchError, Installed, Memory, Outcome, Release, TrustedKeys, Update};

use super::release_notes::Notes;
use super::signed_release::SignedRelease;
use crate::files;

/// Folder of records and notes of the releases that are kept, where nobody says another. The notes tell how well models
/// do, and `shelfwise serve` never hands out what begins with a dot.
const HISTORY: &str = ".history";
/// Held while a release is published.
const LOCK: &str = ".publish.lock";
/// How files begin that a release made, before the first digits of their SHA-256.
const NAMES: [&str; 5] = ["snapshot-", "policy-", "hidden-", "dataflow-", "facts-"];
/// Digits of the SHA-256 in a name.
const HASH_DIGITS: usize = 32;

/// A folder that nobody else publishes to.
pub struct ReleaseDir {
    folder: PathBuf,
    history: PathBuf,
    // Let go of when the shelf is dropped, or the process ends in whatever way.
    _lock: File,
}

/// The last release.
pub struct Last {
    /// Its snapshot.
    pub snapshot: Vec<u8>,
    /// What a client remembers that has taken it over.
    pub memory: Memory,
}

impl ReleaseDir {
    /// Opens a folder and its history, and makes them where they are missing.
    pub fn open(folder: &Path, history: Option<&Path>) -> Result<Self> {
        let history = history.map_or_else(|| folder.join(HISTORY), Path::to_owned);
        fs::create_dir_all(&history).with_context(|| format!("cannot write to {}", history.display()))?;
        fs::create_dir_all(folder).with_context(|| format!("cannot write to {}", folder.display()))?;
        let lock = open_lock(&folder.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!("somebody publishes to {} right now: wait", folder.display()),
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("cannot lock {}", folder.display()));
            }
        }
        Ok(Self {
            folder: folder.to_owned(),
            history,
            _lock: lock,
        })
    }

    /// The last release, as a client of its own time took it over.
    ///
    /// # Errors
    /// Where there is one that cannot be verified: it is not compared with silently.
    pub fn last(&self, trusted_keys: &TrustedKeys) -> Result<Option<Last>> {
        let path = self.folder.join(RECORD_PATH);
        if !path.exists() {
            return Ok(None);
        }
        let any_engine = EngineVersion {
            major: u16::MAX,
            ..EngineVersion::default()
        };
        let release = Release::open(&files::read(&path)?, trusted_keys, any_engine).map_err(|reason| {
            anyhow::anyhow!(
                "the last release in {} cannot be verified with these keys: {reason}. To begin anew with other keys, \
                 move `release` out of the folder",
                self.folder.display()
            )
        })?;
        let client = Client {
            engine: any_engine,
            installed: Installed::Nothing,
        };
        let mut update = Update::new(
            trusted_keys.clone(),
            Memory::default(),
            client,
            release.record.validity.created_ms,
        );
        while let Some(request) = update.request() {
            let bytes = fs::read(self.folder.join(&request.path));
            update.answer(bytes.map_err(|_| FetchError::Missing));
        }
        let ended = update
            .finish()
            .context("the check of the last release did not end, which is a defect of shelfwise")?;
        match (ended.outcome, ended.loaded) {
            (Outcome::New, Some(loaded)) => Ok(Some(Last {
                snapshot: loaded.snapshot,
                memory: ended.memory,
            })),
            (Outcome::Kept(reason) | Outcome::StoreOrder(reason), _) => bail!(
                "the last release in {} is not whole: {reason}. Bring its files back, or move `release` out of the folder",
                self.folder.display()
            ),
            _ => Ok(None),
        }
    }

    /// The highest epoch in the history that clients can have taken over by a time: what is numbered more than a day ahead
    /// they refuse, so that notes of such a name are none of a release.
    pub fn highest_epoch(&self, now_ms: u64) -> Option<u64> {
        let most = now_ms.saturating_add(CLOCK_SKEW_MS);
        self.epochs().range(..=most).next_back().copied()
    }

    /// Lays files, notes, and in the end the record into the folder.
    pub fn publish(&self, signed_release: &SignedRelease<'_>, notes: &Notes) -> Result<()> {
        // First what says whose the files are: after a run that is killed, the next one knows what to remove.
        let history = |ending: &str| self.history.join(format!("{}.{ending}", notes.epoch));
        files::write(&history("json"), serde_json::to_string_pretty(notes)?.as_bytes())?;
        for file in &signed_release.files {
            let path = self.folder.join(&file.path);
            // A file of that name has that content, unless it was damaged since.
            if fs::read(&path).ok().as_deref() != Some(&file.bytes[..]) {
                files::write(&path, &file.bytes)?;
            }
        }
        files::write(&history("release"), &signed_release.record)?;
        self.settle()?;
        files::write(&self.folder.join(RECORD_PATH), &signed_release.record)?;
        self.settle()
    }

    /// Says what goes once the next release is live, and what stays because it cannot be told whose it is. Only what the
    /// notes of earlier releases name is ever removed: whatever else lies in the folder is somebody else's.
    pub fn plan(&self, keep: usize) -> Plan {
        let mut plan = Plan::default();
        let epochs = self.epochs();
        // The next release is the first of those that are kept.
        for (age, epoch) in epochs.iter().rev().enumerate() {
            let is_kept = age + 1 < keep;
            let path = self.history.join(format!("{epoch}.json"));
            let notes = files::read(&path).and_then(|bytes| Ok(serde_json::from_slice::<Notes>(&bytes)?));
            match notes {
                Ok(notes) if is_kept => plan.kept.extend(notes.files),
                Ok(notes) => {
                    plan.old_epochs.push(*epoch);
                    plan.old_files.extend(notes.files.into_iter().filter(|name| is_ours(name)));
                }
                Err(error) => plan.warnings.push(format!(
                    "the notes {} are damaged, so the files of that release stay: {error:#}. Remove the notes, and those \
                     files if no client needs them",
                    path.display()
                )),
            }
        }
        plan.drafts = [&self.folder, &self.history]
            .into_iter()
            .flat_map(|folder| {
                let names = self.names(folder).into_iter().filter(|name| is_draft(name));
                names.map(|name| folder.join(name))
            })
            .collect();
        plan
    }

    /// Takes away what the plan says, and that the new release does not name. The release is live by now: what cannot be
    /// removed is a warning.
    pub fn prune(&self, plan: &Plan, notes: &Notes) -> Vec<String> {
        let is_named = |name: &&String| plan.kept.contains(*name) || notes.files.contains(*name);
        let files = plan.old_files.iter().filter(|name| !is_named(name));
        let files = files.map(|name| self.folder.join(name));
        let history = plan.old_epochs.iter().flat_map(|epoch| {
            let name = move |ending| self.history.join(format!("{epoch}.{ending}"));
            ["release", "json"].map(name)
        });
        let gone = files.chain(history).chain(plan.drafts.iter().cloned());
        gone.filter_map(|path| remove(&path).err())
            .map(|error| format!("{error:#}; it stays"))
            .collect()
    }

    /// Epochs in the history, rising.
    fn epochs(&self) -> BTreeSet<u64> {
        let names = self.names(&self.history);
        let epoch = |name: String| name.strip_suffix(".json").and_then(|epoch| epoch.parse().ok());
        names.into_iter().filter_map(epoch).collect()
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect()
    }

    /// Waits until names are on the disk as well as what they name.
    fn settle(&self) -> Result<()> {
        // Only some systems can open a folder, and the others need not.
        match File::open(&self.folder) {
            Ok(folder) => folder
                .sync_all()
                .with_context(|| format!("cannot write to {}", self.folder.display())),
            Err(_) => Ok(()),
        }
    }
}

/// What goes once the next release is live.
#[derive(Default)]
pub struct Plan {
    /// Epochs whose notes and records go.
    old_epochs: Vec<u64>,
    /// Files that their notes name.
    old_files: BTreeSet<String>,
    /// Files of releases that stay.
    kept: BTreeSet<String>,
    /// What killed runs left behind.
    drafts: Vec<PathBuf>,
    /// What is wrong with the history.
    pub warnings: Vec<String>,
}

/// Whether a name in notes is one that `publish` gives to a file, such as `policy-0123456789abcdef0123456789abcdef.swp`:
/// notes lie on a disk that others write to.
fn is_ours(name: &str) -> bool {
    let rest = NAMES.iter().find_map(|begin| name.strip_prefix(begin));
    let parts = rest.and_then(|rest| rest.split_once('.'));
    let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    parts.is_some_and(|(hash, ending)| {
        hash.len() == HASH_DIGITS && hash.bytes().all(is_digit) && ending.bytes().all(|b| b.is_ascii_lowercase())
    })
}

/// Whether a name is that of a file that a run began to write: `.NAME.PID.part`, as [`files::write`] gives it.
fn is_draft(name: &str) -> bool {
    let inside = name.strip_prefix('.').and_then(|name| name.strip_suffix(".part"));
    let Some((file, process)) = inside.and_then(|name| name.rsplit_once('.')) else {
        return false;
    };
    let is_note = file.ends_with(".json") || file.ends_with(".release");
    let is_epoch = file.split('.').next().is_some_and(|epoch| epoch.parse::<u64>().is_ok());
    process.parse::<u32>().is_ok() && (file == RECORD_PATH || is_ours(file) || is_note && is_epoch)
}

/// Opens the lock without touching what is in it: a link in its place would lead to somebody else's file.
fn open_lock(path: &Path) -> Result<File> {
    if path.is_symlink() {
        bail!(
            "{} is a link: remove it, it must be a file of this folder",
            path.display()
        );
    }
    let mut options = File::options();
    let file = options.read(true).write(true).create(true).truncate(false).open(path);
    file.with_context(|| format!("cannot write to {}", path.display()))
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
