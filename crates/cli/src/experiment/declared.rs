//! The file that declares experiments.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};
use shelfwise_measure::Experiments;

use crate::files;

/// Reads and checks a declaration: `experiments.toml`, or a policy that has the tables.
pub fn read(path: &Path) -> Result<Experiments> {
    let text = String::from_utf8(files::read(path)?).with_context(|| format!("{} is no text", path.display()))?;
    let errors = match Experiments::parse(&text) {
        Ok(experiments) => return Ok(experiments),
        Err(errors) => errors,
    };
    let mut lines = String::new();
    for error in &errors {
        let _ = write!(lines, "\n  {}: {error}", path.display());
    }
    bail!("the declaration of experiments has to be mended:{lines}")
}
