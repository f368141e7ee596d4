//! Detects the format of a file by its first bytes. File names are not relied on.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use super::json_document;

/// A supported format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// A header and rows with fields separated by this byte.
    Delimited(u8),
    /// One JSON object a line.
    JsonLines,
    /// A JSON array, an object around a list, or objects over many lines.
    JsonDocument,
    /// An XML feed.
    Xml,
    /// Apache Parquet.
    Parquet,
}

/// An unsupported format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The format that the content looks like.
    pub(crate) looks_like: &'static str,
    /// What to do about it.
    pub(crate) advice: Cow<'static, str>,
}

/// UTF-8's byte order mark, which some spreadsheets write.
pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Supported delimiters, most likely first.
const DELIMITERS: &[u8] = b"\t,;|";

/// Signatures of files that are often given by mistake: bytes, format, advice.
const MISTAKES: &[(&[u8], &str, &str)] = &[
    (
        b"PK\x03\x04",
        "a zip archive or a spreadsheet (xlsx)",
        "unpack it, or save the sheet as CSV",
    ),
    (
        b"PK\x05\x06",
        "an empty zip archive",
        "give the file that should be in it",
    ),
    (
        b"\xD0\xCF\x11\xE0",
        "an old office document (xls, doc)",
        "save the sheet as CSV",
    ),
    (b"\x89PNG", "a PNG picture", "give a log or a catalog"),
    (b"\xFF\xD8\xFF", "a JPEG picture", "give a log or a catalog"),
    (b"GIF8", "a GIF picture", "give a log or a catalog"),
    (b"%PDF", "a PDF document", "give a log or a catalog"),
    (b"BZh", "bzip2", "unpack it with bunzip2, or use gzip or zstd"),
    (b"\xFD7zXZ", "xz", "unpack it with unxz, or use gzip or zstd"),
    (b"7z\xBC\xAF", "a 7z archive", "unpack it first"),
    (b"Rar!", "a rar archive", "unpack it first"),
    (b"\x1F\x8B", "a file compressed twice", "unpack it once"),
    (b"\x28\xB5\x2F\xFD", "a file compressed twice", "unpack it once"),
    (b"SQLite format 3", "an SQLite database", "export the table as CSV"),
    (b"ARROW1", "an Arrow or Feather file", "write it as Parquet or CSV"),
    (b"Obj\x01", "an Avro file", "write it as Parquet or JSON lines"),
    (
        b"<!DOCTYPE html",
        "HTML, perhaps an error page",
        "download the file anew",
    ),
    (
        b"<!doctype html",
        "HTML, perhaps an error page",
        "download the file anew",
    ),
    (b"<html", "HTML, perhaps an error page", "download the file anew"),
    (b"<HTML", "HTML, perhaps an error page", "download the file anew"),
];

/// Detects the format from the (decompressed) beginning of a file.
pub(crate) fn detect(sample: &[u8]) -> Result<Format, Wrong> {
    if sample.starts_with(b"PAR1") {
        return Ok(Format::Parquet);
    }
    let text = sample.strip_prefix(BOM).unwrap_or(sample).trim_ascii_start();
    if text.is_empty() {
        return wrong(
            "an empty file",
            "give a file with a header and rows, or leave this one out",
        );
    }
    let mistake = |opening: &[u8]| MISTAKES.iter().find(|(magic, ..)| opening.starts_with(magic));
    if let Some(&(_, looks_like, advice)) = mistake(sample).or_else(|| mistake(text)) {
        return wrong(looks_like, advice);
    }
    if is_tar(sample) {
        return wrong("a tar archive", "unpack it and give the files in it");
    }
    if sample.contains(&0) {
        return wrong("binary data", "give CSV, TSV, JSON lines or Parquet");
    }
    Ok(match text.first() {
        Some(b'{' | b'[') => json(text),
        Some(b'<') => Format::Xml,
        _ => delimited(text),
    })
}

fn wrong(looks_like: &'static str, advice: impl Into<Cow<'static, str>>) -> Result<Format, Wrong> {
    Err(Wrong {
        looks_like,
        advice: advice.into(),
    })
}

/// Returns whether the file is a tar archive: its magic follows the first file's name and owner.
fn is_tar(sample: &[u8]) -> bool {
    sample.get(257..262) == Some(b"ustar")
}

