//! Writes what the fuzzers begin with, one folder for each target: `fuzz-seeds FOLDER`.

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| io::Error::other("usage: fuzz-seeds FOLDER"))?;
    let snapshot = shelfwise_tests_fuzz::intact().map_err(io::Error::other)?;
    write(folder.join("snapshot"), &snapshot)?;
    write(folder.join("policy"), &shelfwise_tests_fuzz::every_rule().encode())
}

fn write(folder: PathBuf, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("intact"), bytes)
}
