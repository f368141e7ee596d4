//! Indirect links: joins items that few people saw together, through other items.
//!
//! The support floor leaves rare items with few neighbours or none, though several people may have seen such an item
//! with similar things. An indirect link joins two items if at least as many different people as the floor requires saw
//! the one together with the other, or with items whose published rows contain the other. So no indirect link depends
//! on one person alone, its far end was published before, and it reveals less about a person than a pair at the floor
//! does. Thresholds are not differential privacy.

use rayon::prelude::*;
use serde::Serialize;

use crate::aggregates::supporters::Supporters;
use crate::aggregates::{Aggregates, PersonPairs};
use crate::tables::weigh::{Norms, Weighted, strongest};

/// Options of indirect links.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LinkOptions {
    /// Items with fewer co-occurrence neighbours get indirect links up to this number.
    pub fill: usize,
    /// Weight of an indirect link relative to a pair with as many co-occurrences.
    pub factor: f64,
}

/// Links found from one end are kept up to this multiple of the row's free entries, because the other end may use them.
const SPARE: usize = 4;

/// Finds indirect links for the items whose rows of `together` are short: for each item by decreasing weight.
///
/// O(co-occurrences of those items · neighbours). The same log gives the same links, on any number of cores.
#[must_use]
pub fn indirect_links(
    aggregates: &Aggregates<'_>,
    together: &[Vec<Weighted>],
    min_support: u32,
    options: LinkOptions,
) -> Vec<Vec<Weighted>> {
    let builder = Builder {
        person_pairs: &*aggregates.person_pairs,
        together,
        published: aggregates.totals.published,
        floor: min_support,
        fill: options.fill,
    };
    let count = aggregates.items.len();
    let items = 0..count as u32;
    let from_one_end: Vec<Vec<Weighted>> = items
        .into_par_iter()
        .map_init(
            || Row::new(count, aggregates.totals.nobody),
            |row, item| builder.row(item, row),
        )
        .collect();
    let norms = Norms::of(&aggregates.pairs);
    let weigh = |(own, sums): (usize, Vec<Weighted>)| {
        let weighted = sums.into_iter().map(|to| Weighted {
            weight: options.factor * norms.weight(to.weight, own as u32, to.item),
            ..to
        });
        strongest(weighted.collect(), options.fill.saturating_sub(together[own].len()))
    };
    let both = builder.join_both_ends(from_one_end);
    both.into_par_iter().enumerate().map(weigh).collect()
}

struct Builder<'a> {
    person_pairs: &'a dyn PersonPairs,
    together: &'a [Vec<Weighted>],
    published: usize,
    floor: u32,
    fill: usize,
}

impl Builder<'_> {
    /// Returns the number of free entries in the item's row.
    fn lacks(&self, item: u32) -> usize {
        self.fill.saturating_sub(self.together[item as usize].len())
    }

    fn are_together(&self, item: u32, other: u32) -> bool {
        self.together[item as usize].iter().any(|own| own.item == other)
    }

    /// Returns the indirect links from the co-occurrences of `item`.
    fn row(&self, item: u32, row: &mut Row) -> Vec<Weighted> {
        let lacks = self.lacks(item);
        if lacks == 0 || item as usize >= self.published {
            return Vec::new();
        }
        for seen in self.person_pairs.with(item) {
            row.add(seen.person, seen.item, seen.weight as f64);
            for step in &self.together[seen.item as usize] {
                row.add(seen.person, step.item, seen.weight as f64 * step.weight);
            }
        }
        let mut found = row.take(self.floor);
        found.retain(|to| to.item != item && (to.item as usize) < self.published && !self.are_together(item, to.item));
        strongest(found, lacks * SPARE)
    }

    /// Adds each link at its other end as well, if that end has free entries.
    fn join_both_ends(&self, from_one_end: Vec<Vec<Weighted>>) -> Vec<Vec<Weighted>> {
        let mut both = from_one_end.clone();
        for (own, row) in (0..).zip(from_one_end) {
            for to in row.into_iter().filter(|to| self.lacks(to.item) > 0) {
                both[to.item as usize].push(Weighted { item: own, ..to });
            }
        }
        both.par_iter_mut().for_each(add_up);
        both
    }
}

/// Adds up the weights of the same item.
fn add_up(row: &mut Vec<Weighted>) {
    row.sort_by_key(|to| to.item);
    row.dedup_by(|next, kept| {
        let same = next.item == kept.item;
        if same {
            kept.weight += next.weight;
        }
        same
    });
}

/// A dense row under construction; people must be added one after another.
struct Row {
    weight: Vec<f64>,
    support: Vec<Supporters>,
    nobody: Option<u32>,
    touched: Vec<u32>,
}

impl Row {
    fn new(items: usize, nobody: Option<u32>) -> Self {
        Self {
            weight: vec![0.0; items],
            support: vec![Supporters::default(); items],
            nobody,
            touched: Vec::new(),
        }
    }

