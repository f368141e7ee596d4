//! Rules about the mix of a slate: caps, shares, and items that are alike kept apart.

use alloc::vec::Vec;

use super::admit::PolicyContext;
use super::candidate::Candidate;
use super::directive::{Directive, attribute};
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
pub struct Balance<'p, 's, 'c> {
    context: &'c PolicyContext<'p, 's>,
    caps: Vec<Cap>,
    shares: Vec<Share<'p>>,
    spreads: Vec<(u16, &'p Directive)>,
}

/// How many items of each name there are, for one cap.
struct Cap {
    rule: u16,
    by: Attribute,
    max: u16,
    counts: Vec<(alloc::string::String, u16)>,
}

struct Share<'p> {
    rule: u16,
    directive: &'p Directive,
    count: u16,
}

impl<'p, 's, 'c> Balance<'p, 's, 'c> {
    pub fn new(context: &'c PolicyContext<'p, 's>) -> Self {
        let caps = context.rules().filter_map(|(rule, content)| match content.action {
            Action::Cap { by, max } => Some(Cap {
                rule,
                by,
                max,
                counts: Vec::new(),
            }),
            _ => None,
        });
        let share = |(rule, directive)| Share {
            rule,
            directive,
            count: 0,
        };
        Self {
            caps: caps.collect(),
            shares: context.directives(Verb::Share).into_iter().map(share).collect(),
            spreads: context.directives(Verb::Spread),
            context,
        }
    }

    /// Counts an item that stands in the slate.
    pub fn count(&mut self, item: &Candidate<'_>) {
        for cap in &mut self.caps {
            let Some(name) = attribute_of(item, cap.by) else {
                continue;
            };
            match cap.counts.iter_mut().find(|(known, _)| known == name) {
                Some((_, count)) => *count = count.saturating_add(1),
                None => cap.counts.push((name.into(), 1)),
            }
        }
        for share in &mut self.shares {
            if self.context.means(share.directive, item) {
                share.count = share.count.saturating_add(1);
            }
        }
    }

    /// Returns the gravest breach, if the item came next. `pinned` tells how many of the first places are promised to pins.
    pub fn breach(
        &self,
        item: &Candidate<'_>,
        slate: &[Candidate<'_>],
        pinned: impl Fn(usize) -> usize,
    ) -> Option<Breach> {
        let cap = self
            .caps
            .iter()
            .find(|cap| cap.is_full(item))
            .map(|cap| Breach::Cap(cap.rule));
        cap.or_else(|| self.needed(item, slate.len(), pinned).map(|_| Breach::Needed))
            .or_else(|| self.share(item, slate.len()))
            .or_else(|| self.spread(item, slate))
    }

    /// Returns the share that needs the place, if the item is none of it.
    fn needed(&self, item: &Candidate<'_>, place: usize, pinned: impl Fn(usize) -> usize) -> Option<u16> {
        let mut short = self.short(place, pinned);
        short
            .find(|share| !self.context.means(share.directive, item))
            .map(|share| share.rule)
    }

    /// Returns the share that needs the place, if the item is one of it.
    pub fn filled(&self, item: &Candidate<'_>, place: usize, pinned: impl Fn(usize) -> usize) -> Option<u16> {
        let mut short = self.short(place, pinned);
        short
            .find(|share| self.context.means(share.directive, item))
            .map(|share| share.rule)
    }

    /// Returns the shares that need all of the places that they have left.
    fn short(&self, place: usize, pinned: impl Fn(usize) -> usize) -> impl Iterator<Item = &Share<'p>> {
        self.shares.iter().filter(move |share| {
            let end = usize::from(share.directive.of_first).min(self.context.limit);
            let missing = usize::from(share.directive.amount.saturating_sub(share.count));
            let free = end.saturating_sub(place).saturating_sub(pinned(end));
            missing > 0 && free > 0 && missing >= free
        })
    }

    fn share(&self, item: &Candidate<'_>, place: usize) -> Option<Breach> {
        let mut full = self.shares.iter().filter(|share| {
            let directive = share.directive;
            place < usize::from(directive.of_first) && share.count >= directive.most
        });
        full.find(|share| self.context.means(share.directive, item))
            .map(|share| Breach::Share(share.rule))
    }

    fn spread(&self, item: &Candidate<'_>, slate: &[Candidate<'_>]) -> Option<Breach> {
        let mut spreads = self.spreads.iter();
        spreads
            .find(|(_, rule)| {
                let mut close = slate.iter().rev().take(rule.amount.into());
                close.any(|other| is_alike(rule.by, item, other))
            })
            .map(|(rule, _)| Breach::Spread(*rule))
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
