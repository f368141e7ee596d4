//! What is remembered of earlier visits: the grant, last items and mutes. Bounded facts by the day, no history.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::allocation::Draw;
use crate::item::MAX_ID_BYTES;
use crate::policy::is_in_category;
use crate::privacy::{MemoryError, MuteKind};
use crate::snapshot::Snapshot;
use crate::visit::event::EventKind;
use crate::visit::session::Session;

/// The most items that are remembered; the one that was touched longest ago leaves first.
pub const MAX_LAST_ITEMS: usize = 50;

/// The most mutes. A further one is refused: none may be lost for another.
pub const MAX_MUTES: usize = 100;

/// The most facts.
pub(crate) const MAX_FACTS: usize = MAX_LAST_ITEMS + MAX_MUTES;

/// The longest lifetime of a memory, in days from the grant.
pub const MAX_MEMORY_DAYS: u8 = 180;

/// A day in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A day (UTC), counted from 1970. No time in a memory is finer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema), schemars(inline))]
pub struct Day(pub u32);

impl Day {
    /// Returns the day of a time in milliseconds since 1970; the first or the last one for times out of range.
    #[must_use]
    pub fn of(at_ms: i64) -> Self {
        Self(at_ms.div_euclid(DAY_MS).clamp(0, u32::MAX.into()) as u32)
    }

    /// Returns the day's beginning, in milliseconds since 1970.
    #[must_use]
    pub const fn as_ms(self) -> i64 {
        self.0 as i64 * DAY_MS
    }

    /// Returns the day so many days later.
    #[must_use]
    pub const fn plus(self, days: u8) -> Self {
        Self(self.0.saturating_add(days as u32))
    }
}

/// The shopper's consent to be remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// The shop's own text of it, from 1 to 255 bytes.
    pub receipt: String,
    /// The day on which it was given.
    pub day: Day,
    /// The lifetime of the memory in days, counted from that day; at most [`MAX_MEMORY_DAYS`].
    pub days: u8,
}

impl Grant {
    /// Returns the first day on which nothing is remembered any more.
    #[must_use]
    pub const fn end(&self) -> Day {
        self.day.plus(self.days)
    }

    /// Checks that the grant is one, and holds today.
    ///
    /// One day of tolerance ahead of the clock: the shop's server and the device need not agree on the hour.
    pub(crate) fn check(&self, today: Day) -> Result<(), MemoryError> {
        let is_text = (1..=MAX_ID_BYTES).contains(&self.receipt.len()) && self.receipt.bytes().all(|byte| byte >= b' ');
        if !is_text || !(1..=MAX_MEMORY_DAYS).contains(&self.days) {
            return Err(MemoryError::Receipt);
        }
        if self.day > today.plus(1) {
            return Err(MemoryError::AheadOfClock);
        }
        if today >= self.end() {
            return Err(MemoryError::Over);
        }
        Ok(())
    }
}

/// What a fact is: what was done with an item, or what is muted. Kept as one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema), schemars(inline))]
pub struct FactKind(u8);

/// The byte of the first kind of mute; events have those below.
const FIRST_MUTE: u8 = 16;

impl FactKind {
    /// A muted item.
    pub const MUTED_ITEM: u8 = FIRST_MUTE;

    /// Returns the kind of a byte; `None` where it has none, or events of that kind are not remembered.
    pub(crate) fn of_byte(byte: u8) -> Option<Self> {
        let kind = Self(byte);
        let is_touch = kind
            .event()
            .is_some_and(|event| event.touches_item() && event != EventKind::HideItem);
        (is_touch || kind.muted().is_some()).then_some(kind)
    }

    /// Returns its byte.
    pub(crate) const fn byte(self) -> u8 {
        self.0
    }

    /// Returns the strongest that was done with the item; `None` for a mute.
    #[must_use]
    pub fn event(self) -> Option<EventKind> {
        EventKind::ALL.get(usize::from(self.0)).copied()
    }

