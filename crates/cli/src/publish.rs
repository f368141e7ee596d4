//! `shelfwise publish`: a model and its rules become a release, or nothing changes.

mod compare;
mod limits;
mod release_dir;
mod release_notes;
mod signed_release;
mod trust;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use shelfwise_core::shares::Shares;
use shelfwise_core::snapshot::with_shares;
use shelfwise_core::{Facts, Policy, Snapshot};
use shelfwise_sync::{EngineVersion, Kind, PublicKey, Role, Statement, TrustedKeys, sha256};

use crate::bars::Bars;
use crate::files;
use crate::keys::{Signer, SignerArguments};
use crate::output;
use crate::policy::approval::approval_of;
use crate::policy::hidden;
use crate::policy::sign::signature_of;
use crate::table::{count, counted, date, percent};
use crate::time::{DAY_MS, now_ms};
use crate::train::ReadingArguments;
use crate::{eprint_line, print_line};
use compare::{Comparison, compare};
use release_dir::{Last, ReleaseDir};
use release_notes::Notes;
use signed_release::{Parts, SignedFacts, SignedRelease};
use trust::Trust;

/// A model with so many times more or fewer items or bytes than the last one is not published unmeasured.
const SIZE_FACTOR: usize = 2;

/// The first engine that reads the snapshots and policies of today.
const LEAST_ENGINE: &str = "0.1.0";

