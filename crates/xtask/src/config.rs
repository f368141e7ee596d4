//! `wasm-pack.toml`: how the browser module is made, and how large it may be.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::workspace::Workspace;

/// The file at the root of the repository that holds the configuration.
pub const FILE: &str = "wasm-pack.toml";

/// All of `wasm-pack.toml`. Unknown keys are errors at every level.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Which crate becomes the module.
    pub module: ModuleConfig,
    /// The crate that becomes the worker for Cloudflare.
    pub cloudflare: ModuleConfig,
    /// Which crate reads signed releases in a browser.
    pub release: ModuleConfig,
    /// One output folder for each kind of host; never empty.
    pub bindgen: Vec<BindgenConfig>,
    /// What npm's wasm-opt is told.
    pub wasm_opt: WasmOptConfig,
    /// Exact versions by package of npm.
    pub npm: BTreeMap<String, String>,
    /// Exact versions by program of crates.io.
    pub cargo: BTreeMap<String, String>,
    /// The most that the first output may weigh.
    pub budget: Budget,
}

/// Which crate becomes the module, under which name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModuleConfig {
    /// A package of this workspace.
    pub package: String,
    /// A cargo profile.
    pub profile: String,
    /// The stem of the output's files.
    pub name: String,
    /// For the compiler, beside those of every module.
    #[serde(default)]
    pub rustflags: Vec<String>,
}

/// One kind of glue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BindgenConfig {
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

/// The most that the module and its glue may weigh together or alone, in bytes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Budget {
    /// The module as it lies on disk.
    pub wasm_raw: u64,
    /// Module and glue, each by gzip.
    pub sum_gzip: u64,
    /// Module and glue, each by brotli.
    pub sum_brotli: u64,
    /// What a page downloads of the package before its first ranking, each file by brotli.
    pub package_brotli: u64,
    /// The GA4 adapter beside it, by brotli.
    pub auto_brotli: u64,
    /// Each component of the edge worker, as it lies on disk.
    pub edge_component: u64,
    /// The worker for Cloudflare, each file by gzip, as Cloudflare counts.
    pub cloudflare_gzip: u64,
    /// What a page with signed releases downloads besides, each file by brotli.
    pub release_brotli: u64,
}

impl Config {
    /// Reads the repository's file.
    pub fn read(workspace: &Workspace) -> Result<Self> {
        let text = fs::read_to_string(workspace.path(FILE)).with_context(|| format!("could not read {FILE}"))?;
        Self::parse(&text)
    }

    /// Errs with line and column on an unknown or missing key.
    pub fn parse(text: &str) -> Result<Self> {
        let config: Self = toml::from_str(text).with_context(|| format!("{FILE} is not understood"))?;
        if config.bindgen.is_empty() {
            bail!("{FILE} has no [[bindgen]]: there would be nothing to build");
        }
        Ok(config)
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
    fn the_committed_file_is_understood() {
        let config = Config::parse(&committed()).unwrap();
        assert_eq!(config.bindgen[0].target, Host::Web);
        assert!(config.npm("binaryen").is_ok() && config.cargo("cargo-deny").is_ok());
    }

    #[test]
    fn its_first_line_says_that_no_released_wasm_pack_reads_it() {
        assert!(
            committed()
                .lines()
                .next()
                .unwrap()
                .contains("No released wasm-pack reads this file")
        );
    }

    #[test]
    fn the_budget_is_at_most_sixty_kilobytes_of_brotli() {
        let budget = Config::parse(&committed()).unwrap().budget;
        assert!(budget.sum_brotli < budget.package_brotli && budget.package_brotli <= 60_000);
    }

    #[test]
    fn an_unknown_key_is_an_error_with_its_line() {
        let error = format!(
            "{:#}",
            Config::parse(&committed().replace("wasm-raw", "wasm-row")).unwrap_err()
        );
        assert!(error.contains("wasm-row") && error.contains("line"), "{error}");
    }

    #[test]
    fn an_unknown_tool_is_named() {
        let error = Config::parse(&committed())
            .unwrap()
            .npm("spanner")
            .unwrap_err()
            .to_string();
        assert!(error.contains("spanner"), "{error}");
    }
}
