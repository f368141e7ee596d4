//! Parts of the package, as they are recognized in whatever file a bundler has put them.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::syntax::Script;

/// What the worker's probe asks for; no bundler changes a text.
const PROBE: &str = "data:,shelfwise-tries-whether-its-worker-is-contained";

/// What auto.js, shelf.js and the findings in development say.
const LISTS: &[&str] = &[
    "Shelfwise: auto.js stopped, the shop's own order stays.",
    "Shelfwise: the shelf keeps the shop's own order.",
];
/// Imports of the engine have glue each: so many make a script that has it.
const LEAST_GLUE: usize = 10;
/// How an engine begins that a page has inside as base64.
const BASE64: &str = "AGFzb";

/// A part of the package with uses of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The package on the page.
    Page,
    /// The engine's host in its worker.
    Worker,
    /// The engine's glue.
    Engine,
    /// What looks at signed releases.
    Releases,
    /// auto.js and shelf.js: the page's own lists.
    Lists,
    /// Entries for servers.
    Server,
    /// A helper of Vite's, in a chunk with one of the others: it loads a chunk's own files ahead.
    Vite,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Page,
        Self::Worker,
        Self::Engine,
        Self::Releases,
        Self::Lists,
        Self::Server,
        Self::Vite,
    ];

    /// Its name in the list of uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Worker => "worker",
            Self::Engine => "engine",
            Self::Releases => "releases",
            Self::Lists => "lists",
            Self::Server => "server",
            Self::Vite => "vite",
        }
    }

    /// What it is, for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Page => "the package on the page",
            Self::Worker => "the engine's worker",
            Self::Engine => "the engine's glue",
            Self::Releases => "the part for signed releases",
            Self::Lists => "the part for the page's own lists",
            Self::Server => "an entry for servers",
            Self::Vite => "a helper of Vite's",
        }
    }

    /// The most bytes that it has in a bundle: about half more than in the package. The engine may be inside as base64.
    pub(super) fn most_bytes(self) -> usize {
        match self {
            Self::Page => 45_000,
            Self::Worker => 8_000,
            Self::Engine => 20_000,
            Self::Releases => 8_000,
            Self::Lists => 60_000,
            Self::Server => 20_000,
            Self::Vite => 3_000,
        }
    }

    /// The parts that are in a script; Vite's helper alone makes it none of Shelfwise's.
    pub fn of(script: &Script) -> BTreeSet<Self> {
        let parts: BTreeSet<_> = Self::ALL.into_iter().filter(|part| part.is_in(script)).collect();
        if parts.iter().eq(&[Self::Vite]) {
            BTreeSet::new()
        } else {
            parts
        }
    }

    /// By texts that stand in the part's sources alone: no minifier changes a text.
    pub(super) fn is_in(self, script: &Script) -> bool {
        let says = |word: &str| script.words.iter().any(|own| own == word);
        match self {
            Self::Page => says("the engine's answer is not of the agreed shape"),
            Self::Worker => says(PROBE),
            Self::Engine => script.glue.len() > LEAST_GLUE,
            Self::Releases => says("an update check requests a file that the record does not name"),
            Self::Lists => LISTS.iter().any(|text| says(text)),
            Self::Vite => says("vite:preloadError"),
            Self::Server => {
                Self::Page.is_in(script)
                    && Self::Engine.is_in(script)
                    && !script.words.iter().any(|word| word.starts_with(BASE64))
            }
        }
    }
}
