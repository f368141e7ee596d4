//! The language of `where`: conditions on the facts of items, for the people who write rules.
//!
//! ```text
//! category = 'Shoes' and (price between 20 and 60 or brand in ['Fjord', 'Alba'])
//! age_days < 30 and not missing(rating)
//! brand = same_as.current
//! ```
//!
//! Parsed with [winnow](https://docs.rs/winnow) where a policy is built, and never on a device, which gets a
//! [`Program`](super::program::Program).

mod compile;
mod error;
pub(in crate::policy) mod parse;
mod syntax;

pub use compile::Compiler;
pub use error::{ExpressionError, ExpressionProblem};
pub use syntax::{Comparison, Expression, Literal, Operand, Test};
