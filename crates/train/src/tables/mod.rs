//! The tables of a snapshot: co-occurrences, popularity, content similarity, context keys.

pub mod alike;
pub mod assortment;
pub mod context_keys;
pub mod hold_back;
pub mod indexing;
pub mod indirect_links;
pub mod model;
pub mod popularity;
pub mod weigh;
