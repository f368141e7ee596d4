//! The entries of an XML feed: RSS and Atom with Google's `g:` fields, and feeds of the same form.
//!
//! Entities of the document's own are refused, so that no feed can grow in memory
//! (<https://en.wikipedia.org/wiki/Billion_laughs_attack>).

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use quick_xml::errors::{Error, IllFormedError};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::{Map, Value};

use super::objects::{Found, Objects};
use crate::error::IntakeError;

/// Elements whose content is a row: RSS, Atom, and shops' own feeds.
const ENTRIES: &[&str] = &["item", "entry", "product", "offer", "SHOPITEM"];

/// Largest entry in bytes.
const MAX_ENTRY_BYTES: u64 = 16 * 1024 * 1024;

/// Elements nested deeper than this are not those of a feed.
const MAX_DEPTH: usize = 32;

/// Reads a feed entry by entry.
pub(crate) struct XmlFeed<R: Read> {
    path: PathBuf,
    reader: Reader<Counted<BufReader<R>>>,
    place: Rc<Place>,
    buffer: Vec<u8>,
    /// Elements that are open in the current entry.
    open: Vec<Element>,
    depth: usize,
}

/// An element under construction.
struct Element {
    name: String,
    text: String,
    fields: Map<String, Value>,
}

/// How far reading has come.
#[derive(Default)]
struct Place {
    line: Cell<u64>,
    /// Bytes since the last entry began or ended.
    bytes: Cell<u64>,
}

impl<R: Read> XmlFeed<R> {
    pub(crate) fn new(path: &Path, reader: R) -> Self {
        let place = Rc::new(Place::default());
        place.line.set(1);
        let counted = Counted {
            inner: BufReader::new(reader),
            place: Rc::clone(&place),
        };
        let mut reader = Reader::from_reader(counted);
        reader.config_mut().expand_empty_elements = true;
        // Text such as `Salt & Pepper` is no reason to lose a feed.
        reader.config_mut().allow_dangling_amp = true;
        Self {
            path: path.to_owned(),
            reader,
            place,
            buffer: Vec::new(),
            open: Vec::new(),
            depth: 0,
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        let name = start.local_name().as_ref().to_owned();
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("elements are nested more than {MAX_DEPTH} deep"));
        }
        if !self.open.is_empty() || ENTRIES.contains(&name.as_str()) {
            if self.open.is_empty() {
                self.place.bytes.set(0);
            }
            self.open.push(Element {
                text: link(start),
                name,
                fields: Map::new(),
            });
        }
        Ok(())
    }

    /// Ends an element; returns the whole entry if it was one.
    fn end(&mut self) -> Option<Value> {
        self.depth = self.depth.saturating_sub(1);
        let element = self.open.pop()?;
        let value = if element.fields.is_empty() {
            Value::String(element.text.trim().to_owned())
        } else {
            Value::Object(element.fields)
        };
        let Some(parent) = self.open.last_mut() else {
            self.place.bytes.set(0);
            return Some(value);
        };
        put(&mut parent.fields, element.name, value);
        None
    }

    fn text(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }

    /// Resolves `&amp;` and `&#233;`; a name of HTML's stays as it is written.
    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), String> {
        if let Some(letter) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
            self.text(letter.encode_utf8(&mut [0; 4]));
        } else if let Some(known) = resolve_xml_entity(reference) {
            self.text(known);
        } else {
            self.text(&format!("&{};", &**reference));
        }
        Ok(())
    }

    fn refuse(&self, reason: String) -> IntakeError {
        IntakeError::Xml {
            path: self.path.clone(),
            line: self.place.line.get(),
            reason,
        }
    }

    fn fail(&self, error: &Error) -> IntakeError {
        let broken_off = |kind: io::ErrorKind| IntakeError::BrokenOff {
            path: self.path.clone(),
            line: self.place.line.get(),
            source: kind.into(),
        };
        match error {
            Error::Io(source) if source.kind() == io::ErrorKind::FileTooLarge => IntakeError::EndlessRow {
                path: self.path.clone(),
                line: self.place.line.get(),
                limit: MAX_ENTRY_BYTES as usize,
            },
            Error::Io(source) => broken_off(source.kind()),
            Error::IllFormed(IllFormedError::MissingEndTag(_)) | Error::Syntax(_) => {
                broken_off(io::ErrorKind::UnexpectedEof)
            }
            other => self.refuse(other.to_string()),
        }
    }
}

impl<R: Read> Objects for XmlFeed<R> {
    fn next(&mut self) -> Result<Option<Found>, IntakeError> {
        loop {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.clear();
            let event = self
                .reader
                .read_event_into(&mut buffer)
                .map_err(|error| self.fail(&error))?;
            let taken = match &event {
                Event::Start(start) => self.start(start),
                Event::End(_) => {
                    let line = self.place.line.get();
                    if let Some(entry) = self.end() {
                        return Ok(Some(Found::Object(line, entry)));
                    }
                    Ok(())
                }
                Event::Text(text) => {
                    self.text(text);
                    Ok(())
                }
                Event::CData(text) => {
                    self.text(text);
                    Ok(())
                }
                Event::GeneralRef(reference) => self.reference(reference),
                Event::DocType(text) if text.contains("<!ENTITY") => Err(
                    "the DOCTYPE declares entities, which are not resolved because they can grow without limit; \
                     write their text instead"
                        .to_owned(),
                ),
                Event::Eof if self.depth > 0 => {
                    return Err(IntakeError::BrokenOff {
                        path: self.path.clone(),
                        line: self.place.line.get(),
                        source: io::ErrorKind::UnexpectedEof.into(),
                    });
                }
                Event::Eof => return Ok(None),
                _ => Ok(()),
            };
            drop(event);
            self.buffer = buffer;
            taken.map_err(|reason| self.refuse(reason))?;
        }
    }
}

/// Returns the address of Atom's `<link href="…"/>`; empty for other elements.
fn link(start: &BytesStart<'_>) -> String {
    let href = start.try_get_attribute("href").ok().flatten();
    href.and_then(|href| {
        href.normalized_value(XmlVersion::Implicit1_0)
            .ok()
            .map(std::borrow::Cow::into_owned)
    })
    .unwrap_or_default()
}

/// Adds a field. Of several texts the first counts, as in Google's feeds; several groups become a list.
fn put(fields: &mut Map<String, Value>, name: String, value: Value) {
    match fields.get_mut(&name) {
        None => {
            fields.insert(name, value);
        }
        Some(Value::Array(list)) => list.push(value),
        Some(first) if first.is_object() => *first = Value::Array(vec![first.take(), value]),
        Some(_) => {}
    }
}

/// Counts lines and bytes, and ends an entry that is too large.
struct Counted<R> {
    inner: R,
    place: Rc<Place>,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let read = available.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.place.bytes.get() > MAX_ENTRY_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        if let Ok(buffer) = self.inner.fill_buf() {
            let lines = buffer.iter().take(amount).filter(|&&byte| byte == b'\n').count();
            self.place.line.set(self.place.line.get() + lines as u64);
        }
        self.place.bytes.set(self.place.bytes.get() + amount as u64);
        self.inner.consume(amount);
    }
}
