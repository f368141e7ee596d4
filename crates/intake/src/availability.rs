//! Whether products can be bought: in the words of feeds and shop systems, or by counted stock.

use crate::columns::{self, ColumnMap, plain};
use crate::decimal::decimal;
use crate::error::IntakeError;
use crate::format::table::{Cells, Table};
use crate::roles::CatalogRole;
use crate::sources::Source;
use crate::{flag, placeholder};

/// Availability of a product, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Availability {
    /// It cannot be bought.
    SoldOut,
    /// It can be ordered, and comes later: on backorder or before it appears.
    Backorder,
    /// It can be bought.
    InStock,
}

/// Words without case and punctuation; the names of <https://schema.org/ItemAvailability>, those of
/// <https://support.google.com/merchants/answer/6324448>, and those of shop systems.
const IN_STOCK: &[&str] = &[
    "instock",
    "available",
    "limitedavailability",
    "onlineonly",
    "lagernd",
    "auflager",
];
const BACKORDER: &[&str] = &["backorder", "onbackorder", "preorder", "presale", "madetoorder"];
const SOLD_OUT: &[&str] = &[
    "outofstock",
    "soldout",
    "discontinued",
    "instoreonly",
    "reserved",
    "unavailable",
    "notavailable",
    "ausverkauft",
];

impl Availability {
    /// Reads a word, an address of schema.org, a flag or a number of pieces; `None` for other texts.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let word = plain(text.rsplit('/').next().unwrap_or(text));
        for (words, availability) in [
            (IN_STOCK, Self::InStock),
            (BACKORDER, Self::Backorder),
            (SOLD_OUT, Self::SoldOut),
        ] {
            if words.contains(&&*word) {
                return Some(availability);
            }
        }
        let is_flag = matches!(&*word, "true" | "false");
        if word.is_empty() || placeholder::is_placeholder(text.as_bytes()) && !is_flag {
            return None;
        }
        let pieces = decimal(text).filter(|_| text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit()));
        let is_there = flag::yes_or_no(text).or_else(|| pieces.map(|pieces| pieces > 0.0));
        is_there.map(|is_there| if is_there { Self::InStock } else { Self::SoldOut })
    }

    /// Returns what rules compare `in_stock` with.
    pub(crate) const fn number(self) -> i32 {
        match self {
            Self::SoldOut => 0,
            Self::InStock => 1,
            Self::Backorder => 2,
        }
    }
}

/// Where a catalog says whether products can be bought: places among its wanted columns.
#[derive(Clone, Copy)]
pub(crate) enum AvailabilityColumns {
    /// One column.
    Word(usize),
    /// Who counts the stock, what happens without, and how many there are.
    Counted([usize; 3]),
}

impl AvailabilityColumns {
    /// Finds the columns, and adds those that are not wanted yet; `None` if the catalog does not say it.
    pub(crate) fn find(
        table: &Table<'_>,
        map: &ColumnMap<CatalogRole>,
        source: Option<&Source<CatalogRole>>,
        wanted: &mut Vec<usize>,
    ) -> Result<Option<Self>, IntakeError> {
        let named = columns::find(CatalogRole::Availability, map, &table.columns, &table.path)?;
        if let Some(&column) = named.first() {
            return Ok(Some(Self::Word(place(column, wanted))));
        }
        let stock = source.and_then(|source| source.stock.as_ref());
        let at = |name: &str| table.columns.iter().position(|column| column == name);
        let counted = stock.and_then(|stock| Some([at(stock.tracker)?, at(stock.policy)?, at(stock.quantity)?]));
        Ok(counted.map(|counted| Self::Counted(counted.map(|column| place(column, wanted)))))
    }

    /// Reads a row; `None` if it does not say it.
    pub(crate) fn read(self, cells: Cells<'_>) -> Option<Availability> {
        let text = |slot| String::from_utf8_lossy(cells.get(Some(slot)));
        match self {
            Self::Word(slot) => Availability::read(&text(slot)),
            Self::Counted([tracker, policy, quantity]) => counted(
                [text(tracker), text(policy), text(quantity)]
                    .each_ref()
                    .map(|cell| &**cell),
            ),
        }
    }

    /// Returns the columns, as `--explain` shows them.
    pub(crate) fn describe(self, table: &Table<'_>, wanted: &[usize]) -> String {
        let name = |slot: usize| table.columns[wanted[slot]].as_str();
        let names = match self {
            Self::Word(slot) => name(slot).to_owned(),
            Self::Counted(slots) => slots.map(name).join(" + "),
        };
        format!("{}={names}", columns::Role::name(CatalogRole::Availability))
    }
}

/// Returns the place of a column among the wanted ones, to which it is added.
pub(crate) fn place(column: usize, wanted: &mut Vec<usize>) -> usize {
    wanted.iter().position(|own| *own == column).unwrap_or_else(|| {
        wanted.push(column);
        wanted.len() - 1
    })
}

fn counted([tracker, policy, quantity]: [&str; 3]) -> Option<Availability> {
    if policy.is_empty() && quantity.is_empty() {
        // A row of a picture.
        return None;
    }
    if tracker.is_empty() {
        return Some(Availability::InStock);
    }
    match Availability::read(quantity) {
        Some(Availability::SoldOut) | None if policy.eq_ignore_ascii_case("continue") => Some(Availability::Backorder),
        availability => availability,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn availability_in_words_of_feeds_and_shops_is_read() {
        for (text, availability) in [
            ("in_stock", Some(Availability::InStock)),
            ("in stock", Some(Availability::InStock)),
            ("https://schema.org/InStock", Some(Availability::InStock)),
            ("http://schema.org/LimitedAvailability", Some(Availability::InStock)),
            ("true", Some(Availability::InStock)),
            ("1", Some(Availability::InStock)),
            ("12", Some(Availability::InStock)),
            ("preorder", Some(Availability::Backorder)),
            ("onbackorder", Some(Availability::Backorder)),
            ("out_of_stock", Some(Availability::SoldOut)),
            ("https://schema.org/Discontinued", Some(Availability::SoldOut)),
            ("no", Some(Availability::SoldOut)),
            ("false", Some(Availability::SoldOut)),
            ("0", Some(Availability::SoldOut)),
            ("-3", Some(Availability::SoldOut)),
            ("", None),
            ("(not set)", None),
            ("null", None),
            ("ask us at 5", None),
        ] {
            assert_eq!(Availability::read(text), availability, "{text}");
        }
    }

    #[test]
    fn counted_stock_sells_out_only_where_it_is_counted_and_needed() {
        for (columns, availability) in [
            (["shopify", "deny", "3"], Some(Availability::InStock)),
            (["shopify", "deny", "0"], Some(Availability::SoldOut)),
            (["shopify", "deny", "-2"], Some(Availability::SoldOut)),
            (["shopify", "continue", "0"], Some(Availability::Backorder)),
            (["", "deny", "0"], Some(Availability::InStock)),
            (["shopify", "deny", ""], None),
            (["", "", ""], None),
        ] {
            assert_eq!(counted(columns), availability, "{columns:?}");
        }
    }
}
