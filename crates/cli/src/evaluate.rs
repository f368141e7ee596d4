//! `shelfwise evaluate`: test sessions through the very engine.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use shelfwise_core::CurrentItem;
use shelfwise_train::evaluate::{Evaluation, Protocol, evaluate};
use shelfwise_train::intake::read_log;
use shelfwise_train::size::brotli_bytes;

use crate::bars::Bars;
use crate::files;
use crate::table::{count, percent, table};
use crate::train::LogArguments;

/// Replay test sessions: after every event of a session but the last, the next item is looked for.
///
/// The current item may be recommended unless --exclude-current is given: that moves the hit rate by 8 to 16 points
/// on the public logs, so the report says which it was.
#[derive(Args)]
#[command(after_help = "Example:\n  shelfwise evaluate --snapshot model/model.swm --events test.tsv")]
pub struct Evaluate {
    /// The snapshot.
    #[arg(long)]
    snapshot: PathBuf,
    #[command(flatten)]
    log: LogArguments,
    /// Length of the list that is looked at.
    #[arg(long, default_value_t = 20)]
    at: usize,
    /// Never recommend the current item.
    #[arg(long)]
    exclude_current: bool,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

/// The report, as `--json` prints it.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    evaluation: Evaluation,
    at: usize,
    current_item: CurrentItem,
    min_support: u32,
    snapshot_bytes: usize,
    snapshot_brotli_bytes: usize,
    items: usize,
    bytes_per_item: f64,
}

impl Evaluate {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let bars = Bars::default();
        let snapshot = files::read_snapshot(&self.snapshot)?;
        let (log, _) = read_log(&self.log.options()?, &bars)?;
        let current_item = if self.exclude_current {
            CurrentItem::Hide
        } else {
            CurrentItem::Show
        };
        let (items, snapshot_bytes) = (snapshot.items(), snapshot.as_bytes().len());
        let (min_support, snapshot_brotli_bytes) = (snapshot.meta().min_support, brotli_bytes(snapshot.as_bytes()));
        let protocol = Protocol {
            at: self.at,
            current_item,
            most: None,
        };
        let report = Report {
            evaluation: evaluate(snapshot, &log, &protocol, &bars),
            at: self.at,
            current_item,
            min_support,
            snapshot_bytes,
            snapshot_brotli_bytes,
            items,
            bytes_per_item: snapshot_brotli_bytes as f64 / items.max(1) as f64,
        };
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report)?)
        } else {
            print(&report)
        }
        Ok(())
    }
}

fn print(report: &Report) {
    let Report { evaluation, at, .. } = report;
    let current = match report.current_item {
        CurrentItem::Show => "the current item may be recommended",
        CurrentItem::Hide => "the current item is never recommended",
    };
    println!(
        "{} predictions, {current}; support floor {}",
        count(evaluation.predictions),
        report.min_support
    );
    let mut rows = table(&["measure", "value"]);
    rows.add_row([format!("HR@{at}"), percent(evaluation.hr)]);
    rows.add_row([format!("MRR@{at}"), percent(evaluation.mrr)]);
    rows.add_row([format!("NDCG@{at}"), percent(evaluation.ndcg)]);
    rows.add_row([
        "items recommended at least once".to_owned(),
        percent(evaluation.coverage),
    ]);
    rows.add_row([
        "places outside the most popular fifth".to_owned(),
        percent(evaluation.tail_share),
    ]);
    rows.add_row([
        "popularity of shown over chosen".to_owned(),
        format!("{:.2}", evaluation.popularity_lift),
    ]);
    rows.add_row(["items".to_owned(), count(report.items)]);
    rows.add_row(["bytes, as they lie".to_owned(), count(report.snapshot_bytes)]);
    rows.add_row(["bytes, brotli".to_owned(), count(report.snapshot_brotli_bytes)]);
    rows.add_row([
        "brotli bytes an item".to_owned(),
        format!("{:.1}", report.bytes_per_item),
    ]);
    let micros = format!(
        "{:.0} / {:.0} / {:.0} µs",
        evaluation.p50_us, evaluation.p90_us, evaluation.p99_us
    );
    rows.add_row(["recommend, p50 / p90 / p99".to_owned(), micros]);
    println!("{rows}");
}
