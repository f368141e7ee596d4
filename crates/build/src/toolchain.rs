//! Which cargo builds for wasm: the default toolchain where it has the target, else the one that
//! `scripts/setup-wasm-target.sh` provides.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// The one wasm target of the engine.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Flags for the compiler, as cargo takes them.
const FLAGS: &str = "CARGO_ENCODED_RUSTFLAGS";
/// What cargo splits them at: the unit separator.
const SEPARATOR: &str = "\u{1f}";

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

    /// A cargo command on this toolchain, in the repository's root. All of them compile with the same flags: cargo compiles anew
    /// what lies in its folder of other flags.
    pub fn cargo(&self, workspace: &Workspace) -> Result<Command> {
        let mut command = self.command("cargo");
        command.current_dir(workspace.root());
        command.env(FLAGS, self.reproducible_flags(workspace)?);
        Ok(command)
    }

    /// The same with further flags, for which there is a folder of its own under cargo's. Returns it too.
    pub fn cargo_with(&self, workspace: &Workspace, more: &[String], name: &str) -> Result<(Command, PathBuf)> {
        let (mut command, shared) = (self.cargo(workspace)?, workspace.cargo_target());
        if more.is_empty() {
            return Ok((command, shared));
        }
        let own = shared.join(name);
        let flags = [&[self.reproducible_flags(workspace)?], more].concat();
        command.env(FLAGS, flags.join(SEPARATOR)).env("CARGO_TARGET_DIR", &own);
        Ok((command, own))
    }

    /// The compiler's name, version and commit.
    pub fn version(&self) -> Result<String> {
        process::read(self.command("rustc").arg("--version"))
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
    fn reproducible_flags(&self, workspace: &Workspace) -> Result<String> {
        let mut flags = vec![remap(workspace.root(), "/shelfwise")];
        flags.extend(source_folders()?.iter().map(|folder| remap(folder, "/cargo")));
        Ok(flags.join(SEPARATOR))
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

/// Where the sources of dependencies are: cargo unpacks crates into one folder for each registry it knows, named by the
/// registry, unless the configuration in its home names a folder of vendored ones.
fn source_folders() -> Result<Vec<PathBuf>> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let home = home.context("neither CARGO_HOME nor a home folder is known")?;
    let mut folders = vendored(&fs::read_to_string(home.join("config.toml")).unwrap_or_default())?;
    let unpacked = home.join("registry/src").read_dir().into_iter().flatten();
    for entry in unpacked {
        folders.push(entry?.path());
    }
    folders.sort();
    Ok(folders)
}

/// The folders of vendored sources that a configuration of cargo names.
fn vendored(configuration: &str) -> Result<Vec<PathBuf>> {
    let configuration: toml::Table =
        toml::from_str(configuration).context("cargo's configuration is not understood")?;
    let sources = configuration.get("source").and_then(toml::Value::as_table);
    let folders = sources.into_iter().flat_map(toml::Table::values);
    let named = folders.filter_map(|source| source.get("directory")?.as_str());
    Ok(named.map(PathBuf::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_of_the_script_is_a_toolchain_or_an_error() {
        assert_eq!(Toolchain::parse("default").unwrap(), Toolchain::Default);
        assert_eq!(
            Toolchain::parse("wasm-debian").unwrap(),
            Toolchain::Named("wasm-debian".into())
        );
        assert!(Toolchain::parse("").is_err());
        assert!(Toolchain::parse("it did not work").is_err());
    }

    #[test]
    fn vendored_sources_are_found_in_the_configuration() {
        let written = "[source.crates-io]\nreplace-with = \"vendored-sources\"\n\n[source.vendored-sources]\ndirectory = \"/v\"\n";
        assert_eq!(vendored(written).unwrap(), [PathBuf::from("/v")]);
        assert!(vendored("[net]\noffline = true\n").unwrap().is_empty());
    }

    #[test]
    fn remapped_prefix_has_both_sides() {
        assert_eq!(
            remap(Path::new("/elsewhere/a"), "/cargo"),
            "--remap-path-prefix=/elsewhere/a=/cargo"
        );
    }
}
