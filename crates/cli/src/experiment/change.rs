//! `shelfwise experiment stop`, `ramp` and `ship`: edits of the declaration, which keep its comments.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::tz::TimeZone;
use shelfwise_measure::change::{Change, ChangeError, Check, Ramp, ramp, ship, stop};

use super::declared;
use crate::{files, print_line, time};

/// Gives examples.
pub const STOP_HELP: &str = "\
The end is written into the file, and nothing else: its orders until then are read as before. Publish the file again.

Example:
  shelfwise experiment stop policy.toml winter-objective";

/// Gives examples.
pub const RAMP_HELP: &str = "\
Other shares are another version of the experiment: if it has begun, the new one begins now, and orders of both are never added up.

Examples:
  shelfwise experiment ramp policy.toml winter-objective --range 0.0 0.5
  shelfwise experiment ramp policy.toml winter-objective --weights 1,3";

/// Gives examples.
pub const SHIP_HELP: &str = "\
The experiment ends, and what the arm states goes into the rules of the same file where they have a place for it; the rest is printed.
A change of guarded rules needs its approval as any other.

Example:
  shelfwise experiment ship policy.toml winter-objective margin";

/// What every edit names.
#[derive(Args)]
pub struct Edited {
    /// The file that declares the experiment.
    file: PathBuf,
    /// The experiment.
    #[arg(value_name = "EXPERIMENT")]
    id: String,
    /// From when on. [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Print the new file instead of writing it.
    #[arg(long)]
    dry_run: bool,
}

/// Arguments of `experiment stop`.
#[derive(Args)]
pub struct Stop {
    #[command(flatten)]
    edited: Edited,
}

/// Arguments of `experiment ramp`.
#[derive(Args)]
pub struct RampCommand {
    #[command(flatten)]
    edited: Edited,
    /// Its part of the layer's draws: two numbers from 0 to 1.
    #[arg(long, num_args = 2, value_names = ["FROM", "TO"], required_unless_present = "weights")]
    range: Option<Vec<f64>>,
    /// A weight for each arm, in their order.
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    weights: Option<Vec<u32>>,
}

/// Arguments of `experiment ship`.
#[derive(Args)]
pub struct Ship {
    #[command(flatten)]
    edited: Edited,
    /// The arm that everybody gets.
    arm: String,
}

impl Stop {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        self.edited.apply(stop)
    }
}

impl RampCommand {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let range = self.range.as_deref().and_then(|range| range.try_into().ok());
        let wanted = Ramp {
            range,
            weights: self.weights,
        };
        self.edited
            .apply(|text, id, at_ms, check| ramp(text, id, &wanted, at_ms, check))
    }
}

impl Ship {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        self.edited
            .apply(|text, id, at_ms, check| ship(text, id, &self.arm, at_ms, check))
    }
}

impl Edited {
    fn apply(&self, edit: impl Fn(&str, &str, i64, Check<'_>) -> Result<Change, ChangeError>) -> Result<()> {
        let text = declared::text(&self.file)?;
        let change = edit(&text, &self.id, self.at_ms()?, &|text| {
            declared::check(&self.file, text).map_err(|error| format!("{error:#}"))
        })
        .with_context(|| self.file.display().to_string())?;
        if self.dry_run {
            print_line!("{}", change.text.trim_end());
            return Ok(());
        }
        files::write(&self.file, change.text.as_bytes())?;
        print_line!("{}", change.done);
        for note in &change.notes {
            print_line!("note: {note}");
        }
        print_line!("{} is written: publish it to bring it into force", self.file.display());
        Ok(())
    }

    fn at_ms(&self) -> Result<i64> {
        let now_ms = time::now_ms()? as i64;
        let Some(at) = &self.at else { return Ok(now_ms) };
        let at_ms = time::parse_in(at, &TimeZone::UTC).with_context(|| format!("--at {at}"))?;
        // Orders that came already were drawn by the file as it is.
        if at_ms < now_ms - time::DAY_MS as i64 {
            bail!("--at {at}: that is over, and its orders were drawn by the file as it is: give a time from now on");
        }
        Ok(at_ms)
    }
}
