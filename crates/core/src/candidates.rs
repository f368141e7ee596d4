//! The candidates of a request: the caller's list or the catalog, with the facts that rules ask about.

use alloc::borrow::{Cow, ToOwned};
use alloc::vec::Vec;

use crate::item::{Item, ItemIndex, Stock};
use crate::policy::{Candidate, RuleNumbers, Zone, is_in_category};
use crate::rank::ranking::Scored;
use crate::snapshot::{Attributes, Snapshot};
use crate::visit::context::Context;

/// Returns the caller's list as candidates, in the caller's own order.
pub fn candidates_of_list<'a, B: AsRef<[u8]>>(snapshot: &'a Snapshot<B>, items: &[Item<'a>]) -> Vec<Candidate<'a>> {
    let (ids, attributes) = (snapshot.ids(), snapshot.attributes());
    let candidate =
        |(position, item): (u32, &Item<'a>)| candidate_of_list(&attributes, (position, item), ids.index_of(item.id));
    (0..).zip(items).map(candidate).collect()
}

/// Returns the candidate at a position of the caller's list, which has that index in the snapshot.
pub fn candidate_of_list<'a>(
    attributes: &Attributes<'a>,
    (position, item): (u32, &Item<'a>),
    index: Option<ItemIndex>,
) -> Candidate<'a> {
    let (category, brand) = facts(attributes, index);
    Candidate {
        index,
        id: Cow::Borrowed(item.id),
        score: 0.0,
        from_position: Some(position),
        stock: item.stock,
        units: item.units,
        price: item.price,
        category: category.or(item.category),
        brand: brand.or(item.brand),
        zone: Zone::Middle,
        rules: RuleNumbers::default(),
    }
}

/// The catalog of a `recommend`, as candidates.
pub struct CatalogCandidates<'a, 's, B> {
    snapshot: &'a Snapshot<B>,
    attributes: Attributes<'a>,
    sold_out: Vec<ItemIndex>,
    /// The same by id: a rule may pin an item that the snapshot does not know.
    sold_out_ids: &'s [&'s str],
}

impl<'a, 's, B: AsRef<[u8]>> CatalogCandidates<'a, 's, B> {
    pub fn new(snapshot: &'a Snapshot<B>, sold_out_ids: &'s [&'s str]) -> Self {
        let ids = snapshot.ids();
        let mut sold_out: Vec<ItemIndex> = Vec::with_capacity(sold_out_ids.len());
        // Inserted in order, so that no sort gets into the module; moving a thousand numbers takes no time.
        for item in sold_out_ids.iter().filter_map(|id| ids.index_of(id)) {
            sold_out.insert(sold_out.partition_point(|other| *other < item), item);
        }
        Self {
            snapshot,
            attributes: snapshot.attributes(),
            sold_out,
            sold_out_ids,
        }
    }

    /// Returns whether the page's category is one of the catalog's, or contains some of them.
    pub fn has_category(&self, context: &Context<'_>) -> bool {
        let mut names = self.attributes.categories().map(|(_, name)| name);
        context
            .category
            .is_some_and(|path| names.any(|name| is_in_category(name, path)))
    }

    /// Returns the candidate; `None` if the item's id is damaged.
    pub fn ranked(&self, next: Scored) -> Option<Candidate<'a>> {
        let id = self.snapshot.ids().id_of(next.item())?.as_str()?.to_owned();
        Some(self.describe(Some(next.item()), Cow::Owned(id), next.score))
    }

    /// Returns a candidate for a pin, whose position does not depend on a score.
    pub fn candidate(&self, id: &'a str) -> Candidate<'a> {
        self.describe(self.snapshot.ids().index_of(id), Cow::Borrowed(id), 0.0)
    }

    fn describe(&self, index: Option<ItemIndex>, id: Cow<'a, str>, score: f32) -> Candidate<'a> {
        let (category, brand) = facts(&self.attributes, index);
        let sold_out = match index {
            Some(index) => self.sold_out.binary_search(&index).is_ok(),
            None => self.sold_out_ids.contains(&&*id),
        };
        Candidate {
            index,
            id,
            score,
            from_position: None,
            stock: if sold_out { Stock::Out } else { Stock::Unknown },
            units: None,
            price: None,
            category,
            brand,
            zone: Zone::Middle,
            rules: RuleNumbers::default(),
        }
    }
}

fn facts<'a>(attributes: &Attributes<'a>, index: Option<ItemIndex>) -> (Option<&'a str>, Option<&'a str>) {
    index.map(|index| attributes.names_of(index)).unwrap_or_default()
}
