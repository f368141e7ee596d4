//! The command behind `cargo xtask speed` and `cargo xtask costs`.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use clap::{Parser, Subcommand};
use shelfwise_quality::data::{find, read};
use shelfwise_speed::operation::{Counter, Operation};
use shelfwise_speed::workload::Workload;
use shelfwise_train::evaluate::Latency;

/// Number of timed calls of one operation, after a warm-up round.
const TIMES: usize = 2_000;

/// Speed of the engine's operations.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Train on a log, take visits from its test sessions, and write both into a folder.
    Prepare {
        /// The folder of the log.
        #[arg(long)]
        data: PathBuf,
        /// Where snapshot and visits go.
        #[arg(long)]
        out: PathBuf,
    },
    /// Print the names of the operations.
    Operations,
    /// Time every operation here, and print a line of JSON for each.
    Time {
        /// The folder of the workload.
        #[arg(long)]
        workload: PathBuf,
    },
    /// Run one operation for every visit, warm; callgrind runs this command.
    Count {
        /// The operation.
        operation: String,
        /// The folder of the workload.
        #[arg(long)]
        workload: PathBuf,
    },
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Prepare { data, out } => prepare(&data, &out)?,
        Command::Operations => Operation::ALL.iter().for_each(|operation| println!("{operation}")),
        Command::Time { workload } => time(&Workload::read(&workload)?)?,
        Command::Count { operation, workload } => count(&Workload::read(&workload)?, &operation)?,
    }
    Ok(())
}

fn prepare(data: &std::path::Path, out: &std::path::Path) -> Result<()> {
    let folders = find(data)?;
    let [folder] = folders.as_slice() else {
        bail!(
            "{} holds {} logs: give the folder of one",
            data.display(),
            folders.len()
        );
    };
    Workload::train(&read(folder)?)?.write(out)
}

fn time(workload: &Workload) -> Result<()> {
    let mut counter = Counter::new(workload)?;
    for operation in Operation::ALL {
        // Reasons of long lists take milliseconds: a tenth of the rounds is enough.
        let times = match operation {
            Operation::Admit | Operation::RerankReasoned(_) => TIMES / 10,
            _ => TIMES,
        };
        (0..counter.visits()).for_each(|visit| counter.run(operation, visit));
        let mut micros = Vec::with_capacity(times);
        for visit in 0..times {
            let start = Instant::now();
            counter.run(operation, visit);
            micros.push(start.elapsed().as_secs_f64() * 1e6);
        }
        let Latency { p50_us, p90_us, p99_us } = Latency::of(micros);
        let line = serde_json::json!({
            "operation": operation.to_string(), "p50_us": p50_us, "p90_us": p90_us, "p99_us": p99_us,
        });
        println!("{line}");
    }
    Ok(())
}

fn count(workload: &Workload, name: &str) -> Result<()> {
    let operation = Operation::from_name(name).with_context(|| format!("there is no operation `{name}`"))?;
    let mut counter = Counter::new(workload)?;
    let visits = counter.visits();
    (0..visits).for_each(|visit| counter.run(operation, visit));
    (0..visits).for_each(|visit| counter.run_counted(operation, visit));
    println!("{visits}");
    Ok(())
}