    /// Returns what is muted; `None` for an event.
    #[must_use]
    pub fn muted(self) -> Option<MuteKind> {
        let at = self.0.checked_sub(FIRST_MUTE)?;
        MuteKind::ALL.get(usize::from(at)).copied()
    }
}

impl From<EventKind> for FactKind {
    fn from(event: EventKind) -> Self {
        Self(event as u8)
    }
}

impl From<MuteKind> for FactKind {
    fn from(kind: MuteKind) -> Self {
        Self(FIRST_MUTE + kind as u8)
    }
}

const _: () = assert!(EventKind::ALL.len() <= FIRST_MUTE as usize);

/// One thing that is remembered: an item of an earlier visit, or a mute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub kind: FactKind,
    /// The store's id of the item, the brand's name, or the category's path.
    pub name: Box<str>,
    /// On which day last.
    pub day: Day,
}

impl Fact {
    /// Returns whether such an item is muted by it.
    fn mutes(&self, id: &str, category: Option<&str>, brand: Option<&str>) -> bool {
        match self.kind.muted() {
            None => false,
            Some(MuteKind::Item) => *self.name == *id,
            Some(MuteKind::Brand) => brand == Some(&self.name),
            Some(MuteKind::Category) => category.is_some_and(|path| is_in_category(path, &self.name)),
        }
    }
}

/// What is to become of the memory, beside what the visit adds to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemoryChange {
    /// Nothing more.
    Keep,
    /// The shopper grants it. A grant with the receipt that is held already changes nothing: the lifetime never slides.
    Grant(Grant),
    /// The shopper does not want to be shown this.
    Mute(MuteKind, String),
    /// The shopper takes that back.
    Unmute(MuteKind, String),
}

/// What is remembered of a shopper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The consent that it rests on.
    pub grant: Grant,
    /// Last items and mutes, each once; of the items, the one that was touched longest ago first.
    pub facts: Vec<Fact>,
    /// Draws of experiments by device, and of the holdout.
    pub draws: Vec<Draw>,
}

/// An item of which this visit took something back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TakenBack {
    pub item: Box<str>,
    /// Whether it was hidden until then.
    pub was_hidden: bool,
}

impl Memory {
    /// Returns the last items with what was done with them, the one that was touched longest ago first.
    pub fn items(&self) -> impl DoubleEndedIterator<Item = (EventKind, &Fact)> {
        self.facts.iter().filter_map(|fact| Some((fact.kind.event()?, fact)))
    }

    /// Returns what the shopper does not want to be shown.
    pub fn muted(&self) -> impl Iterator<Item = (MuteKind, &str)> {
        self.facts
            .iter()
            .filter_map(|fact| Some((fact.kind.muted()?, &*fact.name)))
    }

    /// Returns whether such an item is muted.
    #[must_use]
    #[inline(never)]
    pub fn mutes(&self, id: &str, category: Option<&str>, brand: Option<&str>) -> bool {
        self.facts.iter().any(|fact| fact.mutes(id, category, brand))
    }

    /// Returns whether there are no more items and mutes than there may be.
    pub(crate) fn is_bounded(&self) -> bool {
        let mutes = self.muted().count();
        mutes <= MAX_MUTES && self.facts.len() - mutes <= MAX_LAST_ITEMS
    }

    /// Makes the change. A mute must name what the model knows, so that no item enters that the catalog flags as
    /// sensitive: models have none of these.
    pub(crate) fn change<B: AsRef<[u8]>>(
        &mut self,
        change: &MemoryChange,
        snapshot: &Snapshot<B>,
        today: Day,
    ) -> Result<(), MemoryError> {
        match change {
            MemoryChange::Keep => {}
            MemoryChange::Grant(grant) => {
                if grant.receipt != self.grant.receipt && grant.day >= self.grant.day {
                    self.grant = grant.clone();
                }
            }
            MemoryChange::Mute(kind, name) => {
                if !is_known(*kind, name, snapshot) {
                    return Err(MemoryError::NotInModel);
                }
                self.put((*kind).into(), name, today);
                if !self.is_bounded() {
                    return Err(MemoryError::TooManyMutes);
                }
            }
            MemoryChange::Unmute(kind, name) => {
                self.take((*kind).into(), name);
            }
        }
        Ok(())
    }

