//! Rules about the mix of a slate: caps, shares, and items that are alike kept apart.

use alloc::vec::Vec;

use super::admit::{Directed, PolicyContext};
use super::candidate::Candidate;
use super::directive::attribute;
use super::pool::Pool;
use super::{Action, Attribute, Verb};

/// Which rule about the mix an item would break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// It is like one close before it, as this rule says.
    Spread(u16),
    /// There are enough of its share.
    Share(u16),
    /// The place is needed for another share.
    Needed,
    /// There are enough of its category or brand.
    Cap(u16),
}

impl Breach {
    /// The weight of a cap, which gives way last.
    pub const CAP: u8 = 3;

    /// Returns how grave it is; what is lighter gives way first.
    pub const fn weight(self) -> u8 {
        match self {
            Self::Spread(_) => 1,
            Self::Share(_) | Self::Needed => 2,
            Self::Cap(_) => Self::CAP,
        }
    }
}

/// What the slate has of each category, brand and share.
pub struct Balance<'p> {
    limit: usize,
    caps: Vec<Cap>,
    shares: Vec<Share<'p>>,
    /// How many of the first places shares are about.
    shared: usize,
    spreads: Vec<Directed<'p>>,
}

/// How many items of each name there are, for one cap.
struct Cap {
    rule: u16,
    by: Attribute,
    max: u16,
    counts: Vec<(alloc::string::String, u16)>,
}

struct Share<'p> {
    rule: Directed<'p>,
    count: u16,
}

impl<'p> Balance<'p> {
    pub fn new(context: &PolicyContext<'p, '_>) -> Self {
        let caps = context.rules().filter_map(|(rule, content)| match content.action {
            Action::Cap { by, max } => Some(Cap {
                rule,
                by,
                max,
                counts: Vec::new(),
            }),
            _ => None,
        });
        let shares = context.directives(Verb::Share);
        let of_first = |rule: &Directed<'_>| usize::from(rule.directive.of_first);
        Self {
            shared: shares.iter().map(of_first).max().unwrap_or_default(),
            limit: context.limit,
            caps: caps.collect(),
            shares: shares.into_iter().map(|rule| Share { rule, count: 0 }).collect(),
            spreads: context.directives(Verb::Spread),
        }
    }

    /// Counts an item that stands at a place of the slate, counted from 0.
    pub fn count(&mut self, pool: &Pool<'_, '_>, row: usize, place: usize) {
        let Some(item) = pool.item(row) else { return };
        for cap in &mut self.caps {
            let Some(name) = attribute_of(item, cap.by) else {
                continue;
            };
            match cap.counts.iter_mut().find(|(known, _)| known == name) {
                Some((_, count)) => *count = count.saturating_add(1),
                None => cap.counts.push((name.into(), 1)),
            }
        }
        if place >= self.shared {
            return;
        }
        for share in &mut self.shares {
            if pool.means(share.rule.place, row) {
                share.count = share.count.saturating_add(1);
            }
        }
    }

    /// Returns the gravest breach, if the item came next. `pinned` tells how many of the first places are promised to pins.
    pub fn breach(
        &self,
        pool: &Pool<'_, '_>,
        row: usize,
        slate: &[usize],
        pinned: impl Fn(usize) -> usize,
    ) -> Option<Breach> {
        let item = pool.item(row)?;
        if let Some(cap) = self.caps.iter().find(|cap| cap.is_full(item)) {
            return Some(Breach::Cap(cap.rule));
        }
        if slate.len() < self.shared {
            let means = |share: &&Share<'_>| pool.means(share.rule.place, row);
            if self.short(slate.len(), pinned).any(|share| !means(&share)) {
                return Some(Breach::Needed);
            }
            let is_full = |share: &&Share<'_>| {
                let directive = share.rule.directive;
                slate.len() < usize::from(directive.of_first) && share.count >= directive.most
            };
            if let Some(full) = self.shares.iter().find(|share| is_full(share) && means(share)) {
                return Some(Breach::Share(full.rule.number));
            }
        }
        self.spread(pool, item, slate)
    }

    /// Returns the share that needs the place, if the item is one of it.
    pub fn filled(
        &self,
        pool: &Pool<'_, '_>,
        row: usize,
        place: usize,
        pinned: impl Fn(usize) -> usize,
    ) -> Option<u16> {
        let mut short = self.short(place, pinned);
        short
            .find(|share| pool.means(share.rule.place, row))
            .map(|share| share.rule.number)
    }

    /// Returns the shares that need all of the places that they have left.
    fn short(&self, place: usize, pinned: impl Fn(usize) -> usize) -> impl Iterator<Item = &Share<'p>> {
        self.shares.iter().filter(move |share| {
            let directive = share.rule.directive;
            let missing = usize::from(directive.amount.saturating_sub(share.count));
            let end = usize::from(directive.of_first).min(self.limit);
            if missing == 0 || place >= end {
                return false;
            }
            let free = (end - place).saturating_sub(pinned(end));
            free > 0 && missing >= free
        })
    }

    fn spread(&self, pool: &Pool<'_, '_>, item: &Candidate<'_>, slate: &[usize]) -> Option<Breach> {
        if item.category.is_none() && item.brand.is_none() {
            return None;
        }
        let mut spreads = self.spreads.iter();
        spreads
            .find(|rule| {
                let mut close = slate.iter().rev().take(rule.directive.amount.into());
                close.any(|row| {
                    let other = pool.item(*row);
                    other.is_some_and(|other| is_alike(rule.directive.by, item, other))
                })
            })
            .map(|rule| Breach::Spread(rule.number))
    }
}

impl Cap {
    fn is_full(&self, item: &Candidate<'_>) -> bool {
        let Some(name) = attribute_of(item, self.by) else {
            return false;
        };
        let count = self
            .counts
            .iter()
            .find(|(known, _)| known == name)
            .map_or(0, |(_, count)| *count);
        count >= self.max
    }
}

fn attribute_of<'i>(item: &'i Candidate<'_>, by: Attribute) -> Option<&'i str> {
    match by {
        Attribute::Category => item.category,
        Attribute::Brand => item.brand,
    }
}

/// Returns whether two items have one of the attributes in common.
fn is_alike(by: u8, one: &Candidate<'_>, other: &Candidate<'_>) -> bool {
    let same = |bit, one: Option<&str>, other| by & bit != 0 && one.is_some() && one == other;
    same(attribute::CATEGORY, one.category, other.category) || same(attribute::BRAND, one.brand, other.brand)
}
