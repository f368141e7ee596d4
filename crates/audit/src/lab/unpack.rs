//! What bytes may hold in another form: compressed, percent-encoded, in base64.

use std::io::Read as _;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};

/// The most bytes that a body becomes.
const MOST_BYTES: u64 = 1 << 20;
/// How often what was unpacked is unpacked again: base64 of something compressed is two.
const DEPTH: usize = 3;
/// Shorter runs of base64 are words.
const LEAST_RUN: usize = 16;

/// Returns the bytes, and everything that they become when they are decoded, each once.
pub fn unpacked(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![bytes.to_vec()];
    let mut from = 0;
    for _ in 0..DEPTH {
        let new: Vec<_> = all.iter().skip(from).flat_map(|bytes| once(bytes)).collect();
        from = all.len();
        for bytes in new {
            if !all.contains(&bytes) {
                all.push(bytes);
            }
        }
    }
    all
}

fn once(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    found.extend(read(GzDecoder::new(bytes)));
    found.extend(read(ZlibDecoder::new(bytes)));
    found.extend(read(DeflateDecoder::new(bytes)));
    found.extend(read(brotli::Decompressor::new(bytes, 4096)));
    found.extend(percent(bytes));
    found.extend(base64_runs(bytes));
    found
}

/// All that a decoder gives before it ends or errs; none where that is nothing.
fn read(decoder: impl std::io::Read) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    // A truncated stream has told what it had: the error does not take it back.
    let _ = decoder.take(MOST_BYTES).read_to_end(&mut out);
    (!out.is_empty()).then_some(out)
}

fn percent(bytes: &[u8]) -> Option<Vec<u8>> {
    let hex = |at: usize| bytes.get(at).and_then(|byte| (*byte as char).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    (out.len() < bytes.len()).then_some(out)
}

/// Every long run of characters of base64, decoded from each of four offsets: where its text begins is not known.
fn base64_runs(bytes: &[u8]) -> Vec<Vec<u8>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let standard = GeneralPurpose::new(&alphabet::STANDARD, config);
    let is_in = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    let runs = bytes.split(|byte| !is_in(byte)).filter(|run| run.len() >= LEAST_RUN);
    let decoded = runs.flat_map(|run| (0..4).map(move |skip| run.get(skip..).unwrap_or_default()));
    let decoded = decoded.filter_map(|run| {
        let run: Vec<_> = run
            .iter()
            .map(|byte| match byte {
                b'-' => b'+',
                b'_' => b'/',
                other => *other,
            })
            .collect();
        let whole = run.get(..run.len() - usize::from(run.len() % 4 == 1))?;
        standard.decode(whole).ok()
    });
    decoded.collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const SECRET: &[u8] = b"a secret that is long enough";

    fn is_found(bytes: &[u8]) -> bool {
        unpacked(bytes)
            .iter()
            .any(|bytes| bytes.windows(SECRET.len()).any(|window| window == SECRET))
    }

    #[test]
    fn compressed_bytes_are_found_by_each_method() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(SECRET).unwrap();
        zlib.write_all(SECRET).unwrap();
        deflate.write_all(SECRET).unwrap();
        let mut brotli = Vec::new();
        brotli::CompressorWriter::new(&mut brotli, 4096, 5, 20)
            .write_all(SECRET)
            .unwrap();
        for bytes in [
            gzip.finish().unwrap(),
            zlib.finish().unwrap(),
            deflate.finish().unwrap(),
            brotli,
        ] {
            assert!(is_found(&bytes));
        }
    }

    #[test]
    fn base64_of_compressed_bytes_in_an_address_is_found() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(SECRET).unwrap();
        let gzip = gzip.finish().unwrap();
        assert!(is_found(
            format!("/collect?d={}&v=1", URL_SAFE_NO_PAD.encode(&gzip)).as_bytes()
        ));
        let percent: String = STANDARD
            .encode(&gzip)
            .bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect();
        assert!(is_found(percent.as_bytes()));
    }

    #[test]
    fn other_bytes_hold_nothing() {
        assert!(!is_found(b"nothing of it, in aGVsbG8gd29ybGQgYW5kIG1vcmU="));
    }
}
