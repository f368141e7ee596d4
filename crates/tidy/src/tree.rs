//! The repository's text files, read once for all checks.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Folders that hold what was built or installed, never what was written.
const SKIPPED_FOLDERS: &[&str] = &["target", "node_modules", ".git", ".cache"];
/// Endings of text that people write.
const TEXT: &[&str] = &[
    "rs", "toml", "md", "js", "mjs", "ts", "css", "html", "svg", "json", "py", "sh", "yml", "allow",
];
/// Files without an ending that people write.
const TEXT_NAMES: &[&str] = &["run", ".gitignore"];

/// Text by path from the root, with `/` between folders.
#[derive(Debug, Default)]
pub struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    /// Reads every text file below the root.
    pub fn read(root: &Path) -> Result<Self> {
        let mut tree = Self::default();
        tree.add_folder(root, "")?;
        Ok(tree)
    }

    /// A small repository for a test.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        Self {
            files: files
                .iter()
                .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
                .collect(),
        }
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// All files as path and text, in the order of their paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Files with one of these endings.
    pub fn ending(&self, endings: &[&str]) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter(|(path, _)| {
            path.rsplit_once('.')
                .is_some_and(|(_, ending)| endings.contains(&ending))
        })
    }

    fn add_folder(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type()?;
            if kind.is_dir() && !SKIPPED_FOLDERS.contains(&name.as_str()) {
                self.add_folder(&entry.path(), &format!("{prefix}{name}/"))?;
            } else if kind.is_file() && is_text(&name) {
                self.add_file(&entry.path(), format!("{prefix}{name}"))?;
            }
        }
        Ok(())
    }

    fn add_file(&mut self, file: &Path, path: String) -> Result<()> {
        let text = fs::read_to_string(file).with_context(|| format!("{path} is not readable as UTF-8"))?;
        self.files.insert(path, text);
        Ok(())
    }
}

fn is_text(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    TEXT.contains(&ending) || TEXT_NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_text_is_read_and_built_things_are_not() {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("a/lib.rs", "//! A."),
            ("target/lib.rs", ""),
            ("a/node_modules/x.js", ""),
            ("b.png", ""),
        ] {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let tree = Tree::read(root.path()).unwrap();
        assert_eq!(tree.files().collect::<Vec<_>>(), [("a/lib.rs", "//! A.")]);
    }
}
