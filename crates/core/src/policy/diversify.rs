//! `diversify`: maximal marginal relevance over attributes, in whole numbers
//! ([Carbonell and Goldstein 1998](https://doi.org/10.1145/290941.291025)).

use alloc::vec::Vec;

use super::admit::PolicyContext;
use super::candidate::Candidate;
use super::directive::{Directive, attribute};
use super::program::PRICE;

/// How far behind the places to fill an item is looked for.
const LOOKAHEAD: usize = 50;

/// The most places that are filled for variety.
const MAX_PLACES: usize = 100;

/// The most relevance and the most likeness.
const FULL: i32 = 1000;

/// Returns the places of the order in their new order; those outside of `middle` stay.
///
/// Each place takes the item with the most of `(1 − strength) · relevance − strength · likeness`, where relevance falls
/// evenly by rank, and likeness is that with the most similar item before it. O(places × (places + 50)).
pub fn diversify(
    context: &PolicyContext<'_, '_>,
    rule: &Directive,
    order: &[&Candidate<'_>],
    (start, end): (usize, usize),
) -> Vec<usize> {
    let places = context.limit.min(MAX_PLACES);
    let window = (end - start).min(places + LOOKAHEAD);
    let strength = i32::from(rule.amount).min(FULL);
    let mut left: Vec<(usize, i32)> = (start..start + window).map(|place| (place, 0)).collect();
    let mut chosen: Vec<usize> = (0..start).collect();
    while chosen.len() < start + places.min(window) {
        let worth = |(place, likeness): &(usize, i32)| {
            let relevance = FULL - (*place - start) as i32 * FULL / window as i32;
            (FULL - strength) * relevance - strength * likeness
        };
        let mut best: Option<(usize, i32)> = None;
        for (at, entry) in left.iter().enumerate() {
            let worth = worth(entry);
            if best.is_none_or(|(_, most)| worth > most) {
                best = Some((at, worth));
            }
        }
        let Some((at, _)) = best else { break };
        let (place, _) = left.remove(at);
        for (other, likeness) in &mut left {
            if let (Some(one), Some(other)) = (order.get(place), order.get(*other)) {
                *likeness = (*likeness).max(like(context, rule.by, one, other));
            }
        }
        chosen.push(place);
    }
    chosen.extend(left.into_iter().map(|(place, _)| place));
    chosen.extend(start + window..order.len());
    chosen
}

/// Returns how alike two items are: the share of the attributes that they have in common.
fn like(context: &PolicyContext<'_, '_>, by: u8, one: &Candidate<'_>, other: &Candidate<'_>) -> i32 {
    let price = |item| context.facts.value(PRICE, item);
    // Within a tenth of each other.
    let near = || {
        let (one, other) = (price(one)?, price(other)?);
        Some(one.abs_diff(other) <= one.max(other).unsigned_abs() / 10)
    };
    let same = [
        by & attribute::CATEGORY != 0 && one.category.is_some() && one.category == other.category,
        by & attribute::BRAND != 0 && one.brand.is_some() && one.brand == other.brand,
        by & attribute::PRICE != 0 && near() == Some(true),
    ];
    let same = same.into_iter().filter(|same| *same).count() as i32;
    same * FULL / (by.count_ones().max(1) as i32)
}
