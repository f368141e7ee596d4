//! The last stage: admitted candidates fill the positions of a slate in their order.
//!
//! Caps and shares keep a slate varied. They are hard counts that a merchandiser can predict; before a position stays
//! empty they give way, the lightest first: spread, share, cap.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::ops::Range;

use super::Verb;
use super::adjust::name;
use super::admit::{Directed, PolicyContext};
use super::balance::{Balance, Breach};
use super::block::BLOCK;
use super::candidate::{Candidate, Zone};
use super::pool::Pool;
use crate::explain::trace::{Effect, Trace};

/// How many candidates are looked at for an item that fits a slot or a share.
const LOOKAHEAD: usize = 1000;

/// How many candidates are read at once, at least: asking the rules about one costs nearly as much as about a few.
const LEAST_READ: usize = 8;

/// Rows of pinned items with their positions from 1, in ascending order.
pub type Pins = VecDeque<(usize, usize)>;

/// Where the arranger takes candidates from, best first.
pub struct Supply<'r, 'a> {
    /// Rows that may be shown.
    pub ready: alloc::vec::IntoIter<usize>,
    /// Behind them, rows that were read and may be shown or not.
    pub read: Range<usize>,
    /// What was not read yet.
    pub ranked: &'r mut dyn Iterator<Item = Candidate<'a>>,
}

/// Fills the slate with admitted candidates, which come best first: pins at their positions, the others as far as the
/// rules about the mix admit them. Returns their rows.
///
/// Reads no more candidates than it takes to fill the slate, but for less than eight. An item that is held back comes back if positions would
/// stay empty: a rule about variety never costs the shop a position.
pub fn arrange<'a, T: Trace>(
    context: &PolicyContext<'_, '_>,
    pool: &mut Pool<'_, 'a>,
    supply: Supply<'_, 'a>,
    pinned: Pins,
    trace: &mut T,
) -> Vec<usize> {
    let from = |row: usize| pool.item(row).and_then(|item| item.from_position);
    let mut arranger = Arranger {
        balance: Balance::new(context),
        slots: context.directives(Verb::Slot),
        limit: context.limit,
        supply,
        taken: pinned.iter().map(|(_, row)| (from(*row), *row)).collect(),
        pool,
        pinned,
        held: Vec::new(),
        last: None,
        slate: Vec::with_capacity(context.limit.min(1024)),
    };
    for (_, row) in &arranger.taken {
        // Wherever it stands: other items make room for it.
        arranger.balance.count(arranger.pool, *row, 0);
    }
    while arranger.slate.len() < context.limit {
        let Some(row) = arranger.fill(trace) else {
            break;
        };
        arranger.slate.push(row);
    }
    arranger.slate
}

struct Arranger<'o, 'c, 'p, 'r, 'a> {
    balance: Balance<'p>,
    slots: Vec<Directed<'p>>,
    limit: usize,
    supply: Supply<'r, 'a>,
    pool: &'o mut Pool<'c, 'a>,
    /// Rows of all pins, with their places in the caller's list.
    taken: Vec<(Option<u32>, usize)>,
    pinned: Pins,
    /// Rows that did not fit at an earlier position, in their order.
    held: Vec<Held>,
    /// The first of the items that were buried at the end, as long as others come before it.
    last: Option<usize>,
    slate: Vec<usize>,
}

/// An item that is held back.
struct Held {
    row: usize,
    /// Whether its cap is reached: then it fits at no later position either.
    is_capped: bool,
}

