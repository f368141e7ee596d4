//! The last stage: admitted candidates fill the positions of a slate in their order.
//!
//! Caps and shares keep a slate varied. They are hard counts that a merchandiser can predict; before a position stays
//! empty they give way, the lightest first: spread, share, cap.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::Verb;
use super::adjust::name;
use super::admit::PolicyContext;
use super::balance::{Balance, Breach};
use super::candidate::{Candidate, Zone};
use super::directive::Directive;
use crate::explain::trace::{Effect, Trace};

/// How many candidates are looked at for an item that fits a slot or a share.
const LOOKAHEAD: usize = 1000;

/// Pinned items with their positions from 1, in ascending order.
pub type Pins<'a> = VecDeque<(usize, Candidate<'a>)>;

/// Gives the next admitted candidate, best first.
pub type NextCandidate<'n, 'a, T> = &'n mut dyn FnMut(&mut T) -> Option<Candidate<'a>>;

/// Fills the slate with admitted candidates, which come best first: pins at their positions, the others as far as the
/// rules about the mix admit them.
///
/// Reads only as many candidates as it takes to fill the slate. An item that is held back comes back if positions would
/// stay empty: a rule about variety never costs the shop a position.
pub fn arrange<'a, T: Trace>(
    context: &PolicyContext<'_, '_>,
    next: NextCandidate<'_, 'a, T>,
    pinned: Pins<'a>,
    trace: &mut T,
) -> Vec<Candidate<'a>> {
    let mut balance = Balance::new(context);
    pinned.iter().for_each(|(_, item)| balance.count(item));
    // A list may hold an item twice: a pin moves one of them and leaves the other.
    let taken: Vec<_> = pinned
        .iter()
        .map(|(_, item)| (item.id.clone(), item.from_position))
        .collect();
    let is_taken = |item: &Candidate<'_>| {
        let mut taken = taken.iter();
        taken.any(|(id, from)| *id == item.id && *from == item.from_position)
    };
    let mut rest = |trace: &mut T| {
        loop {
            let item = next(trace)?;
            if !is_taken(&item) {
                return Some(item);
            }
        }
    };
    let mut arranger = Arranger {
        balance,
        slots: context.directives(Verb::Slot),
        next: &mut rest,
        pinned,
        held: Vec::new(),
        last: None,
        slate: Vec::with_capacity(context.limit.min(1024)),
    };
    while arranger.slate.len() < context.limit {
        let Some(item) = arranger.fill(context, trace) else {
            break;
        };
        arranger.slate.push(item);
    }
    arranger.slate
}

struct Arranger<'p, 's, 'c, 'n, 'a, T> {
    balance: Balance<'p, 's, 'c>,
    slots: Vec<(u16, &'p Directive)>,
    next: NextCandidate<'n, 'a, T>,
    pinned: Pins<'a>,
    /// Items that did not fit at an earlier position, in their order.
    held: Vec<Held<'a>>,
    /// The first of the items that were buried at the end, as long as others come before it.
    last: Option<Candidate<'a>>,
    slate: Vec<Candidate<'a>>,
}

/// An item that is held back.
struct Held<'a> {
    item: Candidate<'a>,
    /// Whether its cap is reached: then it fits at no later position either.
    is_capped: bool,
}

