//! The engine without any face, as wasm: its import section is empty.
//!
//! A library for wasm is a bag of objects, and a linker would drop what nothing calls. So `tests/imports` becomes
//! one archive of the engine with all that it depends on, and the archive is linked whole, with nothing collected:
//! a function that any of it would ask of a host stands in the import section then.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::module;
use crate::process;
use crate::toolchain::{TARGET, Toolchain};
use crate::workspace::Workspace;

/// The package that holds the engine and nothing else.
const PACKAGE: &str = "shelfwise-tests-imports";
/// Everything that the engine does is tens of functions; fewer mean that nothing was linked.
const LEAST_FUNCTIONS: usize = 100;

/// Links the engine alone. Errs when it imports anything.
pub fn check(workspace: &Workspace) -> Result<()> {
    let toolchain = Toolchain::for_wasm(workspace)?;
    let archive = archive(workspace, &toolchain)?;
    let linked = workspace.out("bare.wasm");
    link(&toolchain, &archive, &linked)?;
    let wasm = std::fs::read(&linked).with_context(|| format!("could not read {}", linked.display()))?;
    let functions = refuse_imports(&wasm)?;
    if functions < LEAST_FUNCTIONS {
        bail!("the engine was linked to only {functions} functions: this check looks at nothing");
    }
    println!("core alone: {functions} functions, no import");
    Ok(())
}

fn archive(workspace: &Workspace, toolchain: &Toolchain) -> Result<PathBuf> {
    let mut cargo = toolchain.cargo(workspace);
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

/// How many functions the module defines; errs when it imports anything.
fn refuse_imports(wasm: &[u8]) -> Result<usize> {
    let imports = module::imports(wasm)?;
    if !imports.is_empty() {
        let names: Vec<_> = imports
            .iter()
            .map(|import| format!("{}.{}", import.module, import.name))
            .collect();
        bail!(
            "core must not import anything, but asks its host for {}",
            names.join(", ")
        );
    }
    module::functions(wasm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_that_imports_nothing_passes() {
        assert_eq!(refuse_imports(module::samples::EMPTY).unwrap(), 0);
    }

    #[test]
    fn one_import_fails_by_its_name() {
        let error = refuse_imports(module::samples::ONE_IMPORT).unwrap_err().to_string();
        assert!(error.contains("env.now"), "{error}");
    }
}
