//! A catalog-rich shop that was trained three times with its indexes kept: three runs of ids in any script,
//! categories in levels, brands, likeness by the catalog, items that nobody has bought yet.

use shelfwise_core::ContextKey;
use shelfwise_core::snapshot::{AttributeTable, CellTable, NeighbourTable, SnapshotBuilder};

use super::{bare, in_order, table};

/// Id, run, category, brand. In each run the order is that of ids: by length, then by bytes.
const GOODS: [(&str, u8, Option<u16>, Option<u16>); 30] = [
    ("🍎", 0, Some(3), None),
    ("MILK", 0, Some(1), Some(0)),
    ("milk", 0, Some(1), Some(0)),
    ("soap", 0, Some(5), Some(2)),
    ("bread", 0, Some(0), Some(1)),
    ("bagel", 0, Some(0), Some(1)),
    ("candy", 0, Some(6), None),
    ("yogurt", 0, Some(1), Some(0)),
    ("butter", 0, Some(1), Some(3)),
    ("cheddar", 0, Some(2), Some(3)),
    ("gouda 45 %", 0, Some(2), Some(0)),
    ("milk, 1 l", 1, Some(1), Some(3)),
    ("brie", 1, Some(2), None),
    ("寿司", 1, Some(4), None),
    ("brötchen", 1, Some(0), Some(1)),
    ("crème fraîche", 1, Some(1), Some(3)),
    ("gift-card", 1, None, None),
    ("bananas", 1, Some(3), None),
    ("oranges", 1, Some(3), None),
    ("new-soap", 2, Some(5), Some(2)),
    ("new-milk", 2, Some(1), Some(0)),
    ("new-brie", 2, Some(2), None),
    ("Ä", 2, Some(3), Some(4)),
    ("a\u{308}", 2, Some(3), Some(4)),
    ("حليب", 2, Some(1), None),
    ("shampoo", 2, Some(5), Some(4)),
    ("new-card", 2, None, None),
    ("new-roll", 2, Some(0), Some(1)),
    ("new-fish", 2, Some(4), None),
    ("unsold", 2, Some(6), Some(4)),
];

const CATEGORIES: [&str; 7] = [
    "bakery",
    "chilled > dairy",
    "chilled > dairy > cheese",
    "fresh > fruit",
    "fresh > fish",
    "household",
    "chilledness",
];

const BRANDS: [&str; 5] = ["Alm", "Ofen", "Rein", "Weide", "Ö & Söhne"];

/// Two items and the level of their weight there and back.
const TOGETHER: [(&str, &str, u8, u8); 18] = [
    ("bread", "butter", 15, 14),
    ("bread", "cheddar", 12, 11),
    ("bread", "milk", 11, 10),
    ("butter", "milk", 9, 12),
    ("milk", "yogurt", 13, 13),
    ("yogurt", "bananas", 12, 8),
    ("yogurt", "🍎", 10, 10),
    ("bananas", "oranges", 14, 14),
    ("oranges", "🍎", 11, 12),
    ("bagel", "crème fraîche", 13, 15),
    ("crème fraîche", "寿司", 4, 6),
    ("cheddar", "gouda 45 %", 10, 10),
    ("gouda 45 %", "brie", 10, 10),
    ("brötchen", "butter", 14, 7),
    ("soap", "candy", 2, 3),
    ("milk", "MILK", 1, 1),
    ("milk, 1 l", "bread", 8, 8),
    ("brie", "brötchen", 5, 5),
];

/// The parts of the snapshot.
pub fn parts() -> SnapshotBuilder {
    let runs = [0, 1, 2].map(run);
    let ids: Vec<String> = runs.concat();
    let facts: Vec<_> = ids.iter().map(|id| facts(id)).collect();
    let together = together(&ids);
    SnapshotBuilder {
        alike: Some(alike(&facts)),
        popularity: (0..ids.len())
            .map(|n| if is_new(&ids[n]) { 0 } else { 60 - n as u8 })
            .collect(),
        // Lately it was the other way round.
        recent: (0..ids.len())
            .map(|n| if is_new(&ids[n]) { 0 } else { 30 + n as u8 })
            .collect(),
        top: (0..ids.len() as u32)
            .filter(|n| !is_new(&ids[*n as usize]))
            .take(12)
            .collect(),
        attributes: Some(AttributeTable {
            categories: CATEGORIES.map(String::from).to_vec(),
            brands: BRANDS.map(String::from).to_vec(),
            popular: (0..CATEGORIES.len() as u16)
                .map(|category| members(&facts, category))
                .collect(),
            items: facts,
        }),
        together,
        ..bare(in_order(), runs.to_vec())
    }
}

