//! Reads CSV and other delimited files row by row. A row with the wrong number of fields is one bad row, not the end of
//! the file.

use std::io::{self, Read};
use std::path::Path;

use csv::ByteRecord;

use super::lines::{Line, Lines};
use super::open::Opened;
use super::quotes::{Dialect, Found, Quotes, RowReader};
use super::sniff::named_delimiter;
use super::table::{Cells, ColumnSelection, MalformedRow, RowSink, SAMPLE_ROWS};
use crate::error::IntakeError;
use crate::report::BadReason;

/// A delimited file whose header has been read.
pub(crate) struct Delimited<'p> {
    rows: RowReader<Box<dyn Read + 'p>>,
    header: Vec<String>,
    sample: Vec<ByteRecord>,
}

impl<'p> Delimited<'p> {
    /// Reads the header and a sample of rows.
    ///
    /// # Errors
    /// If reading fails, or the first line looks like data instead of a header.
    pub(crate) fn open(path: &Path, delimiter: u8, opened: Opened<'p>) -> Result<Self, IntakeError> {
        let dialect = Dialect {
            delimiter,
            quotes: quotes(delimiter, &opened.sample),
        };
        let sample = sample(path, dialect, &opened.sample);
        let mut lines = Lines::new(path, opened.reader);
        skip_delimiter_line(&mut lines)?;
        let mut rows = RowReader::new(lines, dialect);
        let header = read_header(path, &mut rows)?;
        Ok(Self { rows, header, sample })
    }

    pub(crate) fn columns(&self) -> Vec<String> {
        self.header.clone()
    }

    pub(crate) fn sample(&self, column: usize) -> Vec<Vec<u8>> {
        self.sample
            .iter()
            .filter_map(|row| row.get(column))
            .map(|field| field.trim_ascii().to_vec())
            .collect()
    }

    pub(crate) fn read(mut self, wanted: ColumnSelection<'_>, sink: &mut dyn RowSink) -> Result<(), IntakeError> {
        let mut record = ByteRecord::new();
        while let Some((line, found)) = self.rows.next(&mut record)? {
            match found {
                Found::Row => self.hand_over(line, &record, wanted.columns, sink)?,
                Found::OpenQuote => sink.malformed(MalformedRow {
                    line,
                    column: 1,
                    reason: BadReason::OpenQuote,
                    detail:
                        "a quote opens before a field and never closes; close it, or write it twice inside of quotes"
                            .to_owned(),
                }),
            }
        }
        Ok(())
    }

    fn hand_over(
        &self,
        line: u64,
        record: &ByteRecord,
        wanted: &[usize],
        sink: &mut dyn RowSink,
    ) -> Result<(), IntakeError> {
        if record.len() == self.header.len() {
            return sink.row(Cells::new(line, record, wanted));
        }
        sink.malformed(MalformedRow {
            line,
            column: record.len().min(self.header.len()) + 1,
            reason: BadReason::WrongFieldCount,
            detail: format!("{} fields, but the header has {}", record.len(), self.header.len()),
        });
        Ok(())
    }
}

fn read_header<R: Read>(path: &Path, rows: &mut RowReader<R>) -> Result<Vec<String>, IntakeError> {
    let mut record = ByteRecord::new();
    rows.next(&mut record)?;
    let names: Vec<String> = record
        .iter()
        .map(|name| String::from_utf8_lossy(name).trim().to_owned())
        .collect();
    if names.iter().all(|name| name.parse::<f64>().is_ok()) {
        return Err(IntakeError::WrongKind {
            path: path.to_owned(),
            looks_like: "rows without a header",
            advice: "add a first line such as SessionId,ItemId,Time".into(),
        });
    }
    rows.width = names.len();
    Ok(names)
}

/// Skips a first line such as `sep=;`.
fn skip_delimiter_line<R: Read>(lines: &mut Lines<R>) -> Result<(), IntakeError> {
    let mut first = Line::default();
    if lines.next(&mut first)? && named_delimiter(&first.text).is_none() {
        lines.push_back(vec![first]);
    }
    Ok(())
}

fn quotes(delimiter: u8, sample: &[u8]) -> Quotes {
    if delimiter != b'\t' || quotes_whole_fields(sample) {
        Quotes::Enclose
    } else {
        Quotes::Literal
    }
}

/// Returns whether a tab-separated file quotes its fields: some line has an opening quote before a field and a closing
/// quote after it. Most such files do not, and there a quote is an ordinary character.
fn quotes_whole_fields(sample: &[u8]) -> bool {
    let opens = |field: &[u8]| field.starts_with(b"\"");
    let closes = |field: &[u8]| field.len() > 1 && field.ends_with(b"\"");
    let mut lines = sample.split(|b| matches!(b, b'\n' | b'\r'));
    lines.any(|line| {
        line.split(|&b| b == b'\t')
            .skip_while(|field| !opens(field))
            .any(closes)
    })
}

/// Returns the first rows. The last row of the sample may be truncated, so it is left out unless it is the only one.
fn sample(path: &Path, dialect: Dialect, bytes: &[u8]) -> Vec<ByteRecord> {
    let mut lines = Lines::new(path, io::Cursor::new(bytes));
    let mut sampled = Vec::new();
    // The sample is in memory, so reading cannot fail; a line beyond the limit ends it.
    if skip_delimiter_line(&mut lines).is_err() {
        return sampled;
    }
    let mut rows = RowReader::new(lines, dialect);
    let mut record = ByteRecord::new();
    while sampled.len() <= SAMPLE_ROWS
        && let Ok(Some((_, found))) = rows.next(&mut record)
    {
        if rows.width == 0 {
            rows.width = record.len();
        } else if found == Found::Row {
            sampled.push(record.clone());
        }
    }
    if sampled.len() > 1 {
        sampled.pop();
    }
    sampled
}
