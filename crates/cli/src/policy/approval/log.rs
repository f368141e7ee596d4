//! `shelfwise policy log`: who proposed and approved what, and whether anything was changed afterwards.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use shelfwise_sync::{Enclosed, Role, Statement, unverified_signers};

use super::journal::{Entry, Journal, What};
use crate::output;
use crate::print_line;
use crate::table::{counted, date};

/// Explains what is checked.
pub const HELP: &str = "\
Every line holds the hash of the line before: one that was changed, added or taken out is found, with its number. That the end was not cut
off is checked against a release, which holds the last approval: shelfwise verify URL --key … --log policy.log

Example:
  shelfwise policy log proposals/policy.log";

/// Arguments of `policy log`.
#[derive(Args)]
pub struct Log {
    /// The log.
    file: PathBuf,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

impl Log {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        if !self.file.exists() {
            bail!(
                "{}: no such file; give the log that `policy propose` writes",
                self.file.display()
            );
        }
        let journal = Journal::read(&self.file)?;
        if self.json {
            output::json(&journal.entries)?;
        } else {
            journal.entries.iter().for_each(print);
        }
        journal.check().with_context(|| self.file.display().to_string())?;
        if !self.json {
            print_line!(
                "{}: {}, each with the hash of the one before",
                self.file.display(),
                counted(journal.entries.len(), "line")
            );
        }
        Ok(())
    }
}

fn print(entry: &Entry) {
    let when = date(entry.at_ms as i64);
    let short = |hash: &str| hash.get(..16).unwrap_or(hash).to_owned();
    match &entry.what {
        What::Proposal(proposal) => print_line!(
            "{when}  proposed   guarded {}  policy {}  report {}",
            short(&proposal.guarded),
            short(&proposal.policy),
            short(&proposal.report)
        ),
        What::Approval(approval) => print_line!(
            "{when}  approved   guarded {}  by {}  until {}",
            short(&approval.guarded),
            approval.signed_by.join(", "),
            date(approval.expires_ms as i64)
        ),
    }
}

/// Checks that the approval in a release, which a client has verified, is in the log.
pub fn check_release(log: &std::path::Path, statements: &[Enclosed]) -> Result<()> {
    let journal = Journal::read(log)?;
    let checked = journal.check().and_then(|()| {
        let of_lead =
            |enclosed: &&Enclosed| unverified_signers(&enclosed.frame).is_ok_and(|(role, _)| role == Role::Lead as u8);
        let frame = statements.iter().find(of_lead);
        let frame = frame.context("the release has no approval: leave out --log, or publish with one")?;
        let statement = Statement::read_unverified(Role::Lead, &frame.frame);
        journal.check_approval(&statement.map_err(|defect| anyhow::anyhow!("the approval {}", defect.words()))?)
    });
    checked.with_context(|| log.display().to_string())
}