impl<'a, T: Trace> Arranger<'_, '_, '_, '_, 'a, T> {
    /// Returns the item of the next position.
    fn fill(&mut self, context: &PolicyContext<'_, '_>, trace: &mut T) -> Option<Candidate<'a>> {
        let position = self.slate.len() + 1;
        let due = self.pinned.front().is_some_and(|(pin, _)| *pin <= position);
        if let Some((_, item)) = self.pinned.pop_front_if(|_| due) {
            return Some(item);
        }
        let found = self.for_slot(context, position, trace).or_else(|| self.pick(trace));
        match found {
            Some(item) => {
                self.balance.count(&item);
                Some(item)
            }
            None => self.pinned.pop_front().map(|(_, item)| item),
        }
    }

    /// Returns the best item that fits the slot of a position, if there are both. What was buried at the end stays there.
    fn for_slot(&mut self, context: &PolicyContext<'_, '_>, position: usize, trace: &mut T) -> Option<Candidate<'a>> {
        let is_here = |(_, slot): &&(u16, &Directive)| slot.positions.iter().any(|here| usize::from(*here) == position);
        let (rule, slot) = *self.slots.iter().find(is_here)?;
        let fits = |item: &Candidate<'_>| item.zone != Zone::End && context.means(slot, item);
        let known = self.held.iter().position(|held| fits(&held.item));
        let mut found = known.map(|at| self.held.remove(at).item);
        while found.is_none() && self.held.len() < LOOKAHEAD {
            let item = self.read(trace)?;
            if item.zone == Zone::End {
                self.last = Some(item);
                break;
            } else if context.means(slot, &item) {
                found = Some(item);
            } else {
                self.hold(item, None, trace);
            }
        }
        let mut found = found?;
        name(&mut found, rule, Effect::Placed, trace);
        Some(found)
    }

    /// Returns the best item that breaks no rule about the mix, or the first of those that break the lightest one.
    fn pick(&mut self, trace: &mut T) -> Option<Candidate<'a>> {
        let mut held = self.held.iter();
        let fits = held.position(|held| !held.is_capped && self.breach(&held.item).is_none());
        if let Some(at) = fits {
            let item = self.held.remove(at).item;
            return Some(self.lifted(item, at > 0, trace));
        }
        while self.held.len() < LOOKAHEAD {
            let Some(item) = self.read(trace) else { break };
            // Those that were buried at the end come behind all others, and these behind nothing but their own kind.
            if item.zone == Zone::End && self.held.iter().any(|held| held.item.zone != Zone::End) {
                self.last = Some(item);
                break;
            }
            match self.breach(&item) {
                None => return Some(self.lifted(item, !self.held.is_empty(), trace)),
                breach => self.hold(item, breach, trace),
            }
        }
        self.lightest()
    }

    /// Returns the next candidate.
    fn read(&mut self, trace: &mut T) -> Option<Candidate<'a>> {
        self.last.take().or_else(|| (self.next)(trace))
    }

    /// Holds an item back, and names the rule for which it is.
    fn hold(&mut self, mut item: Candidate<'a>, breach: Option<Breach>, trace: &mut T) {
        if let Some(Breach::Cap(rule) | Breach::Spread(rule) | Breach::Share(rule)) = breach {
            name(&mut item, rule, Effect::HeldBack, trace);
        }
        let is_capped = matches!(breach, Some(Breach::Cap(_)));
        self.held.push(Held { item, is_capped });
    }

    /// Names the share for which an item passed others.
    fn lifted(&self, mut item: Candidate<'a>, has_passed: bool, trace: &mut T) -> Candidate<'a> {
        if has_passed
            && let Some(rule) = self
                .balance
                .filled(&item, self.slate.len(), |end| self.pinned_before(end))
        {
            name(&mut item, rule, Effect::Placed, trace);
        }
        item
    }

    /// Returns the first of the items that were held back for the lightest breach.
    fn lightest(&mut self) -> Option<Candidate<'a>> {
        let mut lightest: Option<(usize, u8)> = None;
        for (at, held) in self.held.iter().enumerate() {
            let weight = if held.is_capped {
                Breach::CAP
            } else {
                self.breach(&held.item).map_or(0, Breach::weight)
            };
            if lightest.is_none_or(|(_, least)| weight < least) {
                lightest = Some((at, weight));
            }
        }
        lightest.map(|(at, _)| self.held.remove(at).item)
    }

    fn breach(&self, item: &Candidate<'_>) -> Option<Breach> {
        self.balance.breach(item, &self.slate, |end| self.pinned_before(end))
    }

    /// Returns how many of the places before `end` are promised to pins.
    fn pinned_before(&self, end: usize) -> usize {
        self.pinned.iter().filter(|(position, _)| *position <= end).count()
    }
}

/// Returns the pinned items that may be shown; an item that is pinned twice takes the first of its positions.
pub fn admitted_pins<'a>(
    context: &PolicyContext<'_, '_>,
    pinned: Vec<(usize, Candidate<'a>)>,
    trace: &mut dyn Trace,
) -> Pins<'a> {
    let mut placed: Pins<'a> = VecDeque::with_capacity(pinned.len());
    for (position, item) in by_position(pinned) {
        if placed.iter().all(|(_, other)| other.id != item.id) && context.admits(&item, trace) {
            placed.push_back((position, item));
        }
    }
    placed
}

/// Inserts each in order; of two at one position the earlier rule comes first. A sort would add 2 KB to the module.
fn by_position(pinned: Vec<(usize, Candidate<'_>)>) -> Vec<(usize, Candidate<'_>)> {
    let mut ordered: Vec<(usize, Candidate<'_>)> = Vec::with_capacity(pinned.len());
    for (position, item) in pinned {
        let before = ordered.partition_point(|(other, _)| *other <= position);
        ordered.insert(before, (position, item));
    }
    ordered
}
