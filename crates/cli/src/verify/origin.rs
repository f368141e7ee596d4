//! Where a release lies: a folder, or a web server.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use shelfwise_sync::{FetchError, FileRequest};
use ureq::Agent;

/// How often a server may send elsewhere.
const REDIRECTS: u32 = 3;

/// A place that is asked for files.
pub struct Origin {
    place: Place,
    /// What the system said when a file could not be had.
    last_error: RefCell<Option<String>>,
}

enum Place {
    Folder(PathBuf),
    Server { agent: Agent, address: String },
}

impl Origin {
    /// A folder, or an address that begins with `http://` or `https://`; each file may take so long.
    pub fn of(place: &str, timeout: Duration) -> Result<Self> {
        let place = if place.starts_with("http://") || place.starts_with("https://") {
            let agent = Agent::config_builder()
                .timeout_global(Some(timeout))
                .max_redirects(REDIRECTS)
                .build();
            Place::Server {
                agent: agent.into(),
                address: place.trim_end_matches('/').to_owned(),
            }
        } else {
            let folder = PathBuf::from(place);
            if !folder.is_dir() {
                bail!("{place} is no folder: give the folder of the releases, or its address with https://");
            }
            Place::Folder(folder)
        };
        Ok(Self {
            place,
            last_error: RefCell::new(None),
        })
    }

    /// The file that is asked for, up to as many bytes as are asked for.
    pub fn answer(&self, request: &FileRequest) -> Result<Vec<u8>, FetchError> {
        let limit = u64::from(request.at_most) + 1;
        let bytes = match &self.place {
            Place::Folder(folder) => self.file(&folder.join(&request.path), limit),
            Place::Server { agent, address } => self.get(agent, &format!("{address}/{}", request.path), limit),
        }?;
        let fits = bytes.len() as u64 == limit;
        if fits { Err(FetchError::TooLong) } else { Ok(bytes) }
    }

    /// What the system said when a file could not be had.
    pub fn last_error(&self) -> Option<String> {
        self.last_error.borrow().clone()
    }

    fn file(&self, path: &std::path::Path, limit: u64) -> Result<Vec<u8>, FetchError> {
        let bytes = File::open(path).and_then(|file| up_to(file, limit));
        bytes.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => self.failed(FetchError::Missing, format!("no file {}", path.display())),
            _ => self.failed(FetchError::Unreachable, error.to_string()),
        })
    }

    fn get(&self, agent: &Agent, address: &str, limit: u64) -> Result<Vec<u8>, FetchError> {
        let mut response = agent.get(address).call().map_err(|error| match error {
            ureq::Error::StatusCode(404 | 410) => self.failed(FetchError::Missing, address.to_owned()),
            error => self.failed(FetchError::Unreachable, format!("{address}: {error}")),
        })?;
        let bytes = up_to(response.body_mut().as_reader(), limit);
        bytes.map_err(|error| self.failed(FetchError::Unreachable, format!("{address}: {error}")))
    }

    fn failed(&self, failure: FetchError, last_error: String) -> FetchError {
        self.last_error.borrow_mut().get_or_insert(last_error);
        failure
    }
}

fn up_to(reader: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
