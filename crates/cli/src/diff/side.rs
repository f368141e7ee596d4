//! One side of a comparison: a snapshot, a policy, or a folder with both.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use shelfwise_core::{Policy, Snapshot};

use crate::{files, policy};

/// What a path holds for comparison.
pub struct Side {
    /// The model.
    pub snapshot: Option<Snapshot<Vec<u8>>>,
    /// The rules.
    pub policy: Option<Policy>,
    /// Whether the rules are `policy.toml`, which lists no items.
    pub is_source: bool,
}

impl Side {
    /// Reads the path.
    pub fn read(path: &Path) -> Result<Self> {
        if path.is_dir() {
            let snapshot = one_of(path, "swm")?
                .map(|path| files::read_snapshot(&path))
                .transpose()?;
            // What engines read counts; a folder may have the rules as their author wrote them alone.
            let built = one_of(path, "swp")?;
            let is_source = built.is_none();
            let rules = built.map_or_else(|| one_of(path, "toml"), |built| Ok(Some(built)))?;
            let policy = rules.map(|path| read_policy(&path)).transpose()?;
            return Ok(Self {
                snapshot,
                is_source: is_source && policy.is_some(),
                policy,
            });
        }
        let is = |ending| path.extension().is_some_and(|other| other == ending);
        if is("swp") || is("toml") {
            return Ok(Self {
                snapshot: None,
                policy: Some(read_policy(path)?),
                is_source: is("toml"),
            });
        }
        Ok(Self {
            snapshot: Some(files::read_snapshot(path)?),
            policy: None,
            is_source: false,
        })
    }
}

/// Returns the one file with that ending, if there is any.
fn one_of(folder: &Path, ending: &str) -> Result<Option<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut found = None;
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|other| other == ending) && found.replace(path).is_some() {
            bail!(
                "{} has several .{ending} files: name the one that is meant",
                folder.display()
            );
        }
    }
    Ok(found)
}

fn read_policy(path: &Path) -> Result<Policy> {
    let bytes = files::read(path)?;
    let parse = || -> Result<Policy> {
        if path.extension().is_some_and(|ending| ending == "toml") {
            let text = String::from_utf8(bytes).context("is not UTF-8 text: save it as UTF-8")?;
            return Ok(policy::parse(path, &text)?.check()?);
        }
        Ok(Policy::decode(&bytes)?)
    };
    parse().with_context(|| path.display().to_string())
}
