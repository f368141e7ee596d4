//! One JSON object a line. Nested fields are columns with dotted names; an event with `items` is one row an item.
//!
//! GA4's export keeps the session's key in `event_params`, a list of `{key, value: {int_value, …}}`: such lists are
//! read as if they were objects.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use csv::ByteRecord;
use serde_json::Value;

use super::open::Opened;
use super::table::{Broken, Cells, RowSink, SAMPLE_ROWS};
use crate::error::IntakeError;
use crate::report::BadReason;

/// A line longer than this is no row of a log: without a limit it would be read into memory whole.
const MAX_LINE_BYTES: usize = 16 * 1024 * 1024;

/// Objects nested deeper than this hold nothing that a log needs.
const MAX_DEPTH: usize = 4;

/// Marks a list of objects of which each becomes a row.
const EACH: &str = "items[]";

/// A JSON lines file whose first lines are known.
pub(crate) struct JsonLines<'p> {
    path: PathBuf,
    reader: BufReader<Box<dyn Read + 'p>>,
    sample: Vec<Value>,
    columns: Vec<String>,
}

impl<'p> JsonLines<'p> {
    /// Collects the columns of the first lines; keys that appear later only are not seen.
    ///
    /// # Errors
    /// None of the first lines is an object with fields.
    pub(crate) fn open(path: &Path, opened: Opened<'p>) -> Result<Self, IntakeError> {
        let lines = opened.sample.split(|&b| b == b'\n').take(SAMPLE_ROWS);
        let sample: Vec<Value> = lines.filter_map(|line| serde_json::from_slice(line).ok()).collect();
        let mut columns = Vec::new();
        for row in &sample {
            collect(row, "", 0, &mut columns);
        }
        if columns.is_empty() {
            return Err(IntakeError::WrongKind {
                path: path.to_owned(),
                looks_like: "JSON whose first lines cannot be read",
                advice: "write one complete object a line",
            });
        }
        Ok(Self {
            path: path.to_owned(),
            reader: BufReader::new(opened.reader),
            sample,
            columns,
        })
    }

    pub(crate) fn columns(&self) -> Vec<String> {
        self.columns.clone()
    }

    pub(crate) fn sample(&self, column: usize) -> Vec<Vec<u8>> {
        let paths = [ColumnPath::new(&self.columns[column])];
        let mut record = ByteRecord::new();
        let mut values = Vec::new();
        for row in &self.sample {
            for entry in entries(row, &paths) {
                fill(&mut record, row, entry, &paths);
                values.push(record.get(0).unwrap_or_default().to_vec());
            }
        }
        values
    }

