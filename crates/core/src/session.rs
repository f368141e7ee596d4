//! The shopper's visit: a bounded ring of events, in memory, given to nobody.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use core::fmt;

use crate::event::EventKind;
use crate::item::MAX_ID_BYTES;

/// The most events a session holds; the oldest leave first, and those that hide an item or fill the cart last.
pub const MAX_EVENTS: usize = 200;

/// A visit ends after this long without an event, in milliseconds.
pub const IDLE_MS: i64 = 30 * 60 * 1000;

/// One event of a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What was done.
    pub kind: EventKind,
    /// The store's id of the item; empty for kinds that are about no item.
    pub item: Box<str>,
    /// When, in milliseconds since 1970, by the host's clock.
    pub at_ms: i64,
}

/// Why an event was not taken. The session is as it was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventError {
    /// The kind needs an item and none was given.
    ItemMissing(EventKind),
    /// The id is longer than [`MAX_ID_BYTES`].
    IdTooLong {
        /// Bytes that came.
        got: usize,
    },
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ItemMissing(kind) => write!(f, "{} needs an item_id: give one with the event", kind.name()),
            Self::IdTooLong { got } => {
                write!(
                    f,
                    "item_id has {got} bytes, at most {MAX_ID_BYTES} are taken: send the store's own short id"
                )
            }
        }
    }
}

impl core::error::Error for EventError {}

/// A visit: at most [`MAX_EVENTS`] events of at most [`MAX_ID_BYTES`] bytes of id each, below 64 KiB in all.
#[derive(Clone, Debug, Default)]
pub struct Session {
    events: VecDeque<Event>,
    /// Number of events from before `gift_on`, while a gift is looked for.
    before_gift: Option<usize>,
}

impl Session {
    /// An empty visit.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one event in. O(1), except where an earlier event is taken back: then at most [`MAX_EVENTS`] steps.
    ///
    /// `remove_from_cart` takes the item's last `add_to_cart` back, `undo` its last event whatever it was.
    /// `gift_off` forgets everything since `gift_on`. An event after [`IDLE_MS`] of silence begins a new visit.
    ///
    /// # Errors
    /// [`EventError`] for an event without the item that its kind needs, or with too long an id.
    pub fn apply(&mut self, kind: EventKind, item: &str, at_ms: i64) -> Result<(), EventError> {
        if item.len() > MAX_ID_BYTES {
            return Err(EventError::IdTooLong { got: item.len() });
        }
        if item.is_empty() && needs_item(kind) {
            return Err(EventError::ItemMissing(kind));
        }
        if self.is_over(at_ms) {
            self.forget();
        }
        match kind {
            EventKind::GiftOn => self.before_gift = self.before_gift.or(Some(self.events.len())),
            EventKind::GiftOff => self.end_gift(),
            EventKind::Undo => self.take_back(item, |_| true),
            EventKind::RemoveFromCart => self.take_back(item, |kind| kind == EventKind::AddToCart),
            _ => self.push(Event {
                kind,
                item: item.into(),
                at_ms,
            }),
        }
        Ok(())
    }

    /// Forgets the visit.
    pub fn forget(&mut self) {
        self.events.clear();
        self.before_gift = None;
    }

    /// Everything the session holds, oldest first.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &Event> + ExactSizeIterator {
        self.events.iter()
    }

    /// What ranking may look at, most recent first: while a gift is looked for, only what came since;
    /// nothing once the visit is over.
    pub fn recent(&self, now_ms: i64) -> impl Iterator<Item = &Event> {
        let from = if self.is_over(now_ms) {
            self.events.len()
        } else {
            self.before_gift.unwrap_or(0)
        };
        self.events.iter().skip(from).rev()
    }

    /// Items put into the cart in this visit and neither taken out nor bought.
    pub fn in_cart(&self, item: &str) -> bool {
        let last = self
            .events
            .iter()
            .rev()
            .find(|event| matches!(event.kind, EventKind::AddToCart | EventKind::Purchase) && *event.item == *item);
        last.is_some_and(|event| event.kind == EventKind::AddToCart)
    }

    /// Whether the shopper hid the item in this visit.
    pub fn is_hidden(&self, item: &str) -> bool {
        self.events
            .iter()
            .any(|event| event.kind == EventKind::HideItem && *event.item == *item)
    }

    fn is_over(&self, now_ms: i64) -> bool {
        self.events
            .back()
            .is_some_and(|last| now_ms.saturating_sub(last.at_ms) > IDLE_MS)
    }

    fn push(&mut self, event: Event) {
        if self.events.len() == MAX_EVENTS {
            let oldest = self.events.iter().position(|event| !outlasts(event.kind));
            self.remove(oldest.unwrap_or(0));
        }
        self.events.push_back(event);
    }

    fn end_gift(&mut self) {
        if let Some(before) = self.before_gift.take() {
            self.events.truncate(before);
        }
    }

    fn take_back(&mut self, item: &str, which: impl Fn(EventKind) -> bool) {
        let last = self
            .events
            .iter()
            .rposition(|event| which(event.kind) && *event.item == *item);
        if let Some(position) = last {
            self.remove(position);
        }
    }

    fn remove(&mut self, position: usize) {
        self.events.remove(position);
        self.before_gift = self.before_gift.map(|n| if position < n { n - 1 } else { n });
    }
}

