//! Collects the columns of a file of objects: the paths to all scalar values.

use rustc_hash::FxHashSet;
use serde_json::Value;

/// Objects and lists nested deeper than this are ignored.
const MAX_DEPTH: usize = 5;

/// More names than this are data rather than names, such as one field for every product.
const MOST_COLUMNS: usize = 5_000;

/// Column names in the order of first appearance.
#[derive(Default)]
pub(crate) struct Columns {
    names: Vec<String>,
    known: FxHashSet<String>,
}

impl Columns {
    /// Returns the names, with dots between path segments and `[]` after lists of objects.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Adds a name unless it is there already.
    pub(crate) fn add(&mut self, name: String) {
        if self.names.len() < MOST_COLUMNS && !self.known.contains(&name) {
            self.known.insert(name.clone());
            self.names.push(name);
        }
    }

    /// Adds the names of all columns of a value.
    pub(crate) fn collect(&mut self, value: &Value) {
        self.walk(value, "", 0);
    }

    fn walk(&mut self, value: &Value, prefix: &str, depth: usize) {
        let Value::Object(fields) = value else { return };
        for (key, value) in fields {
            let name = format!("{prefix}{key}");
            match value {
                Value::Object(_) if depth < MAX_DEPTH => self.walk(value, &format!("{name}."), depth + 1),
                Value::Array(list) if list.iter().any(Value::is_object) => self.walk_list(list, &name, depth),
                Value::Object(_) => {}
                _ => self.add(name),
            }
        }
    }

    fn walk_list(&mut self, list: &[Value], name: &str, depth: usize) {
        for entry in list {
            if let Some(param) = entry.get("key").and_then(Value::as_str) {
                self.add(format!("{name}.{param}"));
            } else if depth < MAX_DEPTH {
                self.walk(entry, &format!("{name}[]."), depth + 1);
            }
        }
    }
}
