//! JSON for reviewers: what fits stands on one line, the rest one element a line, fields in their own order.

use serde::Serialize;

/// Longest line, in bytes; a single string may be longer.
const WIDTH: usize = 160;
/// Lists of records down to here have one record a line: events and items of a case.
const LISTS: usize = 3;
const INDENT: usize = 2;

/// The value as text that ends with a line break. The same value gives the same text.
///
/// # Errors
/// Where the value has no JSON.
pub fn to_string(value: &impl Serialize) -> serde_json::Result<String> {
    let mut out = String::new();
    write(&serde_json::to_string(value)?, 0, &mut out);
    out.push('\n');
    Ok(out)
}

/// Lays out compact JSON, which has no space outside of strings.
fn write(json: &str, depth: usize, out: &mut String) {
    let is_nested = json.starts_with(['[', '{']) && json.len() > 2;
    let is_list = json.starts_with("[{") && depth <= LISTS;
    let fits = depth > 0 && depth * INDENT + json.len() <= WIDTH;
    if !is_nested || fits && !is_list {
        return out.push_str(&spaced(json));
    }
    let (open, inner, close) = (&json[..1], &json[1..json.len() - 1], &json[json.len() - 1..]);
    out.push_str(open);
    for (at, element) in split(inner, ',').into_iter().enumerate() {
        out.push_str(if at == 0 { "\n" } else { ",\n" });
        out.push_str(&" ".repeat((depth + 1) * INDENT));
        let value = match split(element, ':')[..] {
            [key, value] if open == "{" => {
                out.push_str(key);
                out.push_str(": ");
                value
            }
            _ => element,
        };
        write(value, depth + 1, out);
    }
    out.push('\n');
    out.push_str(&" ".repeat(depth * INDENT));
    out.push_str(close);
}

/// The parts between separators that stand neither in a string nor in brackets.
fn split(json: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, c) in outside_strings(json) {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            c if c == separator && depth == 0 => {
                parts.push(&json[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&json[start..]);
    parts
}

/// One line with a space behind every colon and comma.
fn spaced(json: &str) -> String {
    let (mut line, mut from) = (String::with_capacity(2 * json.len()), 0);
    for (at, c) in outside_strings(json) {
        if matches!(c, ',' | ':') {
            line.push_str(&json[from..=at]);
            line.push(' ');
            from = at + 1;
        }
    }
    line.push_str(&json[from..]);
    line
}

fn outside_strings(json: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut inside, mut escaped) = (false, false);
    json.char_indices().filter(move |(_, c)| {
        let was_inside = inside;
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = inside,
            '"' => inside = !inside,
            _ => {}
        }
        !was_inside && *c != '"'
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_are_on_one_line_and_strings_are_unchanged() {
        let value = serde_json::json!([{ "a": "x,y:[\"{", "b": [1, 2] }, { "c": "w".repeat(160) }]);
        let text = to_string(&value).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], r#"  {"a": "x,y:[\"{", "b": [1, 2]},"#);
        assert_eq!(lines[2], "  {");
        assert_eq!(lines[3].len(), "    \"c\": \"\"".len() + 160);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn empty_input_stays_empty() {
        assert_eq!(to_string(&Vec::<u8>::new()).unwrap(), "[]\n");
    }
}
