//! Prints the cost of the components compared to handlers that do nothing: `cargo xtask edge --measure`.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use shelfwise_edge_host::measure::figures;

/// Number of requests of each case.
const TIMES: usize = 500;

fn main() -> Result<()> {
    println!(
        "load before: {}",
        std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim()
    );
    for component in ["spin", "wasi"] {
        let empty = folder("EDGE_COMPARED")?.join(format!("empty_{component}.wasm"));
        let figures = figures(&folder("EDGE")?.join(component).with_extension("wasm"), &empty, TIMES)?;
        println!(
            "\n{component}: a model of {} bytes, {TIMES} times each",
            figures.model_bytes
        );
        println!(
            "{:<12}{:>10}{:>10}{:>12}{:>14}",
            "", "p50 ms", "p99 ms", "a second", "memory bytes"
        );
        for row in figures.rows {
            let case = format!("{:?}", row.case);
            println!(
                "{case:<12}{:>10.2}{:>10.2}{:>12.0}{:>14}",
                row.p50_ms, row.p99_ms, row.per_second, row.peak_bytes
            );
        }
    }
    println!(
        "\nload after: {}",
        std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim()
    );
    Ok(())
}

fn folder(variable: &str) -> Result<PathBuf> {
    let folder = std::env::var_os(variable);
    folder
        .map(PathBuf::from)
        .with_context(|| format!("{variable} is not set: use `cargo xtask edge --measure`"))
}
