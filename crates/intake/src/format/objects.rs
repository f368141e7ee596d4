//! Reads a file of objects: JSON lines, a JSON document, an XML feed, Parquet with nested columns. Nested fields become
//! columns with dotted names, and each entry of a list that holds a wanted column becomes a row.
//!
//! GA4's export keeps the session's key in `event_params`, a list of `{key, value: {int_value, …}}`: such lists are
//! read as if they were objects.

use csv::ByteRecord;
use serde_json::Value;

use super::json_columns::Columns;
use super::json_path::{ColumnPath, Entry, chain, entries, text_of};
use super::table::{Cells, ColumnSelection, Lists, MalformedRow, RowSink};
use crate::error::IntakeError;

/// A source of objects.
pub(crate) trait Objects {
    /// Returns the next object; `None` at the end.
    fn next(&mut self) -> Result<Option<Found>, IntakeError>;
}

/// What a source found next.
pub(crate) enum Found {
    /// An object, at this line (or row).
    Object(u64, Value),
    /// Something else.
    Malformed(MalformedRow),
}

/// Opens the source again at its beginning.
type Reopen<'p> = Box<dyn Fn() -> Result<Box<dyn Objects + 'p>, IntakeError> + 'p>;

/// A file of objects whose first objects have been read.
pub(crate) struct ObjectTable<'p> {
    source: Box<dyn Objects + 'p>,
    reopen: Reopen<'p>,
    sample: Vec<Value>,
    columns: Columns,
}

impl<'p> ObjectTable<'p> {
    /// Collects the columns of the sample; [`Self::scan`] finds those that appear later.
    pub(crate) fn new(sample: Vec<Value>, source: Box<dyn Objects + 'p>, reopen: Reopen<'p>) -> Self {
        let mut columns = Columns::default();
        for row in &sample {
            columns.collect(row);
        }
        Self {
            source,
            reopen,
            sample,
            columns,
        }
    }

    pub(crate) fn columns(&self) -> Vec<String> {
        self.columns.names().to_vec()
    }

    /// Adds columns of other files, or with alternative paths.
    pub(crate) fn add_columns(&mut self, names: &[String]) {
        for name in names {
            self.columns.add(name.clone());
        }
    }

    /// Collects the columns of all objects. What is no object is skipped here: reading the rows will report it.
    pub(crate) fn scan(&mut self) -> Result<(), IntakeError> {
        let mut source = (self.reopen)()?;
        while let Some(found) = source.next()? {
            if let Found::Object(_, row) = found {
                self.columns.collect(&row);
            }
        }
        Ok(())
    }

    pub(crate) fn sample(&self, column: usize) -> Vec<Vec<u8>> {
        let paths = [ColumnPath::new(&self.columns.names()[column])];
        let chain = chain(&paths);
        let mut record = ByteRecord::new();
        let mut values = Vec::new();
        for row in &self.sample {
            for entry in entries(row, &paths, &chain, None) {
                record.clear();
                fill(&mut record, paths[0].value(row, &entry, &chain), Lists::Paths);
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
        let mut rows = Rows {
            chain: chain(&paths),
            places: (0..paths.len()).collect(),
            record: ByteRecord::new(),
            paths,
            lists: wanted.lists,
        };
        while let Some(found) = self.source.next()? {
            match found {
                Found::Malformed(row) => sink.malformed(row),
                Found::Object(line, object) => rows.hand_over(line, &object, sink)?,
            }
        }
        Ok(())
    }
}

/// Turns objects into rows.
struct Rows {
    paths: Vec<ColumnPath>,
    chain: Vec<Vec<String>>,
    places: Vec<usize>,
    lists: Lists,
    record: ByteRecord,
}

impl Rows {
    fn hand_over(&mut self, line: u64, row: &Value, sink: &mut dyn RowSink) -> Result<(), IntakeError> {
        let each = match self.lists {
            Lists::Rows(each) => each,
            Lists::Paths => None,
        };
        for entry in entries(row, &self.paths, &self.chain, each) {
            self.record.clear();
            for (place, path) in self.paths.iter().enumerate() {
                let own = entry.value.filter(|_| each == Some(place));
                let value = own.or_else(|| self.value(path, row, &entry));
                fill(&mut self.record, value, self.lists);
            }
            sink.row(Cells::new(line, &self.record, &self.places))?;
        }
        Ok(())
    }

    fn value<'v>(&self, path: &ColumnPath, row: &'v Value, entry: &Entry<'v>) -> Option<&'v Value> {
        path.value(row, entry, &self.chain)
    }
}

/// Writes a field. A list with one element is replaced by the element; a longer one becomes a category path, or stays as
/// JSON text, so that a role with one value can refuse it.
fn fill(record: &mut ByteRecord, value: Option<&Value>, lists: Lists) {
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
