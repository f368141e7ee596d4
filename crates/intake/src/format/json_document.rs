//! A JSON document: an array of objects, an object around a list, or objects spread over many lines. The objects are
//! read one by one, so that memory does not grow with the document.

use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::json_lines::object;
use super::objects::{Found, Objects};
use super::table::MalformedRow;
use crate::error::IntakeError;
use crate::report::BadReason;

/// Longest object in bytes, as the longest line of JSON lines.
const MAX_OBJECT_BYTES: usize = 16 * 1024 * 1024;

/// Fields, without case and punctuation, of an event, an order or a product: an object that has one of them is a row
/// itself, not the frame around a list.
const ROW_FIELDS: &[&str] = &[
    "event",
    "eventname",
    "eventtype",
    "type",
    "id",
    "sku",
    "itemid",
    "productid",
    "sessionid",
    "timestamp",
    "incrementid",
    "name",
];

/// Lists of schema.org that hold the products of a page, whatever else the object has.
const FRAMES: &[&str] = &["@graph", "itemListElement", "dataFeedElement"];

/// Where the objects of a document stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Inside of the list whose bracket is at this byte.
    List(usize),
    /// One after the other, from the beginning.
    Bare,
}

/// Finds the objects of a document by its beginning.
pub(crate) fn place(text: &[u8]) -> Place {
    let mut scan = Scan::default();
    for (at, &byte) in text.iter().enumerate() {
        if scan.step(byte)
            && let Some(list) = scan.is_list_of_objects(text, at)
            && (list == Kind::Whole || !scan.is_row)
        {
            return Place::List(at);
        }
        if scan.has_ended {
            break;
        }
    }
    Place::Bare
}

/// Returns whether a line is an object that only frames a list: a response has a count beside it, a row has more.
pub(crate) fn is_frame(line: &[u8]) -> bool {
    let Ok(Value::Object(fields)) = serde_json::from_slice(line) else {
        return false;
    };
    if fields.keys().any(|key| FRAMES.contains(&key.as_str())) {
        return true;
    }
    let is_row = |key: &String| key == "@type" || ROW_FIELDS.contains(&crate::columns::plain(key).as_str());
    let plain = fields.values().filter(|value| !value.is_object() && !value.is_array());
    plain.count() <= 1 && !fields.keys().any(is_row) && fields.values().any(holds_objects)
}

/// Returns whether a list of objects is somewhere inside, but not inside of another list.
fn holds_objects(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.values().any(holds_objects),
        Value::Array(list) => list.iter().any(Value::is_object),
        _ => false,
    }
}

/// A list of objects on the way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The document's outermost value, or a list of schema.org.
    Whole,
    /// A list inside of an object.
    Inner,
}

/// Follows the structure of a document byte by byte.
#[derive(Default)]
struct Scan {
    depth: usize,
    in_text: bool,
    is_escaped: bool,
    text: Vec<u8>,
    /// The last text was followed by a colon.
    key: Vec<u8>,
    /// The outermost object has a field of a row.
    is_row: bool,
    has_ended: bool,
}

impl Scan {
    /// Takes a byte; returns whether it opens a list.
    fn step(&mut self, byte: u8) -> bool {
        if self.in_text {
            self.step_text(byte);
            return false;
        }
        match byte {
            b'"' => {
                self.in_text = true;
                self.text.clear();
            }
            b':' => self.take_key(),
            b'{' => self.depth += 1,
            b'[' => {
                self.depth += 1;
                return true;
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                self.has_ended = self.depth == 0;
            }
            _ => {}
        }
        false
    }

    fn step_text(&mut self, byte: u8) {
        match byte {
            _ if std::mem::take(&mut self.is_escaped) => self.text.push(byte),
            b'\\' => self.is_escaped = true,
            b'"' => self.in_text = false,
            _ => self.text.push(byte),
        }
    }

    fn take_key(&mut self) {
        self.key = std::mem::take(&mut self.text);
        if self.depth == 1 {
            let key = String::from_utf8_lossy(&self.key);
            self.is_row |= key == "@type" || ROW_FIELDS.contains(&crate::columns::plain(&key).as_str());
        }
    }

    fn is_list_of_objects(&self, text: &[u8], at: usize) -> Option<Kind> {
        let next = text[at + 1..].trim_ascii_start().first();
        if next != Some(&b'{') {
            return None;
        }
        let is_frame = FRAMES.iter().any(|frame| self.key == frame.as_bytes());
        Some(if self.depth == 1 || is_frame {
            Kind::Whole
        } else {
            Kind::Inner
        })
    }
}

/// Splits a document into its objects.
pub(crate) struct JsonDocument<R> {
    path: PathBuf,
    reader: BufReader<R>,
    place: Place,
    /// Bytes before the objects, to be skipped.
    before: usize,
    line: u64,
    text: Vec<u8>,
    has_ended: bool,
}

impl<R: Read> JsonDocument<R> {
    pub(crate) fn new(path: &Path, reader: R, place: Place) -> Self {
        Self {
            path: path.to_owned(),
            reader: BufReader::new(reader),
            place,
            before: match place {
                Place::List(at) => at + 1,
                Place::Bare => 0,
            },
            line: 1,
            text: Vec::new(),
            has_ended: false,
        }
    }

    fn byte(&mut self) -> Result<Option<u8>, IntakeError> {
        let buffer = self.reader.fill_buf();
        let byte = match buffer {
            Ok(buffer) => buffer.first().copied(),
            Err(source) => return Err(self.broken_off(source)),
        };
        if let Some(byte) = byte {
            self.reader.consume(1);
            self.line += u64::from(byte == b'\n');
        }
        Ok(byte)
    }

