//! The components as built, in a host of their own: `tests/edge`, a workspace beside this one.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use shelfwise_build::config::Config;
use shelfwise_build::toolchain::{TARGET, Toolchain};
use shelfwise_build::workspace::Workspace;
use shelfwise_build::{process, wasm};

use super::{OUT, build, component};
use crate::cloudflare;

/// The host with its tests.
const FOLDER: &str = "tests/edge";
/// Components that are there to compare with: handlers that do nothing, and the golden vectors.
const COMPARED: &str = "shelfwise-edge-compared";
/// Their names.
const NAMES: [&str; 3] = ["empty_spin", "empty_wasi", "vectors"];
/// Under `target/shelfwise`.
const COMPARED_OUT: &str = "edge-compared";

/// Builds the components around the package that is already there, and runs the host's tests with them.
pub fn test(workspace: &Workspace, config: &Config) -> Result<()> {
    build(workspace, config)?;
    compared(workspace, config)?;
    let native = cloudflare::native(workspace)?;
    process::run(host(workspace).env("NATIVE", native).args([
        "test",
        "--locked",
        "--release",
        "--",
        "--test-threads=1",
    ]))
}

/// Compiles the host and its tests, which is most of the work and needs no component.
pub fn compile_host(workspace: &Workspace) -> Result<()> {
    format(workspace)?;
    process::run(host(workspace).args(["test", "--locked", "--release", "--no-run"]))
}

/// Prints throughput, times and memory beside handlers that do nothing.
pub fn measure(workspace: &Workspace, config: &Config) -> Result<()> {
    compared(workspace, config)?;
    process::run(host(workspace).args(["run", "--locked", "--release", "--bin", "measure"]))
}

/// A cargo command on the host. wasmtime is compiled once, for programs, tests and lints alike: clippy stands in for the
/// compiler of the host's own crate, whose manifest denies every warning.
fn host(workspace: &Workspace) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(workspace.path(FOLDER));
    cargo.env("CARGO_TARGET_DIR", workspace.cargo_target().join("edge-host"));
    cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
    cargo
        .env("EDGE", workspace.out(OUT))
        .env("EDGE_COMPARED", workspace.out(COMPARED_OUT));
    cargo
}

fn format(workspace: &Workspace) -> Result<()> {
    process::run(
        Command::new("cargo")
            .args(["fmt", "--check"])
            .current_dir(workspace.path(FOLDER)),
    )
}

fn compared(workspace: &Workspace, config: &Config) -> Result<()> {
    let mut cargo = Toolchain::for_wasm(workspace)?.cargo(workspace)?;
    cargo.args(["build", "--locked", "--package", COMPARED, "--examples"]);
    cargo.args(["--target", TARGET, "--profile", wasm::PROFILE]);
    process::run(&mut cargo)?;
    let built = workspace
        .cargo_target()
        .join(TARGET)
        .join(wasm::PROFILE)
        .join("examples");
    let out = workspace.out(COMPARED_OUT);
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    NAMES
        .iter()
        .try_for_each(|name| put(workspace, config, &built.join(name), &out))
}

fn put(workspace: &Workspace, config: &Config, module: &Path, out: &Path) -> Result<()> {
    let module = module.with_extension("wasm");
    let bytes = component::small(workspace, config, &module, out)?;
    fs::write(out.join(module.file_name().unwrap_or_default()), bytes).context("cannot write a component")
}
