//! Winners and losers: items that a new policy shows more often, or less.

use serde::{Deserialize, Serialize};

use crate::shop::Shop;

/// Items in each list.
const LISTED: usize = 10;

/// An item, and how often it was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mover {
    /// The store's id.
    pub id: String,
    /// Title; empty if there is none.
    pub title: String,
    /// Places under the policy in force.
    pub before: u64,
    /// Places under the new one.
    pub after: u64,
}

/// Items whose exposure changes most, the largest change first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movers {
    /// Items that are shown more often.
    pub winners: Vec<Mover>,
    /// Items that are shown less often.
    pub losers: Vec<Mover>,
}

impl Movers {
    /// Compares how often each item of the shop was shown.
    #[must_use]
    pub fn between(shop: &Shop, before: &[u64], after: &[u64]) -> Self {
        let change = |at: &usize| after[*at] as i64 - before[*at] as i64;
        let mut moved: Vec<usize> = (0..shop.items().len()).filter(|at| change(at) != 0).collect();
        // Items are sorted by id, and so are those that moved equally far.
        moved.sort_by_key(|at| std::cmp::Reverse(change(at)));
        let mover = |at: &usize| Mover {
            id: shop.items()[*at].id.clone(),
            title: shop.items()[*at].title.clone(),
            before: before[*at],
            after: after[*at],
        };
        let winners = moved.iter().filter(|at| change(at) > 0).take(LISTED);
        let losers = moved.iter().rev().filter(|at| change(at) < 0).take(LISTED);
        Self {
            winners: winners.map(mover).collect(),
            losers: losers.map(mover).collect(),
        }
    }
}
