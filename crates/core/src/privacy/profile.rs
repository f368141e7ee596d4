//! The profile: what is known of the shopper, as the shopper is shown it.

use alloc::string::String;
use alloc::vec::Vec;

use super::kept::kept;
use super::mode::Mode;
use crate::value::{Value, record};
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
    }
}

/// Returns all that is known of the shopper in this mode, readable.
pub(crate) fn profile(mode: Mode, session: &Session) -> Value {
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
    })
}
