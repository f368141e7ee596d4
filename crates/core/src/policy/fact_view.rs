//! What conditions on items see in one request: the facts file, the page, the model, and the visit.

use alloc::vec::Vec;
use core::mem;

use super::block::{Block, Column, NOTHING};
use super::candidate::Candidate;
use super::fact_source::FactSource;
use super::is_in_category;
use super::program::{
    AGE, BRAND, BUILT_IN, CATEGORY, COMPARE, CURRENT, EQUAL, ID, IN_STOCK, MISSING, Operation, PRICE, Program, STOCK,
    TEXT, VIEWED, Vocabulary,
};
use crate::item::Stock;

/// The columns and texts of a vocabulary in one facts file.
#[derive(Clone, Debug, Default)]
pub struct Resolved {
    columns: Vec<Option<u16>>,
    codes: Vec<Option<i32>>,
}

impl Resolved {
    /// Looks up every name once. O(names of the vocabulary × names of the file).
    pub fn new(vocabulary: &Vocabulary, source: Option<&dyn FactSource>) -> Self {
        if source.is_none() {
            return Self::default();
        }
        let names = BUILT_IN
            .into_iter()
            .chain(vocabulary.columns.iter().map(|name| &**name));
        let columns: Vec<_> = names.map(|name| source?.column(name)).collect();
        let code = |(column, text): &(u16, alloc::string::String)| {
            let column = (*columns.get(usize::from(*column))?)?;
            source?.code(column, text)
        };
        let codes = vocabulary.texts.iter().map(code).collect();
        Self { columns, codes }
    }
}

/// Facts of items in one request.
pub struct FactView<'v> {
    /// The facts file.
    pub source: Option<&'v dyn FactSource>,
    /// Where it has what the rules speak of.
    pub resolved: &'v Resolved,
    /// What the rules speak of.
    pub vocabulary: &'v Vocabulary,
    /// Days since 1970-01-01.
    pub today: i32,
    /// The item whose page this is, or that was touched last.
    pub current: Option<Candidate<'v>>,
    /// Items of the visit.
    pub viewed: Vec<Candidate<'v>>,
}

impl FactView<'_> {
    /// Returns which candidates of a block fit the condition, and of which that can be said: not of those of which a fact
    /// is asked for that nobody has. O(operations) words, and once a block the columns that they ask for.
    pub fn answer(&self, goods: &Program, block: &mut Block<'_, '_>) -> (u64, u64) {
        let mut known = if goods.is_empty() { 0 } else { block.all() };
        let mut stack = mem::take(&mut block.stack);
        let fits = goods.run(&mut stack, |operation| self.compare(operation, block, &mut known));
        block.stack = stack;
        (fits & known, known)
    }

    /// Returns the value of an item in a column; of a built-in text it has none.
    #[inline(never)]
    pub fn value(&self, column: u16, item: &Candidate<'_>) -> Option<i32> {
        self.of_the_moment(column, item).or_else(|| {
            let column = self.column(column)?;
            self.source?.value(column, item.index?)
        })
    }

    fn column(&self, column: u16) -> Option<u16> {
        *self.resolved.columns.get(usize::from(column))?
    }

    /// Returns what the page says.
    fn of_the_moment(&self, column: u16, item: &Candidate<'_>) -> Option<i32> {
        match (column, item.stock) {
            (IN_STOCK, Stock::Out) => Some(0),
            (IN_STOCK, Stock::In) => Some(1),
            (IN_STOCK, Stock::Backorder) => Some(2),
            (STOCK, _) => item.units,
            (PRICE, _) => item.price,
            _ => None,
        }
    }

    /// Returns the value of an item, or its age in days.
    fn value_or_age(&self, column: u16, is_age: bool, item: &Candidate<'_>) -> Option<i32> {
        let value = self.value(column, item)?;
        Some(if is_age {
            self.today.saturating_sub(value)
        } else {
            value
        })
    }

    fn compare(&self, operation: Operation, block: &mut Block<'_, '_>, known: &mut u64) -> u64 {
        let Operation { code, column, value } = operation;
        if column <= ID {
            return self.compare_text(operation, block);
        }
        let is_age = code & (COMPARE | AGE) == COMPARE | AGE;
        let facts = self.read(column, is_age, block);
        *known &= facts.heard;
        if code == MISSING {
            return !facts.found;
        }
        let compare = |other: Option<i32>| other.map_or(0, |other| facts.compare(code, other));
        let value_of = |other: &Candidate<'_>| self.value_or_age(column, is_age, other);
        match code & (CURRENT | VIEWED | TEXT) {
            CURRENT => compare(self.current.as_ref().and_then(value_of)),
            VIEWED => self
                .viewed
                .iter()
                .fold(0, |word, other| word | compare(value_of(other))),
            TEXT => match usize::try_from(value).ok().and_then(|at| *self.resolved.codes.get(at)?) {
                Some(wanted) => compare(Some(wanted)),
                // No item has that text: all others differ from it.
                None if code & EQUAL == 0 => facts.found,
                None => 0,
            },
            _ => compare(Some(value)),
        }
    }

    /// Returns a column of a block, which is read when it is first asked for.
    fn read<'b>(&self, number: u16, is_age: bool, block: &'b mut Block<'_, '_>) -> &'b Column {
        let mut columns = block.columns.iter();
        let at = columns.position(|column| column.number == number && column.is_age == is_age);
        let at = at.unwrap_or_else(|| {
            let column = self.column_of(number, is_age, block);
            block.columns.push(column);
            block.columns.len() - 1
        });
        block.columns.get(at).unwrap_or(&NOTHING)
    }

    fn column_of(&self, number: u16, is_age: bool, block: &Block<'_, '_>) -> Column {
        let mut column = Column::new(number, is_age);
        if let (Some(source), Some(own)) = (self.source, self.column(number)) {
            column.heard = u64::MAX;
            column.found = source.values(own, &block.indexes, &mut column.values);
        }
        if (IN_STOCK..=PRICE).contains(&number) {
            for (at, (value, item)) in column.values.iter_mut().zip(block.items).enumerate() {
                if let Some(found) = self.of_the_moment(number, item) {
                    *value = found;
                    column.found |= 1 << at;
                }
            }
        }
        column.heard |= column.found;
        if is_age {
            for value in &mut column.values {
                *value = self.today.saturating_sub(*value);
            }
        }
        column
    }

    fn compare_text(&self, operation: Operation, block: &Block<'_, '_>) -> u64 {
        let Operation { code, column, value } = operation;
        if code == MISSING {
            return block.bits(&|item| text(column, item).is_none());
        }
        let texts = &self.vocabulary.texts;
        let wanted = usize::try_from(value).ok().and_then(|at| texts.get(at));
        let current = self.current.as_ref().and_then(|other| text(column, other));
        let is_so = |item: &Candidate<'_>| {
            let found = text(column, item)?;
            let same = |wanted: &str| match column {
                CATEGORY => is_in_category(found, wanted),
                _ => found == wanted,
            };
            let is_same = match code & (CURRENT | VIEWED) {
                CURRENT => current.map(same),
                VIEWED => Some(self.viewed.iter().any(|other| text(column, other).is_some_and(same))),
                _ => wanted.map(|(_, wanted)| same(wanted)),
            };
            Some(is_same? == (code & EQUAL != 0))
        };
        block.bits(&|item| is_so(item) == Some(true))
    }
}

/// Returns a built-in text of an item.
fn text<'c>(column: u16, item: &'c Candidate<'_>) -> Option<&'c str> {
    match column {
        CATEGORY => item.category,
        BRAND => item.brand,
        _ => Some(&item.id),
    }
}
