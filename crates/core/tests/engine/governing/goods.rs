//! A shop of random goods, with what rules may ask of them.

use std::collections::BTreeSet;

use shelfwise_core::policy::FactSource;
use shelfwise_core::snapshot::{AttributeTable, Meta, NeighbourTable, Scoring, SnapshotBuilder, Support};
use shelfwise_core::{ItemIndex, Stock};

pub const CATEGORIES: [&str; 4] = ["Shoes", "Shoes > Boots", "Bags", "Hats"];
pub const BRANDS: [&str; 3] = ["Alba", "Fjord", "Mont"];
pub const SEASONS: [&str; 2] = ["summer", "winter"];

/// A small generator, the same everywhere: [splitmix64](https://doi.org/10.1145/2660193.2660195).
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub fn is(&mut self, of_hundred: usize) -> bool {
        self.below(100) < of_hundred
    }
}

/// One item, with all that rules may ask of it.
#[derive(Clone, Debug)]
pub struct Goods {
    pub id: String,
    pub category: Option<&'static str>,
    pub brand: Option<&'static str>,
    pub rating: Option<i32>,
    pub season: Option<usize>,
    pub price: Option<i32>,
    pub units: Option<i32>,
    pub stock: Stock,
    /// What it is worth to the shop, 0 to 15.
    pub worth: Option<i32>,
}

/// The facts file of the goods: in the order of the snapshot's items.
#[derive(Debug)]
pub struct Table(pub Vec<Goods>);

impl FactSource for Table {
    fn column(&self, name: &str) -> Option<u16> {
        ["rating", "season", "price", "worth", "stock"]
            .iter()
            .position(|known| *known == name)
            .map(|at| at as u16)
    }

    fn value(&self, column: u16, item: ItemIndex) -> Option<i32> {
        let goods = self.0.get(item.as_usize())?;
        match column {
            0 => goods.rating,
            1 => goods.season.map(|season| season as i32),
            2 => goods.price,
            3 => goods.worth,
            _ => goods.units,
        }
    }

    fn code(&self, column: u16, text: &str) -> Option<i32> {
        (column == 1).then(|| SEASONS.iter().position(|known| *known == text).map(|at| at as i32))?
    }
}

/// A shop: its model, and the goods of it.
pub struct Shop {
    pub snapshot: Vec<u8>,
    pub hit_curve: Vec<u16>,
    pub goods: Vec<Goods>,
}

/// How probable a hit is by rank, in 65,536ths, falling: steep or flat, over some ranks.
fn hit_curve(chance: &mut Chance) -> Vec<u16> {
    let mut curve: Vec<u16> = (0..1 + chance.below(24))
        .map(|_| 1 + chance.below(9_000) as u16)
        .collect();
    curve.sort_unstable_by(|a, b| b.cmp(a));
    curve
}

pub fn shop(chance: &mut Chance) -> Shop {
    let count = 6 + chance.below(18);
    let category = |chance: &mut Chance| (!chance.is(10)).then(|| chance.below(4) as u16);
    let brand = |chance: &mut Chance| (!chance.is(10)).then(|| chance.below(3) as u16);
    let attributes: Vec<_> = (0..count).map(|_| (category(chance), brand(chance))).collect();
    let rows = (0..count).map(|_| {
        let others: BTreeSet<u32> = (0..chance.below(4)).map(|_| chance.below(count) as u32).collect();
        others
            .into_iter()
            .map(|other| (other, chance.below(16) as u8))
            .collect()
    });
    let rows = rows.collect::<Vec<Vec<_>>>().into_iter().enumerate();
    let rows = rows.map(|(at, row)| row.into_iter().filter(|(other, _)| *other as usize != at).collect());
    let ids: Vec<String> = (0..count).map(|at| format!("i{at:02}")).collect();
    let builder = SnapshotBuilder {
        meta: Meta {
            trained_until_ms: 1_700_000_000_000,
            min_support: 2,
            support: Support::People,
            scoring: Scoring {
                decay: [1.0; 20],
                event_weight: [1.0; 16],
                two_hop: 0.5,
                two_hop_signals: 1,
                seen: 0.25,
                current: 0.25,
                alike: 0.0,
            },
        },
        id_runs: vec![ids.clone()],
        together: NeighbourTable {
            weights: std::array::from_fn(|level| (level + 1) as f32 / 16.0),
            rows: rows.collect(),
        },
        popularity: (0..count).map(|_| chance.below(64) as u8).collect(),
        recent: vec![0; count],
        top: vec![],
        hit_curve: Some(hit_curve(chance)),
        attributes: Some(AttributeTable {
            categories: CATEGORIES.map(String::from).into(),
            brands: BRANDS.map(String::from).into(),
            items: attributes.clone(),
            popular: vec![vec![]; CATEGORIES.len()],
        }),
        ..SnapshotBuilder::default()
    };
    let some = |chance: &mut Chance, end: usize| (!chance.is(25)).then(|| chance.below(end) as i32);
    let goods = ids.into_iter().zip(attributes).map(|(id, (category, brand))| Goods {
        id,
        category: category.map(|at| CATEGORIES[usize::from(at)]),
        brand: brand.map(|at| BRANDS[usize::from(at)]),
        rating: some(chance, 50),
        season: some(chance, 2).map(|season| season as usize),
        price: some(chance, 3000),
        units: some(chance, 5),
        stock: [Stock::Unknown, Stock::In, Stock::Out, Stock::Backorder][chance.below(4)],
        worth: some(chance, 16),
    });
    let goods = goods.collect();
    Shop {
        snapshot: builder.build().unwrap(),
        hit_curve: builder.hit_curve.unwrap_or_default(),
        goods,
    }
}
