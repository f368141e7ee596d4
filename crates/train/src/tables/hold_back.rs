//! Holds back changes: from one snapshot to the next, an entry changes only if enough new people support the change.
//!
//! Whoever compares two snapshots learns what the people between them did. The support floor alone does not prevent
//! this: if one person is known, the second one crosses it. So a pair of the tables enters, leaves or changes its
//! weight only if as many people as the floor requires saw it since the previous snapshot's day; otherwise it stays as
//! it was published. Two rules take precedence: a pair that the present log no longer supports is removed, because
//! people may have been erased, and the length of a row is limited. Remaining risks: `docs/privacy-of-models.md`.

use rayon::prelude::*;
use serde::Serialize;
use shelfwise_core::ItemIndex;
use shelfwise_core::snapshot::Snapshot;
use shelfwise_core::snapshot::layout::{MAX_POPULARITY, WEIGHT_LEVELS};

use crate::aggregates::pairs::PairTable;
use crate::tables::indexing::Indexing;
use crate::tables::model::{DAY_MS, ModelOptions};
use crate::tables::weigh::{Weighted, level_of, strongest, weigh_some};

/// The entries of the previous snapshot, by the indexes of the present one.
#[derive(Clone, Debug)]
pub struct Published {
    scale: [f32; WEIGHT_LEVELS],
    /// Neighbours by increasing index, with weights on the snapshot's scale.
    together: Vec<Vec<Weighted>>,
    /// Popularity levels.
    pub popularity: Vec<u8>,
    /// Levels of recent popularity.
    pub recent: Vec<u8>,
    /// The most popular items, best first.
    pub top: Vec<u32>,
    /// The same by category.
    pub popular_in: Vec<(String, Vec<u32>)>,
}

/// Number of entries of a table that changed, or were held back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Entries that entered, left or changed.
    pub changed: usize,
    /// Entries that would have changed, and stayed as they were.
    pub held: usize,
}

/// Changes of a model that were held back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HeldBack {
    /// Days from the last day of the previous snapshot to that of this one.
    pub days: i64,
    /// Distinct people with a session after the previous snapshot's last day.
    pub people: u32,
    /// Pairs, in both directions.
    pub pairs: Changes,
    /// Levels of popularity.
    pub popularity: Changes,
}

/// Minimum number of days between two snapshots: with fewer, most changes are held back.
pub const CADENCE_DAYS: i64 = 7;

impl HeldBack {
    /// Returns whether training later would publish more changes, and reveal less about single people.
    #[must_use]
    pub const fn is_early(&self) -> bool {
        self.days < CADENCE_DAYS && self.pairs.held > self.pairs.changed
    }
}

/// Returns the first time that counts as new after a snapshot: the day after its last one, since the exact time of that
/// day's last event is not published. `None` if it has no time.
pub fn since_ms<B: AsRef<[u8]>>(previous: &Snapshot<B>) -> Option<i64> {
    let day = previous.meta().trained_until_ms;
    (day > 0).then_some(day + DAY_MS)
}

impl Published {
    /// Reads the published entries of a snapshot. Items that are no longer published are left out.
    pub fn of<B: AsRef<[u8]>>(previous: &Snapshot<B>, indexing: &Indexing) -> Self {
        let (by_id, published) = (indexing.by_id(), indexing.published());
        let (ids, together, popularity) = (previous.ids(), previous.together(), previous.popularity());
        let index = |item: ItemIndex| -> Option<u32> {
            let id = ids.id_of(item)?;
            let index = by_id.get(id.as_str()?).copied();
            index.filter(|index| (*index as usize) < published)
        };
        let all = |items: &mut dyn Iterator<Item = ItemIndex>| -> Vec<u32> { items.filter_map(index).collect() };
        let attributes = previous.attributes();
        let categories = attributes.categories();
        let mut before = Self {
            scale: *together.weights(),
            together: vec![Vec::new(); published],
            popularity: vec![0; published],
            recent: vec![0; published],
            top: all(&mut popularity.top()),
            popular_in: categories
                .map(|(category, name)| (name.to_owned(), all(&mut attributes.popular_in(category))))
                .collect(),
        };
        for item in (0..previous.items() as u32).map(ItemIndex) {
            let Some(own) = index(item).map(|own| own as usize) else {
                continue;
            };
            let row = together.of(item).filter_map(|to| {
                let weight = f64::from(to.weight);
                index(to.item).map(|item| Weighted { item, weight })
            });
            before.together[own] = row.collect();
            before.together[own].sort_unstable_by_key(|to| to.item);
            before.popularity[own] = level(popularity.of(item));
            before.recent[own] = level(popularity.recent_of(item));
        }
        before
    }

    /// Returns the scale of its weights; `None` if it has no pairs.
    #[must_use]
    pub fn scale(&self) -> Option<&[f32; WEIGHT_LEVELS]> {
        (self.scale[0] > 0.0).then_some(&self.scale)
    }