/// Returns whether JSON is one object a line or a document. A damaged first line does not make a log a document: the
/// lines after it decide too.
fn json(text: &[u8]) -> Format {
    let is_object = |line: &&[u8]| line.starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(line).is_ok();
    let filled = || {
        text.split(|&b| matches!(b, b'\n' | b'\r'))
            .map(<[u8]>::trim_ascii)
            .filter(|line| !line.is_empty())
    };
    let (lines, objects) = (filled().count(), filled().filter(is_object).count());
    let is_frame = lines == 1 && filled().next().is_some_and(json_document::is_frame);
    // The sample's last line may be cut.
    if 2 * objects >= lines && objects > 0 && !is_frame {
        Format::JsonLines
    } else {
        Format::JsonDocument
    }
}

/// Returns the delimiter that a first line such as `sep=;` declares, as spreadsheets write it.
pub(crate) fn named_delimiter(line: &[u8]) -> Option<u8> {
    let bare = line.trim_ascii().trim_ascii();
    let bare = bare
        .strip_prefix(b"\"")
        .and_then(|bare| bare.strip_suffix(b"\""))
        .unwrap_or(bare);
    match bare {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => Some(*delimiter),
        b"sep=" if line.starts_with(b"sep=\t") => Some(b'\t'),
        _ => None,
    }
}

/// Returns a delimited format: with the delimiter declared by the first line, or else the most frequent one in the
/// header.
fn delimited(text: &[u8]) -> Format {
    let header = first_line(text);
    if let Some(delimiter) = named_delimiter(header) {
        return Format::Delimited(delimiter);
    }
    let mut best = (0, b',');
    for &delimiter in DELIMITERS {
        let count = unquoted(header, delimiter);
        if count > best.0 {
            best = (count, delimiter);
        }
    }
    Format::Delimited(best.1)
}

pub(crate) fn first_line(text: &[u8]) -> &[u8] {
    text.split(|&b| b == b'\n' || b == b'\r')
        .next()
        .unwrap_or_default()
        .trim_ascii_end()
}

fn unquoted(line: &[u8], wanted: u8) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for &b in line {
        quoted ^= b == b'"';
        count += usize::from(!quoted && b == wanted);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sniff_known_formats_by_content() {
        for (sample, format) in [
            (&b"SessionId\tItemId\tTime\n"[..], Format::Delimited(b'\t')),
            (b"a,b;c,d\n1", Format::Delimited(b',')),
            (b"\xEF\xBB\xBFa;b;c\r\n", Format::Delimited(b';')),
            (b"\"a,b,c,d\"|e|f", Format::Delimited(b'|')),
            (b"  {\"a\": 1}\n", Format::JsonLines),
            (b"{}\n", Format::JsonLines),
            (b"{\"a\": 1}\n{\"a\": \n{\"a\": 2}\n{\"a\": 2", Format::JsonLines),
            (b"[{\"a\":1}]", Format::JsonDocument),
            (b"{\n  \"a\": 1\n}", Format::JsonDocument),
            (b"{\"products\": [{\"id\": 1}]}", Format::JsonDocument),
            (b"\n<?xml version=\"1.0\"?>", Format::Xml),
            (b"<rss>", Format::Xml),
            (b"PAR1....", Format::Parquet),
            (b"sep=|\r\na;b|c;d\n", Format::Delimited(b'|')),
        ] {
            assert_eq!(detect(sample), Ok(format));
        }
    }

    #[test]
    fn sniff_unsupported_formats_are_named() {
        let mut tar = vec![b'a'; 257];
        tar.extend_from_slice(b"ustar");
        for (sample, part) in [
            (&b""[..], "empty"),
            (b"\xEF\xBB\xBF \n", "empty"),
            (b"PK\x03\x04...", "xlsx"),
            (b"\x89PNG\r\n", "PNG"),
            (b"<!DOCTYPE html>", "HTML"),
            (b"\n<html>", "HTML"),
            (b"a\0,\0\0\0b", "binary"),
            (b"\x1F\x8B\x08", "twice"),
            (&tar, "tar"),
        ] {
            let looks_like = detect(sample).unwrap_err().looks_like;
            assert!(looks_like.contains(part), "{looks_like} has no {part}");
        }
    }
}
