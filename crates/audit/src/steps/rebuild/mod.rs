//! `rebuild`: what a shop serves is what the sources make, by builds of somebody who need not trust whoever built it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use shelfwise_sync::sha256;

use crate::report::{Finding, Outcome, Step};
use crate::shipped::{Files, ModuleKind, Shipped};

const NAME: &str = "rebuild";
const CLAIM: &str =
    "Built again in several places, the modules and the package are the same bytes, and those that the shop serves.";
const ADVICE: &str = "Rebuild the version that the shop installed, at its commit and with the compiler of its provenance.json; if the \
    files still differ, do not serve them, and report it.";

/// What `cargo xtask reproduce` writes of its builds, as `hashes.json`.
#[derive(Debug, Clone, Deserialize)]
pub struct Reproduction {
    /// The commit of the sources; none of sources without git.
    pub commit: Option<String>,
    /// The compiler's version.
    pub compiler: String,
    /// The builds.
    pub builds: Vec<Build>,
    /// SHA-256 of the files that the tarball was packed of, by path.
    pub package: BTreeMap<String, String>,
}

/// One build.
#[derive(Debug, Clone, Deserialize)]
pub struct Build {
    /// Where the sources of dependencies came from: `registry` or `vendored`.
    pub sources: String,
    /// SHA-256 of the finished files, by name.
    pub files: BTreeMap<String, String>,
}

/// A rebuild that was tried.
#[derive(Debug, Clone)]
pub struct Rebuild {
    /// What ran, where, and for how long.
    pub command: String,
    /// What it made, or why it made nothing.
    pub result: Result<Reproduction, String>,
}

impl Reproduction {
    /// Parses `hashes.json`.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(bytes).map_err(|error| format!("hashes.json is not understood: {error}"))
    }

    /// Whether the builds made different bytes.
    #[must_use]
    pub fn is_different(&self) -> bool {
        self.by_name().values().any(|hashes| hashes.len() != 1)
    }

    /// All hashes of each file. What the first build makes, every other has to make; components of the edge are made by the
    /// others alone.
    fn by_name(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let first = self.builds.iter().take(1).flat_map(|build| build.files.keys());
        for name in self.builds.iter().flat_map(|build| build.files.keys()) {
            let in_first = first.clone().any(|own| own == name);
            let hashes = self
                .builds
                .iter()
                .map(|build| build.files.get(name).map(String::as_str));
            let hashes = hashes.map(|hash| hash.or(in_first.then_some("no such file")));
            all.entry(name).or_default().extend(hashes.flatten());
        }
        all
    }

    /// The hash of a file that every build made alike.
    fn hash(&self, name: &str) -> Option<&str> {
        self.builds
            .iter()
            .find_map(|build| build.files.get(name))
            .map(String::as_str)
    }
}

/// Compares the files of a shop with what was built again. `package` holds the files of the package that the shop installed.
pub fn step(shipped: &Shipped, files: &Files, package: Option<&Files>, rebuild: Option<&Rebuild>) -> Step {
    let Some(rebuild) = rebuild else {
        let reason = "nothing was built: give the sources with --rebuild, which takes minutes";
        return Step::without(NAME, CLAIM, Outcome::NotProved, reason);
    };
    let made = match &rebuild.result {
        Ok(made) => made,
        Err(why) => {
            let reason = format!("{}: {why}", rebuild.command);
            return Step::without(NAME, CLAIM, Outcome::NotProved, &reason);
        }
    };
    let mut compared = Compared::new(made);
    compared.builds();
    compared.modules(shipped);
    compared.named(files);
    let package = package.or_else(|| files.contains_key("dist/index.js").then_some(files));
    let open = match package {
        Some(package) => {
            compared.package(package);
            None
        }
        None => compared.scripts(shipped, files),
    };
    let mut tried = vec![rebuild.command.clone()];
    tried.append(&mut compared.tried);
    Step::tried(NAME, CLAIM, tried, compared.findings).unless_proved(open)
}

