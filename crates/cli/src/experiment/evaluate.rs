//! `shelfwise experiment evaluate`: what another policy would have earned.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use serde::Deserialize;
use shelfwise_measure::evaluate::{Estimates, Round, evaluate};

use crate::table::{count, percent};
use crate::{files, output, print_line};

/// Shows the columns and an example.
pub const HELP: &str = "\
The log is CSV with the columns reward, propensity (with which the option was drawn), target (with which the other policy draws it),
and where you have them count (of equal rounds), model (the reward that a model expects of the option) and target_model (of the
other policy's draw). Below an effective sample size of 1,000 nothing is said.

Example:
  shelfwise experiment evaluate log.csv --clip 10";

/// Arguments of `experiment evaluate`.
#[derive(Args)]
pub struct EvaluateCommand {
    /// The log.
    file: PathBuf,
    /// The largest weight of a round.
    #[arg(long, value_name = "W", default_value_t = 10.0)]
    clip: f64,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoundRow {
    reward: f64,
    propensity: f64,
    target: f64,
    count: Option<f64>,
    model: Option<f64>,
    target_model: Option<f64>,
}

impl EvaluateCommand {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        if self.clip.is_nan() || self.clip < 1.0 {
            bail!("--clip {}: give 1 or more", self.clip);
        }
        let rounds = rounds(&self.file)?;
        let estimates = evaluate(&rounds, self.clip).with_context(|| self.file.display().to_string())?;
        if self.json {
            return output::json(&estimates);
        }
        print(&estimates);
        Ok(())
    }
}

fn rounds(path: &Path) -> Result<Vec<Round>> {
    let bytes = files::read(path)?;
    let rows = csv::Reader::from_reader(&*bytes).into_deserialize::<RoundRow>();
    let row = |(at, row): (usize, csv::Result<RoundRow>)| {
        let row = row.map_err(|error| {
            anyhow!(
                "{}: line {}: {error}; write reward,propensity,target and perhaps count,model,target_model",
                path.display(),
                at + 2
            )
        })?;
        Ok(Round {
            count: row.count.unwrap_or(1.0),
            reward: row.reward,
            propensity: row.propensity,
            target: row.target,
            model: row.model.zip(row.target_model),
        })
    };
    rows.enumerate().map(row).collect()
}

fn print(estimates: &Estimates) {
    print_line!(
        "{} rounds, effectively {}; weights of {} were clipped",
        count(estimates.rounds as u64),
        count(estimates.effective as u64),
        percent(estimates.clipped)
    );
    print_line!("as logged                  {:.6} a round", estimates.logged);
    print_line!("the other policy: IPS      {:.6}", estimates.ips);
    print_line!("                  SNIPS    {:.6}", estimates.snips);
    if let Some(robust) = estimates.dr {
        print_line!("                  DR       {robust:.6}");
    }
    print_line!(
        "95 % interval, one look    {:.6} to {:.6}",
        estimates.interval.low,
        estimates.interval.high
    );
}
