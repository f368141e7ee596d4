//! The syntax tree of an expression.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// A condition, with the places of its parts in the text, in bytes from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// One test of one fact.
    Test {
        /// Name of the fact.
        fact: String,
        /// Where the name stands.
        at: usize,
        /// What is asked of it.
        test: Test,
    },
    /// Not that.
    Not(Box<Self>),
    /// All of these, two or more.
    All(Vec<Self>),
    /// Any of these, two or more.
    Any(Vec<Self>),
}

/// What is asked of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// A flag that stands alone: it is set.
    IsSet,
    /// It is missing.
    Missing,
    /// How it compares.
    Compare(Comparison, Operand),
    /// It is one of these.
    In(Vec<Operand>),
    /// It is neither less than the first nor more than the second.
    Between(Operand, Operand),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// A literal, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operand {
    /// The literal.
    pub literal: Literal,
    /// Its place in the text, in bytes from 0.
    pub at: usize,
}

/// What a fact is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// A text in quotes.
    Text(String),
    /// A number as it is written.
    Number(String),
    /// Days since 1970-01-01.
    Day(i32),
    /// `true` or `false`.
    Flag(bool),
    /// The same fact of the current item.
    OfCurrent,
    /// The same fact of an item seen in the visit.
    OfViewed,
}

impl Expression {
    /// Returns whether the condition says what holds where the fact is missing.
    pub fn asks_whether_missing(&self, name: &str) -> bool {
        match self {
            Self::Test { fact, test, .. } => fact == name && *test == Test::Missing,
            Self::Not(inner) => inner.asks_whether_missing(name),
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.asks_whether_missing(name)),
        }
    }

    /// Calls `each` with the name of every fact and its place.
    pub fn each_fact(&self, each: &mut impl FnMut(&str, usize)) {
        match self {
            Self::Test { fact, at, .. } => each(fact, *at),
            Self::Not(inner) => inner.each_fact(each),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.each_fact(each)),
        }
    }
}
