//! Scale: seconds and peak memory of each stage of training, for logs of different lengths.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use comfy_table::{CellAlignment, Table, presets};
use shelfwise_core::Snapshot;
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::Silent;
use shelfwise_intake::{LogOptions, read_log};
use shelfwise_train::stage::{Stage, StageClock};
use shelfwise_train::train::{Choice, TrainOptions, train};

use crate::curve::SHIPPED_FLOOR;
use crate::resample::resample;

/// Writes a log of this many events, and trains on it in a separate process, so that its peak memory is measured alone.
///
/// # Errors
/// Errors of writing, of starting this program again, and of training.
pub fn measure(log: &Log, events: usize) -> Result<Vec<Stage>> {
    let folder = tempfile::tempdir().context("no folder for temporary files")?;
    let path = folder.path().join("events.tsv");
    let mut file = BufWriter::new(File::create(&path).with_context(|| format!("cannot write {}", path.display()))?);
    resample(log, events, &mut file)?;
    file.flush()?;
    let own = std::env::current_exe().context("this program does not know its own file")?;
    let output = Command::new(own)
        .arg("stages")
        .arg(&path)
        .output()
        .context("cannot start this program again")?;
    if !output.status.success() {
        bail!(
            "training {events} events failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    String::from_utf8(output.stdout)?.lines().map(parse).collect()
}

/// Reads a log, trains at the lowest floor, and prints a line for each stage: name, seconds, peak bytes.
///
/// # Errors
/// Errors of reading and training.
pub fn stages(path: &Path) -> Result<()> {
    let mut clock = StageClock::default();
    let (log, _) = read_log(&LogOptions::new(vec![path.to_string_lossy().into_owned()]), &Silent)?;
    clock.end("read");
    let options = TrainOptions {
        min_support: Choice::Fixed(SHIPPED_FLOOR),
        ..TrainOptions::default()
    };
    let start = Instant::now();
    let trained = train(&log, &Catalog::default(), None::<&Snapshot<Vec<u8>>>, &options, &Silent)?;
    let whole = start.elapsed().as_secs_f64();
    let named: f64 = trained.report.stages.iter().map(|stage| stage.seconds).sum();
    clock.end("rest");
    let (mut read, mut rest) = (clock.stages(), None);
    read.truncate(2);
    if let Some(mut last) = read.pop() {
        last.seconds = whole - named;
        rest = Some(last);
    }
    for stage in read.iter().chain(&trained.report.stages).chain(&rest) {
        println!(
            "{}\t{}\t{}",
            stage.name,
            stage.seconds,
            stage.peak_bytes.unwrap_or_default()
        );
    }
    Ok(())
}

fn parse(line: &str) -> Result<Stage> {
    let mut cells = line.split('\t');
    let mut cell = || cells.next().with_context(|| format!("`{line}` is no line of a stage"));
    Ok(Stage {
        name: cell()?.to_owned(),
        seconds: cell()?.parse()?,
        peak_bytes: Some(cell()?.parse()?),
    })
}

/// Returns a table of the stages of several sizes, with the ratio of the last size to the first.
#[must_use]
pub fn table(sizes: &[(usize, Vec<Stage>)]) -> Table {
    let mut table = Table::new();
    let mut header = vec!["stage".to_owned()];
    for (events, _) in sizes {
        header.extend([format!("{events} events, s"), "peak MB".into()]);
    }
    header.push("ratio".into());
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_header(header);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let names = sizes.first().map_or(&[][..], |(_, stages)| stages);
    for (at, stage) in names.iter().enumerate() {
        let seconds: Vec<f64> = sizes.iter().map(|(_, stages)| stages[at].seconds).collect();
        let peaks = sizes
            .iter()
            .map(|(_, stages)| stages[at].peak_bytes.unwrap_or_default());
        table.add_row(cells(&stage.name, &seconds, &peaks.collect::<Vec<_>>()));
    }
    let totals: Vec<f64> = sizes.iter().map(|(_, stages)| total(stages)).collect();
    let peaks = sizes
        .iter()
        .map(|(_, stages)| stages.iter().filter_map(|stage| stage.peak_bytes).max());
    table.add_row(cells(
        "whole",
        &totals,
        &peaks.map(Option::unwrap_or_default).collect::<Vec<_>>(),
    ));
    table
}

fn total(stages: &[Stage]) -> f64 {
    stages.iter().map(|stage| stage.seconds).sum()
}

fn cells(name: &str, seconds: &[f64], peaks: &[u64]) -> Vec<String> {
    let mut cells = vec![name.to_owned()];
    for (seconds, peak) in seconds.iter().zip(peaks) {
        cells.extend([format!("{seconds:.2}"), (peak / 1_000_000).to_string()]);
    }
    let (first, last) = (
        seconds.first().copied().unwrap_or(1.0),
        seconds.last().copied().unwrap_or(1.0),
    );
    cells.push(format!("{:.1}", last / first.max(0.001)));
    cells
}
