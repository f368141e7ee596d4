//! The packed tarball where storefronts would put it: bundlers, servers, runtimes, plain pages; and the golden vectors in
//! every host of WebAssembly.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use shelfwise_build::config::Config;
use shelfwise_build::npm::NpmFolder;
use shelfwise_build::programs::SystemProgram;
use shelfwise_build::toolchain::{TARGET, Toolchain};
use shelfwise_build::workspace::Workspace;
use shelfwise_build::{process, wasm};

use crate::{browser, demo, package, vectors};

/// Where the tests are.
const FOLDER: &str = "tests/packaging";
/// Under `target/shelfwise`: copies of the projects that the tarball is installed into.
const OUT: &str = "packaging";
/// Those that need no tarball.
const HOSTS: &str = "tests/packaging/hosts";
/// The module with the golden vectors: an example of the package that keeps them.
const MODULE: &str = "hosts";

/// Runs the golden vectors in Node, Chromium, Firefox and workerd.
pub fn hosts(workspace: &Workspace, config: &Config) -> Result<()> {
    let firefox = SystemProgram::Firefox.require()?;
    let module = module(workspace)?;
    let mut node = chromium_tests(workspace, config, HOSTS)?;
    process::run(node.env("FIREFOX", firefox).env("VECTORS_MODULE", module))
}

/// Node with the tests of a folder, which drive Chromium.
pub fn chromium_tests(workspace: &Workspace, config: &Config, folder: &str) -> Result<Command> {
    NpmFolder::PackagingTests.install(workspace, config)?;
    let mut node = tests(workspace, folder)?;
    node.env("CHROMIUM", SystemProgram::Chromium.require()?);
    Ok(node)
}

/// Packs the tarball, installs it into every environment and runs it there. The examples show the demo shop's products,
/// with its model: it is trained where it is not there yet.
pub fn tarball(workspace: &Workspace, config: &Config) -> Result<()> {
    let tarball = keep(workspace, &package::run(workspace, config)?)?;
    let model = workspace.out("demo/model/model.swm");
    if !model.is_file() {
        demo::build(workspace, config)?;
    }
    let mut node = chromium_tests(workspace, config, FOLDER)?;
    node.env("NGINX", SystemProgram::Nginx.require()?)
        .env("CADDY", SystemProgram::Caddy.require()?)
        .env("PACKAGE", tarball)
        .env("MODEL", model)
        .env("PACKAGING_OUT", workspace.out(OUT));
    process::run(&mut node)
}

/// A copy that no later build of the package takes away while it is being tried.
fn keep(workspace: &Workspace, tarball: &Path) -> Result<PathBuf> {
    let folder = workspace.out(OUT);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let copy = folder.join("shelfwise.tgz");
    fs::copy(tarball, &copy).with_context(|| format!("cannot copy {}", tarball.display()))?;
    Ok(copy)
}

/// Compiles the vectors as the engine itself is compiled for browsers.
fn module(workspace: &Workspace) -> Result<PathBuf> {
    let mut cargo = Toolchain::for_wasm(workspace)?.cargo(workspace)?;
    cargo.args(["build", "--locked", "--package", vectors::PACKAGE, "--example", MODULE]);
    cargo.args(["--target", TARGET, "--profile", wasm::PROFILE]);
    process::run(&mut cargo)?;
    let examples = workspace
        .cargo_target()
        .join(TARGET)
        .join(wasm::PROFILE)
        .join("examples");
    Ok(examples.join(MODULE).with_extension("wasm"))
}

/// Two files at once: each has browsers, servers and a folder of its own, and most of them wait.
fn tests(workspace: &Workspace, folder: &str) -> Result<Command> {
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=2"])
        .args(browser::test_files(&workspace.path(folder))?)
        .current_dir(workspace.path(FOLDER));
    Ok(node)
}
