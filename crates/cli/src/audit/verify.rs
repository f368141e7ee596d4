//! `shelfwise audit --verify`: whether the files of an evidence are those that were signed.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use shelfwise_sync::{PublicKey, sha256};

use super::bundle::{SIGNATURE, SUMS, message};
use super::folder;
use super::found::hex;
use crate::{keys, print_line};

/// Checks signature, hashes, and that no file is missing or beside the list.
pub fn run(bundle: &Path, keys: &[String]) -> Result<()> {
    let files = folder::read(bundle)?;
    let sums = files
        .get(SUMS)
        .with_context(|| format!("{} has no {SUMS}: it is no evidence of an audit", bundle.display()))?;
    let signature = files
        .get(SIGNATURE)
        .with_context(|| format!("{} is not signed: it has no {SIGNATURE}", bundle.display()))?;
    let Some(key) = keys.first() else {
        bail!(
            "give the public key that must have signed it, with --key: whoever can change the files can sign them anew"
        );
    };
    let key = keys::parse_public(key)?;
    check_signature(&key, sums, signature)?;
    let listed = check_sums(&files, sums)?;
    let strangers: Vec<_> = files.keys().filter(|path| !listed.contains(path.as_str())).collect();
    let strangers: Vec<_> = strangers
        .into_iter()
        .filter(|path| ![SUMS, SIGNATURE].contains(&path.as_str()))
        .collect();
    ensure!(
        strangers.is_empty(),
        "{} has files that were not signed: {strangers:?}",
        bundle.display()
    );
    print_line!("{}: {} files, as {key} has signed them", bundle.display(), listed.len());
    Ok(())
}

fn check_signature(key: &PublicKey, sums: &[u8], signature: &[u8]) -> Result<()> {
    let text = String::from_utf8_lossy(signature);
    let mut lines = text.lines();
    let signer = lines.next().unwrap_or_default();
    ensure!(signer == key.to_string(), "another key has signed it: {signer}");
    let signature = lines
        .next()
        .and_then(keys::parse_signature)
        .with_context(|| format!("{SIGNATURE} is damaged"))?;
    ensure!(
        key.signed(&message(sums), &signature),
        "the signature is not that of {SUMS}: one of both was changed"
    );
    Ok(())
}

/// Compares every file with its hash; returns the files of the list.
fn check_sums<'s>(files: &shelfwise_audit::shipped::Files, sums: &'s [u8]) -> Result<BTreeSet<&'s str>> {
    let text = std::str::from_utf8(sums).with_context(|| format!("{SUMS} is damaged"))?;
    let mut listed = BTreeSet::new();
    for line in text.lines() {
        let (hash, path) = line.split_once("  ").with_context(|| format!("{SUMS} is damaged"))?;
        let bytes = files.get(path).with_context(|| format!("{path} is missing"))?;
        ensure!(hex(&sha256(bytes)) == hash, "{path} was changed");
        listed.insert(path);
    }
    Ok(listed)
}
