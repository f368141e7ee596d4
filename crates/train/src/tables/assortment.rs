//! The assortment: which item has which index, and what the catalog says of it. Made once for all models of a training.

use rustc_hash::FxHashMap;
use shelfwise_core::snapshot::NeighbourTable;
use shelfwise_intake::catalog::{Catalog, CatalogItem};
use shelfwise_intake::progress::Progress;

use crate::tables::alike::{NEIGHBOURS, alike};
use crate::tables::indexing::Indexing;
use crate::tables::weigh::{Weighted, quantize};

/// Items by index, with what the catalog says of each.
#[derive(Debug)]
pub struct Assortment<'a> {
    /// The index of every item.
    pub indexing: Indexing,
    /// The published items in the catalog.
    pub described: Vec<Option<&'a CatalogItem>>,
    /// The likenesses of each, as many as the longest row holds; `None` where the catalog has none of the items.
    likeness: Option<Vec<Vec<Weighted>>>,
}

impl<'a> Assortment<'a> {
    /// Looks up the published items in the catalog, and compares them with each other.
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

    /// The likenesses that fill up the rows of items that were seen together with few others; rows are by falling
    /// likeness, so that a part of one is its beginning.
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
