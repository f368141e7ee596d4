//! Public keys, as they are given: a text, or a file that holds it.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use shelfwise_sync::{PublicKey, TrustedKeys};

use super::file;

/// A key from its text, or from a file that `shelfwise keys new` wrote with the ending `.pub`.
pub fn parse(text: &str) -> Result<PublicKey> {
    match PublicKey::parse(text) {
        Ok(key) => Ok(key),
        Err(_) if Path::new(text).is_file() => read(Path::new(text)),
        Err(error) => Err(error).with_context(|| format!("`{text}` is neither a key nor a file with one")),
    }
}

/// The keys that clients trust, in any order.
pub fn trusted_keys(texts: &[String]) -> Result<TrustedKeys> {
    let keys: Result<Vec<_>> = texts.iter().map(|text| parse(text)).collect();
    Ok(TrustedKeys::new(&keys?)?)
}

/// Writes a new public key; whatever stands there is never overwritten.
pub fn create(path: &Path, key: &PublicKey) -> Result<()> {
    let write = || -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = fs::File::create_new(path)?;
        writeln!(file, "{key}")?;
        file.sync_all()
    };
    write().with_context(|| {
        format!(
            "cannot make {}: give another name with --out, keys are never overwritten",
            path.display()
        )
    })
}

/// The public half of a key file of either kind.
pub fn read(path: &Path) -> Result<PublicKey> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    if text.contains("SECRET") || text.contains("secret") {
        return file::public(path);
    }
    PublicKey::parse(text.trim()).with_context(|| path.display().to_string())
}
