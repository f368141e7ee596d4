//! Golden vectors: what the engine answers, with the same bytes natively, under Node and in headless Chromium.
//!
//! The native run is one of the workspace's tests; the runs in wasm are here, and so is writing the answers anew.

use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::programs::{CrateProgram, Dependencies, SystemProgram, locked_version};
use crate::toolchain::{TARGET, Toolchain};
use crate::workspace::Workspace;

/// The package that keeps the vectors.
const VECTORS: &str = "shelfwise-vectors";
/// The browser face, whose own tests run in wasm only.
const FACE: &str = "shelfwise-web";
/// How the runner starts the browser.
const WEBDRIVER: &str = "tests/webdriver.json";

/// Where the tests run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WasmHost {
    /// Node.js.
    Node,
    /// Chromium without a window.
    Chromium,
}

/// Runs the vectors, and the face's tests, in the host.
pub fn run(workspace: &Workspace, host: WasmHost) -> Result<()> {
    // A runner of another version than the crate's refuses the module, so the lock file decides.
    let version = locked_version(workspace, "wasm-bindgen")?;
    let runner = CrateProgram {
        package: "wasm-bindgen-cli",
        version: &version,
        program: "wasm-bindgen-test-runner",
        dependencies: Dependencies::Newest,
    };
    let mut cargo = Toolchain::for_wasm(workspace)?.cargo(workspace);
    cargo.args(["test", "--locked", "--package", VECTORS, "--package", FACE]);
    cargo.args(["--target", TARGET, "--tests"]);
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner.require(workspace)?);
    choose(&mut cargo, workspace, host)?;
    process::run(&mut cargo)
}

/// Writes the snapshot fixtures and the answers of every case anew. Nothing checks them but the reader of the
/// difference.
pub fn regenerate(workspace: &Workspace) -> Result<()> {
    // Answers are made from the snapshots that the binary was built with: snapshots first, then built anew.
    for what in ["--write-snapshots", "--write"] {
        let mut cargo = Command::new("cargo");
        cargo
            .args(["run", "--locked", "--package", VECTORS, "--", what])
            .current_dir(workspace.root());
        process::run(&mut cargo)?;
    }
    Ok(())
}

fn choose(cargo: &mut Command, workspace: &Workspace, host: WasmHost) -> Result<()> {
    match host {
        // What the runner does when it is told nothing.
        WasmHost::Node => {}
        WasmHost::Chromium => {
            SystemProgram::Chromium.require()?;
            cargo.env("CHROMEDRIVER", SystemProgram::Chromedriver.require()?);
            cargo.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", workspace.path(WEBDRIVER));
            cargo.env("WASM_BINDGEN_USE_BROWSER", "1");
        }
    }
    Ok(())
}
