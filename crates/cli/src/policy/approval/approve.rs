//! `shelfwise policy approve`: the word of whoever is responsible for guarded rules.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use shelfwise_simulate::Report;
use shelfwise_sync::approval::guarded;
use shelfwise_sync::{Artefact, Blob, Kind, Role, Statement, Validity, unverified_signers};

use super::folder::{Folder, Proposed};
use super::hash;
use super::journal::{Approval, Journal, What};
use super::propose::print_guarded;
use crate::keys::{Signer, SignerArguments};
use crate::output::printable;
use crate::table::{count, date, percent};
use crate::time::{DAY_MS, now_ms};
use crate::{files, print_line};

/// Explains what is signed.
pub const HELP: &str = "\
Without --key it says what would be approved, and signs nothing. With --key a lead signs the guarded rules, what they hide, the report
of the simulation, and the log up to the proposal. Where the root demands several leads, each runs it on the same folder.

Examples:
  shelfwise policy approve proposals/christmas
  shelfwise policy approve proposals/christmas --key keys/lead.key";

/// Arguments of `policy approve`.
#[derive(Args)]
pub struct Approve {
    /// The folder of the proposal.
    folder: PathBuf,
    /// The secret lead key.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[command(flatten)]
    signer: SignerArguments,
    /// Days until the guarded rules must be approved again, 1 to 365.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u64).range(1..=365))]
    days: u64,
    /// The log of proposals and approvals. [default: policy.log beside the folder]
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

impl Approve {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let folder = Folder::new(&self.folder);
        let path = self.log.clone().unwrap_or_else(|| folder.journal());
        let mut journal = Journal::read(&path)?;
        journal.check()?;
        let proposed = folder.read(&journal)?;
        print_proposal(&proposed);
        let Some(key) = &self.key else {
            print_line!("nothing was signed: give --key with a lead key to approve this");
            return Ok(());
        };
        let signer = Signer::of(key, &self.signer, Role::Lead)?;
        let now_ms = now_ms()?;
        let artefacts = artefacts(&proposed, &journal)?;
        let frame = match under_way(&folder.approval(), &artefacts, now_ms) {
            Some(frame) => cosigned(&signer, &frame)?,
            None => {
                let statement = Statement {
                    epoch: now_ms.max(journal.last_epoch().saturating_add(1)),
                    validity: Validity {
                        created_ms: now_ms,
                        expires_ms: now_ms + self.days * DAY_MS,
                    },
                    artefacts,
                };
                signer.seal(&statement.encode())?
            }
        };
        let statement = statement_of(&signer, &frame)?;
        files::replace(&folder.approval(), &frame, "approval", |bytes| {
            bytes.starts_with(b"SWR")
        })?;
        let approval = entry(&proposed, &statement, &frame)?;
        let (signed, ends) = (approval.signed_by.len(), approval.expires_ms);
        journal.append(&path, now_ms, What::Approval(approval))?;
        print_line!(
            "{}: approved by {} until {}; sign the policy, and publish",
            folder.approval().display(),
            crate::table::counted(signed, "lead key"),
            date(ends as i64)
        );
        Ok(())
    }
}

/// Returns what a lead signs.
fn artefacts(proposed: &Proposed, journal: &Journal) -> Result<Vec<Artefact>> {
    let blob = |bytes: &[u8]| Blob::of(bytes).context("a file of 4 GiB and more cannot be signed");
    let unseen = |kind, blob| Artefact {
        flags: 0,
        ..Artefact::whole(kind, blob)
    };
    let log = journal
        .blob_of(proposed.at)
        .context("the log is too long to be signed")?;
    let hidden = proposed.hidden.as_deref().map(blob).transpose()?;
    let mut artefacts = vec![Artefact::whole(Kind::GUARDED, blob(guarded(&proposed.bytes))?)];
    artefacts.extend(hidden.map(|hidden| Artefact::whole(Kind::HIDDEN, hidden)));
    artefacts.push(unseen(Kind::SIMULATION, blob(&proposed.report_text)?));
    artefacts.push(unseen(Kind::LOG, log));
    Ok(artefacts)
}

/// Returns the approval of the same proposal that another lead has begun.
fn under_way(path: &Path, artefacts: &[Artefact], now_ms: u64) -> Option<Vec<u8>> {
    let frame = std::fs::read(path).ok()?;
    let statement = Statement::read_unverified(Role::Lead, &frame).ok()?;
    let is_same = statement.artefacts == artefacts && statement.validity.expires_ms > now_ms;
    is_same.then_some(frame)
}

fn cosigned(signer: &Signer, frame: &[u8]) -> Result<Vec<u8>> {
    let public = signer.public()?;
    let (_, signers) =
        unverified_signers(frame).map_err(|defect| anyhow::anyhow!("the approval {}", defect.words()))?;
    if signers.contains(&public.id()) {
        bail!("key {} has approved this already", public.id());
    }
    signer.cosign(frame)
}

fn statement_of(signer: &Signer, frame: &[u8]) -> Result<Statement> {
    let statement = Statement::open_by(&signer.public()?, frame);
    statement.map_err(|defect| anyhow::anyhow!("the approval {}", defect.words()))
}

fn entry(proposed: &Proposed, statement: &Statement, frame: &[u8]) -> Result<Approval> {
    let (_, signers) =
        unverified_signers(frame).map_err(|defect| anyhow::anyhow!("the approval {}", defect.words()))?;
    Ok(Approval {
        guarded: hash(guarded(&proposed.bytes)),
        report: hash(&proposed.report_text),
        epoch: statement.epoch,
        expires_ms: statement.validity.expires_ms,
        signed_by: signers.iter().map(ToString::to_string).collect(),
        frame: hash(frame),
    })
}

/// Says what changes, and what it costs.
fn print_proposal(proposed: &Proposed) {
    print_line!("guarded rules:");
    print_guarded(&proposed.before, &proposed.policy);
    print_cost(&proposed.report);
    print_line!("report {}", hash(&proposed.report_text));
}

fn print_cost(report: &Report) {
    for placement in &report.placements {
        let change = &placement.hit_rate.change;
        let points = |share: f64| format!("{:+.2}", 100.0 * share);
        print_line!(
            "at {}: {} of {} slates change, hit rate {} ({} to {}) points",
            printable(&placement.name),
            percent(placement.changed as f64 / placement.slates.max(1) as f64),
            count(placement.slates),
            points(change.mean),
            points(change.low),
            points(change.high)
        );
    }
    for finding in &report.findings {
        print_line!("finding: {}", printable(&finding.text));
    }
}
