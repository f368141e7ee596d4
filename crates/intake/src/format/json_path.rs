//! Path of a column's value in an object.
//!
//! A path is written with dots, and `[]` after a list whose objects become rows: `properties.products[].product_id`.
//! Paths separated by `|` are alternatives: the first one with a value is used.

use serde_json::Value;

/// Follows the name of a list whose objects become rows.
const EACH: &str = "[]";

/// Separates alternative paths.
pub(crate) const OR: char = '|';

/// Names of lists, without case and punctuation, whose entries are items of an event or lines of an order. Only in
/// these lists columns are found by usual names; in others they must be named.
const ITEM_LISTS: &[&str] = &["items", "products", "lineitems", "orderlines", "contents"];

/// Path of a column in an object, with its alternatives.
pub(crate) struct ColumnPath {
    alternatives: Vec<Path>,
}

struct Path {
    whole: String,
    /// Segments to each list on the way, from the top or from an entry of the list before.
    lists: Vec<Vec<String>>,
    /// Segments to the value, from the entry of the last list or from the top.
    steps: Vec<String>,
}

/// The place of a row within an object: an entry of each list of the chain, as far as the lists are filled.
#[derive(Clone, Default)]
pub(crate) struct Entry<'v> {
    entries: Vec<&'v Value>,
    /// The row is this value of a list of plain values.
    pub(crate) value: Option<&'v Value>,
}

impl ColumnPath {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            alternatives: name.split(OR).map(Path::new).collect(),
        }
    }

    /// Returns the first value that is neither null nor an empty text.
    pub(crate) fn value<'v>(&self, row: &'v Value, entry: &Entry<'v>, chain: &[Vec<String>]) -> Option<&'v Value> {
        let values = self
            .alternatives
            .iter()
            .filter_map(|path| path.value(row, entry, chain));
        let mut filled = values.filter(|value| !value.is_null() && value.as_str() != Some(""));
        filled.next()
    }
}

impl Path {
    fn new(name: &str) -> Self {
        let mut parts: Vec<Vec<String>> = name.split(EACH).map(steps).collect();
        let steps = parts.pop().unwrap_or_default();
        Self {
            whole: name.to_owned(),
            lists: parts,
            steps,
        }
    }

    fn value<'v>(&self, row: &'v Value, entry: &Entry<'v>, chain: &[Vec<String>]) -> Option<&'v Value> {
        let Some(last) = self.lists.len().checked_sub(1) else {
            return row.get(&self.whole).or_else(|| walk(row, &self.steps));
        };
        if chain.starts_with(&self.lists) {
            return walk(entry.entries.get(last)?, &self.steps);
        }
        // A list beside the chain makes no rows: its first entry stands for it.
        let first = self.lists.iter().try_fold(row, |at, list| walk(at, list)?.get(0))?;
        walk(first, &self.steps)
    }
}

fn steps(path: &str) -> Vec<String> {
    let filled = path.split('.').filter(|step| !step.is_empty());
    filled.map(str::to_owned).collect()
}

/// Returns the longest chain of nested lists on the way to a wanted column: its innermost entries are the rows.
pub(crate) fn chain(paths: &[ColumnPath]) -> Vec<Vec<String>> {
    let lists = paths.iter().flat_map(|path| &path.alternatives).map(|path| &path.lists);
    // The first of the longest.
    lists.rev().max_by_key(|lists| lists.len()).cloned().unwrap_or_default()
}

/// Returns the rows of an object: the innermost entries of the chain, the values of the list that the wanted column
/// `each` is, or else one row.
pub(crate) fn entries<'v>(
    row: &'v Value,
    paths: &[ColumnPath],
    chain: &[Vec<String>],
    each: Option<usize>,
) -> Vec<Entry<'v>> {
    let mut rows = Vec::new();
    descend(row, chain, Entry::default(), &mut rows);
    let each = each.and_then(|each| paths.get(each));
    let whole = [Entry::default()];
    let list = each
        .filter(|_| rows.len() == 1)
        .and_then(|each| each.value(row, &whole[0], chain));
    match list.and_then(Value::as_array) {
        Some(values) if !values.is_empty() => values
            .iter()
            .map(|value| Entry {
                value: Some(value),
                ..rows[0].clone()
            })
            .collect(),
        _ => rows,
    }
}

fn descend<'v>(at: &'v Value, chain: &[Vec<String>], entry: Entry<'v>, rows: &mut Vec<Entry<'v>>) {
    let list = chain.first().and_then(|list| walk(at, list)?.as_array());
    match list {
        Some(list) if !list.is_empty() => {
            for inner in list {
                let mut next = entry.clone();
                next.entries.push(inner);
                descend(inner, &chain[1..], next, rows);
            }
        }
        _ => rows.push(entry),
    }
}

/// Returns whether a column is outside of lists, or in a list of items.
pub(crate) fn is_usual(column: &str) -> bool {
    let lists: Vec<&str> = column.split(EACH).collect();
    lists[..lists.len() - 1].iter().all(|list| {
        let name = list.rsplit('.').next().unwrap_or(list);
        ITEM_LISTS.contains(&crate::columns::plain(name).as_str())
    })
}

fn walk<'v>(value: &'v Value, steps: &[String]) -> Option<&'v Value> {
    steps.iter().try_fold(value, |value, step| match value {
        Value::Object(fields) => fields.get(step),
        Value::Array(params) => param(params, step),
        _ => None,
    })
}

/// Returns the value of a key in a list of `{key, value}`; for a typed value the field that is set.
fn param<'v>(params: &'v [Value], key: &str) -> Option<&'v Value> {
    let value = params
        .iter()
        .find(|param| param.get("key").and_then(Value::as_str) == Some(key))?
        .get("value")?;
    match value {
        Value::Object(typed) => typed.values().find(|value| !value.is_null()),
        plain => Some(plain),
    }
}

/// Returns numbers and booleans as written, an object by its name, and a list as a category path.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Object(fields) => fields
            .get("name")
            .filter(|name| name.is_string())
            .map(text_of)
            .unwrap_or_default(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(text_of).collect::<Vec<_>>().join(" > "),
        plain => plain.to_string(),
    }
}
