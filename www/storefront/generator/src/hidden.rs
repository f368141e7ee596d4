//! Products that the shop's own rules hide from shelves: pages that list them would lose their tiles as soon as the rules
//! are there.

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::goods::Product;

/// The merchandiser's rules.
const POLICY: &str = include_str!("../../policy.toml");

/// Items and categories that rules hide, at any placement.
#[derive(Debug, Default)]
pub struct Hidden {
    items: Vec<String>,
    categories: Vec<String>,
}

#[derive(Deserialize)]
struct Policy {
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    hide: Option<Hide>,
}

#[derive(Deserialize)]
struct Hide {
    item: Option<String>,
    category: Option<String>,
}

impl Hidden {
    /// Reads the shop's rules.
    pub fn read() -> Result<Self> {
        let policy: Policy = toml::from_str(POLICY).context("the shop's policy.toml is not understood")?;
        let mut hidden = Self::default();
        for hide in policy.rule.into_iter().filter_map(|rule| rule.hide) {
            hidden.items.extend(hide.item);
            hidden.categories.extend(hide.category);
        }
        Ok(hidden)
    }

    /// Returns whether a rule hides the product, by its id or by a category that it lies in.
    pub fn has(&self, product: &Product) -> bool {
        let path = format!("{} > {} > {}", product.aisle, product.shelf, product.title);
        let lies_in = |category: &String| {
            let below = path.strip_prefix(category.as_str());
            below.is_some_and(|below| below.is_empty() || below.starts_with(" > "))
        };
        self.items.contains(&product.id) || self.categories.iter().any(lies_in)
    }
}
