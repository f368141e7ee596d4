//! Which item has which index: stable from one snapshot to the next.

use rustc_hash::FxHashMap;
use shelfwise_core::ItemIndex;
use shelfwise_core::snapshot::{Snapshot, compare_ids, layout::MAX_ID_RUNS};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::Log;

/// Ids by index: runs, each sorted, as a snapshot stores them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indexing {
    /// The runs.
    pub runs: Vec<Vec<String>>,
}

impl Indexing {
    /// Indexes for all items of a log and a catalog. Items of the previous snapshot keep theirs, even those that
    /// have gone; new ones follow as a run of their own. Past [`MAX_ID_RUNS`] runs everything is indexed anew.
    #[must_use]
    pub fn new<B: AsRef<[u8]>>(log: &Log, catalog: &Catalog, previous: Option<&Snapshot<B>>) -> Self {
        let mut runs = previous.map_or_else(Vec::new, runs_of);
        if runs.len() >= MAX_ID_RUNS {
            runs.clear();
        }
        let known: FxHashMap<&str, ()> = runs.iter().flatten().map(|id| (id.as_str(), ())).collect();
        let ids = log
            .items
            .iter()
            .chain(catalog.items.iter().filter(|item| !item.sensitive).map(|item| &item.id));
        let mut new: Vec<String> = ids.filter(|id| !known.contains_key(id.as_str())).cloned().collect();
        new.sort_unstable_by(|a, b| compare_ids(a.as_bytes(), b.as_bytes()));
        new.dedup();
        drop(known);
        if !new.is_empty() {
            runs.push(new);
        }
        Self { runs }
    }

    /// Ids by index.
    pub fn ids(&self) -> impl Iterator<Item = &String> {
        self.runs.iter().flatten()
    }

    /// The index of every id.
    #[must_use]
    pub fn by_id(&self) -> FxHashMap<&str, u32> {
        (0..).zip(self.ids()).map(|(index, id)| (id.as_str(), index)).collect()
    }

    /// The log with items numbered by this indexing.
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

fn runs_of<B: AsRef<[u8]>>(snapshot: &Snapshot<B>) -> Vec<Vec<String>> {
    let ids = snapshot.ids();
    let all = (0..ids.len() as u32).filter_map(|index| ids.id_of(ItemIndex(index)));
    let mut runs: Vec<Vec<String>> = Vec::new();
    for id in all.filter_map(|id| id.as_str().map(String::from)) {
        let follows = |run: &Vec<String>| {
            run.last()
                .is_some_and(|last| compare_ids(last.as_bytes(), id.as_bytes()).is_lt())
        };
        match runs.last_mut().filter(|run| follows(run)) {
            Some(run) => run.push(id),
            None => runs.push(vec![id]),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{catalog, goods, log};
    use crate::train::{TrainOptions, train};
    use shelfwise_intake::progress::Silent;

    fn snapshot_of(log: &Log, previous: Option<&Snapshot<Vec<u8>>>) -> Snapshot<Vec<u8>> {
        let options = TrainOptions::default();
        let trained = train(log, &Catalog::default(), previous, &options, &Silent).unwrap();
        Snapshot::open(trained.snapshot).unwrap()
    }

    fn ids(indexing: &Indexing) -> Vec<&str> {
        indexing.ids().map(String::as_str).collect()
    }

    #[test]
    fn log_and_catalog_are_numbered_together_and_numbers_sort_as_numbers() {
        let shop = catalog(vec![goods("10", "", "", 1.0), goods("2", "", "", 1.0)]);
        let indexing = Indexing::new(&log(&[&["9", "10"]]), &shop, None::<&Snapshot<Vec<u8>>>);
        assert_eq!(ids(&indexing), ["2", "9", "10"]);
        assert_eq!(indexing.runs.len(), 1);
    }

    #[test]
    fn sensitive_items_of_the_catalog_get_no_number() {
        let mut secret = goods("secret", "", "", 1.0);
        secret.sensitive = true;
        let indexing = Indexing::new(&log(&[&["a"]]), &catalog(vec![secret]), None::<&Snapshot<Vec<u8>>>);
        assert_eq!(ids(&indexing), ["a"]);
    }

    #[test]
    fn renumbering_keeps_what_was_clicked() {
        let log = log(&[&["9", "10", "2"]]);
        let indexing = Indexing::new(&log, &Catalog::default(), None::<&Snapshot<Vec<u8>>>);
        let renumbered = indexing.renumber(&log);
        let clicked = |log: &Log| -> Vec<String> {
            let id = |click: &shelfwise_intake::log::Click| log.items[click.item as usize].clone();
            log.clicks.iter().map(id).collect()
        };
        assert_eq!(clicked(&renumbered), clicked(&log));
        assert_eq!(renumbered.items, ["2", "9", "10"]);
    }

    #[test]
    fn items_of_the_previous_snapshot_keep_their_numbers_even_when_they_have_gone() {
        let first = snapshot_of(&log(&[&["b", "d"], &["b", "d"]]), None);
        let second = snapshot_of(&log(&[&["a", "d"], &["a", "d"]]), Some(&first));
        let third = Indexing::new(&log(&[&["c", "d"]]), &Catalog::default(), Some(&second));
        assert_eq!(ids(&third), ["b", "d", "a", "c"]);
        assert_eq!(third.runs.len(), 3);
    }

    #[test]
    fn past_the_most_runs_everything_is_numbered_anew() {
        let mut snapshot = snapshot_of(&log(&[&["z99", "z98"]]), None);
        for at in (0..MAX_ID_RUNS).rev() {
            let id = format!("a{at:03}");
            snapshot = snapshot_of(&log(&[&[&id, "z99"]]), Some(&snapshot));
        }
        let indexing = Indexing::new(&log(&[&["b", "a"]]), &Catalog::default(), Some(&snapshot));
        assert!(indexing.runs.len() <= MAX_ID_RUNS, "{} runs", indexing.runs.len());
    }
}