/// Publish a snapshot and a signed policy as the next release of a folder.
///
/// The folder is what a web server serves. Files are named by their content and never change; the record `release` is
/// exchanged last, in one step: a reader finds the old release or the new one. What clients would refuse, and a model
/// that is worse than the last one on held-out events, is not published.
#[derive(Args)]
#[command(
    after_help = "Example:\n  shelfwise publish public/shelfwise --snapshot model/model.swm \
    --policy model/policy.swp --key keys/release.key --policy-key keys/policy.pub --events held-out.csv"
)]
pub struct Publish {
    /// The folder of the releases.
    folder: PathBuf,
    /// The snapshot, as `shelfwise train` wrote it.
    #[arg(long)]
    snapshot: PathBuf,
    /// Learned shares, as `shelfwise experiment learn` wrote them, one file a slot: they become part of the model's file, in place of
    /// those that it has.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    shares: Vec<PathBuf>,
    /// The policy, as `shelfwise policy build` wrote it.
    #[arg(long)]
    policy: PathBuf,
    /// Its signature, as `shelfwise policy sign` wrote it. [default: the policy's name with `.sig` behind it]
    #[arg(long, value_name = "FILE")]
    policy_signature: Option<PathBuf>,
    /// Facts of the snapshot's items, as `shelfwise facts build` wrote them; their signature is their name with `.sig` behind it.
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
    /// The approval of the policy's guarded rules, as `shelfwise policy approve` wrote it. [default: the policy's name with
    /// `.approval` behind it, if there is such a file]
    #[arg(long, value_name = "FILE")]
    approval: Option<PathBuf>,
    /// A public lead key, as text or as a file, for clients that trust release and policy keys and demand an approval; all of them.
    #[arg(long = "lead-key", value_name = "KEY", requires = "policy_key")]
    lead_keys: Vec<String>,
    /// The public facts key, as text or as a file, for clients that trust release and policy keys.
    #[arg(long, value_name = "KEY", requires_all = ["facts", "policy_key"])]
    facts_key: Option<String>,
    /// The secret release key; several if more than one must sign.
    #[arg(long = "key", value_name = "FILE", required = true)]
    keys: Vec<PathBuf>,
    #[command(flatten)]
    signer: SignerArguments,
    /// The public policy key, as text or as a file, for clients that trust release and policy keys.
    #[arg(long, value_name = "KEY", required_unless_present = "root")]
    policy_key: Option<String>,
    /// The root statement, for clients that trust root keys.
    #[arg(long, value_name = "FILE", requires = "root_keys")]
    root: Option<PathBuf>,
    /// A public root key that clients were shipped with, as text or as a file; all of them.
    #[arg(long = "root-key", value_name = "KEY", requires = "root")]
    root_keys: Vec<String>,
    /// The manifest of flows, for auditors.
    #[arg(long, value_name = "FILE")]
    dataflow: Option<PathBuf>,
    /// Where notes and records of the last releases go, one folder for each folder of releases; the notes tell how well
    /// models do. [default: `.history` in the folder, which `shelfwise serve` does not serve]
    #[arg(long, value_name = "DIR")]
    history: Option<PathBuf>,
    /// Days that clients may serve the release, 1 to 7; then they show the shop's own order after a day more.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u64).range(1..=7))]
    days: u64,
    /// Releases that stay in the folder, 2 to 1000: clients finish what they began to fetch.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(2..=1000))]
    keep: u16,
    /// The least engine that may read it.
    #[arg(long, value_name = "VERSION", default_value = LEAST_ENGINE, value_parser = engine)]
    min_engine: EngineVersion,
    /// Publish a worse model all the same, for this reason. It is kept in the release's notes.
    #[arg(long, value_name = "WORDS")]
    allow_regression: Option<String>,
    /// Held-out events, to measure the last model and this one on: logs, or patterns such as 'logs/*.csv.gz'.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    events: Vec<String>,
    #[command(flatten)]
    reading: ReadingArguments,
    /// The policy's source, `policy.toml`: the model must keep the limits of its table [limits] under the rules that are
    /// published, on the held-out events. Limits on a change of rules are those of `policy simulate`.
    #[arg(long, value_name = "FILE", requires = "events")]
    limits: Option<PathBuf>,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

fn engine(text: &str) -> Result<EngineVersion, String> {
    EngineVersion::parse(text).ok_or_else(|| "give a version such as 0.1.0".into())
}

impl Publish {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let signers: Result<Vec<_>> = self
            .keys
            .iter()
            .map(|key| Signer::of(key, &self.signer, Role::Release))
            .collect();
        let signers = signers?;
        let trust = Trust::of(&self, &signers)?;
        let snapshot = self.snapshot()?;
        let signature = self
            .policy_signature
            .clone()
            .unwrap_or_else(|| signature_of(&self.policy));
        let policy = files::read(&self.policy)?;
        let policy_signature = files::read(&signature)?;
        let rules = Policy::decode(&policy);
        let rules = rules.context("--policy: give the file that `shelfwise policy build` wrote")?;
        check_shares(&snapshot, &rules)?;
        for policy_key in &trust.policy_keys {
            check_signed(&self.policy, &policy, &policy_signature, policy_key)?;
        }
        let parts = Parts {
            signers: &signers,
            trusted_keys: &trust.of_clients,
            root: trust.root,
            snapshot: snapshot.as_bytes(),
            hidden: hidden::read(&rules, &self.policy)?,
            policy,
            policy_signature,
            facts: self
                .facts
                .as_deref()
                .map(|path| read_facts(path, &snapshot))
                .transpose()?,
            approval: self.approval()?,
            dataflow: self.dataflow.as_deref().map(files::read).transpose()?,
            engine: self.min_engine,
        };
        let folder = ReleaseDir::open(&self.folder, self.history.as_deref())?;
        let last = last(&folder, parts.trusted_keys)?;
        let plan = folder.plan(self.keep.into());
        for warning in &plan.warnings {
            eprint_line!("warning: {warning}");
        }
        let created_ms = now_ms()?;
        let epoch = created_ms.max(
            folder
                .highest_epoch(created_ms)
                .map_or(0, |highest| highest.saturating_add(1)),
        );
        let signed_release = SignedRelease::new(
            &parts,
            epoch,
            created_ms,
            created_ms + self.days * DAY_MS,
            last.as_ref(),
        )?;
        let compared = last.as_ref().filter(|_| !self.events.is_empty()).map(|last| {
            let log = self.reading.options(self.events.clone())?;
            compare(&last.snapshot, parts.snapshot, &log, &Bars::default())
        });
        let compared = compared.transpose()?;
        self.check_quality(compared.as_ref())?;
        if let Some(source) = &self.limits {
            let log = self.reading.options(self.events.clone())?;
            self.check_limits(&limits::broken(source, &parts, &rules, &log, &Bars::default())?)?;
        }
        if let Some(last) = last.as_ref().filter(|_| compared.is_none()) {
            self.check_unmeasured(last, snapshot.items(), parts.snapshot.len())?;
        }
        let notes = Notes::of(&signed_release, compared, self.allow_regression);
        folder.publish(&signed_release, &notes)?;
        for warning in folder.prune(&plan, &notes) {
            eprint_line!("warning: {warning}");
        }
        if self.json {
            output::json(&notes)?;
        } else {
            print(&notes, &signed_release, last.is_some());
        }
        Ok(())
    }

