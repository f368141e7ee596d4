//! How content travels: as it is, by brotli or by zstd.

use std::io::Read;

/// Files shorter than this travel as they are: compression would save less than its header costs.
const SHORTEST: usize = 512;
/// Files longer than this travel as they are, unless a compressed file stands beside them: 32 MiB.
const LONGEST: usize = 32 << 20;
/// Brotli's quality and window where it is done in passing: about 40 ms for 1 MB.
const BROTLI: (i32, i32) = (5, 22);
/// zstd's level where it is done in passing.
const ZSTD: i32 = 9;

/// A way to travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `br`
    Brotli,
    /// `zstd`
    Zstd,
}

impl Encoding {
    /// In the order in which they are taken where a browser likes both alike: the smaller first.
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Zstd];

    /// Its name in headers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// What is added to the name of a file that was compressed beforehand.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Zstd => ".zst",
        }
    }

    /// The one that the header `Accept-Encoding` likes best.
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

    /// Compresses, where that is worth it.
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

    /// Whether `compressed` is `content`; reads no further than that.
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

/// How much a header of weighted words likes one of them: from 0, which is not at all, to 1.
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
    fn the_browser_says_what_it_likes() {
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
    fn what_is_compressed_is_what_it_was() {
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
