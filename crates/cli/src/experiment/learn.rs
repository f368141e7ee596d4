//! `shelfwise experiment learn`: counts become shares of draws.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use clap::Args;
use serde::Deserialize;
use shelfwise_measure::learn::{Count, Shares, learn};

use crate::output::printable;
use crate::table::{percent, table};
use crate::{files, output, print_line};

/// Shows the columns and an example.
pub const HELP: &str = "\
The counts are CSV with the columns option, shown, answered, and key where shares differ by context, such as phone/evening. A key
with few impressions leans on its parent, here phone, and that on all. Every option keeps 2 %; one with fewer than 1,000
impressions has 10 %. Nothing draws by these shares yet: the file is what a release will carry.

Example:
  shelfwise experiment learn counts.csv --slot hero --out model/hero.sws";

/// Arguments of `experiment learn`.
#[derive(Args)]
pub struct Learn {
    /// The counts.
    file: PathBuf,
    /// The slot that the options are for.
    #[arg(long, value_name = "NAME")]
    slot: String,
    /// Where the shares go.
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CountRow {
    option: String,
    #[serde(default)]
    key: String,
    shown: u64,
    answered: u64,
}

impl Learn {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let counts = counts(&self.file)?;
        let shares = learn(&self.slot, &counts).with_context(|| self.file.display().to_string())?;
        let bytes = shares.write();
        files::replace(&self.out, &bytes, "file of shares", |bytes| Shares::read(bytes).is_ok())?;
        if self.json {
            return output::json(&shares);
        }
        print(&shares);
        print_line!("{}: {} bytes", self.out.display(), bytes.len());
        Ok(())
    }
}

fn counts(path: &Path) -> Result<Vec<Count>> {
    let bytes = files::read(path)?;
    let rows = csv::Reader::from_reader(&*bytes).into_deserialize::<CountRow>();
    let row = |(at, row): (usize, csv::Result<CountRow>)| {
        let row = row.map_err(|error| {
            anyhow!(
                "{}: line {}: {error}; write option,shown,answered and perhaps key",
                path.display(),
                at + 2
            )
        })?;
        Ok(Count {
            key: row.key,
            option: row.option,
            shown: row.shown,
            answered: row.answered,
        })
    };
    rows.enumerate().map(row).collect()
}

fn print(shares: &Shares) {
    let names: Vec<String> = shares.options.iter().map(|option| printable(option)).collect();
    let header: Vec<&str> = std::iter::once("key").chain(names.iter().map(String::as_str)).collect();
    let mut rows = table(&header);
    for own in &shares.keys {
        let key = if own.key.is_empty() {
            "(all)".to_owned()
        } else {
            printable(&own.key)
        };
        let cells = own.shares.iter().map(|share| percent(f64::from(*share) / 65_536.0));
        rows.add_row(std::iter::once(key).chain(cells));
    }
    print_line!("{rows}");
}
