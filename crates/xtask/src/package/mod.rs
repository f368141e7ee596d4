//! `cargo xtask package`: what a storefront installs. Sources in `crates/web/js` and the built module become a tarball;
//! same sources and tools, same bytes.

mod bundle;
mod declarations;
mod patched;
mod size;

use std::fs;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::thread;

use anyhow::{Context as _, Result};
use shelfwise_build::config::Config;
use shelfwise_build::npm::NpmFolder;
use shelfwise_build::programs::SystemProgram;
use shelfwise_build::wasm::{self, Built};
use shelfwise_build::workspace::Workspace;
use shelfwise_build::{files, member, process};

use self::bundle::Bundler;
use crate::browser;

/// Where the package's sources are.
pub const SOURCES: &str = "crates/web/js";
/// Where the tests of the whole package are, and how many files of them run at once: most of them wait. They look at no frame,
/// so that their Chromium needs no window.
const TESTS: (&str, &str) = ("tests/package", "2");
/// The same of single scripts, of the GA4 adapter, and of lists and shelves, which look at single frames.
const TESTS_OF_SCRIPTS: &[(&str, &str)] = &[
    ("crates/web/js/test/scripts", "2"),
    ("crates/web/js/test/auto", "2"),
    ("crates/web/js/test/elements", "1"),
];
/// The program that plants leaks.
const LEAKS: &str = "shelfwise-leaks";
/// Under `target/shelfwise`: what is packed, and the tarball beside it.
const OUT: &str = "package";
/// The folder that is packed.
const STAGED: &str = "shelfwise";
/// What goes into the tarball beside `dist`, from where in the repository. The last may not be there yet.
const BESIDE: &[&str] = &[
    "crates/web/js/README.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "dataflow.json",
];

/// The tarball of this run: stages of `cargo xtask test` share it.
static BUILT: OnceLock<PathBuf> = OnceLock::new();

/// The folder that the tarball was packed of.
pub fn staged(workspace: &Workspace) -> PathBuf {
    workspace.out(OUT).join(STAGED)
}

/// Builds module and package. Returns the tarball. Within one run of xtask they are built once.
pub fn run(workspace: &Workspace, config: &Config) -> Result<PathBuf> {
    if let Some(tarball) = BUILT.get() {
        return Ok(tarball.clone());
    }
    wasm::build(workspace, config)?;
    build(workspace, config)
}

/// Takes the tarball of an earlier build, by another process, for the one of this run.
pub fn take_built(workspace: &Workspace) -> Result<()> {
    let folder = workspace.out(OUT);
    let name = files::names(&folder)?.into_iter().find(|name| name.ends_with(".tgz"));
    let name = name.with_context(|| format!("{} has no tarball", folder.display()))?;
    BUILT.get_or_init(|| folder.join(name));
    Ok(())
}

/// Drives both browsers on a page that does known things, where each witness must see what it is there for; and audits the
/// pages of a small shop, with leaks and without.
fn witnesses(workspace: &Workspace) -> Result<()> {
    let (chromium, firefox) = (SystemProgram::Chromium.require()?, SystemProgram::Firefox.require()?);
    let mut cargo = Command::new("cargo");
    // The whole workspace, for the reason of `member::program`.
    cargo.args(["test", "--quiet", "--locked", "--workspace", "--features"]);
    cargo.args([
        "shelfwise-witness/browsers,shelfwise-cli/browsers",
        "--test",
        "browsers",
        "--test",
        "pages",
    ]);
    cargo
        .env("SHELFWISE_CHROMIUM", &chromium)
        .env("SHELFWISE_FIREFOX", &firefox);
    process::run_then_show(cargo.current_dir(workspace.root()))
}

/// Sends two browsers through the failures of the package, which is built around the module that is already there.
pub fn test(workspace: &Workspace, config: &Config) -> Result<()> {
    if BUILT.get().is_none() {
        build(workspace, config)?;
    }
    for tools in [NpmFolder::PackageTests, NpmFolder::PackagingTests] {
        tools.install(workspace, config)?;
    }
    let firefox = SystemProgram::Firefox.require()?;
    let mut whole = tests(workspace, TESTS)?;
    whole.env("CHROMIUM", SystemProgram::chromium_for_pages()?);
    process::run(whole.env("FIREFOX", &firefox))?;
    let chromium = SystemProgram::Chromium.require()?;
    for of_scripts in TESTS_OF_SCRIPTS {
        let mut node = tests(workspace, *of_scripts)?;
        process::run(node.env("CHROMIUM", &chromium).env("FIREFOX", &firefox))?;
    }
    Ok(())
}

