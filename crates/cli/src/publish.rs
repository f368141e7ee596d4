//! `shelfwise publish`: a model and its rules become a release, or nothing changes.

mod compare;
mod offer;
mod release_dir;
mod release_notes;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use shelfwise_sync::{EngineVersion, Role};

use crate::bars::Bars;
use crate::files;
use crate::keys::{parse_public, read_secret};
use crate::policy::sign::signature_of;
use crate::table::{count, date, percent};
use crate::time::{DAY_MS, now_ms};
use crate::train::ReadingArguments;
use compare::{Comparison, compare};
use offer::{Offer, Parts};
use release_dir::Shelf;
use release_notes::Notes;

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
    /// The policy, as `shelfwise policy build` wrote it.
    #[arg(long)]
    policy: PathBuf,
    /// Its signature, as `shelfwise policy sign` wrote it. [default: the policy's name with `.sig` behind it]
    #[arg(long, value_name = "FILE")]
    policy_signature: Option<PathBuf>,
    /// The secret release key.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The public policy key: its text, or a file with it.
    #[arg(long, value_name = "KEY")]
    policy_key: String,
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
        let key = read_secret(&self.key, Role::Release)?;
        let policy_key = parse_public(&self.policy_key)?;
        let snapshot = files::read_snapshot(&self.snapshot)?;
        let signature = self
            .policy_signature
            .clone()
            .unwrap_or_else(|| signature_of(&self.policy));
        let parts = Parts {
            key: &key,
            policy_key,
            snapshot: snapshot.as_bytes(),
            policy: files::read(&self.policy)?,
            policy_signature: files::read(&signature)?,
            dataflow: self.dataflow.as_deref().map(files::read).transpose()?,
            engine: self.min_engine,
        };
        let trusted_keys = parts.trusted_keys()?;
        let shelf = Shelf::open(&self.folder, self.history.as_deref())?;
        let last = shelf.last(&trusted_keys)?;
        let created_ms = now_ms()?;
        let epoch = created_ms.max(shelf.highest_epoch().map_or(0, |highest| highest.saturating_add(1)));
        let offer = Offer::new(
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
        self.judge(compared.as_ref())?;
        let notes = Notes::of(&offer, compared, self.allow_regression);
        shelf.publish(&offer, &notes)?;
        shelf.prune(self.keep.into())?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&notes)?);
        } else {
            print(&notes, &offer, last.is_some());
        }
        Ok(())
    }

    /// A worse model needs words.
    fn judge(&self, compared: Option<&Comparison>) -> Result<()> {
        match compared {
            Some(compared) if compared.is_worse() && self.allow_regression.is_none() => bail!(
                "this model is worse than the last one: {compared}. Nothing was published. Look at the log that it was \
                 trained on, or say why it shall go live all the same with --allow-regression \"words\""
            ),
            _ => Ok(()),
        }
    }
}

fn print(notes: &Notes, offer: &Offer, had_last: bool) {
    println!(
        "release {}, holds until {}: {} bytes, signed",
        notes.epoch,
        date(notes.expires_ms as i64),
        count(offer.record.len())
    );
    for file in &offer.files {
        println!("  {}  {} bytes", file.path, count(file.bytes.len()));
    }
    match &notes.compared {
        Some(compared) => println!("against the last release: {compared}"),
        None if had_last => println!("not compared with the last release: give --events with held-out events"),
        None => println!("the first release of this folder"),
    }
    if let Some(words) = &notes.allow_regression {
        println!("worse because: {words}");
    }
    if notes.policy_expires_ms < notes.expires_ms {
        println!(
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
