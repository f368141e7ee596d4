//! Messages between the page and the engine's host that are no records of the engine: what is asked, and what comes back
//! beside slates.

#![allow(dead_code, reason = "their shapes are read, no value is ever made")]

use schemars::JsonSchema;
use shelfwise_core::shown::ModelFacts;

/// Bytes: a `Uint8Array`.
pub struct Bytes;

impl JsonSchema for Bytes {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Uint8Array".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "bytes" })
    }
}

/// Why the shop's own order is shown.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum ErrorCode {
    /// this browser or this server has none, or its policy refuses it
    NoWebassembly,
    /// the worker did not start: not found, of another type or version, or refused by the page's policy
    NoWorker,
    /// an answer other than 200
    NotFound,
    /// an answer of another MIME type: a page in place of a file
    WrongType,
    /// no answer
    Network,
    /// not within `timeoutMs`; a model that comes later is used from then on
    Deadline,
    /// more bytes than a model may have
    TooLarge,
    /// other bytes than `integrity` names
    Integrity,
    /// no snapshot, damaged, or of a later format
    BadSnapshot,
    /// the same of the rules
    BadPolicy,
    /// a signed release that was not accepted, or facts of it that are not used: which part, and what is wrong with it
    BadRelease,
    /// what `createShelfwise` was given
    BadOptions,
    /// what a call was given
    BadRequest,
    /// what was remembered of earlier visits was dropped: it is damaged, of another version, or cannot be stored
    BadMemory,
    /// the engine stopped
    Engine,
    /// this handle was closed
    Forgotten,
}

impl ErrorCode {
    /// What a host may complain of; the rest is the page's own to say.
    pub const OF_HOST: [&str; 6] = [
        "no_webassembly",
        "no_worker",
        "bad_snapshot",
        "bad_policy",
        "bad_request",
        "engine",
    ];
}

/// Where the engine runs.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum Isolation {
    /// in a worker whose own Content-Security-Policy leaves no way out
    Worker,
    /// in a worker that was served without that header
    WorkerUncontained,
    /// on the page
    Inline,
    /// nowhere; the shop's own order is shown
    None,
}

/// One item of the shop's list. Category and brand are needed only for items that the model does not know.
#[derive(JsonSchema)]
pub struct ListedItem {
    /// The shop's id, of at most 255 bytes of UTF-8.
    item_id: String,
    /// A fact of the moment; what is not said counts as available.
    in_stock: Option<bool>,
    /// A fact of the moment: how many are in stock. It wins over the facts of a release.
    stock: Option<f64>,
    /// A fact of the moment: the price in the shop's currency, such as 12.99. It wins over the facts of a release.
    price: Option<f64>,
    /// Levels joined by " > ".
    item_category: Option<String>,
    /// The brand's name.
    item_brand: Option<String>,
}

/// A request as the engine reads it.
#[derive(JsonSchema)]
pub struct EngineRequest {
    /// Where the slate is shown.
    placement: String,
    /// The item whose page this is; it counts as the most recent signal.
    item: Option<String>,
    /// The category whose page this is, levels joined by " > ".
    category: Option<String>,
    /// The context key: part of the day, part of the week, device, language and country, such as
    /// `evening,weekend,phone,en,GB`; empty where one is not known. The local hour (0 to 23) and `getDay()` will do for the
    /// first two. The engine takes of it what the model tells apart.
    cell: Option<String>,
    /// Places in the slate, at most 1000; needed by `recommend`.
    limit: Option<u32>,
    /// Now, in milliseconds since 1970: `Date.now()`.
    now_ms: f64,
    /// `rerank` only: at most 1000, in the shop's own order.
    items: Option<Vec<ListedItem>>,
    /// `recommend` only: ids of items that are sold out now, at most 1000.
    sold_out: Option<Vec<String>>,
}

/// One event as the engine takes it.
#[derive(JsonSchema)]
pub struct EngineEvent {
    /// What was done.
    event: shelfwise_core::EventKind,
    /// Ids of its items.
    item_ids: Vec<String>,
    /// When, in milliseconds since 1970.
    at_ms: f64,
}

/// What opening an engine gives.
#[derive(JsonSchema)]
pub struct Opened {
    /// What its model is.
    facts: ModelFacts,
    /// How well its host is contained.
    isolation: Isolation,
    /// Why its facts were refused; null where they were not.
    refused: Option<String>,
}

/// What became of events.
#[derive(JsonSchema)]
pub struct Tracked {
    /// The bytes to keep, where the visit is kept from page to page.
    saved: Option<Bytes>,
    /// How many events were refused.
    refused: u32,
    /// Why the last of them was refused; empty where none was.
    why: String,
}

/// What is tried.
#[derive(JsonSchema)]
pub struct Trials {
    /// The experiments that run, each with its arm here.
    trials: Vec<shelfwise_core::allocation::Trial>,
    /// The text for an order; empty where nothing is tried, or an arm was forced.
    tag: String,
    /// The bytes to keep, where the visit is kept from page to page.
    saved: Option<Bytes>,
}

/// The visit's randomized report.
#[derive(JsonSchema)]
pub struct Reported {
    /// Its text; null where there is none to send.
    report: Option<String>,
    /// The bytes to keep, where the visit is kept from page to page: the next page must not report again.
    saved: Option<Bytes>,
}

/// How a look at a signed release ended.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum ReleaseOutcome {
    /// a new release is to be taken
    New,
    /// the release that is held holds on
    Unchanged,
    /// the release that is held holds on, because nothing better came
    Kept,
    /// nothing holds: the shop's own order
    StoreOrder,
    /// it never began: the keys are of no use
    BadKeys,
    /// a message that cannot be decoded or belongs to no check
    BadMessage,
}

/// What the release's module says to a message: a path to load, or how the look ended.
#[derive(JsonSchema)]
pub struct Verdict {
    /// What to load next; null where the look ended.
    path: Option<String>,
    /// What follows it if all goes well: it may be loaded at the same time.
    following: Vec<String>,
    /// The most bytes to take of the first.
    at_most: f64,
    /// Of the release whose files came; 0 where none did.
    epoch: f64,
    /// Whether the list of hidden ids came as it was signed: it holds for the shop's own order, whatever else came.
    hidden: bool,
    /// How the look ended; null while it goes on.
    outcome: Option<ReleaseOutcome>,
    /// What is wrong; empty where nothing is.
    reason: String,
    /// What to remember of the releases so far.
    memory: Bytes,
}

/// Why a question has no answer.
#[derive(JsonSchema)]
pub struct Failure {
    /// What kind of failure.
    code: ErrorCode,
    /// What is wrong, for a person.
    message: String,
    /// Whether the engine cannot go on.
    fatal: bool,
}
