//! Finds and reads the logs: folders with a training log and its test sessions.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use shelfwise_intake::log::{Log, Order};
use shelfwise_intake::progress::Silent;
use shelfwise_intake::{LogOptions, read_log};

/// Folder of the log that is committed to the repository.
pub const COMMITTED: &str = "bol_example";

/// A log with its test sessions.
#[derive(Clone, Debug)]
pub struct Split {
    /// The folder's name.
    pub name: String,
    /// The training log.
    pub train: Log,
    /// The test sessions.
    pub test: Log,
}

/// Finds the logs of a folder, by name: its subfolders with `train.*` and `test.*`, or the folder itself.
///
/// # Errors
/// If the folder cannot be read, or has no such log.
pub fn find(folder: &Path) -> Result<Vec<PathBuf>> {
    if is_split(folder) {
        return Ok(vec![folder.to_owned()]);
    }
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry
            .with_context(|| format!("cannot list {}", folder.display()))?
            .path();
        if is_split(&path) {
            found.push(path);
        }
    }
    found.sort();
    if found.is_empty() {
        bail!(
            "{} holds no log: give a folder whose subfolders have `train.tsv.zst` and `test.tsv.zst`",
            folder.display()
        );
    }
    Ok(found)
}

fn is_split(folder: &Path) -> bool {
    file(folder, "train").is_some() && file(folder, "test").is_some()
}

/// Returns the file `stem.*` of a folder.
fn file(folder: &Path, stem: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let paths = entries.map(|entry| entry.path());
    let is = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.strip_prefix(stem).is_some_and(|rest| rest.starts_with('.'))
    };
    paths.filter(is).min()
}

/// Reads a log and its test sessions.
///
/// # Errors
/// Errors of reading a log; and baskets are refused, because the peers support sequences only.
pub fn read(folder: &Path) -> Result<Split> {
    let name = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let log = |stem: &str| -> Result<Log> {
        let path = file(folder, stem).with_context(|| format!("{} has no file `{stem}.*`", folder.display()))?;
        let (log, _) = read_log(&LogOptions::new(vec![path.to_string_lossy().into_owned()]), &Silent)?;
        if log.order == Order::Basket {
            bail!(
                "{}: baskets have no next item, and the peers know sequences only",
                path.display()
            );
        }
        Ok(log)
    };
    Ok(Split {
        name: name.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        train: log("train")?,
        test: log("test")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn committed() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../data")
    }

    #[test]
    fn committed_log_is_found_in_its_parent_and_by_itself() {
        let found = find(&committed()).unwrap();
        assert!(found.iter().any(|path| path.ends_with(COMMITTED)), "{found:?}");
        let alone = committed().join(COMMITTED);
        assert_eq!(find(&alone).unwrap(), [alone]);
    }

    #[test]
    fn committed_log_has_the_counts_of_its_readme() {
        let split = read(&committed().join(COMMITTED)).unwrap();
        assert_eq!(
            (split.train.clicks.len(), split.train.sessions.len()),
            (113_601, 23_753)
        );
        assert_eq!(split.test.predictions(), 931);
    }

    #[test]
    fn folder_without_logs_gives_an_error_with_advice() {
        let error = find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("train.tsv.zst"), "{error}");
    }
}
