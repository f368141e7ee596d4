//! The engine alone, so that it can be linked whole and its imports be counted: there must be none.

pub use shelfwise_core;
