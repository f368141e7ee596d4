//! Popularity: the number of supporters of each item, on a logarithmic scale of 64 levels.

use std::cmp::Reverse;

use shelfwise_core::snapshot::layout::MAX_POPULARITY;

use crate::aggregates::items::{ItemCounts, RECENT_UNIT};
use crate::tables::hold_back::{Changes, Published};

/// Maximum length of a snapshot's list of the most popular items.
pub const TOP: usize = 100;

/// The same for each category.
pub const TOP_IN_CATEGORY: usize = 20;

/// Returns the distinct supporters of every item; 0 for items below the floor, so that a few people are not revealed.
#[must_use]
pub fn supporters(items: &[ItemCounts], min_support: u32) -> Vec<u32> {
    let counts = items.iter().map(|item| item.supporters);
    counts
        .map(|count| if count < min_support { 0 } else { count })
        .collect()
}

/// Returns the age-weighted supporters of every item, scaled so that their sum equals that of `supporters`; 0 for items
/// below the floor.
#[must_use]
pub fn recent(items: &[ItemCounts], supporters: &[u32]) -> Vec<u32> {
    let all = items.iter().map(|item| u128::from(item.recent)).sum::<u128>().max(1) as f64;
    let scale = supporters.iter().map(|count| f64::from(*count)).sum::<f64>() / (all / RECENT_UNIT as f64);
    let scaled = |(item, count): (&ItemCounts, &u32)| match count {
        0 => 0,
        _ => libm::round(item.recent as f64 / RECENT_UNIT as f64 * scale) as u32,
    };
    items.iter().zip(supporters).map(scaled).collect()
}

/// Inputs of the published popularity: with a previous snapshot, an item changes only if as many people as the floor
/// requires saw it since.
#[derive(Clone, Copy, Debug)]
pub struct Popular<'a> {
    /// The items.
    pub items: &'a [ItemCounts],
    /// Their supporters; 0 below the floor.
    pub supporters: &'a [u32],
    /// The support floor.
    pub min_support: u32,
    /// Entries of the previous snapshot.
    pub before: Option<&'a Published>,
}

impl Popular<'_> {
    fn may_move(&self, item: usize) -> bool {
        self.before.is_none() || self.items[item].since >= self.min_support
    }

    /// Returns the levels of popularity and of recent popularity. Recent popularity falls on its own, and increases
    /// only by new people.
    #[must_use]
    pub fn levels(&self, recent: &[u32]) -> ([Vec<u8>; 2], Changes) {
        let now = [levels(self.supporters), levels(recent)];
        let Some(before) = self.before else {
            return (now, Changes::default());
        };
        let mut held = now.clone();
        for item in (0..self.supporters.len()).filter(|item| self.supporters[*item] > 0 && !self.may_move(*item)) {
            held[0][item] = before.popularity[item];
            held[1][item] = held[1][item].min(before.recent[item]);
        }
        let columns = [&before.popularity, &before.recent].into_iter().zip(&now).zip(&held);
        let entries = columns.flat_map(|((before, now), held)| before.iter().zip(now).zip(held));
        let changes = entries
            .map(|((before, now), held)| Changes::of([before, now, held]))
            .sum();
        (held, changes)
    }

    /// Returns the most popular of some items, best first. With a list `before`, its items keep their order, and those
    /// that may move are inserted by their number of supporters.
    #[must_use]
    pub fn top(&self, before: Option<&[u32]>, items: impl Iterator<Item = u32>, most: usize) -> Vec<u32> {
        let Some(before) = before else {
            return top(items, self.supporters, most);
        };
        let (moving, staying): (Vec<u32>, Vec<u32>) = items.partition(|item| self.may_move(*item as usize));
        let supporters = |item: u32| self.supporters[item as usize];
        let stays = |item: &u32| supporters(*item) > 0 && staying.binary_search(item).is_ok();
        let mut list: Vec<u32> = before.iter().copied().filter(stays).collect();
        for item in top(moving.into_iter(), self.supporters, most) {
            let behind = list.iter().position(|other| supporters(*other) < supporters(item));
            list.insert(behind.unwrap_or(list.len()), item);
        }
        list.truncate(most);
        list
    }
}

