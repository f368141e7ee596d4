//! Indexes of items: stable from one snapshot to the next, and only for ids that may be published.
//!
//! An id is published only if the catalog has it or as many people as the support floor requires saw the item: the text
//! of an id can identify a person, such as that of an engraved gift. An id that a previous snapshot published and this
//! log and catalog do not support leaves a tombstone, an index without its text.

use rustc_hash::{FxHashMap, FxHashSet};
use shelfwise_core::ItemIndex;
use shelfwise_core::snapshot::{Snapshot, compare_ids, layout::MAX_ID_RUNS};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::Log;

use crate::aggregates::items::ItemCounts;

/// First character of every tombstone: a control character that does not occur in a shop's ids. Ids with this prefix
/// are not published.
const TOMBSTONE: char = '\u{7f}';

/// Returns whether an id of a snapshot is a tombstone.
#[must_use]
pub fn is_tombstone(id: &str) -> bool {
    id.starts_with(TOMBSTONE)
}

/// Ids by index: the published ones in sorted runs, as a snapshot stores them; then the others of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indexing {
    /// The runs, tombstones included.
    pub runs: Vec<Vec<String>>,
    /// Ids of the log that are not published. Their indexes follow those of the runs, so that sessions stay complete
    /// while pairs are counted.
    pub unpublished: Vec<String>,
}

impl Indexing {
    /// Assigns indexes to all items of a log, given by id and counts, and of a catalog. Items of the previous snapshot
    /// keep theirs; those that may no longer be published leave tombstones; new ones follow as a run of their own. If
    /// that takes more than [`MAX_ID_RUNS`] runs, all items are indexed anew, without tombstones.
    ///
    /// `min_support` is the floor on distinct supporters of an item that the catalog does not have.
    #[must_use]
    pub fn new<B: AsRef<[u8]>>(
        ids: &[String],
        counts: &[ItemCounts],
        catalog: &Catalog,
        previous: Option<&Snapshot<B>>,
        min_support: u32,
    ) -> Self {
        let before: Vec<String> = previous.map_or_else(Vec::new, |previous| ids_of(previous).collect());
        let public = public_ids(ids, counts, catalog, &before, min_support);
        let runs = with_tombstones(before.iter(), &public);
        let runs = if runs.len() < MAX_ID_RUNS { runs } else { Vec::new() };
        let known: FxHashSet<&str> = runs.iter().flatten().map(String::as_str).collect();
        let new = sorted(public.iter().filter(|id| !known.contains(**id)).copied());
        let unpublished = ids.iter().map(String::as_str).filter(|id| !public.contains(id));
        let unpublished = sorted(unpublished);
        drop(known);
        let runs = runs.into_iter().chain((!new.is_empty()).then_some(new)).collect();
        Self { runs, unpublished }
    }

    /// Returns the number of published ids, which have the first indexes.
    #[must_use]
    pub fn published(&self) -> usize {
        self.runs.iter().map(Vec::len).sum()
    }

    /// Returns the number of tombstones.
    #[must_use]
    pub fn tombstones(&self) -> usize {
        self.runs.iter().flatten().filter(|id| is_tombstone(id)).count()
    }

    /// Returns the ids by index.
    pub fn ids(&self) -> impl Iterator<Item = &String> {
        self.runs.iter().flatten().chain(&self.unpublished)
    }

    /// Returns the index of every id.
    #[must_use]
    pub fn by_id(&self) -> FxHashMap<&str, u32> {
        (0..).zip(self.ids()).map(|(index, id)| (id.as_str(), index)).collect()
    }

    /// Returns the log with items numbered by this indexing.
    #[must_use]
    pub fn renumber(&self, log: &Log) -> Log {
        let by_id = self.by_id();
        let index: Vec<u32> = log.items.iter().map(|id| by_id[id.as_str()]).collect();
        let mut log = log.clone();
        log.clicks
            .iter_mut()
            .for_each(|click| click.item = index[click.item as usize]);
        log.items = self.ids().cloned().collect();
        log
    }
}

/// Returns the ids that may be published: those of the catalog, and those of the log with enough supporters; unless
/// they were published before, with enough new ones.
fn public_ids<'a>(
    ids: &'a [String],
    counts: &[ItemCounts],
    catalog: &'a Catalog,
    before: &[String],
    min_support: u32,
) -> FxHashSet<&'a str> {
    let before: FxHashSet<&String> = before.iter().collect();
    let seen = ids
        .iter()
        .zip(counts)
        .filter(|(id, own)| own.supporters >= min_support && (own.since >= min_support || before.contains(id)));
    let listed = catalog.items.iter().filter(|item| !item.sensitive);
    let ids = seen.map(|(id, _)| id).chain(listed.map(|item| &item.id));
    ids.map(String::as_str).filter(|id| !is_tombstone(id)).collect()
}

fn sorted<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut ids: Vec<String> = ids.map(str::to_owned).collect();
    ids.sort_unstable_by(|a, b| compare_ids(a.as_bytes(), b.as_bytes()));
    ids
}

