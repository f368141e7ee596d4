//! `cargo xtask cloudflare`: the edge worker for Cloudflare, as wrangler and workerd take it; and its tests in workerd.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use shelfwise_build::config::{Config, Host, ModuleBudget, ModuleId};
use shelfwise_build::npm::NpmFolder;
use shelfwise_build::optimize::optimize;
use shelfwise_build::workspace::Workspace;
use shelfwise_build::{files, member, process, wasm};

use crate::size::{self, Size};
use crate::{browser, demo, package};

/// The worker's scripts and its settings.
const SOURCES: &str = "edge-worker/cloudflare";
/// The worker's tests.
const TESTS: &str = "tests/cloudflare";
/// What takes the times, among the tests.
const MEASURE: &str = "speed.mjs";
/// Under `target/shelfwise`: the worker itself.
const OUT: &str = "cloudflare";
/// The model that times are taken with, under `target/shelfwise`.
const TIMED: &str = "demo/model/model.swm";
/// What the worker carries for browsers, under `target/shelfwise`.
const CARRIED: &str = "package/shelfwise/dist";

/// What is done with the worker beside building it.
#[derive(Debug, Args)]
pub struct CloudflareOptions {
    /// Print the times of a list of 200 in workerd with the demo shop's model, compared with a worker that does nothing.
    #[arg(long)]
    measure: bool,
}

/// Builds the npm package and the worker that carries it.
pub fn run(workspace: &Workspace, config: &Config, options: &CloudflareOptions) -> Result<()> {
    if options.measure {
        return measure(workspace, config);
    }
    package::run(workspace, config)?;
    build(workspace, config).map(|_| ())
}

/// Takes the times with the demo shop's model, which is trained where it is not there yet.
fn measure(workspace: &Workspace, config: &Config) -> Result<()> {
    if !workspace.out(TIMED).is_file() {
        demo::build(workspace, config)?;
    }
    package::run(workspace, config)?;
    let mut node = tests(workspace, config, &[workspace.path(TESTS).join(MEASURE)])?;
    process::run(&mut node)
}

/// Builds the worker around the package that is already there. Errs where it is past its budget.
pub fn build(workspace: &Workspace, config: &Config) -> Result<PathBuf> {
    let carried = workspace.out(CARRIED);
    ensure!(
        carried.is_dir(),
        "there is no package yet: run `cargo xtask package` first"
    );
    let edge = config.module(ModuleId::Cloudflare)?;
    let module = wasm::compile(
        workspace,
        &edge.package,
        &edge.rustflags,
        &[("SHELFWISE_PACKAGE", &carried)],
    )?;
    let (folder, name) = (workspace.out(OUT), &edge.name);
    let unfinished = folder.with_extension("unfinished");
    wasm::write_glue(&module, name, Host::Web, &unfinished)?;
    optimize(workspace, config, &unfinished.join(format!("{name}_bg.wasm")))?;
    for script in scripts(&workspace.path(SOURCES))? {
        fs::copy(&script, unfinished.join(script.file_name().unwrap_or_default()))?;
    }
    files::replace(&unfinished, &folder)?;
    weigh(&folder, edge.budget)?;
    Ok(folder)
}

/// Builds the worker around the package that is already there, and tries it in workerd.
pub fn test(workspace: &Workspace, config: &Config) -> Result<()> {
    let files = browser::test_files(&workspace.path(TESTS))?;
    process::run(&mut tests(workspace, config, &files)?)
}

fn tests(workspace: &Workspace, config: &Config, files: &[PathBuf]) -> Result<Command> {
    let workerd = NpmFolder::Cloudflare.install(workspace, config)?.join("workerd");
    let worker = build(workspace, config)?;
    let native = native(workspace)?;
    let audit = member::binary(workspace, "shelfwise")?;
    let mut node = Command::new("node");
    // One file after the other: each has workers of its own.
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=1"])
        .args(files)
        .current_dir(workspace.path(TESTS));
    node.env("WORKERD", workerd).env("WORKER", worker);
    node.env("NATIVE", native).env("SHELFWISE", audit);
    Ok(node)
}

/// The handler without any platform: what every other host must answer.
pub fn native(workspace: &Workspace) -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo
        .args([
            "build",
            "--locked",
            // As the native tests have built it already.
            "--workspace",
            "--example",
            "answers",
        ])
        .current_dir(workspace.root());
    process::run(&mut cargo)?;
    Ok(workspace.cargo_target().join("debug/examples/answers"))
}

fn scripts(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|kind| kind == "mjs"));
    Ok(files)
}

/// What Cloudflare takes in: scripts and module.
fn weigh(folder: &Path, budget: ModuleBudget) -> Result<()> {
    let mut sum = Size::default();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_taken = ["mjs", "js", "wasm"].map(|kind| path.extension().is_some_and(|own| own == kind));
        if is_taken.contains(&true) {
            sum = sum.plus(size::measure(&path)?);
        }
    }
    let row = size::Row::new("worker for Cloudflare", sum, Some(budget));
    size::check(&[row])
}
