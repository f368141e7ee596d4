//! The shopper's visit: a bounded list of events, in memory, given to nobody.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use crate::item::MAX_ID_BYTES;
use crate::visit::event::EventKind;
use crate::visit::memory::{Fact, Memory};

/// The most events a session holds; the oldest leave first, and those that hide an item, fill the cart or show content last.
pub const MAX_EVENTS: usize = 200;

/// The most showings of promotions and content that a session holds, so that they leave room for what the shopper does.
pub const MAX_SHOWINGS: usize = 60;

/// A visit ends after this long without an event, in milliseconds.
pub const IDLE_MS: i64 = 30 * 60 * 1000;

/// One event of a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number within the visit, from 1; no two events of a visit share one.
    pub id: u32,
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
    /// While a gift is looked for, its `gift_on` stands among them: what comes after it is about the gift.
    events: Vec<Event>,
    /// The number that was given last.
    last_id: u32,
    /// What is remembered of earlier visits. It outlasts this one.
    memory: Option<Arc<Memory>>,
}

impl Session {
    /// Returns an empty visit.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Applies one event: at most [`MAX_EVENTS`] steps, where an earlier event leaves.
    ///
    /// `remove_from_cart` takes the item's last `add_to_cart` back, `undo` its last event whatever it was.
    /// `gift_off` forgets everything since `gift_on`. An event after [`IDLE_MS`] of silence begins a new visit.
    ///
    /// ```
    /// use shelfwise_core::{EventKind, Session};
    ///
    /// let mut session = Session::new();
    /// session.apply(EventKind::AddToCart, "tea", 0)?;
    /// assert!(session.in_cart("tea", 0));
    /// session.apply(EventKind::RemoveFromCart, "tea", 1_000)?;
    /// assert_eq!(session.events().len(), 0);
    /// # Ok::<(), shelfwise_core::EventError>(())
    /// ```
    ///
    /// # Errors
    /// [`EventError`] for an event without the item that its kind needs, or with too long an id.
    pub fn apply(&mut self, kind: EventKind, item: &str, at_ms: i64) -> Result<(), EventError> {
        check(kind, item)?;
        if self.is_over(at_ms) {
            self.forget();
        }
        match kind {
            EventKind::GiftOn if self.gift().is_some() => {}
            EventKind::GiftOn => self.push(kind, "", at_ms),
            EventKind::GiftOff => self.end_gift(),
            EventKind::Undo => self.take_back(item, |_| true),
            EventKind::RemoveFromCart => self.take_back(item, |kind| kind == EventKind::AddToCart),
            _ => self.push(kind, item, at_ms),
        }
        Ok(())
    }

    /// Forgets the visit; what is remembered of earlier ones stays.
    pub fn forget(&mut self) {
        self.events.clear();
        self.last_id = 0;
    }

    /// Sets what is remembered of earlier visits.
    pub(crate) fn set_memory(&mut self, memory: Option<Arc<Memory>>) {
        self.memory = memory;
    }

    /// Returns what is remembered of earlier visits.
    #[must_use]
    pub fn memory(&self) -> Option<&Memory> {
        self.memory.as_deref()
    }

    /// Returns the same, to be shared.
    pub(crate) fn shared_memory(&self) -> Option<Arc<Memory>> {
        self.memory.clone()
    }

    /// Returns the items of earlier visits that ranking may look at, most recent first: none while a gift is looked for.
    pub(crate) fn earlier(&self) -> impl Iterator<Item = (EventKind, &Fact)> {
        let memory = self.memory().filter(|_| !self.is_for_gift());
        memory.into_iter().flat_map(|memory| memory.items().rev())
    }

    /// Returns whether the shopper muted the item, its category or its brand.
    pub(crate) fn is_muted(&self, item: &str, category: Option<&str>, brand: Option<&str>) -> bool {
        self.memory().is_some_and(|memory| memory.mutes(item, category, brand))
    }

    /// Returns whether the shopper hid or muted anything that may still be left out.
    pub(crate) fn leaves_out(&self) -> bool {
        self.memory().is_some() || self.hidden().next().is_some()
    }

    /// Returns the events that are the shopper's own, oldest first: what came since a gift is looked for is not.
    pub(crate) fn own(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().take_while(|event| event.kind != EventKind::GiftOn)
    }

    /// Returns whether one of these hides the item.
    pub(crate) fn hides(&self, item: &str) -> bool {
        self.own()
            .any(|event| event.kind == EventKind::HideItem && *event.item == *item)
    }

