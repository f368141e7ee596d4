//! What can be wrong with an expression: each says what it is, where, and what to write.

use alloc::string::String;
use core::fmt;

use crate::policy::program::MAX_OPERATIONS;

/// Why an expression is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionError {
    /// Place in the text, in bytes from 0.
    pub at: usize,
    /// What is wrong there.
    pub problem: ExpressionProblem,
}

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpressionProblem {
    /// Something else should stand there.
    Expected(&'static str),
    /// Longer than `MAX_BYTES`.
    TooLong,
    /// More parentheses inside each other than `MAX_DEPTH`.
    TooDeep,
    /// More than [`MAX_OPERATIONS`] operations.
    TooManyOperations {
        /// How many it has.
        got: usize,
    },
    /// No fact of that name.
    UnknownFact {
        /// The name.
        name: String,
        /// The most similar known name, if one is similar.
        similar: Option<String>,
    },
    /// A literal that does not go with the fact's kind.
    WrongKind {
        /// The fact.
        fact: String,
        /// What it is compared with instead.
        wanted: &'static str,
    },
    /// A text or a flag has no order.
    NoOrder {
        /// The fact.
        fact: String,
    },
    /// A number that a fact of this kind cannot be: too large, or finer than it is kept.
    OutOfRange {
        /// The fact.
        fact: String,
        /// What it can be.
        wanted: &'static str,
    },
    /// `between` from more to less: nothing is there.
    Empty {
        /// The fact.
        fact: String,
    },
}

impl fmt::Display for ExpressionProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expected(what) => write!(f, "expected {what}"),
            Self::TooLong => write!(f, "longer than {} characters", super::parse::MAX_BYTES),
            Self::TooDeep => write!(f, "parentheses more than {} deep", super::parse::MAX_DEPTH),
            Self::TooManyOperations { got } => write!(f, "{got} operations, and a rule has at most {MAX_OPERATIONS}"),
            Self::UnknownFact { name, .. } => write!(f, "no fact is named `{name}`"),
            Self::WrongKind { fact, wanted } => write!(f, "`{fact}` is compared with {wanted}"),
            Self::NoOrder { fact } => write!(f, "`{fact}` has no order"),
            Self::OutOfRange { fact, wanted } => write!(f, "`{fact}` is {wanted}"),
            Self::Empty { fact } => write!(f, "`{fact}` cannot be between more and less"),
        }
    }
}

impl ExpressionProblem {
    /// Returns what to do.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Expected(_) => "such as `price < 20 and brand in ['Fjord', 'Alba']`",
            Self::TooLong | Self::TooDeep | Self::TooManyOperations { .. } => "split the rule in two",
            Self::UnknownFact { .. } => {
                "add a [[fact]] of that name, or use one of category, brand, id, in_stock, stock, price"
            }
            Self::WrongKind { .. } => "write the value as the catalog has it, texts in single quotes",
            Self::NoOrder { .. } => "use = or != or in",
            Self::OutOfRange { .. } => "write a number that it can be",
            Self::Empty { .. } => "write the lesser number first",
        }
    }
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "character {}: {}: {}",
            self.at + 1,
            self.problem,
            self.problem.help()
        )
    }
}

impl core::error::Error for ExpressionError {}
