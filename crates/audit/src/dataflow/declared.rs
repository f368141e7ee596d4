//! What is declared of the scripts around the engine: files, reads, channels, signals. [`source`](super::source) holds
//! the scripts to it.

use serde::Serialize;

/// A file that a shop serves.
#[derive(Debug, Serialize)]
pub struct Artefact {
    pub name: &'static str,
    pub what: &'static str,
}

/// A source with a way out of the package's own memory, and the one kind of access that it has.
#[derive(Debug, Serialize)]
pub struct Access {
    /// A file under `crates/web/js/src`, or a folder by its `/` at the end.
    pub source: &'static str,
    pub access: &'static str,
    /// The names that it, and no source without them, may say.
    #[serde(skip)]
    pub words: &'static [&'static str],
}

impl Access {
    /// Whether it is about this source, given by its path under `crates/web/js/src`.
    pub fn covers(&self, path: &str) -> bool {
        path == self.source || self.source.ends_with('/') && path.starts_with(self.source)
    }
}

/// Something that a script reads off the page or the browser.
#[derive(Debug, Serialize)]
pub struct Read {
    pub api: &'static str,
    pub by: &'static str,
    pub when: &'static str,
    pub why: &'static str,
    /// How the scripts write it, which is how it is found in them.
    #[serde(skip)]
    pub words: &'static [&'static str],
    /// The sources that may write it so, by the beginning of their path under `crates/web/js/src`.
    #[serde(skip)]
    pub sources: &'static [&'static str],
}

/// A way in which what is shown could tell on who it is shown to.
#[derive(Debug, Serialize)]
pub struct Channel {
    pub channel: &'static str,
    pub modes: &'static [&'static str],
    pub handling: &'static str,
    pub left: &'static str,
}

/// A signal that lowers the mode.
#[derive(Debug, Serialize)]
pub struct Signal {
    pub signal: &'static str,
    pub counts_when: &'static str,
    pub mode_at_most: &'static str,
}

/// Their hashes come with signed releases; until then a shop names them by `integrity`.
pub const ARTEFACTS: &[Artefact] = &[
    Artefact {
        name: "index.js",
        what: "The package on the page: shell, queue, modes.",
    },
    Artefact {
        name: "worker.js",
        what: "The engine's host in its worker.",
    },
    Artefact {
        name: "inline.js",
        what: "The same host on the page, for shops without a worker.",
    },
    Artefact {
        name: "shelfwise_bg.wasm",
        what: "The engine. It imports what stands under engine_imports, and nothing else.",
    },
    Artefact {
        name: "auto.js",
        what: "Listens to the shop's GA4 dataLayer, where the shop includes it.",
    },
    Artefact {
        name: "shelf.js",
        what: "The web component and rerankElements, where the shop includes them.",
    },
    Artefact {
        name: "release.js",
        what: "Looks at signed releases, where the shop has set release.",
    },
    Artefact {
        name: "shelfwise_release.wasm",
        what: "Says what a signed release is worth, where the shop has set release. It imports nothing.",
    },
    Artefact {
        name: "release",
        what: "The shop's own signed record, which names model and policy by hash.",
    },
    Artefact {
        name: "model",
        what: "The shop's own snapshot, at the address that it names.",
    },
    Artefact {
        name: "policy",
        what: "The shop's own rules, at the address that it names.",
    },
];

/// What a source that arranges the page's own lists, or listens to its data layer, works on.
const PAGE: &[&str] = &[
    "document",
    "window",
    "globalThis",
    "location",
    "console",
    "performance",
    "setTimeout",
    "clearTimeout",
    "setInterval",
    "clearInterval",
    "addEventListener",
    "removeEventListener",
    "import(",
];

