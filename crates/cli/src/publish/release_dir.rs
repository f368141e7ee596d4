//! The folder of the releases: files by their content and one record; and the history, which nobody serves.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use shelfwise_sync::layout::RECORD_PATH;
use shelfwise_sync::{Client, EngineVersion, Failure, Installed, Memory, Outcome, Release, TrustedKeys, Update};

use super::offer::Offer;
use super::release_notes::Notes;
use crate::files;

/// Folder of records and notes of the releases that are kept, where nobody says another. The notes tell how well models
/// do, and `shelfwise serve` never hands out what begins with a dot.
const HISTORY: &str = ".history";
/// Held while a release is published.
const LOCK: &str = ".publish.lock";
/// How files begin that a release made.
const NAMES: [&str; 3] = ["snapshot-", "policy-", "dataflow-"];

/// A folder that nobody else publishes to.
pub struct Shelf {
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

impl Shelf {
    /// Opens a folder and its history, and makes them where they are missing.
    pub fn open(folder: &Path, history: Option<&Path>) -> Result<Self> {
        let history = history.map_or_else(|| folder.join(HISTORY), Path::to_owned);
        fs::create_dir_all(&history).with_context(|| format!("cannot write to {}", history.display()))?;
        let open = || -> std::io::Result<File> {
            fs::create_dir_all(folder)?;
            File::create(folder.join(LOCK))
        };
        let lock = open().with_context(|| format!("cannot write to {}", folder.display()))?;
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
            holding: Installed::Nothing,
        };
        let mut update = Update::new(
            trusted_keys.clone(),
            Memory::default(),
            client,
            release.record.term.created_ms,
        );
        while let Some(ask) = update.ask() {
            let bytes = fs::read(self.folder.join(ask.path));
            update.answer(bytes.map_err(|_| Failure::Missing));
        }
        let ended = update.end().context("the client never ended")?;
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

    /// The highest epoch in the history.
    pub fn highest_epoch(&self) -> Option<u64> {
        self.epochs().into_iter().next_back()
    }

    /// Lays files, notes, and in the end the record into the folder.
    pub fn publish(&self, offer: &Offer<'_>, notes: &Notes) -> Result<()> {
        for file in &offer.files {
            let path = self.folder.join(&file.path);
            // A file of that name has that content, unless it was damaged since.
            if fs::read(&path).ok().as_deref() != Some(&file.bytes[..]) {
                files::write(&path, &file.bytes)?;
            }
        }
        let history = |ending: &str| self.history.join(format!("{}.{ending}", notes.epoch));
        files::write(&history("json"), serde_json::to_string_pretty(notes)?.as_bytes())?;
        files::write(&history("release"), &offer.record)?;
        self.settle()?;
        files::write(&self.folder.join(RECORD_PATH), &offer.record)?;
        self.settle()
    }

    /// Takes away what no release names that is kept.
    pub fn prune(&self, keep: usize) -> Result<()> {
        let epochs = self.epochs();
        let (old, kept): (Vec<_>, Vec<_>) = epochs.iter().rev().enumerate().partition(|(age, _)| *age >= keep);
        let mut named = BTreeSet::new();
        for (_, epoch) in kept {
            let path = self.history.join(format!("{epoch}.json"));
            let notes: Notes = serde_json::from_slice(&files::read(&path)?)
                .with_context(|| format!("{} is damaged: old files stay, remove it", path.display()))?;
            named.extend(notes.files);
        }
        for (_, epoch) in old {
            for ending in ["release", "json"] {
                remove(&self.history.join(format!("{epoch}.{ending}")))?;
            }
        }
        for name in self.names(&self.folder) {
            let ours = NAMES.iter().any(|begin| name.starts_with(begin));
            if ours && !named.contains(&name) {
                remove(&self.folder.join(name))?;
            }
        }
        Ok(())
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

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
