//! `shelfwise policy propose`: rules, and what they change, for whoever must approve them.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use shelfwise_core::Policy;
use shelfwise_core::policy::Limits;
use shelfwise_simulate::canonical::canonical;
use shelfwise_simulate::{Input, Report, simulate};
use shelfwise_sync::approval::guarded;
use shelfwise_sync::layout::MAX_POLICY_BYTES;

use super::folder::Folder;
use super::journal::{Journal, Proposal, What};
use super::{approval_of, guarded_rules, hash};
use crate::bars::Bars;
use crate::diff::print::rules_text;
use crate::diff::rules::RulesChange;
use crate::policy::hidden;
use crate::policy::simulate::inputs::{Held, Rules, ShopArguments, Source};
use crate::policy::simulate::{ReplayArguments, print, verdict};
use crate::time::now_ms;
use crate::train::LogArguments;
use crate::{files, print_line};

/// Explains what is written.
pub const HELP: &str = "\
Writes into the folder: policy.swp and policy.hidden.json as `policy build` does, before.swp (the rules in force), report.json and
report.html (what `policy simulate` finds), and an entry in the log. Rules that break a limit are not proposed.

Guarded are `hide`, `only`, `exclude` and `objective`. If they are as before, the approval that is there holds on, and is copied
from beside --against.

Example:
  shelfwise policy propose policy.toml --against rules/policy.swp --snapshot model/model.swm \\
    --catalog products.csv --events held-out.csv --out proposals/christmas";

/// Arguments of `policy propose`.
#[derive(Args)]
pub struct Propose {
    /// The new policy: `policy.toml`, or as `policy build` wrote it, such as an earlier one.
    file: PathBuf,
    /// The policy in force, as it is built: `policy.swp`. Without it, there are no rules in force.
    #[arg(long, value_name = "POLICY")]
    against: Option<PathBuf>,
    #[command(flatten)]
    shop: ShopArguments,
    #[command(flatten)]
    events: LogArguments,
    #[command(flatten)]
    replay: ReplayArguments,
    /// The folder of the proposal.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The log of proposals and approvals. [default: policy.log beside the folder]
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

impl Propose {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let folder = Folder::new(&self.out);
        let path = self.log.clone().unwrap_or_else(|| folder.journal());
        let mut journal = Journal::read(&path)?;
        let source = Source::read(&self.file, self.replay.at.as_deref())?;
        let held = Held::read(&self.shop, &self.events, &source, &Bars::default())?;
        let new = Rules::read(&self.file, &held)?;
        let before = self.before()?;
        if let Some(path) = &self.against {
            held.has_facts_for(path, &before.1)?;
        }
        let bytes = in_sections(&new.policy)?;
        let report = self.report(&held, &source, [&before.1, &new.policy], new.limits)?;
        let report = named(report, [&before.0, &bytes]);
        print::report(&report);
        verdict(&report)?;
        let proposal = write(&folder, &before.0, &bytes, &new.policy, &report)?;
        let is_guarded_same = guarded(&before.0) == guarded(&bytes);
        journal.append(&path, now_ms()?, What::Proposal(proposal))?;
        if is_guarded_same {
            self.take_approval(&folder)?;
        }
        print_change(&before.1, &new.policy, is_guarded_same);
        print_line!("{}: proposed, with an entry in {}", self.out.display(), path.display());
        if !is_guarded_same {
            print_line!("shelfwise policy approve {} --key LEAD.key", self.out.display());
        }
        Ok(())
    }

    /// Returns the policy in force, and its bytes.
    fn before(&self) -> Result<(Vec<u8>, Policy)> {
        let Some(path) = &self.against else {
            let none = Policy::default();
            return Ok((none.encode_in_sections(), none));
        };
        let bytes = files::read(path)?;
        match Policy::decode(&bytes) {
            Ok(policy) => Ok((bytes, policy)),
            Err(error) => bail!("--against {}: {error}", path.display()),
        }
    }

    /// Takes the approval of the same guarded rules along.
    fn take_approval(&self, folder: &Folder) -> Result<()> {
        let beside = self.against.as_deref().map(approval_of);
        match beside.filter(|path| path.exists()) {
            Some(path) => files::write(&folder.approval(), &files::read(&path)?),
            None => Ok(()),
        }
    }

    fn report(&self, held: &Held, source: &Source, rules: [&Policy; 2], limits: Limits) -> Result<Report> {
        let input = Input {
            log: &held.log,
            shop: &held.shop,
            snapshot: held.snapshot.as_bytes(),
            facts: held.facts.as_ref(),
            before: rules[0],
            after: rules[1],
            limits,
        };
        Ok(simulate(&input, &self.replay.options(source.at_ms), &Bars::default())?)
    }
}

/// Names both policies by the files that are approved and published.
fn named(mut report: Report, [before, after]: [&[u8]; 2]) -> Report {
    report.inputs.policy_before = hash(before);
    report.inputs.policy_after = hash(after);
    report
}

/// Returns the policy's bytes with its guarded rules in a section of their own, if clients accept so many.
fn in_sections(policy: &Policy) -> Result<Vec<u8>> {
    // It names the rule that lists most.
    crate::policy::encode(policy)?;
    let bytes = policy.encode_in_sections();
    if bytes.len() > MAX_POLICY_BYTES as usize {
        bail!(
            "the policy has {} bytes, and clients accept {MAX_POLICY_BYTES} at most: hide fewer items",
            bytes.len()
        );
    }
    Ok(bytes)
}

/// Writes the folder, and returns what the log says of it.
fn write(folder: &Folder, before: &[u8], bytes: &[u8], policy: &Policy, report: &Report) -> Result<Proposal> {
    let is_policy = |bytes: &[u8]| bytes.starts_with(b"SWP");
    files::replace(&folder.before(), before, "built policy", is_policy)?;
    files::replace(&folder.policy(), bytes, "built policy", is_policy)?;
    hidden::write(policy, &folder.policy())?;
    let text = canonical(&report.to_json()?);
    files::replace(&folder.report(), text.as_bytes(), "report", |bytes| {
        bytes.starts_with(b"{")
    })?;
    let page = shelfwise_simulate::html::html(report)?;
    files::replace(&folder.page(), page.as_bytes(), "page", |bytes| {
        bytes.starts_with(b"<!doctype html>")
    })?;
    Ok(Proposal {
        policy: hash(bytes),
        guarded: hash(guarded(bytes)),
        hidden: hidden::read(policy, &folder.policy())?.as_deref().map(hash),
        before: hash(before),
        report: hash(text.as_bytes()),
    })
}

fn print_change(before: &Policy, after: &Policy, is_guarded_same: bool) {
    if is_guarded_same {
        print_line!("guarded rules are as before: the approval that is there holds on");
        return;
    }
    print_line!("guarded rules, which need an approval:");
    print_guarded(before, after);
}

/// Prints what changes of guarded rules.
pub fn print_guarded(before: &Policy, after: &Policy) {
    let change = RulesChange::between(&guarded_rules(before), &guarded_rules(after));
    for line in rules_text(&change).lines() {
        print_line!("  {line}");
    }
}
