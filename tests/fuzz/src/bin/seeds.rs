//! Writes the seed corpus, one folder for each target: `fuzz-seeds FOLDER`.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| io::Error::other("usage: fuzz-seeds FOLDER"))?;
    let snapshot = shelfwise_tests_fuzz::intact().map_err(io::Error::other)?;
    write(folder.join("snapshot"), &snapshot)?;
    write(folder.join("policy"), &shelfwise_tests_fuzz::every_rule().encode())?;
    write(folder.join("facts"), &shelfwise_tests_fuzz::every_column())?;
    write(folder.join("kept"), &shelfwise_tests_fuzz::every_kept_kind())?;
    fs::write(
        folder.join("kept").join("memory"),
        shelfwise_tests_fuzz::every_section(),
    )?;
    for (at, seed) in shelfwise_tests_fuzz::release_seeds().iter().enumerate() {
        fs::create_dir_all(folder.join("release"))?;
        fs::write(folder.join("release").join(at.to_string()), seed)?;
    }
    copy_fixtures(&folder.join("snapshot"))
}

fn write(folder: PathBuf, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("intact"), bytes)
}

/// Copies the committed snapshots, which have traits that the intact one does not have.
fn copy_fixtures(folder: &Path) -> io::Result<()> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../snapshots/v1/good");
    for entry in fs::read_dir(fixtures)? {
        let entry = entry?;
        fs::copy(entry.path(), folder.join(entry.file_name()))?;
    }
    Ok(())
}
