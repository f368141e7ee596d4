//! The table: everything of the shopper that is held, stored or exported. What does not stand here is neither.
//!
//! The records that leave the engine are made of its rows: a field cannot be kept or shown without one.

use alloc::vec::Vec;

use super::kept::{DRAW_BYTES, MAX_KEPT_DRAW_BYTES};
use super::mode::Mode;
use crate::allocation::MAX_DRAWS;
use crate::explain::slate_history::{MAX_HISTORY, MAX_REQUEST_BYTES};
use crate::item::MAX_ID_BYTES;
use crate::names::named_enum;
use crate::value::Value;
use crate::visit::event::EventKind;
use crate::visit::memory::{Day, FactKind, MAX_FACTS, MAX_LAST_ITEMS, MAX_MUTES};
use crate::visit::session::MAX_EVENTS;

named_enum! {
    /// Where a thing is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Place {
        /// In the engine's memory.
        Memory => "memory",
        /// In the bytes that the host may keep: in `sessionStorage`, where the shop chose it.
        Kept => "kept",
        /// In the bytes of the memory, which the host keeps in `localStorage` after the shopper's grant.
        Remembered => "remembered",
        /// In what the shopper can read and take along.
        Export => "export",
    }
}

named_enum! {
    /// How long a thing lasts; `forget` ends each of them at once.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Lifetime {
        /// Until the page is left.
        Page => "page",
        /// Until the tab is closed, half an hour passes without an event, or the mode is lowered.
        Visit => "visit",
        /// Until the grant's days are over, counted from the day of the grant, or the mode is lowered.
        Grant => "grant",
    }
}

/// One thing that is known of the shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name, in the words of the export.
    pub name: &'static str,
    /// What it is, for a person.
    pub what: &'static str,
    /// The lowest mode in which it exists.
    pub from: Mode,
    /// Where it is.
    pub places: &'static [Place],
    /// The most bytes that it takes in any of them.
    pub most_bytes: usize,
    /// How long it lasts.
    pub until: Lifetime,
}

impl Row {
    /// Returns whether the thing is there.
    #[must_use]
    pub fn is_in(&self, place: Place) -> bool {
        self.places.contains(&place)
    }
}