impl Arranger<'_, '_, '_, '_, '_> {
    /// Returns the item of the next position.
    fn fill<T: Trace>(&mut self, trace: &mut T) -> Option<usize> {
        let position = self.slate.len() + 1;
        let due = self.pinned.front().is_some_and(|(pin, _)| *pin <= position);
        if let Some((_, row)) = self.pinned.pop_front_if(|_| due) {
            return Some(row);
        }
        let found = self.for_slot(position, trace).or_else(|| self.pick(trace));
        match found {
            Some(row) => {
                self.balance.count(self.pool, row, self.slate.len());
                Some(row)
            }
            None => self.pinned.pop_front().map(|(_, row)| row),
        }
    }

    /// Returns the best item that fits the slot of a position, if there are both. What was buried at the end stays there.
    fn for_slot<T: Trace>(&mut self, position: usize, trace: &mut T) -> Option<usize> {
        let is_here = |slot: &&Directed<'_>| {
            slot.directive
                .positions
                .iter()
                .any(|here| usize::from(*here) == position)
        };
        let slot = *self.slots.iter().find(is_here)?;
        let known = self
            .held
            .iter()
            .position(|held| !self.is_at_end(held.row) && self.pool.means(slot.place, held.row));
        let mut found = known.map(|at| self.held.remove(at).row);
        while found.is_none() && self.held.len() < LOOKAHEAD {
            let row = self.read(trace)?;
            if self.is_at_end(row) {
                self.last = Some(row);
                break;
            } else if self.pool.means(slot.place, row) {
                found = Some(row);
            } else {
                self.hold(row, None, trace);
            }
        }
        self.name(found?, slot.number, Effect::Placed, trace);
        found
    }

    /// Returns the best item that breaks no rule about the mix, or the first of those that break the lightest one.
    fn pick<T: Trace>(&mut self, trace: &mut T) -> Option<usize> {
        let mut held = self.held.iter();
        let fits = held.position(|held| !held.is_capped && self.breach(held.row).is_none());
        if let Some(at) = fits {
            let row = self.held.remove(at).row;
            return Some(self.lifted(row, at > 0, trace));
        }
        while self.held.len() < LOOKAHEAD {
            let Some(row) = self.read(trace) else { break };
            // Those that were buried at the end come behind all others, and these behind nothing but their own kind.
            if self.is_at_end(row) && self.held.iter().any(|held| !self.is_at_end(held.row)) {
                self.last = Some(row);
                break;
            }
            match self.breach(row) {
                None => return Some(self.lifted(row, !self.held.is_empty(), trace)),
                breach => self.hold(row, breach, trace),
            }
        }
        self.lightest()
    }

    /// Returns the next candidate. A list may hold an item twice: a pin moves one of them and leaves the other.
    fn read<T: Trace>(&mut self, trace: &mut T) -> Option<usize> {
        if let Some(last) = self.last.take() {
            return Some(last);
        }
        loop {
            let next = self.supply.ready.next();
            let Some(row) = next.or_else(|| self.supply.read.next()) else {
                let missing = self.limit.saturating_sub(self.slate.len());
                self.supply.read = self.pool.read(self.supply.ranked, missing.clamp(LEAST_READ, BLOCK));
                if self.supply.read.is_empty() {
                    return None;
                }
                continue;
            };
            // Not all of them at once: who is told of those left out is told of no more than the slate took.
            if next.is_none() && !self.pool.admits(row, trace) {
                continue;
            }
            let Some(item) = self.pool.item(row) else { continue };
            let is_same = |(from, pin): &(Option<u32>, usize)| {
                *from == item.from_position && self.pool.item(*pin).is_some_and(|pin| pin.id == item.id)
            };
            if !self.taken.iter().any(is_same) {
                return Some(row);
            }
        }
    }

    #[inline(never)]
    fn is_at_end(&self, row: usize) -> bool {
        self.pool.item(row).is_some_and(|item| item.zone == Zone::End)
    }

    /// Names a rule with an item.
    fn name<T: Trace>(&mut self, row: usize, rule: u16, effect: Effect, trace: &mut T) {
        if let Some(item) = self.pool.item_mut(row) {
            name(item, rule, effect, trace);
        }
    }

    /// Holds an item back, and names the rule for which it is.
    fn hold<T: Trace>(&mut self, row: usize, breach: Option<Breach>, trace: &mut T) {
        if let Some(Breach::Cap(rule) | Breach::Spread(rule) | Breach::Share(rule)) = breach {
            self.name(row, rule, Effect::HeldBack, trace);
        }
        let is_capped = matches!(breach, Some(Breach::Cap(_)));
        self.held.push(Held { row, is_capped });
    }

    /// Names the share for which an item passed others.
    fn lifted<T: Trace>(&mut self, row: usize, has_passed: bool, trace: &mut T) -> usize {
        if has_passed {
            let place = self.slate.len();
            let share = self
                .balance
                .filled(self.pool, row, place, |end| self.pinned_before(end));
            if let Some(rule) = share {
                self.name(row, rule, Effect::Placed, trace);
            }
        }
        row
    }

    /// Returns the first of the items that were held back for the lightest breach.
    fn lightest(&mut self) -> Option<usize> {
        let mut lightest: Option<(usize, u8)> = None;
        for (at, held) in self.held.iter().enumerate() {
            let weight = if held.is_capped {
                Breach::CAP
            } else {
                self.breach(held.row).map_or(0, Breach::weight)
            };
            if lightest.is_none_or(|(_, least)| weight < least) {
                lightest = Some((at, weight));
            }
        }
        lightest.map(|(at, _)| self.held.remove(at).row)
    }

    #[inline(never)]
    fn breach(&self, row: usize) -> Option<Breach> {
        self.balance
            .breach(self.pool, row, &self.slate, |end| self.pinned_before(end))
    }

    /// Returns how many of the places before `end` are promised to pins.
    fn pinned_before(&self, end: usize) -> usize {
        self.pinned.iter().filter(|(position, _)| *position <= end).count()
    }
}

/// Returns the rows of pinned items that may be shown; an item that is pinned twice takes the first of its positions.
///
/// `pinned` has their positions from 1 and their rows, in ascending order.
pub fn admitted_pins(pool: &Pool<'_, '_>, pinned: impl Iterator<Item = (usize, usize)>, trace: &mut dyn Trace) -> Pins {
    let mut placed = Pins::new();
    for (position, row) in pinned {
        let id = |row: usize| pool.item(row).map(|item| &item.id);
        if placed.iter().all(|(_, other)| id(*other) != id(row)) && pool.admits(row, trace) {
            placed.push_back((position, row));
        }
    }
    placed
}

/// Returns the positions of pinned items in ascending order, and the items in the same; of two at one position the earlier
/// rule comes first. A sort would add 2 KB to the module.
pub fn by_position(pinned: Vec<(usize, Candidate<'_>)>) -> (Vec<usize>, Vec<Candidate<'_>>) {
    let (mut positions, mut items) = (Vec::new(), Vec::new());
    for (position, item) in pinned {
        let before = positions.partition_point(|other| *other <= position);
        positions.insert(before, position);
        items.insert(before, item);
    }
    (positions, items)
}
