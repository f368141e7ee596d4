//! Plans: what a page of the laboratory is to do.

use serde::Serialize;
use serde_json::{Value, json};

use super::page::MODEL_PATH as MODEL;

/// The mode that needs the shopper's grant.
const GRANTED: &str = "remembered";

/// One act, as `lab.js` carries it out: its name, then its arguments.
pub type Act = Value;

/// Returns an act.
pub fn act<const N: usize>(name: &str, params: [Value; N]) -> Act {
    let mut act = vec![Value::from(name)];
    act.extend(params);
    Value::Array(act)
}

/// What the device's clock says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Clock {
    /// So many milliseconds more than it is.
    Ahead(u64),
    /// This time, in milliseconds since 1970.
    At(u64),
}

/// One page of a visit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// Its path and query on the laboratory's origin.
    pub path: String,
    /// Whether it is reached by the link of the page before, in place of an address.
    pub by_link: bool,
    /// The device's clock when it is entered.
    pub clock: Clock,
    /// What is done there.
    pub acts: Vec<Act>,
}

/// What one shopper does in one tab of a fresh browser profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// Its name, of letters, digits and `-`.
    pub name: String,
    /// The pages, one after the other.
    pub pages: Vec<Page>,
}

impl Page {
    /// A page with a clock that is right.
    pub fn new(path: &str, acts: Vec<Act>) -> Self {
        Self {
            path: path.to_owned(),
            by_link: false,
            clock: Clock::Ahead(0),
            acts,
        }
    }

    /// The same, reached by the link of the page before.
    #[must_use]
    pub fn by_link(mut self) -> Self {
        self.by_link = true;
        self
    }

    /// The same, with another clock.
    #[must_use]
    pub fn at(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }
}

/// Opens a handle with the laboratory's model. A mode that needs the shopper's grant gets it.
pub(crate) fn opened(mode: &str, visit: &str, more: &Value) -> Vec<Act> {
    let mut acts = vec![opened_again(mode, visit, more)];
    if mode == GRANTED {
        acts.push(grant("audit"));
    }
    acts
}

/// Opens a handle as a later page does, which rests on the grant that was given before.
pub(crate) fn opened_again(mode: &str, visit: &str, more: &Value) -> Act {
    let mut options = json!({ "snapshot": MODEL, "mode": mode, "visit": visit });
    if let (Some(options), Some(more)) = (options.as_object_mut(), more.as_object()) {
        options.extend(more.clone());
    }
    act("open", [options])
}

/// The shopper's grant, now, with this receipt.
pub(crate) fn grant(receipt: &str) -> Act {
    call("grant", [json!({ "id": receipt, "at_ms": { "$": "now" } })])
}

/// A call of a method of the handle.
pub(crate) fn call<const N: usize>(method: &str, params: [Value; N]) -> Act {
    let mut act = vec![json!("call"), json!(method)];
    act.extend(params);
    Value::Array(act)
}

/// An event of the shop's page.
pub(crate) fn track(event: &str, items: &[&str]) -> Act {
    let items: Vec<_> = items.iter().map(|id| json!({ "item_id": id })).collect();
    call("track", [json!(event), json!({ "items": items })])
}

/// A ranking of a list.
pub(crate) fn rerank(ids: &[&str]) -> Act {
    call("rerank", [json!({ "placement": "category", "items": ids })])
}
