//! Canonical JSON: one text for one value, as [RFC 8785](https://www.rfc-editor.org/rfc/rfc8785) has it.

use serde_json::{Number, Value};

/// Decimals of numbers in reports.
const DECIMALS: f64 = 1e6;

/// Returns a value with all fractions rounded to six decimals.
#[must_use]
pub fn rounded(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            let exact = number.as_f64().unwrap_or_default();
            // `+ 0.0` turns -0 into 0.
            let rounded = (exact * DECIMALS).round() / DECIMALS + 0.0;
            Number::from_f64(rounded).map_or(Value::Null, Value::Number)
        }
        Value::Array(values) => values.into_iter().map(rounded).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, rounded(value))).collect(),
        other => other,
    }
}

/// Returns the canonical text of a [`rounded`] value whose field names are ASCII: fields sorted, no white space, numbers
/// as ECMAScript writes them. (Display writes no exponents, as ECMAScript does between 10⁻⁶ and 10²¹.)
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Number(number) if number.is_f64() => out.push_str(&number.as_f64().unwrap_or_default().to_string()),
        Value::Array(values) => {
            out.push('[');
            for (at, value) in values.iter().enumerate() {
                separate(at, out);
                write(value, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort_unstable();
            out.push('{');
            for (at, name) in names.into_iter().enumerate() {
                separate(at, out);
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write(&fields[name], out);
            }
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
}

fn separate(at: usize, out: &mut String) {
    if at > 0 {
        out.push(',');
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Section 3.2.2 and appendix B of RFC 8785, as far as reports have such values.
    #[test]
    fn canonical_text_is_that_of_the_rfc() {
        let value = json!({"b": [56.0, {"d": true, "10": null, "1": []}], "a": "\u{20ac}$\u{f}\nA'\u{42}\"\\/"});
        assert_eq!(
            canonical(&rounded(value)),
            "{\"a\":\"\u{20ac}$\\u000f\\nA'B\\\"\\\\/\",\"b\":[56,{\"1\":[],\"10\":null,\"d\":true}]}"
        );
    }

    #[test]
    fn fractions_have_six_decimals_and_no_sign_of_zero() {
        let text = |value: f64| canonical(&rounded(json!(value)));
        assert_eq!(text(1.0 / 3.0), "0.333333");
        assert_eq!(text(-1e-9), "0");
        assert_eq!(text(1e-6), "0.000001");
        assert_eq!(text(4.5), "4.5");
    }
}