    /// Returns the rows of a model: pairs with enough new people at their current weight, all others as they were
    /// published, if the present log supports them at all. `now` are the rows without hold-back, and `one` their
    /// greatest weight.
    #[must_use]
    pub fn rows(
        &self,
        pairs: &PairTable,
        now: &[Vec<Weighted>],
        one: f64,
        options: &ModelOptions,
    ) -> (Vec<Vec<Weighted>>, Changes) {
        let floor = options.min_support;
        let is_new = |own: usize, at: usize| pairs.rows[own][at].support >= floor && pairs.since[own][at] >= floor;
        let new = weigh_some(pairs, options.backward_weight, options.neighbours, is_new);
        let is_old = |own: usize, item: u32| {
            let at = pairs.rows[own].binary_search_by_key(&item, |pair| pair.item);
            at.is_ok_and(|at| pairs.rows[own][at].support >= floor && pairs.since[own][at] < floor)
        };
        let row = |(own, mut row): (usize, Vec<Weighted>)| {
            let before = self.together.get(own).map_or(&[][..], Vec::as_slice);
            let old = before.iter().filter(|to| is_old(own, to.item));
            row.extend(old.map(|to| Weighted {
                weight: to.weight * one,
                ..*to
            }));
            let row = strongest(row, options.neighbours);
            let changes = self.changes(before, &now[own], &row, one);
            (row, changes)
        };
        let (rows, changes): (Vec<_>, Vec<_>) = new.into_par_iter().enumerate().map(row).unzip();
        (rows, changes.into_iter().sum())
    }

    fn changes(&self, before: &[Weighted], now: &[Weighted], row: &[Weighted], one: f64) -> Changes {
        let scale = self.scale().unwrap_or(&[1.0; WEIGHT_LEVELS]);
        let level = |row: &[Weighted], item: u32, one: f64| {
            let found = row.iter().find(|to| to.item == item);
            found.map(|to| level_of(to.weight / one, scale))
        };
        let mut items: Vec<u32> = [before, now, row].into_iter().flatten().map(|to| to.item).collect();
        items.sort_unstable();
        items.dedup();
        let entries = items
            .into_iter()
            .map(|item| [level(before, item, 1.0), level(now, item, one), level(row, item, one)]);
        entries.map(Changes::of).sum()
    }
}

/// Converts popularity to a level of the snapshot.
fn level(share: f32) -> u8 {
    (share * f32::from(MAX_POPULARITY)).round() as u8
}

impl Changes {
    /// Counts one entry, given its previous, its current and its published value.
    pub fn of<T: PartialEq>([before, now, published]: [T; 3]) -> Self {
        Self {
            changed: usize::from(published != before),
            held: usize::from(now != before && published == before),
        }
    }
}

impl std::iter::Sum for Changes {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, next| Self {
            changed: sum.changed + next.changed,
            held: sum.held + next.held,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::log;
    use crate::train::{Choice, Publish, TrainOptions, TrainReport, train};
    use shelfwise_intake::catalog::Catalog;
    use shelfwise_intake::log::Log;
    use shelfwise_intake::progress::Silent;

    /// A day of 2024; the days of the first and of a later snapshot are relative to it.
    const SPRING: i64 = 20_000;
    const FIRST: i64 = 10;
    const LATER: i64 = 13;

    /// Returns a log of sessions, each with its day and its own person.
    fn shop(sessions: &[(i64, &[&str])]) -> Log {
        let ids: Vec<&[&str]> = sessions.iter().map(|(_, ids)| *ids).collect();
        let mut log = log(&ids);
        for (session, (day, _)) in log.sessions.iter_mut().zip(sessions) {
            session.last_ms = (SPRING + day) * DAY_MS;
        }
        log.sessions.sort_by_key(|session| session.last_ms);
        log
    }

    fn trained(log: &Log, previous: Option<&Snapshot<Vec<u8>>>) -> (Snapshot<Vec<u8>>, TrainReport) {
        let options = TrainOptions {
            min_support: Choice::Fixed(2),
            ..TrainOptions::default()
        };
        let trained = train(log, &Catalog::default(), previous, &options, &Silent).unwrap();
        (Snapshot::open(trained.snapshot).unwrap(), trained.report)
    }

    /// Returns the published weight of a pair.
    fn weight(snapshot: &Snapshot<Vec<u8>>, a: &str, b: &str) -> Option<f32> {
        let [a, b] = [a, b].map(|id| snapshot.ids().index_of(id));
        let mut row = snapshot.together().of(a?).filter(|to| Some(to.item) == b);
        row.next().map(|to| to.weight)
    }

    const TENT: &[&str] = &["tent", "peg"];
    const LAMP: &[&str] = &["tent", "lamp"];
    const MUG: &[&str] = &["lamp", "mug"];

    /// Two people who saw a tent with pegs, three who saw a lamp with a mug.
    const BEFORE: [(i64, &[&str]); 5] = [(1, TENT), (FIRST, TENT), (1, MUG), (2, MUG), (FIRST, MUG)];