    /// Returns the visit as it would be without the events of these numbers; those that it does not hold are passed
    /// over.
    #[must_use]
    pub fn without(&self, ids: &[u32]) -> Self {
        let mut others = Self {
            events: Vec::with_capacity(self.events.len()),
            last_id: self.last_id,
            memory: self.memory.clone(),
        };
        for event in self.events.iter().filter(|event| !ids.contains(&event.id)) {
            others.events.push(event.clone());
        }
        others
    }

    /// Returns a visit of events that were in one; `None` where no visit could hold them: too many, without the item
    /// that their kind needs, of a kind that leaves no trace, two gifts at once, or numbers that do not rise.
    pub(crate) fn of_events(events: Vec<Event>) -> Option<Self> {
        let (mut last_id, mut gifts) = (0, 0);
        for event in &events {
            gifts += u32::from(event.kind == EventKind::GiftOn);
            let holds = check(event.kind, &event.item).is_ok() && event.kind.leaves_trace();
            if !holds || gifts > 1 || event.id <= last_id {
                return None;
            }
            last_id = event.id;
        }
        (events.len() <= MAX_EVENTS).then_some(Self {
            events,
            last_id,
            memory: None,
        })
    }

    /// Returns everything the session holds, oldest first.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &Event> + ExactSizeIterator {
        self.events.iter()
    }

    /// Returns what ranking may look at, most recent first: while a gift is looked for, only what came since; nothing
    /// once the visit is over.
    pub fn recent(&self, now_ms: i64) -> impl Iterator<Item = &Event> {
        let from = if self.is_over(now_ms) {
            self.events.len()
        } else {
            self.gift().map_or(0, |gift| gift + 1)
        };
        self.events.iter().skip(from).rev()
    }

    /// Returns whether the item was put into the cart in this visit and neither taken out nor bought.
    #[must_use]
    pub fn in_cart(&self, item: &str, now_ms: i64) -> bool {
        let moved = |kind| matches!(kind, EventKind::AddToCart | EventKind::Purchase);
        self.last(item, moved, now_ms) == Some(EventKind::AddToCart)
    }

    /// Returns whether the shopper hid the item in this visit.
    #[must_use]
    pub fn is_hidden(&self, item: &str, now_ms: i64) -> bool {
        self.last(item, |kind| kind == EventKind::HideItem, now_ms).is_some()
    }

    /// Returns the kind of the last event about the item that is one of these, unless the visit is over.
    fn last(&self, item: &str, is_one: fn(EventKind) -> bool, now_ms: i64) -> Option<EventKind> {
        if self.is_over(now_ms) {
            return None;
        }
        let last = self
            .events
            .iter()
            .rev()
            .find(|event| is_one(event.kind) && *event.item == *item);
        last.map(|event| event.kind)
    }

    /// Returns the items that the shopper hid, oldest first, each once.
    pub fn hidden(&self) -> impl Iterator<Item = &str> {
        self.last_of_each(EventKind::HideItem, EventKind::HideItem)
    }

    /// Returns the items in the cart, as far as events report them, oldest first, each once.
    pub fn cart(&self) -> impl Iterator<Item = &str> {
        self.last_of_each(EventKind::AddToCart, EventKind::Purchase)
    }

    /// Returns the items of events of the first kind that are followed by none of either kind about the same item.
    fn last_of_each(&self, kind: EventKind, end: EventKind) -> impl Iterator<Item = &str> {
        let mut rest = &*self.events;
        core::iter::from_fn(move || {
            loop {
                let (event, later) = rest.split_first()?;
                rest = later;
                let ends = |other: &Event| (other.kind == kind || other.kind == end) && other.item == event.item;
                if event.kind == kind && !later.iter().any(ends) {
                    return Some(&*event.item);
                }
            }
        })
    }

    /// Returns whether a gift is looked for.
    #[must_use]
    pub fn is_for_gift(&self) -> bool {
        self.gift().is_some()
    }

    /// Returns whether [`IDLE_MS`] have passed since the last event.
    pub(crate) fn is_over(&self, now_ms: i64) -> bool {
        self.events
            .last()
            .is_some_and(|last| now_ms.saturating_sub(last.at_ms) > IDLE_MS)
    }

    /// Returns where the gift began.
    fn gift(&self) -> Option<usize> {
        self.events.iter().position(|event| event.kind == EventKind::GiftOn)
    }

    fn push(&mut self, kind: EventKind, item: &str, at_ms: i64) {
        let is_showing = |event: &Event| event.kind == EventKind::ViewPromotion;
        if kind == EventKind::ViewPromotion
            && self.events.iter().filter(|event| is_showing(event)).count() == MAX_SHOWINGS
        {
            let oldest = self.events.iter().position(is_showing);
            self.events.remove(oldest.unwrap_or(0));
        }
        if self.events.len() == MAX_EVENTS {
            let first = |may_leave: fn(EventKind) -> bool| self.events.iter().position(|event| may_leave(event.kind));
            let oldest = first(|kind| !kind.outlasts()).or_else(|| first(|kind| kind != EventKind::GiftOn));
            self.events.remove(oldest.unwrap_or(0));
        }
        self.last_id = self.last_id.wrapping_add(1);
        self.events.push(Event {
            id: self.last_id,
            kind,
            item: item.into(),
            at_ms,
        });
    }

    fn end_gift(&mut self) {
        if let Some(gift) = self.gift() {
            self.events.truncate(gift);
        }
    }

    fn take_back(&mut self, item: &str, which: fn(EventKind) -> bool) {
        let last = self
            .events
            .iter()
            .rposition(|event| which(event.kind) && *event.item == *item);
        if let Some(position) = last {
            self.events.remove(position);
        }
    }
}

