//! What the laboratory's server answers: its own pages and scripts, the audited package, model and release.

use std::collections::BTreeMap;

use super::plan::Clock;
use crate::shipped::{Files, Part, Shipped};

/// The page that carries out plans.
pub const PAGE: &str = "/lab/";
/// The page that its link leads to.
pub const NEXT: &str = "/lab/next";
/// The page that a visit ends on.
pub const LEFT: &str = "/lab/left";
/// Before the name of a part of a plan: requests after it belong to this part.
pub const MARK: &str = "/lab/mark?";
/// Below it the ways out of the worker ask for their own names.
pub const SINK: &str = "/sink/";
/// The package's files, below the folder of `index.js`.
const PACKAGE: &str = "/package/";
/// The folder of a signed release.
const RELEASE: &str = "/lab/release/";
/// The model.
pub(crate) const MODEL_PATH: &str = "/lab/model.swm";
/// Content of that model's shop: options whose ids are equally long.
pub(crate) const CONTENT_PATH: &str = "/lab/content.swp";
/// A policy of that shop with two experiments, about one of which visits are asked.
pub(crate) const ASKING_PATH: &str = "/lab/asking.swp";
/// Where the shop takes reports.
pub(crate) const REPORT_PATH: &str = "/lab/report";
/// The header of the worker's script, as docs/headers.md has it.
const POLICY: &str = "default-src 'none'; script-src 'wasm-unsafe-eval'";

/// When the release is current, and by which keys: `tests/releases/cases/cases.json`.
pub(crate) const RELEASE_MS: u64 = 1_767_225_600_000;
pub(crate) const RELEASE_KEYS: [&str; 4] = [
    "release-15fd380bfb6409061ac9dad42e0b1d9177adc85596ca14721bf7b90887cd4abd",
    "policy-deb2a7024b9b6ddd8117cc182437eca0da446200bc5f23f083152ef894df5bd8",
    "release-b546e5bcf63fb0747a0b5ee15fddb922eaae9b98e8acfc67e67d05fca614cd08",
    "policy-182d4555077203b5d50b1bcba4f6e020a6e2c93b8051469d3a0d26093ab39c73",
];

const HTML: &str = include_str!("page.html");
const LAB: &str = include_str!("lab.js");
const DUMP: &str = include_str!("dump.js");
const CLOCK: &str = include_str!("clock.js");
const EXITS: &str = include_str!("exits.js");
/// A page that asks for nothing, not even for an icon.
const EMPTY: &str = "<!doctype html><link rel=icon href=data:,>";
/// A grocer's model of 24 items.
const MODEL: &[u8] = include_bytes!("../../../../tests/snapshots/v1/good/grocer.swm");
/// A policy with content about the model's items.
const CONTENT: &[u8] = include_bytes!("../../../../tests/snapshots/policies/content.swp");
/// The policy that asks.
pub(crate) const ASKING: &[u8] = include_bytes!("../../../../tests/snapshots/policies/reports.swp");
/// A release of the table of good and bad ones.
const RELEASE_FILES: &[(&str, &[u8])] = &[
    (
        "release",
        include_bytes!("../../../../tests/releases/cases/good-next/release"),
    ),
    (
        "hidden-afcacb70c7a9d11865cd2422df539427.json",
        include_bytes!("../../../../tests/releases/cases/good-next/hidden-afcacb70c7a9d11865cd2422df539427.json"),
    ),
    (
        "policy-6a28fa374d57cdef46a2376c3cd6c032.swp",
        include_bytes!("../../../../tests/releases/cases/good-next/policy-6a28fa374d57cdef46a2376c3cd6c032.swp"),
    ),
    (
        "snapshot-895cc41b429d8d9843e52c3440b36d39.swm",
        include_bytes!("../../../../tests/releases/cases/good-next/snapshot-895cc41b429d8d9843e52c3440b36d39.swm"),
    ),
];
/// A picture of one white pixel.
const PIXEL: &[u8] = include_bytes!("pixel.png");

/// How the worker's script is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worker {
    /// As it is, with the documented header.
    AsDocumented,
    /// With ways out behind it that ask `origin`, and a packet at a port of UDP; with the documented header.
    WithExits {
        /// Where the ways lead to.
        origin: String,
        /// The port.
        udp_port: u16,
    },
    /// The same without the header: the ways must lead out, or the trial is blind.
    WithExitsAndOpen {
        /// Where the ways lead to.
        origin: String,
        /// The port.
        udp_port: u16,
    },
}

/// An answer of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// The type.
    pub content_type: &'static str,
    /// The Content-Security-Policy; none without one.
    pub policy: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// A package in the laboratory.
#[derive(Debug, Clone)]
pub struct Laboratory {
    files: Files,
    policy: String,
    /// Which files these are, for the report.
    pub subject: String,
}

