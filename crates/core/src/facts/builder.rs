//! Writes facts files: the origin's side of the format.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::record::{Column, Head};
use super::steps::{bounds, place};
use super::{FILE_HEAD, FactKind, Facts, FactsError, HASH_BYTES, MAX_CODE_BITS, MAX_COLUMNS, MAX_NAME_BYTES};
use crate::snapshot::BitWriter;
use crate::snapshot::layout::MAX_ITEMS;

/// The most steps of a column: every code has at most 16 bits, and one may stand for missing.
const MAX_STEPS: usize = (1 << MAX_CODE_BITS) - 1;

/// The parts of a facts file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactsBuilder {
    /// SHA-256 of the id section of the snapshot whose items these are.
    pub ids_sha256: [u8; HASH_BYTES],
    /// Number of items of the snapshot.
    pub items: usize,
    /// The columns.
    pub columns: Vec<ColumnTable>,
}

/// One column before it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnTable {
    /// The name by which rules ask for it.
    pub name: String,
    /// What its integers mean.
    pub kind: FactKind,
    /// What it says of each item.
    pub cells: Cells,
}

/// What a column says of each item, by index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cells {
    /// Integers as the kind has them.
    Numbers {
        /// By item.
        values: Vec<Option<i32>>,
        /// The most values to tell apart, 1 to 65,535. If the column has more, each item gets the lower bound of its
        /// step, and the steps hold about equally many items.
        steps: usize,
        /// Values at which a step begins in any case, since a rule compares with them.
        cuts: Vec<i32>,
    },
    /// Texts, all told apart.
    Texts(Vec<Option<String>>),
}

impl Cells {
    /// Returns numbers that are all told apart.
    #[must_use]
    pub fn numbers(values: impl Into<Vec<Option<i32>>>) -> Self {
        Self::Numbers {
            values: values.into(),
            steps: MAX_STEPS,
            cuts: Vec::new(),
        }
    }

    /// Returns the number of values that the file tells apart.
    #[must_use]
    pub fn told_apart(&self) -> usize {
        let (numbers, texts, _) = self.coded();
        numbers.len().max(texts.len())
    }

    fn len(&self) -> usize {
        match self {
            Self::Numbers { values, .. } => values.len(),
            Self::Texts(values) => values.len(),
        }
    }

    /// Returns the values of the column's table, and the place of each item's value among them.
    fn coded(&self) -> (Vec<i32>, Vec<String>, Vec<Option<usize>>) {
        match self {
            Self::Numbers { values, steps, cuts } => {
                let bounds = bounds(values.iter().flatten().copied(), (*steps).clamp(1, MAX_STEPS), cuts);
                let places = values.iter().map(|value| place(&bounds, (*value)?)).collect();
                (bounds, Vec::new(), places)
            }
            Self::Texts(values) => {
                let mut texts: Vec<String> = values.iter().flatten().cloned().collect();
                texts.sort_unstable();
                texts.dedup();
                let place = |text: &Option<String>| texts.binary_search(text.as_ref()?).ok();
                let places = values.iter().map(place).collect();
                (Vec::new(), texts, places)
            }
        }
    }
}

/// Why parts do not make a facts file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactsBuildError {
    /// More items than a snapshot holds, or more columns than a file holds.
    TooMany,
    /// A name that is empty, too long or there twice.
    Name(String),
    /// A column that does not have one cell for each item.
    Length(String),
    /// A column with more than 65,535 texts.
    TooManyTexts(String),
    /// A record that cannot be encoded.
    Record,
    /// What was written is not what an engine takes.
    Unreadable(FactsError),
}

impl fmt::Display for FactsBuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany => write!(
                f,
                "a facts file has at most {MAX_COLUMNS} columns and {MAX_ITEMS} items: leave out facts that no rule asks for"
            ),
            Self::Name(name) => write!(
                f,
                "the fact name \"{name}\" is empty, longer than {MAX_NAME_BYTES} bytes or there twice: choose another"
            ),
            Self::Length(name) => write!(f, "fact \"{name}\" does not have one cell for each item"),
            Self::TooManyTexts(name) => write!(
                f,
                "fact \"{name}\" has more than {MAX_STEPS} texts: take a column that repeats, such as a brand or a colour"
            ),
            Self::Record => write!(f, "a record cannot be encoded"),
            Self::Unreadable(error) => write!(f, "the parts make a facts file that no engine takes: {error}"),
        }
    }
}

impl core::error::Error for FactsBuildError {}

impl FactsBuilder {
    /// Returns the bytes of the file, opened before they are given out. The same parts give the same bytes.
    ///
    /// # Errors
    /// [`FactsBuildError`] where the parts do not fit together.
    pub fn build(&self) -> Result<Vec<u8>, FactsBuildError> {
        if self.items > MAX_ITEMS as usize || self.columns.len() > MAX_COLUMNS {
            return Err(FactsBuildError::TooMany);
        }
        let (mut columns, mut codes) = (Vec::new(), Vec::new());
        for table in &self.columns {
            self.check(table, &columns)?;
            let (column, own) = table.write()?;
            columns.push(column);
            codes.extend(own);
        }
        let head = Head {
            items: self.items as u32,
            ids_sha256: self.ids_sha256,
            columns,
        };
        let file = postcard::to_extend(&head, FILE_HEAD.to_vec()).map_err(|_| FactsBuildError::Record)?;
        let file = [file, codes].concat();
        let opened = Facts::open(&*file, &self.ids_sha256).map(|_| ());
        opened.map(|()| file).map_err(FactsBuildError::Unreadable)
    }

    fn check(&self, table: &ColumnTable, before: &[Column]) -> Result<(), FactsBuildError> {
        let twice = before.iter().any(|column| column.name == table.name);
        if twice || !(1..=MAX_NAME_BYTES).contains(&table.name.len()) {
            return Err(FactsBuildError::Name(table.name.clone()));
        }
        if table.cells.len() != self.items {
            return Err(FactsBuildError::Length(table.name.clone()));
        }
        Ok(())
    }
}

impl ColumnTable {
    /// Returns the column's head and its codes.
    fn write(&self) -> Result<(Column, Vec<u8>), FactsBuildError> {
        let (numbers, texts, places) = self.cells.coded();
        if texts.len() > MAX_STEPS {
            return Err(FactsBuildError::TooManyTexts(self.name.clone()));
        }
        let missing = usize::from(places.contains(&None));
        let highest = (numbers.len().max(texts.len()) + missing).saturating_sub(1);
        let bits = usize::BITS - highest.leading_zeros();
        let mut codes = BitWriter::default();
        for place in &places {
            codes.bits(place.map_or(0, |place| place + missing) as u64, bits);
        }
        let kind = FactKind::ALL.iter().position(|kind| *kind == self.kind);
        let column = Column {
            name: self.name.clone(),
            kind: kind.unwrap_or_default() as u8,
            bits: bits as u8,
            missing: missing as u8,
            numbers,
            texts,
        };
        Ok((column, codes.finish()))
    }
}
