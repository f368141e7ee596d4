//! Decimal numbers as shops and spreadsheets write them.

/// Parses a number such as `12.99`, `-3`, `12,99 EUR`, `$1,299.00` or `1.299,00 €`; `None` for other texts.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let number = text.trim_matches(|c: char| !c.is_ascii_digit() && c != '-');
    let point = number.rfind(['.', ',']);
    let (whole, cents) = match point {
        // Three digits after a single comma are thousands; after a single point they are a fraction.
        Some(at) if is_grouping(number, at) => (number, ""),
        Some(at) => (&number[..at], &number[at + 1..]),
        None => (number, ""),
    };
    let plain: String = whole.chars().filter(|c| !matches!(c, '.' | ',' | ' ' | '\'')).collect();
    if plain.is_empty() && cents.is_empty() {
        return None;
    }
    let value: f64 = format!("{plain}.{cents}0").parse().ok()?;
    value.is_finite().then_some(value)
}

fn is_grouping(number: &str, at: usize) -> bool {
    let mark = &number[at..=at];
    let others = number[..at].matches(['.', ',']).count();
    let grouped = number.len() - at == 4;
    grouped && (mark == "," && !number.contains('.') || others > 0 && number[..at].contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_in_shop_formats_is_parsed() {
        for (text, value) in [
            ("12.99", 12.99),
            ("12,99 EUR", 12.99),
            ("$1,299.00", 1_299.0),
            ("1.299,00 €", 1_299.0),
            ("1,299", 1_299.0),
            ("1,299,000", 1_299_000.0),
            ("0.125", 0.125),
            ("28", 28.0),
            ("5.", 5.0),
            ("USD 7", 7.0),
            ("-3", -3.0),
        ] {
            assert_eq!(decimal(text), Some(value), "{text}");
        }
        for text in ["", "free", "1-2", "nan", "1e5x3"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
