//! What conditions on items see in one request: the facts file, the page, the model, and the visit.

use alloc::vec::Vec;
use core::cmp::Ordering;

use super::candidate::Candidate;
use super::fact_source::FactSource;
use super::is_in_category;
use super::program::{
    AGE, BRAND, BUILT_IN, CATEGORY, COMPARE, CURRENT, EQUAL, GREATER, ID, IN_STOCK, LESS, MISSING, Operation, PRICE,
    Program, STOCK, TEXT, VIEWED, Vocabulary,
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
    /// Returns whether an item fits the condition. None does where a fact is asked for that no file has.
    pub fn matches(&self, goods: &Program, item: &Candidate<'_>) -> bool {
        self.answer(goods, item) == Some(true)
    }

    /// The same, and `None` where nothing can be said.
    pub fn answer(&self, goods: &Program, item: &Candidate<'_>) -> Option<bool> {
        let mut is_known = !goods.is_empty();
        let answer = goods.run(|operation| {
            is_known &= self.knows(operation.column, item);
            self.compare(operation, item)
        });
        is_known.then_some(answer)
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

    /// Returns whether anybody has that fact of items.
    fn knows(&self, column: u16, item: &Candidate<'_>) -> bool {
        column <= ID || self.column(column).is_some() || self.of_the_moment(column, item).is_some()
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

    fn compare(&self, operation: Operation, item: &Candidate<'_>) -> bool {
        let Operation { code, column, value } = operation;
        if column <= ID {
            return self.compare_text(operation, item);
        }
        let value_of = |item: &Candidate<'_>| {
            let value = self.value(column, item)?;
            let is_age = code & (COMPARE | AGE) == COMPARE | AGE;
            Some(if is_age {
                self.today.saturating_sub(value)
            } else {
                value
            })
        };
        let found = value_of(item);
        if code == MISSING {
            return found.is_none();
        }
        let Some(found) = found else { return false };
        let holds = |other: Option<i32>| other.is_some_and(|other| code & order(found.cmp(&other)) != 0);
        match code & (CURRENT | VIEWED | TEXT) {
            CURRENT => holds(self.current.as_ref().and_then(value_of)),
            VIEWED => self.viewed.iter().any(|other| holds(value_of(other))),
            TEXT => match usize::try_from(value).ok().and_then(|at| *self.resolved.codes.get(at)?) {
                Some(wanted) => holds(Some(wanted)),
                // No item has that text: all others differ from it.
                None => code & EQUAL == 0,
            },
            _ => holds(Some(value)),
        }
    }

    fn compare_text(&self, operation: Operation, item: &Candidate<'_>) -> bool {
        let Operation { code, column, value } = operation;
        let found = text(column, item);
        if code == MISSING {
            return found.is_none();
        }
        let Some(found) = found else { return false };
        let same = |wanted: &str| match column {
            CATEGORY => is_in_category(found, wanted),
            _ => found == wanted,
        };
        let is_same = match code & (CURRENT | VIEWED) {
            CURRENT => self.current.as_ref().and_then(|other| text(column, other)).map(same),
            VIEWED => Some(self.viewed.iter().any(|other| text(column, other).is_some_and(same))),
            _ => {
                let texts = &self.vocabulary.texts;
                let wanted = usize::try_from(value).ok().and_then(|at| texts.get(at));
                wanted.map(|(_, wanted)| same(wanted))
            }
        };
        is_same.is_some_and(|is_same| is_same == (code & EQUAL != 0))
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

const fn order(order: Ordering) -> u8 {
    match order {
        Ordering::Less => LESS,
        Ordering::Equal => EQUAL,
        Ordering::Greater => GREATER,
    }
}
