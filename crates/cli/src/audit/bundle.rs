//! The evidence: one folder, named by date and time, with everything that an audit says and saw, and a signature over it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use shelfwise_audit::documents;
use shelfwise_audit::report::{self, Report};
use shelfwise_sync::sha256;

use super::evidence::Evidence;
use super::found::hex;
use crate::keys::{Signer, SignerArguments};
use crate::{eprint_line, files};

/// The list of files with their hashes.
pub const SUMS: &str = "SHA256SUMS";
/// The signature over the list: the key, and the signature in hexadecimal digits, a line each.
pub const SIGNATURE: &str = "SHA256SUMS.sig";
/// What is signed begins so, so that no signature of evidence is one of a release, of rules or of a root statement.
const DOMAIN: &[u8] = b"shelfwise-audit-evidence/1\n";

/// The key that signs evidence.
pub fn signer(key: &Path, arguments: &SignerArguments) -> Result<Signer> {
    Signer::of_any_role(key, arguments).context("--sign")
}

/// What is signed.
pub fn message(sums: &[u8]) -> Vec<u8> {
    [DOMAIN, sums].concat()
}

/// Writes it below the folder; returns where. Nothing is overwritten.
pub fn write(folder: &Path, report: &Report, evidence: &Evidence, signer: Option<&Signer>) -> Result<PathBuf> {
    let bundle = folder.join(report.at.replace(':', "-"));
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::create_dir(&bundle).with_context(|| format!("cannot make {}: it must not be there yet", bundle.display()))?;
    let parts = [
        ("report.json", serde_json::to_vec_pretty(report)?),
        ("report.html", report::html(report)?.into_bytes()),
        ("report.sarif", serde_json::to_vec_pretty(&report::sarif(report))?),
        ("report.txt", report::text(report).into_bytes()),
    ];
    let parts = parts.map(|(path, bytes)| (path.to_owned(), bytes));
    let mut sums = String::new();
    for (path, bytes) in parts.iter().chain(&documents_of(report)).chain(&evidence.files) {
        files::write(&bundle.join(path), bytes)?;
        sums += &format!("{}  {path}\n", hex(&sha256(bytes)));
    }
    files::write(&bundle.join(SUMS), sums.as_bytes())?;
    if let Some(signer) = signer {
        let signature = signer.sign_message(&message(sums.as_bytes()))?;
        let text = format!("{}\n{}\n", signer.public()?, hex(&signature));
        files::write(&bundle.join(SIGNATURE), text.as_bytes())?;
    }
    Ok(bundle)
}

/// The documents of each manifest that was audited, with their names in the bundle. The manifests are read again: one
/// that cannot be read, or has changed since, has none.
fn documents_of(report: &Report) -> Vec<(String, Vec<u8>)> {
    let mut known = BTreeSet::new();
    let mut all = Vec::new();
    for (path, hash) in report.files.iter().filter(|(path, _)| path.ends_with(".json")) {
        let bytes = fs::read(Path::new(&report.subject).join(path)).unwrap_or_default();
        if hex(&sha256(&bytes)) != *hash || !known.insert(hash) {
            continue;
        }
        let made = serde_json::from_slice(&bytes)
            .map_err(anyhow::Error::from)
            .and_then(|manifest| documents::documents(&manifest));
        let folder = match known.len() {
            1 => "documents".to_owned(),
            number => format!("documents-{number}"),
        };
        match made {
            Ok(made) => {
                let named = |made: documents::Document| (format!("{folder}/{}", made.name), made.text.into_bytes());
                all.extend(made.into_iter().map(named));
            }
            Err(error) => eprint_line!("no documents of {path}: {error:#}"),
        }
    }
    all
}
