//! Opens a file, decompresses it while it is read, and keeps its beginning for format detection.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;
use std::rc::Rc;

use super::decode::{Decoded, Decoder, Encoding};
use crate::error::IntakeError;
use crate::progress::Progress;
use crate::{addresses, files};

/// How much of a file is inspected before it is read: enough for a thousand ordinary rows.
pub(crate) const SAMPLE_BYTES: u64 = 256 * 1024;

/// Size of reads from the disk.
const READ_BYTES: usize = 256 * 1024;

/// Compression of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    /// Uncompressed.
    Plain,
    /// Gzip, possibly with several members.
    Gzip,
    /// Zstandard.
    Zstd,
}

impl Packing {
    /// Detects the compression by the first bytes, whatever the file name.
    fn of(opening: &[u8]) -> Self {
        match opening {
            [0x1F, 0x8B, ..] => Self::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Self::Zstd,
            _ => Self::Plain,
        }
    }

    /// Returns the suffix in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Gzip => "gz",
            Self::Zstd => "zst",
        }
    }
}

/// An open file: its beginning, and a reader over the whole of it.
pub(crate) struct Opened<'p> {
    /// The first [`SAMPLE_BYTES`] of the content as they are.
    pub(crate) raw: Vec<u8>,
    /// The same as UTF-8, without a byte order mark.
    pub(crate) sample: Vec<u8>,
    /// The content from its beginning as UTF-8, without a byte order mark.
    pub(crate) reader: Box<dyn Read + 'p>,
    /// Text encoding of the file.
    pub(crate) encoding: Encoding,
    /// Statistics of decoding so far.
    pub(crate) decoded: Rc<Decoded>,
    /// Compression of the file.
    pub(crate) packing: Packing,
}

/// Opens a file. Progress is reported in bytes on disk.
pub(crate) fn open<'p>(path: &Path, progress: &'p dyn Progress) -> Result<Opened<'p>, IntakeError> {
    let fail = |source: io::Error| IntakeError::Io {
        path: path.to_owned(),
        source,
    };
    let file = input(path)?;
    let mut counted = BufReader::with_capacity(READ_BYTES, Counted { file, progress });
    let opening = head(&mut counted, 4).map_err(fail)?;
    let packing = Packing::of(&opening);
    let malformed = |source| IntakeError::BrokenOff {
        path: path.to_owned(),
        line: 1,
        source,
    };
    let mut reader = unpack(packing, Cursor::new(opening).chain(counted)).map_err(malformed)?;
    let raw = head(&mut reader, SAMPLE_BYTES).map_err(malformed)?;
    let encoding = Encoding::of(&raw);
    let mut sample = Vec::new();
    Decoder::new(&*raw, encoding, Rc::default())
        .read_to_end(&mut sample)
        .map_err(malformed)?;
    let decoded = Rc::new(Decoded::default());
    let whole = Cursor::new(raw.clone()).chain(reader);
    Ok(Opened {
        raw,
        sample,
        reader: Box::new(Decoder::new(whole, encoding, Rc::clone(&decoded))),
        encoding,
        decoded,
        packing,
    })
}

/// Opens a file, or standard input.
fn input(path: &Path) -> Result<Box<dyn Read>, IntakeError> {
    if path == Path::new(files::STANDARD_INPUT) {
        return Ok(Box::new(io::stdin()));
    }
    let fail = |source: io::Error| IntakeError::Io {
        path: path.to_owned(),
        source,
    };
    let file = File::open(addresses::on_disk(path)?).map_err(fail)?;
    if file.metadata().map_err(fail)?.is_dir() {
        return Err(IntakeError::WrongKind {
            path: path.to_owned(),
            looks_like: "a folder",
            advice: "give the files in it, for instance as 'folder/*.csv'".into(),
        });
    }
    Ok(Box::new(file))
}

impl Opened<'_> {
    /// Returns the bytes for format detection: the raw bytes, or the decoded text if the file is UTF-16.
    pub(crate) fn detected(&self) -> &[u8] {
        if self.encoding == Encoding::Utf8 {
            &self.raw
        } else {
            &self.sample
        }
    }
}

fn head(reader: &mut impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.by_ref().take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unpack<'p>(packing: Packing, packed: impl io::BufRead + 'p) -> io::Result<Box<dyn Read + 'p>> {
    Ok(match packing {
        Packing::Plain => Box::new(packed),
        Packing::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(packed)),
        Packing::Zstd => Box::new(zstd::Decoder::with_buffer(packed)?),
    })
}

/// Reports to the progress how many bytes were read from disk.
struct Counted<'p> {
    file: Box<dyn Read>,
    progress: &'p dyn Progress,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.progress.advance(read as u64);
        Ok(read)
    }
}
