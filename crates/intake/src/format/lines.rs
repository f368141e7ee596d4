//! Reads a text file line by line, with any line ending, and counts lines.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::error::IntakeError;

/// Longest line in bytes: without a limit, a file without line endings would be read into memory whole.
const MAX_LINE_BYTES: usize = 16 * 1024 * 1024;

/// Size of the buffer between the decoder and the lines.
const BUFFER_BYTES: usize = 64 * 1024;

/// A line without its line ending.
#[derive(Debug, Default)]
pub(crate) struct Line {
    /// From 1, as editors count: `\n`, `\r\n` and a lone `\r` each end a line.
    pub(crate) number: u64,
    /// The bytes of the line.
    pub(crate) text: Vec<u8>,
}

/// Reads lines; lines that belong to the next row can be pushed back.
pub(crate) struct Lines<R> {
    path: PathBuf,
    reader: BufReader<R>,
    number: u64,
    after_return: bool,
    pushed_back: VecDeque<Line>,
}

impl<R: Read> Lines<R> {
    /// Reads the lines of an open file; the path is for errors.
    pub(crate) fn new(path: &Path, reader: R) -> Self {
        Self {
            path: path.to_owned(),
            reader: BufReader::with_capacity(BUFFER_BYTES, reader),
            number: 0,
            after_return: false,
            pushed_back: VecDeque::new(),
        }
    }

    /// Reads the next line; returns `false` at the end of the file.
    ///
    /// # Errors
    /// If reading fails, or the line is longer than [`MAX_LINE_BYTES`].
    pub(crate) fn next(&mut self, line: &mut Line) -> Result<bool, IntakeError> {
        if let Some(again) = self.pushed_back.pop_front() {
            *line = again;
            return Ok(true);
        }
        line.text.clear();
        line.number = self.number + 1;
        let found = self.fill(line)?;
        self.number += u64::from(found);
        Ok(found)
    }

    /// Pushes lines back; they are read again in this order before all others.
    pub(crate) fn push_back(&mut self, lines: Vec<Line>) {
        for line in lines.into_iter().rev() {
            self.pushed_back.push_front(line);
        }
    }

    fn fill(&mut self, line: &mut Line) -> Result<bool, IntakeError> {
        loop {
            let buffer = self.reader.fill_buf().map_err(|source| IntakeError::BrokenOff {
                path: self.path.clone(),
                line: line.number,
                source,
            })?;
            if buffer.is_empty() {
                return Ok(!line.text.is_empty());
            }
            if std::mem::take(&mut self.after_return) && buffer[0] == b'\n' {
                self.reader.consume(1);
                continue;
            }
            let end = buffer.iter().position(|b| matches!(b, b'\n' | b'\r'));
            line.text.extend_from_slice(&buffer[..end.unwrap_or(buffer.len())]);
            self.after_return = end.is_some_and(|end| buffer[end] == b'\r');
            let read = end.map_or(buffer.len(), |end| end + 1);
            self.reader.consume(read);
            if end.is_some() {
                return Ok(true);
            }
            if line.text.len() > MAX_LINE_BYTES {
                return Err(IntakeError::EndlessRow {
                    path: self.path.clone(),
                    line: line.number,
                    limit: MAX_LINE_BYTES,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> Vec<(u64, String)> {
        let mut lines = Lines::new(Path::new("x"), text);
        let mut line = Line::default();
        let mut all = Vec::new();
        while lines.next(&mut line).unwrap() {
            all.push((line.number, String::from_utf8(line.text.clone()).unwrap()));
        }
        all
    }

    #[test]
    fn lines_any_line_end_numbered_as_in_an_editor() {
        for text in ["a\nb\n\nc", "a\r\nb\r\n\r\nc\r\n", "a\rb\r\rc\r", "a\nb\r\n\nc\n"] {
            let expected = [(1, "a"), (2, "b"), (3, ""), (4, "c")].map(|(line, text)| (line, text.to_owned()));
            assert_eq!(lines(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn lines_pushed_back_keep_their_numbers() {
        let mut lines = Lines::new(Path::new("x"), &b"a\nb\nc\n"[..]);
        let (mut first, mut line) = (Line::default(), Line::default());
        lines.next(&mut first).unwrap();
        lines.next(&mut line).unwrap();
        lines.push_back(vec![first, std::mem::take(&mut line)]);
        let mut numbers = Vec::new();
        while lines.next(&mut line).unwrap() {
            numbers.push(line.number);
        }
        assert_eq!(numbers, [1, 2, 3]);
    }
}
