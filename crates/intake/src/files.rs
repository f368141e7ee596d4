//! Expands patterns to a sorted list of files.

use std::path::PathBuf;

use super::addresses;
use super::error::IntakeError;

/// The name of standard input.
pub(crate) const STANDARD_INPUT: &str = "-";

/// Returns the files that match the patterns, in bytewise order of their paths, each once.
pub(super) fn list(patterns: &[String]) -> Result<Vec<PathBuf>, IntakeError> {
    if patterns.is_empty() {
        return Err(IntakeError::NoPatterns);
    }
    let mut files = Vec::new();
    for pattern in patterns {
        files.append(&mut matches(pattern)?);
    }
    files.sort_unstable_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
    files.dedup();
    Ok(files)
}

/// Returns the files that match one pattern. A path that exists is taken literally, so that brackets in a file name
/// work.
fn matches(pattern: &str) -> Result<Vec<PathBuf>, IntakeError> {
    if addresses::is_address(pattern) {
        return addresses::list(pattern);
    }
    let plain = PathBuf::from(pattern);
    if plain.exists() || pattern == STANDARD_INPUT {
        return Ok(vec![plain]);
    }
    let refuse = |reason: String| IntakeError::BadPattern {
        pattern: pattern.to_owned(),
        reason,
    };
    let mut found = Vec::new();
    for entry in glob::glob(pattern).map_err(|error| refuse(error.to_string()))? {
        let path = entry.map_err(|error| IntakeError::Io {
            path: error.path().to_owned(),
            source: error.into(),
        })?;
        found.push(path);
    }
    if found.is_empty() {
        Err(IntakeError::NothingMatches {
            pattern: pattern.to_owned(),
        })
    } else {
        Ok(found)
    }
}

/// Returns the sum of the file sizes on disk; a file without readable metadata counts as 0, because opening it will
/// report the error.
pub(super) fn total_bytes(files: &[PathBuf]) -> u64 {
    files
        .iter()
        .filter_map(|file| std::fs::metadata(addresses::on_disk(file).ok()?).ok())
        .map(|meta| meta.len())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_give_sorted_unique_files_and_must_match() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
        for name in ["b.csv", "a.csv", "c[1].tsv"] {
            std::fs::write(at(name), "x").unwrap();
        }
        let files = list(&[at("c[1].tsv"), at("*.csv"), at("a.csv")]).unwrap();
        assert_eq!(files, [at("a.csv"), at("b.csv"), at("c[1].tsv")].map(PathBuf::from));
        assert!(matches!(
            list(&[at("*.jsonl")]),
            Err(IntakeError::NothingMatches { .. })
        ));
        assert!(matches!(list(&[at("***")]), Err(IntakeError::BadPattern { .. })));
        assert!(matches!(list(&[]), Err(IntakeError::NoPatterns)));
    }
}
