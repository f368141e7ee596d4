//! Facts of items for rules: columns of a catalog, read as whole numbers and texts.

mod cell;
pub(crate) mod currency;
mod reader;

use std::collections::BTreeMap;
use std::path::Path;

use shelfwise_core::facts::FactKind;

use crate::columns::ColumnMap;
use crate::error::IntakeError;
use crate::progress::{Amount, Progress};
use crate::report::CatalogReport;
use crate::roles::CatalogRole;
use crate::{check_bad_rows, files};

/// A column of the catalog that is read as a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactColumn {
    /// The fact's name.
    pub name: String,
    /// The column in the catalog.
    pub column: String,
    /// How its cells are read.
    pub kind: FactKind,
}

/// What a catalog says of one item in one column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FactValue {
    /// Nothing, or nothing that can be read.
    #[default]
    Missing,
    /// A number, in the unit of its kind.
    Number(i32),
    /// A text.
    Text(String),
}

/// Facts by item: for each id the values of all columns, in their order.
pub type FactRows = BTreeMap<String, Vec<FactValue>>;

/// Reads columns of a catalog as facts. If several rows have the same id, the last value of each column counts.
///
/// `today` is the day of the reading, in days since 1970: ages in days are counted back from it. A cell that cannot be
/// read as its kind is missing, and counted as a bad row.
///
/// # Errors
/// Like those of [`read_catalog`](crate::read_catalog); a column that the catalog does not have; amounts in more than
/// one currency.
pub fn read_facts(
    path: &Path,
    map: &ColumnMap<CatalogRole>,
    columns: &[FactColumn],
    today: i32,
    bad_row_share: f64,
    progress: &dyn Progress,
) -> Result<(FactRows, CatalogReport), IntakeError> {
    let bytes = files::total_bytes(&[path.to_owned()]);
    progress.start("reading the catalog", Amount::Bytes(bytes));
    let (rows, report) = reader::read(path, map, columns, today, progress)?;
    progress.finish();
    check_bad_rows(&report.bad, report.rows, bad_row_share)?;
    Ok((rows, report))
}
