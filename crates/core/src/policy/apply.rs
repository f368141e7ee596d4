//! Rules at work: an ordered stream of candidates becomes the order that is shown.

use alloc::borrow::Cow;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Action, Attribute, Exclusion, Policy, Rule};
use crate::explain::trace::{RuledOut, Trace};
use crate::item::{ItemIndex, Stock};
use crate::placement::CurrentItem;
use crate::visit::session::Session;

/// An item on its way to a slate.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// Its index, if the snapshot knows it.
    pub index: Option<ItemIndex>,
    /// The store's id.
    pub id: Cow<'a, str>,
    /// What the model says.
    pub score: f32,
    /// Its place in the caller's list.
    pub from_position: Option<u32>,
    /// Stock, category and brand, as far as known.
    pub stock: Stock,
    /// Category path.
    pub category: Option<&'a str>,
    /// Brand.
    pub brand: Option<&'a str>,
    /// Rules that moved it, as positions in the policy.
    pub rules: Vec<u16>,
}

/// What holds in one request.
pub struct PolicyContext<'p, 's> {
    /// The shop's rules.
    pub policy: &'p Policy,
    /// Where the slate is shown.
    pub placement: &'s str,
    /// The shopper's visit: cart and hidden items.
    pub session: &'s Session,
    /// The item whose page this is, or that was touched last.
    pub current: Option<&'s str>,
    /// Places in the slate.
    pub limit: usize,
    /// Now, in milliseconds since 1970: a visit that is over hides nothing.
    pub now_ms: i64,
}

/// Arranges candidates, which come best first: hides and excludes, pins, caps.
///
/// Reads only as many candidates as it takes to fill the slate. A capped item comes back at the end where places
/// would stay empty: a rule about variety never costs the shop a place.
pub fn arrange<'a>(
    context: &PolicyContext<'_, '_>,
    candidates: &mut dyn Iterator<Item = Candidate<'a>>,
    pinned: Vec<(usize, Candidate<'a>)>,
    trace: &mut dyn Trace,
) -> Vec<Candidate<'a>> {
    let mut pinned = places(context, pinned, trace);
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
    let mut rest = candidates.filter(|item| !is_taken(item));
    while slate.len() < context.limit {
        let due = pinned.front().is_some_and(|(position, _)| *position <= slate.len() + 1);
        if let Some((_, item)) = pinned.pop_front_if(|_| due) {
            slate.push(item);
            continue;
        }
        match rest.next() {
            Some(item) if !context.admits(&item, trace) => {}
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
    slate
}

/// The pins that may be shown, by their places; an item that is pinned twice takes the first one.
fn places<'a>(
    context: &PolicyContext<'_, '_>,
    pinned: Vec<(usize, Candidate<'a>)>,
    trace: &mut dyn Trace,
) -> VecDeque<(usize, Candidate<'a>)> {
    let mut placed: VecDeque<(usize, Candidate<'a>)> = VecDeque::with_capacity(pinned.len());
    for (position, item) in by_position(pinned) {
        if placed.iter().all(|(_, other)| other.id != item.id) && context.admits(&item, trace) {
            placed.push_back((position, item));
        }
    }
    placed
}

/// Puts each in its place; of two at one position the earlier rule comes first. A sort would cost browsers 2 KB.
fn by_position(pinned: Vec<(usize, Candidate<'_>)>) -> Vec<(usize, Candidate<'_>)> {
    let mut ordered: Vec<(usize, Candidate<'_>)> = Vec::with_capacity(pinned.len());
    for (position, item) in pinned {
        let before = ordered.partition_point(|(other, _)| *other <= position);
        ordered.insert(before, (position, item));
    }
    ordered
}

impl<'p, 's> PolicyContext<'p, 's> {
    /// The rules that hold here, with their positions in the policy.
    pub fn rules(&self) -> impl Iterator<Item = (u16, &'p Rule)> + use<'p, 's> {
        let (policy, placement) = (self.policy, self.placement);
        (0..)
            .zip(&policy.rules)
            .filter(move |(_, rule)| rule.holds_at(placement))
    }

    /// Whether the item may be shown at all.
    fn admits(&self, item: &Candidate<'_>, trace: &mut dyn Trace) -> bool {
        let verdict = self.verdict(item);
        if let Some(why) = verdict {
            trace.ruled_out(&item.id, why);
        }
        verdict.is_none()
    }

    fn verdict(&self, item: &Candidate<'_>) -> Option<RuledOut> {
        if self.session.is_hidden(&item.id, self.now_ms) {
            return Some(RuledOut::Shopper);
        }
        let hides_current = self.policy.current_item_at(self.placement) == CurrentItem::Hide;
        if hides_current && self.current == Some(&item.id) {
            return Some(RuledOut::CurrentItem);
        }
        let mut rules = self.rules();
        rules
            .find(|(_, rule)| self.rules_out(&rule.action, item))
            .map(|(position, _)| RuledOut::Rule(position))
    }

    fn rules_out(&self, action: &Action, item: &Candidate<'_>) -> bool {
        match action {
            // What was listed stays hidden under any label: whoever makes the model can hide more, and never less.
            Action::Hide { what, items } => {
                what.matches(&item.id, item.category, item.brand)
                    || items.as_ref().is_some_and(|items| is_listed(items, &item.id))
            }
            Action::Exclude(Exclusion::InCart) => self.session.in_cart(&item.id, self.now_ms),
            Action::Exclude(Exclusion::OutOfStock) => item.stock == Stock::Out,
            Action::Cap { .. } | Action::Pin { .. } => false,
        }
    }
}

fn is_listed(items: &[String], id: &str) -> bool {
    items.binary_search_by(|listed| listed.as_str().cmp(id)).is_ok()
}

/// How many items of each category or brand the slate has, rule by rule.
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

    /// Counts the item, or gives it back with the name of the cap that it is over.
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

#[cfg(test)]
mod tests;
