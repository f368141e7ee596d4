//! `shelfwise policy`: the merchandiser's rules.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use shelfwise_core::Policy;
use shelfwise_core::policy::PolicySource;

use crate::files;

/// What to do with a policy.
#[derive(Subcommand)]
pub enum PolicyCommand {
    /// Check a policy and say what is wrong with it, and where.
    Check(Check),
    /// Check a policy and write the file that engines read.
    #[command(after_help = "Example:\n  shelfwise policy build policy.toml --out policy.swp")]
    Build(Build),
}

/// Arguments of `policy check`.
#[derive(Args)]
pub struct Check {
    /// The policy.
    file: PathBuf,
}

/// Arguments of `policy build`.
#[derive(Args)]
pub struct Build {
    /// The policy.
    file: PathBuf,
    /// Where the built policy goes.
    #[arg(long)]
    out: PathBuf,
}

impl PolicyCommand {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        match self {
            Self::Check(Check { file }) => {
                println!("{}", summary(&read(&file)?));
                Ok(())
            }
            Self::Build(Build { file, out }) => {
                let policy = read(&file)?;
                files::write(&out, &policy.encode())?;
                println!("{}: {}", out.display(), summary(&policy));
                Ok(())
            }
        }
    }
}

fn read(path: &Path) -> Result<Policy> {
    let read = || -> Result<Policy> {
        let text = String::from_utf8(files::read(path)?).context("is not UTF-8 text: save it as UTF-8")?;
        Ok(toml::from_str::<PolicySource>(&text)?.check()?)
    };
    read().with_context(|| path.display().to_string())
}

fn summary(policy: &Policy) -> String {
    format!(
        "{} rules for {} placements",
        policy.rules.len(),
        policy.placements.len()
    )
}
