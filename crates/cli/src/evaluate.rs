//! `shelfwise evaluate`: replays test sessions through the engine.

mod breadth;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use shelfwise_core::{CurrentItem, MAX_MEMORY_DAYS, Snapshot};
use shelfwise_intake::read_log;
use shelfwise_train::evaluate::cold_start::{ColdStart, cold_start};
use shelfwise_train::evaluate::modes::{Contextual, contextual};
use shelfwise_train::evaluate::reasoned::{Reasoned, reasoned};
use shelfwise_train::evaluate::relist::{Relisted, relist};
use shelfwise_train::evaluate::returning::{Returning, returning};
use shelfwise_train::evaluate::{Evaluation, Places, Protocol, evaluate};
use shelfwise_train::size::brotli_bytes;

use crate::bars::Bars;
use crate::table::{count, percent, table};
use crate::train::{self, LogArguments};
use crate::{eprint_line, files, output, print_line};

/// Replay test sessions: after every event of a session but the last, predict the next item.
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
    /// Length of the recommended list.
    #[arg(long, default_value = "20")]
    at: NonZeroUsize,
    /// Never recommend the current item.
    #[arg(long)]
    exclude_current: bool,
    /// Also re-rank lists of this many popular items, and compare with the shop's own order.
    #[arg(long, value_name = "ITEMS")]
    rerank: Option<usize>,
    /// Also check reasons: whether items rank lower without the event that is given as the reason.
    #[arg(long)]
    reasons: bool,
    #[command(flatten)]
    breadth: breadth::BreadthArguments,
    /// Also measure what a memory of earlier visits is worth, with a lifetime of so many days: the first item of each visit
    /// after the model's last day by a person who was there before, from --events with the earlier visits in it.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u8).range(1..=i64::from(MAX_MEMORY_DAYS)))]
    memory: Option<u8>,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

/// Lists whose reasons are checked: each takes some twenty rankings more for every item shown.
const REASONED_LISTS: usize = 500;

/// The report, as `--json` prints it.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    evaluation: Evaluation,
    #[serde(skip_serializing_if = "Option::is_none")]
    rerank: Option<Relisted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Reasoned>,
    #[serde(flatten)]
    breadth: breadth::BreadthReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<Returning>,
    contextual: Contextual,
    first_item: ColdStart,
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
        let (log, log_report) = read_log(&self.log.options()?, &bars)?;
        train::report::warn(&log_report, None, None);
        if log_report.bad.rows > 0 {
            eprint_line!("Bad rows of the log:\n{}", log_report.bad.to_string().trim_end());
        }
        let current_item = if self.exclude_current {
            CurrentItem::Hide
        } else {
            CurrentItem::Show
        };
        let (items, snapshot_bytes) = (snapshot.items(), snapshot.as_bytes().len());
        let (min_support, snapshot_brotli_bytes) = (snapshot.meta().min_support, brotli_bytes(snapshot.as_bytes()));
        let protocol = Protocol {
            at: self.at.get(),
            current_item,
            most: None,
        };
        let again = || Snapshot::open(snapshot.as_bytes());
        let rerank = self
            .rerank
            .map(|length| again().map(|again| relist(again, &log, length, self.at.get(), None, &bars)));
        let reasons = self
            .reasons
            .then(|| again().map(|again| reasoned(again, &log, self.at.get(), REASONED_LISTS, &bars)));
        let breadth = self.breadth.measure(&snapshot, &log, current_item, &bars)?;
        let memory = self
            .memory
            .map(|days| again().map(|again| returning(again, &log, self.at.get(), days, &bars)));
        let first_item = cold_start(snapshot.as_bytes(), &log, self.at.get(), None)?;
        let report = Report {
            contextual: contextual(again()?, &log, &protocol, &bars),
            first_item,
            breadth,
            rerank: rerank.transpose()?,
            reasons: reasons.transpose()?,
            memory: memory.transpose()?,
            evaluation: evaluate(snapshot, &log, &protocol, &bars),
            current_item,
            min_support,
            snapshot_bytes,
            snapshot_brotli_bytes,
            items,
            bytes_per_item: snapshot_brotli_bytes as f64 / items.max(1) as f64,
        };
        if self.json {
            return output::json(&report);
        }
        print(&report);
        Ok(())
    }
}

