//! Which item has which index: stable from one snapshot to the next.

use rustc_hash::FxHashMap;
use shelfwise_core::ItemIndex;
use shelfwise_core::snapshot::{Snapshot, compare_ids, layout::MAX_ID_RUNS};

use crate::catalog::Catalog;
use crate::log::Log;

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