/// `cargo xtask tidy` refuses these names in every other source.
pub const ACCESS: &[Access] = &[
    Access {
        source: "shell/network.ts",
        access: "loads files by GET, and hashes them",
        words: &["fetch(", "crypto", "document", "location", "globalThis"],
    },
    Access {
        source: "shell/report.ts",
        access: "sends the visit's randomized report to the shop's own origin, where the shop has set reports",
        words: &["fetch("],
    },
    Access {
        source: "shell/storage.ts",
        access: "one key of the tab's sessionStorage",
        words: &["sessionStorage", "globalThis"],
    },
    Access {
        source: "shell/memory.ts",
        access: "one key of the shop's localStorage",
        words: &["localStorage", "globalThis"],
    },
    Access {
        source: "shell/signals.ts",
        access: "reads Global Privacy Control and Do Not Track",
        words: &["navigator", "globalThis"],
    },
    Access {
        source: "shell/context.ts",
        access: "reads the hour, the weekday, the device's class and the language for the context key",
        words: &["new Date", "navigator", "document", "globalThis"],
    },
    Access {
        source: "shell/worker.ts",
        access: "starts the engine's worker, and exchanges messages with it",
        words: &["new Worker", "Worker", "globalThis"],
    },
    Access {
        source: "shell/clock.ts",
        access: "reads the time, and sets timers",
        words: &[
            "Date.now",
            "setTimeout",
            "clearTimeout",
            "setInterval",
            "clearInterval",
            "AbortSignal.timeout",
            "globalThis",
        ],
    },
    Access {
        source: "shell/page.ts",
        access: "listens to whether the page is entered, shown, left, or brought back",
        words: &["document", "addEventListener", "removeEventListener", "globalThis"],
    },
    Access {
        source: "shell/console.ts",
        access: "reports errors of the shop's own listeners",
        words: &["console"],
    },
    Access {
        source: "shell/probe.ts",
        access: "in the worker: asks for an address without a network, to prove that it is refused",
        words: &["fetch(", "self", "setTimeout", "addEventListener"],
    },
    Access {
        source: "worker.ts",
        access: "in the worker: exchanges messages with the page",
        words: &["self"],
    },
    Access {
        source: "contract.ts",
        access: "reaches nothing: a unit of experiments has the name",
        words: &["window"],
    },
    Access {
        source: "index.ts",
        access: "imports the package's own scripts when they are needed",
        words: &["import("],
    },
    Access {
        source: "node.ts",
        access: "in Node: reads the package's own modules from its folder, and imports its own scripts",
        words: &["import(", "node:fs"],
    },
    Access {
        source: "wasm.d.ts",
        access: "declares the types of the above; it is no script",
        words: &["node:fs"],
    },
    Access {
        source: "auto.ts",
        access: "the page's own document, on which auto.js works",
        words: PAGE,
    },
    Access {
        source: "auto/",
        access: "the same",
        words: PAGE,
    },
    Access {
        source: "shelf.ts",
        access: "the nodes of lists that the shop hands over",
        words: PAGE,
    },
    Access {
        source: "elements.ts",
        access: "the same",
        words: PAGE,
    },
    Access {
        source: "elements/",
        access: "the same; input and scrolling, for when nodes may move",
        words: PAGE,
    },
];

