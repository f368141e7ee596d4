//! `shelfwise export`: a log becomes the tables that another engine counts.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{ArgGroup, Args};
use jiff::civil::Date;
use shelfwise_train::counts::MANIFEST;
use shelfwise_train::counts::export::{export, export_days};
use shelfwise_train::tables::hold_back::since_ms;
use shelfwise_train::train::TrainOptions;

use crate::bars::Bars;
use crate::table::count;
use crate::train::input::{InputArguments, READING};
use crate::train::{Bound, report};
use crate::{event_weights, files, print_line};

/// Write a log as tables of integers that another engine counts with `shelfwise sql`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  shelfwise export --events 'logs/2026-*.jsonl.gz' --out counts
  cd counts && shelfwise sql --dialect duckdb | duckdb
  shelfwise export --days 2026-01-01..2026-03-31 --out counts")]
#[command(group(ArgGroup::new("log").required(true).args(["events", "days"])))]
pub struct Export {
    #[command(flatten)]
    input: InputArguments,
    /// The first and the last day of a log that stays in a warehouse: writes the small tables that its SQL joins.
    #[arg(long, value_name = "FIRST..LAST", conflicts_with_all = READING, value_parser = parse_days)]
    days: Option<Days>,
    /// The most pairs that one session contributes, nearest first; `all` takes all pairs within 30 events.
    #[arg(long, value_name = "all|N", default_value = "all")]
    pairs_per_session: Bound,
    /// What an event says, where a view says 1: for instance add_to_cart=2. Repeat for more.
    #[arg(long, value_name = "EVENT=VIEWS")]
    event_weight: Vec<String>,
    /// The last snapshot, if `train` is to be given it as --previous: who came since is counted apart.
    #[arg(long, value_name = "SNAPSHOT")]
    previous: Option<PathBuf>,
    /// Folder for the tables and counts.json.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Export {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        files::check_writable(&self.out)?;
        let previous = self.previous.as_deref().map(files::read_snapshot).transpose();
        let since_ms = previous.context("--previous")?.as_ref().and_then(since_ms);
        let options = TrainOptions {
            pairs_per_session: self.pairs_per_session.choice(),
            event_weights: event_weights::parse(&self.event_weight)?,
            ..TrainOptions::default()
        };
        if let Some(Days { first, last }) = self.days {
            export_days(first, last, &options, since_ms, &self.out)?;
            print_line!(
                "{}: ages, hops and cells; fill in the numbers of {MANIFEST} when events and ids are there",
                self.out.display()
            );
            return Ok(());
        }
        let read = self.input.read(&Bars::default())?;
        report::warn(&read.log_report, read.catalog_report.as_ref(), read.meeting.as_ref());
        let manifest = export(&read.log, &options, since_ms, &self.out)?;
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

/// Days since 1970.
#[derive(Clone, Copy, Debug)]
struct Days {
    first: i64,
    last: i64,
}

fn parse_days(text: &str) -> Result<Days, String> {
    let hint = || "give two days such as 2026-01-01..2026-03-31".to_owned();
    let (first, last) = text.split_once("..").ok_or_else(hint)?;
    let day = |text: &str| {
        let date: Date = text.parse().map_err(|_| hint())?;
        let since = date.duration_since(Date::constant(1970, 1, 1));
        Ok::<_, String>(since.as_hours() / 24)
    };
    Ok(Days {
        first: day(first)?,
        last: day(last)?,
    })
}