fn print(report: &Report) {
    let Report { evaluation, .. } = report;
    let at = evaluation.places.at;
    let current = match report.current_item {
        CurrentItem::Show => "the current item may be recommended",
        CurrentItem::Hide => "the current item is never recommended",
    };
    print_line!(
        "{} predictions, {current}; support floor {}",
        count(evaluation.places.predictions),
        report.min_support
    );
    let mut rows = table(&["measure", "value"]);
    rows.add_row([format!("HR@{at}"), percent(evaluation.places.hr)]);
    rows.add_row([format!("MRR@{at}"), percent(evaluation.places.mrr)]);
    rows.add_row([format!("NDCG@{at}"), percent(evaluation.places.ndcg)]);
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
        if evaluation.popularity_lift > 0.0 {
            format!("{:.2}", evaluation.popularity_lift)
        } else {
            "unknown: the snapshot has none of the chosen items".to_owned()
        },
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
        evaluation.latency.p50_us, evaluation.latency.p90_us, evaluation.latency.p99_us
    );
    rows.add_row(["recommend, p50 / p90 / p99".to_owned(), micros]);
    let places = |places: &Places| format!("{} / {}", percent(places.hr), percent(places.mrr));
    let Contextual {
        product_pages,
        other_pages,
    } = &report.contextual;
    let alone = |alone: &Places| {
        let session = &evaluation.places;
        format!(
            "{}; {} of the hits",
            places(alone),
            percent(alone.hr / session.hr.max(f64::MIN_POSITIVE))
        )
    };
    rows.add_row([format!("session mode, HR / MRR@{at}"), places(&evaluation.places)]);
    rows.add_row([
        "contextual mode alone, pages of a product".to_owned(),
        alone(product_pages),
    ]);
    rows.add_row(["contextual mode alone, other pages".to_owned(), alone(other_pages)]);
    let ColdStart { without, unknown, with } = &report.first_item;
    rows.add_row([
        format!(
            "first item of {} visits by popularity, HR / MRR@{at}",
            count(without.predictions)
        ),
        places(without),
    ]);
    if unknown != without || with != without {
        rows.add_row(["the same where visits begin, nothing known".to_owned(), places(unknown)]);
        rows.add_row(["the same in each visit's own cell".to_owned(), places(with)]);
    }
    if let Some(rerank) = &report.rerank {
        let Relisted {
            items,
            shop_order,
            reranked,
            latency,
        } = rerank;
        rows.add_row([
            format!("{items} popular items in the shop's order, HR / MRR@{at}"),
            places(shop_order),
        ]);
        rows.add_row(["the same after rerank".to_owned(), places(reranked)]);
        let micros = format!(
            "{:.0} / {:.0} / {:.0} µs",
            latency.p50_us, latency.p90_us, latency.p99_us
        );
        rows.add_row(["rerank, p50 / p90 / p99".to_owned(), micros]);
    }
    if let Some(memory) = &report.memory {
        let visits = count(memory.with.predictions);
        rows.add_row([
            format!("first item of {visits} returning visits, HR / MRR@{at}"),
            places(&memory.without),
        ]);
        rows.add_row([
            format!("the same with a memory of {} days", memory.days),
            places(&memory.with),
        ]);
        rows.add_row([
            "of these, with anything remembered".to_owned(),
            percent(memory.remembered),
        ]);
    }
    if let Some(reasons) = &report.reasons {
        let share = |part: usize, whole: usize| percent(part as f64 / whole.max(1) as f64);
        rows.add_row([
            "items with an event as their reason".to_owned(),
            share(reasons.with_event, reasons.shown),
        ]);
        rows.add_row([
            "of these, lower without it".to_owned(),
            share(reasons.lowered, reasons.with_event),
        ]);
    }
    print_line!("{rows}");
    report.breadth.print();
}