    fn with(more: &[(i64, &'static [&'static str])]) -> Log {
        shop(&[&BEFORE[..], more].concat())
    }

    fn first() -> Snapshot<Vec<u8>> {
        trained(&with(&[]), None).0
    }

    #[test]
    fn pair_of_one_person_before_and_one_new_one_stays_out() {
        let planted = trained(&with(&[(2, LAMP)]), None).0;
        let log = with(&[(2, LAMP), (LATER, LAMP)]);
        assert!(
            weight(&trained(&log, None).0, "tent", "lamp").is_some(),
            "two people saw it"
        );
        assert_eq!(weight(&trained(&log, Some(&planted)).0, "tent", "lamp"), None);
    }

    #[test]
    fn pair_of_enough_new_people_enters() {
        let log = with(&[(LATER, LAMP), (LATER, LAMP)]);
        assert!(weight(&trained(&log, Some(&first())).0, "tent", "lamp").is_some());
    }

    #[test]
    fn person_of_the_previous_snapshots_last_day_is_not_new() {
        let log = with(&[(FIRST, LAMP), (LATER, LAMP)]);
        assert_eq!(weight(&trained(&log, Some(&first())).0, "tent", "lamp"), None);
    }

    #[test]
    fn one_new_person_changes_nothing_but_the_day() {
        let first = trained(&with(&[(2, LAMP)]), None).0;
        let (next, report) = trained(&with(&[(2, LAMP), (LATER, LAMP)]), Some(&first));
        for id in ["tent", "peg", "lamp", "mug"] {
            for other in ["tent", "peg", "lamp", "mug"] {
                assert_eq!(weight(&next, id, other), weight(&first, id, other), "{id} {other}");
            }
            let popularity = |snapshot: &Snapshot<Vec<u8>>| {
                let item = snapshot.ids().index_of(id).unwrap();
                snapshot.popularity().of(item).to_bits()
            };
            assert_eq!(popularity(&next), popularity(&first), "{id}");
        }
        let top = |snapshot: &Snapshot<Vec<u8>>| snapshot.popularity().top().collect::<Vec<_>>();
        assert_eq!(top(&next), top(&first));
        let held_back = report.held_back.unwrap();
        assert_eq!((held_back.days, held_back.people), (LATER - FIRST, 1));
        assert!(
            held_back.pairs.held > 0 && held_back.pairs.changed == 0,
            "{held_back:?}"
        );
        assert!(held_back.is_early());
    }

    #[test]
    fn weight_of_a_pair_with_enough_new_people_follows_the_log() {
        let more: Vec<(i64, &[&str])> = vec![(LATER, &["tent", "mug"]); 2];
        let first = trained(&with(&[(1, &["tent", "mug"]), (2, &["tent", "mug"])]), None).0;
        let log = with(&[&[(1, &["tent", "mug"][..]), (2, &["tent", "mug"])], &more[..]].concat());
        let next = trained(&log, Some(&first)).0;
        assert_ne!(weight(&next, "tent", "mug"), weight(&first, "tent", "mug"));
    }

    #[test]
    fn pair_whose_person_was_erased_is_removed_without_new_people() {
        let log = shop(&BEFORE[1..]);
        let next = trained(&log, Some(&first())).0;
        assert_eq!(weight(&next, "tent", "peg"), None);
        assert!(
            weight(&next, "lamp", "mug").is_some(),
            "three people saw it, all of them there"
        );
    }

    #[test]
    fn id_that_one_new_person_brings_to_the_floor_is_not_published() {
        let log = with(&[(2, &["secret", "tent"]), (LATER, &["secret", "tent"])]);
        assert!(trained(&log, None).0.ids().index_of("secret").is_some());
        let (next, report) = trained(&log, Some(&first()));
        assert_eq!(next.ids().index_of("secret"), None);
        assert_eq!(report.withheld_ids, 1);
    }

    #[test]
    fn all_changes_are_published_if_requested() {
        let log = with(&[(2, LAMP), (LATER, LAMP)]);
        let options = TrainOptions {
            min_support: Choice::Fixed(2),
            changes: Publish::All,
            ..TrainOptions::default()
        };
        let trained = train(&log, &Catalog::default(), Some(&first()), &options, &Silent).unwrap();
        let snapshot = Snapshot::open(trained.snapshot).unwrap();
        assert!(weight(&snapshot, "tent", "lamp").is_some() && trained.report.held_back.is_none());
    }

    #[test]
    fn log_without_dates_holds_nothing_back() {
        let untimed = |more: &[(i64, &'static [&'static str])]| {
            let mut log = with(more);
            // Relative times, taken as seconds: days of 1970.
            log.sessions
                .iter_mut()
                .for_each(|session| session.last_ms -= SPRING * DAY_MS);
            log
        };
        let first = trained(&untimed(&[]), None).0;
        assert_eq!(first.meta().trained_until_ms, 0);
        let report = trained(&untimed(&[(0, LAMP)]), Some(&first)).1;
        assert_eq!(report.held_back, None);
    }
}