pub const READS: &[Read] = &[
    Read {
        api: "navigator.globalPrivacyControl",
        by: "index.js",
        when: "before the first event, and again before each event and each order",
        why: "true or \"1\" lowers the mode",
        words: &["globalPrivacyControl"],
        sources: &["shell/signals.ts"],
    },
    Read {
        api: "navigator.doNotTrack",
        by: "index.js",
        when: "as globalPrivacyControl",
        why: "true or \"1\" lowers the mode",
        words: &["doNotTrack", "navigator"],
        sources: &["shell/signals.ts", "shell/context.ts"],
    },
    Read {
        api: "the hour and the weekday of the device's clock",
        by: "index.js",
        when: "before each order in every mode but off, where the model has cells that they tell apart and the \
               shop names no cell",
        why: "part of the day, workday or weekend, for the context cell",
        words: &["new Date"],
        sources: &["shell/context.ts"],
    },
    Read {
        api: "navigator.userAgent, navigator.userAgentData.mobile",
        by: "index.js",
        when: "as the hour, where the model's cells tell devices apart",
        why: "phone, tablet or desktop, for the context cell; nothing else of it is kept",
        words: &["userAgent", "userAgentData"],
        sources: &["shell/context.ts"],
    },
    Read {
        api: "navigator.language",
        by: "index.js",
        when: "as the hour, where the model's cells tell languages apart",
        why: "the first two letters, for the context cell; the country is not read",
        words: &["navigator.language"],
        sources: &["shell/context.ts"],
    },
    Read {
        api: "sessionStorage",
        by: "index.js",
        when: "in modes session and remembered with visit: \"tab\", when Shelfwise is made, when the mode or consent changes, and before each \
               event and each order",
        why: "takes up the visit of the page before, and what another handle on the page has kept since; see storage",
        words: &["sessionStorage"],
        sources: &["shell/storage.ts"],
    },
    Read {
        api: "localStorage",
        by: "index.js",
        when: "in mode remembered alone, where no signal, consent or shopper lowers it: when Shelfwise is made, when mode or consent \
               changes, and before each event and each order",
        why: "takes up what is remembered of earlier visits after the shopper's grant, and what another page has written or \
              deleted since; see storage",
        words: &["localStorage"],
        sources: &["shell/memory.ts"],
    },
    Read {
        api: "document.baseURI, location.href",
        by: "index.js",
        when: "when Shelfwise is made",
        why: "makes the shop's relative addresses whole",
        words: &["baseURI", "location"],
        sources: &["shell/network.ts", "auto.ts", "auto/"],
    },
    Read {
        api: "Date.now",
        by: "index.js, release.js",
        when: "at each event, order and opening, and at each look at a signed release",
        why: "a visit ends after half an hour, a release expires; the time stays in the engine's worker",
        words: &["Date.now"],
        sources: &["shell/clock.ts"],
    },
    Read {
        api: "the event online",
        by: "index.js",
        when: "while the page lasts",
        why: "loads what could not be loaded while there was no network",
        words: &["\"online\""],
        sources: &["shell/page.ts"],
    },
    Read {
        api: "document.prerendering, document.visibilityState",
        by: "index.js",
        when: "when Shelfwise is made, before the tab's storage is touched, and when the page is shown again",
        why: "a page that is made in advance has no shopper yet; a visit that ended while the page was hidden is dropped when \
              it is shown",
        words: &["prerendering", "visibilityState"],
        sources: &["shell/page.ts"],
    },
    Read {
        api: "performance.now",
        by: "shelf.js, auto.js",
        when: "while something moves, when the page tells a fact of itself, and in development while findings are gathered",
        why: "how long to wait for a quiet moment, and whether the page has just loaded; given to nobody",
        words: &["performance"],
        sources: &["elements/", "auto/lint", "auto.ts"],
    },
    Read {
        api: "events and requests that the shop hands over",
        by: "index.js",
        when: "when the shop calls track, rerank or recommend",
        why: "of an event its name and the ids of its items; of a request placement, ids, stock, category and brand, and \
              the page's item, category and context cell",
        words: &[],
        sources: &[],
    },
    Read {
        api: "crypto.getRandomValues",
        by: "shelfwise_bg.wasm",
        when: "where the policy has an experiment or a holdout: once for a page, a visit or a device, 16 bytes; when report() is called, 258 \
               bytes",
        why: "chance for the draws of experiments, kept as state says and never sent; noise of a report, which is not kept",
        words: &[],
        sources: &[],
    },
    Read {
        api: "wasi:random, and crypto.getRandomValues on Cloudflare",
        by: "the edge worker",
        when: "where an experiment runs: once for a request, 16 bytes",
        why: "chance for the draws of that request's page, which are forgotten with the answer",
        words: &[],
        sources: &[],
    },
    Read {
        api: "dataLayer",
        by: "auto.js",
        when: "from when it runs, with what was pushed before",
        why: "the same of GA4's events, and where the shop asks for it Google's consent commands",
        words: &["dataLayer"],
        sources: &["auto"],
    },
    Read {
        api: "script[type=\"application/ld+json\"], location.hostname, location.pathname, location.search, location.hash, the script's own data- attributes",
        by: "auto.js",
        when: "once, when it runs",
        why: "which product the page is about, whether this is a development machine, and how the shop has set it up",
        words: &["ld+json", "dataset"],
        sources: &["auto"],
    },
    Read {
        api: "the container's own nodes, their places on screen, focus, scrolling, prefers-reduced-motion",
        by: "shelf.js",
        when: "while a list is ordered",
        why: "moves nodes without a jump, and not under the shopper's hands",
        words: &["matchMedia", "Observer", "activeElement", "getBoundingClientRect"],
        sources: &["elements", "shelf.ts", "auto.ts"],
    },
    Read {
        api: "click, keydown, pointerup, and pointerover on marked lists",
        by: "auto.js",
        when: "from when it runs",
        why: "that the shopper did something, not what: what the page tells after that is no fact of the page, and is not \
              read in mode contextual",
        words: &["isTrusted"],
        sources: &["auto/input.ts", "elements/presence.ts"],
    },
];

