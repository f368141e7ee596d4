//! The engine without bindings, as wasm: its import section is empty.
//!
//! Compiler and linker would drop what nothing calls. So `tests/drive`, which makes the compiler write the generic
//! engine out, becomes one archive with all that it depends on; dead code is kept, and the archive is linked whole:
//! a function that any of it would ask of a host stands in the import section then.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use shelfwise_audit::imports;
use shelfwise_build::process;
use shelfwise_build::toolchain::{TARGET, Toolchain};
use shelfwise_build::workspace::Workspace;

/// The package that holds the engine, driven by every way in.
const PACKAGE: &str = "shelfwise-tests-drive";
/// What the names of the engine's own functions have in them, as the compiler writes them.
const ENGINE: &str = "shelfwise_core";
/// The engine has several hundred functions; fewer mean that it was not linked.
const LEAST_FUNCTIONS: usize = 100;

/// Links the engine alone. Errs when it imports anything.
pub fn check(workspace: &Workspace) -> Result<()> {
    let toolchain = Toolchain::for_wasm(workspace)?;
    let archive = archive(workspace, &toolchain)?;
    let linked = workspace.out("bare.wasm");
    link(&toolchain, &archive, &linked)?;
    let wasm = std::fs::read(&linked).with_context(|| format!("cannot read {}", linked.display()))?;
    imports::refuse_imports("core", &wasm)?;
    let functions = require_engine(&wasm)?;
    println!("core alone: {functions} functions of its own, no import");
    Ok(())
}

fn archive(workspace: &Workspace, toolchain: &Toolchain) -> Result<PathBuf> {
    let mut cargo = toolchain.cargo(workspace)?;
    cargo.args([
        "rustc",
        "--locked",
        "--package",
        PACKAGE,
        "--lib",
        "--crate-type",
        "staticlib",
        "--target",
        TARGET,
        "--",
        "-Clink-dead-code",
    ]);
    process::run(&mut cargo)?;
    let file = format!("lib{}.a", PACKAGE.replace('-', "_"));
    Ok(workspace.cargo_target().join(TARGET).join("debug").join(file))
}

fn link(toolchain: &Toolchain, archive: &Path, linked: &Path) -> Result<()> {
    let mut linker = Command::new(toolchain.wasm_linker()?);
    linker.args([
        "-flavor",
        "wasm",
        "--no-entry",
        "--no-gc-sections",
        "--allow-undefined",
        "--whole-archive",
    ]);
    std::fs::create_dir_all(linked.parent().unwrap_or(linked))?;
    process::run(linker.arg(archive).arg("-o").arg(linked))
}

/// How many functions of the engine are in the module; errs when they are not there, and nothing was checked.
fn require_engine(wasm: &[u8]) -> Result<usize> {
    let names = imports::function_names(wasm)?;
    let own = names.iter().filter(|name| name.contains(ENGINE)).count();
    ensure!(
        own >= LEAST_FUNCTIONS,
        "only {own} functions of the engine were linked: this check looks at nothing"
    );
    Ok(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn module_without_the_engine_is_refused() {
        assert!(require_engine(b"\0asm\x01\0\0\0").is_err());
    }
}
