//! Which files something was made of, so that it is not made again of the same.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use shelfwise_build::integrity::sha256;

/// The hash of the files, and the file that keeps it beside what was made.
#[derive(Debug)]
pub struct Stamp {
    hash: String,
    file: PathBuf,
}

impl Stamp {
    /// Reads the files. Costs a pass over their bytes.
    pub fn of(inputs: &[&PathBuf], file: PathBuf) -> Result<Self> {
        let hashes: Vec<_> = inputs
            .iter()
            .map(|input| Ok(sha256(&read(input)?)))
            .collect::<Result<_>>()?;
        let hash = sha256(hashes.concat().as_bytes());
        Ok(Self { hash, file })
    }

    /// Whether what is there was made of these files.
    pub fn is_there(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|kept| kept == self.hash)
    }

    /// Keeps the hash, once the thing is made.
    pub fn write(&self) -> Result<()> {
        fs::write(&self.file, &self.hash).with_context(|| format!("cannot write {}", self.file.display()))
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_input_invalidates_the_stamp() {
        let root = tempfile::tempdir().unwrap();
        let (input, file) = (root.path().join("input"), root.path().join("stamp"));
        let stamp = |text: &str| {
            fs::write(&input, text).unwrap();
            Stamp::of(&[&input], file.clone()).unwrap()
        };
        let first = stamp("baskets");
        assert!(!first.is_there());
        first.write().unwrap();
        assert!(stamp("baskets").is_there());
        assert!(!stamp("more baskets").is_there());
    }
}
