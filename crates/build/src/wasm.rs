//! `cargo xtask wasm`: crate to module, module to glue, and both as small as they get.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::config::{Config, GlueConfig, Host, ModuleConfig, ModuleId};
use crate::optimize::optimize;
use crate::slim::slim;
use crate::toolchain::{TARGET, Toolchain};
use crate::workspace::Workspace;
use crate::{files, process};

/// A finished module with its glue.
#[derive(Debug, Clone)]
pub struct Built {
    /// What a page instantiates.
    pub wasm: PathBuf,
    /// What a page imports.
    pub glue: PathBuf,
}

impl Built {
    /// Where a build leaves its files, whether it ran or not.
    fn expected(workspace: &Workspace, module: &ModuleConfig, glue: &GlueConfig) -> Self {
        let folder = workspace.out(&glue.out);
        Self {
            wasm: folder.join(format!("{}_bg.wasm", module.name)),
            glue: folder.join(format!("{}.js", module.name)),
        }
    }

    /// The engine for browsers, built by an earlier `cargo xtask wasm`.
    pub fn engine(workspace: &Workspace, config: &Config) -> Result<Self> {
        let engine = config.module(ModuleId::Engine)?;
        let first = engine.glue.first().context("the engine has no glue")?;
        let built = Self::expected(workspace, engine, first);
        let present = built.wasm.is_file() && built.glue.is_file();
        present
            .then_some(built)
            .context("there is no module yet: run `cargo xtask wasm` first")
    }
}

/// Builds the modules for browsers. Returns the engine for each kind of host. Same sources and tools, same bytes.
pub fn build(workspace: &Workspace, config: &Config) -> Result<Vec<Built>> {
    let engine = config.module(ModuleId::Engine)?;
    let module = compile(workspace, &engine.package, &engine.rustflags, &[])?;
    let mut all = Vec::new();
    for glue in &engine.glue {
        let built = Built::expected(workspace, engine, glue);
        let folder = workspace.out(&glue.out);
        let unfinished = folder.with_extension("unfinished");
        write_glue(&module, &engine.name, glue.target, &unfinished)?;
        slim(&unfinished, &engine.name)?;
        let wasm = unfinished.join(built.wasm.file_name().unwrap_or_default());
        optimize(workspace, config, &wasm)?;
        files::replace(&unfinished, &folder)?;
        all.push(built);
    }
    build_release(workspace, config)?;
    Ok(all)
}

/// Where the module that verifies signed releases stands once it is built.
pub fn release(workspace: &Workspace, config: &Config) -> Result<PathBuf> {
    let name = &config.module(ModuleId::Release)?.name;
    Ok(workspace.out("release").join(format!("{name}.wasm")))
}

/// Builds the module that verifies signed releases. It has no glue.
fn build_release(workspace: &Workspace, config: &Config) -> Result<()> {
    let module = config.module(ModuleId::Release)?;
    let compiled = compile(workspace, &module.package, &module.rustflags, &[])?;
    let finished = release(workspace, config)?;
    let unfinished = workspace.out("release.unfinished");
    files::empty(&unfinished)?;
    fs::create_dir_all(&unfinished)?;
    let wasm = unfinished.join(finished.file_name().unwrap_or_default());
    fs::copy(&compiled, &wasm).with_context(|| format!("cannot copy {}", compiled.display()))?;
    optimize(workspace, config, &wasm)?;
    files::replace(&unfinished, &workspace.out("release"))
}

/// The profile of every module, in Cargo.toml.
pub const PROFILE: &str = "wasm";

/// Compiles a crate to a bare module. What it reads of its environment is named one by one.
pub fn compile(workspace: &Workspace, package: &str, rustflags: &[String], reads: &[(&str, &Path)]) -> Result<PathBuf> {
    let toolchain = Toolchain::for_wasm(workspace)?;
    let (mut cargo, built) = toolchain.cargo_with(workspace, rustflags, package)?;
    // A module alone: cargo optimizes nothing across crates while the same run makes a library for tests too.
    cargo.args([
        "rustc",
        "--locked",
        "--lib",
        "--crate-type=cdylib",
        "--package",
        package,
    ]);
    cargo.args(["--target", TARGET, "--profile", PROFILE]);
    process::run(cargo.envs(reads.iter().copied()))?;
    let file = format!("{}.wasm", package.replace('-', "_"));
    Ok(built.join(TARGET).join(PROFILE).join(file))
}

/// Writes the module's glue for a host, under this name, into an empty folder. The module keeps the names of its functions
/// until it is optimized.
pub fn write_glue(module: &Path, name: &str, host: Host, folder: &Path) -> Result<()> {
    generate(&mut generator(module, name, host)?, folder)
}

/// Writes glue for a module of tests, which are called by their exports.
pub fn write_test(module: &Path, name: &str, folder: &Path) -> Result<()> {
    let mut generator = Bindgen::new();
    generator
        .input_path(module)
        .out_name(name)
        .typescript(false)
        .emit_start(false);
    generate(generator.web(true)?, folder)
}

fn generator(module: &Path, name: &str, host: Host) -> Result<Bindgen> {
    let mut generator = Bindgen::new();
    generator.input_path(module).out_name(name).typescript(true);
    generator.remove_producers_section(true);
    match host {
        // A page or a worker that runs the engine inline builds it anew after a trap, and to forget.
        Host::Web => generator.web(true)?.reset_state_function(true),
        Host::NodejsModule => generator.nodejs_module(true)?,
    };
    Ok(generator)
}

fn generate(generator: &mut Bindgen, folder: &Path) -> Result<()> {
    files::empty(folder)?;
    generator
        .generate(folder)
        .with_context(|| format!("wasm-bindgen cannot write {}", folder.display()))
}
