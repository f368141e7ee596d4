//! `shelfwise policy simulate`: what a new policy changes, before it goes live.

pub mod inputs;
pub mod print;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use serde_json::Value;
use shelfwise_simulate::{Input, Options, Report, simulate};

use crate::bars::Bars;
use crate::train::LogArguments;
use crate::{files, output, print_line};
use inputs::{Held, Rules, ShopArguments, Source};

/// Explains limits and gives examples.
pub const HELP: &str = "\
Each visit is replayed up to one moment, at every placement, under both policies. Limits stand in the new policy, for instance
  [limits]
  max_hit_rate_loss = 0.01
  max_brand_share = 0.4
and the command ends with 1 if one is broken. The report's hash is what an approval signs: SHA-256 of its canonical JSON
(RFC 8785), the value of `report` under --json.

Examples:
  shelfwise policy simulate policy.toml --against model/policy.swp --snapshot model/model.swm \\
    --catalog products.csv --events held-out.csv --html report.html
  shelfwise policy simulate christmas.toml --against policy.toml --snapshot model/model.swm \\
    --catalog products.csv --events held-out.csv --at 2026-12-20 --rerank category";

/// Arguments of `policy simulate`.
#[derive(Args)]
pub struct Simulate {
    /// The new policy: `policy.toml`, or as `policy build` wrote it.
    file: PathBuf,
    /// The policy in force: `policy.swp` or `policy.toml`. Without it, there are no rules in force.
    #[arg(long, value_name = "POLICY")]
    against: Option<PathBuf>,
    #[command(flatten)]
    shop: ShopArguments,
    #[command(flatten)]
    log: LogArguments,
    #[command(flatten)]
    replay: ReplayArguments,
    /// Write the report as one page for people.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

/// How visits are replayed.
#[derive(Args)]
pub struct ReplayArguments {
    /// Places in a slate.
    #[arg(long, value_name = "N", default_value = "10")]
    places: NonZeroUsize,
    /// The most visits that are replayed, spread evenly over the log.
    #[arg(long, value_name = "N", default_value = "10000")]
    visits: NonZeroUsize,
    /// The day or time at which rules, ages and visits are, by the shop's clock, for instance 2026-12-20. [default: each visit's own
    /// time; ages as of today]
    #[arg(long, value_name = "DATE")]
    pub at: Option<String>,
    /// A placement that orders the shop's own list: simulated with the category page of the item that was touched last, most
    /// popular first. Other placements recommend of the whole catalog. Repeat for more.
    #[arg(long = "rerank", value_name = "PLACEMENT")]
    lists: Vec<String>,
}

impl ReplayArguments {
    /// As the library takes them.
    pub fn options(&self, at_ms: Option<i64>) -> Options {
        Options {
            places: self.places.get(),
            visits: self.visits.get(),
            at_ms,
            lists: self.lists.clone(),
        }
    }
}

/// What `--json` prints.
#[derive(Serialize)]
struct View {
    report: Value,
    sha256: String,
}

impl Simulate {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let bars = Bars::default();
        let source = Source::read(&self.file, self.replay.at.as_deref())?;
        let options = self.replay.options(source.at_ms);
        let held = Held::read(&self.shop, &self.log, &source, &bars)?;
        let new = Rules::read(&self.file, &held)?;
        let old = self
            .against
            .as_deref()
            .map(|path| Rules::read(path, &held))
            .transpose()?;
        let old = old.unwrap_or_default();
        let input = Input {
            log: &held.log,
            shop: &held.shop,
            snapshot: held.snapshot.as_bytes(),
            facts: held.facts.as_ref(),
            before: &old.policy,
            after: &new.policy,
            limits: new.limits,
        };
        check_lists(&options, &input)?;
        let report = simulate(&input, &options, &bars)?;
        let sha256 = report.sha256()?;
        if let Some(path) = &self.html {
            let page = shelfwise_simulate::html::html(&report)?;
            files::replace(path, page.as_bytes(), "page", |bytes| {
                bytes.starts_with(b"<!doctype html>")
            })?;
        }
        if self.json {
            output::json(&View {
                report: report.to_json()?,
                sha256,
            })?;
        } else {
            print::report(&report);
            if let Some(path) = &self.html {
                print_line!("page for people: {}", path.display());
            }
            print_line!("report {sha256}");
        }
        verdict(&report)
    }
}

/// A mistyped placement would silently be simulated as something else.
fn check_lists(options: &Options, input: &Input<'_>) -> Result<()> {
    let known = simulate::shelves([input.before, input.after], &[]);
    for list in &options.lists {
        if known.iter().all(|shelf| shelf.placement != *list) {
            let names: Vec<_> = known.iter().map(|shelf| shelf.placement.as_str()).collect();
            bail!(
                "--rerank {list}: neither policy names this placement; there are {}",
                names.join(", ")
            );
        }
    }
    Ok(())
}

/// Ends with an error if a limit is broken.
pub fn verdict(report: &Report) -> Result<()> {
    let broken = report
        .findings
        .iter()
        .filter(|finding| finding.is_broken_limit())
        .count();
    if broken > 0 {
        bail!("{} broken: see the findings", crate::table::counted(broken, "limit"));
    }
    Ok(())
}
