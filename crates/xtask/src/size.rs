//! `cargo xtask size`: what a shopper's browser downloads, against the budget.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::config::{Budget, Config};
use crate::wasm::Built;
use crate::workspace::Workspace;

/// brotli's highest quality: files are compressed once and served often.
const BROTLI_QUALITY: i32 = 11;
/// A window of 4 MiB, the most that every browser accepts without asking, is 22 bits.
const BROTLI_WINDOW_BITS: i32 = 22;

/// Bytes of one file, or of several together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// As it lies on disk.
    pub raw: u64,
    /// By gzip at its best.
    pub gzip: u64,
    /// By brotli at its best.
    pub brotli: u64,
}

impl Size {
    /// Compresses the bytes both ways; 100 KB take a quarter of a second.
    pub fn of(bytes: &[u8]) -> Result<Self> {
        Ok(Self {
            raw: bytes.len() as u64,
            gzip: gzip(bytes)?,
            brotli: brotli(bytes)?,
        })
    }

    /// Files travel one by one, so their sizes add up.
    pub fn plus(self, other: Self) -> Self {
        Self {
            raw: self.raw + other.raw,
            gzip: self.gzip + other.gzip,
            brotli: self.brotli + other.brotli,
        }
    }
}

/// Prints the sizes of the module and its glue. Errs when one is past its budget.
pub fn check(workspace: &Workspace, config: &Config) -> Result<()> {
    let built = Built::first(workspace, config)?;
    let (wasm, glue) = (measure(&built.wasm)?, measure(&built.glue)?);
    print!("{}", table(wasm, glue, &config.budget));
    let over = excesses(wasm, glue, &config.budget);
    if !over.is_empty() {
        bail!("past the budget in wasm-pack.toml: {}", over.join("; "));
    }
    Ok(())
}

/// The sizes of a file.
pub fn measure(path: &Path) -> Result<Size> {
    let bytes = fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
    Size::of(&bytes)
}

fn table(wasm: Size, glue: Size, budget: &Budget) -> String {
    let mut text = format!("{:<12}{:>10}{:>10}{:>10}\n", "bytes", "raw", "gzip", "brotli");
    for (name, size) in [("module", wasm), ("glue", glue), ("together", wasm.plus(glue))] {
        text += &format!("{name:<12}{:>10}{:>10}{:>10}\n", size.raw, size.gzip, size.brotli);
    }
    text += &format!(
        "{:<12}{:>10}{:>10}{:>10}   (raw: module alone)\n",
        "budget", budget.wasm_raw, budget.sum_gzip, budget.sum_brotli
    );
    text
}

fn excesses(wasm: Size, glue: Size, budget: &Budget) -> Vec<String> {
    let sum = wasm.plus(glue);
    let measured = [
        ("module, raw", wasm.raw, budget.wasm_raw),
        ("together, gzip", sum.gzip, budget.sum_gzip),
        ("together, brotli", sum.brotli, budget.sum_brotli),
    ];
    let over = measured.iter().filter(|(_, got, most)| got > most);
    over.map(|(what, got, most)| format!("{what}: {got} bytes, {} too many", got - most))
        .collect()
}

fn gzip(bytes: &[u8]) -> Result<u64> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len() as u64)
}

fn brotli(bytes: &[u8]) -> Result<u64> {
    let mut compressed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW_BITS,
        size_hint: bytes.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &params)?;
    Ok(compressed.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: Budget = Budget {
        wasm_raw: 100,
        sum_gzip: 60,
        sum_brotli: 50,
        package_brotli: 60,
        auto_brotli: 4,
        edge_component: 100,
        cloudflare_gzip: 60,
        release_brotli: 4,
    };

    #[test]
    fn repetition_compresses_and_noise_does_not() {
        let flat = Size::of(&[7; 10_000]).unwrap();
        assert_eq!(flat.raw, 10_000);
        assert!(flat.gzip < 100 && flat.brotli < 100, "{flat:?}");
    }

    #[test]
    fn sizes_within_the_budget_pass() {
        let size = Size {
            raw: 100,
            gzip: 30,
            brotli: 25,
        };
        assert!(excesses(size, size, &BUDGET).is_empty());
    }

    #[test]
    fn one_byte_too_many_is_named() {
        let wasm = Size {
            raw: 100,
            gzip: 30,
            brotli: 26,
        };
        let glue = Size {
            raw: 900,
            gzip: 30,
            brotli: 25,
        };
        assert_eq!(
            excesses(wasm, glue, &BUDGET),
            ["together, brotli: 51 bytes, 1 too many"]
        );
    }

    #[test]
    fn the_table_shows_the_sum() {
        let size = Size {
            raw: 4,
            gzip: 3,
            brotli: 2,
        };
        let shown = table(size, size, &BUDGET);
        assert!(shown.contains("together             8         6         4"), "{shown}");
    }
}
