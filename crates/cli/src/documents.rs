//! `shelfwise documents`: documents for a privacy team, from a data-flow manifest.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use shelfwise_audit::documents;

use crate::{files, print_line};

/// Write documents for a privacy team from a data-flow manifest: the flows as a page, texts of a data protection impact
/// assessment and of a record of processing, and a CycloneDX document.
///
/// The texts describe what the software does; lines that begin with "To fill in" need your own answers.
#[derive(Args)]
#[command(after_help = "Example:\n  shelfwise documents node_modules/shelfwise/dataflow.json --out privacy")]
pub struct Documents {
    /// The manifest, dataflow.json: of the package, or as your server serves it.
    #[arg(value_name = "FILE")]
    manifest: PathBuf,
    /// The folder to write into. A document that is there already is not overwritten.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Documents {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let manifest = serde_json::from_slice(&files::read(&self.manifest)?);
        let named = || format!("{}: give the dataflow.json of the package", self.manifest.display());
        let made = documents::documents(&manifest.with_context(named)?).with_context(named)?;
        if let Some(there) = made
            .iter()
            .map(|made| self.out.join(made.name))
            .find(|path| path.exists())
        {
            bail!(
                "{} exists and may have your answers in it: name another folder with --out, and compare",
                there.display()
            );
        }
        for document in made {
            let path = self.out.join(document.name);
            files::write(&path, document.text.as_bytes())?;
            print_line!("{}", path.display());
        }
        Ok(())
    }
}
