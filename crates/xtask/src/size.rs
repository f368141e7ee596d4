//! `cargo xtask size`: what a shopper's browser downloads, against the budget, and what takes the bytes.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use shelfwise_build::config::{Config, ModuleBudget, ModuleId};
use shelfwise_build::functions;
use shelfwise_build::wasm::{self, Built};
use shelfwise_build::workspace::Workspace;

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

/// One line of a table: what it is, its bytes, and the most of them.
#[derive(Debug)]
pub struct Row {
    name: String,
    size: Size,
    budget: Option<ModuleBudget>,
}

impl Row {
    /// A line; without a budget it is there to be read.
    pub fn new(name: impl Into<String>, size: Size, budget: Option<ModuleBudget>) -> Self {
        let name = name.into();
        Self { name, size, budget }
    }

    /// Says by how many bytes it is past its budget; none where it is not.
    fn excess(&self) -> Option<String> {
        let (got, most) = match self.budget? {
            ModuleBudget::Gzip(most) => (self.size.gzip, most),
            ModuleBudget::Brotli(most) => (self.size.brotli, most),
        };
        (got > most).then(|| format!("{}: {got} bytes, {} too many", self.name, got - most))
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, size, budget } = self;
        write!(f, "{name:<34}{:>9}{:>9}{:>9}", size.raw, size.gzip, size.brotli)?;
        match budget {
            None => Ok(()),
            Some(ModuleBudget::Gzip(most)) => write!(f, "   of {most} by gzip"),
            Some(ModuleBudget::Brotli(most)) => write!(f, "   of {most} by brotli"),
        }
    }
}

/// Prints the table. Errs when a line is past its budget.
pub fn check(rows: &[Row]) -> Result<()> {
    println!("{:<34}{:>9}{:>9}{:>9}", "bytes", "raw", "gzip", "brotli");
    rows.iter().for_each(|row| println!("{row}"));
    let over: Vec<_> = rows.iter().filter_map(Row::excess).collect();
    ensure!(
        over.is_empty(),
        "past the budget in wasm-pack.toml: {}\n`cargo xtask size` shows what takes the bytes",
        over.join("; ")
    );
    Ok(())
}

/// Prints the sizes of the modules for browsers. Errs when one is past its budget even without its scripts.
pub fn modules(workspace: &Workspace, config: &Config) -> Result<()> {
    let engine = Built::engine(workspace, config)?;
    let release = wasm::release(workspace, config)?;
    let budget = |id| config.module(id).map(|module| Some(module.budget));
    check(&[
        Row::new("engine", measure(&engine.wasm)?, budget(ModuleId::Engine)?),
        Row::new("its glue, bundled into worker.js", measure(&engine.glue)?, None),
        Row::new("release verifier", measure(&release)?, budget(ModuleId::Release)?),
    ])
}

/// The same, and what takes the bytes, by crate and by function.
pub fn run(workspace: &Workspace, config: &Config) -> Result<()> {
    let checked = modules(workspace, config);
    for id in [ModuleId::Engine, ModuleId::Release] {
        functions::print(workspace, config, config.module(id)?)?;
    }
    checked
}

/// The sizes of a file.
pub fn measure(path: &Path) -> Result<Size> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Size::of(&bytes)
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

    #[test]
    fn repetition_compresses_and_noise_does_not() {
        let flat = Size::of(&[7; 10_000]).unwrap();
        assert_eq!(flat.raw, 10_000);
        assert!(flat.gzip < 100 && flat.brotli < 100, "{flat:?}");
    }

    #[test]
    fn one_byte_too_many_is_named_with_the_row() {
        let size = Size {
            raw: 100,
            gzip: 30,
            brotli: 26,
        };
        let row = |budget| Row::new("engine", size, budget);
        for budget in [None, Some(ModuleBudget::Brotli(26)), Some(ModuleBudget::Gzip(30))] {
            assert_eq!(row(budget).excess(), None);
        }
        let excess = row(Some(ModuleBudget::Brotli(25))).excess();
        assert_eq!(excess.as_deref(), Some("engine: 26 bytes, 1 too many"));
        assert!(check(&[row(Some(ModuleBudget::Gzip(29)))]).is_err());
    }
}
