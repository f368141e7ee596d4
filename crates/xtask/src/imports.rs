//! `cargo xtask audit-imports`: the built modules import nothing but what is on the reviewed list.

mod core_module;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
pub use shelfwise_audit::dataflow::IMPORTS as ALLOWED;
use shelfwise_audit::imports::{self, AllowList};
use shelfwise_build::config::Config;
use shelfwise_build::wasm::{self, Built};
use shelfwise_build::workspace::Workspace;

/// Checks the built module against the committed list, and that verifier and engine alone import nothing.
pub fn audit(workspace: &Workspace, config: &Config) -> Result<()> {
    let built = Built::engine(workspace, config)?;
    let module = fs::read(&built.wasm).with_context(|| format!("cannot read {}", built.wasm.display()))?;
    let glue = fs::read_to_string(&built.glue).with_context(|| format!("cannot read {}", built.glue.display()))?;
    let list = allowed(workspace, ALLOWED)?;
    let findings = imports::findings(&module, &glue, &list)?;
    ensure!(
        findings.is_empty(),
        "the module's imports differ from {ALLOWED}\n\n{}",
        findings.join("\n\n")
    );
    println!("module: {} imports, all on the list", imports::imports(&module)?.len());
    refuse_release_imports(&wasm::release(workspace, config)?)?;
    core_module::check(workspace)
}

/// Reads a list of allowed imports.
pub fn allowed(workspace: &Workspace, file: &str) -> Result<AllowList> {
    let text = fs::read_to_string(workspace.path(file)).with_context(|| format!("cannot read {file}"))?;
    AllowList::parse(file, &text)
}

/// The module that verifies signed releases is given nothing: its import section is empty.
fn refuse_release_imports(file: &Path) -> Result<()> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    imports::refuse_imports("the module for signed releases", &bytes)?;
    println!("signed releases: no import");
    Ok(())
}
