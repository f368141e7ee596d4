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
    /// The same without windows around its pages.
    HeadlessShell,
    /// The other engine of the tests.
    Firefox,
    /// A server that the recipes for headers are tried in.
    Nginx,
    /// Another one.
    Caddy,
    /// Counts instructions.
    Valgrind,
    /// Has other engines for counting.
    Python,
}

/// Ends well in a Python that can make environments, and for which the pinned packages are made.
const IS_FIT: &str = "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))";

impl SystemProgram {
    /// Names of the program, the distribution's first.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
            Self::HeadlessShell => &["chromium-headless-shell", "chrome-headless-shell"],
            Self::Firefox => &["firefox-esr", "firefox"],
            Self::Nginx => &["nginx"],
            Self::Caddy => &["caddy"],
            Self::Valgrind => &["valgrind"],
            Self::Python => &["python3"],
        }
    }

    /// Browsers come without the fonts that the demo shop asks for on Linux: with others its lines break elsewhere.
    fn debian_packages(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["chromium", "fonts-liberation"],
            Self::HeadlessShell => &["chromium-headless-shell", "fonts-liberation"],
            Self::Firefox => &["firefox-esr"],
            Self::Nginx => &["nginx-light"],
            Self::Caddy => &["caddy"],
            Self::Valgrind => &["valgrind"],
            Self::Python => &["python3-venv"],
        }
    }

    /// Where the Chromium is that tests drive which look at no frame. Without windows a page takes two fifths of the processor
    /// time (0.21 seconds instead of 0.54 in Chromium 156); where that cannot be had it is the whole browser.
    pub fn chromium_for_pages() -> Result<PathBuf> {
        Self::HeadlessShell.require().or_else(|why| {
            println!("pages are tried in the whole Chromium, which takes longer: {why:#}");
            Self::Chromium.require()
        })
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
                self.debian_packages().join(" ")
            );
        }
        // Two stages may need a program at once, and apt-get does not wait for its own lock on the lists.
        let lock = std::env::temp_dir().join("shelfwise-apt.lock");
        let lock = fs::File::create(&lock).with_context(|| format!("cannot write {}", lock.display()))?;
        lock.lock().context("cannot wait for another installation")?;
        // The other stage may have installed it.
        if let Some(found) = self.find() {
            return Ok(found);
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
        apt(&["-o", "Acquire::http::Timeout=20", "update"])?;
        apt(&[&["install", "--no-install-recommends"], self.debian_packages()].concat())?;
        self.find().with_context(|| {
            format!(
                "{} was installed but is not on the PATH, or is too old",
                self.debian_packages()[0]
            )
        })
    }

    fn find(self) -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<_> = std::env::split_paths(&path).collect();
        let candidates = self
            .names()
            .iter()
            .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        candidates
            .into_iter()
            .find(|candidate| candidate.is_file() && self.is_fit(candidate))
    }

    /// Debian has Python without what makes environments, and systems have old ones.
    fn is_fit(self, program: &Path) -> bool {
        self != Self::Python || process::succeeds(Command::new(program).args(["-c", IS_FIT]))
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
}

/// A tool runs for seconds and is compiled for minutes, on every machine anew.
const QUICKLY_COMPILED: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
];

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
            "--locked",
        ]);
        cargo
            .arg("--root")
            .arg(tools)
            .arg("--target-dir")
            .arg(&build)
            .envs(QUICKLY_COMPILED)
            .current_dir(workspace.root());
        process::run(&mut cargo)?;
        // Hundreds of megabytes that nothing reads again, and that a cache would carry along.
        fs::remove_dir_all(&build).with_context(|| format!("cannot remove {}", build.display()))
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
    };

    #[test]
    fn other_version_than_the_pinned_one_is_refused() {
        let tools = tempfile::tempdir().unwrap();
        assert!(!PROGRAM.is_recorded(tools.path()));
        let record = |version| format!("[v1]\n\"a-tool {version} (registry+x)\" = [\"a-tool\"]\n");
        fs::write(tools.path().join(".crates.toml"), record("1.2.30")).unwrap();
        assert!(!PROGRAM.is_recorded(tools.path()));
        fs::write(tools.path().join(".crates.toml"), record("1.2.3")).unwrap();
        assert!(PROGRAM.is_recorded(tools.path()));
    }
}
