//! `cargo xtask edge`: the edge worker as components, one for Spin and one for hosts of wasi:http 0.2.

mod component;
mod trial;

use std::fs;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use shelfwise_audit::imports::component as components;
use shelfwise_build::config::Config;
use shelfwise_build::files;
use shelfwise_build::workspace::Workspace;

use self::component::Component;
use crate::{imports, package};

pub use self::trial::{compile_host, test};

/// What is done with the components beside building them.
#[derive(Debug, Args)]
pub struct EdgeOptions {
    /// Print throughput, times and memory, compared with handlers that do nothing.
    #[arg(long)]
    measure: bool,
}

/// Under `target/shelfwise`: the components.
const OUT: &str = "edge";
/// What the components may import, function by function, from the repository's root.
const ALLOWED: &str = "edge-worker/imports.allow";
/// What the worker carries for browsers, under `target/shelfwise`.
const CARRIED: &str = "package/shelfwise/dist";

/// Builds the npm package and the components that carry it.
pub fn run(workspace: &Workspace, config: &Config, options: &EdgeOptions) -> Result<()> {
    package::run(workspace, config)?;
    build(workspace, config)?;
    if options.measure {
        trial::measure(workspace, config)?;
    }
    Ok(())
}

/// Builds the components around the package that is already there. Errs where one is past its budget, or imports what
/// is not on the list.
pub fn build(workspace: &Workspace, config: &Config) -> Result<()> {
    let carried = workspace.out(CARRIED);
    ensure!(
        carried.is_dir(),
        "there is no package yet: run `cargo xtask package` first"
    );
    let folder = workspace.out(OUT);
    let unfinished = folder.with_extension("unfinished");
    files::empty(&unfinished)?;
    fs::create_dir_all(&unfinished)?;
    for component in Component::ALL {
        let bytes = component.build(workspace, config, &carried, &unfinished)?;
        let budget = config.budget.edge_component;
        println!("{}: {} bytes of {budget}", component.file(), bytes.len());
        ensure!(
            bytes.len() as u64 <= budget,
            "{} is past its budget in wasm-pack.toml",
            component.file()
        );
        let file = unfinished.join(component.file());
        fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
    }
    files::replace(&unfinished, &folder)?;
    audit(workspace)
}

/// Compares the imports of the built components with the committed list.
fn audit(workspace: &Workspace) -> Result<()> {
    let mut found = Vec::new();
    for component in Component::ALL {
        let file = workspace.out(OUT).join(component.file());
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        found.extend(components::imports(component.name(), &bytes)?);
    }
    let findings = components::findings(&found, &imports::allowed(workspace, ALLOWED)?);
    ensure!(
        findings.is_empty(),
        "the components' imports differ from {ALLOWED}\n\n{}",
        findings.join("\n\n")
    );
    println!("components: {} interfaces imported, all on the list", found.len());
    Ok(())
}
