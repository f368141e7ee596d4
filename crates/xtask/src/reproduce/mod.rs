//! `cargo xtask reproduce`: the same sources built twice, apart from each other, and compared byte by byte.
//!
//! Each build has a checkout of its own, a cargo home of its own and a target folder of its own, reads vendored sources
//! alone, and is offline for cargo. The method is that of <https://reproducible-builds.org/docs/>; what a third party
//! does is in `docs/reproduce.md`.

mod artefact;
mod isolated;
mod provenance;
mod sbom;

use std::path::Path;

use anyhow::{Result, ensure};
use clap::Args;

use self::artefact::Artefact;
use self::isolated::{IsolatedBuild, vendor};
use crate::config::Config;
use crate::workspace::Workspace;
use crate::{files, package};

/// Under `target/shelfwise`: vendored sources, one of the checkouts, and what is written about the result.
const OUT: &str = "reproduce";
/// In there: the checkout of the first build.
const FIRST: &str = "first/checkout";

/// How much is built twice.
#[derive(Debug, Default, Args)]
pub struct ReproduceOptions {
    /// Build the edge worker's components too, which takes minutes more.
    #[arg(long)]
    edge: bool,
}

/// Builds here, from the registry's sources, and twice elsewhere, from vendored ones; compares, and writes provenance and
/// the list of components of what was built. Errs where any byte differs.
pub fn run(workspace: &Workspace, config: &Config, options: &ReproduceOptions) -> Result<()> {
    package::run(workspace, config)?;
    let here = artefact::all(workspace, false)?;
    let isolated = build_apart(workspace, options)?;
    require_equal(&here, isolated.get(..here.len()).unwrap_or(&isolated))?;
    println!("the same bytes in this folder, from the registry's sources");
    let out = workspace.out(OUT);
    provenance::write(workspace, &out, &isolated)?;
    // In a copy of the sources: the program writes beside each crate's manifest.
    sbom::write(workspace, &Workspace::at(&out.join(FIRST)), config, &out)
}

/// Builds twice elsewhere and compares: a stage of `cargo xtask test`, which may run while the package here is in use.
pub fn check(workspace: &Workspace) -> Result<()> {
    build_apart(workspace, &ReproduceOptions::default()).map(|_| ())
}

/// Builds in two folders apart from this one, and returns what both have in common: everything.
fn build_apart(workspace: &Workspace, options: &ReproduceOptions) -> Result<Vec<Artefact>> {
    let out = workspace.out(OUT);
    files::empty(&out)?;
    let vendored = vendor(workspace, &out.join("vendor"))?;
    let elsewhere = std::env::temp_dir().join(format!("shelfwise-{}-another-and-longer-path", std::process::id()));
    let build = |folder: &Path| IsolatedBuild::new(workspace, folder, &vendored)?.build(options.edge);
    let first = build(&out.join("first"))?;
    let second = build(&elsewhere);
    files::empty(&elsewhere)?;
    require_equal(&first, &second?)?;
    first.iter().for_each(|artefact| println!("{artefact}"));
    println!("reproducible: {} files, the same bytes from two builds", first.len());
    Ok(first)
}

fn require_equal(one: &[Artefact], other: &[Artefact]) -> Result<()> {
    let differing = artefact::differing(one, other);
    ensure!(
        differing.is_empty(),
        "not reproducible: the builds differ in {}",
        differing.join(", ")
    );
    Ok(())
}
