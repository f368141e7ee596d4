//! The profile: what is known of the shopper, as the shopper is shown it.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::mode::Mode;
pub use super::table::Tracked;
use crate::session::{Event, Session};

/// All that the engine knows of the shopper, readable. Each field has a row in the [`TABLE`](super::TABLE).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Profile {
    /// What may be known of the shopper.
    pub mode: &'static str,
    /// Whether the shopper buys for somebody else.
    pub gift: bool,
    /// The events, oldest first.
    pub events: Vec<Tracked>,
    /// Ids of items that the shopper hid, each once.
    pub hidden: Vec<String>,
    /// Ids of items in the cart, as far as events told, each once.
    pub cart: Vec<String>,
}

impl Profile {
    /// What is known in this mode of this visit.
    #[must_use]
    pub fn of(mode: Mode, session: &Session) -> Self {
        Self {
            mode: mode.name(),
            gift: session.is_for_gift(),
            events: session.events().map(Tracked::of).collect(),
            hidden: each_once(session.hidden()),
            cart: each_once(session.cart()),
        }
    }
}

impl Tracked {
    fn of(event: &Event) -> Self {
        Self {
            id: event.id,
            event: event.kind.name(),
            item_id: event.item.as_ref().into(),
            at_ms: event.at_ms as f64,
        }
    }
}

fn each_once<'a>(items: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for item in items {
        if known.iter().all(|other| other != item) {
            known.push(item.into());
        }
    }
    known
}
