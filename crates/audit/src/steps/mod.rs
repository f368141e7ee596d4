//! The steps: the static ones, which prove what can be proved of files without running them, and those that judge what was
//! observed of browsers.

pub mod arms;
pub mod canary;
pub mod contain;
mod dataflow;
pub mod draws;
pub mod edge;
pub mod epsilon;
mod flow;
mod hashes;
mod imports;
mod later;
pub mod noninterfere;
mod pages;
pub mod rebuild;
pub mod reports;
pub mod secrets;
mod shell;
pub mod signals;
pub mod storage;
mod tamper;
mod trials;

use anyhow::Result;
use serde_json::Value;

use crate::imports::AllowList;
use crate::lab::{Declared, Trial};
use crate::report::Step;
use crate::shipped::{Files, Shipped};

pub use self::contain::EXITS;
pub use self::flow::flow;
pub use self::later::later;
pub use self::pages::{not_visited as pages_not_visited, step as pages};
pub use self::tamper::step as tamper;

/// How much a step in browsers tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Everything.
    Whole,
    /// As much as finds a planted leak of its kind.
    Least,
}

/// What the tool knows of the package that it was built beside.
#[derive(Debug)]
pub struct Known {
    /// The engine's imports.
    pub imports: AllowList,
    /// The manifest, as the code makes it.
    pub manifest: Value,
}

impl Known {
    /// Reads what is compiled into the tool.
    ///
    /// # Errors
    /// If a committed list cannot be read, which is a defect of the build.
    pub fn own() -> Result<Self> {
        let imports = AllowList::parse(crate::dataflow::IMPORTS, include_str!("../../../web/imports.allow"))?;
        let manifest = serde_json::from_str(&crate::dataflow::manifest(&imports)?)?;
        Ok(Self { imports, manifest })
    }
}

/// Returns the steps that need a browser as not proved, for this reason.
pub fn without_browsers(reason: &str) -> Vec<Step> {
    let (declared, effort) = (Declared::default(), Effort::Whole);
    let missing = || reason.to_owned();
    vec![
        contain::step(&[Trial::missing(missing())], ""),
        noninterfere::step(&[Trial::missing(missing())], "", &declared),
        canary::step(&[Trial::missing(missing())], "", &declared),
        storage::step(&[Trial::missing(missing())], "", &declared, effort),
        signals::step(&[Trial::missing(missing())], "", effort),
        draws::step(&[Trial::missing(missing())], ""),
        reports::step(&[Trial::missing(missing())], ""),
    ]
}

/// Runs the static steps in the report's order. `package` holds the files of the package that the shop installed.
///
/// # Errors
/// If a committed list cannot be read.
pub fn run(shipped: &Shipped, files: &Files, package: Option<&Files>, known: &Known) -> Result<Vec<Step>> {
    Ok(vec![
        imports::step(shipped, &known.imports),
        shell::step(shipped)?,
        dataflow::step(shipped, &known.manifest),
        hashes::step(shipped, files, package),
    ])
}

#[cfg(test)]
mod tests;
