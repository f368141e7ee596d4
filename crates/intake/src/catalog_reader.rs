//! Reads a catalog: items with their titles, categories, brands and prices.

use std::collections::BTreeMap;
use std::path::Path;

use super::addresses;
use super::availability::AvailabilityColumns;
use super::columns::{self, ColumnMap, Role};
use super::decimal::decimal;
use super::error::IntakeError;
use super::flag;
use super::ids;
use super::options::Parents;
use super::placeholder;
use super::report::{BadReason, BadRow, CatalogReport};
use super::roles::CatalogRole;
use super::sources::{self, Categories, Recognized, Source};
use super::warnings;
use crate::catalog::{Catalog, CatalogItem};
use crate::format::table::{Cells, ColumnSelection, Lists, MalformedRow, RowSink, Table};
use crate::progress::Progress;

/// Characters of a flag that are shown.
const SHOWN_LETTERS: usize = 40;

/// Ids that occur again, of which the first are shown.
const SHOWN_DUPLICATES: usize = 3;

/// Separator between the levels of a category.
const LEVEL: &str = " > ";

/// What the rows of a catalog are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    /// Items, as the log names them.
    Items,
    /// Items, each with the product of which it is a variant, if the catalog says it.
    ItemsAndParents,
    /// Variants, which count as their products.
    Variants,
}

/// A catalog of products, with their variants.
#[derive(Debug)]
pub struct Products {
    /// The products.
    pub catalog: Catalog,
    /// For the id of each variant that of its product.
    pub parents: Parents,
    /// How the file was read.
    pub report: CatalogReport,
}

/// Reads all rows of a catalog.
pub(super) fn read(
    path: &Path,
    map: &ColumnMap<CatalogRole>,
    rows: Rows,
    progress: &dyn Progress,
) -> Result<Products, IntakeError> {
    let mut table = Table::open(path, progress)?;
    let complete = CatalogLayout::of(&mut table, map, rows).is_ok_and(|layout| layout.is_complete());
    if table.is_open_ended() && addresses::is_file(path) && !complete {
        table.scan()?;
    }
    let layout = CatalogLayout::of(&mut table, map, rows)?;
    let text_encoding = table.text_encoding();
    let mut file = table.report();
    file.columns = layout.describe(&table);
    file.source = layout.source.map(|source| source.name);
    file.personal = warnings::personal_columns(&table.columns, &layout.wanted);
    let mut catalog_reader = CatalogReader {
        file: file.path.clone(),
        layout: &layout,
        items: BTreeMap::new(),
        is_blank_flag: true,
        odd_flags: BTreeMap::new(),
        personal_ids: 0,
        parents: Parents::new(),
        rows,
        report: CatalogReport::default(),
    };
    let wanted = ColumnSelection {
        columns: &layout.wanted,
        lists: Lists::Paths,
    };
    table.read(wanted, &mut catalog_reader)?;
    let notes = catalog_reader.warnings();
    let CatalogReader {
        items,
        mut report,
        parents,
        ..
    } = catalog_reader;
    let catalog = Catalog {
        items: items.into_values().collect(),
    };
    file.rows = report.rows;
    file.encoding = text_encoding.describe();
    report.warnings.extend(text_encoding.warning(&file.path));
    report.warnings.extend(notes);
    if report.skipped > 0 {
        report.warnings.push(format!(
            "{}: {} rows have no product or a placeholder for the id, or repeat the header, and were left out",
            file.path, report.skipped
        ));
    }
    report.files.push(file);
    report.items = catalog.items.len() as u64;
    report.sensitive = catalog.items.iter().filter(|item| item.sensitive).count() as u64;
    Ok(Products {
        catalog,
        parents,
        report,
    })
}

impl CatalogRole {
    /// Returns whether one or more columns of this role are read with every item.
    const fn is_of_an_item(self) -> bool {
        !matches!(self, Self::SalePrice | Self::Availability | Self::Parent)
    }
}

