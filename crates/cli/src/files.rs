//! Reading and writing of whole files: errors name the file, and a failed write leaves the old content.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use shelfwise_core::Snapshot;

/// Reads all bytes of a file.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Reads a snapshot, and verifies all of its bytes.
pub fn read_snapshot(path: &Path) -> Result<Snapshot<Vec<u8>>> {
    let bytes = read(path)?;
    let snapshot = Snapshot::open(bytes).and_then(|snapshot| snapshot.verify().map(|()| snapshot));
    snapshot.with_context(|| path.display().to_string())
}

/// Checks that a folder can be written, or created, and leaves everything as it is.
pub fn check_writable(folder: &Path) -> Result<()> {
    let try_it = || -> std::io::Result<()> {
        let there = folder.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
        let probe = there.join(format!(".writable.{}.part", std::process::id()));
        fs::File::create(&probe)?;
        fs::remove_file(&probe)
    };
    try_it().with_context(|| {
        format!(
            "cannot write in {}: name another folder, or change its rights",
            folder.display()
        )
    })
}

/// Writes a file in the place of none or of one of its own kind. A name that was mistaken, such as that of a key, costs
/// nobody's file.
pub fn replace(path: &Path, content: &[u8], what: &str, is_of_kind: impl Fn(&[u8]) -> bool) -> Result<()> {
    let there = fs::read(path).unwrap_or_default();
    if there.is_empty() || is_of_kind(&there) {
        return write(path, content);
    }
    bail!(
        "{} is no {what}, so it is not overwritten: give another name, or remove it",
        path.display()
    )
}

/// Writes a file in one step: a reader finds the old content or the new, and after an error the old.
pub fn write(path: &Path, content: &[u8]) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let draft = folder.join(format!(".{name}.{}.part", std::process::id()));
        // A draft of a killed run with the same number may be there, or a link: neither is written through.
        let _ = fs::remove_file(&draft);
        let mut file = fs::File::create_new(&draft)?;
        let written = file
            .write_all(content)
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&draft, path));
        if written.is_err() {
            // The write failed already; a draft that cannot be removed changes nothing about that.
            let _ = fs::remove_file(&draft);
        }
        written
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}
