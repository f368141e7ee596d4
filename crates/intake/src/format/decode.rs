//! Decodes text to UTF-8 while it is read.
//!
//! UTF-16 is detected by its byte order mark, or by zero bytes between characters. In all other files each byte that is
//! not valid UTF-8 is read as Windows-1252, a superset of Latin-1 and the usual encoding of spreadsheets; files that
//! mix both encodings are decoded correctly too. Such bytes are counted, because a file in another code page would be
//! decoded wrongly.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::sniff::BOM;

/// Bytes decoded at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// Number of leading bytes that are inspected to detect the encoding.
const DETECTION_BYTES: usize = 1024;

/// Text encoding of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8, with Windows-1252 for invalid bytes.
    Utf8,
    /// UTF-16, little-endian, as Windows writes it.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
    /// What an XML feed declares.
    Declared(&'static encoding_rs::Encoding),
}

impl Encoding {
    /// Detects the encoding from the first bytes of a file.
    pub(crate) fn of(sample: &[u8]) -> Self {
        match sample {
            [0xFF, 0xFE, ..] => return Self::Utf16Le,
            [0xFE, 0xFF, ..] => return Self::Utf16Be,
            _ => {}
        }
        let detected = &sample[..sample.len().min(DETECTION_BYTES)];
        let zeros = |odd: usize| detected.iter().skip(odd).step_by(2).filter(|&&b| b == 0).count();
        let (even, odd) = (zeros(0), zeros(1));
        let most = |zeros: usize| 4 * zeros > detected.len();
        match (most(even), most(odd)) {
            (false, true) if even == 0 => Self::Utf16Le,
            (true, false) if odd == 0 => Self::Utf16Be,
            _ => Self::declared(detected).map_or(Self::Utf8, Self::Declared),
        }
    }

    /// Returns the encoding that XML declares. UTF-8 and Windows-1252 need none: they are told apart byte by byte.
    fn declared(sample: &[u8]) -> Option<&'static encoding_rs::Encoding> {
        let text = sample.strip_prefix(BOM).unwrap_or(sample).trim_ascii_start();
        let rest = text.strip_prefix(b"<?xml")?;
        let prolog = String::from_utf8_lossy(rest.split(|&b| b == b'>').next()?).into_owned();
        let (_, after) = prolog.split_once("encoding")?;
        let value = after.trim_start().strip_prefix('=')?.trim_start();
        let label = value.get(1..)?.split(['"', '\'']).next()?;
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
        let is_usual = encoding == encoding_rs::UTF_8 || encoding == encoding_rs::WINDOWS_1252;
        (!is_usual && encoding.is_ascii_compatible()).then_some(encoding)
    }
}

/// Statistics of the decoder, shared with the report.
#[derive(Debug, Default)]
pub(crate) struct Decoded {
    /// Bytes that were not valid UTF-8 and were read as Windows-1252.
    pub(crate) foreign: Cell<u64>,
    /// The line of the first of them, from 1.
    pub(crate) first_line: Cell<u64>,
}

/// A reader that decodes as it reads.
pub(crate) struct Decoder<R> {
    inner: R,
    encoding: Encoding,
    decoded: Rc<Decoded>,
    /// Bytes read but not decoded: the beginning of a character that was split by the chunk boundary.
    left: Vec<u8>,
    ready: Vec<u8>,
    at: usize,
    lines: u64,
    has_ended: bool,
    /// State of a declared encoding.
    declared: Option<encoding_rs::Decoder>,
}

impl<R: Read> Decoder<R> {
    /// Decodes a reader positioned at the beginning of the file.
    pub(crate) fn new(inner: R, encoding: Encoding, decoded: Rc<Decoded>) -> Self {
        Self {
            inner,
            encoding,
            decoded,
            left: Vec::new(),
            ready: Vec::new(),
            at: 0,
            lines: 1,
            has_ended: false,
            declared: match encoding {
                Encoding::Declared(encoding) => Some(encoding.new_decoder_with_bom_removal()),
                _ => None,
            },
        }
    }

    /// Fills `ready`; leaves it empty at the end of the file.
    fn fill(&mut self) -> io::Result<()> {
        let is_first = self.at == 0 && self.ready.is_empty() && self.lines == 1 && self.left.is_empty();
        self.ready.clear();
        self.at = 0;
        while self.ready.is_empty() {
            let read = self
                .inner
                .by_ref()
                .take(CHUNK_BYTES as u64)
                .read_to_end(&mut self.left)?;
            self.has_ended = read == 0;
            match self.encoding {
                Encoding::Utf8 => self.decode_utf8(),
                Encoding::Utf16Le => self.decode_utf16(u16::from_le_bytes),
                Encoding::Utf16Be => self.decode_utf16(u16::from_be_bytes),
                Encoding::Declared(_) => self.decode_declared(),
            }
            if self.has_ended {
                break;
            }
        }
        if is_first && self.ready.starts_with(BOM) {
            self.at = BOM.len();
        }
        Ok(())
    }

