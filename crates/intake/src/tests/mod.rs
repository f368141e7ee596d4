//! Behaviour of the intake, from files to logs.

mod bad_input;
mod catalogs;
mod cleaning;
mod dirt;
mod formats;
mod people;
mod shapes;
mod shuffled;
mod sources;

use super::{IntakeError, LogOptions, LogReport, read_log};
use crate::log::Log;
use crate::progress::Silent;

/// A temporary folder.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn with(name: &str, content: impl AsRef<[u8]>) -> Self {
        Self::new().and(name, content)
    }

    fn and(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.path(name), content).unwrap();
        self
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    /// Returns the defaults, for all files of the folder.
    fn options(&self) -> LogOptions {
        LogOptions::new(vec![self.path("*")])
    }

    fn read(&self) -> Result<(Log, LogReport), IntakeError> {
        read_log(&self.options(), &Silent)
    }
}

/// Reads a log of one file.
fn log_of(content: impl AsRef<[u8]>) -> (Log, LogReport) {
    Folder::with("log", content).read().unwrap()
}

/// Returns the error of a log of one file.
fn error_of(content: impl AsRef<[u8]>) -> String {
    Folder::with("log", content).read().unwrap_err().to_string()
}

/// Returns the sessions as lists of item ids.
fn sessions(log: &Log) -> Vec<Vec<&str>> {
    let items = |start: u32, end: u32| log.clicks[start as usize..end as usize].iter();
    let ids = |session: &crate::log::SessionSpan| {
        items(session.start, session.end)
            .map(|click| log.items[click.item as usize].as_str())
            .collect()
    };
    log.sessions.iter().map(ids).collect()
}
