//! The shop's list in a request's body.

use serde::Deserialize;
use shelfwise_core::{ListItem, MAX_ID_BYTES, MAX_TEXT_BYTES, Stock};

use crate::problem::Problem;

/// One item: with its facts, or its id alone.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum ItemEntry {
    /// Its id.
    Id(String),
    /// Its id with facts.
    Item(Facts),
}

/// The facts of an item.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    item_id: String,
    in_stock: Option<bool>,
    stock: Option<f64>,
    price: Option<f64>,
    item_category: Option<String>,
    item_brand: Option<String>,
}

impl ItemEntry {
    /// Converts it for the engine; refuses texts that are too long, and negative numbers.
    pub fn listed(self) -> Result<ListItem, Problem> {
        let listed = match self {
            Self::Id(id) => ListItem {
                id,
                ..ListItem::default()
            },
            Self::Item(facts) => ListItem {
                id: facts.item_id,
                stock: facts
                    .in_stock
                    .map_or(Stock::Unknown, |there| if there { Stock::In } else { Stock::Out }),
                category: facts.item_category,
                brand: facts.item_brand,
                units: amount(facts.stock, "stock")?.map(|units| units as i32),
                price: amount(facts.price, "price")?.map(ListItem::minor_units),
            },
        };
        check_id(&listed.id, "item_id")?;
        check_text(listed.category.as_deref(), "item_category")?;
        check_text(listed.brand.as_deref(), "item_brand")?;
        Ok(listed)
    }
}

/// Refuses a negative number.
fn amount(number: Option<f64>, name: &str) -> Result<Option<f64>, Problem> {
    let fits = number.is_none_or(|number| number >= 0.0);
    fits.then_some(number)
        .ok_or_else(|| Problem::bad_request(format!("{name} must be a number from 0")))
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
