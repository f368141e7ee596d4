//! Formats of files: each becomes a [`table::Table`] of named columns and rows, known by its content.

mod columnar;
mod decode;
mod delimited;
mod json_columns;
mod json_lines;
mod json_path;
mod lines;
mod open;
mod quotes;
mod sniff;
pub(crate) mod table;