pub const CHANNELS: &[Channel] = &[
    Channel {
        channel: "the order that the shop takes anyway: the text of orderTag(), where the shop has set orderTag and puts it there",
        modes: &["contextual", "session", "remembered"],
        handling: "the text has the arms that were in force, or that the visit was held out: of all experiments together at most 64 \
                   values, the same for everybody with the same arms; an engine refuses a policy with more. Draws stay on the device",
        left: "at most 6 bits of chance, on the order of somebody whom the shop knows by the order",
    },
    Channel {
        channel: "what is shown under an arm: the shop can see in what is opened and bought which arm was in force",
        modes: &["contextual", "session", "remembered"],
        handling: "arms change orders and strengths of rules, for all visits of an arm alike; what is hidden is the same in all",
        left: "at most 6 bits of chance",
    },
    Channel {
        channel: "images and frames of a list that is ordered, or of content that is chosen: what is loaded lazily depends on that",
        modes: &["session", "remembered"],
        handling: "strict rendering in shelf.js: the images and frames of every candidate or option are loaded before one is \
                   placed, so that the set of requests is the same for every visit",
        left: "where images do not come within 4 seconds the shop's own order stays; a shop that draws slates by itself \
               answers for what it loads",
    },
    Channel {
        channel: "links of a list that is ordered, or of content that is chosen: what the shopper opens is a request to the shop",
        modes: &["contextual", "session", "remembered"],
        handling: "as with every page of the shop; Shelfwise adds nothing to an address",
        left: "the shop sees which page is opened",
    },
];

pub const SIGNALS: &[Signal] = &[
    Signal {
        signal: "the shop's ceiling",
        counts_when: "always; contextual where the shop says nothing",
        mode_at_most: "what it says",
    },
    Signal {
        signal: "Global Privacy Control",
        counts_when: "navigator.globalPrivacyControl is true or \"1\"",
        mode_at_most: "contextual",
    },
    Signal {
        signal: "Do Not Track",
        counts_when: "navigator.doNotTrack is true or \"1\"",
        mode_at_most: "contextual",
    },
    Signal {
        signal: "a signal that cannot be read",
        counts_when: "reading it throws",
        mode_at_most: "contextual",
    },
    Signal {
        signal: "the shop's consent management",
        counts_when: "it says pending or denied",
        mode_at_most: "contextual",
    },
    Signal {
        signal: "the shopper's grant",
        counts_when: "grant(receipt) was not called, or its days are over",
        mode_at_most: "session",
    },
    Signal {
        signal: "the shopper's own choice",
        counts_when: "setMode was called",
        mode_at_most: "what it says",
    },
];
