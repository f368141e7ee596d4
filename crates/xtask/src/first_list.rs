//! `cargo xtask first-list`: how long a slow phone waits for the demo shop's first personal list.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use shelfwise_build::config::Config;
use shelfwise_build::npm::NpmFolder;
use shelfwise_build::process;
use shelfwise_build::programs::SystemProgram;
use shelfwise_build::workspace::Workspace;

use crate::demo::{self, Open};
use crate::speed;

/// The page.
const PAGE: &str = "docs/first-list.md";
/// What drives the browser.
const SCRIPT: &str = "tests/speed/js/first-list.mjs";
/// The first port that the shop is served on meanwhile: away from a demo that is open at the same time.
const PORT: u16 = 8600;

/// What the browser said.
#[derive(Debug, Deserialize)]
struct Measured {
    version: String,
    rounds: Vec<Round>,
}

/// One arrival on the home page, in milliseconds since the browser asked for it.
#[derive(Debug, Deserialize)]
struct Round {
    painted_ms: f64,
    ranked_ms: f64,
    bytes: f64,
}

/// Builds the demo shop, measures, prints the times and writes the page.
pub fn run(workspace: &Workspace, config: &Config) -> Result<()> {
    let chromium = SystemProgram::Chromium.require()?;
    NpmFolder::BrowserTests.install(workspace, config)?;
    let folder = demo::build(workspace, config)?;
    let shop = Open::without_edge(&folder, PORT)?;
    let mut node = Command::new("node");
    node.arg(workspace.path(SCRIPT))
        .arg(workspace.path("tests/browser"))
        .arg(shop.own())
        .env("CHROMIUM", chromium);
    let text = process::read(&mut node)?;
    let measured: Measured = serde_json::from_str(&text).with_context(|| format!("no measurement: {text}"))?;
    let table = table(&measured.rounds);
    println!("{table}");
    let page = page(&table, &measured, &speed::machine()?);
    fs::write(workspace.path(PAGE), page).with_context(|| format!("cannot write {PAGE}"))
}

/// A line for each thing measured: the median, the least and the most.
fn table(rounds: &[Round]) -> String {
    let line = |title: &str, of: fn(&Round) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or_default();
        let last = values.len().saturating_sub(1);
        format!("| {title} | {:.0} | {:.0} | {:.0} |", at(last / 2), at(0), at(last))
    };
    [
        "| | median | least | most |".to_owned(),
        "| --- | --: | --: | --: |".to_owned(),
        line("first paint, ms", |round| round.painted_ms),
        line("first personal list, ms", |round| round.ranked_ms),
        line("bytes until then", |round| round.bytes),
    ]
    .join("\n")
}

fn page(table: &str, measured: &Measured, machine: &str) -> String {
    format!(
        "# The first personal list on a slow phone\n\n\
         Written by `cargo xtask first-list`: do not edit by hand. The demo shop's home page in a tab with a visit, every file \
         loaded anew, over a line of 1.6 Mbit/s with 150 ms, the page's thread 4 times slower; {rounds} arrivals.\n\n\
         {table}\n\n\
         * **First personal list** is the first answer of the engine in the order of the visit, since the browser asked for \
         the page; tiles move in the same frame or the next.\n\
         * **Bytes** are those of all files of the page, pictures too, as they came over the line.\n\
         * The worker's thread is not slowed: Chromium's protocol slows that of the page alone.\n\n\
         ## How it was measured\n\n\
         * Shelfwise {version}; {browser}\n\
         * {machine}\n",
        rounds = measured.rounds.len(),
        version = env!("CARGO_PKG_VERSION"),
        browser = measured.version,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_is_that_of_the_sorted_rounds() {
        let rounds = [3.0, 1.0, 2.0].map(|ranked_ms| Round {
            painted_ms: 1.0,
            ranked_ms,
            bytes: 10.0,
        });
        assert!(table(&rounds).contains("| first personal list, ms | 2 | 1 | 3 |"));
    }

    #[test]
    fn script_exists() {
        assert!(Workspace::own().path(SCRIPT).is_file());
    }
}