    /// Takes the fact about this out, and returns its kind; there is one at most for each item, brand and category.
    #[inline(never)]
    fn take(&mut self, kind: FactKind, name: &str) -> Option<FactKind> {
        let is_it = |fact: &Fact| fact.kind.muted() == kind.muted() && *fact.name == *name;
        let at = self.facts.iter().position(is_it)?;
        Some(self.facts.remove(at).kind)
    }

    /// Puts the fact at the end, where no other is about the same.
    #[inline(never)]
    fn put(&mut self, kind: FactKind, name: &str, day: Day) {
        self.take(kind, name);
        self.facts.push(Fact {
            kind,
            name: name.into(),
            day,
        });
    }

    /// Adds what the visit did, and drops what is too old, muted, or unknown to the model. Of a gift nothing is added.
    pub(crate) fn add<B: AsRef<[u8]>>(
        &mut self,
        session: &Session,
        taken_back: &[TakenBack],
        snapshot: &Snapshot<B>,
        today: Day,
    ) {
        let weight = |kind| snapshot.meta().scoring.event_weight_of(kind);
        for undone in taken_back {
            self.take(EventKind::ViewItem.into(), &undone.item);
            if undone.was_hidden {
                self.take(MuteKind::Item.into(), &undone.item);
            }
        }
        let ids = snapshot.ids();
        for event in session.own().filter(|event| ids.index_of(&event.item).is_some()) {
            if event.kind == EventKind::HideItem {
                self.put(MuteKind::Item.into(), &event.item, today);
            } else if event.kind.touches_item() && weight(event.kind) > 0.0 {
                let before = self.take(event.kind.into(), &event.item).and_then(FactKind::event);
                let stronger = before.filter(|before| weight(*before) > weight(event.kind));
                let day = Day::of(event.at_ms).min(today);
                self.put(stronger.unwrap_or(event.kind).into(), &event.item, day);
            }
        }
        self.drop_others(snapshot, today);
    }

    /// Drops items that are too old, muted or unknown, and what is too much: of the items the oldest, of the mutes the last.
    fn drop_others<B: AsRef<[u8]>>(&mut self, snapshot: &Snapshot<B>, today: Day) {
        let (ids, days, mut at) = (snapshot.ids(), self.grant.days, 0);
        let (mut mutes, mut items) = (0, self.facts.len() - self.muted().count());
        while let Some(fact) = self.facts.get(at) {
            let stays = if fact.kind.muted().is_some() {
                mutes += 1;
                mutes <= MAX_MUTES
            } else {
                let is_over = fact.day.plus(days) <= today || items > MAX_LAST_ITEMS;
                !is_over && !self.mutes(&fact.name, None, None) && ids.index_of(&fact.name).is_some()
            };
            if stays {
                at += 1;
            } else {
                items -= usize::from(fact.kind.muted().is_none());
                self.facts.remove(at);
            }
        }
    }
}

/// Returns whether the model knows such an item, or items of such a kind.
fn is_known<B: AsRef<[u8]>>(kind: MuteKind, name: &str, snapshot: &Snapshot<B>) -> bool {
    let attributes = snapshot.attributes();
    match kind {
        MuteKind::Item => snapshot.ids().index_of(name).is_some(),
        MuteKind::Brand => attributes.brands().any(|(_, known)| known == name),
        MuteKind::Category => attributes.categories().any(|(_, known)| is_in_category(known, name)),
    }
}