    /// Returns the snapshot, with the shares that are named.
    fn snapshot(&self) -> Result<Snapshot<Vec<u8>>> {
        let snapshot = files::read_snapshot(&self.snapshot)?;
        if self.shares.is_empty() {
            return Ok(snapshot);
        }
        let mut shares: Vec<Shares> = Vec::new();
        for path in &self.shares {
            let own = Shares::read(&files::read(path)?).with_context(|| format!("--shares {}", path.display()))?;
            if shares.iter().any(|other| other.slot == own.slot) {
                bail!(
                    "--shares {}: slot `{}` has shares already: give one file a slot",
                    path.display(),
                    own.slot
                );
            }
            shares.push(own);
        }
        Ok(Snapshot::open(with_shares(&snapshot, &shares)?)?)
    }

    /// Returns the approval that is named, or that lies beside the policy.
    fn approval(&self) -> Result<Option<Vec<u8>>> {
        let beside = approval_of(&self.policy);
        let path = self.approval.as_ref().or_else(|| beside.exists().then_some(&beside));
        path.map(|path| files::read(path)).transpose()
    }

    /// Without held-out events nothing is known of a model but its size: one of another order of magnitude needs words.
    fn check_unmeasured(&self, last: &Last, items: usize, bytes: usize) -> Result<()> {
        let items_before = Snapshot::open(last.snapshot.as_slice())?.items();
        let is_far = |before: usize, after: usize| after > before * SIZE_FACTOR || after * SIZE_FACTOR < before;
        if self.allow_regression.is_some() || !(is_far(items_before, items) || is_far(last.snapshot.len(), bytes)) {
            return Ok(());
        }
        bail!(
            "this model has {} in {} bytes, the last one {} in {}: nothing was published. Give --events with held-out \
             events, so that both can be measured, or say why it shall go live all the same with --allow-regression \
             \"words\"",
            counted(items, "item"),
            count(bytes),
            counted(items_before, "item"),
            count(last.snapshot.len())
        )
    }

    /// A model that breaks a limit needs words.
    fn check_limits(&self, broken: &[String]) -> Result<()> {
        if broken.is_empty() || self.allow_regression.is_some() {
            return Ok(());
        }
        bail!(
            "this model breaks a limit of the policy: {}. Nothing was published. Change the rules or the limit, or say why it shall go \
             live all the same with --allow-regression \"words\"",
            broken.join("; ")
        )
    }

    /// A worse model needs words.
    fn check_quality(&self, compared: Option<&Comparison>) -> Result<()> {
        match compared {
            Some(compared) if compared.is_worse() && self.allow_regression.is_none() => bail!(
                "this model is worse than the last one: {compared}. Nothing was published. Look at the log that it was \
                 trained on, or say why it shall go live all the same with --allow-regression \"words\""
            ),
            _ => Ok(()),
        }
    }
}

