//! Formats of files: each becomes a [`table::Table`] of named columns and rows, known by its content.

mod columnar;
mod delimited;
mod json_lines;
mod open;
mod sniff;
pub(crate) mod table;