/// Of each field of a record: name, type, bytes as it is kept, and what it is. Makes the record that is kept and shown, and
/// the rows of the table.
macro_rules! fields {
    (
        $(#[$about:meta])*
        $record:ident, $rows:ident, $record_bytes:ident: $list:literal times $most:expr,
        from $mode:ident until $until:ident in $places:ident;
        $($name:ident: $kind:ty, $bytes:expr, $what:literal;)*
    ) => {
        #[derive(Debug)]
        #[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
        $(#[$about])*
        pub struct $record<'a> {
            $(#[doc = $what] pub $name: $kind,)*
        }

        impl<'a> $record<'a> {
            /// Appends the record.
            pub fn put(&self, out: &mut Vec<u8>) {
                $(self.$name.put(out);)*
            }

            /// Returns the record that the bytes begin with, which are shorter by it then.
            pub fn take(from: &mut &'a [u8]) -> Option<Self> {
                Some(Self { $($name: Field::take(from)?,)* })
            }

            /// Returns the record for the shopper to read.
            pub fn tell(&self) -> Value {
                Value::record([$((stringify!($name), self.$name.tell()),)*])
            }
        }

        const $rows: &[Row] = &[$(Row {
            name: concat!($list, stringify!($name)),
            what: $what,
            from: Mode::$mode,
            places: $places,
            most_bytes: $most * $bytes,
            until: Lifetime::$until,
        },)*];

        /// The most bytes of one kept record.
        pub(super) const $record_bytes: usize = 0 $(+ $bytes)*;
    };
}

/// Where the fields of an event are.
const OF_VISIT: &[Place] = &[Place::Memory, Place::Kept, Place::Export];
/// Where the facts of a memory are; what the shopper is shown of them has rows of its own.
const OF_FACTS: &[Place] = &[Place::Memory, Place::Remembered];
/// Where what stands once in a memory is.
const OF_MEMORY: &[Place] = &[Place::Memory, Place::Remembered, Place::Export];

fields! {
    /// An event as it is kept and shown: field by field, in the order of the table.
    #[cfg_attr(feature = "contract", schemars(rename = "TrackedEvent", description = "An event of the visit."))]
    Kept, EVENT_ROWS, MAX_KEPT_EVENT_BYTES: "events[]." times MAX_EVENTS,
    from Session until Visit in OF_VISIT;
    id: u32, 4, "A number within this visit.";
    event: EventKind, 1, "What was done, by its GA4 name.";
    item_id: &'a str, 1 + MAX_ID_BYTES, "The store's id of the item, or of the content that was shown, clicked or dismissed; empty where the event is about none.";
    at_ms: i64, 8, "When, in milliseconds since 1970, by the device's clock.";
}

fields! {
    /// A fact of a memory as it is kept.
    #[cfg_attr(feature = "contract", schemars(description = "Not handed out."))]
    KeptFact, FACT_ROWS, MAX_KEPT_FACT_BYTES: "memory.facts[]." times MAX_FACTS,
    from Remembered until Grant in OF_FACTS;
    kind: FactKind, 1, "What was done with an item, the strongest of it, or that an item, a brand or a category is muted.";
    name: &'a str, 1 + MAX_ID_BYTES, "The store's id of the item, the brand's name, or the category's path.";
    day_ms: Day, 4, "On which day last (UTC).";
}

named_enum! {
    /// What a mute is about.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[repr(u8)]
    pub enum MuteKind {
        /// One item.
        Item = 0 => "item",
        /// All items of a brand.
        Brand = 1 => "brand",
        /// All items of a category, and of those below it.
        Category = 2 => "category",
    }
}

/// One field of a record.
trait Field<'a>: Sized {
    /// Appends it; numbers are little-endian.
    fn put(&self, out: &mut Vec<u8>);
    /// Returns what the bytes begin with, if they do.
    fn take(from: &mut &'a [u8]) -> Option<Self>;
    /// It, for the shopper to read.
    fn tell(&self) -> Value;
}

impl Field<'_> for u32 {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        from.split_off(..4)
            .and_then(|raw| raw.try_into().ok())
            .map(Self::from_le_bytes)
    }

    fn tell(&self) -> Value {
        Value::from(*self)
    }
}

impl Field<'_> for i64 {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        from.split_off(..8)
            .and_then(|raw| raw.try_into().ok())
            .map(Self::from_le_bytes)
    }

    fn tell(&self) -> Value {
        Value::from(*self)
    }
}

impl Field<'_> for EventKind {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(*self as u8);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Self::ALL.get(usize::from(*from.split_off_first()?)).copied()
    }

    fn tell(&self) -> Value {
        Value::from(*self)
    }
}

impl Field<'_> for FactKind {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(self.byte());
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Self::of_byte(*from.split_off_first()?)
    }

    fn tell(&self) -> Value {
        Value::from(u32::from(self.byte()))
    }
}

impl Field<'_> for Day {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Field::take(from).map(Self)
    }

    fn tell(&self) -> Value {
        Value::from(self.as_ms())
    }
}

impl<'a> Field<'a> for &'a str {
    fn put(&self, out: &mut Vec<u8>) {
        // No longer than a byte can count: session and memory refuse longer ids and names.
        out.push(self.len() as u8);
        out.extend_from_slice(self.as_bytes());
    }

    fn take(from: &mut &'a [u8]) -> Option<Self> {
        let length = usize::from(*from.split_off_first()?);
        from.split_off(..length).and_then(|raw| core::str::from_utf8(raw).ok())
    }

    fn tell(&self) -> Value {
        Value::from(*self)
    }
}

