//! CSV and its relatives, row by row. A ragged row is one bad row, not the end of the file.

use std::cell::Cell;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::open::Opened;
use super::table::{Broken, Cells, RowSink, SAMPLE_ROWS};
use crate::error::IntakeError;
use crate::report::BadReason;

/// A row longer than this is a quote that is never closed: without a limit it would swallow the rest of the file.
const MAX_ROW_BYTES: usize = 16 * 1024 * 1024;

/// Buffer of the CSV reader.
const BUFFER_BYTES: usize = 64 * 1024;

/// A delimited file whose header is read.
pub(crate) struct Delimited<'p> {
    path: PathBuf,
    reader: Reader<Guard<Box<dyn Read + 'p>>>,
    /// Bytes read since the last row ended.
    pending: Rc<Cell<usize>>,
    header: Vec<String>,
    sample: Vec<ByteRecord>,
}

impl<'p> Delimited<'p> {
    /// Reads the header and a sample of rows.
    pub(crate) fn open(path: &Path, delimiter: u8, opened: Opened<'p>) -> Result<Self, IntakeError> {
        let builder = builder(delimiter, &opened.sample);
        let sample = sample(&builder, &opened.sample);
        let pending = Rc::new(Cell::new(0));
        let guard = Guard {
            inner: opened.reader,
            pending: Rc::clone(&pending),
        };
        let mut table = Self {
            path: path.to_owned(),
            reader: builder.from_reader(guard),
            pending,
            header: Vec::new(),
            sample,
        };
        table.header = table.read_header()?;
        Ok(table)
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

    fn read_header(&mut self) -> Result<Vec<String>, IntakeError> {
        let header = self.reader.byte_headers().cloned();
        let header = header.map_err(|error| self.failure(1, error))?;
        let names: Result<Vec<_>, _> = header
            .iter()
            .map(|name| std::str::from_utf8(name).map(str::trim))
            .collect();
        match names {
            Err(_) => self.refuse("text that is not UTF-8", "convert it: iconv -f LATIN1 -t UTF-8"),
            Ok(names) if names.iter().all(|name| name.parse::<f64>().is_ok()) => self.refuse(
                "rows without a header",
                "add a first line such as SessionId,ItemId,Time",
            ),
            Ok(names) => Ok(names.into_iter().map(str::to_owned).collect()),
        }
    }

    fn refuse<T>(&self, looks_like: &'static str, advice: &'static str) -> Result<T, IntakeError> {
        Err(IntakeError::WrongKind {
            path: self.path.clone(),
            looks_like,
            advice,
        })
    }

    pub(crate) fn read(mut self, wanted: &[usize], sink: &mut dyn RowSink) -> Result<(), IntakeError> {
        let mut record = ByteRecord::new();
        loop {
            let start = self.reader.position().line();
            self.pending.set(0);
            match self.reader.read_byte_record(&mut record) {
                Ok(true) => self.hand_over(&record, wanted, sink)?,
                Ok(false) => return Ok(()),
                Err(error) => return Err(self.failure(start, error)),
            }
        }
    }

    fn hand_over(&self, record: &ByteRecord, wanted: &[usize], sink: &mut dyn RowSink) -> Result<(), IntakeError> {
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() == self.header.len() {
            return sink.row(Cells::new(line, record, wanted));
        }
        sink.broken(Broken {
            line,
            column: record.len().min(self.header.len()) + 1,
            reason: BadReason::WrongFieldCount,
            detail: format!("{} fields, but the header has {}", record.len(), self.header.len()),
        });
        Ok(())
    }

    fn failure(&self, line: u64, error: csv::Error) -> IntakeError {
        if self.pending.get() > MAX_ROW_BYTES {
            return IntakeError::EndlessRow {
                path: self.path.clone(),
                line,
                limit: MAX_ROW_BYTES,
            };
        }
        let source = match error.into_kind() {
            csv::ErrorKind::Io(source) => source,
            other => io::Error::other(format!("{other:?}")),
        };
        IntakeError::BrokenOff {
            path: self.path.clone(),
            line,
            source,
        }
    }
}

fn builder(delimiter: u8, sample: &[u8]) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder
        .delimiter(delimiter)
        .flexible(true)
        .buffer_capacity(BUFFER_BYTES);
    builder.quoting(delimiter != b'\t' || quotes_whole_fields(sample));
    builder
}

/// Whether a file with tabs uses quotes around fields: some line opens one before a field and closes one after it.
/// Most such files do not, and in them a quote is a letter like any other.
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

/// The first rows. The last row of the sample may be cut in two, so it is left out unless it is the only one.
fn sample(builder: &ReaderBuilder, bytes: &[u8]) -> Vec<ByteRecord> {
    let rows = builder.from_reader(bytes).into_byte_records().map_while(Result::ok);
    let mut rows: Vec<_> = rows.take(SAMPLE_ROWS).collect();
    if rows.len() > 1 {
        rows.pop();
    }
    rows
}

/// Refuses to read on when one row becomes endless.
struct Guard<R> {
    inner: R,
    pending: Rc<Cell<usize>>,
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.pending.set(self.pending.get() + read);
        if self.pending.get() > MAX_ROW_BYTES {
            Err(io::Error::other("endless row"))
        } else {
            Ok(read)
        }
    }
}
