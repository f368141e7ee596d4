//! Where passphrases come from: a file, the environment, or the terminal; never an argument, which others can read.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::file::check_mode;

/// Names the file that holds the passphrase.
const FILE: &str = "SHELFWISE_PASSPHRASE_FILE";
/// Holds the passphrase.
const VARIABLE: &str = "SHELFWISE_PASSPHRASE";

/// The passphrase of a key file.
pub fn of(path: &Path) -> Result<String> {
    match from_environment()? {
        Some(passphrase) => Ok(passphrase),
        None => prompt(&format!("Passphrase of {}: ", path.display())),
    }
}

/// A passphrase for a new key file; at a terminal it is asked for twice.
pub fn chosen(path: &Path) -> Result<String> {
    if let Some(passphrase) = from_environment()? {
        return Ok(passphrase);
    }
    let passphrase = prompt(&format!("New passphrase of {}: ", path.display()))?;
    if prompt("Once more: ")? != passphrase {
        bail!("the two passphrases differ: no key was made");
    }
    Ok(passphrase)
}

fn from_environment() -> Result<Option<String>> {
    if let Some(path) = env::var_os(FILE).map(PathBuf::from) {
        check_mode(&path)?;
        let text = fs::read_to_string(&path).with_context(|| format!("{FILE}: cannot read {}", path.display()))?;
        return Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()));
    }
    Ok(env::var(VARIABLE).ok())
}

fn prompt(prompt: &str) -> Result<String> {
    rpassword::prompt_password(prompt).with_context(|| {
        format!("there is no terminal to ask for a passphrase: set {FILE} to a file that holds it, or {VARIABLE}")
    })
}
