//! A visit to pages as they are deployed.

use serde::{Deserialize, Serialize};

use super::{Recording, Request, Witness};

/// Whether what was visited is what shoppers get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Build {
    /// As it is deployed.
    AsDeployed,
    /// The same with the scripts of Shelfwise refused: what differs here too is the shop's own.
    WithoutShelfwise,
}

/// Something that a browser keeps for a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Kept {
    /// `localStorage`, `sessionStorage`, `cookie`, `indexedDB` or `caches`.
    pub place: String,
    /// Key or name.
    pub name: String,
    /// Characters under the key; 0 where they cannot be counted.
    pub characters: usize,
}

/// A shopper's visit: pages of their own, and then the last page, which is the same for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The shopper, as the plan names them. Two visits of one shopper show what differs by chance.
    pub shopper: String,
    /// What was visited.
    pub build: Build,
    /// When what counts began: behind consent banner and login. In milliseconds since 1970.
    pub from_ms: u64,
    /// When the last page was opened.
    pub last_from_ms: u64,
    /// Pages that were opened, the last one last.
    pub pages: Vec<String>,
    /// What the browser kept when the last page was seen.
    pub kept: Vec<Kept>,
    /// Everything that was observed.
    pub recording: Recording,
}

impl Visit {
    /// What a witness saw of the last page.
    pub fn last(&self, witness: Witness) -> impl Iterator<Item = &Request> {
        let requests = self.recording.page_requests(witness);
        requests.filter(|request| request.at_ms >= self.last_from_ms)
    }

    /// What a witness saw of all pages that count.
    pub fn all(&self, witness: Witness) -> impl Iterator<Item = &Request> {
        let requests = self.recording.page_requests(witness);
        requests.filter(|request| request.at_ms >= self.from_ms)
    }
}