/// The comparison.
struct Compared<'a> {
    made: &'a Reproduction,
    tried: Vec<String>,
    findings: Vec<Finding>,
}

impl<'a> Compared<'a> {
    fn new(made: &'a Reproduction) -> Self {
        Self {
            made,
            tried: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// The builds with one another.
    fn builds(&mut self) {
        let (made, count) = (self.made, self.made.builds.len());
        let commit = made.commit.as_deref().unwrap_or("sources without git");
        self.tried
            .push(format!("{count} builds of {commit} by {}", made.compiler));
        for (name, hashes) in made.by_name() {
            if hashes.len() == 1 {
                self.tried.push(format!(
                    "{name} is {} in every build",
                    hashes.into_iter().collect::<String>()
                ));
            } else {
                let hashes: Vec<_> = hashes.into_iter().collect();
                let what = format!("builds of the same sources differ: {}", hashes.join(" and "));
                self.find("rebuild.not-reproducible", name, what);
            }
        }
    }

    /// The modules that the shop serves. Bundlers copy them as they are.
    fn modules(&mut self, shipped: &Shipped) {
        for module in &shipped.modules {
            let name = match module.kind {
                ModuleKind::Engine => "shelfwise_bg.wasm",
                ModuleKind::Releases => "shelfwise_release.wasm",
            };
            self.compare(&module.path, &module.bytes, self.made.hash(name));
        }
        self.tried
            .push(format!("{} modules were compared", shipped.modules.len()));
    }

    /// Files that have the name of a finished file which is no module of a page: the tarball, components of the edge.
    fn named(&mut self, files: &Files) {
        for (path, bytes) in files {
            let name = path.rsplit('/').next().unwrap_or_default();
            let is_other = name.ends_with(".tgz") || ["spin.wasm", "wasi.wasm"].contains(&name);
            if let Some(hash) = self.made.hash(name).filter(|_| is_other) {
                self.compare(path, bytes, Some(hash));
            }
        }
    }

    /// The package that the shop installed, which is the tarball's files.
    fn package(&mut self, package: &Files) {
        for (path, bytes) in package {
            self.compare(path, bytes, self.made.package.get(path).map(String::as_str));
        }
        for path in self.made.package.keys().filter(|path| !package.contains_key(*path)) {
            self.find(
                "rebuild.missing",
                path,
                "the sources make it, and the package lacks it".to_owned(),
            );
        }
        self.tried
            .push(format!("{} files of the package were compared", package.len()));
    }

    /// Scripts, without the package. Returns why some could not be compared.
    fn scripts(&mut self, shipped: &Shipped, files: &Files) -> Option<String> {
        let known: BTreeSet<&str> = self.made.package.values().map(String::as_str).collect();
        let is_known = |path: &String| files.get(path).is_some_and(|bytes| known.contains(hex(bytes).as_str()));
        let (equal, other): (Vec<_>, Vec<_>) = shipped.scripts.iter().partition(|script| is_known(&script.path));
        self.tried
            .push(format!("{} scripts are files of the package", equal.len()));
        (!other.is_empty()).then(|| {
            format!(
                "{} scripts are none of the package's files, as where a bundler rewrites them, and could not be compared: give the \
                 package with --package",
                other.len()
            )
        })
    }

    fn compare(&mut self, path: &str, bytes: &[u8], expected: Option<&str>) {
        let own = hex(bytes);
        match expected {
            Some(expected) if expected == own => {}
            Some(expected) => {
                let what = format!("it is not what the sources make: its SHA-256 is {own}, and theirs {expected}");
                self.find("rebuild.differs", path, what);
            }
            None => self.find(
                "rebuild.unknown",
                path,
                format!("the sources make no such file: its SHA-256 is {own}"),
            ),
        }
    }

    fn find(&mut self, code: &str, path: &str, what: String) {
        self.findings.push(Finding::new(code, what, ADVICE).file(path));
    }
}

fn hex(bytes: &[u8]) -> String {
    sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
