//! Detects the format of a file by its first bytes. File names are not relied on.

use std::borrow::Cow;

/// A supported format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// A header and rows with fields separated by this byte.
    Delimited(u8),
    /// One JSON object a line.
    JsonLines,
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
    (b"[", "a JSON array", "write one object a line: jq -c '.[]'"),
    (b"<?xml", "XML", "export CSV, TSV, JSON lines or Parquet"),
    (
        b"<",
        "HTML or XML, perhaps an error page",
        "download the file anew, or export CSV",
    ),
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
    if text.starts_with(b"{") {
        json(text)
    } else {
        Ok(delimited(text))
    }
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

fn json(text: &[u8]) -> Result<Format, Wrong> {
    if first_line(text) == b"{" {
        return wrong("JSON spread over many lines", list_advice(text));
    }
    Ok(Format::JsonLines)
}

/// Returns advice on how to convert a JSON document to one object a line.
pub(crate) fn list_advice(text: &[u8]) -> String {
    list_key(text).map_or_else(
        || "write one object a line: jq -c . FILE".to_owned(),
        |key| format!("write one object of its list `{key}` a line: jq -c '.{key}[]' FILE"),
    )
}

/// Returns the first key whose value is a list of objects. Scans the text instead of parsing it, because the document
/// may be truncated.
fn list_key(text: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(text);
    let mut rest = &*text;
    while let Some(at) = rest.find('[') {
        let (before, after) = (rest[..at].trim_end(), rest[at + 1..].trim_start());
        let key = before
            .strip_suffix(':')
            .and_then(|key| key.trim_end().strip_suffix('"'));
        if let Some(key) = key
            .and_then(|key| key.rsplit('"').next())
            .filter(|_| after.starts_with('{'))
        {
            return Some(key.to_owned());
        }
        rest = &rest[at + 1..];
    }
    None
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
            (b"[{\"a\":1}]", "JSON array"),
            (b"{\n  \"a\": 1\n}", "many lines"),
            (b"a\0,\0\0\0b", "binary"),
            (b"\x1F\x8B\x08", "twice"),
            (&tar, "tar"),
        ] {
            let looks_like = detect(sample).unwrap_err().looks_like;
            assert!(looks_like.contains(part), "{looks_like} has no {part}");
        }
    }

    #[test]
    fn sniff_json_document_names_its_list() {
        let advice = |text: &[u8]| detect(text).unwrap_err().advice.into_owned();
        assert!(advice(b"{\n  \"a\": 1,\n  \"products\" : [\n    {\"id\"").contains("jq -c '.products[]'"));
        assert!(advice(b"{\n  \"a\": [1]\n}").contains("jq -c . FILE"));
    }
}
