//! The tables of a snapshot: what was seen together, what is popular, what is alike, where visits begin.

pub mod alike;
pub mod assortment;
pub mod context_keys;
pub mod hold_back;
pub mod indexing;
pub mod indirect_links;
pub mod model;
pub mod popularity;
pub mod weigh;
