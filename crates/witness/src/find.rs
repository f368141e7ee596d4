//! The browsers of this machine.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fmt};

/// An engine that can be driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Chromium, Chrome or Edge.
    Chromium,
    /// Firefox.
    Firefox,
}

/// A browser that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its engine.
    pub kind: Kind,
    /// The program.
    pub path: PathBuf,
    /// Its version, as it prints it; empty where it prints none.
    pub version: String,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];

    /// Its name on the command line and in recordings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }

    /// The environment variable that names the program, for one in an unusual place.
    pub fn variable(self) -> &'static str {
        match self {
            Self::Chromium => "SHELFWISE_CHROMIUM",
            Self::Firefox => "SHELFWISE_FIREFOX",
        }
    }

    /// What to do where it is missing.
    pub fn advice(self) -> String {
        let package = match self {
            Self::Chromium => "Chromium or Chrome (on Debian: apt-get install chromium)",
            Self::Firefox => "Firefox (on Debian: apt-get install firefox-esr)",
        };
        format!("install {package}, or name the program in {}", self.variable())
    }

    /// Names on the PATH, the distribution's first.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &[
                "chromium",
                "chromium-browser",
                "google-chrome-stable",
                "google-chrome",
                "chrome",
                "microsoft-edge",
                "msedge",
            ],
            Self::Firefox => &["firefox-esr", "firefox"],
        }
    }

    /// Places on systems whose installers put nothing on the PATH.
    fn places(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &[
                "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
                "/Applications/Chromium.app/Contents/MacOS/Chromium",
                r"C:\Program Files\Google\Chrome\Application\chrome.exe",
                r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
                r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
            ],
            Self::Firefox => &[
                "/Applications/Firefox.app/Contents/MacOS/firefox",
                r"C:\Program Files\Mozilla Firefox\firefox.exe",
                r"C:\Program Files (x86)\Mozilla Firefox\firefox.exe",
            ],
        }
    }

    /// Finds the program: by its variable, on the PATH, then where installers put it.
    pub fn find(self) -> Option<Found> {
        let path = match env::var_os(self.variable()) {
            // A variable that names nothing is no reason to start another browser than the one that was asked for.
            Some(named) => Some(PathBuf::from(named)).filter(|path| path.is_file()),
            None => self.candidates().find(|path| path.is_file()),
        }?;
        let version = version(&path);
        Some(Found {
            kind: self,
            path,
            version,
        })
    }

    fn candidates(self) -> impl Iterator<Item = PathBuf> {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders: Vec<_> = env::split_paths(&path).collect();
        let names = self.names().iter();
        let named = names.flat_map(move |name| {
            let folders = folders.clone().into_iter();
            folders.map(move |folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        });
        named.chain(self.places().iter().map(PathBuf::from))
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version.as_str() {
            "" => write!(f, "{}", self.kind.name()),
            version => write!(f, "{version}"),
        }
    }
}

/// What the program prints for `--version`. On Windows it would open a window instead.
fn version(path: &std::path::Path) -> String {
    if cfg!(windows) {
        return String::new();
    }
    let output = Command::new(path).arg("--version").stderr(Stdio::null()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_names_the_package_and_the_variable() {
        for kind in Kind::ALL {
            assert!(kind.advice().contains(kind.variable()), "{}", kind.advice());
        }
    }

    #[test]
    fn candidates_begin_with_the_name_of_the_distribution() {
        let first = Kind::Firefox.candidates().next().unwrap();
        assert!(
            first.ends_with(format!("firefox-esr{}", env::consts::EXE_SUFFIX)),
            "{}",
            first.display()
        );
    }
}
