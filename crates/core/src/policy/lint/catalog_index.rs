//! What the shop sells, as far as rules ask for it.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::{CatalogFact, Finding, Placed, SourceError, Warning};
use crate::item::Item;
use crate::policy::{Action, Attribute, CATEGORY_SEPARATOR, Selector};

/// How far goods can be trusted to be all there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogSource {
    /// The catalog: what is not in it is not sold.
    Catalog,
    /// A snapshot: an item may be newer than it.
    Snapshot,
}

/// What a rule can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// An item, by its id.
    Item,
    /// A category, by its path.
    Category,
    /// A brand.
    Brand,
}

impl Named {
    /// Returns what a selector names, and the name.
    pub(super) const fn of(what: &Selector) -> (Self, &String) {
        match what {
            Selector::Item(name) => (Self::Item, name),
            Selector::Category(name) => (Self::Category, name),
            Selector::Brand(name) => (Self::Brand, name),
        }
    }

    /// In words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::Category => "category",
            Self::Brand => "brand",
        }
    }
}

/// Category and brand of an item, where they are known.
#[derive(Clone, Debug, Default)]
pub(in crate::policy) struct Facts {
    pub(in crate::policy) category: Option<String>,
    pub(in crate::policy) brand: Option<String>,
}

impl Facts {
    pub(super) fn get(&self, by: Attribute) -> Option<&str> {
        match by {
            Attribute::Category => self.category.as_deref(),
            Attribute::Brand => self.brand.as_deref(),
        }
    }
}

/// The shop's items with their categories and brands.
#[derive(Clone, Debug)]
pub struct CatalogIndex {
    pub(super) source: CatalogSource,
    pub(in crate::policy) items: BTreeMap<String, Facts>,
    /// How many items each has of its own; parents of categories too, with 0.
    categories: BTreeMap<String, usize>,
    brands: BTreeMap<String, usize>,
    pub(super) facts: Vec<CatalogFact>,
    /// Days since 1970-01-01, for ages.
    pub today: i32,
}

impl CatalogIndex {
    /// Takes the items in. O(items log items).
    pub fn new<'a>(source: CatalogSource, items: impl IntoIterator<Item = Item<'a>>) -> Self {
        let mut catalog = Self {
            source,
            items: BTreeMap::new(),
            categories: BTreeMap::new(),
            brands: BTreeMap::new(),
            facts: Vec::new(),
            today: 0,
        };
        for item in items {
            catalog.take(&item);
        }
        catalog
    }

    fn take(&mut self, item: &Item<'_>) {
        if let Some(path) = item.category {
            for above in levels(path) {
                self.categories.entry(above.into()).or_default();
            }
            *self.categories.entry(path.into()).or_default() += 1;
        }
        if let Some(brand) = item.brand {
            *self.brands.entry(brand.into()).or_default() += 1;
        }
        let facts = Facts {
            category: item.category.map(String::from),
            brand: item.brand.map(String::from),
        };
        self.items.insert(item.id.into(), facts);
    }

    /// Returns all categories or brands, sorted bytewise.
    pub fn names(&self, by: Attribute) -> impl Iterator<Item = &str> {
        self.counts(by).keys().map(String::as_str)
    }

    const fn counts(&self, by: Attribute) -> &BTreeMap<String, usize> {
        match by {
            Attribute::Category => &self.categories,
            Attribute::Brand => &self.brands,
        }
    }

    /// Returns the items of the largest category or brand; 0 where no item has one.
    pub(super) fn most(&self, by: Attribute) -> usize {
        self.counts(by).values().copied().max().unwrap_or_default()
    }

    pub(super) fn contains(&self, named: Named, name: &str) -> bool {
        match named {
            Named::Item => self.items.contains_key(name),
            Named::Category => self.categories.contains_key(name),
            Named::Brand => self.brands.contains_key(name),
        }
    }
}

/// Returns the path of a category and of all above it, the widest first.
pub(super) fn levels(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices(CATEGORY_SEPARATOR).map(|(end, _)| end);
    ends.chain(core::iter::once(path.len()))
        .filter_map(|end| path.get(..end))
}

/// Rules about what the shop does not have.
pub(super) fn unknown(rules: &[Placed], catalog: &CatalogIndex) -> Vec<Finding> {
    let finding = |rule: &Placed| {
        let (named, name) = match &rule.rule.action {
            Action::Hide { what, .. } => Named::of(what),
            Action::Pin { item, .. } => (Named::Item, item),
            _ => return None,
        };
        if name.trim().is_empty() || catalog.contains(named, name) {
            return None;
        }
        let (id, name) = (rule.rule.id.clone(), name.clone());
        let pins = matches!(rule.rule.action, Action::Pin { .. });
        Some(match catalog.source {
            CatalogSource::Catalog if pins => Finding::at(rule, SourceError::NotSold { rule: id, item: name }),
            CatalogSource::Snapshot if pins => Finding::at(rule, Warning::NewPin { rule: id, item: name }),
            _ => Finding::at(rule, Warning::Unknown { rule: id, named, name }),
        })
    };
    rules.iter().filter_map(finding).collect()
}
