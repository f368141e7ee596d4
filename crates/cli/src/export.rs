//! `shelfwise export`: a log becomes the tables that another engine counts.

use std::path::PathBuf;

use anyhow::Result;
use clap::{ArgGroup, Args};
use shelfwise_train::counts::export::export;
use shelfwise_train::train::TrainOptions;

use crate::bars::Bars;
use crate::table::count;
use crate::train::input::InputArguments;
use crate::train::{Bound, report};
use crate::{event_weights, files, print_line};

/// Write a log as tables of integers that another engine counts with `shelfwise sql`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  shelfwise export --events 'logs/2026-*.jsonl.gz' --out counts
  cd counts && shelfwise sql --dialect duckdb | duckdb")]
#[command(group(ArgGroup::new("log").required(true).args(["events"])))]
pub struct Export {
    #[command(flatten)]
    input: InputArguments,
    /// The most pairs that one session contributes, nearest first; `all` takes all pairs within 30 events.
    #[arg(long, value_name = "all|N", default_value = "all")]
    pairs_per_session: Bound,
    /// What an event says, where a view says 1: for instance add_to_cart=2. Repeat for more.
    #[arg(long, value_name = "EVENT=VIEWS")]
    event_weight: Vec<String>,
    /// Folder for the tables and counts.json.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Export {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        files::check_writable(&self.out)?;
        let options = TrainOptions {
            pairs_per_session: self.pairs_per_session.choice(),
            event_weights: event_weights::parse(&self.event_weight)?,
            ..TrainOptions::default()
        };
        let read = self.input.read(&Bars::default())?;
        report::warn(&read.log_report, read.catalog_report.as_ref(), read.meeting.as_ref());
        let manifest = export(&read.log, &options, &self.out)?;
        print_line!(
            "{}: {} events of {} sessions, {} of them held out, with {} items",
            self.out.display(),
            count(manifest.events),
            count(manifest.sessions),
            count(manifest.held_sessions),
            count(manifest.items)
        );
        Ok(())
    }
}