/// Returns levels from 0 to [`MAX_POPULARITY`]: `round(63 · ln(1 + n) / ln(1 + n_max))`.
///
/// ```
/// use shelfwise_train::tables::popularity::levels;
///
/// assert_eq!(levels(&[0, 99, 9]), [0, 63, 32]);
/// ```
#[must_use]
pub fn levels(supporters: &[u32]) -> Vec<u8> {
    let most = supporters.iter().copied().max().unwrap_or_default();
    let scale = f64::from(MAX_POPULARITY) / libm::log1p(f64::from(most.max(1)));
    supporters
        .iter()
        .map(|count| libm::round(scale * libm::log1p(f64::from(*count))) as u8)
        .collect()
}

/// Returns the most popular of some items, best first; ties by index. Items below the floor are left out.
#[must_use]
pub fn top(items: impl Iterator<Item = u32>, supporters: &[u32], most: usize) -> Vec<u32> {
    let mut items: Vec<u32> = items.filter(|item| supporters[*item as usize] > 0).collect();
    items.sort_by_key(|item| (Reverse(supporters[*item as usize]), *item));
    items.truncate(most);
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregates::items::count_items;
    use crate::shop::{by_people, log, number};

    #[test]
    fn items_below_the_floor_have_no_popularity() {
        let shop = log(&[&["tea", "mug"], &["tea"]]);
        let supporters = supporters(&count_items(&shop, None), 2);
        assert_eq!(supporters[number(&shop, "mug") as usize], 0);
        assert_eq!(top(0..2, &supporters, TOP), [number(&shop, "tea")]);
        assert_eq!(levels(&supporters)[number(&shop, "mug") as usize], 0);
    }

    #[test]
    fn most_popular_item_has_the_highest_level() {
        assert_eq!(levels(&[0, 9, 1])[..2], [0, MAX_POPULARITY]);
        assert_eq!(levels(&[0, 0]), [0, 0], "nobody is known well enough");
        assert_eq!(levels(&[]), Vec::<u8>::new());
    }

    #[test]
    fn equally_popular_items_are_ordered_by_index() {
        assert_eq!(top(0..4, &[2, 5, 2, 5], 3), [1, 3, 0]);
    }

    #[test]
    fn recent_popularity_prefers_newer_sessions() {
        let shop = log(&[&["sled"], &["sled"], &["sled"], &["kite"], &["kite"]]);
        let items = count_items(&shop, None);
        let supporters = supporters(&items, 1);
        let recent = recent(&items, &supporters);
        let (sled, kite) = (number(&shop, "sled") as usize, number(&shop, "kite") as usize);
        assert!(
            supporters[sled] > supporters[kite] && recent[sled] < recent[kite],
            "{recent:?}"
        );
    }

    #[test]
    fn returning_person_counts_once_in_recent_popularity() {
        let mut sessions: Vec<&[&str]> = vec![&["tea"], &["tea"], &["mug"], &["mug"]];
        sessions.extend(vec![&["mug", "mug"][..]; 40]);
        let mut people = vec![0, 1, 2, 3];
        people.extend(vec![3; 40]);
        let shop = by_people(log(&sessions), &people);
        let items = count_items(&shop, None);
        let recent = recent(&items, &supporters(&items, 2));
        assert!(recent.iter().sum::<u32>() <= 4, "{recent:?} of two supporters each");
    }

    #[test]
    fn recent_popularity_is_zero_below_the_floor() {
        let shop = log(&[&["tea"], &["tea", "mug"]]);
        let items = count_items(&shop, None);
        let recent = recent(&items, &supporters(&items, 2));
        assert_eq!(recent[number(&shop, "mug") as usize], 0);
    }
}
