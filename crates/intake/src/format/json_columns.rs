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

    /// Adds the names of all columns of a value. Allocates only for new names: files have millions of rows of few columns.
    pub(crate) fn collect(&mut self, value: &Value) {
        let mut path = String::new();
        self.walk(value, &mut path, 0);
    }

    fn add_path(&mut self, path: &str) {
        if !self.known.contains(path) {
            self.add(path.to_owned());
        }
    }

    fn walk(&mut self, value: &Value, path: &mut String, depth: usize) {
        let Value::Object(fields) = value else { return };
        let prefix = path.len();
        for (key, value) in fields {
            path.push_str(key);
            match value {
                Value::Object(_) if depth < MAX_DEPTH => {
                    path.push('.');
                    self.walk(value, path, depth + 1);
                }
                Value::Array(list) if list.iter().any(Value::is_object) => self.walk_list(list, path, depth),
                Value::Object(_) => {}
                _ => self.add_path(path),
            }
            path.truncate(prefix);
        }
    }

    fn walk_list(&mut self, list: &[Value], path: &mut String, depth: usize) {
        let name = path.len();
        for entry in list {
            if let Some(param) = entry.get("key").and_then(Value::as_str) {
                path.push('.');
                path.push_str(param);
                self.add_path(path);
            } else if depth < MAX_DEPTH {
                path.push_str("[].");
                self.walk(entry, path, depth + 1);
            }
            path.truncate(name);
        }
    }
}
