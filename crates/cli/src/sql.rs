//! `shelfwise sql`: prints the SQL that counts a log on another engine.

use anyhow::Result;
use clap::{Args, ValueEnum};
use shelfwise_train::counts::sql::{Dialect, Run, hash, queries};

use crate::print_line;

/// Print the SQL that counts a log on another engine; `train --counts` reads its results.
#[derive(Args)]
#[command(after_help = "\
Examples:
  shelfwise sql --dialect duckdb | duckdb
  shelfwise sql --dialect spark --of day > day.sql
  shelfwise sql --dialect spark --of sum > sum.sql")]
pub struct Sql {
    /// The engine.
    #[arg(long, value_enum)]
    dialect: DialectArgument,
    /// What is counted: everything at once, the pairs of one day, or the sum of all days.
    #[arg(long, value_enum, default_value_t = RunArgument::Whole)]
    of: RunArgument,
    /// What fewer supporters stand behind is left out: people where the log has them, else sessions.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..))]
    floor: u32,
    /// Print the queries as JSON lines { name, query } over tables of their plain names, for engines that keep results
    /// themselves.
    #[arg(long)]
    json: bool,
    /// Print the SHA-256 that counts.json has, and nothing else.
    #[arg(long)]
    hash: bool,
}

/// `--dialect`.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum DialectArgument {
    #[value(name = "duckdb")]
    DuckDb,
    Spark,
    #[value(name = "bigquery")]
    BigQuery,
    Snowflake,
    #[value(name = "clickhouse")]
    ClickHouse,
    Trino,
}

/// `--of`.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum RunArgument {
    Whole,
    Day,
    Sum,
}

impl Sql {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        if self.hash {
            print_line!("{}", hash());
            return Ok(());
        }
        let run = match self.of {
            RunArgument::Whole => Run::Whole,
            RunArgument::Day => Run::Day,
            RunArgument::Sum => Run::Sum,
        };
        if self.json {
            for statement in queries(run, self.floor, str::to_owned) {
                let line = serde_json::json!({ "name": statement.name, "query": statement.query });
                print_line!("{line}");
            }
            return Ok(());
        }
        for statement in self.dialect.dialect().statements(run, self.floor) {
            print_line!("{statement}\n");
        }
        Ok(())
    }
}

impl DialectArgument {
    const fn dialect(self) -> Dialect {
        match self {
            Self::DuckDb => Dialect::DuckDb,
            Self::Spark => Dialect::Spark,
            Self::BigQuery => Dialect::BigQuery,
            Self::Snowflake => Dialect::Snowflake,
            Self::ClickHouse => Dialect::ClickHouse,
            Self::Trino => Dialect::Trino,
        }
    }
}
