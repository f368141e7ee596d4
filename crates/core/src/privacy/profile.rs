//! The profile: what is known of the shopper, as the shopper is shown it.

use alloc::string::String;
use alloc::vec::Vec;

use super::kept::kept;
use super::mode::Mode;
use super::table::MuteKind;
use crate::allocation::{Draw, Draws};
use crate::value::{Value, record};
use crate::visit::event::EventKind;
use crate::visit::memory::Memory;
use crate::visit::session::Session;

record! {
    /// All that the engine knows of the shopper. Each of its fields has a row in the [`TABLE`](super::TABLE).
    #[cfg_attr(feature = "contract", schemars(description = "All that the engine knows of the shopper."))]
    Profile {
        /// The mode in use, which says what may be known of the shopper.
        mode: Mode,
        /// Whether the shopper buys for somebody else: such events are not remembered.
        gift: bool,
        /// Oldest first; at most 200.
        #[cfg_attr(feature = "contract", schemars(with = "Vec<super::table::Kept<'_>>"))]
        events: Vec<Value>,
        /// Ids of items that the shopper hid.
        hidden: Vec<String>,
        /// Ids of items in the cart, as far as events report them.
        cart: Vec<String>,
        /// What is remembered of earlier visits; null where nothing is, or the shopper has not granted it.
        memory: Option<Remembered>,
        /// Draws of experiments: at most 8.
        draws: Vec<KeptDraw>,
    }
}

record! {
    /// A draw of experiments: chance, never of a person.
    KeptDraw {
        /// 15 bits of the name of the layer; 32,768 is the holdout.
        layer: u32,
        /// The draw, of 65,536.
        draw: u32,
    }
}

record! {
    /// What is remembered of earlier visits.
    Remembered {
        /// The shop's own text of the shopper's consent.
        receipt: String,
        /// The day of the grant (UTC), in milliseconds since 1970.
        granted_ms: i64,
        /// When the memory ends, in milliseconds since 1970. It never moves.
        expires_ms: i64,
        /// Last items, oldest first; at most 50.
        items: Vec<LastItem>,
        /// What the shopper does not want to be shown; at most 100.
        mutes: Vec<Mute>,
        /// Draws of experiments by device: at most 8.
        draws: Vec<KeptDraw>,
    }
}

fn draws(draws: &[Draw]) -> Vec<KeptDraw> {
    let mut shown = Vec::new();
    for draw in draws {
        shown.push(KeptDraw {
            layer: draw.layer.into(),
            draw: draw.value.into(),
        });
    }
    shown
}

/// Returns all that is known of the shopper in this mode, readable.
pub(crate) fn profile(mode: Mode, session: &Session, drawn: &Draws) -> Value {
    let mut events = Vec::new();
    for event in session.events() {
        events.push(kept(event).tell());
    }
    Value::from(Profile {
        mode,
        gift: session.is_for_gift(),
        events,
        hidden: session.hidden().map(String::from).collect(),
        cart: session.cart().map(String::from).collect(),
        memory: session.memory().map(remembered),
        draws: draws(&drawn.0),
    })
}

record! {
    /// An item of an earlier visit.
    LastItem {
        /// The strongest that was done with it, by its GA4 name.
        event: EventKind,
        /// The store's id of the item.
        item_id: String,
        /// On which day last (UTC), in milliseconds since 1970.
        day_ms: i64,
    }
}

record! {
    /// What the shopper does not want to be shown.
    Mute {
        /// What is muted.
        kind: MuteKind,
        /// The item's id, the brand's name, or the category's path.
        name: String,
    }
}

fn remembered(memory: &Memory) -> Remembered {
    let (mut items, mut mutes) = (Vec::new(), Vec::new());
    for (event, fact) in memory.items() {
        items.push(LastItem {
            event,
            item_id: String::from(&*fact.name),
            day_ms: fact.day.as_ms(),
        });
    }
    for (kind, name) in memory.muted() {
        let name = String::from(name);
        mutes.push(Mute { kind, name });
    }
    Remembered {
        receipt: memory.grant.receipt.clone(),
        granted_ms: memory.grant.day.as_ms(),
        expires_ms: memory.grant.end().as_ms(),
        items,
        mutes,
        draws: draws(&memory.draws),
    }
}
