//! Measures the size of a snapshot, raw and compressed.

use serde::Serialize;
use shelfwise_core::snapshot::Snapshot;
use shelfwise_core::snapshot::layout::SectionId;

/// Brotli's highest quality: snapshots are compressed once and fetched many times.
const QUALITY: i32 = 11;

/// Largest window that every browser supports, as a power of two: 16 MiB.
const WINDOW: i32 = 24;

/// The size of one section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SectionSize {
    /// Its name, or its number if this version does not know it.
    pub name: String,
    /// Bytes in the file.
    pub bytes: usize,
    /// Bytes after brotli, compressed alone.
    pub brotli_bytes: usize,
}

/// Returns the size after brotli at its highest quality, in bytes. About 1 s for 1 MB.
#[must_use]
pub fn brotli_bytes(content: &[u8]) -> usize {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: QUALITY,
        lgwin: WINDOW,
        ..Default::default()
    };
    let mut counted = Counted(0);
    // Reading from memory and counting bytes cannot fail.
    let written = brotli::BrotliCompress(&mut &*content, &mut counted, &parameters);
    debug_assert!(written.is_ok());
    counted.0
}

struct Counted(usize);

impl std::io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Returns the size of every section.
#[must_use]
pub fn section_sizes<B: AsRef<[u8]>>(snapshot: &Snapshot<B>) -> Vec<SectionSize> {
    let size = |section: shelfwise_core::snapshot::Section| {
        let content = snapshot.as_bytes().get(section.range).unwrap_or_default();
        let name = SectionId::from_u16(section.id).map_or_else(|| section.id.to_string(), |id| id.name().to_owned());
        SectionSize {
            name,
            bytes: content.len(),
            brotli_bytes: brotli_bytes(content),
        }
    };
    snapshot.sections().map(size).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::log;
    use crate::train::{TrainOptions, train};
    use shelfwise_intake::catalog::Catalog;
    use shelfwise_intake::progress::Silent;

    #[test]
    fn repetitive_bytes_compress_well() {
        assert!(brotli_bytes(&[7; 100_000]) < 100);
        assert!(brotli_bytes(&[]) > 0, "an empty stream has an end mark");
    }

    #[test]
    fn sections_are_named_and_fit_into_the_file() {
        let shop = log(&[&["tent", "lamp"], &["tent", "lamp"]]);
        let previous = None::<&Snapshot<Vec<u8>>>;
        let trained = train(&shop, &Catalog::default(), previous, &TrainOptions::default(), &Silent).unwrap();
        let sizes = section_sizes(&Snapshot::open(&trained.snapshot).unwrap());
        let names: Vec<&str> = sizes.iter().map(|size| size.name.as_str()).collect();
        assert!(
            names.starts_with(&["meta", "ids", "together", "popularity"]),
            "{names:?}"
        );
        assert!(sizes.iter().map(|size| size.bytes).sum::<usize>() < trained.snapshot.len());
        assert!(sizes.iter().all(|size| size.brotli_bytes > 0));
    }
}
