//! A running browser, whichever it is.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;
use shelfwise_audit::observed::{BrowserInfo, Hint, Recording, Request};

use crate::certificate::OwnCertificate;
use crate::chromium::Chromium;
use crate::find::{Found, Kind};
use crate::firefox::Firefox;
use crate::merge;
use crate::page::Page;
use crate::sink::{Recorded, Sink};
use crate::tab::Tab;

/// How a browser is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long it may take to start, to load a page, to answer anything.
    pub limit: Duration,
    /// Width and height of its window, in CSS pixels.
    pub window: (u32, u32),
    /// Further arguments for Chromium.
    pub arguments: Vec<String>,
    /// The certificate of the audited origin, where no authority that browsers know has signed it.
    pub certificate: Option<OwnCertificate>,
    /// Further preferences for Firefox, such as `privacy.globalprivacycontrol.enabled`.
    pub preferences: Vec<(String, Value)>,
}

impl Default for Options {
    /// Half a minute for everything, and the window of a small laptop.
    fn default() -> Self {
        Self {
            limit: Duration::from_secs(30),
            window: (1280, 900),
            arguments: Vec::new(),
            certificate: None,
            preferences: Vec::new(),
        }
    }
}

/// What a browser of either kind does.
pub(crate) trait Engine: Send {
    /// Opens a tab, in the profile or in one of its own.
    fn tab(&self, profile: Profile) -> Result<Box<dyn Tab>>;
    /// Requests that the remote protocol reported until now.
    fn reported(&self) -> Vec<Request>;
    /// Ends it, and reads the log of its network stack.
    fn end(self: Box<Self>) -> Result<NetworkLog>;
}

/// Whose cookies, storage and cache a tab sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Those of the browser's profile, as every other tab of it.
    Shared,
    /// None but its own.
    Own,
}

/// What the log of a network stack holds, as plain entries, and as it was written.
#[derive(Debug, Default)]
pub(crate) struct NetworkLog {
    pub found: Recording,
    pub raw: Vec<u8>,
}

/// A browser with a fresh profile, until it is finished or dropped.
pub struct Browser {
    engine: Box<dyn Engine>,
    info: BrowserInfo,
    origin: String,
    sink: Recorded,
    limit: Duration,
    hints: Arc<Mutex<Vec<Hint>>>,
}

impl Browser {
    /// Finds a browser of this machine: by its variable, on the PATH, or where installers put it.
    pub fn find(kind: Kind) -> Option<Found> {
        kind.find()
    }

    /// Starts it with a fresh profile, and with the sink as proxy for everything. Takes a second or two.
    ///
    /// # Errors
    /// If it cannot be started or driven in time, with what it wrote.
    pub fn start(found: &Found, sink: &Sink, options: &Options) -> Result<Self> {
        let engine: Box<dyn Engine> = match found.kind {
            Kind::Chromium => Box::new(Chromium::start(found, sink.address(), options)?),
            Kind::Firefox => Box::new(Firefox::start(found, sink.address(), options)?),
        };
        Ok(Self {
            engine,
            info: BrowserInfo {
                name: found.kind.name().to_owned(),
                version: found.version.clone(),
            },
            origin: sink.origin().to_owned(),
            sink: sink.recording(),
            limit: options.limit,
            hints: Arc::default(),
        })
    }

    /// Opens an empty tab.
    ///
    /// # Errors
    /// If the browser refuses.
    pub fn page(&self) -> Result<Page> {
        self.tab(Profile::Shared)
    }

    /// Opens an empty tab with cookies, storage and cache of its own: another shopper, without the time of another browser.
    ///
    /// # Errors
    /// If the browser refuses.
    pub fn page_apart(&self) -> Result<Page> {
        self.tab(Profile::Own)
    }

    fn tab(&self, profile: Profile) -> Result<Page> {
        Ok(Page::new(
            self.engine.tab(profile)?,
            self.limit,
            Arc::clone(&self.hints),
        ))
    }

    /// Ends the browser, and returns what all witnesses saw of it. Pages are to be closed before.
    ///
    /// # Errors
    /// If the log of its network stack cannot be read: a witness that is blind is no witness.
    pub fn finish(self) -> Result<Recording> {
        self.finish_with_log().map(|(recording, _)| recording)
    }

    /// The same, with the log of the network stack as the browser wrote it.
    ///
    /// # Errors
    /// As [`Browser::finish`].
    pub fn finish_with_log(self) -> Result<(Recording, Vec<u8>)> {
        let reported = self.engine.reported();
        let log = self.engine.end()?;
        let recording = Recording {
            browser: self.info,
            origin: self.origin,
            hints: std::mem::take(&mut *self.hints.lock().unwrap_or_else(PoisonError::into_inner)),
            ..log.found
        };
        Ok((merge::merged(recording, self.sink.take(), reported), log.raw))
    }
}
