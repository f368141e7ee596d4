//! The table: everything of the shopper that is held, stored or exported. What does not stand here is neither.
//!
//! The records that leave the engine are made of its rows: a field cannot be kept or shown without one.

use alloc::vec::Vec;

use super::mode::Mode;
use crate::explain::slate_history::{MAX_HISTORY, MAX_REQUEST_BYTES};
use crate::item::MAX_ID_BYTES;
use crate::names::named_enum;
use crate::value::Value;
use crate::visit::event::EventKind;
use crate::visit::session::MAX_EVENTS;

named_enum! {
    /// Where a thing is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Place {
        /// In the engine's memory.
        Memory => "memory",
        /// In the bytes that the host may keep: in `sessionStorage`, where the shop chose it.
        Kept => "kept",
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

/// Of each field of an event: name, type, bytes as it is kept, and what it is. Makes the record that is kept and
/// shown, and the rows of the table.
macro_rules! event_fields {
    ($($name:ident: $kind:ty, $bytes:expr, $what:literal;)*) => {
        /// An event as it is kept and shown: field by field, in the order of the table.
        #[derive(Debug)]
        #[cfg_attr(
            feature = "contract",
            derive(schemars::JsonSchema),
            schemars(rename = "TrackedEvent", description = "An event of the visit.")
        )]
        pub struct Kept<'a> {
            $(#[doc = $what] pub $name: $kind,)*
        }

        impl<'a> Kept<'a> {
            /// Appends the event.
            pub fn put(&self, out: &mut Vec<u8>) {
                $(self.$name.put(out);)*
            }

            /// Returns the event that the bytes begin with, which are shorter by it then.
            pub fn take(from: &mut &'a [u8]) -> Option<Self> {
                Some(Self { $($name: Field::take(from)?,)* })
            }

            /// Returns the event for the shopper to read.
            pub fn tell(&self) -> Value {
                Value::record([$((stringify!($name), self.$name.tell()),)*])
            }
        }

        const EVENT_ROWS: &[Row] = &[$(Row {
            name: concat!("events[].", stringify!($name)),
            what: $what,
            from: Mode::Session,
            places: &[Place::Memory, Place::Kept, Place::Export],
            most_bytes: MAX_EVENTS * $bytes,
            until: Lifetime::Visit,
        },)*];

        /// The most bytes of one kept event.
        pub(super) const MAX_KEPT_EVENT_BYTES: usize = 0 $(+ $bytes)*;
    };
}

event_fields! {
    id: u32, 4, "A number within this visit.";
    event: EventKind, 1, "What was done, by its GA4 name.";
    item_id: &'a str, 1 + MAX_ID_BYTES, "The store's id of the item; empty where the event is about none.";
    at_ms: i64, 8, "When, in milliseconds since 1970, by the device's clock.";
}

/// One field of an event.
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

impl<'a> Field<'a> for &'a str {
    fn put(&self, out: &mut Vec<u8>) {
        // No longer than a byte can count: the session refuses longer ids.
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

const OTHER_ROWS: &[Row] = &[
    Row {
        name: "mode",
        what: "The mode in use, which says what may be known of the shopper.",
        from: Mode::Off,
        places: &[Place::Memory, Place::Export],
        most_bytes: 1,
        until: Lifetime::Page,
    },
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
pub const TABLE: [&[Row]; 2] = [EVENT_ROWS, OTHER_ROWS];
