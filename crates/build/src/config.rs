//! `wasm-pack.toml`: how modules are made, and how large they may be.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::workspace::Workspace;

/// The file at the root of the repository that holds the configuration.
pub const FILE: &str = "wasm-pack.toml";

/// All of `wasm-pack.toml`. Unknown keys are errors at every level.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The modules, each id once.
    module: Vec<ModuleConfig>,
    /// Arguments of npm's wasm-opt.
    pub wasm_opt: WasmOptConfig,
    /// Exact versions by package of npm.
    pub npm: BTreeMap<String, String>,
    /// Exact versions by program of crates.io.
    pub cargo: BTreeMap<String, String>,
    /// The most bytes of what is no module.
    pub budget: Budget,
}

/// The modules that xtask knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModuleId {
    /// Ranks, in browsers.
    Engine,
    /// Verifies signed releases, in browsers.
    Release,
    /// The edge worker for Cloudflare.
    Cloudflare,
}

/// A crate that becomes a module.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModuleConfig {
    /// Which one it is.
    pub id: ModuleId,
    /// A package of this workspace.
    pub package: String,
    /// The stem of the output's files.
    pub name: String,
    /// For the compiler, beside those of every module.
    #[serde(default)]
    pub rustflags: Vec<String>,
    /// Glue for each kind of host; none where the module needs none.
    #[serde(default)]
    pub glue: Vec<GlueConfig>,
    /// Scripts of the npm package that are loaded with it.
    #[serde(default)]
    pub scripts: Vec<String>,
    /// The most bytes of module and scripts.
    pub budget: ModuleBudget,
}

/// The most bytes of a module and the scripts that are loaded with it, each compressed alone, as they travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModuleBudget {
    /// By gzip, as Cloudflare counts.
    Gzip(u64),
    /// By brotli, as browsers load.
    Brotli(u64),
}

/// One kind of glue.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlueConfig {
    /// What hosts the module.
    pub target: Host,
    /// A folder under `target/shelfwise`.
    pub out: String,
}

/// The hosts that wasm-bindgen writes glue for, as far as Shelfwise uses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Host {
    /// An ES module that fetches or is handed the bytes.
    Web,
    /// An ES module that reads the file beside it.
    NodejsModule,
}

/// What npm's wasm-opt is told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WasmOptConfig {
    /// Arguments before the file names.
    pub flags: Vec<String>,
}

/// The most bytes of what is no module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Budget {
    /// The adapters beside the engine, by brotli.
    pub auto_brotli: u64,
    /// Each component of the edge worker, as it lies on disk.
    pub edge_component: u64,
}

impl Config {
    /// Reads the repository's file.
    pub fn read(workspace: &Workspace) -> Result<Self> {
        let text = fs::read_to_string(workspace.path(FILE)).with_context(|| format!("cannot read {FILE}"))?;
        Self::parse(&text)
    }

    /// Lets modules and scripts be as large as they are.
    pub fn lift_budgets(&mut self) {
        for module in &mut self.module {
            module.budget = ModuleBudget::Brotli(u64::MAX);
        }
        self.budget.auto_brotli = u64::MAX;
    }

    /// Errs with line and column on an unknown or missing key.
    pub fn parse(text: &str) -> Result<Self> {
        let config: Self = toml::from_str(text).with_context(|| format!("{FILE} is not understood"))?;
        for id in [ModuleId::Engine, ModuleId::Release, ModuleId::Cloudflare] {
            let count = config.module.iter().filter(|module| module.id == id).count();
            ensure!(
                count == 1,
                "{FILE} has {count} [[module]] entries with the id {id:?}: write exactly one"
            );
        }
        Ok(config)
    }

    /// Returns the entry of a module.
    pub fn module(&self, id: ModuleId) -> Result<&ModuleConfig> {
        let module = self.module.iter().find(|module| module.id == id);
        module.with_context(|| format!("{FILE} has no [[module]] with the id {id:?}"))
    }

    /// The pinned version of an npm package.
    pub fn npm(&self, package: &str) -> Result<&str> {
        let version = self.npm.get(package).map(String::as_str);
        version.with_context(|| format!("{FILE} has no version of {package} under [npm]"))
    }

    /// The pinned version of a program from crates.io.
    pub fn cargo(&self, program: &str) -> Result<&str> {
        let version = self.cargo.get(program).map(String::as_str);
        version.with_context(|| format!("{FILE} has no version of {program} under [cargo]"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn committed() -> String {
        fs::read_to_string(Workspace::own().path(FILE)).unwrap()
    }

    #[test]
    fn committed_configuration_is_parsed() {
        let config = Config::parse(&committed()).unwrap();
        assert_eq!(config.module(ModuleId::Engine).unwrap().glue[0].target, Host::Web);
        assert!(config.module(ModuleId::Release).unwrap().glue.is_empty());
        assert!(config.npm("binaryen").is_ok() && config.cargo("cargo-deny").is_ok());
    }

    #[test]
    fn first_line_warns_that_no_released_wasm_pack_reads_it() {
        assert!(
            committed()
                .lines()
                .next()
                .unwrap()
                .contains("No released wasm-pack reads this file")
        );
    }

    #[test]
    fn module_with_no_or_two_entries_is_an_error() {
        for id in ["edge", "engine"] {
            let text = committed().replace("id = \"release\"", &format!("id = \"{id}\""));
            assert!(Config::parse(&text).is_err(), "{id}");
        }
    }

    #[test]
    fn unknown_key_is_an_error_with_its_line() {
        let error = format!(
            "{:#}",
            Config::parse(&committed().replace("auto-brotli", "auto-brotle")).unwrap_err()
        );
        assert!(error.contains("auto-brotle") && error.contains("line"), "{error}");
    }

    #[test]
    fn unknown_tool_is_named() {
        let error = Config::parse(&committed())
            .unwrap()
            .npm("spanner")
            .unwrap_err()
            .to_string();
        assert!(error.contains("spanner"), "{error}");
    }
}
