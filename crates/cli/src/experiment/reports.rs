//! `shelfwise experiment reports`: what randomized reports of visits say together.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde::Serialize;
use shelfwise_measure::Experiment;
use shelfwise_measure::learn::learn_reports;
use shelfwise_measure::reports::{
    Decoded, EPSILON, Leak, MAX_EPSILON, ReportError, SAMPLES, audit, buckets, decode, file, mechanism,
};

use super::declared;
use crate::output::printable;
use crate::table::{count, counted, percent, table};
use crate::{eprint_line, files, output, print_line};

/// Gives examples.
pub const HELP: &str = "\
A file has one report a line. Each visit sends at most one, with noise of the stated ε: which option it saw and whether it answered, or
that it saw none. Rates come with an interval; an option whose estimate is below three standard deviations is not told.

Examples:
  shelfwise experiment reports policy.toml --slot hero reports-*.txt
  shelfwise experiment reports policy.toml --slot hero reports.txt --out model/hero.sws
  shelfwise experiment reports experiments.toml --slot hero --epsilon 2 --audit";

/// Arguments of `experiment reports`.
#[derive(Args)]
pub struct ReportsCommand {
    /// The declaration.
    declaration: PathBuf,
    /// Files of reports.
    #[arg(required_unless_present = "audit")]
    files: Vec<PathBuf>,
    /// The experiment whose arms are the options.
    #[arg(long, value_name = "EXPERIMENT")]
    slot: String,
    /// ε of one report, up to 4; by default that of the file's question about the experiment, or 2.
    #[arg(long, value_name = "E")]
    epsilon: Option<f64>,
    /// Write the shares that these rates give, as `experiment learn` does.
    #[arg(long, short, value_name = "FILE", requires = "files")]
    out: Option<PathBuf>,
    /// Try a million times with each of two answers whether a report gives away more than ε.
    #[arg(long)]
    audit: bool,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct View {
    decoded: Option<Decoded>,
    audit: Option<Leak>,
}

impl ReportsCommand {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let experiments = declared::read(&self.declaration)?;
        let asked = declared::epsilon(&self.declaration, &self.slot)?;
        let epsilon = self.epsilon.or(asked).unwrap_or(EPSILON);
        let experiment = experiments.get(&self.slot).with_context(|| {
            format!(
                "--slot {}: {} declares no such experiment",
                self.slot,
                self.declaration.display()
            )
        })?;
        let how = mechanism(buckets(experiment), epsilon).with_context(|| {
            format!(
                "--epsilon {epsilon}: give a number above 0 and up to {MAX_EPSILON}; an experiment with reports has up to 31 arms"
            )
        })?;
        let view = View {
            decoded: (!self.files.is_empty())
                .then(|| self.decoded(experiment, how))
                .transpose()?,
            audit: self.audit.then(|| audit(how, epsilon, SAMPLES, 1)),
        };
        if let (Some(path), Some(decoded)) = (&self.out, &view.decoded) {
            let shares = learn_reports(&self.slot, decoded)?;
            super::learn::write(path, &shares)?;
        }
        if self.json {
            output::json(&view)?;
        } else {
            view.decoded.iter().for_each(print);
            view.audit.iter().for_each(print_audit);
        }
        ensure!(
            !view.audit.is_some_and(|leak| leak.is_above_claim()),
            "a report gives away more than it claims"
        );
        Ok(())
    }

    fn decoded(&self, experiment: &Experiment, how: shelfwise_core::report::Mechanism) -> Result<Decoded> {
        let (mut reports, mut bad) = (Vec::new(), BTreeMap::<ReportError, (u64, String)>::new());
        for path in &self.files {
            let text =
                String::from_utf8(files::read(path)?).with_context(|| format!("{} is no text", path.display()))?;
            for (line, report) in file(&text, experiment, how) {
                match report {
                    Ok(bits) => reports.push(bits),
                    Err(error) => {
                        let first = || (0, format!("{}: line {line}", path.display()));
                        bad.entry(error).or_insert_with(first).0 += 1;
                    }
                }
            }
        }
        for (error, (number, first)) in &bad {
            eprint_line!(
                "warning: {}: {error}; the first: {first}",
                counted(*number as usize, "line")
            );
        }
        if reports.is_empty() {
            bail!(
                "no report of `{}` in version and ε of the declaration: nothing is told",
                experiment.id
            );
        }
        Ok(decode(experiment, how, reports.into_iter()))
    }
}

fn print(decoded: &Decoded) {
    print_line!("{} reports, ε {:.3} of each", count(decoded.reports), decoded.epsilon);
    let mut rows = table(&["option", "seen", "answered", "rate", "95 %, one look"]);
    for own in &decoded.options {
        let whole = |visits: f64| count(visits.max(0.0).round() as u64);
        let (rate, between) = own.rate.map_or_else(
            || ("not enough data".to_owned(), String::new()),
            |rate| {
                let between = format!("{} to {}", percent(rate.interval.low), percent(rate.interval.high));
                (percent(rate.rate), between)
            },
        );
        rows.add_row([
            printable(&own.option),
            whole(own.seen),
            whole(own.answered),
            rate,
            between,
        ]);
    }
    print_line!("{rows}");
}

fn print_audit(leak: &Leak) {
    print_line!(
        "of {} reports of each of two answers: ε is surely at least {:.4}, estimated {:.4}, claimed {}",
        count(leak.samples),
        leak.at_least,
        leak.estimate,
        leak.claim
    );
}