/// The role of each wanted column.
struct CatalogLayout {
    wanted: Vec<usize>,
    /// Role and column name, for each wanted column.
    roles: Vec<(CatalogRole, String)>,
    availability: Option<AvailabilityColumns>,
    source: Option<&'static Source<CatalogRole>>,
}

impl CatalogLayout {
    fn of(table: &mut Table<'_>, map: &ColumnMap<CatalogRole>, rows: Rows) -> Result<Self, IntakeError> {
        let Recognized { source, map } = match rows {
            Rows::Items | Rows::ItemsAndParents => sources::catalog(table, map),
            Rows::Variants => sources::variants(table, map),
        };
        let mut layout = Self {
            wanted: Vec::new(),
            roles: Vec::new(),
            availability: None,
            source,
        };
        let roles = CatalogRole::ALL.iter().copied();
        for role in roles.filter(|role| role.is_of_an_item() || rows != Rows::Items && *role == CatalogRole::Parent) {
            let found = match columns::find(role, &map, &table.columns, &table.path) {
                // Which of two pictures it is makes no difference.
                Err(IntakeError::TwoColumns { .. }) if role == CatalogRole::Picture => Vec::new(),
                found => found?,
            };
            for column in found {
                layout.wanted.push(column);
                layout.roles.push((role, table.columns[column].clone()));
            }
        }
        layout.availability = AvailabilityColumns::find(table, &map, source, &mut layout.wanted)?;
        let needed: &[(CatalogRole, &str)] = match rows {
            Rows::Items | Rows::ItemsAndParents => &[(CatalogRole::Id, "the item's id")],
            Rows::Variants => &[
                (CatalogRole::Id, "the variant's id"),
                (CatalogRole::Parent, "the product of which an item is a variant"),
            ],
        };
        let missing = needed.iter().find(|(role, _)| layout.slots(*role).next().is_none());
        let Some(&(role, what)) = missing else {
            return Ok(layout);
        };
        Err(IntakeError::MissingColumn {
            path: table.path.clone(),
            what,
            option: "--map-catalog",
            role: role.name(),
            columns: table.columns.clone(),
        })
    }

    /// Returns whether everything that is read of an item has a column.
    fn is_complete(&self) -> bool {
        let is_needed = |role: &&CatalogRole| role.is_of_an_item() && **role != CatalogRole::Picture;
        let mut needed = CatalogRole::ALL.iter().filter(is_needed);
        self.availability.is_some() && needed.all(|&role| self.slots(role).next().is_some())
    }

    /// Returns whether the source has entries that are no products: in JSON-LD a page's breadcrumbs, in a shop's export
    /// the rows of further pictures.
    fn has_other_things(&self) -> bool {
        self.source.is_some_and(|source| source.has_other_things)
    }

    /// Returns whether a row repeats the header.
    fn is_header(&self, cells: Cells<'_>) -> bool {
        let names = self.roles.iter().map(|(_, name)| name.as_bytes()).enumerate();
        self.roles.len() > 1
            && names.fold(true, |same, (slot, name)| {
                same && cells.get(Some(slot)).eq_ignore_ascii_case(name)
            })
    }

    fn slots(&self, role: CatalogRole) -> impl Iterator<Item = usize> {
        self.roles
            .iter()
            .zip(0..)
            .filter(move |((own, _), _)| *own == role)
            .map(|(_, slot)| slot)
    }

    fn describe(&self, table: &Table<'_>) -> Vec<String> {
        let roles = self
            .roles
            .iter()
            .map(|(role, column)| format!("{}={column}", role.name()));
        let availability = self.availability.iter().map(|own| own.describe(table, &self.wanted));
        roles.chain(availability).collect()
    }
}

/// Collects the rows of a catalog.
struct CatalogReader<'l> {
    file: String,
    layout: &'l CatalogLayout,
    items: BTreeMap<String, CatalogItem>,
    /// Whether the flag of sensitive items is blank in the last row.
    is_blank_flag: bool,
    /// Flags that are neither yes nor no, with the number of their rows.
    odd_flags: BTreeMap<String, u64>,
    /// Rows whose id contains personal data.
    personal_ids: u64,
    /// For each variant its product.
    parents: Parents,
    rows: Rows,
    report: CatalogReport,
}

