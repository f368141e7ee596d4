//! Which cargo builds for wasm: the default toolchain where it has the target, else the one that
//! `scripts/setup-wasm-target.sh` provides.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// The one wasm target of the engine.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// A toolchain that can build for [`TARGET`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Toolchain {
    /// The plain `cargo`.
    Default,
    /// A toolchain that rustup knows by this name.
    Named(String),
}

impl Toolchain {
    /// Makes the target available where it is not, which takes about a minute once.
    pub fn for_wasm(workspace: &Workspace) -> Result<Self> {
        let answer = process::read(&mut Command::new(workspace.path("scripts/setup-wasm-target.sh")))?;
        Self::parse(&answer)
    }

    /// Understands the script's answer.
    fn parse(answer: &str) -> Result<Self> {
        match answer {
            "default" => Ok(Self::Default),
            name if !name.is_empty() && !name.contains(char::is_whitespace) => Ok(Self::Named(name.to_owned())),
            other => bail!("scripts/setup-wasm-target.sh answered {other:?}, not the name of a toolchain"),
        }
    }

    /// A cargo command on this toolchain, in the repository's root.
    pub fn cargo(&self, workspace: &Workspace) -> Command {
        let mut command = self.command("cargo");
        command.current_dir(workspace.root());
        command
    }

    /// Where this toolchain's compiler lives.
    pub fn sysroot(&self) -> Result<PathBuf> {
        process::read(self.command("rustc").args(["--print", "sysroot"])).map(PathBuf::from)
    }

    /// The linker for wasm that comes with the compiler.
    pub fn wasm_linker(&self) -> Result<PathBuf> {
        let version = process::read(self.command("rustc").arg("-vV"))?;
        let host = version.lines().find_map(|line| line.strip_prefix("host: "));
        let host = host.context("`rustc -vV` names no host")?;
        Ok(self.sysroot()?.join("lib/rustlib").join(host).join("bin/rust-lld"))
    }

    /// Compiler flags that take this machine's folders out of panic locations: same sources, same bytes. The
    /// standard library's own locations are those of its distributor, and stay.
    pub fn reproducible_flags(&self, workspace: &Workspace) -> Result<String> {
        let mut flags = vec![remap(workspace.root(), "/shelfwise")];
        flags.extend(registry_folders()?.iter().map(|folder| remap(folder, "/cargo")));
        // The unit separator is what cargo splits CARGO_ENCODED_RUSTFLAGS at.
        Ok(flags.join("\u{1f}"))
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        // `cargo xtask` runs under cargo, which points programs at its own toolchain.
        for inherited in ["CARGO", "RUSTC", "RUSTDOC", "RUSTFLAGS", "RUSTUP_TOOLCHAIN"] {
            command.env_remove(inherited);
        }
        if let Self::Named(name) = self {
            command.env("RUSTUP_TOOLCHAIN", name).env_remove("LD_LIBRARY_PATH");
        }
        command
    }
}

fn remap(from: &Path, to: &str) -> String {
    format!("--remap-path-prefix={}={to}", from.display())
}

/// Cargo unpacks crates into one folder for each registry it knows, named by the registry.
fn registry_folders() -> Result<Vec<PathBuf>> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let sources = home
        .context("neither CARGO_HOME nor a home folder is known")?
        .join("registry/src");
    let entries = sources
        .read_dir()
        .with_context(|| format!("could not list {}", sources.display()))?;
    let mut folders = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    folders.sort();
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scripts_answer_is_a_toolchain_or_an_error() {
        assert_eq!(Toolchain::parse("default").unwrap(), Toolchain::Default);
        assert_eq!(
            Toolchain::parse("wasm-debian").unwrap(),
            Toolchain::Named("wasm-debian".into())
        );
        assert!(Toolchain::parse("").is_err());
        assert!(Toolchain::parse("it did not work").is_err());
    }

    #[test]
    fn a_remapped_prefix_names_both_sides() {
        assert_eq!(
            remap(Path::new("/elsewhere/a"), "/cargo"),
            "--remap-path-prefix=/elsewhere/a=/cargo"
        );
    }
}
