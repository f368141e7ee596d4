//! What was seen of the laboratory's pages.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::observed::{Cookie, Request};

/// What a browser was made to do, or why it was not.
#[derive(Debug, Clone)]
pub struct Trial<T> {
    /// The browser, for people: name and version.
    pub browser: String,
    /// What was seen, or what is missing and how to get it.
    pub seen: Result<T, String>,
}

impl<T> Trial<T> {
    /// No browser was started, for this reason.
    pub fn missing(reason: String) -> Self {
        Self {
            browser: "browsers".to_owned(),
            seen: Err(reason),
        }
    }

    /// What could be tried, and the reasons of what could not.
    pub fn split(trials: &[Self]) -> (Vec<(&str, &T)>, Option<String>) {
        let ran = trials
            .iter()
            .filter_map(|trial| Some((trial.browser.as_str(), trial.seen.as_ref().ok()?)));
        let missing = trials
            .iter()
            .filter_map(|trial| Some(format!("{}: {}", trial.browser, trial.seen.as_ref().err()?)));
        let missing: Vec<_> = missing.collect();
        let missing = if trials.is_empty() {
            vec!["no browser was tried".to_owned()]
        } else {
            missing
        };
        (ran.collect(), (!missing.is_empty()).then(|| missing.join("; ")))
    }
}

/// What one act answered.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Answer {
    /// The act.
    pub act: String,
    /// Its answer; null where there is none.
    pub answer: Value,
    /// What it threw.
    #[serde(default)]
    pub thrown: Option<String>,
}

/// Something in a store of the browser.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Stored {
    /// `sessionStorage`, `localStorage`, `indexedDB`, `caches` or `file system`.
    pub place: String,
    /// Its key there.
    pub key: String,
    /// Its content, as text.
    pub value: String,
}

/// Everything that can hold something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Dump {
    /// The stores.
    pub stored: Vec<Stored>,
    /// `document.cookie`, `history.state`, `window.name` and the like.
    pub page: BTreeMap<String, String>,
    /// Everything in the document that asks for, or leads to, an address.
    pub exits: Vec<String>,
}

/// A dump, with what the engine has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Looked {
    /// The dump.
    #[serde(flatten)]
    pub dump: Dump,
    /// The number of events in the engine's own export.
    pub events: usize,
    /// The mode that holds.
    pub mode: String,
}

/// The state of a handle, as it tells it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Status {
    /// Whether the engine ranks.
    pub ready: bool,
    /// The mode that holds.
    pub mode: String,
    /// What set it.
    pub mode_source: String,
    /// Where the engine runs.
    pub isolation: String,
    /// Errors since it was made: code and message.
    #[serde(default)]
    pub errors: Vec<String>,
}

/// One shopper's visit in a fresh profile.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Visit {
    /// The plan's name.
    pub name: String,
    /// The answers, page by page.
    pub pages: Vec<Vec<Answer>>,
    /// Requests of all witnesses, by time.
    pub requests: Vec<Request>,
    /// The cookies that the browser holds at its end.
    pub cookies: Vec<Cookie>,
}

impl Visit {
    /// All answers, in order.
    pub fn answers(&self) -> impl Iterator<Item = &Answer> {
        self.pages.iter().flatten()
    }

    /// Answers of an act, read.
    pub fn of<T: serde::de::DeserializeOwned>(&self, act: &str) -> Vec<T> {
        let answers = self.answers().filter(|answer| answer.act == act);
        answers
            .filter_map(|answer| serde_json::from_value(answer.answer.clone()).ok())
            .collect()
    }

    /// All dumps: those that were asked for, and those of looks.
    pub fn dumps(&self) -> Vec<Dump> {
        let looks = self.of::<Looked>("look").into_iter().map(|looked| looked.dump);
        self.of::<Dump>("dump").into_iter().chain(looks).collect()
    }

    /// What acts threw: the laboratory is broken, or the package throws into a page.
    pub fn thrown(&self) -> Vec<String> {
        let thrown = self
            .answers()
            .filter_map(|answer| Some(format!("{}: {}", answer.act, answer.thrown.as_ref()?)));
        thrown.collect()
    }
}
