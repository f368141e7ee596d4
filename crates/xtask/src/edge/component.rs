//! From a crate to a component: compiled as the engine is, made small, and wrapped with its interfaces.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use shelfwise_build::config::Config;
use shelfwise_build::optimize::optimize;
use shelfwise_build::wasm;
use shelfwise_build::workspace::Workspace;
use wit_component::ComponentEncoder;

/// One worker for one generation of hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Component {
    /// Spin 4.1 and later: wasi:http 0.3, key-value store, variables.
    Spin,
    /// wasi:http 0.2 and the environment.
    Wasi,
}

impl Component {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Spin, Self::Wasi];

    /// Its name in lists.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Spin => "spin",
            Self::Wasi => "wasi",
        }
    }

    /// Its file under `target/shelfwise/edge`.
    pub fn file(self) -> String {
        format!("{}.wasm", self.name())
    }

    /// The component's bytes; the module that it is made of lies in the folder for a moment.
    pub fn build(self, workspace: &Workspace, config: &Config, carried: &Path, folder: &Path) -> Result<Vec<u8>> {
        let package = format!("shelfwise-{}", self.name());
        let module = wasm::compile(workspace, &package, &[], &[("SHELFWISE_PACKAGE", carried)])?;
        small(workspace, config, &module, folder)
    }
}

/// Optimizes a module and makes a component of it.
pub fn small(workspace: &Workspace, config: &Config, module: &Path, folder: &Path) -> Result<Vec<u8>> {
    let copy = folder.join("module.wasm");
    fs::copy(module, &copy).with_context(|| format!("cannot copy {}", module.display()))?;
    optimize(workspace, config, &copy)?;
    let bytes = fs::read(&copy)?;
    fs::remove_file(&copy)?;
    let mut encoder = ComponentEncoder::default();
    let made = encoder
        .validate(true)
        .module(&bytes)
        .and_then(|encoder| encoder.encode());
    made.with_context(|| format!("{} makes no component", module.display()))
}
