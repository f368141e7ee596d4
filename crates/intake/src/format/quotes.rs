//! Assembles the rows of a delimited file from lines: fields, quotes, and unclosed quotes.

use std::io::Read;

use csv::ByteRecord;

use super::lines::{Line, Lines};
use crate::error::IntakeError;

/// A quoted field that is still open after this many bytes or lines is treated as an unclosed quote.
const LONGEST_FIELD_BYTES: usize = 1024 * 1024;
const LONGEST_FIELD_LINES: usize = 10_000;

/// This many lines inside a quoted field that have exactly the fields of a row are rows, whatever their values look
/// like.
const SURELY_ROWS: usize = 3;

/// How a file separates and quotes its fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    /// Between two fields.
    pub(crate) delimiter: u8,
    /// How quotes before a field are interpreted.
    pub(crate) quotes: Quotes,
}

/// How a quote before a field is interpreted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// The field ends at the next single quote (RFC 4180).
    Enclose,
    /// An ordinary character.
    Literal,
}

/// State at the end of a line that began inside or outside of quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// All quotes are closed.
    Closed,
    /// The last field is still open; it begins at this index.
    Open(usize),
    /// A quote closes before a character other than a delimiter.
    Stray,
}

/// Result of reading a row.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Its fields are in the record.
    Row,
    /// A quote is never closed; this row is lost, later ones are not.
    OpenQuote,
}

/// Reads rows one by one.
pub(crate) struct RowReader<R> {
    lines: Lines<R>,
    dialect: Dialect,
    /// Number of fields of the header.
    pub(crate) width: usize,
    line: Line,
    field: Vec<u8>,
}

impl<R: Read> RowReader<R> {
    /// Reads lines in this dialect; the width is set once the header is known.
    pub(crate) fn new(lines: Lines<R>, dialect: Dialect) -> Self {
        Self {
            lines,
            dialect,
            width: 0,
            line: Line::default(),
            field: Vec::new(),
        }
    }

    /// Reads the next row that is not blank, with the number of its first line; `None` at the end of the file.
    pub(crate) fn next(&mut self, record: &mut ByteRecord) -> Result<Option<(u64, Found)>, IntakeError> {
        loop {
            if !self.lines.next(&mut self.line)? {
                return Ok(None);
            }
            if !self.line.text.trim_ascii().is_empty() {
                break;
            }
        }
        let number = self.line.number;
        let found = match self.dialect.scan(&self.line.text, None) {
            Ending::Closed | Ending::Stray => Found::Row,
            Ending::Open(place) => self.gather(place)?,
        };
        if found == Found::Row {
            self.dialect.split(&self.line.text, record, &mut self.field);
        }
        Ok(Some((number, found)))
    }

    /// Adds lines until the quote of the field at this index closes, or pushes them back if it never does.
    fn gather(&mut self, place: usize) -> Result<Found, IntakeError> {
        let mut rest: Vec<Line> = Vec::new();
        let (mut bytes, mut ending) = (0, Ending::Open(place));
        while let Ending::Open(open) = ending {
            let mut line = Line::default();
            if bytes > LONGEST_FIELD_BYTES || rest.len() == LONGEST_FIELD_LINES || !self.lines.next(&mut line)? {
                break;
            }
            bytes += line.text.len();
            ending = self.dialect.scan(&line.text, Some(open));
            rest.push(line);
        }
        if ending == Ending::Closed && !self.holds_rows(place, &rest) {
            for line in &rest {
                self.line.text.push(b'\n');
                self.line.text.extend_from_slice(&line.text);
            }
            return Ok(Found::Row);
        }
        self.lines.push_back(rest);
        Ok(Found::OpenQuote)
    }

    /// Returns whether the lines of a field look like rows of the file: as many fields as the header, and the same
    /// character classes in the preceding fields as in the row that opens it. Then the closing quote is a stray quote
    /// of another row.
    fn holds_rows(&self, place: usize, rest: &[Line]) -> bool {
        let shape = shapes(&self.line.text, self.dialect.delimiter, place);
        let full = rest
            .iter()
            // The last line of a first field that spans lines contains all other fields of the row.
            .take(if place == 0 { rest.len() - 1 } else { rest.len() })
            .filter(|line| !line.text.is_empty());
        let full: Vec<_> = full
            .filter(|line| line.text.split(|&b| b == self.dialect.delimiter).count() == self.width)
            .collect();
        let alike = full
            .iter()
            .filter(|line| place > 0 && shapes(&line.text, self.dialect.delimiter, place) == shape)
            .count();
        let most = |count: usize| count > 0 && 2 * count >= rest.len();
        self.width > 1 && (most(alike) || self.width > 2 && full.len() >= SURELY_ROWS && most(full.len()))
    }
}

impl Dialect {
    /// Follows the quotes of one line; `open` is the index of a field left open by the line before.
    fn scan(self, line: &[u8], open: Option<usize>) -> Ending {
        if self.quotes == Quotes::Literal || open.is_none() && !line.contains(&b'"') {
            return Ending::Closed;
        }
        let (mut at, mut place, mut quoted) = (0, open.unwrap_or(0), open.is_some());
        loop {
            if !quoted && line.get(at) == Some(&b'"') {
                (quoted, at) = (true, at + 1);
            }
            if quoted {
                match closing(line, at) {
                    None => return Ending::Open(place),
                    Some(end) if end == line.len() => return Ending::Closed,
                    Some(end) if line[end] != self.delimiter => return Ending::Stray,
                    Some(end) => at = end + 1,
                }
            } else {
                match line[at..].iter().position(|&b| b == self.delimiter) {
                    None => return Ending::Closed,
                    Some(length) => at += length + 1,
                }
            }
            (quoted, place) = (false, place + 1);
        }
    }

