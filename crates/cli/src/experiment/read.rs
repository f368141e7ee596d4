//! `shelfwise experiment read`: the report of running and ended experiments.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use shelfwise_intake::orders::OrderReport;
use shelfwise_measure::read::OtherVersions;
use shelfwise_measure::{Report, html};

use super::inputs::{OrderArguments, assigned};
use super::{declared, print};
use crate::{files, output, print_line};

/// Shows a declaration and examples.
pub const HELP: &str = "\
Experiments are declared before they begin, and not changed while they run:

  [[layer]]                      # experiments of one layer exclude each other
  name = \"order\"

  [[experiment]]
  id = \"winter-objective\"
  layer = \"order\"
  range = [0.0, 0.5]             # of the layer's draws
  unit = \"visit\"                 # page, visit, device or window
  arms = [{ name = \"store_order\", weight = 1 }, { name = \"today\", weight = 2 }]   # the first is compared with
  read = [\"orders\", \"revenue\"]   # the first decides; margin and items are there too
  cap = 1500.00                  # of an order's value
  worth = 0.05                   # the smallest lift worth having
  until = 2027-03-01

Orders carry `shelf.orderTag()`: a column of your table, a note attribute of Shopify, a meta field of WooCommerce. You may look
as often as you like.

Examples:
  shelfwise experiment read experiments.toml --orders orders.csv --html report.html
  shelfwise experiment read experiments.toml --orders orders_export_1.csv --map \"tag=Note Attributes\"
  shelfwise experiment read experiments.toml --orders 'orders-*.jsonl' --assignments counts.csv --json";

/// Arguments of `experiment read`.
#[derive(Args)]
pub struct Read {
    /// The file that declares the experiments.
    file: PathBuf,
    #[command(flatten)]
    orders: OrderArguments,
    /// Counts of assignments, CSV with the columns experiment, arm, count and perhaps time: checks that arms were served in
    /// their shares.
    #[arg(long, value_name = "FILE")]
    assignments: Option<PathBuf>,
    /// Leave out orders of another version of an experiment instead of refusing to read.
    #[arg(long)]
    apart: bool,
    /// Write the report as one page for people.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct View<'r> {
    report: &'r Report,
    orders: &'r OrderReport,
}

impl Read {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let experiments = declared::read(&self.file)?;
        let assigned = assigned(self.assignments.as_ref())?;
        let (log, orders) = self.orders.read()?;
        let versions = if self.apart {
            OtherVersions::Apart
        } else {
            OtherVersions::Refuse
        };
        let report = shelfwise_measure::read(&experiments, &log, &assigned, versions)?;
        if let Some(path) = &self.html {
            let page = html::html(&report, &experiments)?;
            files::replace(path, page.as_bytes(), "page", |bytes| {
                bytes.starts_with(b"<!doctype html>")
            })?;
        }
        if self.json {
            return output::json(&View {
                report: &report,
                orders: &orders,
            });
        }
        print::report(&report, &orders);
        if let Some(path) = &self.html {
            print_line!("page for people: {}", path.display());
        }
        Ok(())
    }
}
