//! The store's catalog: item metadata, independent of events.

use crate::availability::Availability;

/// One item of the catalog. Fields missing in the catalog are empty strings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogItem {
    /// The store's own id, as in the log.
    pub id: String,
    /// Title; its words are compared to find similar items.
    pub title: String,
    /// Category; the levels of a path are joined by ` > `.
    pub category: String,
    /// Brand.
    pub brand: String,
    /// Price in the shop's currency.
    pub price: Option<f64>,
    /// Whether it can be bought; `None` if the catalog does not say. Of several variants the one that is most available.
    pub availability: Option<Availability>,
    /// Whether it has a picture; `None` if the catalog does not say. Pictures themselves are not kept: no model needs them.
    pub has_picture: Option<bool>,
    /// Items that the store flags as sensitive are left out of training altogether.
    pub sensitive: bool,
}

/// A catalog, sorted bytewise by id, each id once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalog {
    /// The items.
    pub items: Vec<CatalogItem>,
}

impl Catalog {
    /// Ids of the items that the store flags as sensitive, sorted bytewise.
    #[must_use]
    pub fn sensitive_ids(&self) -> Vec<String> {
        self.items
            .iter()
            .filter(|item| item.sensitive)
            .map(|item| item.id.clone())
            .collect()
    }
}