impl Laboratory {
    /// Takes the package of a folder, or else the package that the shop has installed.
    ///
    /// # Errors
    /// A sentence with what to do, where neither holds an unbundled package.
    pub fn of(files: &Files, package: Option<&Files>) -> Result<Self, String> {
        if let Some((folder, files)) = unbundled(files) {
            return Ok(Self {
                files,
                policy: POLICY.to_owned(),
                subject: format!("{folder}index.js and the files beside it were run"),
            });
        }
        let (folder, files) = package.and_then(unbundled).ok_or(
            "the package is bundled in this folder: give the one that the bundler was given with --package, and the browser \
             steps run that",
        )?;
        let subject = format!(
            "{folder}index.js of --package was run; whether the folder's files are those of the package is the step `hashes`"
        );
        Ok(Self {
            files,
            policy: POLICY.to_owned(),
            subject,
        })
    }

    /// The same on a server that sends another Content-Security-Policy with the worker's script.
    #[must_use]
    pub fn with_policy(mut self, policy: &str) -> Self {
        policy.clone_into(&mut self.policy);
        self
    }

    /// Every path that is answered, with the answer; queries are not looked at.
    pub fn answers(&self, worker: &Worker) -> BTreeMap<String, Served> {
        let page = || served("page.html", HTML);
        let mut all: BTreeMap<String, Served> = [PAGE, NEXT].map(|path| (path.to_owned(), page())).into();
        let fixed = [
            ("/lab/lab.js", served("lab.js", LAB)),
            ("/lab/dump.js", served("dump.js", DUMP)),
            (MODEL_PATH, served("model.swm", MODEL)),
            (CONTENT_PATH, served("content.swp", CONTENT)),
            (ASKING_PATH, served("asking.swp", ASKING)),
            (REPORT_PATH, served("report.txt", b"")),
            ("/lab/image", served("pixel.png", PIXEL)),
            (LEFT, served("left.html", EMPTY)),
            ("/lab/product", served("product.html", EMPTY)),
            (MARK.trim_end_matches('?'), served("mark.txt", b"")),
        ];
        all.extend(fixed.map(|(path, answer)| (path.to_owned(), answer)));
        all.extend(
            RELEASE_FILES
                .iter()
                .map(|(name, bytes)| (format!("{RELEASE}{name}"), served(name, bytes))),
        );
        all.extend(
            crate::steps::EXITS
                .iter()
                .map(|name| (format!("{SINK}{name}"), served("exit.txt", b""))),
        );
        all.extend(
            self.files
                .iter()
                .map(|(name, bytes)| (format!("{PACKAGE}{name}"), self.packaged(name, bytes, worker))),
        );
        all
    }

    /// The script that moves the clock, to be run before those of a page.
    pub fn clock(clock: Clock) -> String {
        let ahead = match clock {
            Clock::Ahead(ms) => ms.to_string(),
            Clock::At(ms) => format!("{ms} - Date.now()"),
        };
        CLOCK.replace("AHEAD_MS", &ahead)
    }

    fn packaged(&self, name: &str, bytes: &[u8], worker: &Worker) -> Served {
        let mut answer = served(name, bytes);
        if name != "worker.js" {
            return answer;
        }
        answer.policy = (!matches!(worker, Worker::WithExitsAndOpen { .. })).then(|| self.policy.clone());
        if let Worker::WithExits { origin, udp_port } | Worker::WithExitsAndOpen { origin, udp_port } = worker {
            let exits = EXITS
                .replace("ORIGIN", origin)
                .replace("UDP_PORT", &udp_port.to_string());
            answer.body.extend(exits.into_bytes());
        }
        answer
    }
}

fn served(name: &str, body: impl AsRef<[u8]>) -> Served {
    let ending = name.rsplit('.').next().unwrap_or_default();
    let content_type = match ending {
        "js" => "text/javascript",
        "wasm" => "application/wasm",
        "html" => "text/html",
        "png" => "image/png",
        "json" => "application/json",
        "txt" => "text/plain",
        _ => "application/octet-stream",
    };
    Served {
        content_type,
        policy: None,
        body: body.as_ref().to_vec(),
    }
}

/// The folder of a package that no bundler has touched, and its files by their path in it.
fn unbundled(files: &Files) -> Option<(String, Files)> {
    let shipped = Shipped::find(files);
    let pages = shipped
        .scripts
        .iter()
        .filter(|script| script.parts.contains(&Part::Page));
    let folders = pages.filter_map(|script| script.path.strip_suffix("index.js"));
    let folder = folders.into_iter().find(|folder| {
        let beside = ["worker.js", "shelfwise_bg.wasm", "shelf.js", "auto.js"];
        beside.iter().all(|name| files.contains_key(&format!("{folder}{name}")))
    })?;
    let inside = files
        .iter()
        .filter_map(|(path, bytes)| Some((path.strip_prefix(folder)?.to_owned(), bytes.clone())));
    Some((folder.to_owned(), inside.collect()))
}
