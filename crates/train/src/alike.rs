//! Likeness by the catalog: category, brand, price and the words of the title.
//!
//! It speaks where the support floor left an item few neighbours, and for items that nobody has seen yet.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::catalog::CatalogItem;
use crate::weigh::{Weighted, strongest};

/// An item with fewer neighbours seen together than this gets likenesses up to this number.
pub const NEIGHBOURS: usize = 10;

/// A trait that more items share tells too little for what it costs to look through them.
const COMMON: usize = 2_000;

/// Finds for every item its likenesses: `wanted[i]` of them for item `i`, by falling likeness.
///
/// `items[i]` is what the catalog says of item `i`. Likeness is the cosine of the traits, each weighed by its
/// inverse document frequency, times 1 / (1 + |ln of the price ratio|). O(items · traits · shared).
#[must_use]
pub fn alike(items: &[Option<&CatalogItem>], wanted: &[usize]) -> Vec<Vec<Weighted>> {
    let traits = Traits::of(items);
    let new_row = || (vec![0.0_f64; items.len()], Vec::new());
    let rows = (0..items.len())
        .into_par_iter()
        .map_init(new_row, |(scores, touched), item| {
            if wanted[item] == 0 {
                Vec::new()
            } else {
                traits.row(item, items, scores, touched, wanted[item])
            }
        });
    rows.collect()
}

struct Traits {
    of_item: Vec<Vec<u32>>,
    with_trait: Vec<Vec<u32>>,
    weight: Vec<f64>,
    norm: Vec<f64>,
}

impl Traits {
    fn of(items: &[Option<&CatalogItem>]) -> Self {
        let mut numbers: FxHashMap<String, u32> = FxHashMap::default();
        let (mut of_item, mut with_trait) = (Vec::with_capacity(items.len()), Vec::<Vec<u32>>::new());
        for (index, item) in (0..).zip(items) {
            let mut own: Vec<u32> = Vec::new();
            for name in item.map(names).unwrap_or_default() {
                let next = numbers.len() as u32;
                let number = *numbers.entry(name).or_insert(next);
                if number == next {
                    with_trait.push(Vec::new());
                }
                if !own.contains(&number) {
                    own.push(number);
                    with_trait[number as usize].push(index);
                }
            }
            of_item.push(own);
        }
        let all = items.len() as f64;
        let weight: Vec<f64> = with_trait
            .iter()
            .map(|with| libm::log(1.0 + all / with.len() as f64))
            .collect();
        let norm = |own: &Vec<u32>| {
            own.iter()
                .map(|t| weight[*t as usize] * weight[*t as usize])
                .sum::<f64>()
                .sqrt()
        };
        let norm = of_item.iter().map(norm).collect();
        Self {
            of_item,
            with_trait,
            weight,
            norm,
        }
    }

    fn row(
        &self,
        own: usize,
        items: &[Option<&CatalogItem>],
        scores: &mut [f64],
        touched: &mut Vec<u32>,
        most: usize,
    ) -> Vec<Weighted> {
        for number in self.of_item[own].iter().map(|number| *number as usize) {
            let shared = &self.with_trait[number];
            for other in shared.iter().filter(|_| shared.len() <= COMMON) {
                if scores[*other as usize] == 0.0 {
                    touched.push(*other);
                }
                scores[*other as usize] += self.weight[number] * self.weight[number];
            }
        }
        let likeness = |other: &u32| Weighted {
            item: *other,
            weight: scores[*other as usize] / (self.norm[own] * self.norm[*other as usize])
                * price_likeness(items[own], items[*other as usize]),
        };
        let row = touched
            .iter()
            .filter(|other| **other as usize != own)
            .map(likeness)
            .collect();
        touched.drain(..).for_each(|other| scores[other as usize] = 0.0);
        strongest(row, most)
    }
}

/// The traits of an item: every level of its category, its brand, the words of its title.
fn names(item: &CatalogItem) -> Vec<String> {
    let mut names = Vec::new();
    let mut path = String::from("category:");
    for level in item
        .category
        .split(shelfwise_core::policy::CATEGORY_SEPARATOR)
        .filter(|level| !level.is_empty())
    {
        path.push_str(level);
        names.push(path.clone());
        path.push('>');
    }
    if !item.brand.is_empty() {
        names.push(format!("brand:{}", item.brand));
    }
    let words = item
        .title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 1);
    names.extend(words.map(|word| format!("word:{}", word.to_lowercase())));
    names
}

fn price_likeness(a: Option<&CatalogItem>, b: Option<&CatalogItem>) -> f64 {
    let price = |item: Option<&CatalogItem>| item.and_then(|item| item.price).filter(|price| *price > 0.0);
    match (price(a), price(b)) {
        (Some(a), Some(b)) => 1.0 / (1.0 + libm::fabs(libm::log(a / b))),
        _ => 0.5,
    }
}
