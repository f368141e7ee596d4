//! The log of proposals and approvals: lines of JSON, each with the hash of the line before it.
//!
//! A line that was changed or taken out breaks the chain. That the end was not cut off is known from a release: an approval signs the hash
//! of the proposal's line.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use shelfwise_sync::{Blob, Kind, Statement};

use super::{hash, hex};
use crate::files;

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// SHA-256 of the line before, without its line break; absent in the first.
    pub previous: Option<String>,
    /// When it was written, in milliseconds since 1970, by the clock of whoever wrote it.
    pub at_ms: u64,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Somebody proposed rules.
    Proposal(Proposal),
    /// A lead approved guarded rules.
    Approval(Approval),
}

/// A proposal: hashes in hexadecimal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Of the built policy.
    pub policy: String,
    /// Of its guarded section.
    pub guarded: String,
    /// Of the list of what it hides; absent if it hides nothing.
    pub hidden: Option<String>,
    /// Of the policy that was in force.
    pub before: String,
    /// Of the simulation's report.
    pub report: String,
}

/// An approval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    /// The guarded section that was approved.
    pub guarded: String,
    /// The report that was seen.
    pub report: String,
    /// The approval's epoch.
    pub epoch: u64,
    /// When it ends, in milliseconds since 1970.
    pub expires_ms: u64,
    /// The lead keys that have signed by then.
    pub signed_by: Vec<String>,
    /// SHA-256 of the frame that they signed, as it was then.
    pub frame: String,
}

/// A log whose chain holds.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// Its lines, without line breaks.
    lines: Vec<String>,
    /// What they say.
    pub entries: Vec<Entry>,
}

impl Journal {
    /// Reads a log; none is an empty one.
    ///
    /// # Errors
    /// With the line, if it is none, or does not follow the line before.
    pub fn read(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = String::from_utf8(files::read(path)?).with_context(|| format!("{}: no text", path.display()))?;
        Self::parse(&text).with_context(|| path.display().to_string())
    }