impl CatalogReader<'_> {
    /// Returns warnings about flags and ids.
    fn warnings(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some((flag, rows)) = self.odd_flags.iter().max_by_key(|(_, rows)| **rows) {
            let all: u64 = self.odd_flags.values().sum();
            notes.push(format!(
                "{}: flags of sensitive items are neither yes nor no in {all} rows (`{flag}` in {rows}) and are read as yes: write true or false",
                self.file
            ));
        }
        if self.personal_ids > 0 {
            notes.push(format!(
                "{}: the ids of {} rows are an e-mail address or a telephone number; these items are left out of training, because ids are published. Give them other ids",
                self.file, self.personal_ids
            ));
        }
        notes
    }

    fn item(&mut self, id: &str, cells: Cells<'_>) -> CatalogItem {
        let text = |role| {
            self.layout
                .slots(role)
                .map(|slot| words(cells.get(Some(slot))))
                .find(|text| !text.is_empty())
        };
        let levels: Vec<_> = self
            .layout
            .slots(CatalogRole::Category)
            .map(|slot| words(cells.get(Some(slot))))
            .collect();
        let item = CatalogItem {
            id: id.to_owned(),
            title: text(CatalogRole::Title).unwrap_or_default(),
            category: self.category(&levels),
            brand: text(CatalogRole::Brand).unwrap_or_default(),
            price: text(CatalogRole::Price).and_then(|text| price(&text)),
            availability: self.layout.availability.and_then(|columns| columns.read(cells)),
            has_picture: self.has_picture(cells),
            sensitive: false,
        };
        let flag = text(CatalogRole::Sensitive);
        self.is_blank_flag = flag.is_none();
        let malformed = item.price.is_none() && text(CatalogRole::Price).is_some();
        self.report.malformed_prices += u64::from(malformed);
        CatalogItem {
            sensitive: flag.is_some_and(|flag| self.is_sensitive(&flag)) | self.is_personal(id),
            ..item
        }
    }

    /// Returns whether the row names a picture; `None` if the catalog has no column of them.
    fn has_picture(&self, cells: Cells<'_>) -> Option<bool> {
        let slot = self.layout.slots(CatalogRole::Picture).next()?;
        let cell = cells.get(Some(slot));
        Some(!cell.is_empty() && !placeholder::is_placeholder(cell))
    }

    fn category(&self, levels: &[String]) -> String {
        let path = path_of(levels);
        self.layout
            .source
            .map_or(Categories::Path, |source| source.categories)
            .path(path)
    }

    /// Keeps the product of a variant, and returns what counts as the item.
    fn product<'i>(&mut self, id: &'i str, cells: Cells<'i>) -> &'i str {
        if self.rows == Rows::Items {
            return id;
        }
        let slot = self.layout.slots(CatalogRole::Parent).next();
        let parent = std::str::from_utf8(cells.get(slot)).unwrap_or_default();
        // WooCommerce writes the parent of a variation as `id:7`.
        let parent = parent.strip_prefix("id:").unwrap_or(parent);
        if placeholder::is_placeholder(parent.as_bytes()) || ids::check(parent.as_bytes()).is_err() || parent == "0" {
            return id;
        }
        self.parents.insert(id.as_bytes().to_vec(), parent.to_owned());
        if self.rows == Rows::Variants { parent } else { id }
    }

    /// Returns whether a flag marks the item as sensitive. An unknown value counts as yes: leaving an item out wrongly
    /// costs less than publishing it wrongly.
    fn is_sensitive(&mut self, words: &str) -> bool {
        match flag::yes_or_no(words) {
            Some(is_yes) => is_yes,
            None => {
                *self
                    .odd_flags
                    .entry(words.chars().take(SHOWN_LETTERS).collect())
                    .or_default() += 1;
                true
            }
        }
    }

    /// Returns whether the id contains personal data. Such an item is left out of models, because their ids are
    /// published.
    fn is_personal(&mut self, id: &str) -> bool {
        let is_personal = ids::is_personal(id);
        self.personal_ids += u64::from(is_personal);
        is_personal
    }

    fn add(&mut self, mut item: CatalogItem) {
        if let Some(earlier) = self.items.remove(&item.id) {
            self.report.duplicates += 1;
            if self.report.duplicate_ids.len() < SHOWN_DUPLICATES && !self.report.duplicate_ids.contains(&item.id) {
                self.report.duplicate_ids.push(item.id.clone());
            }
            // A row with a blank flag does not clear the flag.
            item.sensitive |= earlier.sensitive && self.is_blank_flag;
            fill_blanks(&mut item, earlier);
        }
        self.items.insert(item.id.clone(), item);
    }

    fn count_bad(&mut self, line: u64, column: String, reason: BadReason, detail: String) {
        let file = self.file.clone();
        self.report.bad.count(reason, || BadRow {
            file,
            line,
            column,
            reason,
            detail,
        });
    }
}

