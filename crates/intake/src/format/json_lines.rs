//! One JSON object a line.

use std::io::Read;
use std::path::Path;

use serde_json::Value;

use super::lines::{Line, Lines};
use super::objects::{Found, Objects};
use super::table::MalformedRow;
use crate::error::IntakeError;
use crate::report::BadReason;

/// The lines of a file.
pub(crate) struct JsonLines<R> {
    lines: Lines<R>,
    line: Line,
}

impl<R: Read> JsonLines<R> {
    pub(crate) fn new(path: &Path, reader: R) -> Self {
        Self {
            lines: Lines::new(path, reader),
            line: Line::default(),
        }
    }
}

impl<R: Read> Objects for JsonLines<R> {
    fn next(&mut self) -> Result<Option<Found>, IntakeError> {
        while self.lines.next(&mut self.line)? {
            let text = self.line.text.trim_ascii();
            if !text.is_empty() {
                return Ok(Some(object(text, self.line.number)));
            }
        }
        Ok(None)
    }
}

/// Parses an object that begins in this line.
pub(crate) fn object(text: &[u8], line: u64) -> Found {
    let malformed = |line, column, detail: String| {
        Found::Malformed(MalformedRow {
            line,
            column,
            reason: BadReason::NotJson,
            detail,
        })
    };
    match serde_json::from_slice(text) {
        Ok(value @ Value::Object(_)) => Found::Object(line, value),
        Ok(_) => malformed(line, 1, "not a JSON object".to_owned()),
        Err(error) => malformed(
            line + (error.line() as u64).saturating_sub(1),
            error.column(),
            format!("not JSON: {error}"),
        ),
    }
}