    fn parse(text: &str) -> Result<Self> {
        let mut journal = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let entry: Entry = serde_json::from_str(line)
                .with_context(|| format!("line {number}: no entry of a log: bring back the line as it was"))?;
            ensure!(
                entry.previous == journal.head(),
                "line {number} does not follow the line before: an entry was changed, added or taken out; compare with a copy of the log"
            );
            journal.lines.push(line.to_owned());
            journal.entries.push(entry);
        }
        Ok(journal)
    }

    /// Adds an entry and writes the log, in one step.
    pub fn append(&mut self, path: &Path, at_ms: u64, what: What) -> Result<()> {
        let entry = Entry {
            previous: self.head(),
            at_ms,
            what,
        };
        self.lines.push(serde_json::to_string(&entry)?);
        self.entries.push(entry);
        let text: String = self.lines.iter().map(|line| format!("{line}\n")).collect();
        files::write(path, text.as_bytes())
    }

    /// Returns the hash of the last line; none of an empty log.
    fn head(&self) -> Option<String> {
        self.lines.last().map(|line| hash(line.as_bytes()))
    }

    /// Returns the last proposal of a built policy, and which entry it is.
    pub fn proposal_of(&self, policy: &str) -> Option<(usize, &Proposal)> {
        let entries = self.entries.iter().enumerate().rev();
        let mut proposals = entries.filter_map(|(at, entry)| match &entry.what {
            What::Proposal(proposal) => Some((at, proposal)),
            What::Approval(_) => None,
        });
        proposals.find(|(_, proposal)| proposal.policy == policy)
    }

    /// Returns what an approval of an entry signs of the log: the hash of its line, and how long the log is up to it.
    pub fn blob_of(&self, at: usize) -> Option<Blob> {
        let bytes: usize = self.lines.iter().take(at + 1).map(|line| line.len() + 1).sum();
        Some(Blob {
            sha256: shelfwise_sync::sha256(self.lines.get(at)?.as_bytes()),
            bytes: u32::try_from(bytes).ok()?,
        })
    }

    /// Returns the highest epoch of an approval.
    pub fn last_epoch(&self) -> u64 {
        let epoch = |entry: &Entry| match &entry.what {
            What::Approval(approval) => approval.epoch,
            What::Proposal(_) => 0,
        };
        self.entries.iter().map(epoch).max().unwrap_or_default()
    }

    /// Checks that every approval follows a proposal of what it approved.
    pub fn check(&self) -> Result<()> {
        for (number, entry) in (1..).zip(&self.entries) {
            let What::Approval(approval) = &entry.what else {
                continue;
            };
            let before = self.entries.iter().take(number - 1);
            let is_of = |entry: &Entry| matches!(&entry.what, What::Proposal(proposal) if proposal.guarded == approval.guarded && proposal.report == approval.report);
            ensure!(
                before.rev().any(is_of),
                "line {number}: approves rules that nobody proposed before: compare with a copy of the log"
            );
        }
        Ok(())
    }

    /// Checks that an approval which a client accepted is in the log, with its proposal.
    pub fn check_approval(&self, statement: &Statement) -> Result<()> {
        let named = |kind| {
            let artefact = statement.artefacts.iter().find(|artefact| artefact.kind == kind);
            artefact.map(|artefact| artefact.blob)
        };
        let (Some(guarded), Some(report), Some(line)) =
            (named(Kind::GUARDED), named(Kind::SIMULATION), named(Kind::LOG))
        else {
            bail!("the approval names no report, or no log: approve with `shelfwise policy approve`");
        };
        let at = (0..self.entries.len()).find(|at| self.blob_of(*at) == Some(line));
        let at = at
            .context("the proposal that was approved is not in the log, or stands elsewhere: an entry was taken out")?;
        let What::Proposal(proposal) = &self.entries[at].what else {
            bail!(
                "line {}: the approval was signed for a proposal, and this is none",
                at + 1
            );
        };
        ensure!(
            proposal.guarded == hex(&guarded.sha256) && proposal.report == hex(&report.sha256),
            "line {}: the approval was signed for other rules or another report",
            at + 1
        );
        let is_it =
            |entry: &Entry| matches!(&entry.what, What::Approval(approval) if approval.epoch == statement.epoch);
        ensure!(
            self.entries.iter().skip(at).any(is_it),
            "the approval is not in the log: its end was cut off"
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal(policy: &str) -> What {
        What::Proposal(Proposal {
            policy: policy.into(),
            guarded: "guarded".into(),
            hidden: None,
            before: String::new(),
            report: "report".into(),
        })
    }

    /// Three proposals and what is written of them.
    fn written() -> (tempfile::TempDir, std::path::PathBuf, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.log");
        let mut journal = Journal::default();
        for policy in ["a", "b", "c"] {
            journal.append(&path, 5, proposal(policy)).unwrap();
        }
        let text = std::fs::read_to_string(&path).unwrap();
        (folder, path, text)
    }

    #[test]
    fn journal_is_read_as_it_was_written() {
        let (_folder, path, _) = written();
        let journal = Journal::read(&path).unwrap();
        assert_eq!(journal.entries.len(), 3);
        assert_eq!(journal.proposal_of("b").unwrap().0, 1);
        assert!(journal.proposal_of("d").is_none());
    }

    #[test]
    fn journal_without_an_entry_or_with_a_changed_one_is_refused_with_its_line() {
        let (_folder, _, text) = written();
        let lines: Vec<&str> = text.lines().collect();
        for (changed, line) in [
            (lines[1..].join("\n"), 1),
            ([lines[0], lines[2]].join("\n"), 2),
            ([lines[0], lines[2], lines[1]].join("\n"), 2),
            (text.replace("\"policy\":\"a\"", "\"policy\":\"x\""), 2),
            (text.replace("\"at_ms\":5", "\"at_ms\":6"), 2),
        ] {
            let error = format!("{:#}", Journal::parse(&changed).unwrap_err());
            assert!(error.contains(&format!("line {line} does not follow")), "{error}");
        }
        let error = format!("{:#}", Journal::parse(&text.replace('}', "")).unwrap_err());
        assert!(error.contains("line 1: no entry"), "{error}");
    }

    #[test]
    fn approval_that_nobody_proposed_is_found() {
        let (_folder, path, _) = written();
        let mut journal = Journal::read(&path).unwrap();
        let approval = |guarded: &str| {
            What::Approval(Approval {
                guarded: guarded.into(),
                report: "report".into(),
                epoch: 7,
                expires_ms: 9,
                signed_by: Vec::new(),
                frame: String::new(),
            })
        };
        journal.append(&path, 6, approval("guarded")).unwrap();
        assert!(journal.check().is_ok() && journal.last_epoch() == 7);
        journal.append(&path, 7, approval("others")).unwrap();
        let error = journal.check().unwrap_err().to_string();
        assert!(error.contains("line 5"), "{error}");
    }
}