impl RowSink for CatalogReader<'_> {
    fn row(&mut self, cells: Cells<'_>) -> Result<(), IntakeError> {
        self.report.rows += 1;
        let slot = self.layout.slots(CatalogRole::Id).next();
        let id = cells.get(slot);
        let is_other = id.is_empty() && self.layout.has_other_things();
        if is_other || placeholder::is_placeholder(id) || self.layout.is_header(cells) {
            self.report.skipped += 1;
            return Ok(());
        }
        match ids::check(id) {
            Ok(id) => {
                let id = self.product(id, cells);
                let item = self.item(id, cells);
                self.add(item);
            }
            Err((reason, detail)) => {
                let column = slot.map_or_else(String::new, |slot| self.layout.roles[slot].1.clone());
                self.count_bad(cells.line, column, reason, detail);
            }
        }
        Ok(())
    }

    fn malformed(&mut self, row: MalformedRow) {
        self.report.rows += 1;
        self.count_bad(row.line, row.column.to_string(), row.reason, row.detail);
    }
}

/// Fills blank values of an item's later row from its earlier one: exports of shop systems have a row for each variant
/// and picture, and fill only the first.
fn fill_blanks(item: &mut CatalogItem, earlier: CatalogItem) {
    let keep = |later: &mut String, earlier: String| {
        if later.is_empty() {
            *later = earlier;
        }
    };
    keep(&mut item.title, earlier.title);
    keep(&mut item.category, earlier.category);
    keep(&mut item.brand, earlier.brand);
    item.price = item.price.or(earlier.price);
    item.availability = item.availability.max(earlier.availability);
    item.has_picture = item.has_picture.max(earlier.has_picture);
}

/// Decodes a text leniently: an invalid byte costs one character instead of the item, because texts are only displayed
/// and compared.
fn words(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).into_owned()
}

/// Joins the levels of a category. Empty levels and repetitions of the level above are skipped.
fn path_of(levels: &[String]) -> String {
    let mut path: Vec<&str> = Vec::new();
    for level in levels.iter().map(String::as_str).filter(|level| !level.is_empty()) {
        if path.last() != Some(&level) {
            path.push(level);
        }
    }
    path.join(LEVEL)
}

/// Parses a price; `None` for other texts and below zero.
fn price(text: &str) -> Option<f64> {
    decimal(text).filter(|price| *price >= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn price_below_zero_is_none() {
        assert_eq!(
            (price("12,99 EUR"), price("-3"), price("free")),
            (Some(12.99), None, None)
        );
    }

    #[test]
    fn category_levels_skip_gaps_and_repeats() {
        let levels = ["GROCERY", "", "SNACKS", "SNACKS", "TORTILLAS"].map(str::to_owned);
        assert_eq!(path_of(&levels), "GROCERY > SNACKS > TORTILLAS");
    }
}
