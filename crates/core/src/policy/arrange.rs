//! The last stage: admitted candidates fill the positions of a slate in their order.
//!
//! Caps keep a slate varied. They are a hard count that a merchandiser can predict, where maximal marginal relevance
//! ([Carbonell and Goldstein 1998](https://doi.org/10.1145/290941.291025)) trades similarity for score by a factor.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::admit::PolicyContext;
use super::candidate::Candidate;
use super::{Action, Attribute};
use crate::explain::trace::Trace;

/// Pinned items with their positions from 1, in ascending order.
pub type Pins<'a> = VecDeque<(usize, Candidate<'a>)>;

/// Fills the slate with admitted candidates, which come best first: pins at their positions, the others as far as caps
/// admit them.
///
/// Reads only as many candidates as it takes to fill the slate. A capped item comes back at the end if positions
/// would stay empty: a rule about variety never costs the shop a position. Returns the slate, and the capped items that
/// did not fit.
pub fn arrange<'a>(
    context: &PolicyContext<'_, '_>,
    admitted: &mut dyn Iterator<Item = Candidate<'a>>,
    mut pinned: Pins<'a>,
) -> (Vec<Candidate<'a>>, VecDeque<Candidate<'a>>) {
    let mut caps = Caps::new(context);
    pinned.iter().for_each(|(_, item)| caps.count(item));
    // A list may hold an item twice: a pin moves one of them and leaves the other.
    let taken: Vec<_> = pinned
        .iter()
        .map(|(_, item)| (item.id.clone(), item.from_position))
        .collect();
    let is_taken = |item: &Candidate<'_>| {
        let mut taken = taken.iter();
        taken.any(|(id, from)| *id == item.id && *from == item.from_position)
    };
    let (mut slate, mut surplus) = (Vec::with_capacity(context.limit.min(1024)), VecDeque::new());
    let mut rest = admitted.filter(|item| !is_taken(item));
    while slate.len() < context.limit {
        let due = pinned.front().is_some_and(|(position, _)| *position <= slate.len() + 1);
        if let Some((_, item)) = pinned.pop_front_if(|_| due) {
            slate.push(item);
            continue;
        }
        match rest.next() {
            Some(item) => match caps.admit(item) {
                Ok(item) => slate.push(item),
                Err(item) => surplus.push_back(item),
            },
            None => match surplus.pop_front().or_else(|| pinned.pop_front().map(|(_, item)| item)) {
                Some(item) => slate.push(item),
                None => break,
            },
        }
    }
    (slate, surplus)
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

/// Number of items of each category or brand in the slate, by rule.
struct Caps<'a> {
    rules: Vec<Cap<'a>>,
}

struct Cap<'a> {
    rule: u16,
    by: Attribute,
    max: u16,
    counts: Vec<(&'a str, u16)>,
}

impl<'a> Caps<'a> {
    fn new(context: &PolicyContext<'_, '_>) -> Self {
        let caps = context.rules().filter_map(|(rule, content)| match content.action {
            Action::Cap { by, max } => Some(Cap {
                rule,
                by,
                max,
                counts: Vec::new(),
            }),
            _ => None,
        });
        Self { rules: caps.collect() }
    }

    /// Counts the item, or returns it with the rule whose cap it exceeds.
    fn admit(&mut self, mut item: Candidate<'a>) -> Result<Candidate<'a>, Candidate<'a>> {
        match self.rules.iter().find(|cap| cap.is_full(&item)) {
            Some(cap) => {
                item.rules.push(cap.rule);
                Err(item)
            }
            None => {
                self.count(&item);
                Ok(item)
            }
        }
    }

    fn count(&mut self, item: &Candidate<'a>) {
        for cap in &mut self.rules {
            let Some(name) = cap.attribute(item) else { continue };
            match cap.counts.iter_mut().find(|(known, _)| *known == name) {
                Some((_, count)) => *count = count.saturating_add(1),
                None => cap.counts.push((name, 1)),
            }
        }
    }
}

impl<'a> Cap<'a> {
    fn is_full(&self, item: &Candidate<'a>) -> bool {
        let Some(name) = self.attribute(item) else { return false };
        let count = self
            .counts
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(0, |(_, count)| *count);
        count >= self.max
    }

    fn attribute(&self, item: &Candidate<'a>) -> Option<&'a str> {
        match self.by {
            Attribute::Category => item.category,
            Attribute::Brand => item.brand,
        }
    }
}
