//! Popularity: how many supporters each item has, on a logarithmic scale of 64 levels.

use std::cmp::Reverse;

use shelfwise_core::snapshot::layout::MAX_POPULARITY;
use shelfwise_intake::log::Log;

use crate::tables::supporters::Supporters;

/// The most popular items that a snapshot lists, overall.
pub const TOP: usize = 100;

/// The same for each category.
pub const TOP_IN_CATEGORY: usize = 20;

/// Distinct supporters of every item; 0 for items below the floor, so that nothing tells on a few people.
#[must_use]
pub fn supporters(log: &Log, min_support: u32) -> Vec<u32> {
    let mut supporters = vec![Supporters::default(); log.items.len()];
    let mut sessions: Vec<_> = log.sessions.iter().collect();
    sessions.sort_by_key(|session| session.person);
    for session in sessions {
        for click in log.clicks_of(session) {
            supporters[click.item as usize].add(session.person, log.nobody);
        }
    }
    let counts = supporters.iter().map(Supporters::count);
    counts
        .map(|count| if count < min_support { 0 } else { count })
        .collect()
}

/// How fast old sessions fade in recent popularity: e^(−8 · age), age in [0, 1] over the log. Half of the weight lies
/// in the last twelfth of the log.
const FADING: f64 = 8.0;

/// Weight of every item's supporters, each by the age of their last session with it, scaled so that all items together
/// have as much as `supporters`; 0 for items below the floor. However often a person comes, they count once.
#[must_use]
pub fn recent(log: &Log, supporters: &[u32]) -> Vec<u32> {
    let first = log.sessions.first().map_or(0, |session| session.last_ms);
    let last = log.sessions.last().map_or(0, |session| session.last_ms);
    let span = (last - first).max(1) as f64;
    let mut recent = vec![0.0; log.items.len()];
    let mut counted = vec![Supporters::default(); log.items.len()];
    let mut sessions: Vec<_> = log.sessions.iter().collect();
    sessions.sort_by_key(|session| (session.person, Reverse(session.last_ms)));
    for session in sessions {
        let weight = libm::exp(-FADING * (last - session.last_ms) as f64 / span);
        for item in log.clicks_of(session).iter().map(|click| click.item as usize) {
            let before = counted[item].count();
            counted[item].add(session.person, log.nobody);
            recent[item] += weight * f64::from(counted[item].count() - before);
        }
    }
    let all: f64 = recent.iter().sum();
    let scale = supporters.iter().map(|count| f64::from(*count)).sum::<f64>() / all.max(f64::MIN_POSITIVE);
    let scaled = |(weight, count): (&f64, &u32)| {
        if *count == 0 {
            0
        } else {
            libm::round(weight * scale) as u32
        }
    };
    recent.iter().zip(supporters).map(scaled).collect()
}

/// Levels from 0 to [`MAX_POPULARITY`]: `round(63 · ln(1 + n) / ln(1 + n_max))`.
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

/// The most popular of some items, first first; equals by index. Items below the floor are left out.
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
    use crate::shop::{by_people, log, number};

    #[test]
    fn a_person_counts_once_however_often_they_come() {
        let sessions: [&[&str]; 3] = [&["tea", "tea"], &["tea"], &["tea", "mug"]];
        let shop = by_people(log(&sessions), &[0, 0, 1]);
        assert_eq!(supporters(&shop, 1)[number(&shop, "tea") as usize], 2);
        let shop = log(&sessions);
        assert_eq!(supporters(&shop, 1)[number(&shop, "tea") as usize], 3);
    }

    #[test]
    fn items_below_the_floor_are_as_if_nobody_knew_them() {
        let shop = log(&[&["tea", "mug"], &["tea"]]);
        let supporters = supporters(&shop, 2);
        assert_eq!(supporters[number(&shop, "mug") as usize], 0);
        assert_eq!(top(0..2, &supporters, TOP), [number(&shop, "tea")]);
        assert_eq!(levels(&supporters)[number(&shop, "mug") as usize], 0);
    }

    #[test]
    fn the_most_popular_item_has_the_highest_level() {
        assert_eq!(levels(&[0, 9, 1])[..2], [0, MAX_POPULARITY]);
        assert_eq!(levels(&[0, 0]), [0, 0], "nobody is known well enough");
        assert_eq!(levels(&[]), Vec::<u8>::new());
    }

    #[test]
    fn equally_popular_items_stand_by_index() {
        assert_eq!(top(0..4, &[2, 5, 2, 5], 3), [1, 3, 0]);
    }

    #[test]
    fn what_sold_last_week_is_more_recent_than_what_sold_last_year() {
        let shop = log(&[&["sled"], &["sled"], &["sled"], &["kite"], &["kite"]]);
        let supporters = supporters(&shop, 1);
        let recent = recent(&shop, &supporters);
        let (sled, kite) = (number(&shop, "sled") as usize, number(&shop, "kite") as usize);
        assert!(
            supporters[sled] > supporters[kite] && recent[sled] < recent[kite],
            "{recent:?}"
        );
    }

    #[test]
    fn one_person_who_comes_again_and_again_is_no_more_recent_than_another() {
        let mut sessions: Vec<&[&str]> = vec![&["tea"], &["tea"], &["mug"], &["mug"]];
        sessions.extend(vec![&["mug", "mug"][..]; 40]);
        let mut people = vec![0, 1, 2, 3];
        people.extend(vec![3; 40]);
        let shop = by_people(log(&sessions), &people);
        let recent = recent(&shop, &supporters(&shop, 2));
        assert!(recent.iter().sum::<u32>() <= 4, "{recent:?} of two supporters each");
    }

    #[test]
    fn recent_popularity_too_is_silent_below_the_floor() {
        let shop = log(&[&["tea"], &["tea", "mug"]]);
        let recent = recent(&shop, &supporters(&shop, 2));
        assert_eq!(recent[number(&shop, "mug") as usize], 0);
    }
}
