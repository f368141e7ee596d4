//! Path of a column's value in a JSON object.

use serde_json::Value;

/// Marks a list whose objects become one row each.
pub(crate) const EACH: &str = "items[]";

/// Path of a column in an object.
pub(crate) struct ColumnPath {
    whole: String,
    /// Segments to the list whose entries are rows; empty if the column is outside of such a list.
    list: Vec<String>,
    /// Segments to the value, from the entry or from the top.
    steps: Vec<String>,
}

impl ColumnPath {
    pub(crate) fn new(name: &str) -> Self {
        let steps = |path: &str| {
            path.split('.')
                .filter(|step| !step.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let (list, rest) = match name.split_once(EACH) {
            Some((before, after)) => (steps(&format!("{before}items")), after),
            None => (Vec::new(), name),
        };
        Self {
            whole: name.to_owned(),
            list,
            steps: steps(rest),
        }
    }

    pub(crate) fn value<'v>(&self, row: &'v Value, entry: &'v Value) -> Option<&'v Value> {
        if self.list.is_empty() {
            row.get(&self.whole).or_else(|| walk(row, &self.steps))
        } else {
            walk(entry, &self.steps)
        }
    }
}

/// Returns the entries that become rows: those of the list that contains a wanted column, those of the list that the
/// wanted column `each` is, or else the whole object.
pub(crate) fn entries<'v>(
    row: &'v Value,
    paths: &[ColumnPath],
    each: Option<usize>,
) -> impl Iterator<Item = &'v Value> + use<'v> {
    let list = paths.iter().map(|path| &path.list).find(|list| !list.is_empty());
    let objects = list.and_then(|list| walk(row, list));
    let values = each.and_then(|each| paths.get(each)?.value(row, &Value::Null));
    let listed = objects
        .or(values)
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let alone = listed.is_empty().then_some(&Value::Null);
    listed.iter().chain(alone)
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

/// Returns numbers and booleans as written, and a list of strings as a category path.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::Null | Value::Object(_) => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(text_of).collect::<Vec<_>>().join(" > "),
        plain => plain.to_string(),
    }
}
