//! Conditions on items, compiled: operations in postfix order over facts.
//!
//! The language of the policy's source (`expression/`) is parsed where the policy is built. What travels is this: no loop,
//! no float, no recursion, and at most [`MAX_OPERATIONS`] steps over a stack of words, which have a bit for each of 64 items.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

/// The most operations of a program.
pub const MAX_OPERATIONS: usize = 64;

/// Both of the two results before.
pub const AND: u8 = 0;
/// At least one of the two results before.
pub const OR: u8 = 1;
/// The opposite of the result before.
pub const NOT: u8 = 2;
/// Whether the item has no value in the column.
pub const MISSING: u8 = 3;
/// A comparison; the three lowest bits say for which order of fact and value it holds.
pub const COMPARE: u8 = 8;
/// Holds where the fact is less.
pub const LESS: u8 = 1;
/// Holds where both are equal; of a category also below the other.
pub const EQUAL: u8 = 2;
/// Holds where the fact is greater.
pub const GREATER: u8 = 4;
/// With `COMPARE`: of a day, its age in days is compared.
pub const AGE: u8 = 16;
/// With `COMPARE`: in place of the value, the same column of the current item.
pub const CURRENT: u8 = 32;
/// With `COMPARE`: in place of the value, the same column of any item seen in the visit.
pub const VIEWED: u8 = 64;
/// With `COMPARE`: the value is the place of a text in the vocabulary.
pub const TEXT: u8 = 128;

/// Facts that need no file, by their columns.
pub const BUILT_IN: [&str; 6] = ["category", "brand", "id", "in_stock", "stock", "price"];
/// Category path, from the model or the page.
pub const CATEGORY: u16 = 0;
/// Brand, from the model or the page.
pub const BRAND: u16 = 1;
/// The store's id.
pub const ID: u16 = 2;
/// 0 sold out, 1 in stock, 2 on backorder; what the page says wins over the file.
pub const IN_STOCK: u16 = 3;
/// How many are in stock; what the page says wins over the file.
pub const STOCK: u16 = 4;
/// Price in minor units; what the page says wins over the file.
pub const PRICE: u16 = 5;

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Operation {
    /// What it does.
    pub code: u8,
    /// The column of the fact: one of [`BUILT_IN`], or behind them one of the vocabulary.
    pub column: u16,
    /// What the fact is compared with.
    pub value: i32,
}

/// A condition on items; of no operations where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Program(pub Vec<Operation>);

/// The names of columns and the texts that programs speak of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Vocabulary {
    /// Names of columns of the facts file: the first one is the column behind [`BUILT_IN`].
    pub columns: Vec<String>,
    /// Texts, each with the column in which it is looked up.
    pub texts: Vec<(u16, String)>,
}

#[cfg(feature = "build")]
impl Vocabulary {
    fn name_of(&self, column: u16) -> Option<&str> {
        let column = usize::from(column);
        let built_in = BUILT_IN.get(column).copied();
        built_in.or_else(|| {
            self.columns
                .get(column.checked_sub(BUILT_IN.len())?)
                .map(|name| &**name)
        })
    }
}

impl Program {
    /// Returns whether there is no condition.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the whole numbers that it compares facts with, each with the fact's name. Left out is what is compared with an
    /// age, another item or a text.
    #[cfg(feature = "build")]
    pub fn thresholds<'v>(&'v self, vocabulary: &'v Vocabulary) -> impl Iterator<Item = (&'v str, i32)> {
        let is_plain = |own: &&Operation| own.code & COMPARE != 0 && own.code & (AGE | CURRENT | VIEWED | TEXT) == 0;
        let compared = self.0.iter().filter(is_plain);
        compared.filter_map(|own| Some((vocabulary.name_of(own.column)?, own.value)))
    }

    /// Returns whether it ends in one result, reads no result that is not there, and knows its columns and texts.
    #[must_use]
    pub fn is_sound(&self, vocabulary: &Vocabulary) -> bool {
        let columns = BUILT_IN.len() + vocabulary.columns.len();
        let mut depth = 0_usize;
        for Operation { code, column, value } in &self.0 {
            let is_text = code & TEXT != 0;
            let text = usize::try_from(*value).ok().and_then(|at| vocabulary.texts.get(at));
            let known = text.is_some_and(|(of, _)| of == column);
            let needed = match *code {
                AND | OR => 2,
                NOT => 1,
                _ => 0,
            };
            let is_known = *code <= MISSING || code & COMPARE != 0;
            if depth < needed || !is_known || usize::from(*column) >= columns || (is_text && !known) {
                return false;
            }
            depth = depth - needed + 1;
        }
        self.0.len() <= MAX_OPERATIONS && depth <= 1
    }

    /// Runs the operations for 64 items at once, one bit each, with `compare` for those that ask for a fact. O(operations).
    /// `stack` is room for words; what is in it is lost.
    pub(crate) fn run(&self, stack: &mut Vec<u64>, mut compare: impl FnMut(Operation) -> u64) -> u64 {
        stack.clear();
        for operation in &self.0 {
            let word = match operation.code {
                NOT => !stack.pop().unwrap_or_default(),
                AND => stack.pop().unwrap_or_default() & stack.pop().unwrap_or_default(),
                OR => stack.pop().unwrap_or_default() | stack.pop().unwrap_or_default(),
                _ => compare(*operation),
            };
            stack.push(word);
        }
        stack.pop().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(codes: &[u8]) -> Program {
        let operation = |code: &u8| Operation {
            code: *code,
            column: 0,
            value: 0,
        };
        Program(codes.iter().map(operation).collect())
    }

    /// Runs with these answers of comparisons, one after the other.
    fn run(codes: &[u8], answers: &[u64]) -> u64 {
        let mut answers = answers.iter().copied();
        program(codes).run(&mut Vec::new(), |_| answers.next().unwrap_or_default())
    }

    #[test]
    fn program_truth_tables_are_those_of_logic() {
        let equal = COMPARE | EQUAL;
        // One bit for each row of the table.
        let (a, b, c) = (0b1111_0000, 0b1100_1100, 0b1010_1010);
        assert_eq!(run(&[equal, equal, AND], &[a, b]), a & b);
        assert_eq!(run(&[equal, equal, OR], &[a, b]), a | b);
        assert_eq!(run(&[equal, NOT, equal, AND], &[a, b]), !a & b);
        assert_eq!(run(&[equal, equal, equal, AND, OR], &[a, b, c]), a | (b & c));
        assert_eq!(run(&[equal, equal, OR, equal, AND], &[a, b, c]), (a | b) & c);
        assert_eq!(run(&[], &[]), 0);
    }

    #[test]
    fn program_that_does_not_end_in_one_result_is_unsound() {
        let (equal, words) = (COMPARE | EQUAL, Vocabulary::default());
        for (codes, expected) in [
            (&[] as &[u8], true),
            (&[equal], true),
            (&[equal, equal, AND], true),
            (&[MISSING, NOT], true),
            (&[equal, equal], false),
            (&[NOT], false),
            (&[equal, AND], false),
            (&[4], false),
            (&[equal | TEXT], false),
        ] {
            assert_eq!(program(codes).is_sound(&words), expected, "{codes:?}");
        }
        assert!(!program(&[NOT; MAX_OPERATIONS + 1]).is_sound(&words));
    }
}
