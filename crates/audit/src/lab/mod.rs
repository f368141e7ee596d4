//! The laboratory of the browser steps: a page that runs the audited package by a plan, and what it was seen to do.
//!
//! Plans, pages and judgement are here, without a browser: `shelfwise-witness` drives browsers by them. The package is that of
//! the shop, as it is served; model and release are fixtures of this repository (`tests/snapshots/v1/good/grocer.swm`, and
//! the case `good-next` of `tests/releases`; the policies with content and with a question are `content.swp` and `reports.swp` of
//! `tests/snapshots/policies`).

mod declared;
mod needle;
mod page;
mod plan;
mod seen;
mod shopper;
mod token;
mod unpack;

pub use self::declared::{Declared, Kept};
pub use self::needle::{Form, Needles};
pub(crate) use self::page::{ASKING, ASKING_PATH, CONTENT_PATH, RELEASE_KEYS, RELEASE_MS, REPORT_PATH};
pub use self::page::{LEFT, Laboratory, MARK, NEXT, PAGE, SINK, Served, Worker};
pub use self::plan::{Act, Clock, Page, Plan, act};
pub(crate) use self::plan::{call, grant, opened, opened_again, rerank, track};
pub use self::seen::{Answer, Dump, Looked, Status, Stored, Trial, Visit};
pub(crate) use self::shopper::KNOWN;
pub use self::shopper::{Shopper, shoppers};
pub(crate) use self::token::text as token_text;
pub use self::token::{Class, EVENT_MS, FIELDS, Token, Untold, tokens};