    fn add(&mut self, person: u32, item: u32, weight: f64) {
        let at = item as usize;
        if self.support[at].count() == 0 {
            self.touched.push(item);
        }
        self.support[at].add(person, self.nobody);
        self.weight[at] += weight;
    }

    /// Takes the links with enough supporters.
    fn take(&mut self, floor: u32) -> Vec<Weighted> {
        let mut found = Vec::new();
        for item in self.touched.drain(..) {
            let at = item as usize;
            if self.support[at].count() >= floor {
                found.push(Weighted {
                    item,
                    weight: self.weight[at],
                });
            }
            (self.weight[at], self.support[at]) = Default::default();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregates::Source;
    use crate::shop::{by_people, log, number, plain_options};
    use crate::tables::weigh::weigh;
    use shelfwise_intake::log::Log;
    use std::collections::{BTreeMap, BTreeSet};

    const FLOOR: u32 = 2;

    fn tables(log: &Log, fill: usize) -> (Vec<Vec<Weighted>>, Vec<Vec<Weighted>>) {
        let aggregates = log.count(&plain_options().counting(usize::MAX));
        let together = weigh(&aggregates.pairs, FLOOR, 1.0, 30);
        let options = LinkOptions { fill, factor: 0.3 };
        let links = indirect_links(&aggregates, &together, FLOOR, options);
        (together, links)
    }

    fn joined<'a>(log: &'a Log, bridged: &[Vec<Weighted>], id: &str) -> Vec<&'a str> {
        let row = bridged[number(log, id) as usize].iter();
        let mut ids: Vec<&str> = row.map(|to| log.items[to.item as usize].as_str()).collect();
        ids.sort_unstable();
        ids
    }

    const CAMPING: [&[&str]; 4] = [
        &["tent", "peg"],
        &["tent", "peg"],
        &["lantern", "tent"],
        &["lantern", "peg"],
    ];

    #[test]
    fn rare_item_of_two_people_is_linked_to_similar_items() {
        let shop = log(&CAMPING);
        let (together, bridged) = tables(&shop, 10);
        assert!(together[number(&shop, "lantern") as usize].is_empty());
        assert_eq!(joined(&shop, &bridged, "lantern"), ["peg", "tent"]);
        assert_eq!(joined(&shop, &bridged, "tent"), ["lantern"], "it leads both ways");
    }

    #[test]
    fn one_person_alone_links_nothing() {
        let alone = log(&[
            &["tent", "peg"],
            &["tent", "peg"],
            &["lantern", "tent", "peg", "lantern"],
        ]);
        assert_eq!(joined(&alone, &tables(&alone, 10).1, "lantern"), Vec::<&str>::new());
        let household = by_people(log(&CAMPING), &[0, 1, 2, 2]);
        assert_eq!(
            joined(&household, &tables(&household, 10).1, "lantern"),
            Vec::<&str>::new()
        );
    }

    #[test]
    fn row_that_is_long_enough_gets_no_indirect_links() {
        let shop = log(&CAMPING);
        let bridged = tables(&shop, 1).1;
        assert_eq!(joined(&shop, &bridged, "tent"), Vec::<&str>::new());
        assert_eq!(
            joined(&shop, &bridged, "lantern").len(),
            1,
            "the heaviest one fills the row"
        );
    }

    /// Returns sessions of three to five items as random walks through a shop of forty.
    fn wanderings() -> Vec<Vec<String>> {
        let mut roll = crate::shop::dice::dice(7);
        let mut wander = |_| {
            let start = roll(40);
            (0..3 + roll(3))
                .map(|_| format!("item {}", (start + roll(6)) % 40))
                .collect()
        };
        (0..60).map(&mut wander).collect()
    }

    #[test]
    fn indirect_links_have_as_many_people_as_the_floor() {
        let sessions = wanderings();
        let ids: Vec<Vec<&str>> = sessions
            .iter()
            .map(|ids| ids.iter().map(String::as_str).collect())
            .collect();
        let shop = log(&ids.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let (together, bridged) = tables(&shop, 20);
        let mut seen: BTreeMap<u32, Vec<BTreeSet<u32>>> = BTreeMap::new();
        for span in &shop.sessions {
            let clicks = &shop.clicks[span.start as usize..span.end as usize];
            let items: BTreeSet<u32> = clicks.iter().map(|click| click.item).collect();
            for item in &items {
                seen.entry(*item).or_default().push(items.clone());
            }
        }
        let leads = |from: u32, to: u32| from == to || together[from as usize].iter().any(|step| step.item == to);
        let supporters = |near: u32, far: u32| {
            let people = seen[&near].iter();
            people
                .filter(|items| items.iter().any(|other| *other != near && leads(*other, far)))
                .count()
        };
        let mut all = 0;
        for (own, row) in (0..).zip(&bridged) {
            for to in row {
                let support = supporters(own, to.item).max(supporters(to.item, own));
                assert!(support >= FLOOR as usize, "{own} to {}: {support}", to.item);
                assert!(!leads(own, to.item), "{own} to {} is there already", to.item);
                all += 1;
            }
        }
        assert!(all > 100, "{all} bridges");
    }
}
