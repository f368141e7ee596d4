//! A log of unordered baskets with a flat catalog: the corner shop.

use shelfwise_core::snapshot::{AttributeTable, SnapshotBuilder};

use super::{bare, table, unordered};

const IDS: [&str; 12] = [
    "ham",
    "jam",
    "tea",
    "eggs",
    "rice",
    "salsa",
    "beer",
    "chips",
    "butter",
    "cheese",
    "coffee",
    "tortillas",
];

/// Sorted as ids are, by length and then by bytes; popularity falls with the place in the list above.
pub fn parts() -> SnapshotBuilder {
    let mut ids = IDS.map(String::from).to_vec();
    ids.sort_by(|a, b| shelfwise_core::snapshot::compare_ids(a.as_bytes(), b.as_bytes()));
    let index = |name: &str| ids.iter().position(|id| id == name).unwrap_or_default() as u32;
    let mut rows = vec![Vec::new(); ids.len()];
    for (a, b, level) in PAIRS {
        rows[index(a) as usize].push((index(b), level));
        rows[index(b) as usize].push((index(a), level));
    }
    let popular: Vec<u32> = IDS.iter().map(|id| index(id)).collect();
    let mut levels = vec![0; ids.len()];
    for (rank, item) in popular.iter().enumerate() {
        levels[*item as usize] = 60 - 5 * rank as u8;
    }
    SnapshotBuilder {
        together: table(rows),
        recent: levels.clone(),
        popularity: levels,
        top: popular[..6].to_vec(),
        attributes: Some(AttributeTable {
            categories: vec!["drinks".into(), "food".into()],
            brands: vec![],
            items: ids.iter().map(|id| (Some(category(id)), None)).collect(),
            popular: vec![
                ["tea", "beer"].map(index).to_vec(),
                ["ham", "jam", "eggs"].map(index).to_vec(),
            ],
        }),
        ..bare(unordered(), vec![ids])
    }
}

fn category(id: &str) -> u16 {
    u16::from(!["tea", "beer", "coffee"].contains(&id))
}

/// Two items and the level of their weight, the same both ways.
const PAIRS: [(&str, &str, u8); 12] = [
    ("tortillas", "salsa", 15),
    ("tortillas", "cheese", 13),
    ("tortillas", "beer", 9),
    ("salsa", "chips", 14),
    ("salsa", "beer", 10),
    ("chips", "beer", 12),
    ("ham", "cheese", 11),
    ("ham", "eggs", 12),
    ("eggs", "butter", 10),
    ("jam", "butter", 12),
    ("jam", "tea", 6),
    ("coffee", "tea", 2),
];
