//! A file as a table: named columns, and rows passed one by one to a sink.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use csv::ByteRecord;

use super::columnar;
use super::decode::{Decoded, Encoding};
use super::delimited::Delimited;
use super::json_lines::JsonLines;
use super::open::{self, Opened};
use super::sniff::{self, Format};
use crate::error::IntakeError;
use crate::progress::Progress;
use crate::report::{BadReason, FileReport};

/// Rows that are inspected before a file is read, to detect its time format.
pub(crate) const SAMPLE_ROWS: usize = 1_000;

/// What to read from a table.
#[derive(Clone, Copy)]
pub(crate) struct ColumnSelection<'w> {
    /// The columns by index in the file.
    pub(crate) columns: &'w [usize],
    /// How lists in fields are handled.
    pub(crate) lists: Lists,
}

/// How a list in a field (of a JSON file) is handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lists {
    /// It is a path, such as a list of categories.
    Paths,
    /// Each entry of this wanted column is a row; all other lists stay as JSON text.
    Rows(Option<usize>),
}

/// The wanted fields of one row.
#[derive(Clone, Copy)]
pub(crate) struct Cells<'r> {
    /// Line of the file, from 1; row from 1 in Parquet.
    pub(crate) line: u64,
    record: &'r ByteRecord,
    /// For each wanted column, its field in the record.
    places: &'r [usize],
}

impl<'r> Cells<'r> {
    pub(crate) fn new(line: u64, record: &'r ByteRecord, places: &'r [usize]) -> Self {
        Self { line, record, places }
    }

    /// Returns the field of the n-th wanted column, without surrounding ASCII white space; empty if there is none.
    pub(crate) fn get(&self, wanted: Option<usize>) -> &'r [u8] {
        let place = wanted.and_then(|wanted| self.places.get(wanted));
        place
            .and_then(|&place| self.record.get(place))
            .unwrap_or_default()
            .trim_ascii()
    }
}

/// Receives the rows of a table.
pub(crate) trait RowSink {
    /// Takes a row that could be split into its fields.
    fn row(&mut self, cells: Cells<'_>) -> Result<(), IntakeError>;

    /// Takes a row that could not.
    fn malformed(&mut self, row: MalformedRow);
}

/// A row that could not be split into its fields.
pub(crate) struct MalformedRow {
    /// Line of the file, from 1.
    pub(crate) line: u64,
    /// Column in the line.
    pub(crate) column: usize,
    /// What is wrong.
    pub(crate) reason: BadReason,
    /// The reason in words.
    pub(crate) detail: String,
}

/// An open file whose columns are known and whose rows have not been read.
pub(crate) struct Table<'p> {
    /// The file.
    pub(crate) path: PathBuf,
    /// Names of the columns.
    pub(crate) columns: Vec<String>,
    /// Format and packing, for reports.
    pub(crate) format: String,
    /// Size on disk in bytes.
    pub(crate) bytes: u64,
    /// Lists of objects that are not read.
    pub(crate) nested: Vec<String>,
    /// Text encoding and decoding statistics.
    text_encoding: Option<(Encoding, Rc<Decoded>)>,
    rows: Rows<'p>,
}

/// How a file was decoded: complete once all rows are read.
pub(crate) struct TextEncoding(Option<(Encoding, Rc<Decoded>)>);

impl TextEncoding {
    /// Returns the encoding in words; empty for a format that defines its encoding.
    pub(crate) fn describe(&self) -> String {
        match &self.0 {
            None => String::new(),
            Some((Encoding::Utf16Le | Encoding::Utf16Be, _)) => "UTF-16".to_owned(),
            Some((Encoding::Utf8, decoded)) if decoded.foreign.get() > 0 => "Windows-1252".to_owned(),
            Some((Encoding::Utf8, _)) => "UTF-8".to_owned(),
        }
    }

    /// Returns a warning if the encoding was guessed.
    pub(crate) fn warning(&self, file: &str) -> Option<String> {
        let (_, decoded) = self.0.as_ref()?;
        let count = decoded.foreign.get();
        (count > 0).then(|| {
            format!(
                "{file}: {count} letters are no UTF-8 (the first in line {}) and were read as Windows-1252; if names or ids look \
                 wrong, convert the file to UTF-8 first",
                decoded.first_line.get()
            )
        })
    }
}

