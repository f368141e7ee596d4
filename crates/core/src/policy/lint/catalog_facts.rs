//! Facts of the shop's goods, as rules will see them.

use alloc::string::String;
use alloc::vec::Vec;

use super::CatalogIndex;
use crate::facts::FactKind;
use crate::item::ItemIndex;
use crate::policy::FactSource;

/// One column of facts over the goods.
#[derive(Clone, Debug)]
pub struct CatalogFact {
    /// The name by which rules speak of it.
    pub name: String,
    /// What its numbers mean.
    pub kind: FactKind,
    /// Of every item by rising id, where it is known; of a text its place in `texts`.
    pub values: Vec<Option<i32>>,
    /// The texts of a column of texts, rising bytewise.
    pub texts: Vec<String>,
}

impl CatalogFact {
    /// Returns how many items have no value.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.values.iter().filter(|value| value.is_none()).count()
    }
}

impl CatalogIndex {
    /// Returns the ids of the items, rising bytewise: the order of a fact's values.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = &str> {
        self.items.keys().map(String::as_str)
    }

    /// Adds a column of numbers over the items, in the order of [`ids`](Self::ids).
    pub fn add_numbers(&mut self, name: &str, kind: FactKind, values: Vec<Option<i32>>) {
        self.facts.push(CatalogFact {
            name: name.into(),
            kind,
            values,
            texts: Vec::new(),
        });
    }

    /// Adds a column of texts over the items, in the order of [`ids`](Self::ids).
    pub fn add_texts(&mut self, name: &str, cells: &[Option<String>]) {
        let mut texts: Vec<String> = cells.iter().flatten().cloned().collect();
        texts.sort_unstable();
        texts.dedup();
        let code = |text: &String| texts.binary_search(text).ok().map(|at| at as i32);
        let values = cells.iter().map(|cell| code(cell.as_ref()?)).collect();
        self.facts.push(CatalogFact {
            name: name.into(),
            kind: FactKind::Text,
            values,
            texts,
        });
    }

    /// Returns a column of facts.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&CatalogFact> {
        self.facts.iter().find(|fact| fact.name == name)
    }
}

impl FactSource for CatalogIndex {
    fn column(&self, name: &str) -> Option<u16> {
        self.facts.iter().position(|fact| fact.name == name).map(|at| at as u16)
    }

    fn value(&self, column: u16, item: ItemIndex) -> Option<i32> {
        *self.facts.get(usize::from(column))?.values.get(item.as_usize())?
    }

    fn code(&self, column: u16, text: &str) -> Option<i32> {
        let texts = &self.facts.get(usize::from(column))?.texts;
        texts
            .binary_search_by(|known| known.as_str().cmp(text))
            .ok()
            .map(|at| at as i32)
    }
}