/// Node with the tests of a folder, so many files at once.
fn tests(workspace: &Workspace, (folder, at_once): (&str, &str)) -> Result<Command> {
    let (folder, dist) = (workspace.path(folder), staged(workspace).join("dist"));
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=spec"])
        .arg(format!("--test-concurrency={at_once}"))
        .args(browser::test_files(&folder)?)
        .current_dir(folder);
    node.env("DIST", &dist).env("PACKAGE_DIST", &dist);
    Ok(node)
}

/// Tries the audit's witnesses on the browsers while leaks are planted in the package and in Rust sources, and has the audit
/// look for them: by programs of their own, so that xtask starts without a JavaScript parser.
pub fn leaks(workspace: &Workspace, config: &Config) -> Result<()> {
    let chromium = SystemProgram::Chromium.require()?;
    run(workspace, config)?;
    let patched = thread::scope(|scope| {
        // Browsers mostly wait, and compilers do not.
        let witnesses = scope.spawn(|| witnesses(workspace));
        let patched = patched::build(workspace);
        witnesses.join().unwrap_or_else(|panic| resume_unwind(panic))?;
        patched
    })?;
    let mut leaks = member::program(workspace, LEAKS)?;
    leaks.arg(staged(workspace)).arg(patched);
    process::run(leaks.env("SHELFWISE_CHROMIUM", chromium))
}

/// Builds the package around the module that is already there. Errs where it is past its budget.
pub fn build(workspace: &Workspace, config: &Config) -> Result<PathBuf> {
    let module = Built::engine(workspace, config)?.wasm;
    let tools = NpmFolder::PackageTools.install(workspace, config)?;
    let folder = workspace.out(OUT);
    let unfinished = folder.with_extension("unfinished");
    files::empty(&unfinished)?;
    let staged = unfinished.join(STAGED);
    let dist = staged.join("dist");
    fs::create_dir_all(&dist)?;

    declarations::write(workspace, &tools, &unfinished.join("declarations"), &dist)?;
    let release = wasm::release(workspace, config)?;
    let outputs = Bundler::new(workspace, &tools, &module, &release)?.bundle(&dist)?;
    fs::copy(&module, dist.join(bundle::MODULE))?;
    fs::copy(&release, dist.join(bundle::RELEASE_MODULE))?;
    add_beside(workspace, &staged)?;
    let name = pack(&staged, &unfinished)?;
    files::replace(&unfinished, &folder)?;

    let tarball = folder.join(name);
    println!("{}", tarball.display());
    size::check(&folder.join(STAGED).join("dist"), &outputs, config)?;
    Ok(BUILT.get_or_init(|| tarball).clone())
}

fn add_beside(workspace: &Workspace, staged: &Path) -> Result<()> {
    let manifest = workspace.path(SOURCES).join("package.json");
    fs::copy(&manifest, staged.join("package.json")).context("cannot copy package.json")?;
    for path in BESIDE.iter().map(|path| workspace.path(path)) {
        if let Some(name) = path.file_name().filter(|_| path.is_file()) {
            fs::copy(&path, staged.join(name)).with_context(|| format!("cannot copy {}", path.display()))?;
        }
    }
    Ok(())
}

/// Packs the folder as npm does, and returns the tarball's name.
fn pack(staged: &Path, folder: &Path) -> Result<String> {
    let mut npm = Command::new("npm");
    npm.args(["pack", "--silent", "--ignore-scripts", "--pack-destination"])
        .arg(folder)
        .current_dir(staged);
    let printed = process::read(&mut npm)?;
    Ok(printed.lines().last().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_beside_the_scripts_are_in_the_repository() {
        let workspace = Workspace::own();
        for path in BESIDE.iter().filter(|path| **path != "dataflow.json") {
            assert!(workspace.path(path).is_file(), "{path}");
        }
    }

    #[test]
    fn files_of_the_manifest_are_built() {
        let text = fs::read_to_string(Workspace::own().path(SOURCES).join("package.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        let built = bundle::files();
        let named = targets(&manifest["exports"]);
        assert!(named.len() > 10, "{named:?}");
        for file in named.iter().filter_map(|file| file.strip_prefix("./dist/")) {
            let known = built.contains(&file) || file.ends_with(".d.ts") || file.ends_with(".d.cts");
            assert!(known, "{file} is named and not built");
        }
    }

    /// Every path in the conditions of an `exports` field.
    fn targets(exports: &serde_json::Value) -> Vec<String> {
        match exports {
            serde_json::Value::String(path) => vec![path.clone()],
            serde_json::Value::Object(conditions) => conditions.values().flat_map(targets).collect(),
            _ => Vec::new(),
        }
    }
}
