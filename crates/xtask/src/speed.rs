//! `cargo xtask speed`: every operation natively, in Node and in headless Chromium, over the same visits.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::Args;
use serde::Deserialize;
use shelfwise_build::config::Config;
use shelfwise_build::npm::NpmFolder;
use shelfwise_build::programs::SystemProgram;
use shelfwise_build::workspace::Workspace;
use shelfwise_build::{process, wasm};

use crate::costs;

/// The log that is measured where it lies beside the repository.
const BESIDE: &str = "../shared/data/diginetica";
/// The log that every clone has.
const COMMITTED: &str = "tests/data/bol_example";
/// The page.
const PAGE: &str = "docs/speed.md";
/// The scripts that drive the module.
const SCRIPTS: &str = "tests/speed/js";

/// What is measured.
#[derive(Debug, Args)]
pub struct SpeedOptions {
    /// The folder of a log with `train.*` and `test.*` [default: diginetica beside the repository if it exists, else the
    /// committed log].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Percentiles of one operation in microseconds.
#[derive(Clone, Debug, Deserialize)]
struct Row {
    operation: String,
    p50_us: f64,
    p99_us: f64,
}

/// What a host measured.
#[derive(Debug, Deserialize)]
struct Measured {
    version: String,
    rows: Vec<Row>,
}

/// Measures, prints the table and writes the page.
pub fn run(workspace: &Workspace, config: &Config, options: &SpeedOptions) -> Result<()> {
    let log = options.data.clone().unwrap_or_else(|| default_log(workspace));
    let log = std::path::absolute(log)?;
    let built = wasm::build(workspace, config)?;
    let folder = |index: usize| built.get(index).and_then(|built| built.wasm.parent());
    let (web, node) = (
        folder(0).context("no module for browsers")?,
        folder(1).context("no module for Node")?,
    );
    NpmFolder::BrowserTests.install(workspace, config)?;
    let program = costs::program(workspace)?;
    let workload = costs::prepare(workspace, &program, &log)?;
    let measured = [
        native(&program, &workload)?,
        by_script(in_node(workspace, node, &workload))?,
        by_script(in_chromium(workspace, web, &workload)?)?,
    ];
    let table = table(&measured);
    println!("{table}");
    let name = log.file_name().unwrap_or_default().to_string_lossy();
    let page = page(&table, &name, &measured, &machine()?);
    fs::write(workspace.path(PAGE), page).with_context(|| format!("cannot write {PAGE}"))
}

fn default_log(workspace: &Workspace) -> PathBuf {
    let beside = workspace.path(BESIDE);
    if beside.is_dir() {
        beside
    } else {
        workspace.path(COMMITTED)
    }
}

fn native(program: &Path, workload: &Path) -> Result<Measured> {
    let text = process::read(Command::new(program).arg("time").arg("--workload").arg(workload))?;
    let rows = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    Ok(Measured {
        version: "native".into(),
        rows,
    })
}

fn in_node(workspace: &Workspace, glue: &Path, workload: &Path) -> Command {
    let mut node = Command::new("node");
    node.arg(workspace.path(SCRIPTS).join("node.mjs"));
    node.arg(glue.join("shelfwise.js")).arg(workload);
    node
}

fn in_chromium(workspace: &Workspace, glue: &Path, workload: &Path) -> Result<Command> {
    let mut node = Command::new("node");
    node.arg(workspace.path(SCRIPTS).join("chromium.mjs"));
    node.arg(workspace.path("tests/browser")).arg(glue).arg(workload);
    node.env("CHROMIUM", SystemProgram::Chromium.require()?);
    Ok(node)
}

fn by_script(mut script: Command) -> Result<Measured> {
    let text = process::read(&mut script)?;
    serde_json::from_str(&text).with_context(|| format!("no measurement: {text}"))
}

/// One line for each operation, two columns for each host.
fn table(measured: &[Measured]) -> String {
    let mut lines = vec![
        "| operation | native p50 µs | p99 | Node p50 µs | p99 | Chromium p50 µs | p99 |".to_owned(),
        "| --- | --: | --: | --: | --: | --: | --: |".to_owned(),
    ];
    let columns: Vec<BTreeMap<&str, &Row>> = measured
        .iter()
        .map(|host| host.rows.iter().map(|row| (row.operation.as_str(), row)).collect())
        .collect();
    let operations = measured.first().map_or(&[][..], |native| &native.rows);
    for row in operations {
        let cell = |column: &BTreeMap<&str, &Row>| match column.get(row.operation.as_str()) {
            Some(row) => format!("{} | {}", micros(row.p50_us), micros(row.p99_us)),
            None => "– | –".into(),
        };
        let cells: Vec<String> = columns.iter().map(cell).collect();
        lines.push(format!("| {} | {} |", row.operation, cells.join(" | ")));
    }
    lines.join("\n")
}

fn micros(value: f64) -> String {
    if value < 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

/// Processor, cores, load and compiler.
pub fn machine() -> Result<String> {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = text.lines().find(|line| line.starts_with("model name"));
    let processor = processor
        .and_then(|line| line.split_once(": "))
        .map_or("unknown processor", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    let compiler = process::read(Command::new("rustc").arg("--version"))?;
    let compiler = compiler.split(" (").next().unwrap_or_default();
    Ok(format!(
        "{processor}, {cores} cores, load {load} at the end; {compiler}"
    ))
}

fn page(table: &str, log: &str, measured: &[Measured], machine: &str) -> String {
    let hosts: Vec<&str> = measured.iter().skip(1).map(|host| host.version.as_str()).collect();
    format!(
        "# Speed\n\n\
         Written by `cargo xtask speed`: do not edit by hand. One call on one thread, over 100 visits of the test sessions of \
         {log}, on the snapshot that `shelfwise train --min-support 2` makes of its log.\n\n\
         {table}\n\n\
         * **Lists.** The items of which the visit says most, so that nearly all are ranked by the trees: the dearest list \
         that a shop can ask for.\n\
         * **open** reads the head; **admit** walks every byte, as the constructor of the module does; **apply** is one event \
         (`track`).\n\
         * **rerank-N** is ranking alone; **-reasons** is `rerank` and `recommend` with the \
         reasons of every item, for which each event of the visit is left out and everything ranked again, and with \
         objects in and out.\n\
         * **Chromium's** clock tells 5 µs apart.\n\n\
         Instructions of the same operations, which do not depend on the load: [`costs.toml`](../tests/speed/costs.toml). \
         Scatter and comparison with an earlier run: `SHELFWISE_WORKLOAD=target/shelfwise/speed/{log} cargo bench -p \
         shelfwise-speed`.\n\n\
         ## How it was measured\n\n\
         * Shelfwise {version}; {hosts}\n\
         * {machine}\n\
         * `cargo xtask speed [--data DIR/{log}]`\n",
        version = env!("CARGO_PKG_VERSION"),
        hosts = hosts.join(", "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(version: &str, operations: &[&str]) -> Measured {
        let row = |operation: &&str| Row {
            operation: (*operation).to_owned(),
            p50_us: 1.25,
            p99_us: 123.4,
        };
        Measured {
            version: version.into(),
            rows: operations.iter().map(row).collect(),
        }
    }

    #[test]
    fn operation_missing_on_a_host_is_a_dash() {
        let table = table(&[host("native", &["open", "apply"]), host("Node 20", &["apply"])]);
        let lines: Vec<&str> = table.lines().skip(2).collect();
        assert_eq!(
            lines,
            ["| open | 1.2 | 123 | – | – |", "| apply | 1.2 | 123 | 1.2 | 123 |"]
        );
    }

    #[test]
    fn scripts_exist() {
        for script in ["measure.mjs", "node.mjs", "chromium.mjs"] {
            assert!(Workspace::own().path(SCRIPTS).join(script).is_file(), "{script}");
        }
    }
}
