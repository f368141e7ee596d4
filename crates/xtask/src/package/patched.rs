//! Leaks that are planted in Rust sources: a patched checkout for each, and one target folder for all of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use shelfwise_build::process;
use shelfwise_build::workspace::Workspace;

use crate::sources;

/// The leaks, as data.
const LEAKS: &str = "tests/leaks/sources.toml";
/// Under cargo's target folder: checkouts by the leak's name, and what is built of them.
const OUT: &str = "leaks";
/// In there: the target folder of all of them.
const BUILT: &str = "built";

#[derive(Deserialize)]
struct Leaks {
    leak: Vec<Patch>,
}

/// An edit of one source file, and what is built of it.
#[derive(Deserialize)]
struct Patch {
    name: String,
    source: String,
    find: String,
    replace: String,
    build: Product,
}

/// What a patched checkout becomes.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Product {
    /// The package, as it is shipped.
    Package,
    /// The trainer, as a program.
    Trainer,
    /// The edge worker's handler, as a program.
    Handler,
}

/// Builds every leak. Returns the folder with the checkouts and with `built`.
pub fn build(workspace: &Workspace) -> Result<PathBuf> {
    let text = fs::read_to_string(workspace.path(LEAKS)).with_context(|| format!("cannot read {LEAKS}"))?;
    let leaks: Leaks = toml::from_str(&text).with_context(|| format!("{LEAKS} is not understood"))?;
    let folder = workspace.cargo_target().join(OUT);
    for patch in leaks.leak {
        println!("building with {} patched: {}", patch.source, patch.name);
        let checkout = folder.join(&patch.name);
        sources::copy(workspace, &checkout, |name, bytes| patch.applied(name, bytes))?;
        process::run(&mut patch.build.command(&checkout, &folder.join(BUILT))?)?;
    }
    Ok(folder)
}

impl Patch {
    /// The content of a file, patched where it is the one.
    fn applied(&self, name: &str, bytes: Vec<u8>) -> Result<Vec<u8>> {
        if name != self.source {
            return Ok(bytes);
        }
        let text = String::from_utf8(bytes).with_context(|| format!("{name} is no text"))?;
        if text.matches(&self.find).count() != 1 {
            bail!(
                "the leak {}: {name} must have `{}` once: change the leak with it",
                self.name,
                self.find
            );
        }
        Ok(text.replace(&self.find, &self.replace).into_bytes())
    }
}

impl Product {
    fn command(self, checkout: &Path, target: &Path) -> Result<Command> {
        let example = |package: &str, name: &str| {
            let mut cargo = Command::new("cargo");
            cargo.args(["build", "--quiet", "--locked", "--package", package, "--example", name]);
            cargo
        };
        let mut command = match self {
            Self::Package => {
                let mut xtask = Command::new(process::own()?);
                xtask.arg("--checkout").arg(checkout).args(["--any-size", "package"]);
                xtask
            }
            Self::Trainer => example("shelfwise-train", "train"),
            Self::Handler => example("shelfwise-edge", "answers"),
        };
        command.current_dir(checkout).env("CARGO_TARGET_DIR", target);
        Ok(command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaks_apply_once_to_the_sources_as_they_are() {
        let workspace = Workspace::own();
        let text = fs::read_to_string(workspace.path(LEAKS)).unwrap();
        let leaks: Leaks = toml::from_str(&text).unwrap();
        assert!(leaks.leak.len() >= 3);
        for patch in leaks.leak {
            let bytes = fs::read(workspace.path(&patch.source)).unwrap();
            assert_ne!(
                patch.applied(&patch.source, bytes.clone()).unwrap(),
                bytes,
                "{}",
                patch.name
            );
            assert_eq!(patch.applied("other.rs", bytes.clone()).unwrap(), bytes);
        }
    }
}