/// The readers of the formats.
enum Rows<'p> {
    Delimited(Delimited<'p>),
    JsonLines(JsonLines<'p>),
    Columnar(columnar::Columnar<'p>),
}

impl Rows<'_> {
    fn nested(&self) -> Vec<String> {
        match self {
            Self::Delimited(_) => Vec::new(),
            Self::JsonLines(table) => table.nested(),
            Self::Columnar(table) => table.nested(),
        }
    }
}

impl<'p> Table<'p> {
    /// Opens a file, detects its format and reads the column names.
    pub(crate) fn open(path: &Path, progress: &'p dyn Progress) -> Result<Self, IntakeError> {
        let opened = open::open(path, progress)?;
        let format = sniff::detect(opened.detected()).map_err(|wrong| IntakeError::WrongKind {
            path: path.to_owned(),
            looks_like: wrong.looks_like,
            advice: wrong.advice,
        })?;
        let name = format!("{}, {}", format_name(format), opened.packing.name());
        let bytes = std::fs::metadata(path).map_or(0, |meta| meta.len());
        let text_encoding = (format != Format::Parquet).then(|| (opened.encoding, Rc::clone(&opened.decoded)));
        let (columns, rows) = Self::reader(path, format, opened, progress)?;
        Ok(Self {
            path: path.to_owned(),
            columns,
            format: name,
            bytes,
            nested: rows.nested(),
            text_encoding,
            rows,
        })
    }

    /// Returns whether the file may have columns that its beginning does not show.
    pub(crate) fn is_open_ended(&self) -> bool {
        matches!(self.rows, Rows::JsonLines(_))
    }

    /// Collects the columns of the whole file; costs a pass over it.
    pub(crate) fn scan(&mut self) -> Result<(), IntakeError> {
        if let Rows::JsonLines(table) = &mut self.rows {
            table.scan()?;
            self.columns = table.columns();
            self.nested = self.rows.nested();
        }
        Ok(())
    }

    /// Adds columns of other files of the same kind.
    pub(crate) fn add_columns(&mut self, names: &[String]) {
        if let Rows::JsonLines(table) = &mut self.rows {
            table.add_columns(names);
            self.columns = table.columns();
        }
    }

    /// Returns how the file is decoded.
    pub(crate) fn text_encoding(&self) -> TextEncoding {
        TextEncoding(self.text_encoding.clone())
    }

    fn reader(
        path: &Path,
        format: Format,
        opened: Opened<'p>,
        progress: &'p dyn Progress,
    ) -> Result<(Vec<String>, Rows<'p>), IntakeError> {
        Ok(match format {
            Format::Delimited(delimiter) => {
                let table = Delimited::open(path, delimiter, opened)?;
                (table.columns(), Rows::Delimited(table))
            }
            Format::JsonLines => {
                let table = JsonLines::open(path, opened)?;
                (table.columns(), Rows::JsonLines(table))
            }
            Format::Parquet => {
                let table = columnar::Columnar::open(path, opened.packing, progress)?;
                (table.columns(), Rows::Columnar(table))
            }
        })
    }

    /// Returns the values of one column in the first [`SAMPLE_ROWS`] rows, as far as the sample reaches.
    pub(crate) fn sample(&self, column: usize) -> Result<Vec<Vec<u8>>, IntakeError> {
        match &self.rows {
            Rows::Delimited(table) => Ok(table.sample(column)),
            Rows::JsonLines(table) => Ok(table.sample(column)),
            Rows::Columnar(table) => table.sample(column),
        }
    }

    /// Passes every row to the sink, with the wanted columns in the requested order.
    pub(crate) fn read(self, wanted: ColumnSelection<'_>, sink: &mut dyn RowSink) -> Result<(), IntakeError> {
        match self.rows {
            Rows::Delimited(table) => table.read(wanted, sink),
            Rows::JsonLines(table) => table.read(wanted, sink),
            Rows::Columnar(table) => table.read(wanted.columns, sink),
        }
    }

    /// Returns the file's part of the report, as far as it is known before the rows are read.
    pub(crate) fn report(&self) -> FileReport {
        FileReport {
            path: self.path.display().to_string(),
            format: self.format.clone(),
            shape: String::new(),
            columns: Vec::new(),
            time_unit: String::new(),
            encoding: String::new(),
            rows: 0,
            bytes: self.bytes,
        }
    }
}

fn format_name(format: Format) -> String {
    match format {
        Format::Delimited(b'\t') => "tsv".to_owned(),
        Format::Delimited(b',') => "csv".to_owned(),
        Format::Delimited(other) => format!("csv with `{}`", char::from(other)),
        Format::JsonLines => "jsonl".to_owned(),
        Format::Parquet => "parquet".to_owned(),
    }
}
