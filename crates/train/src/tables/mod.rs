//! The tables of a snapshot: what was seen together, what is popular, what is alike, where visits begin.

pub mod alike;
pub mod cells;
pub mod cooccurrence_window;
pub mod count;
pub mod indexing;
pub mod indirect_links;
pub mod model;
pub mod popularity;
pub mod supporters;
pub mod weigh;