    fn decode_utf8(&mut self) {
        let bytes = std::mem::take(&mut self.left);
        let mut rest = bytes.as_slice();
        loop {
            let (valid, bad) = match std::str::from_utf8(rest) {
                Ok(_) => (rest.len(), None),
                Err(error) => (error.valid_up_to(), Some(error.error_len())),
            };
            self.push(&rest[..valid]);
            rest = &rest[valid..];
            match bad {
                None => return,
                Some(None) if !self.has_ended => {
                    self.left = rest.to_vec();
                    return;
                }
                // Decode one byte, then continue: what follows may be UTF-8 again.
                Some(_) => {
                    self.push_foreign(rest[0]);
                    rest = &rest[1..];
                }
            }
        }
    }

    fn decode_declared(&mut self) {
        let Some(decoder) = &mut self.declared else { return };
        let bytes = std::mem::take(&mut self.left);
        let most = decoder.max_utf8_buffer_length(bytes.len());
        let mut text = String::with_capacity(most.unwrap_or(bytes.len()));
        // There is room for everything, so that one call takes all bytes.
        let _ = decoder.decode_to_string(&bytes, &mut text, self.has_ended);
        self.ready.extend_from_slice(text.as_bytes());
    }

    fn push(&mut self, valid: &[u8]) {
        self.ready.extend_from_slice(valid);
        if self.decoded.foreign.get() == 0 {
            self.lines += valid.iter().filter(|&&b| b == b'\n').count() as u64;
        }
    }

    fn push_foreign(&mut self, byte: u8) {
        if self.decoded.foreign.replace(self.decoded.foreign.get() + 1) == 0 {
            self.decoded.first_line.set(self.lines);
        }
        self.push_char(windows_1252(byte));
    }

    fn push_char(&mut self, letter: char) {
        self.ready.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn decode_utf16(&mut self, unit: fn([u8; 2]) -> u16) {
        let bytes = std::mem::take(&mut self.left);
        let (pairs, tail) = bytes.as_chunks::<2>();
        let mut units: Vec<u16> = pairs.iter().map(|&pair| unit(pair)).collect();
        let mut left = tail.to_vec();
        // A high surrogate at the end of the chunk waits for its low surrogate.
        if !self.has_ended && units.last().is_some_and(|unit| (0xD800..0xDC00).contains(unit)) {
            units.pop();
            left = bytes[2 * units.len()..].to_vec();
        }
        for letter in char::decode_utf16(units) {
            self.push_char(letter.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        if !self.has_ended {
            self.left = left;
        }
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.ready.len() {
            self.fill()?;
        }
        let ready = &self.ready[self.at..];
        let length = ready.len().min(buffer.len());
        buffer[..length].copy_from_slice(&ready[..length]);
        self.at += length;
        Ok(length)
    }
}

/// Returns the character of a byte from 0x80 on. The five undefined bytes become the replacement character: they
/// indicate another code page (<https://encoding.spec.whatwg.org/index-windows-1252.txt>).
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{FFFD}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{FFFD}', 'Ž', '\u{FFFD}',
        '\u{FFFD}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{FFFD}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8]) -> (String, u64, u64) {
        let decoded = Rc::new(Decoded::default());
        let mut text = Vec::new();
        Decoder::new(bytes, Encoding::of(bytes), Rc::clone(&decoded))
            .read_to_end(&mut text)
            .unwrap();
        (
            String::from_utf8(text).unwrap(),
            decoded.foreign.get(),
            decoded.first_line.get(),
        )
    }

    #[test]
    fn decoder_usual_encodings_give_equal_text() {
        let text = "sku;preis\n1;Größe 7½ – 5 €\n2;x\n";
        let le = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let be = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
        let marked = format!("\u{feff}{text}");
        for bytes in [
            text.as_bytes().to_vec(),
            marked.as_bytes().to_vec(),
            le(text),
            be(text),
            le(&marked),
            be(&marked),
        ] {
            assert_eq!(decode(&bytes), (text.to_owned(), 0, 0));
        }
        let foreign = b"sku;preis\n1;Gr\xF6\xDFe 7\xBD \x96 5 \x80\n2;x\n";
        assert_eq!(decode(foreign), (text.to_owned(), 5, 2));
        assert_eq!(decode(b"Gr\xC3\xB6\xDFe").0, "Größe", "both in one file");
        assert_eq!(decode(b"a\x81").0, "a\u{FFFD}");
    }

    #[test]
    fn decoder_character_across_chunks_is_whole() {
        let text = "a".repeat(CHUNK_BYTES - 1) + "ö👟" + &"b".repeat(CHUNK_BYTES) + "👟";
        assert_eq!(decode(text.as_bytes()), (text.clone(), 0, 0));
        let mut utf16: Vec<u8> = "\u{feff}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(decode(&utf16).0, text);
    }
}
