//! Programs that a fresh machine lacks: from crates.io into the target folder, or from the system's packages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// A program that comes from the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemProgram {
    /// The browser of the tests.
    Chromium,
    /// The other engine of the tests.
    Firefox,
    /// A server that the recipes for headers are tried in.
    Nginx,
    /// Another one.
    Caddy,
    /// What drives it for wasm-bindgen's tests; of the same version as the browser.
    Chromedriver,
    /// Counts instructions.
    Valgrind,
}

impl SystemProgram {
    /// Names of the program, the distribution's first.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
            Self::Chromedriver => &["chromedriver"],
            Self::Firefox => &["firefox-esr", "firefox"],
            Self::Nginx => &["nginx"],
            Self::Caddy => &["caddy"],
            Self::Valgrind => &["valgrind"],
        }
    }

    fn debian_package(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Chromedriver => "chromium-driver",
            Self::Firefox => "firefox-esr",
            Self::Nginx => "nginx-light",
            Self::Caddy => "caddy",
            Self::Valgrind => "valgrind",
        }
    }

    /// Where it is; installs it on Debian as root. Otherwise errs with what to install.
    pub fn require(self) -> Result<PathBuf> {
        if let Some(found) = self.find() {
            return Ok(found);
        }
        if !is_root() || !process::succeeds(Command::new("apt-get").arg("--version")) {
            bail!(
                "{} is missing: install it (on Debian: apt-get install {}), or run this as root",
                self.names()[0],
                self.debian_package()
            );
        }
        let apt = |words: &[&str]| {
            let mut command = Command::new("apt-get");
            process::run(
                command
                    .args(["-qq", "--yes"])
                    .args(words)
                    .env("DEBIAN_FRONTEND", "noninteractive"),
            )
        };
        apt(&["update"])?;
        apt(&["install", "--no-install-recommends", self.debian_package()])?;
        self.find()
            .with_context(|| format!("{} was installed but is not on the PATH", self.debian_package()))
    }

    fn find(self) -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<_> = std::env::split_paths(&path).collect();
        let candidates = self
            .names()
            .iter()
            .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        candidates.into_iter().find(|candidate| candidate.is_file())
    }
}

/// A program of a crate, built once into the tools folder. Compiling takes minutes.
#[derive(Debug, Clone, Copy)]
pub struct CrateProgram<'a> {
    /// The crate's name.
    pub package: &'a str,
    /// Its exact version.
    pub version: &'a str,
    /// The one program of it that is wanted.
    pub program: &'a str,
    /// Whose versions of its dependencies are taken.
    pub dependencies: Dependencies,
}

/// A tool runs for seconds and is compiled for minutes, on every machine anew.
const QUICKLY_COMPILED: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
];

/// Which versions of a program's dependencies are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependencies {
    /// Those that its authors tested.
    Locked,
    /// The newest that fit, where the locked ones do not build any more.
    Newest,
}

impl CrateProgram<'_> {
    /// Where it is; compiles it when this version is not there.
    pub fn require(&self, workspace: &Workspace) -> Result<PathBuf> {
        let tools = workspace.tools();
        let path = tools.join("bin").join(self.program);
        if !(path.is_file() && self.is_recorded(&tools)) {
            eprintln!("compiling {} {} once, which takes minutes", self.package, self.version);
            self.compile(workspace, &tools)?;
        }
        Ok(path)
    }

    /// cargo writes down what it installed, with versions.
    fn is_recorded(&self, tools: &Path) -> bool {
        let record = fs::read_to_string(tools.join(".crates.toml")).unwrap_or_default();
        record.contains(&format!("\"{} {} (", self.package, self.version))
    }

    fn compile(&self, workspace: &Workspace, tools: &Path) -> Result<()> {
        let build = tools.join("build");
        let mut cargo = Command::new("cargo");
        cargo.args([
            "install",
            "--quiet",
            self.package,
            "--version",
            self.version,
            "--bin",
            self.program,
            "--force",
        ]);
        if self.dependencies == Dependencies::Locked {
            cargo.arg("--locked");
        }
        cargo
            .arg("--root")
            .arg(tools)
            .arg("--target-dir")
            .arg(&build)
            .envs(QUICKLY_COMPILED)
            .current_dir(workspace.root());
        process::run(&mut cargo)?;
        // Hundreds of megabytes that nothing reads again, and that a cache would carry along.
        fs::remove_dir_all(&build).with_context(|| format!("could not remove {}", build.display()))
    }
}

/// The version of a crate in `Cargo.lock`. Errs when it is not there exactly once.
pub fn locked_version(workspace: &Workspace, package: &str) -> Result<String> {
    let text = fs::read_to_string(workspace.path("Cargo.lock")).context("could not read Cargo.lock")?;
    let lock: toml::Table = toml::from_str(&text).context("Cargo.lock is not understood")?;
    let packages = lock
        .get("package")
        .and_then(toml::Value::as_array)
        .context("Cargo.lock has no packages")?;
    let of_that_name = packages
        .iter()
        .filter(|entry| entry.get("name").and_then(toml::Value::as_str) == Some(package));
    let versions: Vec<_> = of_that_name
        .filter_map(|entry| entry.get("version")?.as_str())
        .collect();
    match versions[..] {
        [only] => Ok(only.to_owned()),
        _ => bail!("Cargo.lock has {} versions of {package}, not one", versions.len()),
    }
}

fn is_root() -> bool {
    process::read(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: CrateProgram<'_> = CrateProgram {
        package: "a-tool",
        version: "1.2.3",
        program: "a-tool",
        dependencies: Dependencies::Locked,
    };

    #[test]
    fn another_version_is_not_taken_for_the_pinned_one() {
        let tools = tempfile::tempdir().unwrap();
        assert!(!PROGRAM.is_recorded(tools.path()));
        let record = |version| format!("[v1]\n\"a-tool {version} (registry+x)\" = [\"a-tool\"]\n");
        fs::write(tools.path().join(".crates.toml"), record("1.2.30")).unwrap();
        assert!(!PROGRAM.is_recorded(tools.path()));
        fs::write(tools.path().join(".crates.toml"), record("1.2.3")).unwrap();
        assert!(PROGRAM.is_recorded(tools.path()));
    }

    #[test]
    fn the_lock_file_names_one_version_of_the_glue_generator() {
        let workspace = Workspace::own();
        let generator = locked_version(&workspace, "wasm-bindgen-cli-support").unwrap();
        assert_eq!(generator, locked_version(&workspace, "wasm-bindgen").unwrap());
        assert!(locked_version(&workspace, "no-such-crate").is_err());
    }
}
