//! What `facts build` wrote, for people and as JSON.

use std::path::PathBuf;

use serde::Serialize;
use shelfwise_core::facts::{Cells, ColumnTable};

use crate::print_line;
use crate::table::{count, counted, percent, table};

/// A facts file that was written.
#[derive(Debug, Serialize)]
pub struct FactsReport {
    /// The file.
    pub file: PathBuf,
    /// Its signature, if it was signed.
    pub signature: Option<PathBuf>,
    /// Its bytes.
    pub bytes: usize,
    /// Items of the snapshot.
    pub items: usize,
    /// Those of them that the catalog has.
    pub in_catalog: usize,
    /// The facts in the file.
    pub facts: Vec<FactLine>,
    /// Secret facts, which are not in the file.
    pub kept_at_the_origin: Vec<String>,
}

/// One fact of the file.
#[derive(Debug, Serialize)]
pub struct FactLine {
    name: String,
    kind: &'static str,
    /// Items that have it.
    items: usize,
    /// Values that are told apart.
    values: usize,
}

impl FactLine {
    /// Returns the line of a column.
    pub fn of(column: &ColumnTable) -> Self {
        let items = match &column.cells {
            Cells::Numbers { values, .. } => values.iter().flatten().count(),
            Cells::Texts(values) => values.iter().flatten().count(),
        };
        Self {
            name: column.name.clone(),
            kind: column.kind.name(),
            items,
            values: column.cells.told_apart(),
        }
    }
}

impl FactsReport {
    /// Prints it for people.
    pub fn print(&self) {
        let mut rows = table(&["fact", "kind", "items", "share", "values"]);
        for fact in &self.facts {
            let share = fact.items as f64 / self.items.max(1) as f64;
            rows.add_row([
                fact.name.clone(),
                fact.kind.to_owned(),
                count(fact.items as u64),
                percent(share),
                count(fact.values as u64),
            ]);
        }
        print_line!("{rows}");
        if !self.kept_at_the_origin.is_empty() {
            print_line!("Secret, not in the file: {}", self.kept_at_the_origin.join(", "));
        }
        print_line!(
            "{}: {} of {}, {} of them in the catalog, {}",
            self.file.display(),
            counted(self.facts.len(), "fact"),
            counted(self.items, "item"),
            count(self.in_catalog as u64),
            counted(self.bytes, "byte")
        );
        if let Some(signature) = &self.signature {
            print_line!(
                "{}: signed; publish with --facts {}",
                signature.display(),
                self.file.display()
            );
        }
    }
}
