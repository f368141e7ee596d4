//! Rows of a delimited file that are put together from lines: fields, quotes, and quotes that never close.

use std::io::Read;

use csv::ByteRecord;

use super::lines::{Line, Lines};
use crate::error::IntakeError;

/// A quoted field that is still open after so many bytes or lines is a quote that never closes.
const LONGEST_FIELD_BYTES: usize = 1024 * 1024;
const LONGEST_FIELD_LINES: usize = 10_000;

/// So many lines with exactly the fields of a row inside of a quoted field are rows, whatever their values look like.
const SURELY_ROWS: usize = 3;

/// How a file separates and quotes its fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    /// Between two fields.
    pub(crate) delimiter: u8,
    /// Whether a quote before a field means anything.
    pub(crate) quotes: Quotes,
}

/// What a quote before a field means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// The field goes on to the next single quote (RFC 4180).
    Enclose,
    /// A letter like any other.
    Letters,
}

/// How a line ends that began inside or outside of quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// All quotes are closed.
    Closed,
    /// The last field is open and begins at this place among the fields.
    Open(usize),
    /// A quote closes before a letter, where a delimiter should be.
    Stray,
}

/// A row as it was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Its fields are in the record.
    Row,
    /// A quote opens here and never closes; the row is lost, those after it are not.
    OpenQuote,
}

/// Reads row by row.
pub(crate) struct RowReader<R> {
    lines: Lines<R>,
    dialect: Dialect,
    /// Fields of the header.
    pub(crate) width: usize,
    line: Line,
    field: Vec<u8>,
}

impl<R: Read> RowReader<R> {
    /// Reads lines in this dialect; the width is set when the header is known.
    pub(crate) fn new(lines: Lines<R>, dialect: Dialect) -> Self {
        Self {
            lines,
            dialect,
            width: 0,
            line: Line::default(),
            field: Vec::new(),
        }
    }

    /// The next row that is not blank, with the number of its first line. `None` at the end of the file.
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

    /// Adds lines until the quote of the field at this place closes, or gives them back because it never does.
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
        self.lines.give_back(rest);
        Ok(Found::OpenQuote)
    }

    /// Whether the lines of a field look like rows of the file: as many fields as the header, and before the field the
    /// same kinds of letters as in the row that opens it. Then the closing quote is another row's stray quote.
    fn holds_rows(&self, place: usize, rest: &[Line]) -> bool {
        let shape = shapes(&self.line.text, self.dialect.delimiter, place);
        let full = rest
            .iter()
            // The last line of a first field that spans lines has all other fields of the row.
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
    /// Follows the quotes of one line; `open` is the place of a field that is open from the line before.
    fn scan(self, line: &[u8], open: Option<usize>) -> Ending {
        if self.quotes == Quotes::Letters || open.is_none() && !line.contains(&b'"') {
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

    /// Splits a row into its fields. What follows a closing quote up to the delimiter belongs to the field.
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

/// The place behind the quote that closes a field; two quotes are one letter.
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

/// The content of a quoted field, with its closing quote.
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

/// The kinds of letters of the first fields, each run of a kind once: `s0227` and `s1` are both `a9`.
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

    /// The rows after a header, as fields, or the line of an open quote.
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
    fn quote_never_closed_costs_its_row_only() {
        let open = "a,b,c\n1,\"19 inch,2\n";
        assert_eq!(
            rows(&format!("{open}3,x,4\n5,y,6\n")),
            [Err(2), row(["3", "x", "4"]), row(["5", "y", "6"])]
        );
        // The next stray quote would close it, with as many fields as the header has.
        let closed = format!("{open}3,x,4\n5,rack 19\",6\n");
        assert_eq!(
            rows(&closed),
            [Err(2), row(["3", "x", "4"]), row(["5", "rack 19\"", "6"])]
        );
        assert_eq!(
            rows(&format!("{open}5,rack 19\",6\n")),
            [Err(2), row(["5", "rack 19\"", "6"])]
        );
        // The next well quoted field would close it before a letter.
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