const _: () = assert!(MAX_ID_BYTES <= u8::MAX as usize);

/// Returns what is read off the events when it is asked for, and stands nowhere by itself.
const fn derived(name: &'static str, what: &'static str, most_bytes: usize) -> Row {
    Row {
        name,
        what,
        from: Mode::Session,
        places: &[Place::Export],
        most_bytes,
        until: Lifetime::Visit,
    }
}

/// Returns a thing that stands once in the memory.
const fn remembered(name: &'static str, what: &'static str, most_bytes: usize) -> Row {
    Row {
        name,
        what,
        from: Mode::Remembered,
        places: OF_MEMORY,
        most_bytes,
        until: Lifetime::Grant,
    }
}

/// Returns what is read off the facts of a memory when it is asked for.
const fn shown(name: &'static str, what: &'static str, most_bytes: usize) -> Row {
    Row {
        from: Mode::Remembered,
        until: Lifetime::Grant,
        ..derived(name, what, most_bytes)
    }
}

const OTHER_ROWS: &[Row] = &[
    Row {
        name: "draws",
        what: "Draws of experiments: for the holdout and each layer 16 bits of chance, and as many that say which question the visit's randomized report answered. In contextual they last as long as the page. Never sent.",
        from: Mode::Contextual,
        places: &[Place::Memory, Place::Export],
        most_bytes: MAX_DRAWS * DRAW_BYTES,
        until: Lifetime::Visit,
    },
    Row {
        name: "kept_draws",
        what: "Those of them that hold for a visit, with the layer's own bits, and when they were drawn.",
        from: Mode::Session,
        places: &[Place::Kept],
        most_bytes: MAX_KEPT_DRAW_BYTES,
        until: Lifetime::Visit,
    },
    remembered(
        "memory.draws",
        "Draws of experiments by device, and of the holdout: 16 bits of chance and the layer's own. Never sent.",
        MAX_DRAWS * DRAW_BYTES,
    ),
    remembered(
        "memory.receipt",
        "The shop's own text of the shopper's consent, as the shop handed it over.",
        MAX_ID_BYTES,
    ),
    remembered(
        "memory.granted_ms",
        "The day of the grant (UTC), in milliseconds since 1970.",
        4,
    ),
    remembered(
        "memory.expires_ms",
        "When the memory ends, in milliseconds since 1970; kept as a number of days.",
        1,
    ),
    Row {
        name: "mode",
        what: "The mode in use, which says what may be known of the shopper.",
        from: Mode::Off,
        places: &[Place::Memory, Place::Export],
        most_bytes: 1,
        until: Lifetime::Page,
    },
    shown(
        "memory.items",
        "Items of earlier visits: the strongest event, the id, the last day.",
        MAX_LAST_ITEMS * MAX_KEPT_FACT_BYTES,
    ),
    shown(
        "memory.mutes",
        "What is muted: its kind and name.",
        MAX_MUTES * MAX_KEPT_FACT_BYTES,
    ),
    derived("gift", "Whether the shopper buys for somebody else.", 1),
    derived(
        "hidden",
        "Ids of items that the shopper hid.",
        MAX_EVENTS * MAX_ID_BYTES,
    ),
    derived(
        "cart",
        "Ids of items in the cart, as far as events report them.",
        MAX_EVENTS * MAX_ID_BYTES,
    ),
    Row {
        name: "slates",
        what: "The last requests with the events that they were answered from, so that slates can be explained; their ids are exported.",
        from: Mode::Contextual,
        places: &[Place::Memory, Place::Export],
        most_bytes: MAX_HISTORY * (MAX_REQUEST_BYTES + MAX_EVENTS * MAX_KEPT_EVENT_BYTES),
        until: Lifetime::Page,
    },
];

/// Everything of the shopper that is held, stored or exported.
pub const TABLE: [&[Row]; 3] = [EVENT_ROWS, FACT_ROWS, OTHER_ROWS];
