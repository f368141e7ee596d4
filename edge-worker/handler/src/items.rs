//! The shop's list, as a request's body gives it.

use serde::Deserialize;
use shelfwise_core::{Item, MAX_ID_BYTES, Stock};

use crate::problem::Problem;

/// The longest category path or brand: five levels of the longest ids, as in the browser.
const MAX_TEXT_BYTES: usize = 5 * MAX_ID_BYTES;

/// One item: all that is said of it, or its id alone.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Listed {
    /// Its id.
    Id(String),
    /// Its id with facts of the moment.
    Item(Facts),
}

/// What a shop says of an item.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    item_id: String,
    in_stock: Option<bool>,
    item_category: Option<String>,
    item_brand: Option<String>,
}

impl Listed {
    /// As the engine reads it.
    pub fn item(&self) -> Item<'_> {
        match self {
            Self::Id(id) => Item::new(id),
            Self::Item(facts) => Item {
                id: &facts.item_id,
                stock: facts
                    .in_stock
                    .map_or(Stock::Unknown, |there| if there { Stock::In } else { Stock::Out }),
                category: facts.item_category.as_deref(),
                brand: facts.item_brand.as_deref(),
            },
        }
    }

    /// Refuses texts that no catalog has.
    pub fn check(&self) -> Result<(), Problem> {
        let item = self.item();
        check_id(item.id, "item_id")?;
        let texts = [(item.category, "item_category"), (item.brand, "item_brand")];
        texts.into_iter().try_for_each(|(text, name)| check_text(text, name))
    }
}

/// Refuses an id that is empty or too long.
pub fn check_id(id: &str, name: &str) -> Result<(), Problem> {
    let fits = (1..=MAX_ID_BYTES).contains(&id.len());
    fits.then_some(())
        .ok_or_else(|| Problem::bad_request(format!("{name} must have 1 to {MAX_ID_BYTES} bytes")))
}

/// Refuses a path or a brand that is too long.
pub fn check_text(text: Option<&str>, name: &str) -> Result<(), Problem> {
    let fits = text.is_none_or(|text| text.len() <= MAX_TEXT_BYTES);
    fits.then_some(())
        .ok_or_else(|| Problem::bad_request(format!("{name} must have at most {MAX_TEXT_BYTES} bytes")))
}