/// Returns the ids of a snapshot by index.
fn ids_of<B: AsRef<[u8]>>(snapshot: &Snapshot<B>) -> impl Iterator<Item = String> {
    let ids = snapshot.ids();
    let all = (0..ids.len() as u32).filter_map(move |index| ids.id_of(ItemIndex(index)));
    all.filter_map(|id| id.as_str().map(String::from))
}

/// Returns the ids at their previous indexes, in sorted runs; an id that is not public becomes a numbered tombstone.
fn with_tombstones<'a>(ids: impl Iterator<Item = &'a String>, public: &FxHashSet<&str>) -> Vec<Vec<String>> {
    let mut runs: Vec<Vec<String>> = Vec::new();
    for (place, id) in ids.enumerate() {
        let id = if public.contains(id.as_str()) {
            id.clone()
        } else {
            format!("{TOMBSTONE}{place:08}")
        };
        let follows = |run: &&mut Vec<String>| {
            run.last()
                .is_some_and(|last| compare_ids(last.as_bytes(), id.as_bytes()).is_lt())
        };
        match runs.last_mut().filter(follows) {
            Some(run) => run.push(id),
            None => runs.push(vec![id]),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregates::items::count_items;
    use crate::shop::{catalog, catalog_item, indexing, log};
    use crate::train::{TrainOptions, train};
    use shelfwise_intake::catalog::CatalogItem;
    use shelfwise_intake::progress::Silent;

    fn snapshot_of(log: &Log, previous: Option<&Snapshot<Vec<u8>>>) -> Snapshot<Vec<u8>> {
        let options = TrainOptions::default();
        let trained = train(log, &Catalog::default(), previous, &options, &Silent).unwrap();
        Snapshot::open(trained.snapshot).unwrap()
    }

    fn following(log: &Log, previous: &Snapshot<Vec<u8>>) -> Indexing {
        Indexing::new(
            &log.items,
            &count_items(log, None),
            &Catalog::default(),
            Some(previous),
            2,
        )
    }

    fn ids(indexing: &Indexing) -> Vec<&str> {
        indexing.ids().map(String::as_str).collect()
    }

    #[test]
    fn log_and_catalog_are_numbered_together_and_numbers_sort_as_numbers() {
        let shop = catalog(vec![catalog_item("10", "", "", 1.0), catalog_item("2", "", "", 1.0)]);
        let indexing = indexing(&log(&[&["9", "10"]]), &shop, 1);
        assert_eq!(ids(&indexing), ["2", "9", "10"]);
        assert_eq!(indexing.runs.len(), 1);
    }

    #[test]
    fn sensitive_items_of_the_catalog_get_no_number() {
        let mut secret = catalog_item("secret", "", "", 1.0);
        secret.sensitive = true;
        let indexing = indexing(&log(&[&["a"]]), &catalog(vec![secret]), 1);
        assert_eq!(ids(&indexing), ["a"]);
    }

    #[test]
    fn renumbering_keeps_the_clicked_items() {
        let log = log(&[&["9", "10", "2"]]);
        let indexing = indexing(&log, &Catalog::default(), 1);
        let renumbered = indexing.renumber(&log);
        let clicked = |log: &Log| -> Vec<String> {
            let id = |click: &shelfwise_intake::log::Click| log.items[click.item as usize].clone();
            log.clicks.iter().map(id).collect()
        };
        assert_eq!(clicked(&renumbered), clicked(&log));
        assert_eq!(renumbered.items, ["2", "9", "10"]);
    }

    #[test]
    fn previous_items_keep_their_numbers_and_removed_ones_leave_tombstones() {
        let first = snapshot_of(&log(&[&["b", "d"], &["b", "d"]]), None);
        let second = snapshot_of(&log(&[&["a", "d"], &["a", "d"]]), Some(&first));
        let third = following(&log(&[&["c", "d"], &["c", "d"]]), &second);
        assert_eq!(ids(&third), ["\u{7f}00000000", "d", "\u{7f}00000002", "c"]);
        assert_eq!((third.published(), third.tombstones()), (4, 2));
    }

    #[test]
    fn id_of_one_person_is_published_only_if_in_the_catalog() {
        let shop = log(&[&["tent", "engraved-for-jane"], &["tent"]]);
        let indexing = |items: Vec<CatalogItem>| {
            let indexing = indexing(&shop, &catalog(items), 2);
            (indexing.runs.concat(), indexing.unpublished)
        };
        let texts = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(indexing(vec![]), (texts(&["tent"]), texts(&["engraved-for-jane"])));
        let listed = vec![catalog_item("engraved-for-jane", "", "", 1.0)];
        assert_eq!(indexing(listed), (texts(&["tent", "engraved-for-jane"]), vec![]));
    }

    #[test]
    fn indexing_beyond_the_maximum_of_runs_is_renumbered() {
        let many: Vec<String> = (0..4 * MAX_ID_RUNS).map(|n| format!("{n:03}")).collect();
        let all: Vec<&str> = many.iter().map(String::as_str).collect();
        let first = snapshot_of(&log(&[&all, &all]), None);
        let every_other: Vec<&str> = all.iter().step_by(2).copied().collect();
        let second = log(&[&every_other, &every_other]);
        let indexing = following(&second, &first);
        assert_eq!((indexing.runs.len(), indexing.tombstones()), (1, 0));
        assert_eq!(indexing.published(), every_other.len());
    }
}
