//! The one way to print: no text of a file controls the terminal, and a closed pipe ends the command quietly.

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};
use std::process::exit;

use anyhow::Result;
use serde::Serialize;

/// Prints a line on standard output: `println!` for text that may hold names and values of files.
#[macro_export]
macro_rules! print_line {
    () => { $crate::output::line(format_args!("")) };
    ($($text:tt)*) => { $crate::output::line(format_args!($($text)*)) };
}

/// Prints a line on standard error, where results would be in the way.
#[macro_export]
macro_rules! eprint_line {
    ($($text:tt)*) => { $crate::output::note(format_args!($($text)*)) };
}

/// Prints one line (or several) on standard output. If the reader closed the pipe, the process exits with 0,
/// as with `head`.
pub fn line(text: fmt::Arguments<'_>) {
    write(&escaped(&text.to_string()));
}

/// Prints a value as JSON for machines. Control characters that JSON allows in strings are written as `\u009b`.
pub fn json(value: &impl Serialize) -> Result<()> {
    let mut out = String::new();
    for c in serde_json::to_string_pretty(value)?.chars() {
        if c != '\n' && is_control(c) {
            write!(out, "\\u{:04x}", u32::from(c))?;
        } else {
            out.push(c);
        }
    }
    write(&out);
    Ok(())
}

fn write(text: &str) {
    let text = format!("{text}\n");
    if let Err(error) = io::stdout().lock().write_all(text.as_bytes()) {
        if error.kind() == io::ErrorKind::BrokenPipe {
            exit(0);
        }
        note(format_args!("error: cannot write to standard output: {error}"));
        exit(1);
    }
}

/// Prints one line (or several) on standard error.
pub fn note(text: fmt::Arguments<'_>) {
    let text = format!("{}\n", escaped(&text.to_string()));
    // If standard error is closed there is nobody to report it to.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Returns a text with its control characters escaped, so that a terminal shows them and obeys none. Line feeds stay.
pub fn escaped(text: &str) -> String {
    write_out(text, |c| c != '\n' && is_control(c))
}

/// Returns a name, id or value of a file for one line or table cell: as [`escaped`], line feeds included.
pub fn printable(text: &str) -> String {
    write_out(text, is_control)
}

fn write_out(text: &str, is_written_out: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_written_out(c) {
            // Writing to a string cannot fail.
            let _ = write!(out, "{}", c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// Control characters, and the characters that turn the direction of text around, which make one id look like another
/// (<https://trojansource.codes>).
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_control_characters_are_written_out_and_letters_stay() {
        assert_eq!(escaped("\u{1b}[31mred\u{1b}[0m"), "\\u{1b}[31mred\\u{1b}[0m");
        assert_eq!(escaped("a\rb\u{9b}2J\u{7}"), "a\\rb\\u{9b}2J\\u{7}");
        assert_eq!(escaped("\u{202e}cod.exe"), "\\u{202e}cod.exe");
        assert_eq!(escaped("Größe 7½ 👟\nnext — ─"), "Größe 7½ 👟\nnext — ─");
    }

    #[test]
    fn printable_line_feeds_are_written_out() {
        assert_eq!(printable("a\nb"), "a\\nb");
    }
}