/// Refuses learned shares that no experiment of the rules would be drawn by: the engine leaves them aside without a word.
fn check_shares(snapshot: &Snapshot<Vec<u8>>, rules: &Policy) -> Result<()> {
    for file in snapshot.shares().files() {
        let mut learned = rules.allocation.clone();
        learned.learn([file].into_iter());
        if learned == rules.allocation {
            let shares = Shares::read(file)?;
            bail!(
                "learned shares of `{}`, with the options {}: the rules have no experiment of that id with these arms, drawn by page, visit or \
                 device. Publish the rules that declare it, or learn the shares anew",
                shares.slot,
                shares.options.join(", ")
            );
        }
    }
    Ok(())
}

/// Returns facts that fit the snapshot, and their signature.
fn read_facts(path: &Path, snapshot: &Snapshot<Vec<u8>>) -> Result<SignedFacts> {
    let facts = files::read(path)?;
    let fits = Facts::open(&*facts, &sha256(snapshot.ids_section())).map(|_| ());
    fits.with_context(|| format!("--facts {}", path.display()))?;
    let signature = files::read(&signature_of(path));
    let signature = signature.with_context(|| {
        format!(
            "--facts {0}: not signed; run `shelfwise facts build` with --key FACTS.key",
            path.display()
        )
    })?;
    Ok(SignedFacts { facts, signature })
}

/// The last release, as any of the clients took it over.
fn last(folder: &ReleaseDir, trusted_keys: &[TrustedKeys]) -> Result<Option<Last>> {
    let mut attempts = trusted_keys.iter().map(|trusted_keys| folder.last(trusted_keys));
    let first = attempts
        .next()
        .context("no client keys: give --policy-key, or --root")?;
    first.or_else(|error| attempts.find_map(Result::ok).ok_or(error))
}

/// Rules that were built again after they were signed are told from a damaged file, which they look like to a client.
fn check_signed(path: &Path, policy: &[u8], signature: &[u8], key: &PublicKey) -> Result<()> {
    let Ok(statement) = Statement::open_by(key, signature) else {
        // The client's own reason says more.
        return Ok(());
    };
    let is_signed = |hash| hash == sha256(policy);
    let named = statement
        .artefacts
        .iter()
        .find(|artefact| artefact.kind == Kind::POLICY);
    if named.is_none_or(|named| is_signed(named.blob.sha256)) {
        return Ok(());
    }
    bail!(
        "the rules in {0} are not those that were signed: they were built again since. Run `shelfwise policy sign {0} \
         --key POLICY.key`, then publish",
        path.display()
    )
}

fn print(notes: &Notes, signed_release: &SignedRelease, had_last: bool) {
    print_line!(
        "release {}, holds until {}: {} bytes, signed",
        notes.epoch,
        date(notes.expires_ms as i64),
        count(signed_release.record.len())
    );
    for file in &signed_release.files {
        print_line!("  {}  {} bytes", file.path, count(file.bytes.len()));
    }
    match &notes.compared {
        Some(compared) => print_line!("against the last release: {compared}"),
        None if had_last => print_line!("not compared with the last release: give --events with held-out events"),
        None => print_line!("the first release of this folder"),
    }
    if let Some(words) = &notes.allow_regression {
        print_line!("worse because: {words}");
    }
    if let Some(warning) = trust::warning(&signed_release.release) {
        print_line!("warning: {warning}");
    }
    if notes.policy_expires_ms < notes.expires_ms {
        print_line!(
            "warning: the policy is signed until {} only, and the release ends with it: sign the policy again",
            date(notes.policy_expires_ms as i64)
        );
    }
}

impl std::fmt::Display for Comparison {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let at = self.after.at;
        write!(
            f,
            "HR@{at} {} was {}, MRR@{at} {} was {}, over {} held-out predictions",
            percent(self.after.hr),
            percent(self.before.hr),
            percent(self.after.mrr),
            percent(self.before.mrr),
            count(self.after.predictions)
        )
    }
}
