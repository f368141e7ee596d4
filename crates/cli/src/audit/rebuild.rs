//! `--rebuild SOURCES`: builds the modules and the package again, by the sources' own build tool, as a program of its own.

use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::{Result, bail};
use shelfwise_audit::steps::rebuild::{Rebuild, Reproduction};

use crate::eprint_line;

/// What runs in the sources.
const COMMAND: &[&str] = &["cargo", "xtask", "reproduce", "--hashes-only"];
/// Where it writes what it made.
const HASHES: &str = "target/shelfwise/reproduce/hashes.json";
/// What a folder of sources must have.
const SOURCES: &[&str] = &["Cargo.toml", "crates/xtask/Cargo.toml", ".cargo/config.toml"];
/// Lines of the build that stand in the report where it fails.
const LINES_KEPT: usize = 6;
/// What a build needs.
const NEEDS: &str =
    "a build needs Rust (https://rustup.rs), Node 20 with npm, and git: see docs/reproduce.md of the sources";

/// A checkout of Shelfwise's sources.
pub struct Sources(PathBuf);

impl Sources {
    /// Of a folder.
    ///
    /// # Errors
    /// If it is no checkout.
    pub fn of(folder: &Path) -> Result<Self> {
        if let Some(missing) = SOURCES.iter().find(|path| !folder.join(path).is_file()) {
            bail!(
                "--rebuild {}: this is no checkout of Shelfwise, because it has no {missing}: give the folder of the sources, \
                 at the commit of the version that the shop installed",
                folder.display()
            );
        }
        Ok(Self(folder.to_owned()))
    }

    /// Builds, with every line of the build on standard error. Takes minutes.
    pub fn rebuild(&self) -> Rebuild {
        let shown = format!("`{}` in {}", COMMAND.join(" "), self.0.display());
        eprint_line!("step rebuild: {shown}, which builds three times and takes minutes");
        let start = Instant::now();
        let result = self.build();
        let command = format!("ran {shown}, {} s", start.elapsed().as_secs());
        Rebuild { command, result }
    }

    fn build(&self) -> Result<Reproduction, String> {
        let hashes = self.0.join(HASHES);
        // What an earlier run wrote is no proof.
        match fs::remove_file(&hashes) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(format!("cannot remove {}: {error}", hashes.display()));
            }
            _ => {}
        }
        let (succeeded, lines) = self.run()?;
        let failed = || format!("it failed, and wrote last: {}. {NEEDS}", lines.join(" / "));
        let made = match fs::read(&hashes) {
            Ok(bytes) => Reproduction::parse(&bytes)?,
            Err(_) => return Err(failed()),
        };
        if succeeded || made.is_different() {
            Ok(made)
        } else {
            Err(failed())
        }
    }

    /// Runs the build. Returns whether it succeeded, and the last lines that it wrote.
    fn run(&self) -> Result<(bool, Vec<String>), String> {
        let (program, arguments) = COMMAND.split_first().unwrap_or((&"cargo", &[]));
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(&self.0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start {program}: {error}. {NEEDS}"))?;
        let lines = Arc::new(Mutex::new(Vec::new()));
        let streams = [
            child
                .stdout
                .take()
                .map(|stream| Box::new(stream) as Box<dyn Read + Send>),
            child
                .stderr
                .take()
                .map(|stream| Box::new(stream) as Box<dyn Read + Send>),
        ];
        let readers: Vec<_> = streams
            .into_iter()
            .flatten()
            .map(|stream| {
                let lines = Arc::clone(&lines);
                thread::spawn(move || relay(stream, &lines))
            })
            .collect();
        let status = child
            .wait()
            .map_err(|error| format!("cannot wait for {program}: {error}"))?;
        // They end with the streams that they read.
        readers.into_iter().for_each(|reader| drop(reader.join()));
        let lines = lines.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok((status.success(), lines))
    }
}

/// Prints each line, and keeps the last ones.
fn relay(stream: impl Read, kept: &Mutex<Vec<String>>) {
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        eprint_line!("  {line}");
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == LINES_KEPT {
            kept.remove(0);
        }
        kept.push(line.trim().to_owned());
    }
}
