//! The SQL that counts: one text for all engines, in the statements of each.

use sha2::{Digest, Sha256};

use crate::aggregates::contexts::FEWEST_SESSIONS;

/// An engine's way to name tables and to keep results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// DuckDB: Parquet files in the current folder.
    DuckDb,
    /// Spark SQL: Parquet in the current folder.
    Spark,
    /// BigQuery: tables, results to a bucket.
    BigQuery,
    /// Snowflake: tables, results to a stage.
    Snowflake,
    /// ClickHouse, as `clickhouse local`: Parquet files in the current folder.
    ClickHouse,
    /// Trino: tables.
    Trino,
}

/// What is counted at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// All events.
    Whole,
    /// The pairs of some whole sessions, for instance those of a day: `day_pairs`.
    Day,
    /// The sum of all `day_pairs`.
    Sum,
}

/// A statement: the name of the table that it makes, and the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Name of the result.
    pub name: &'static str,
    /// The query alone.
    pub query: String,
}

const SIGHTINGS: &str = include_str!("sql/sightings.sql");
const DAY_PAIRS: &str = include_str!("sql/day_pairs.sql");
const RAW_PAIRS: &str = include_str!("sql/raw_pairs.sql");
const CONTEXTS: &str = include_str!("sql/contexts.sql");

/// The queries after the pairs, by the name of their result.
const RESULTS: [(&str, &str); 5] = [
    ("pairs", include_str!("sql/pairs.sql")),
    ("items", include_str!("sql/items.sql")),
    ("contexts", CONTEXTS),
    ("sample", include_str!("sql/sample.sql")),
    ("totals", include_str!("sql/totals.sql")),
];

/// Tables that are read.
const TABLES: [&str; 6] = ["events", "ages", "hops", "cells", "raw_pairs", "day_pairs"];

/// Returns the SHA-256 of all queries, in hexadecimal: results are read only if these made them.
#[must_use]
pub fn hash() -> String {
    let mut hasher = Sha256::new();
    for text in [SIGHTINGS, DAY_PAIRS, RAW_PAIRS]
        .into_iter()
        .chain(RESULTS.map(|(_, text)| text))
    {
        hasher.update(text);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the queries of a run, in order. `table` names a table where it is read.
#[must_use]
pub fn queries(run: Run, floor: u32, table: impl Fn(&str) -> String) -> Vec<Statement> {
    let filled = |name, text: &str| {
        let mut query = text.trim_end().to_owned();
        for name in TABLES {
            query = query.replace(&format!("{{{name}}}"), &table(name));
        }
        let query = query.replace("{floor}", &floor.to_string());
        let query = query.replace("{visits}", &FEWEST_SESSIONS.to_string());
        Statement { name, query }
    };
    let sightings = SIGHTINGS.trim_end();
    if run == Run::Day {
        return vec![filled("day_pairs", &DAY_PAIRS.replace("{sightings}", sightings))];
    }
    let seen = match run {
        Run::Sum => "SELECT * FROM {day_pairs} AS days".to_owned(),
        // A day's pairs have the greatest weight of each person; here they are taken as they come.
        _ => sightings
            .replace("AS a_first", "AS most_a_first")
            .replace("AS b_first", "AS most_b_first"),
    };
    let pairs = filled("raw_pairs", &RAW_PAIRS.replace("{seen}", &seen));
    let counted = |text: &str| text.replace("{contexts}", unordered(CONTEXTS));
    let results = RESULTS.map(|(name, text)| filled(name, &counted(text)));
    std::iter::once(pairs).chain(results).collect()
}

/// Returns a query without the order of its rows.
fn unordered(query: &str) -> &str {
    query.rsplit_once("\nORDER BY").map_or(query, |(query, _)| query)
}

impl Dialect {
    /// Returns the statements of a run: at most six.
    #[must_use]
    pub fn statements(self, run: Run, floor: u32) -> Vec<String> {
        let all = queries(run, floor, |name| self.table(name));
        all.iter().map(|statement| self.kept(statement)).collect()
    }

    /// Returns a table's name where it is read. Days are many files, or one table.
    fn table(self, name: &str) -> String {
        let file = match name {
            "day_pairs" => "day_pairs/*.parquet".to_owned(),
            _ => format!("{name}.parquet"),
        };
        match self {
            Self::DuckDb => format!("'{file}'"),
            Self::Spark => format!("parquet.`{}`", file.replace("/*.parquet", "/*")),
            Self::ClickHouse => format!("file('{file}', Parquet)"),
            Self::BigQuery | Self::Snowflake | Self::Trino => name.to_owned(),
        }
    }

    /// Returns the statement that keeps a query's result. Pairs without the floor stay where they are.
    fn kept(self, Statement { name, query }: &Statement) -> String {
        let inside = matches!(*name, "raw_pairs" | "day_pairs");
        match self {
            Self::DuckDb => format!("COPY (\n{query}\n) TO '{name}.parquet' (FORMAT parquet);"),
            Self::Spark => format!("INSERT OVERWRITE DIRECTORY '{name}.parquet' USING parquet\n{query};"),
            Self::ClickHouse => format!("INSERT INTO FUNCTION file('{name}.parquet', Parquet)\n{query};"),
            Self::Trino => format!("CREATE TABLE {name} AS\n{query};"),
            Self::BigQuery if inside => format!("CREATE OR REPLACE TABLE {name} AS\n{query};"),
            Self::BigQuery => format!(
                "EXPORT DATA OPTIONS (uri = 'gs://BUCKET/counts/{name}.parquet/*.parquet', format = 'PARQUET', \
                 overwrite = true) AS\n{query};"
            ),
            Self::Snowflake if inside => format!("CREATE OR REPLACE TABLE {name} AS\n{query};"),
            Self::Snowflake => format!(
                "COPY INTO @counts/{name}.parquet FROM (\n{query}\n) FILE_FORMAT = (TYPE = PARQUET) HEADER = TRUE \
                 OVERWRITE = TRUE SINGLE = TRUE;"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIALECTS: [Dialect; 6] = [
        Dialect::DuckDb,
        Dialect::Spark,
        Dialect::BigQuery,
        Dialect::Snowflake,
        Dialect::ClickHouse,
        Dialect::Trino,
    ];

    #[test]
    fn each_run_is_at_most_six_statements_of_at_most_sixty_lines() {
        for dialect in DIALECTS {
            for run in [Run::Whole, Run::Day, Run::Sum] {
                let statements = dialect.statements(run, 2);
                assert!(statements.len() <= 6, "{dialect:?} {run:?}");
                for statement in statements {
                    assert!(statement.lines().count() <= 60, "{statement}");
                    assert!(!statement.contains(['{', '}']), "{statement}");
                }
            }
        }
    }

    /// What engines do differently, or not at all.
    #[test]
    fn queries_have_integers_and_nothing_that_engines_compute_differently() {
        for run in [Run::Whole, Run::Day, Run::Sum] {
            for Statement { name, query } in queries(run, 2, str::to_owned) {
                for forbidden in [
                    "/", "%", "&", "|", "^", ".0", "NULL", "OVER", "LEFT", "HASH", "DATE", "LIMIT", "LIKE",
                ] {
                    assert!(!query.contains(forbidden), "{name}: {forbidden}");
                }
                let ordered = query.contains("ORDER BY");
                assert!(
                    ordered || matches!(name, "raw_pairs" | "day_pairs" | "totals"),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn pairs_of_too_few_people_are_left_out_by_the_query() {
        let pairs = &queries(Run::Whole, 3, str::to_owned)[1];
        assert!(pairs.name == "pairs" && pairs.query.contains("WHERE support >= 3"));
    }
}
