//! Bundles the package's sources by esbuild: small files that need nothing beside them but each other.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use shelfwise_build::workspace::Workspace;
use shelfwise_build::{integrity, process};

use super::SOURCES;

/// The module's name in the package.
pub const MODULE: &str = "shelfwise_bg.wasm";
/// The module for signed releases, in the package.
pub const RELEASE_MODULE: &str = "shelfwise_release.wasm";
/// What was bundled into what, as esbuild tells it.
const REPORT: &str = "outputs.json";
/// The oldest of what the package runs in, as its README lists them. The newest things that it needs: `wasm-unsafe-eval`
/// in a policy (Firefox 102, Safari 16) and `AbortSignal.timeout` (Chrome 103).
const OLDEST: &str = "chrome103,edge103,firefox102,safari16,node20";
/// For all scripts: nothing but code.
const ALWAYS: &[&str] = &[
    "--bundle",
    "--minify",
    "--legal-comments=none",
    "--charset=utf8",
    "--log-level=warning",
];

/// One run of esbuild: sources, and what is particular to them.
struct Run {
    sources: &'static [&'static str],
    words: &'static [&'static str],
}

/// The scripts. Those of one run share what they have in common.
const RUNS: &[Run] = &[
    // A worker under a policy that allows no import is one classic script.
    Run {
        sources: &["worker"],
        words: &["--format=iife"],
    },
    Run {
        sources: &["index"],
        words: &["--format=esm", "--external:*/inline.js", "--external:*/release.js"],
    },
    Run {
        sources: &["release"],
        words: &["--format=esm"],
    },
    Run {
        sources: &["inline"],
        words: &["--format=esm"],
    },
    Run {
        sources: &["noop"],
        words: &["--format=esm"],
    },
    Run {
        sources: &["base64"],
        words: &["--format=esm", "--loader:.wasm=binary"],
    },
    Run {
        sources: &["node"],
        words: &["--format=esm", "--platform=node"],
    },
    Run {
        sources: &["workerd"],
        words: &["--format=esm", "--external:*.wasm"],
    },
    Run {
        sources: &["auto", "shelf"],
        words: &[
            "--format=esm",
            "--splitting",
            "--chunk-names=[name]-[hash]",
            "--external:*/index.js",
        ],
    },
];

/// Node's script for `require`, which has no `import.meta`.
const COMMON: Run = Run {
    sources: &["node"],
    words: &[
        "--format=cjs",
        "--platform=node",
        "--out-extension:.js=.cjs",
        "--define:import.meta.url=own_address",
        "--banner:js=const own_address=require(\"node:url\").pathToFileURL(__filename).href;",
    ],
};

/// Names of the files that are always built, without shared chunks.
#[cfg(test)]
pub fn files() -> Vec<&'static str> {
    vec![
        "worker.js",
        "index.js",
        "inline.js",
        "noop.js",
        "base64.js",
        "node.js",
        "workerd.js",
        "auto.js",
        "shelf.js",
        "release.js",
        "node.cjs",
        MODULE,
        RELEASE_MODULE,
    ]
}

/// One file that was written.
#[derive(Debug, Deserialize)]
pub struct Output {
    /// By source, as esbuild names it: from the package's folder.
    pub inputs: BTreeMap<String, serde_json::Value>,
    /// Other files that this one asks for.
    pub imports: Vec<Import>,
}

/// A file that another one asks for.
#[derive(Debug, Deserialize)]
pub struct Import {
    /// Its path, as esbuild names it.
    pub path: String,
    /// `import-statement` where it is loaded at once.
    pub kind: String,
}

#[derive(Deserialize)]
struct Report {
    outputs: BTreeMap<String, Output>,
}

/// Files by name.
pub type Outputs = BTreeMap<String, Output>;

/// esbuild, with the module that the scripts belong to.
pub struct Bundler {
    esbuild: PathBuf,
    sources: PathBuf,
    /// Of the engine's module, and of the one for releases.
    integrity: String,
    release: String,
}

impl Bundler {
    /// Reads the modules' hashes, by which scripts and modules know each other.
    pub fn new(workspace: &Workspace, tools: &Path, module: &Path, release: &Path) -> Result<Self> {
        let hash = |file: &Path| {
            let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()));
            bytes.map(|bytes| integrity::of(&bytes))
        };
        Ok(Self {
            esbuild: tools.join("esbuild"),
            sources: workspace.path(SOURCES),
            integrity: hash(module)?,
            release: hash(release)?,
        })
    }

    /// Writes every script into the folder.
    pub fn bundle(&self, dist: &Path) -> Result<Outputs> {
        let mut outputs = Outputs::new();
        for run in RUNS.iter().chain([&COMMON]) {
            outputs.extend(self.run(run, dist)?);
        }
        Ok(outputs)
    }

    fn run(&self, run: &Run, dist: &Path) -> Result<Outputs> {
        let report = dist.join(REPORT);
        let mut esbuild = Command::new(&self.esbuild);
        esbuild.current_dir(&self.sources).args(ALWAYS).args(run.words);
        esbuild.args(run.sources.iter().map(|name| format!("src/{name}.ts")));
        esbuild.arg(format!("--target={OLDEST}"));
        esbuild.arg(format!("--define:SHELFWISE_WASM={:?}", self.integrity));
        esbuild.arg(format!("--define:SHELFWISE_RELEASE_WASM={:?}", self.release));
        esbuild.arg(format!("--outdir={}", dist.display()));
        esbuild.arg(format!("--metafile={}", report.display()));
        process::run(&mut esbuild)?;
        let text = fs::read_to_string(&report)?;
        fs::remove_file(&report)?;
        let read: Report = serde_json::from_str(&text).context("esbuild's report is not understood")?;
        Ok(read
            .outputs
            .into_iter()
            .map(|(path, output)| (name_of(&path), output))
            .collect())
    }
}

/// The file's name in `dist`.
pub fn name_of(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readme_lists_the_oldest_browsers_that_scripts_are_built_for() {
        let readme = fs::read_to_string(Workspace::own().path(SOURCES).join("README.md"))
            .unwrap()
            .to_lowercase();
        for target in OLDEST.split(',') {
            let (name, version) = target.split_at(target.find(|letter: char| letter.is_ascii_digit()).unwrap());
            let listed = readme
                .lines()
                .any(|line| line.contains(name) && line.split(' ').any(|word| word == version));
            assert!(listed, "README.md of the package does not list {name} {version}");
        }
    }

    #[test]
    fn sources_of_all_runs_exist() {
        for name in RUNS.iter().flat_map(|run| run.sources) {
            let source = Workspace::own().path(SOURCES).join(format!("src/{name}.ts"));
            assert!(source.is_file(), "{}", source.display());
            assert!(files().contains(&format!("{name}.js").as_str()), "{name}");
        }
    }
}
