//! The assortment: the index of each item, and its catalog entry. Computed once for all models of a training.

use rustc_hash::FxHashMap;
use shelfwise_core::snapshot::NeighbourTable;
use shelfwise_intake::catalog::{Catalog, CatalogItem};
use shelfwise_intake::progress::Progress;

use crate::tables::alike::{NEIGHBOURS, alike};
use crate::tables::indexing::Indexing;
use crate::tables::weigh::{Weighted, quantize};

/// Items by index, with their catalog entries.
#[derive(Debug)]
pub struct Assortment<'a> {
    /// The index of every item.
    pub indexing: Indexing,
    /// The catalog entries of the published items.
    pub described: Vec<Option<&'a CatalogItem>>,
    /// The similar items of each, as many as the longest row holds; `None` if no item is in the catalog.
    likeness: Option<Vec<Vec<Weighted>>>,
}

impl<'a> Assortment<'a> {
    /// Looks up the published items in the catalog, and computes their similarities.
    #[must_use]
    pub fn new(indexing: Indexing, catalog: &'a Catalog, progress: &dyn Progress) -> Self {
        let by_id: FxHashMap<&str, &CatalogItem> = catalog.items.iter().map(|item| (item.id.as_str(), item)).collect();
        let ids = indexing.runs.iter().flatten();
        let described: Vec<Option<&CatalogItem>> = ids.map(|id| by_id.get(id.as_str()).copied()).collect();
        let has_catalog = described.iter().any(Option::is_some);
        let likeness = has_catalog.then(|| alike(&described, progress));
        Self {
            indexing,
            described,
            likeness,
        }
    }

    /// Returns the similar items that complete the rows of items with few co-occurrence neighbours. Rows are by
    /// decreasing similarity, so a part of one is a prefix.
    #[must_use]
    pub fn alike(&self, together: &[Vec<Weighted>]) -> Option<NeighbourTable> {
        let rows = self.likeness.as_ref()?.iter().zip(together);
        let wanted = rows.map(|(row, together)| {
            let wanted = NEIGHBOURS.saturating_sub(together.len());
            row[..wanted.min(row.len())].to_vec()
        });
        Some(quantize(&wanted.collect::<Vec<_>>()))
    }
}