/// Whether the event decides what is hidden or in the cart, for as long as the visit lasts.
const fn outlasts(kind: EventKind) -> bool {
    matches!(kind, EventKind::HideItem | EventKind::AddToCart | EventKind::Purchase)
}

const fn needs_item(kind: EventKind) -> bool {
    !matches!(
        kind,
        EventKind::ViewItemList
            | EventKind::ViewCart
            | EventKind::BeginCheckout
            | EventKind::Search
            | EventKind::ViewPromotion
            | EventKind::SelectPromotion
            | EventKind::GiftOn
            | EventKind::GiftOff
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn items(session: &Session, now_ms: i64) -> Vec<&str> {
        session.recent(now_ms).map(|event| &*event.item).collect()
    }

    fn visit(events: &[(EventKind, &str)]) -> Session {
        let mut session = Session::new();
        for (at, (kind, item)) in events.iter().enumerate() {
            session.apply(*kind, item, at as i64).unwrap();
        }
        session
    }

    #[test]
    fn the_oldest_event_leaves_first() {
        let mut session = Session::new();
        for n in 0..MAX_EVENTS + 5 {
            session
                .apply(EventKind::ViewItem, if n < 5 { "old" } else { "new" }, 0)
                .unwrap();
        }
        assert_eq!(session.events().len(), MAX_EVENTS);
        assert!(session.events().all(|event| &*event.item == "new"));
    }

    #[test]
    fn what_is_hidden_or_in_the_cart_outlasts_a_long_visit() {
        let mut session = visit(&[(EventKind::HideItem, "hidden"), (EventKind::AddToCart, "cart")]);
        for _ in 0..2 * MAX_EVENTS {
            session.apply(EventKind::ViewItem, "a", 2).unwrap();
        }
        assert!(session.is_hidden("hidden") && session.in_cart("cart"));
        for _ in 0..MAX_EVENTS {
            session.apply(EventKind::HideItem, "b", 2).unwrap();
        }
        assert_eq!(session.events().len(), MAX_EVENTS);
        assert!(!session.is_hidden("hidden"));
    }

    #[test]
    fn half_an_hour_of_silence_ends_a_visit() {
        let mut session = visit(&[(EventKind::ViewItem, "a")]);
        assert_eq!(items(&session, IDLE_MS), ["a"]);
        assert_eq!(items(&session, IDLE_MS + 1), [""; 0]);
        session.apply(EventKind::ViewItem, "b", IDLE_MS + 1).unwrap();
        assert_eq!(items(&session, IDLE_MS + 1), ["b"]);
    }

    #[test]
    fn what_is_taken_out_of_the_cart_was_never_added() {
        let session = visit(&[
            (EventKind::ViewItem, "a"),
            (EventKind::AddToCart, "a"),
            (EventKind::AddToCart, "b"),
            (EventKind::RemoveFromCart, "a"),
        ]);
        assert!(!session.in_cart("a"));
        assert!(session.in_cart("b"));
        assert_eq!(items(&session, 0), ["b", "a"]);
    }

    #[test]
    fn a_purchase_empties_the_cart_of_the_item() {
        assert!(!visit(&[(EventKind::AddToCart, "a"), (EventKind::Purchase, "a")]).in_cart("a"));
    }

    #[test]
    fn a_gift_is_looked_for_apart_and_then_forgotten() {
        let mut session = visit(&[
            (EventKind::ViewItem, "mine"),
            (EventKind::GiftOn, ""),
            (EventKind::ViewItem, "theirs"),
        ]);
        assert_eq!(items(&session, 0), ["theirs"]);
        session.apply(EventKind::GiftOff, "", 5).unwrap();
        assert_eq!(items(&session, 5), ["mine"]);
    }

    #[test]
    fn undo_takes_the_last_event_of_the_item_back() {
        let session = visit(&[
            (EventKind::ViewItem, "a"),
            (EventKind::HideItem, "a"),
            (EventKind::Undo, "a"),
        ]);
        assert!(!session.is_hidden("a"));
        assert_eq!(items(&session, 0), ["a"]);
    }

    #[test]
    fn a_hostile_id_is_refused_and_nothing_changes() {
        let mut session = visit(&[(EventKind::ViewItem, "a")]);
        let long = "x".repeat(MAX_ID_BYTES + 1);
        assert_eq!(
            session.apply(EventKind::ViewItem, &long, 1),
            Err(EventError::IdTooLong { got: 256 })
        );
        assert_eq!(
            session.apply(EventKind::AddToCart, "", 1),
            Err(EventError::ItemMissing(EventKind::AddToCart))
        );
        assert_eq!(items(&session, 1), ["a"]);
    }
}
