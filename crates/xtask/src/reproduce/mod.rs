//! `cargo xtask reproduce`: the same sources built twice, apart from each other, and compared byte by byte.
//!
//! Each build has a checkout of its own, a cargo home of its own and a target folder of its own, reads vendored sources
//! alone, and is offline for cargo. The method is that of <https://reproducible-builds.org/docs/>; what a third party
//! does is in `docs/reproduce.md`.

mod artefact;
mod hashes;
mod isolated;
mod provenance;
mod sbom;

use anyhow::{Result, ensure};
use clap::Args;
use shelfwise_build::config::Config;
use shelfwise_build::files;
use shelfwise_build::workspace::Workspace;

use self::artefact::Artefact;
use self::isolated::{IsolatedBuild, vendored};
use crate::package;

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
    /// Write hashes.json alone, and neither provenance nor the list of components.
    #[arg(long)]
    hashes_only: bool,
}

/// Builds here, from the registry's sources, and twice elsewhere, from vendored ones; compares, and writes hashes, provenance
/// and the list of components of what was built. Errs where any byte differs; the hashes are written before.
pub fn run(workspace: &Workspace, config: &Config, options: &ReproduceOptions) -> Result<()> {
    package::run(workspace, config)?;
    let here = artefact::all(workspace, false)?;
    let out = workspace.out(OUT);
    let [first, second] = build_apart(workspace, options)?;
    hashes::write(
        workspace,
        &out,
        &[("registry", &here), ("vendored", &first), ("vendored", &second)],
    )?;
    report(&first, &second)?;
    require_equal(&here, first.get(..here.len()).unwrap_or(&first))?;
    println!("the same bytes in this folder, from the registry's sources");
    if options.hashes_only {
        return Ok(());
    }
    provenance::write(workspace, &out, &first)?;
    // In a copy of the sources: the program writes beside each crate's manifest.
    sbom::write(workspace, &Workspace::at(&out.join(FIRST)), config, &out)
}

/// Builds once elsewhere, from vendored sources, and compares with the package here: a stage of `cargo xtask test`.
pub fn check(workspace: &Workspace, config: &Config) -> Result<()> {
    package::run(workspace, config)?;
    let here = artefact::all(workspace, false)?;
    let out = workspace.out(OUT);
    files::empty(&out)?;
    let vendored = vendored(workspace, &out.join("vendor"))?;
    let elsewhere = build_elsewhere(workspace, &vendored, false)?;
    require_equal(&here, &elsewhere)?;
    println!(
        "reproducible: {} files, the same bytes from a build elsewhere",
        here.len()
    );
    Ok(())
}

/// Builds in two folders apart from this one, and returns what each of them made.
fn build_apart(workspace: &Workspace, options: &ReproduceOptions) -> Result<[Vec<Artefact>; 2]> {
    let out = workspace.out(OUT);
    files::empty(&out)?;
    let vendored = vendored(workspace, &out.join("vendor"))?;
    let first = IsolatedBuild::new(workspace, &out.join("first"), &vendored)?.build(options.edge)?;
    let second = build_elsewhere(workspace, &vendored, options.edge)?;
    Ok([first, second])
}

/// Prints what two builds made. Errs where they differ.
fn report(first: &[Artefact], second: &[Artefact]) -> Result<()> {
    require_equal(first, second)?;
    first.iter().for_each(|artefact| println!("{artefact}"));
    println!("reproducible: {} files, the same bytes from two builds", first.len());
    Ok(())
}

/// Builds in a folder for the time being, whose path is unlike that of any checkout.
fn build_elsewhere(workspace: &Workspace, vendored: &str, edge: bool) -> Result<Vec<Artefact>> {
    let folder = std::env::temp_dir().join(format!("shelfwise-{}-another-and-longer-path", std::process::id()));
    let built = IsolatedBuild::new(workspace, &folder, vendored)?.build(edge);
    files::empty(&folder)?;
    built
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
