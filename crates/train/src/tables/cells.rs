//! Cells: where visits begin, by the little that is known before anything happens in them.
//!
//! A cell counts the first events of its visits; baskets, which have no order, count every line. What a cell is too
//! small to tell is taken from its parent, and the whole of a small cell likewise.

use rustc_hash::FxHashMap;
use shelfwise_core::ContextKey;
use shelfwise_core::snapshot::CellTable;
use shelfwise_intake::log::{Click, Log, Order, SessionSpan};

use crate::tables::supporters::Supporters;

/// With fewer visits than this a cell is not told from its parent.
pub const FEWEST_SESSIONS: u32 = 50;

/// The most cells of a snapshot, those of the most visits.
const MOST_CELLS: usize = 256;

/// The most items of a cell: a shelf, and what may stand in for sold-out items.
const LIST: usize = 40;

/// A cell's own counts have as much weight as its parent's shares where it has this many of them.
const PRIOR: f64 = 200.0;

/// What decides how cells are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellOptions {
    /// The facts that tell cells apart, as a mask.
    pub facts: ContextKey,
    /// Share of a cell's list in what is popular, in 256ths.
    pub share: u8,
}

/// The events with which a visit begins.
#[must_use]
pub fn beginning<'a>(log: &'a Log, session: &SessionSpan) -> &'a [Click] {
    let end = match log.order {
        Order::Sequence => session.end.min(session.start + 1),
        Order::Basket => session.end,
    };
    &log.clicks[session.start as usize..end as usize]
}

/// The cells of a log; none where not even all visits together are enough. O(visits), and the first events of each
/// six times.
#[must_use]
pub fn cells(log: &Log, min_support: u32, options: CellOptions) -> Option<CellTable> {
    let counted = Counted::of(log, options.facts);
    let visits = counted
        .cells
        .get(&ContextKey::UNKNOWN)
        .filter(|own| own.is_enough(min_support))?;
    let visits = f64::from(visits.sessions);
    let mut shares: FxHashMap<ContextKey, Vec<(u32, f64)>> = FxHashMap::default();
    let mut cells = Vec::new();
    // Rising, so that parents come before their children.
    for cell in counted.large(min_support) {
        let parent = cell
            .lineage()
            .skip(1)
            .find(|parent| *parent != cell && shares.contains_key(parent));
        let above = parent.map_or(&[][..], |parent| &shares[&parent]);
        let own = shares_of(counted.items_of(cell, min_support), above);
        cells.push((cell, list(&own, visits)));
        shares.insert(cell, own);
    }
    Some(CellTable {
        facts: options.facts,
        share: options.share,
        cells,
    })
}

/// How many visits there are of something, and how many people stand behind them.
#[derive(Clone, Copy, Debug, Default)]
struct Support {
    sessions: u32,
    people: Supporters,
}

impl Support {
    /// Counts one more visit; those of one person come one after another.
    fn add(&mut self, person: u32, nobody: Option<u32>) {
        self.sessions += 1;
        self.people.add(person, nobody);
    }

    const fn is_enough(&self, min_support: u32) -> bool {
        self.sessions >= FEWEST_SESSIONS && self.people.count() >= min_support
    }
}

/// Visits and first events by cell.
struct Counted {
    cells: FxHashMap<ContextKey, Support>,
    items: FxHashMap<ContextKey, FxHashMap<u32, Support>>,
}

impl Counted {
    fn of(log: &Log, facts: ContextKey) -> Self {
        let mut counted = Self {
            cells: FxHashMap::default(),
            items: FxHashMap::default(),
        };
        let mut sessions: Vec<&SessionSpan> = log.sessions.iter().collect();
        sessions.sort_by_key(|session| session.person);
        for session in sessions {
            let mut lineage: Vec<ContextKey> = session.cell.only(facts).lineage().collect();
            lineage.dedup();
            for cell in lineage {
                counted.cells.entry(cell).or_default().add(session.person, log.nobody);
                let items = counted.items.entry(cell).or_default();
                for click in beginning(log, session) {
                    items.entry(click.item).or_default().add(session.person, log.nobody);
                }
            }
        }
        counted
    }

    /// The cells with enough visits behind them, rising.
    fn large(&self, min_support: u32) -> Vec<ContextKey> {
        let enough = self.cells.iter().filter(|(_, own)| own.is_enough(min_support));
        let mut large: Vec<(u32, ContextKey)> = enough.map(|(cell, own)| (own.sessions, *cell)).collect();
        // A parent has no fewer visits than its child, and is the smaller number: it is never cut off first.
        large.sort_unstable_by_key(|(sessions, cell)| (std::cmp::Reverse(*sessions), *cell));
        large.truncate(MOST_CELLS);
        let mut cells: Vec<ContextKey> = large.into_iter().map(|(_, cell)| cell).collect();
        cells.sort_unstable();
        cells
    }

    /// How many began with each item, by rising item; fewer than the floor are none.
    fn items_of(&self, cell: ContextKey, min_support: u32) -> Vec<(u32, u32)> {
        let items = self.items.get(&cell).into_iter().flatten();
        let known = items.filter(|(_, own)| own.people.count() >= min_support);
        let mut items: Vec<(u32, u32)> = known.map(|(item, own)| (*item, own.people.count())).collect();
        items.sort_unstable();
        items
    }
}

