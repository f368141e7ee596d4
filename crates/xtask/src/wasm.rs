//! `cargo xtask wasm`: crate to module, module to glue, and both as small as they get.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::config::{BindgenConfig, Config, Host, ModuleConfig};
use crate::npm::NpmFolder;
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
    pub fn expected(workspace: &Workspace, config: &Config, bindgen: &BindgenConfig) -> Self {
        let folder = workspace.out(&bindgen.out);
        let name = &config.module.name;
        Self {
            wasm: folder.join(format!("{name}_bg.wasm")),
            glue: folder.join(format!("{name}.js")),
        }
    }

    /// The module for browsers, built by an earlier `cargo xtask wasm`.
    pub fn first(workspace: &Workspace, config: &Config) -> Result<Self> {
        let first = config.bindgen.first().context("there is no [[bindgen]]")?;
        let built = Self::expected(workspace, config, first);
        let present = built.wasm.is_file() && built.glue.is_file();
        present
            .then_some(built)
            .context("there is no module yet: run `cargo xtask wasm` first")
    }
}

/// Builds every output of `wasm-pack.toml`. Same sources and tools, same bytes.
pub fn build(workspace: &Workspace, config: &Config) -> Result<Vec<Built>> {
    let commands = NpmFolder::BuildTools.install(workspace, config)?;
    let module = compile(workspace, &config.module, &[])?;
    let mut all = Vec::new();
    for bindgen in &config.bindgen {
        let built = Built::expected(workspace, config, bindgen);
        let folder = workspace.out(&bindgen.out);
        let unfinished = folder.with_extension("unfinished");
        write_glue(&module, &config.module.name, bindgen.target, &unfinished)?;
        let wasm = unfinished.join(built.wasm.file_name().unwrap_or_default());
        optimize(&commands, config, &wasm)?;
        files::replace(&unfinished, &folder)?;
        all.push(built);
    }
    build_release(workspace, config, &commands)?;
    Ok(all)
}

/// Where the module that reads signed releases stands once it is built.
pub fn release(workspace: &Workspace, config: &Config) -> PathBuf {
    workspace.out("release").join(format!("{}.wasm", config.release.name))
}

/// Builds the module that reads signed releases. It has no glue.
fn build_release(workspace: &Workspace, config: &Config, commands: &Path) -> Result<()> {
    let compiled = compile(workspace, &config.release, &[])?;
    let finished = release(workspace, config);
    let unfinished = workspace.out("release.unfinished");
    files::empty(&unfinished)?;
    fs::create_dir_all(&unfinished)?;
    let wasm = unfinished.join(finished.file_name().unwrap_or_default());
    fs::copy(&compiled, &wasm).with_context(|| format!("could not copy {}", compiled.display()))?;
    optimize(commands, config, &wasm)?;
    files::replace(&unfinished, &workspace.out("release"))
}

/// Compiles a crate to a bare module. What it reads of its environment is named one by one.
pub fn compile(workspace: &Workspace, module: &ModuleConfig, reads: &[(&str, &Path)]) -> Result<PathBuf> {
    let toolchain = Toolchain::for_wasm(workspace)?;
    let mut cargo = toolchain.cargo(workspace);
    // A module alone: cargo optimizes nothing across crates while the same run makes a library for tests too.
    cargo.args([
        "rustc",
        "--locked",
        "--lib",
        "--crate-type=cdylib",
        "--package",
        &module.package,
    ]);
    cargo.args(["--target", TARGET, "--profile", &module.profile]);
    // The unit separator is what cargo splits CARGO_ENCODED_RUSTFLAGS at.
    let flags = [&[toolchain.reproducible_flags(workspace)?], &module.rustflags[..]].concat();
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    process::run(cargo.envs(reads.iter().copied()))?;
    let file = format!("{}.wasm", module.package.replace('-', "_"));
    Ok(workspace.cargo_target().join(TARGET).join(&module.profile).join(file))
}

/// Writes the module's glue for a host, under this name, into an empty folder.
pub fn write_glue(module: &Path, name: &str, host: Host, folder: &Path) -> Result<()> {
    files::empty(folder)?;
    let mut generator = Bindgen::new();
    generator.input_path(module).out_name(name).typescript(true);
    generator.remove_name_section(true).remove_producers_section(true);
    match host {
        // A page or a worker that runs the engine inline builds it anew after a trap, and to forget.
        Host::Web => generator.web(true)?.reset_state_function(true),
        Host::NodejsModule => generator.nodejs_module(true)?,
    };
    generator
        .generate(folder)
        .with_context(|| format!("wasm-bindgen could not write {}", folder.display()))
}

/// Makes a module as small as it gets, by the programs in the folder of commands.
pub fn optimize(commands: &Path, config: &Config, wasm: &Path) -> Result<()> {
    let smaller = wasm.with_extension("opt");
    let mut wasm_opt = Command::new(commands.join("wasm-opt"));
    process::run(wasm_opt.args(&config.wasm_opt.flags).arg(wasm).arg("-o").arg(&smaller))?;
    fs::rename(&smaller, wasm).with_context(|| format!("could not replace {}", wasm.display()))
}
