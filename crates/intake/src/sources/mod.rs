//! Files that are recognized by their columns: exports of analytics tools and shop systems, and product feeds.
//!
//! A source says which column has which role, where the columns' names alone would not, and what its event names mean.
//! Whatever the caller maps takes precedence.

mod catalogs;
mod logs;
mod orders;

use shelfwise_core::EventKind;

use crate::columns::{ColumnMap, Role};
use crate::format::json_path::OR;
use crate::format::table::Table;
use crate::orders::OrderRole;
use crate::roles::{CatalogRole, LogRole};

/// A kind of file.
pub(crate) struct Source<R: 'static> {
    /// Its name, for reports.
    pub(crate) name: &'static str,
    /// Columns that every such file has. A mark that ends in `.` is the beginning of some column.
    marks: &'static [&'static str],
    /// Columns of each role: the first one that the file has is used.
    columns: &'static [(R, &'static [&'static str])],
    /// Roles whose first column is used even if the beginning of the file does not show it.
    late: &'static [R],
    /// Meaning of event names that have another meaning elsewhere.
    pub(crate) kinds: &'static [(&'static str, EventKind)],
    /// Statuses of orders that were cancelled or refunded, beside the usual words.
    pub(crate) undone: &'static [&'static str],
    /// How a text names categories.
    pub(crate) categories: Categories,
    /// Entries without an id are other things than products, and no damage.
    pub(crate) has_other_things: bool,
    /// Columns that say together whether an item can be bought, where no single one does.
    pub(crate) stock: Option<Stock>,
}

impl<R: 'static> Source<R> {
    /// What no file is from; each source sets what it has.
    const EMPTY: Self = Self {
        name: "",
        marks: &[],
        columns: &[],
        late: &[],
        kinds: &[],
        undone: &[],
        categories: Categories::Path,
        has_other_things: false,
        stock: None,
    };
}

/// Columns of counted stock: an item can be bought if its stock is not counted, if it may be sold without, or if there is
/// some.
pub(crate) struct Stock {
    /// Who counts the stock; empty if nobody does.
    pub(crate) tracker: &'static str,
    /// `continue` if the item is sold without stock too.
    pub(crate) policy: &'static str,
    /// How many there are.
    pub(crate) quantity: &'static str,
}

/// How a text names categories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Categories {
    /// One path.
    Path,
    /// Several paths separated by commas, with this between levels. The deepest one is used.
    Paths(&'static str),
}

impl Categories {
    /// Returns the path of a text, with ` > ` between levels.
    pub(crate) fn path(self, text: String) -> String {
        let Self::Paths(level) = self else { return text };
        let paths = text.split(',').map(str::trim);
        // The first of the deepest.
        let deepest = paths.rev().max_by_key(|path| path.matches(level).count());
        let levels: Vec<&str> = deepest.unwrap_or_default().split(level).map(str::trim).collect();
        levels.join(" > ")
    }
}

/// How a file is read: its source, and the columns of the roles that are not found by their usual names.
pub(crate) struct Recognized<R: 'static> {
    /// The source, if the file is of a known one.
    pub(crate) source: Option<&'static Source<R>>,
    /// The columns that the caller mapped, and those of the source.
    pub(crate) map: ColumnMap<R>,
}

/// Recognizes the source of a log, and adds its columns to the table.
pub(crate) fn log(table: &mut Table<'_>, map: &ColumnMap<LogRole>) -> Recognized<LogRole> {
    recognize(&[logs::SOURCES, orders::LOGS], table, map)
}

/// Recognizes the source of orders with their tags.
pub(crate) fn orders(table: &mut Table<'_>, map: &ColumnMap<OrderRole>) -> Recognized<OrderRole> {
    recognize(&[orders::ORDERS], table, map)
}

/// Recognizes the source of a catalog, and adds its columns to the table.
pub(crate) fn catalog(table: &mut Table<'_>, map: &ColumnMap<CatalogRole>) -> Recognized<CatalogRole> {
    recognize(&[catalogs::SOURCES], table, map)
}

/// Recognizes a catalog whose rows are variants.
pub(crate) fn variants(table: &mut Table<'_>, map: &ColumnMap<CatalogRole>) -> Recognized<CatalogRole> {
    recognize(&[catalogs::VARIANTS], table, map)
}

/// Returns whether the rows of variants have other ids than the items, in exports of this name.
pub(crate) fn has_variants_of_other_ids(name: &str) -> bool {
    let id = |sources: &'static [Source<CatalogRole>]| {
        let source = sources.iter().find(|source| source.name == name);
        source.and_then(|source| source.columns.iter().find(|(role, _)| *role == CatalogRole::Id))
    };
    id(catalogs::SOURCES).map(|(_, names)| names) != id(catalogs::VARIANTS).map(|(_, names)| names)
}

fn recognize<R: Role>(sources: &[&'static [Source<R>]], table: &mut Table<'_>, map: &ColumnMap<R>) -> Recognized<R> {
    let mut merged = map.clone();
    let own: Vec<String> = R::ALL
        .iter()
        .flat_map(|&role| map.columns(role))
        .filter(|column| column.contains(OR))
        .map(str::to_owned)
        .collect();
    table.add_columns(&own);
    let source = sources.iter().copied().flatten().find(|source| source.fits(table));
    for &(role, candidates) in source.iter().flat_map(|source| source.columns) {
        if map.names(role) {
            continue;
        }
        let is_late = source.is_some_and(|source| source.late.contains(&role));
        let column = candidates.iter().find_map(|candidate| present(candidate, table));
        let column = column.or_else(|| {
            let late = candidates.first().filter(|_| is_late && table.is_open_ended());
            late.map(|late| (*late).to_owned())
        });
        if let Some(column) = column {
            table.add_columns(std::slice::from_ref(&column));
            merged.add_column(role, column);
        }
    }
    Recognized { source, map: merged }
}

impl<R> Source<R> {
    fn fits(&self, table: &Table<'_>) -> bool {
        self.marks.iter().all(|mark| {
            let is_it = |column: &String| column == mark || mark.ends_with('.') && column.starts_with(mark);
            table.columns.iter().any(is_it)
        })
    }
}

/// Returns a column as the table names it; of alternatives, in a table that has no nested columns, the first.
fn present(candidate: &str, table: &Table<'_>) -> Option<String> {
    let known = |name: &str| table.columns.iter().find(|column| *column == name);
    let mut parts = candidate.split(OR).filter_map(known);
    if table.is_open_ended() {
        parts.next().map(|_| candidate.to_owned())
    } else {
        parts.next().cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_deepest_of_several_paths_is_used() {
        let woo = Categories::Paths(" > ");
        let magento = Categories::Paths("/");
        assert_eq!(
            woo.path("Sale, Clothing > Tops, Clothing".to_owned()),
            "Clothing > Tops"
        );
        assert_eq!(
            magento.path("Root,Root/Gear,Root/Gear/Bags".to_owned()),
            "Root > Gear > Bags"
        );
        assert_eq!(Categories::Path.path("A, B > C".to_owned()), "A, B > C");
    }
}
