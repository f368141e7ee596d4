//! wasm-opt, which takes seconds for each module, and its results by what they were made of.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::config::Config;
use crate::npm::NpmFolder;
use crate::workspace::Workspace;
use crate::{integrity, process};

/// Under cargo's target folder: optimized modules. Two stages often optimize the same one, and so does each run of the tests.
const OUT: &str = "optimized";

/// Makes a module as small as it gets.
pub fn optimize(workspace: &Workspace, config: &Config, wasm: &Path) -> Result<()> {
    let flags = config.wasm_opt.flags.iter().map(String::as_str);
    optimize_by(workspace, config, &flags.collect::<Vec<_>>(), wasm)
}

/// The same, but the module keeps the names of its functions.
pub fn optimize_named(workspace: &Workspace, config: &Config, wasm: &Path) -> Result<()> {
    let flags = config.wasm_opt.flags.iter().map(String::as_str);
    let kept = flags.filter(|flag| *flag != "--strip-debug").chain(["--debuginfo"]);
    optimize_by(workspace, config, &kept.collect::<Vec<_>>(), wasm)
}

fn optimize_by(workspace: &Workspace, config: &Config, flags: &[&str], wasm: &Path) -> Result<()> {
    let program = NpmFolder::BuildTools.install(workspace, config)?.join("wasm-opt");
    let read = |path: &Path| fs::read(path).with_context(|| format!("cannot read {}", path.display()));
    let key = key(config.npm("binaryen")?, flags, &read(wasm)?);
    let kept = workspace.cargo_target().join(OUT).join(key).with_extension("wasm");
    if !kept.is_file() {
        run(&program, flags, wasm, &kept)?;
    }
    fs::write(wasm, read(&kept)?).with_context(|| format!("cannot replace {}", wasm.display()))
}

/// Whatever the result depends on.
fn key(version: &str, flags: &[&str], module: &[u8]) -> String {
    let words = [&[version], flags].concat().join("\0");
    integrity::sha256(&[words.as_bytes(), b"\0\0", module].concat())
}

/// Writes the result beside its place, and puts it there when it is whole: another process may do the same.
fn run(program: &Path, flags: &[&str], wasm: &Path, kept: &Path) -> Result<()> {
    let folder = kept.parent().map(PathBuf::from).unwrap_or_default();
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let unfinished = kept.with_extension(format!("{}.unfinished", std::process::id()));
    process::run(Command::new(program).args(flags).arg(wasm).arg("-o").arg(&unfinished))?;
    fs::rename(&unfinished, kept).with_context(|| format!("cannot write {}", kept.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_depends_on_version_flags_and_module() {
        let keys = [
            key("132", &["-Oz"], b"module"),
            key("133", &["-Oz"], b"module"),
            key("132", &["-Os"], b"module"),
            key("132", &["-Oz", "-Oz"], b"module"),
            key("132", &["-Oz"], b"other"),
        ];
        let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len());
    }
}