/// Cells and the items with which visits begin in them, first first. The last two stand in no line with the others.
const BEGINNINGS: [(&str, &[&str]); 8] = [
    (",,,,", &["milk", "bread", "butter"]),
    ("morning", &["bread", "bagel", "brötchen", "milk"]),
    ("morning,weekend", &["brötchen", "bagel", "crème fraîche"]),
    ("evening", &["gouda 45 %", "brie", "寿司"]),
    ("evening,workday,phone", &["寿司", "candy"]),
    ("evening,workday,phone,de", &["brie", "candy", "new-brie"]),
    ("evening,workday,phone,de,AT", &["gift-card", "brie"]),
    (",,desktop,,CH", &["unsold", "new-card"]),
];

/// Where visits begin; each item weighs 40 of 255 less than the one before it.
pub fn cells() -> CellTable {
    let ids: Vec<String> = [0, 1, 2].map(run).concat();
    let index = |name: &str| ids.iter().position(|id| id == name).unwrap_or_default() as u32;
    let list = |items: &[&str]| {
        (0..)
            .zip(items)
            .map(|(at, item)| (index(item), 255 - 40 * at))
            .collect()
    };
    let mut cells: Vec<_> = BEGINNINGS
        .iter()
        .map(|(cell, items)| (ContextKey::parse(cell), list(items)))
        .collect();
    cells.sort_by_key(|(cell, _)| *cell);
    CellTable {
        facts: ContextKey::EVERYTHING,
        share: 192,
        cells,
    }
}

/// Nobody has bought it yet.
fn is_new(id: &str) -> bool {
    id.starts_with("new-") || id == "unsold"
}

fn run(wanted: u8) -> Vec<String> {
    let goods = GOODS.iter().filter(|(_, run, ..)| *run == wanted);
    let mut ids: Vec<String> = goods.map(|(id, ..)| (*id).to_owned()).collect();
    ids.sort_by(|a, b| shelfwise_core::snapshot::compare_ids(a.as_bytes(), b.as_bytes()));
    ids
}

fn facts(id: &str) -> (Option<u16>, Option<u16>) {
    let known = GOODS.iter().find(|(known, ..)| *known == id);
    known.map_or((None, None), |(_, _, category, brand)| (*category, *brand))
}

fn together(ids: &[String]) -> NeighbourTable {
    let index = |name: &str| ids.iter().position(|id| id == name).unwrap_or_default();
    let mut rows = vec![Vec::new(); ids.len()];
    for (a, b, there, back) in TOGETHER {
        rows[index(a)].push((index(b) as u32, there));
        rows[index(b)].push((index(a) as u32, back));
    }
    table(rows)
}

/// Items of one category are alike, more so where the brand is the same.
fn alike(facts: &[(Option<u16>, Option<u16>)]) -> NeighbourTable {
    let row = |own: usize| {
        let others = facts
            .iter()
            .enumerate()
            .filter(|(other, (category, _))| *other != own && category.is_some() && *category == facts[own].0);
        let level = |brand: Option<u16>| {
            if brand.is_some() && brand == facts[own].1 {
                15
            } else {
                11
            }
        };
        others
            .map(|(other, (_, brand))| (other as u32, level(*brand)))
            .collect()
    };
    table((0..facts.len()).map(row).collect())
}

fn members(facts: &[(Option<u16>, Option<u16>)], wanted: u16) -> Vec<u32> {
    let all = (0_u32..)
        .zip(facts)
        .filter(|(_, (category, _))| *category == Some(wanted));
    all.map(|(item, _)| item).take(4).collect()
}
