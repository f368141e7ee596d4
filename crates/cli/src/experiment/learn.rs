//! `shelfwise experiment learn`: tagged orders or counts become shares of draws.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Args;
use serde::Deserialize;
use shelfwise_measure::learn::{Count, Shares, learn, learn_orders, periods};

use super::declared;
use super::inputs::OrderColumns;
use crate::output::printable;
use crate::table::{percent, table};
use crate::{files, output, print_line};

/// Shows the columns and an example.
pub const HELP: &str = "\
From orders: FILE declares the experiment whose arms are the options, and nobody counts what was shown. Orders that came under earlier
shares count with the files of those, --earlier, however the shares changed.

From counts: FILE is CSV with the columns option, shown, answered, and key where shares differ by context, such as phone/evening.

A key with few orders or impressions leans on its parent, here phone, and that on all. Every option keeps 2 %; one with fewer than 1,000
impressions, or draws for 50 orders, has 10 %.

Examples:
  shelfwise experiment learn experiments.toml --slot hero --orders orders.csv --out model/hero.sws
  shelfwise experiment learn experiments.toml --slot hero --orders orders.csv --earlier model/hero-1.sws --out model/hero-2.sws
  shelfwise experiment learn counts.csv --slot hero --out model/hero.sws";

/// Arguments of `experiment learn`.
#[derive(Args)]
pub struct Learn {
    /// The declaration, for orders; the counts otherwise.
    file: PathBuf,
    /// The slot that the options are for: of orders, the id of the experiment.
    #[arg(long, value_name = "NAME")]
    slot: String,
    /// Files of orders, or a quoted pattern, as `experiment read` takes them.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    orders: Vec<String>,
    #[command(flatten)]
    columns: OrderColumns,
    /// Shares that were in force before, each in a file of its own.
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "orders")]
    earlier: Vec<PathBuf>,
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
        let shares = if self.orders.is_empty() {
            learn(&self.slot, &counts(&self.file)?).with_context(|| self.file.display().to_string())?
        } else {
            self.of_orders()?
        };
        write(&self.out, &shares)?;
        if self.json {
            return output::json(&shares);
        }
        print(&shares);
        print_line!("{}: {} bytes", self.out.display(), shares.write().len());
        Ok(())
    }

    fn of_orders(&self) -> Result<Shares> {
        let experiments = declared::read(&self.file)?;
        let Some(experiment) = experiments.get(&self.slot) else {
            let known: Vec<&str> = experiments.experiments.iter().map(|own| &*own.id).collect();
            bail!(
                "--slot {}: {} declares no such experiment: take one of {}",
                self.slot,
                self.file.display(),
                known.join(", ")
            );
        };
        ensure!(
            !experiment.is_interleaved && experiment.window.is_none(),
            "--slot {}: shares are learned of arms that are drawn by page, visit or device",
            self.slot
        );
        let earlier: Vec<Shares> = self
            .earlier
            .iter()
            .map(|path| earlier(path, &self.slot))
            .collect::<Result<_>>()?;
        let (log, _) = self.columns.read(&self.orders)?;
        let by_key = periods(&experiments, experiment, &log, &earlier)?;
        let count: u64 = by_key
            .get("")
            .into_iter()
            .flatten()
            .flat_map(|period| &period.orders)
            .sum();
        ensure!(
            count > 0,
            "no order carries an arm of `{}`: nothing is learned, and {} stays as it is",
            self.slot,
            self.out.display()
        );
        let options: Vec<String> = experiment.arms.iter().map(|arm| arm.name.clone()).collect();
        learn_orders(&self.slot, &options, &by_key).with_context(|| self.file.display().to_string())
    }
}

/// Writes shares in the place of none, or of others.
pub fn write(path: &Path, shares: &Shares) -> Result<()> {
    files::replace(path, &shares.write(), "file of shares", |bytes| {
        Shares::read(bytes).is_ok()
    })
}

fn earlier(path: &Path, slot: &str) -> Result<Shares> {
    let shares = Shares::read(&files::read(path)?).with_context(|| path.display().to_string())?;
    ensure!(
        shares.slot == slot,
        "{}: shares of `{}`, not of `{slot}`: leave it out",
        path.display(),
        shares.slot
    );
    Ok(shares)
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
