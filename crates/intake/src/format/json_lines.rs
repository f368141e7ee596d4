//! Reads one JSON object a line. Nested fields become columns with dotted names; an event with `items` becomes one row
//! for each item.
//!
//! GA4's export keeps the session's key in `event_params`, a list of `{key, value: {int_value, …}}`: such lists are
//! read as if they were objects.

use std::io::Read;
use std::path::{Path, PathBuf};

use csv::ByteRecord;
use serde_json::Value;

use super::json_columns::Columns;
use super::json_path::{ColumnPath, entries, text_of};
use super::lines::{Line, Lines};
use super::open::{self, Opened};
use super::sniff::list_advice;
use super::table::{Cells, ColumnSelection, Lists, MalformedRow, RowSink, SAMPLE_ROWS};
use crate::error::IntakeError;
use crate::progress::Silent;
use crate::report::BadReason;

/// A JSON lines file whose first lines have been read.
pub(crate) struct JsonLines<'p> {
    path: PathBuf,
    lines: Lines<Box<dyn Read + 'p>>,
    sample: Vec<Value>,
    columns: Columns,
}

impl<'p> JsonLines<'p> {
    /// Collects the columns of the first lines; [`Self::scan`] finds those that appear later.
    ///
    /// # Errors
    /// If none of the first lines is an object with fields, or the whole file is one object around a list.
    pub(crate) fn open(path: &Path, opened: Opened<'p>) -> Result<Self, IntakeError> {
        let lines = opened.sample.split(|&b| matches!(b, b'\n' | b'\r')).take(SAMPLE_ROWS);
        let sample: Vec<Value> = lines.filter_map(|line| serde_json::from_slice(line).ok()).collect();
        let mut columns = Columns::default();
        for row in &sample {
            columns.collect(row);
        }
        if columns.names().is_empty() {
            return Err(IntakeError::WrongKind {
                path: path.to_owned(),
                looks_like: "JSON that is not one object a line",
                advice: list_advice(&opened.sample).into(),
            });
        }
        Ok(Self {
            path: path.to_owned(),
            lines: Lines::new(path, opened.reader),
            sample,
            columns,
        })
    }

    pub(crate) fn columns(&self) -> Vec<String> {
        self.columns.names().to_vec()
    }

    /// Returns the lists of objects that are not read.
    pub(crate) fn nested(&self) -> Vec<String> {
        self.columns.nested().to_vec()
    }

    /// Adds columns of other files.
    pub(crate) fn add_columns(&mut self, names: &[String]) {
        for name in names {
            self.columns.add(name.clone());
        }
    }

    /// Collects the columns of all lines. Unreadable lines are skipped here: reading the rows will report them.
    pub(crate) fn scan(&mut self) -> Result<(), IntakeError> {
        let mut lines = Lines::new(&self.path, open::open(&self.path, &Silent)?.reader);
        let mut line = Line::default();
        while lines.next(&mut line)? {
            if let Ok(row) = serde_json::from_slice(line.text.trim_ascii()) {
                self.columns.collect(&row);
            }
        }
        Ok(())
    }

    pub(crate) fn sample(&self, column: usize) -> Vec<Vec<u8>> {
        let paths = [ColumnPath::new(&self.columns.names()[column])];
        let mut record = ByteRecord::new();
        let mut values = Vec::new();
        for row in &self.sample {
            for entry in entries(row, &paths, None) {
                fill(&mut record, row, entry, &paths, Lists::Paths);
                values.push(record.get(0).unwrap_or_default().trim_ascii().to_vec());
            }
        }
        values
    }

    pub(crate) fn read(mut self, wanted: ColumnSelection<'_>, sink: &mut dyn RowSink) -> Result<(), IntakeError> {
        let names = self.columns.names();
        let paths: Vec<_> = wanted
            .columns
            .iter()
            .map(|&column| ColumnPath::new(&names[column]))
            .collect();
        let places: Vec<usize> = (0..paths.len()).collect();
        let each = match wanted.lists {
            Lists::Rows(each) => each,
            Lists::Paths => None,
        };
        let mut line = Line::default();
        let mut record = ByteRecord::new();
        while self.lines.next(&mut line)? {
            let text = line.text.trim_ascii();
            if text.is_empty() {
                continue;
            }
            match object(text) {
                Err((column, detail)) => sink.malformed(MalformedRow {
                    line: line.number,
                    column,
                    reason: BadReason::NotJson,
                    detail,
                }),
                Ok(row) => {
                    for entry in entries(&row, &paths, each) {
                        fill(&mut record, &row, entry, &paths, wanted.lists);
                        sink.row(Cells::new(line.number, &record, &places))?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Parses the object of a line; the error has the column and the message.
fn object(text: &[u8]) -> Result<Value, (usize, String)> {
    match serde_json::from_slice(text) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err((1, "not a JSON object".to_owned())),
        Err(error) => Err((error.column(), format!("not JSON: {error}"))),
    }
}

/// Writes the fields of one entry. A list with one element is replaced by the element; a longer one becomes a category
/// path, or stays as JSON text, so that a role with one value can refuse it.
fn fill(record: &mut ByteRecord, row: &Value, entry: &Value, paths: &[ColumnPath], lists: Lists) {
    record.clear();
    for (place, path) in paths.iter().enumerate() {
        let value = if lists == Lists::Rows(Some(place)) && !entry.is_object() && !entry.is_null() {
            Some(entry)
        } else {
            path.value(row, entry)
        };
        match value {
            Some(Value::String(text)) => record.push_field(text.as_bytes()),
            Some(Value::Array(list)) if lists != Lists::Paths => match list.as_slice() {
                [] => record.push_field(b""),
                [one] => record.push_field(text_of(one).as_bytes()),
                _ => record.push_field(Value::Array(list.clone()).to_string().as_bytes()),
            },
            Some(value) => record.push_field(text_of(value).as_bytes()),
            None => record.push_field(b""),
        }
    }
}
