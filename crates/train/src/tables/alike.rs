//! Content similarity from the catalog: category, brand, price and the words of the title.
//!
//! Used for items that have few neighbours above the support floor, and for items without events.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use shelfwise_intake::catalog::CatalogItem;
use shelfwise_intake::progress::{Amount, Progress};

use crate::tables::weigh::{Weighted, strongest};

/// An item with fewer co-occurrence neighbours than this gets similar items up to this number.
pub const NEIGHBOURS: usize = 10;

/// Traits shared by more items than this are ignored: they contribute little, and comparing their items is expensive.
const COMMON: usize = 2_000;

/// Name of the stage in progress reports.
pub const STAGE: &str = "comparing the catalog's products";

/// Finds the [`NEIGHBOURS`] most similar items of every item, by decreasing similarity.
///
/// `items[i]` is the catalog entry of item `i`. Similarity is the cosine of the traits, weighted by their
/// [inverse document frequency](https://en.wikipedia.org/wiki/Tf%E2%80%93idf), times 1 / (1 + |ln of the price ratio|).
/// O(items · traits · shared).
#[must_use]
pub fn alike(items: &[Option<&CatalogItem>], progress: &dyn Progress) -> Vec<Vec<Weighted>> {
    progress.start(STAGE, Amount::Unknown);
    let traits = Traits::of(items);
    let new_row = || (vec![0.0_f64; items.len()], Vec::new());
    let rows = (0..items.len())
        .into_par_iter()
        .map_init(new_row, |(scores, touched), item| {
            traits.row(item, items, scores, touched, NEIGHBOURS)
        });
    let rows = rows.collect();
    progress.finish();
    rows
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

/// Returns the traits of an item: every level of its category, its brand, the words of its title.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::catalog_item;
    use shelfwise_intake::progress::Silent;

    fn likenesses(items: &[CatalogItem], own: usize) -> Vec<u32> {
        let items: Vec<Option<&CatalogItem>> = items.iter().map(Some).collect();
        let rows = alike(&items, &Silent);
        rows[own].iter().map(|like| like.item).collect()
    }

    #[test]
    fn shared_words_and_categories_make_items_similar() {
        let shop = [
            catalog_item("0", "red wool scarf", "Clothes > Scarves", 20.0),
            catalog_item("1", "blue wool scarf", "Clothes > Scarves", 20.0),
            catalog_item("2", "leather belt", "Clothes > Belts", 20.0),
            catalog_item("3", "garden hose", "Garden", 20.0),
        ];
        assert_eq!(likenesses(&shop, 0), [1, 2], "the hose shares nothing");
    }

    #[test]
    fn price_breaks_ties_between_equal_titles() {
        let shop = [
            catalog_item("0", "wine", "Wine", 10.0),
            catalog_item("1", "wine", "Wine", 400.0),
            catalog_item("2", "wine", "Wine", 12.0),
        ];
        assert_eq!(likenesses(&shop, 0), [2, 1]);
    }

    #[test]
    fn row_of_equals_has_the_first_others_without_the_item_itself() {
        let shop: Vec<CatalogItem> = (0..13)
            .map(|n| catalog_item(&format!("{n:02}"), "cup", "Cups", 3.0))
            .collect();
        assert_eq!(likenesses(&shop, 0), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        assert_eq!(likenesses(&shop, 2), [0, 1, 3, 4, 5, 6, 7, 8, 9, 10]);
    }

    #[test]
    fn item_missing_in_the_catalog_has_no_similar_items() {
        let cup = catalog_item("cup", "cup", "Cups", 3.0);
        let rows = alike(&[Some(&cup), None], &Silent);
        assert_eq!(rows, [vec![], vec![]]);
    }

    #[test]
    fn case_and_punctuation_of_a_title_are_ignored() {
        let shop = [
            catalog_item("0", "Tea-Pot!", "", 1.0),
            catalog_item("1", "tea pot", "", 1.0),
        ];
        let items: Vec<Option<&CatalogItem>> = shop.iter().map(Some).collect();
        let row = &alike(&items, &Silent)[0];
        assert!((row[0].weight - 1.0).abs() < 1e-9, "{row:?}");
    }
}
