//! The profile: what is known of the shopper, as the shopper is shown it.

use alloc::vec::Vec;

use super::kept::kept;
use super::mode::Mode;
use crate::plain::Plain;
use crate::session::Session;

/// All that is known of the shopper in this mode, readable. Each of its fields has a row in the
/// [`TABLE`](super::TABLE).
pub(crate) fn profile(mode: Mode, session: &Session) -> Plain {
    let mut events = Vec::new();
    for event in session.events() {
        events.push(kept(event).tell());
    }
    Plain::record([
        ("mode", Plain::Word(mode.name())),
        ("gift", Plain::Flag(session.is_for_gift())),
        ("events", Plain::List(events)),
        ("hidden", Plain::texts(&mut session.hidden())),
        ("cart", Plain::texts(&mut session.cart())),
    ])
}
