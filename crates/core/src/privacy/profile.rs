//! The profile: what is known of the shopper, as the shopper is shown it.

use alloc::vec::Vec;

use super::kept::kept;
use super::mode::Mode;
use crate::value::Value;
use crate::visit::session::Session;

/// All that is known of the shopper in this mode, readable. Each of its fields has a row in the
/// [`TABLE`](super::TABLE).
pub(crate) fn profile(mode: Mode, session: &Session) -> Value {
    let mut events = Vec::new();
    for event in session.events() {
        events.push(kept(event).tell());
    }
    Value::record([
        ("mode", Value::Word(mode.name())),
        ("gift", Value::Flag(session.is_for_gift())),
        ("events", Value::List(events)),
        ("hidden", Value::texts(&mut session.hidden())),
        ("cart", Value::texts(&mut session.cart())),
    ])
}
