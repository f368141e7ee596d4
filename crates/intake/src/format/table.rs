//! A file as a table: named columns, and rows passed one by one to a sink.

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use csv::ByteRecord;

use super::columnar;
use super::decode::{Decoded, Encoding};
use super::delimited::Delimited;
use super::json_document::{self, JsonDocument, Place};
use super::json_lines::JsonLines;
use super::objects::{Found, ObjectTable, Objects};
use super::open::{self, Opened};
use super::sniff::{self, Format};
use super::xml_feed::XmlFeed;
use crate::addresses;
use crate::error::IntakeError;
use crate::progress::{Progress, Silent};
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
            Some((Encoding::Declared(encoding), _)) => encoding.name().to_owned(),
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
    Objects(ObjectTable<'p>),
    Columnar(columnar::Columnar<'p>),
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
            text_encoding,
            rows,
        })
    }

    /// Returns whether the file may have columns that its beginning does not show.
    pub(crate) fn is_open_ended(&self) -> bool {
        matches!(self.rows, Rows::Objects(_))
    }

    /// Collects the columns of the whole file; costs a pass over it.
    pub(crate) fn scan(&mut self) -> Result<(), IntakeError> {
        if let Rows::Objects(table) = &mut self.rows {
            table.scan()?;
            self.columns = table.columns();
        }
        Ok(())
    }

    /// Adds columns of other files of the same kind.
    pub(crate) fn add_columns(&mut self, names: &[String]) {
        if let Rows::Objects(table) = &mut self.rows {
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
            Format::JsonLines | Format::JsonDocument | Format::Xml => {
                let table = objects(path, format, opened)?;
                (table.columns(), Rows::Objects(table))
            }
            Format::Parquet => {
                let table = columnar::Columnar::open(path, opened.packing, progress)?;
                if table.is_nested() {
                    let table = nested(path, table)?;
                    (table.columns(), Rows::Objects(table))
                } else {
                    (table.columns(), Rows::Columnar(table))
                }
            }
        })
    }

    /// Returns the values of one column in the first [`SAMPLE_ROWS`] rows, as far as the sample reaches.
    pub(crate) fn sample(&self, column: usize) -> Result<Vec<Vec<u8>>, IntakeError> {
        match &self.rows {
            Rows::Delimited(table) => Ok(table.sample(column)),
            Rows::Objects(table) => Ok(table.sample(column)),
            Rows::Columnar(table) => table.sample(column),
        }
    }

    /// Passes every row to the sink, with the wanted columns in the requested order.
    pub(crate) fn read(self, wanted: ColumnSelection<'_>, sink: &mut dyn RowSink) -> Result<(), IntakeError> {
        match self.rows {
            Rows::Delimited(table) => table.read(wanted, sink),
            Rows::Objects(table) => table.read(wanted, sink),
            Rows::Columnar(table) => table.read(wanted.columns, sink),
        }
    }

    /// Returns the file's part of the report, as far as it is known before the rows are read.
    pub(crate) fn report(&self) -> FileReport {
        FileReport {
            path: self.path.display().to_string(),
            format: self.format.clone(),
            source: None,
            shape: String::new(),
            columns: Vec::new(),
            time_unit: String::new(),
            encoding: String::new(),
            personal: Vec::new(),
            rows: 0,
            bytes: self.bytes,
        }
    }
}

/// Opens a text file of objects.
///
/// # Errors
/// If its beginning shows no object with fields.
fn objects<'p>(path: &Path, format: Format, opened: Opened<'p>) -> Result<ObjectTable<'p>, IntakeError> {
    let place = json_document::place(&opened.sample);
    let source = move |path: &Path, reader| source(path, format, place, reader);
    let end = if (opened.raw.len() as u64) < open::SAMPLE_BYTES {
        SampleEnd::OfFile
    } else {
        SampleEnd::Cut
    };
    let mut sample = sampled(&mut *source(path, Box::new(Cursor::new(opened.sample))), end)?;
    let again = path.to_owned();
    let reopen = move || Ok(source(&again, open::open(&again, &Silent)?.reader));
    if sample.is_empty() && end == SampleEnd::Cut && addresses::is_file(path) {
        // The first object is longer than the sample.
        sample = sampled(&mut *reopen()?, SampleEnd::OfFile)?;
    }
    if sample
        .iter()
        .all(|row| row.as_object().is_none_or(serde_json::Map::is_empty))
    {
        let (looks_like, advice) = if format == Format::Xml {
            (
                "XML without entries",
                "give a feed whose products are called item or entry, as in RSS and Atom, or export CSV",
            )
        } else {
            (
                "JSON without objects that have fields",
                "write one object for each event or product, one a line or in one list",
            )
        };
        return Err(IntakeError::WrongKind {
            path: path.to_owned(),
            looks_like,
            advice: advice.into(),
        });
    }
    let first = source(path, opened.reader);
    Ok(ObjectTable::new(sample, first, Box::new(reopen)))
}

fn source<'r>(path: &Path, format: Format, place: Place, reader: Box<dyn Read + 'r>) -> Box<dyn Objects + 'r> {
    match format {
        Format::Xml => Box::new(XmlFeed::new(path, reader)),
        Format::JsonDocument => Box::new(JsonDocument::new(path, reader, place)),
        _ => Box::new(JsonLines::new(path, reader)),
    }
}

/// Opens a Parquet file with nested columns.
fn nested<'p>(path: &Path, table: columnar::Columnar<'p>) -> Result<ObjectTable<'p>, IntakeError> {
    let open = |path: &Path| columnar::Columnar::open(path, open::Packing::Plain, &Silent);
    let sample = sampled(&mut *open(path)?.objects(), SampleEnd::OfFile)?;
    let again = path.to_owned();
    let reopen = move || Ok(open(&again)?.objects());
    Ok(ObjectTable::new(sample, table.objects(), Box::new(reopen)))
}

/// What the end of a sample is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SampleEnd {
    /// The end of the file.
    OfFile,
    /// The file goes on, so that the last object may be cut.
    Cut,
}

/// Returns the first objects.
fn sampled(source: &mut dyn Objects, end: SampleEnd) -> Result<Vec<serde_json::Value>, IntakeError> {
    let mut sample = Vec::new();
    // An error that ends the sample is left to the reading of the rows, unless nothing came before it.
    while sample.len() < SAMPLE_ROWS {
        match source.next() {
            Ok(Some(Found::Object(_, row))) => sample.push(row),
            Ok(Some(Found::Malformed(_))) => {}
            Ok(None) => break,
            Err(error) if end == SampleEnd::OfFile && sample.is_empty() => return Err(error),
            Err(_) => break,
        }
    }
    Ok(sample)
}

fn format_name(format: Format) -> String {
    match format {
        Format::Delimited(b'\t') => "tsv".to_owned(),
        Format::Delimited(b',') => "csv".to_owned(),
        Format::Delimited(other) => format!("csv with `{}`", char::from(other)),
        Format::JsonLines => "jsonl".to_owned(),
        Format::JsonDocument => "json".to_owned(),
        Format::Xml => "xml".to_owned(),
        Format::Parquet => "parquet".to_owned(),
    }
}
