//! The command behind `cargo xtask quality`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::{Parser, Subcommand};
use shelfwise_quality::curve::Curve;
use shelfwise_quality::data::{COMMITTED, Split, find, read};
use shelfwise_quality::gate::{Outcome, checks};
use shelfwise_quality::machine::Machine;
use shelfwise_quality::measure::{Row, engine, peers};
use shelfwise_quality::page::Page;
use shelfwise_quality::small_logs::{GATED, SESSIONS, Shop, SmallLog};
use shelfwise_quality::vmis_knn::VmisOptions;
use shelfwise_quality::{chart, scale, small_logs, table};
use shelfwise_train::train::NEIGHBOURS;

/// Floors of the table: 1 for comparison with the literature, 2 as shipped.
const FLOORS: [u32; 2] = [1, 2];

/// Quality for its size.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure every log, and write quality.md and quality.svg.
    Report {
        /// A folder with a log, or whose subfolders have logs.
        #[arg(long)]
        data: PathBuf,
        /// Where the two files go.
        #[arg(long)]
        out: PathBuf,
    },
    /// Measure every log, write nothing, and fail if a number is below its limit.
    Gate {
        /// A folder with a log, or whose subfolders have logs.
        #[arg(long)]
        data: PathBuf,
    },
    /// Resample a log to 1 and 10 million events, and measure time and memory of training.
    Scale {
        /// The folder of the log.
        #[arg(long)]
        data: PathBuf,
        /// How many events.
        #[arg(long, value_delimiter = ',', default_values_t = [1_000_000, 10_000_000])]
        events: Vec<usize>,
    },
    /// Train on one file at floor 2 and print the time of each stage; `scale` starts this for every size.
    Stages {
        /// The log.
        events: PathBuf,
    },
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Report { data, out } => report(&data, &out),
        Command::Gate { data } => gate(&data),
        Command::Scale { data, events } => measure_scale(&data, &events),
        Command::Stages { events } => scale::stages(&events),
    }
}

fn rows(split: &Split) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for floor in FLOORS {
        rows.push(engine(split, floor, NEIGHBOURS).inspect(print_row)?);
    }
    rows.extend(peers(split, print_row));
    Ok(rows)
}

/// Prints one row as soon as it is measured: a whole run takes minutes.
fn print_row(row: &Row) {
    let floor = row.floor.map(|floor| format!(", floor {floor}")).unwrap_or_default();
    let (hr, mrr) = (100.0 * row.measured.places.hr, 100.0 * row.measured.places.mrr);
    eprintln!("{}: {}{floor}: {hr:.2} / {mrr:.2}", row.log, row.model);
}

/// Measures small logs of the demo grocer, of the committed log, and of one more if there is one.
fn small_logs(splits: &[Split], sizes: &[usize]) -> Result<Vec<SmallLog>> {
    let committed = splits.iter().find(|split| split.name == COMMITTED);
    let other = splits.iter().find(|split| split.name != COMMITTED);
    let mut shops: Vec<Shop> = committed.into_iter().chain(other).map(Shop::of).collect();
    shops.push(Shop::grocer()?);
    let mut rows = Vec::new();
    for shop in &shops {
        for sessions in sizes {
            rows.push(shop.measure(*sessions)?);
        }
    }
    println!("{}", small_logs::markdown(&rows));
    Ok(rows)
}

fn gate(data: &Path) -> Result<()> {
    let (mut all, mut splits) = (Vec::new(), Vec::new());
    for folder in find(data)? {
        let split = read(&folder)?;
        all.extend(rows(&split)?);
        splits.push(split);
    }
    println!("{}", table::terminal(&all));
    let mut checks = checks(&all);
    let small = small_logs(&splits, &GATED)?;
    checks.extend(small.iter().flat_map(SmallLog::checks));
    print!("{}", table::checks(&checks));
    let missed = checks.iter().filter(|check| check.outcome == Outcome::Missed).count();
    if missed > 0 {
        bail!("{missed} of {} numbers of the gate are missed", checks.len());
    }
    Ok(())
}

fn report(data: &Path, out: &Path) -> Result<()> {
    let (mut all, mut logs, mut curves, mut splits) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for folder in find(data)? {
        let split = read(&folder)?;
        let rows = rows(&split)?;
        curves.push(Curve::measure(&split, &rows, reference(&rows), print_row)?);
        logs.push(in_words(&split));
        all.extend(rows);
        splits.push(split);
    }
    println!("{}", table::terminal(&all));
    let mut checks = checks(&all);
    let small = small_logs(&splits, &SESSIONS)?;
    checks.extend(small.iter().flat_map(SmallLog::checks));
    print!("{}", table::checks(&checks));
    let page = Page {
        rows: &all,
        small: &small,
        checks: &checks,
        logs: &logs,
        machine: Machine::own(),
        date: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
    };
    write(&out.join("quality.md"), &page.markdown())?;
    write(&out.join("quality.svg"), &chart::draw(&curves))
}

/// Returns HR and MRR of VMIS-kNN in percent, each for the better of its two settings.
fn reference(rows: &[Row]) -> (f64, f64) {
    let names = [VmisOptions::WIDE.name, VmisOptions::EXAMPLE.name];
    let peers = || rows.iter().filter(|row| names.contains(&row.model.as_str()));
    let best = |of: fn(&Row) -> f64| 100.0 * peers().map(of).fold(0.0, f64::max);
    (best(|row| row.measured.places.hr), best(|row| row.measured.places.mrr))
}

fn in_words(split: &Split) -> String {
    let (train, test) = (&split.train, &split.test);
    format!(
        "{}: {} sessions, {} events, {} items; {} test sessions, {} predictions",
        split.name,
        train.sessions.len(),
        train.clicks.len(),
        train.items.len(),
        test.sessions.len(),
        test.predictions()
    )
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    println!("{}", path.display());
    Ok(())
}

fn measure_scale(data: &Path, events: &[usize]) -> Result<()> {
    let mut sizes = Vec::new();
    let folders = find(data)?;
    let [folder] = folders.as_slice() else {
        bail!(
            "{} holds {} logs: give the folder of one",
            data.display(),
            folders.len()
        );
    };
    let split = read(folder)?;
    for events in events {
        sizes.push((*events, scale::measure(&split.train, *events)?));
    }
    println!("{}, resampled: {}", split.name, Machine::own());
    println!("{}", scale::table(&sizes));
    Ok(())
}
