//! File formats: each is read as a [`table::Table`] of named columns and rows, and is detected by its content.

mod columnar;
mod decode;
mod delimited;
mod json_columns;
mod json_document;
mod json_lines;
pub(crate) mod json_path;
mod lines;
mod objects;
mod open;
mod quotes;
mod sniff;
pub(crate) mod table;
mod xml_feed;
