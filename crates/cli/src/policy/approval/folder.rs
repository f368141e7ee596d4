//! The folder of a proposal: built rules, what they hide, the rules in force, and the report of the simulation.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use shelfwise_core::Policy;
use shelfwise_simulate::Report;
use shelfwise_simulate::canonical::canonical;
use shelfwise_sync::approval::guarded;

use super::journal::{Journal, Proposal};
use super::{approval_of, hash};
use crate::files;
use crate::policy::hidden;

/// A proposal's folder.
pub struct Folder(PathBuf);

/// What is in it, as the log has it.
pub struct Proposed {
    /// The built policy.
    pub bytes: Vec<u8>,
    /// The rules.
    pub policy: Policy,
    /// The list of what they hide.
    pub hidden: Option<Vec<u8>>,
    /// The rules in force.
    pub before: Policy,
    /// The report's text.
    pub report_text: Vec<u8>,
    /// What it says.
    pub report: Report,
    /// Which entry of the log it is.
    pub at: usize,
}

impl Folder {
    /// Names a folder.
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Returns where the log is kept, if nobody says otherwise: beside the folders of proposals.
    pub fn journal(&self) -> PathBuf {
        let above = self.0.parent().filter(|above| !above.as_os_str().is_empty());
        above.unwrap_or(Path::new(".")).join("policy.log")
    }

    /// The built policy.
    pub fn policy(&self) -> PathBuf {
        self.0.join("policy.swp")
    }

    /// The approval.
    pub fn approval(&self) -> PathBuf {
        approval_of(&self.policy())
    }

    /// The rules in force.
    pub fn before(&self) -> PathBuf {
        self.0.join("before.swp")
    }

    /// The report for machines.
    pub fn report(&self) -> PathBuf {
        self.0.join("report.json")
    }

    /// The report for people.
    pub fn page(&self) -> PathBuf {
        self.0.join("report.html")
    }

    /// Reads the folder, and compares every file with the proposal in the log.
    pub fn read(&self, journal: &Journal) -> Result<Proposed> {
        let bytes = files::read(&self.policy())?;
        let policy = Policy::decode(&bytes).with_context(|| self.policy().display().to_string())?;
        let found = journal.proposal_of(&hash(&bytes));
        let (at, proposal) = found.with_context(|| {
            format!(
                "the log has no proposal of {}: run `shelfwise policy propose` again",
                self.policy().display()
            )
        })?;
        let hidden = hidden::read(&policy, &self.policy())?;
        ensure!(
            proposal.guarded == hash(guarded(&bytes)) && proposal.hidden == hidden.as_deref().map(hash),
            "{} does not list what was proposed: run `shelfwise policy propose` again",
            hidden::list_of(&self.policy()).display()
        );
        let before = files::read(&self.before())?;
        ensure!(
            proposal.before == hash(&before),
            "{} is not the policy that the proposal was compared with: run `shelfwise policy propose` again",
            self.before().display()
        );
        let before = Policy::decode(&before).with_context(|| self.before().display().to_string())?;
        let (report_text, report) = self.read_report(proposal)?;
        Ok(Proposed {
            bytes,
            policy,
            hidden,
            before,
            report_text,
            report,
            at,
        })
    }

    fn read_report(&self, proposal: &Proposal) -> Result<(Vec<u8>, Report)> {
        let path = self.report();
        let text = files::read(&path)?;
        let read = || -> Result<Report> {
            let value: Value = serde_json::from_slice(&text)?;
            ensure!(
                hash(canonical(&value).as_bytes()) == proposal.report && hash(&text) == proposal.report,
                "not the report that was proposed: bring it back, or run `shelfwise policy propose` again"
            );
            let report: Report = serde_json::from_value(value)?;
            ensure!(
                report.inputs.policy_after == proposal.policy && report.inputs.policy_before == proposal.before,
                "the report is about other rules than those beside it: run `shelfwise policy propose` again"
            );
            Ok(report)
        };
        let report = read().with_context(|| path.display().to_string())?;
        Ok((text, report))
    }
}
