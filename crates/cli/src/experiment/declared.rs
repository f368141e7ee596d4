//! The file that declares experiments.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};
use shelfwise_intake::position::Position;
use shelfwise_measure::Experiments;
use shelfwise_measure::declaration::{Declaration, DeclarationError, words};

use crate::files;
use crate::policy::positions::Positions;
use crate::policy::zone;

/// Reads and checks a declaration: `experiments.toml`, or a policy that has the tables.
pub fn read(path: &Path) -> Result<Experiments> {
    check(path, &text(path)?)
}

/// Returns the ε of the question about an experiment, where the file asks one.
pub fn epsilon(path: &Path, experiment: &str) -> Result<Option<f64>> {
    Ok(Declaration::read(&text(path)?)?.epsilon(experiment))
}

/// Reads the text of a declaration.
pub fn text(path: &Path) -> Result<String> {
    String::from_utf8(files::read(path)?).with_context(|| format!("{} is no text", path.display()))
}

/// Checks the text of a declaration that is in a file, or will be.
pub fn check(path: &Path, text: &str) -> Result<Experiments> {
    let errors = match checked(text)? {
        Ok(experiments) => return Ok(experiments),
        Err(error) => located(text, &error),
    };
    let mut lines = String::new();
    for (position, what) in &errors {
        let _ = write!(lines, "\n  {}: {position}: {what}", path.display());
    }
    bail!("the declaration of experiments has to be mended:{lines}")
}

/// Times are those of the zone that the file names.
fn checked(text: &str) -> Result<Result<Experiments, DeclarationError>> {
    let mut declaration = match Declaration::read(text) {
        Ok(declaration) => declaration,
        Err(error) => return Ok(Err(error)),
    };
    if let Some(name) = &declaration.zone {
        let zone = zone::named(name)?;
        declaration.set_offsets(|local| zone::offset_at(&zone, local).unwrap_or_default());
    }
    Ok(declaration.experiments())
}

/// Returns what is wrong, from top to bottom.
fn located(text: &str, error: &DeclarationError) -> Vec<(Position, String)> {
    match error {
        DeclarationError::Text(error) => {
            let byte = error.span().map_or(0, |span| span.start);
            vec![(Position::of_byte(text, byte), error.message().to_owned())]
        }
        DeclarationError::Tables(findings) => {
            let positions = Positions::new(text);
            let mut errors: Vec<_> = findings
                .iter()
                .map(|finding| (positions.position(finding.place), words(finding)))
                .collect();
            errors.sort();
            errors
        }
        DeclarationError::Nothing => vec![(Position::of_byte(text, 0), error.to_string())],
    }
}
