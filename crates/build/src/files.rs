//! Folders of files: emptied, put in place, copied.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Removes the folder with its contents: leftovers of an earlier build would be served unchecked.
pub fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    Ok(())
}

/// Puts a finished folder in place of an earlier one in one step, so that no reader sees half of it.
pub fn replace(finished: &Path, folder: &Path) -> Result<()> {
    empty(folder)?;
    fs::rename(finished, folder).with_context(|| format!("cannot put {} in its place", folder.display()))
}

/// Names of the files of a folder, not of its folders.
pub fn names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

/// Paths of the files of a folder and of its folders but those of these names, with `/` between names, sorted.
pub fn all(folder: &Path, without: &[&str]) -> Result<Vec<String>> {
    let (mut all, mut open) = (Vec::new(), vec![String::new()]);
    while let Some(inside) = open.pop() {
        let listed = folder.join(&inside);
        for entry in fs::read_dir(&listed).with_context(|| format!("cannot list {}", listed.display()))? {
            let entry = entry?;
            let path = format!("{inside}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type()?;
            if kind.is_dir() && !without.iter().any(|name| entry.file_name() == *name) {
                open.push(format!("{path}/"));
            } else if kind.is_file() {
                all.push(path);
            }
        }
    }
    all.sort();
    Ok(all)
}

/// Copies the files of a folder, not its folders.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for name in names(from)? {
        fs::copy(from.join(&name), to.join(&name)).with_context(|| format!("cannot copy {name}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copying_a_folder_copies_its_files() {
        let root = tempfile::tempdir().unwrap();
        let (from, to) = (root.path().join("from"), root.path().join("to"));
        fs::create_dir_all(from.join("inner")).unwrap();
        fs::write(from.join("a"), "shelf").unwrap();
        copy(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("a")).unwrap(), "shelf");
        assert!(!to.join("inner").exists());
    }
}
