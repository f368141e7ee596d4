//! `shelfwise doctor`: what is broken in a log and a catalog, and which shelves are worth it, before anybody trains.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use shelfwise_doctor::{Input, Report, against, examine};
use shelfwise_intake::{ColumnMap, Parents, Products, read_catalog_with_parents, read_log};

mod contexts;

use crate::bars::Bars;
use crate::output::printable;
use crate::table::{count, percent, text_table};
use crate::train::LogArguments;
use crate::{files, output, print_line, time};

/// Examine a log and a catalog before training: what is broken, what it costs, which shelves are worth it.
///
/// Reads what `train` reads, stops at no bad row, and writes nothing but the page.
#[derive(Args)]
#[command(after_help = "\
Examples:
  shelfwise doctor --events 'ga4/*.json' --catalog feed.xml --html doctor.html
  shelfwise doctor --events clicks.csv --catalog products.csv --json > monday.json
  shelfwise doctor --events clicks.csv --catalog products.csv --against monday.json")]
pub struct Doctor {
    #[command(flatten)]
    log: LogArguments,
    /// The catalog: what `train --catalog` takes.
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
    /// Which column of the catalog means what, for instance title=product_name. Repeat for more.
    #[arg(long, value_name = "ROLE=COLUMN")]
    map_catalog: Vec<String>,
    /// Compare with an earlier run: what `--json` printed then.
    #[arg(long, value_name = "LAST")]
    against: Option<PathBuf>,
    /// Write the report as one page for people.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print JSON for machines, and for a later --against.
    #[arg(long)]
    json: bool,
}

impl Doctor {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let bars = Bars::default();
        let earlier = self.earlier()?;
        let mut options = self.log.options()?;
        options.bad_row_share = 1.0;
        let catalog = self.catalog(&bars)?;
        if let Some(Products { catalog, .. }) = &catalog {
            options.known_items = catalog.items.iter().map(|item| item.id.clone()).collect();
        }
        let (log, log_report) = read_log(&options, &bars)?;
        let contexts = contexts::measure(&log, &bars)?;
        let mut report = examine(&Input {
            log: &log,
            report: &log_report,
            catalog: catalog.as_ref().map(|read| &read.catalog),
            catalog_report: catalog.as_ref().map(|read| &read.report),
            parents: catalog.as_ref().map_or(&Parents::new(), |read| &read.parents),
            contexts: contexts.as_ref(),
            now_ms: i64::try_from(time::now_ms()?)?,
        });
        if let Some(earlier) = &earlier {
            report.changes = Some(against::changes(&report, earlier));
        }
        if let Some(path) = &self.html {
            let page = shelfwise_doctor::html::html(&report)?;
            files::replace(path, page.as_bytes(), "page", |bytes| {
                bytes.starts_with(b"<!doctype html>")
            })?;
        }
        if self.json {
            return output::json(&report);
        }
        print(&report);
        if let Some(path) = &self.html {
            print_line!("\npage for people: {}", path.display());
        }
        Ok(())
    }

    fn earlier(&self) -> Result<Option<against::Earlier>> {
        let Some(path) = &self.against else {
            return Ok(None);
        };
        let bytes = std::fs::read(path).with_context(|| format!("--against {}: cannot be read", path.display()))?;
        let earlier = serde_json::from_slice(&bytes);
        earlier
            .with_context(|| {
                format!(
                    "--against {}: this is no report of the doctor: give what `shelfwise doctor --json` printed",
                    path.display()
                )
            })
            .map(Some)
    }

    fn catalog(&self, bars: &Bars) -> Result<Option<Products>> {
        let Some(path) = &self.catalog else {
            return Ok(None);
        };
        let map = ColumnMap::parse(&self.map_catalog)?;
        Ok(Some(read_catalog_with_parents(path, &map, 1.0, bars)?))
    }
}

fn print(report: &Report) {
    let summary = &report.summary;
    print_line!(
        "{} events in {} visits of {} visitors, {} products",
        count(summary.events),
        count(summary.sessions),
        count(summary.people),
        count(summary.items)
    );
    if let (Some(first), Some(last)) = (&summary.first_day, &summary.last_day) {
        print_line!("{first} to {last}");
    }
    for change in report.changes.iter().flatten() {
        print_line!("{}", printable(&change.text));
    }
    if report.changes.as_ref().is_some_and(Vec::is_empty) {
        print_line!("{}", against::UNCHANGED);
    }
    print_line!();
    let mut surfaces = text_table(&["place", "grade", "visits needed"]);
    for surface in &report.surfaces {
        let grade = match surface.grade {
            shelfwise_doctor::surfaces::Grade::Ready => "ready",
            shelfwise_doctor::surfaces::Grade::NotYet => "not yet",
            shelfwise_doctor::surfaces::Grade::NotWorthItYet => "not worth it yet",
        };
        let needed = surface.sessions_needed.map(count).unwrap_or_default();
        surfaces.add_row([surface.name, grade, &needed]);
    }
    print_line!("{surfaces}");
    for surface in &report.surfaces {
        print_line!("{}: {}", surface.name, surface.reason);
    }
    if let Some(contexts) = &report.contexts {
        contexts::print(contexts);
    }
    for finding in &report.findings {
        let severity = match finding.severity {
            shelfwise_doctor::findings::Severity::Mend => "mend first",
            shelfwise_doctor::findings::Severity::Look => "look",
            shelfwise_doctor::findings::Severity::Note => "note",
        };
        let counts = match finding.unit {
            "kinds" | "remarks" => String::new(),
            unit => format!(
                ": {} of {} {unit} ({})",
                count(finding.count),
                count(finding.of),
                percent(finding.share())
            ),
        };
        print_line!("\n{severity}: {}{counts}", printable(&finding.title));
        for example in &finding.examples {
            print_line!("  {}", printable(example));
        }
        print_line!("  {}", printable(&finding.mend));
    }
}