    fn broken_off(&self, source: io::Error) -> IntakeError {
        IntakeError::BrokenOff {
            path: self.path.clone(),
            line: self.line,
            source,
        }
    }

    /// Skips what is between two entries; returns the first byte of the next one.
    fn skip(&mut self) -> Result<Option<u8>, IntakeError> {
        while self.before > 0 {
            self.before -= 1;
            self.byte()?;
        }
        loop {
            match self.byte()? {
                Some(b' ' | b'\t' | b'\n' | b'\r' | b',' | 0x1E) => {}
                Some(b']') if self.place != Place::Bare => return Ok(None),
                None if self.place != Place::Bare => {
                    return Err(self.broken_off(io::ErrorKind::UnexpectedEof.into()));
                }
                byte => return Ok(byte),
            }
        }
    }

    /// Reads an entry to its end: the closing bracket of an object, or what is before the next comma.
    fn take(&mut self, first: u8) -> Result<(), IntakeError> {
        let begun = self.line;
        self.text.clear();
        let mut scan = Scan::default();
        let mut byte = first;
        loop {
            self.text.push(byte);
            scan.step(byte);
            let is_whole = scan.depth == 0 && !scan.in_text;
            let is_bracket = matches!(first, b'{' | b'[');
            if is_whole && (is_bracket || matches!(byte, b',' | b'\n')) {
                return Ok(());
            }
            if self.text.len() > MAX_OBJECT_BYTES {
                return Err(IntakeError::EndlessRow {
                    path: self.path.clone(),
                    line: begun,
                    limit: MAX_OBJECT_BYTES,
                });
            }
            byte = match self.byte()? {
                Some(byte) => byte,
                None if is_bracket => return Err(self.broken_off(io::ErrorKind::UnexpectedEof.into())),
                None => return Ok(()),
            };
        }
    }
}

impl<R: Read> Objects for JsonDocument<R> {
    fn next(&mut self) -> Result<Option<Found>, IntakeError> {
        if self.has_ended {
            return Ok(None);
        }
        let Some(first) = self.skip()? else {
            self.has_ended = true;
            return Ok(None);
        };
        let line = self.line;
        self.take(first)?;
        if first == b'{' {
            return Ok(Some(object(&self.text, line)));
        }
        Ok(Some(Found::Malformed(MalformedRow {
            line,
            column: 1,
            reason: BadReason::NotJson,
            detail: "not a JSON object".to_owned(),
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(text: &str) -> Vec<(u64, String)> {
        let mut document = JsonDocument::new(Path::new("x"), text.as_bytes(), place(text.as_bytes()));
        let mut all = Vec::new();
        while let Some(found) = document.next().unwrap() {
            all.push(match found {
                Found::Object(line, value) => (line, value.to_string()),
                Found::Malformed(row) => (row.line, format!("bad: {}", row.detail)),
            });
        }
        all
    }

    #[test]
    fn document_objects_are_found_in_arrays_frames_and_many_lines() {
        let expected = |lines: [u64; 2]| {
            [
                (lines[0], r#"{"id":1}"#.to_owned()),
                (lines[1], r#"{"id":2}"#.to_owned()),
            ]
        };
        for (text, lines) in [
            (r#"[{"id":1},{"id":2}]"#, [1, 1]),
            ("[\n{\"id\":1},\n{\"id\":2}\n]\n", [2, 3]),
            (
                "{\n \"total\": 2,\n \"products\": [\n  {\"id\": 1},\n  {\"id\": 2}\n ]\n}",
                [4, 5],
            ),
            (r#"{"data":{"a":[],"products":{"edges":[{"id":1},{"id":2}]}}}"#, [1, 1]),
            ("{\n\"id\":1}\n{\n\"id\":2\n}", [1, 3]),
            (r#"{"@type":"ItemList","itemListElement":[{"id":1},{"id":2}]}"#, [1, 1]),
            (r#"{"text":"[{","list":[{"id":1},{"id":2}],"other":[{"id":3}]}"#, [1, 1]),
        ] {
            assert_eq!(objects(text), expected(lines), "{text}");
        }
    }

    #[test]
    fn document_that_is_one_product_is_one_object() {
        let text = r#"{"@type":"Product","sku":"a","offers":[{"price":1}]}"#;
        assert_eq!(objects(text).len(), 1);
        assert!(!is_frame(text.as_bytes()));
        assert!(is_frame(br#"{"products":[{"id":1}]}"#));
        assert!(!is_frame(br#"{"event":"x","items":[{"id":1}]}"#));
    }

    #[test]
    fn document_entries_that_are_no_objects_are_bad_and_the_rest_stays() {
        let text = "[{\"id\":1},\n 7,\n [1,{}],\n {\"id\":}, {\"id\":2}]";
        let found = objects(text);
        assert_eq!(found.len(), 5, "{found:?}");
        assert_eq!((found[1].0, found[2].0, found[3].0), (2, 3, 4));
        assert!(found[1].1.starts_with("bad") && found[3].1.starts_with("bad: not JSON"));
        assert_eq!(found[4].1, r#"{"id":2}"#);
    }

    #[test]
    fn document_cut_short_is_an_error() {
        for text in ["[{\"id\":1},", "[{\"id\":1},{\"id\":"] {
            let mut document = JsonDocument::new(Path::new("x"), text.as_bytes(), place(text.as_bytes()));
            document.next().unwrap();
            assert!(matches!(document.next(), Err(IntakeError::BrokenOff { .. })), "{text}");
        }
    }
}