/// Returns whether the event may be taken.
///
/// # Errors
/// [`EventError`] for an event without the item that its kind needs, or with too long an id.
pub(crate) fn check(kind: EventKind, item: &str) -> Result<(), EventError> {
    if item.len() > MAX_ID_BYTES {
        return Err(EventError::IdTooLong { got: item.len() });
    }
    if item.is_empty() && kind.needs_item() {
        return Err(EventError::ItemMissing(kind));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn session_full_drops_the_oldest_event() {
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
    fn session_full_keeps_hidden_items_and_cart() {
        let mut session = visit(&[(EventKind::HideItem, "hidden"), (EventKind::AddToCart, "cart")]);
        for _ in 0..2 * MAX_EVENTS {
            session.apply(EventKind::ViewItem, "a", 2).unwrap();
        }
        assert!(session.is_hidden("hidden", 2) && session.in_cart("cart", 2));
        for _ in 0..MAX_EVENTS {
            session.apply(EventKind::HideItem, "b", 2).unwrap();
        }
        assert_eq!(session.events().len(), MAX_EVENTS);
        assert!(!session.is_hidden("hidden", 2));
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
    fn session_expired_hides_nothing_and_has_no_cart() {
        let session = visit(&[(EventKind::HideItem, "a"), (EventKind::AddToCart, "b")]);
        assert!(session.is_hidden("a", IDLE_MS + 1) && session.in_cart("b", IDLE_MS + 1));
        assert!(!session.is_hidden("a", IDLE_MS + 2) && !session.in_cart("b", IDLE_MS + 2));
    }

    #[test]
    fn session_events_have_distinct_numbers() {
        let mut session = visit(&[
            (EventKind::ViewItem, "a"),
            (EventKind::ViewItem, "b"),
            (EventKind::Undo, "b"),
        ]);
        session.apply(EventKind::ViewItem, "c", 3).unwrap();
        let ids: Vec<u32> = session.events().map(|event| event.id).collect();
        assert_eq!(ids, [1, 3]);
        assert_eq!(items(&session.without(&[1, 77]), 3), ["c"]);
    }

    #[test]
    fn session_full_keeps_gifts() {
        let mut session = visit(&[(EventKind::ViewItem, "mine"), (EventKind::GiftOn, "")]);
        for _ in 0..2 * MAX_EVENTS {
            session.apply(EventKind::HideItem, "theirs", 2).unwrap();
        }
        assert!(session.is_for_gift() && session.events().len() == MAX_EVENTS);
        session.apply(EventKind::GiftOff, "", 2).unwrap();
        assert!(!session.is_for_gift() && !session.is_hidden("theirs", 2));
    }

    #[test]
    fn cart_holds_items_added_and_not_bought() {
        let session = visit(&[
            (EventKind::AddToCart, "a"),
            (EventKind::AddToCart, "b"),
            (EventKind::AddToCart, "a"),
            (EventKind::Purchase, "b"),
        ]);
        assert_eq!(session.cart().collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn cart_removed_item_is_not_in_it() {
        let session = visit(&[
            (EventKind::ViewItem, "a"),
            (EventKind::AddToCart, "a"),
            (EventKind::AddToCart, "b"),
            (EventKind::RemoveFromCart, "a"),
        ]);
        assert!(!session.in_cart("a", 4));
        assert!(session.in_cart("b", 4));
        assert_eq!(items(&session, 0), ["b", "a"]);
    }

    #[test]
    fn cart_purchase_removes_the_item() {
        assert!(!visit(&[(EventKind::AddToCart, "a"), (EventKind::Purchase, "a")]).in_cart("a", 2));
    }

    #[test]
    fn gift_events_are_forgotten_after_it() {
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
        assert!(!session.is_hidden("a", 3));
        assert_eq!(items(&session, 0), ["a"]);
    }

    #[test]
    fn session_invalid_id_changes_nothing() {
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