    /// Splits a row into its fields. Text between a closing quote and the delimiter belongs to the field.
    fn split(self, row: &[u8], record: &mut ByteRecord, field: &mut Vec<u8>) {
        record.clear();
        let mut at = 0;
        loop {
            field.clear();
            if self.quotes == Quotes::Enclose && row.get(at) == Some(&b'"') {
                let end = closing(row, at + 1).unwrap_or(row.len());
                unescape(&row[at + 1..end], field);
                at = end;
            }
            let length = row[at..].iter().position(|&b| b == self.delimiter);
            let end = length.map_or(row.len(), |length| at + length);
            field.extend_from_slice(&row[at..end]);
            record.push_field(field);
            if length.is_none() {
                return;
            }
            at = end + 1;
        }
    }
}

/// Returns the position after the quote that closes a field; two quotes are an escaped quote.
fn closing(row: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += row.get(at..)?.iter().position(|&b| b == b'"')? + 1;
        if row.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// Removes the quotes of a quoted field, including the closing one.
fn unescape(quoted: &[u8], field: &mut Vec<u8>) {
    let content = quoted.strip_suffix(b"\"").unwrap_or(quoted);
    let mut after_quote = false;
    for &b in content {
        if b == b'"' && !after_quote {
            after_quote = true;
            continue;
        }
        after_quote = false;
        field.push(b);
    }
}

/// Returns the character classes of the first fields, each run once: `s0227` and `s1` are both `a9`.
fn shapes(line: &[u8], delimiter: u8, fields: usize) -> Vec<Vec<u8>> {
    let shape = |field: &[u8]| {
        let mut shape: Vec<u8> = field.trim_ascii().iter().map(|&b| kind_of_letter(b)).collect();
        shape.dedup();
        shape
    };
    line.split(|&b| b == delimiter).take(fields).map(shape).collect()
}

const fn kind_of_letter(b: u8) -> u8 {
    match b {
        b'0'..=b'9' => b'9',
        b'a'..=b'z' | 0x80.. => b'a',
        b'A'..=b'Z' => b'A',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Returns the rows after a header as fields, or the line of an unclosed quote.
    fn rows(text: &str) -> Vec<Result<Vec<String>, u64>> {
        let dialect = Dialect {
            delimiter: b',',
            quotes: Quotes::Enclose,
        };
        let mut reader = RowReader::new(Lines::new(Path::new("x"), text.as_bytes()), dialect);
        let mut record = ByteRecord::new();
        reader.next(&mut record).unwrap();
        reader.width = record.len();
        let mut rows = Vec::new();
        while let Some((line, found)) = reader.next(&mut record).unwrap() {
            let fields = || record.iter().map(|field| String::from_utf8_lossy(field).into_owned());
            rows.push(match found {
                Found::Row => Ok(fields().collect()),
                Found::OpenQuote => Err(line),
            });
        }
        rows
    }

    fn row(fields: [&str; 3]) -> Result<Vec<String>, u64> {
        Ok(fields.map(str::to_owned).to_vec())
    }

    #[test]
    fn quotes_enclose_delimiters_quotes_and_line_feeds() {
        assert_eq!(
            rows("a,b,c\n1,\"x, \"\"y\"\"\",2\n\"\",\"line\r\n\nmore, of, it\",3\n4,5\"\",\"6\"7\n"),
            [
                row(["1", "x, \"y\"", "2"]),
                row(["", "line\n\nmore, of, it", "3"]),
                row(["4", "5\"\"", "67"])
            ]
        );
    }

    #[test]
    fn quote_unclosed_loses_its_row_only() {
        let open = "a,b,c\n1,\"19 inch,2\n";
        assert_eq!(
            rows(&format!("{open}3,x,4\n5,y,6\n")),
            [Err(2), row(["3", "x", "4"]), row(["5", "y", "6"])]
        );
        // The next stray quote would close the field, with as many fields as the header has.
        let closed = format!("{open}3,x,4\n5,rack 19\",6\n");
        assert_eq!(
            rows(&closed),
            [Err(2), row(["3", "x", "4"]), row(["5", "rack 19\"", "6"])]
        );
        assert_eq!(
            rows(&format!("{open}5,rack 19\",6\n")),
            [Err(2), row(["5", "rack 19\"", "6"])]
        );
        // The next properly quoted field would close it before a letter.
        assert_eq!(
            rows(&format!("{open}3,\"x, y\",4\n")),
            [Err(2), row(["3", "x, y", "4"])]
        );
        assert_eq!(rows(open), [Err(2)]);
    }

    #[test]
    fn quoted_text_of_many_lines_is_one_field() {
        let text = "first, of two\n\nsecond\nthird, x";
        assert_eq!(rows(&format!("a,b,c\nid7,\"{text}\",2\n")), [row(["id7", text, "2"])]);
        assert_eq!(rows("a,b,c\n\"two\nlines\",1,2\n"), [row(["two\nlines", "1", "2"])]);
    }
}
