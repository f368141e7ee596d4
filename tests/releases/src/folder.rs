//! Writes the table as folders: one for each case, one for the last good release, and `cases.json`.

use std::fs;
use std::io;
use std::path::Path;

use crate::case::{File, Table};

/// Writes the table to a folder.
///
/// # Errors
/// If a file cannot be written.
pub fn write(table: &Table, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for case in &table.cases {
        files(&folder.join(case.name), &case.files)?;
    }
    files(&folder.join("last-good"), &table.last_good)?;
    fs::write(folder.join("memory"), &table.memory)?;
    fs::write(folder.join("root-memory"), &table.root_memory)?;
    let text = serde_json::to_string_pretty(table)? + "\n";
    fs::write(folder.join("cases.json"), text)
}

fn files(folder: &Path, files: &[File]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for file in files {
        fs::write(folder.join(&file.path), &file.bytes)?;
    }
    Ok(())
}
