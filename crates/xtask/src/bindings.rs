//! The tests of the browser bindings, which exist in wasm only: compiled, given their glue, and run in Chromium.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use shelfwise_build::config::Config;
use shelfwise_build::toolchain::{TARGET, Toolchain};
use shelfwise_build::workspace::Workspace;
use shelfwise_build::{files, process, wasm};

use crate::packaging;

/// The browser bindings.
const PACKAGE: &str = "shelfwise-web";
/// Under `target/shelfwise`: a folder for each file of tests.
const OUT: &str = "bindings";
/// What runs them, and what its modules are called.
const RUNNER: &str = "tests/packaging/bindings";
const NAME: &str = "test";

/// Runs the tests of the bindings.
pub fn test(workspace: &Workspace, config: &Config) -> Result<()> {
    let out = workspace.out(OUT);
    files::empty(&out)?;
    for module in compile(workspace)? {
        wasm::write_test(&module, NAME, &out.join(name(&module)?))?;
    }
    let mut node = packaging::chromium_tests(workspace, config, RUNNER)?;
    process::run(node.env("TESTS", out))
}

/// Compiles the tests, one module for each file.
fn compile(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let mut cargo = Toolchain::for_wasm(workspace)?.cargo(workspace)?;
    cargo.args(["test", "--locked", "--package", PACKAGE, "--tests", "--target", TARGET]);
    cargo.args(["--no-run", "--message-format=json-render-diagnostics"]);
    let modules: Vec<_> = process::read(&mut cargo)?.lines().filter_map(executable).collect();
    ensure!(!modules.is_empty(), "cargo compiled no tests of {PACKAGE}");
    Ok(modules)
}

/// Reads the test program that a message of cargo's tells of, but not that of the library, which has no tests in wasm.
fn executable(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let is_test = message["target"]["kind"][0] == "test";
    let path = message["executable"].as_str().filter(|_| is_test)?;
    Some(PathBuf::from(path))
}

/// `bindings-0123456789abcdef.wasm` as `bindings`.
fn name(module: &Path) -> Result<String> {
    let stem = module.file_stem().and_then(|stem| stem.to_str());
    let name = stem
        .and_then(|stem| stem.rsplit_once('-'))
        .map(|(name, _)| name.to_owned());
    name.with_context(|| {
        format!(
            "{} is not named NAME-HASH.wasm, as cargo names test programs",
            module.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_programs_are_read_from_cargos_messages() {
        let message = |kind: &str| format!(r#"{{"target":{{"kind":["{kind}"]}},"executable":"/t/bindings-01.wasm"}}"#);
        assert_eq!(executable(&message("test")), Some(PathBuf::from("/t/bindings-01.wasm")));
        assert_eq!(executable(&message("lib")), None);
        assert_eq!(executable("no message"), None);
        assert_eq!(name(Path::new("/t/first_slate-01.wasm")).unwrap(), "first_slate");
    }
}
