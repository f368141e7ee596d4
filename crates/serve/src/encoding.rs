//! Content encodings: identity, brotli and zstd.

use std::io::Read;

/// Files shorter than this are not compressed: it would save fewer bytes than the header adds.
const SHORTEST: usize = 512;
/// Files longer than this (32 MiB) are not compressed, unless a compressed file lies beside them.
const LONGEST: usize = 32 << 20;
/// Brotli's quality and window when a file is compressed on request: about 40 ms for 1 MB.
const BROTLI: (i32, i32) = (5, 22);
/// zstd's level when a file is compressed on request.
const ZSTD: i32 = 9;

/// A content encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `br`
    Brotli,
    /// `zstd`
    Zstd,
}

impl Encoding {
    /// All encodings; if the client weights both equally, the first one (with the smaller result) is preferred.
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Zstd];

    /// Returns its name in headers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// Returns the suffix of a precompressed file.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Zstd => ".zst",
        }
    }

    /// Returns the encoding with the highest weight in the header `Accept-Encoding`.
    pub fn preferred(accepted: &str) -> Option<Self> {
        let liked = Self::ALL.map(|encoding| (weight(accepted, encoding.name()), encoding));
        let best = liked.into_iter().fold((0.0, None), |best, (weight, encoding)| {
            if weight > best.0 {
                (weight, Some(encoding))
            } else {
                best
            }
        });
        best.1
    }

    /// Compresses the content; `None` if its length is out of range or the result is not smaller.
    pub fn compress(self, content: &[u8]) -> Option<Vec<u8>> {
        if !(SHORTEST..=LONGEST).contains(&content.len()) {
            return None;
        }
        let compressed = match self {
            Self::Brotli => brotli(content)?,
            Self::Zstd => zstd::bulk::compress(content, ZSTD).ok()?,
        };
        (compressed.len() < content.len()).then_some(compressed)
    }

    /// Returns whether `compressed` decompresses to `content`. Stops at its length, against decompression bombs.
    pub fn is_of(self, compressed: &[u8], content: &[u8]) -> bool {
        match self {
            Self::Brotli => is_read(brotli::Decompressor::new(compressed, 1 << 16), content),
            Self::Zstd => zstd::stream::read::Decoder::new(compressed).is_ok_and(|reader| is_read(reader, content)),
        }
    }
}

fn is_read(reader: impl Read, content: &[u8]) -> bool {
    let mut read = Vec::with_capacity(content.len() + 1);
    let done = reader.take(content.len() as u64 + 1).read_to_end(&mut read);
    done.is_ok() && read == content
}

fn brotli(mut content: &[u8]) -> Option<Vec<u8>> {
    let (quality, lgwin) = BROTLI;
    let parameters = brotli::enc::BrotliEncoderParams {
        quality,
        lgwin,
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut content, &mut compressed, &parameters).ok()?;
    Some(compressed)
}

/// Returns the weight (`q`) of one name in a list of weighted names, 0 to 1; 0 if it is not in the list.
fn weight(accepted: &str, name: &str) -> f32 {
    let mut words = accepted.split(',').map(|word| {
        let (word, weight) = word.split_once(';').unwrap_or((word, "q=1"));
        (word.trim(), weight.trim())
    });
    let word = words.find(|(word, _)| word.eq_ignore_ascii_case(name));
    let number = word.and_then(|(_, weight)| weight.strip_prefix("q=")?.trim().parse().ok());
    number.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferred_follows_the_weights_of_the_header() {
        let cases = [
            ("gzip, deflate, br, zstd", Some(Encoding::Brotli)),
            ("br;q=0.5, zstd", Some(Encoding::Zstd)),
            ("zstd;q=0.2, br;q=0", Some(Encoding::Zstd)),
            ("gzip", None),
            ("identity", None),
            ("br;q=nonsense", None),
            ("", None),
        ];
        for (accepted, expected) in cases {
            assert_eq!(Encoding::preferred(accepted), expected, "{accepted}");
        }
    }

    #[test]
    fn compressed_content_decompresses_to_itself() {
        let content = b"tent, peg, lamp; ".repeat(100);
        for encoding in Encoding::ALL {
            let compressed = encoding.compress(&content).unwrap();
            assert!(encoding.is_of(&compressed, &content));
            assert!(!encoding.is_of(&compressed, &content[1..]), "of another file");
            assert!(!encoding.is_of(b"nonsense", &content));
            assert_eq!(encoding.compress(b"short"), None);
        }
    }
}
