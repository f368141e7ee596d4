//! Counts of another engine as a source of training.

use std::sync::Arc;

use shelfwise_intake::log::{Click, Log};

use super::Counts;
use super::read::{PartTables, Tables};
use crate::aggregates::contexts::{ContextCounts, KeyCounts};
use crate::aggregates::items::ItemCounts;
use crate::aggregates::pairs::{Pair, PairTable};
use crate::aggregates::{Aggregates, CountOptions, PersonPair, PersonPairs, Source, Totals};
use crate::tables::indexing::Indexing;
use crate::train::Input;
use crate::tune::hold_out::HoldOuts;
use shelfwise_intake::log::Order;

/// Which sessions are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    All,
    /// Those before the hold-out.
    Early,
}

/// Counts numbered by an indexing.
#[derive(Clone, Debug)]
pub struct NumberedCounts {
    tables: Arc<Tables>,
    part: Part,
    /// Index of each of the counted items.
    index: Arc<Vec<u32>>,
    /// Ids by index.
    ids: Arc<Vec<String>>,
}

impl Input for Counts {
    type Source = NumberedCounts;

    fn ids(&self) -> &[String] {
        &self.tables.ids
    }

    fn items(&self, since_ms: Option<i64>) -> Vec<ItemCounts> {
        self.tables.parts[0].items_since(since_ms).collect()
    }

    fn is_dated(&self) -> bool {
        self.tables.manifest.last_ms > 0
    }

    fn numbered(&self, indexing: &Indexing) -> NumberedCounts {
        let by_id = indexing.by_id();
        // An indexing has every id of its input.
        let index = self.tables.ids.iter().map(|id| by_id[id.as_str()]).collect();
        NumberedCounts {
            tables: Arc::clone(&self.tables),
            part: Part::All,
            index: Arc::new(index),
            ids: Arc::new(indexing.ids().cloned().collect()),
        }
    }

    fn hold_outs(&self, numbered: &NumberedCounts) -> HoldOuts<NumberedCounts> {
        let early = NumberedCounts {
            part: Part::Early,
            ..numbered.clone()
        };
        HoldOuts {
            newest: Some((early, numbered.sample())),
            crossed: None,
        }
    }
}

impl Source for NumberedCounts {
    fn count(&self, options: &CountOptions) -> Aggregates<'_> {
        let (tables, own) = (&self.tables, self.own());
        let manifest = &tables.manifest;
        let sessions = match self.part {
            Part::All => i64::from(manifest.sessions),
            Part::Early => tables.totals.early_sessions,
        };
        let mut items = vec![ItemCounts::default(); self.ids.len()];
        for (counts, index) in own.items_since(options.since_ms).zip(&*self.index) {
            items[*index as usize] = counts;
        }
        Aggregates {
            totals: Totals {
                order: manifest.order(),
                support: manifest.support(),
                people: manifest.supporters(),
                nobody: manifest.nobody(),
                published: options.published.min(self.ids.len()),
                sessions: sessions as usize,
                last_ms: manifest.last_ms,
                people_since: tables.totals.fresh_people as u32,
            },
            items,
            pairs: self.pairs(options),
            contexts: own
                .contexts
                .iter()
                .map(|counts| self.context(counts, options))
                .collect(),
            person_pairs: Box::new(NoPersonPairs),
        }
    }
}

impl NumberedCounts {
    fn own(&self) -> &PartTables {
        match self.part {
            Part::All => &self.tables.parts[0],
            Part::Early => &self.tables.parts[1],
        }
    }

    /// Returns the hold-out with items numbered by the indexing.
    fn sample(&self) -> Log {
        let mut log = self.tables.sample.clone();
        log.items.clone_from(&self.ids);
        let numbered = |click: &mut Click| click.item = self.index[click.item as usize];
        log.clicks.iter_mut().for_each(numbered);
        log
    }

    fn pairs(&self, options: &CountOptions) -> PairTable {
        let mut table = PairTable {
            rows: vec![Vec::new(); self.ids.len()],
            since: vec![Vec::new(); self.ids.len()],
            sums: vec![0; self.ids.len()],
            distinct: self.tables.totals.distinct_pairs as u64,
        };
        for (sum, index) in self.own().sums.iter().zip(&*self.index) {
            table.sums[*index as usize] = *sum;
        }
        let pairs = &self.tables.pairs;
        let mut rows: Vec<Vec<(Pair, u32)>> = vec![Vec::new(); self.ids.len()];
        for at in 0..pairs.rows() {
            let [a, b, all @ ..] = pairs.row(at);
            let [weight, after, before, support, since] = match self.part {
                Part::All => [all[0], all[1], all[2], all[3], all[8]],
                Part::Early => [all[4], all[5], all[6], all[7], all[7]],
            };
            let [a, b] = [a, b].map(|item| self.index[item as usize]);
            if support < i64::from(options.min_support) || a.max(b) as usize >= options.published {
                continue;
            }
            let [after, before] = match self.tables.manifest.order() {
                Order::Sequence => [after, before],
                Order::Basket => [weight, weight],
            };
            for (own, item, ahead) in [(a, b, after), (b, a, before)] {
                let pair = Pair {
                    item,
                    support: support as u32,
                    weight: weight as u64,
                    ahead: ahead as u64,
                };
                rows[own as usize].push((pair, since as u32));
            }
        }
        for (at, mut row) in rows.into_iter().enumerate() {
            row.sort_unstable_by_key(|(pair, _)| pair.item);
            (table.rows[at], table.since[at]) = row.into_iter().unzip();
        }
        table
    }

    fn context(&self, counts: &ContextCounts, options: &CountOptions) -> ContextCounts {
        let key = |own: &KeyCounts| {
            let items = own
                .items
                .iter()
                .map(|(item, people)| (self.index[*item as usize], *people));
            let supported =
                |(item, people): &(u32, u32)| (*item as usize) < options.published && *people >= options.min_support;
            let mut items: Vec<(u32, u32)> = items.filter(supported).collect();
            items.sort_unstable();
            KeyCounts { items, ..*own }
        };
        let keys = counts.keys.iter().filter(|own| own.is_enough(options.min_support));
        ContextCounts {
            keys: keys.map(key).collect(),
            ..*counts
        }
    }
}

impl PartTables {
    /// Returns the counts of items; without a time all supporters are since then, as in counting a log.
    fn items_since(&self, since_ms: Option<i64>) -> impl Iterator<Item = ItemCounts> {
        self.items.iter().map(move |own| ItemCounts {
            since: if since_ms.is_some() { own.since } else { own.supporters },
            ..*own
        })
    }
}

/// What each person saw never leaves the engine that counts.
#[derive(Debug)]
struct NoPersonPairs;

impl PersonPairs for NoPersonPairs {
    fn with(&self, _item: u32) -> Vec<PersonPair> {
        Vec::new()
    }
}