    pub(crate) fn read(mut self, wanted: &[usize], sink: &mut dyn RowSink) -> Result<(), IntakeError> {
        let paths: Vec<_> = wanted
            .iter()
            .map(|&column| ColumnPath::new(&self.columns[column]))
            .collect();
        let places: Vec<usize> = (0..paths.len()).collect();
        let (mut line, mut number) = (Vec::new(), 0);
        let mut record = ByteRecord::new();
        while self.next_line(&mut line, number + 1)? {
            number += 1;
            let text = line.trim_ascii();
            if text.is_empty() {
                continue;
            }
            match object(text) {
                Err((column, detail)) => sink.broken(Broken {
                    line: number,
                    column,
                    reason: BadReason::NotJson,
                    detail,
                }),
                Ok(row) => {
                    for entry in entries(&row, &paths) {
                        fill(&mut record, &row, entry, &paths);
                        sink.row(Cells::new(number, &record, &places))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn next_line(&mut self, line: &mut Vec<u8>, number: u64) -> Result<bool, IntakeError> {
        line.clear();
        let read = self.reader.by_ref().take(MAX_LINE_BYTES as u64).read_until(b'\n', line);
        let read = read.map_err(|source| IntakeError::BrokenOff {
            path: self.path.clone(),
            line: number,
            source,
        })?;
        if read == MAX_LINE_BYTES && !line.ends_with(b"\n") {
            return Err(IntakeError::EndlessRow {
                path: self.path.clone(),
                line: number,
                limit: MAX_LINE_BYTES,
            });
        }
        Ok(read > 0)
    }
}

/// The object of a line, or the column and the words of what is wrong.
fn object(text: &[u8]) -> Result<Value, (usize, String)> {
    match serde_json::from_slice(text) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err((1, "not a JSON object".to_owned())),
        Err(_) if std::str::from_utf8(text).is_err() => Err((
            1,
            "not UTF-8, perhaps Latin-1; convert it: iconv -f LATIN1 -t UTF-8".to_owned(),
        )),
        Err(error) => Err((error.column(), format!("not JSON: {error}"))),
    }
}

/// Where a column stands in an object.
struct ColumnPath {
    whole: String,
    /// Steps to the list of which each entry is a row; empty if the column stands outside such a list.
    list: Vec<String>,
    /// Steps to the value, from the entry or from the top.
    steps: Vec<String>,
}

impl ColumnPath {
    fn new(name: &str) -> Self {
        let steps = |path: &str| {
            path.split('.')
                .filter(|step| !step.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let (list, rest) = match name.split_once(EACH) {
            Some((before, after)) => (steps(&format!("{before}items")), after),
            None => (Vec::new(), name),
        };
        Self {
            whole: name.to_owned(),
            list,
            steps: steps(rest),
        }
    }

    fn value<'v>(&self, row: &'v Value, entry: &'v Value) -> Option<&'v Value> {
        if self.list.is_empty() {
            row.get(&self.whole).or_else(|| walk(row, &self.steps))
        } else {
            walk(entry, &self.steps)
        }
    }
}

/// The entries that become rows: those of the list that a wanted column stands in, else one for the whole object.
fn entries<'v>(row: &'v Value, paths: &[ColumnPath]) -> impl Iterator<Item = &'v Value> + use<'v> {
    let list = paths.iter().map(|path| &path.list).find(|list| !list.is_empty());
    let listed = list
        .and_then(|list| walk(row, list))
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let alone = listed.is_empty().then_some(&Value::Null);
    listed.iter().chain(alone)
}

fn walk<'v>(value: &'v Value, steps: &[String]) -> Option<&'v Value> {
    steps.iter().try_fold(value, |value, step| match value {
        Value::Object(fields) => fields.get(step),
        Value::Array(params) => param(params, step),
        _ => None,
    })
}

/// The value of a key in a list of `{key, value}`; of a typed value the field that is filled.
fn param<'v>(params: &'v [Value], key: &str) -> Option<&'v Value> {
    let value = params
        .iter()
        .find(|param| param.get("key").and_then(Value::as_str) == Some(key))?
        .get("value")?;
    match value {
        Value::Object(typed) => typed.values().find(|value| !value.is_null()),
        plain => Some(plain),
    }
}

fn fill(record: &mut ByteRecord, row: &Value, entry: &Value, paths: &[ColumnPath]) {
    record.clear();
    for path in paths {
        match path.value(row, entry) {
            Some(Value::String(text)) => record.push_field(text.as_bytes()),
            Some(value) => record.push_field(text_of(value).as_bytes()),
            None => record.push_field(b""),
        }
    }
}

/// Numbers and truth values as they are written; a list of words as a path of categories.
fn text_of(value: &Value) -> String {
    match value {
        Value::Null | Value::Object(_) => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(text_of).collect::<Vec<_>>().join(" > "),
        plain => plain.to_string(),
    }
}

/// Adds the names of all columns of a value that are not there yet.
fn collect(value: &Value, prefix: &str, depth: usize, columns: &mut Vec<String>) {
    let Value::Object(fields) = value else { return };
    for (key, value) in fields {
        let name = format!("{prefix}{key}");
        match value {
            Value::Object(_) if depth < MAX_DEPTH => collect(value, &format!("{name}."), depth + 1, columns),
            Value::Array(list) if list.iter().any(Value::is_object) => collect_list(list, key, &name, columns),
            Value::Object(_) => {}
            _ => add(columns, name),
        }
    }
}

fn collect_list(list: &[Value], key: &str, name: &str, columns: &mut Vec<String>) {
    for entry in list {
        if let Some(param) = entry.get("key").and_then(Value::as_str) {
            add(columns, format!("{name}.{param}"));
        } else if key == "items" {
            collect(entry, &format!("{name}[]."), MAX_DEPTH, columns);
        }
    }
}

fn add(columns: &mut Vec<String>, name: String) {
    if !columns.contains(&name) {
        columns.push(name);
    }
}