/// Shares of a cell's items, by rising item: its own counts, and [`PRIOR`] counts more in the shares of its parent.
fn shares_of(own: Vec<(u32, u32)>, above: &[(u32, f64)]) -> Vec<(u32, f64)> {
    let prior = if above.is_empty() { 0.0 } else { PRIOR };
    let all = own.iter().map(|(_, count)| f64::from(*count)).sum::<f64>() + prior;
    let mut shares: Vec<(u32, f64)> = above.iter().map(|(item, share)| (*item, share * prior / all)).collect();
    for (item, count) in own {
        let count = f64::from(count) / all;
        match shares.binary_search_by_key(&item, |(item, _)| *item) {
            Ok(at) => shares[at].1 += count,
            Err(at) => shares.insert(at, (item, count)),
        }
    }
    shares
}

/// The items with the greatest shares, with weights on the scale on which popularity stands: logarithms of counts.
fn list(shares: &[(u32, f64)], visits: f64) -> Vec<(u32, u8)> {
    let mut shares = shares.to_vec();
    shares.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    shares.truncate(LIST);
    let most = shares.first().map_or(1.0, |(_, share)| libm::log1p(share * visits));
    let weight = |share: f64| libm::round(255.0 * libm::log1p(share * visits) / most) as u8;
    shares.into_iter().map(|(item, share)| (item, weight(share))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{baskets, by_people, log, number};

    const ALL: CellOptions = CellOptions {
        facts: ContextKey::EVERYTHING,
        share: 128,
    };

    /// So many visits that begin with tea in the morning, and with wine in the evening.
    fn day(mornings: usize, evenings: usize) -> Log {
        let mut sessions: Vec<&[&str]> = vec![&["tea", "mug"]; mornings];
        sessions.extend(vec![&["wine", "glass"][..]; evenings]);
        let mut shop = log(&sessions);
        for (at, session) in shop.sessions.iter_mut().enumerate() {
            session.cell = ContextKey::parse(if at < mornings {
                "morning,workday"
            } else {
                "evening,weekend"
            });
        }
        shop
    }

    fn lists(table: &CellTable) -> Vec<String> {
        table.cells.iter().map(|(cell, _)| cell.to_string()).collect()
    }

    #[test]
    fn a_cell_of_fewer_than_fifty_visits_is_its_parent() {
        let table = cells(&day(50, 49), 2, ALL).unwrap();
        assert_eq!(lists(&table), [",,,,", "morning,,,,", "morning,workday,,,"]);
        assert!(cells(&day(25, 24), 2, ALL).is_none(), "not even all visits are enough");
    }

    #[test]
    fn a_cell_begins_with_what_its_visits_begin_with() {
        let shop = day(60, 50);
        let table = cells(&shop, 2, ALL).unwrap();
        let first = |cell: &str| {
            let found = table
                .cells
                .iter()
                .find(|(own, _)| *own == ContextKey::parse(cell))
                .unwrap();
            found.1.iter().map(|(item, _)| *item).collect::<Vec<_>>()
        };
        let (tea, wine) = (number(&shop, "tea"), number(&shop, "wine"));
        assert_eq!(first(""), [tea, wine]);
        assert_eq!(
            first("evening"),
            [wine, tea],
            "what a cell does not tell comes from its parent, behind its own"
        );
        assert!(table.cells.iter().all(|(_, list)| list[0].1 == 255));
    }

    #[test]
    fn in_a_basket_every_line_is_a_first_one() {
        let table = cells(&baskets(&[["tea", "mug"].as_slice(); 50]), 2, ALL).unwrap();
        assert_eq!(table.cells[0].1.len(), 2);
    }

    #[test]
    fn many_visits_of_few_people_say_nothing() {
        let people: Vec<u32> = (0..120).map(|visit| if visit < 60 { 0 } else { visit }).collect();
        let table = cells(&by_people(day(60, 60), &people), 2, ALL).unwrap();
        assert_eq!(lists(&table), [",,,,", "evening,,,,", "evening,weekend,,,"]);
        let wine = number(&day(1, 1), "wine");
        assert!(
            table
                .cells
                .iter()
                .all(|(_, list)| list.iter().all(|(item, _)| *item == wine))
        );
    }

    #[test]
    fn facts_that_are_masked_make_no_cells() {
        let masked = CellOptions {
            facts: ContextKey::PLACE,
            ..ALL
        };
        assert_eq!(lists(&cells(&day(60, 60), 2, masked).unwrap()), [",,,,"]);
    }

    #[test]
    fn of_very_many_cells_those_of_the_most_visits_stay_with_their_parents() {
        let mut shop = log(&[["tea"].as_slice(); 300 * 50]);
        for (at, session) in shop.sessions.iter_mut().enumerate() {
            let (first, second) = (b'a' + (at / 50 / 26) as u8, b'a' + (at / 50 % 26) as u8);
            session.cell = ContextKey::of([b"", b"", b"", &[first, second][..]]);
        }
        let table = cells(&shop, 2, ALL).unwrap();
        assert_eq!(table.cells.len(), MOST_CELLS);
        assert_eq!(table.cells[0].0, ContextKey::UNKNOWN);
    }
}
