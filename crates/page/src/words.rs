//! Numbers in words.

/// Returns a fraction as a percentage, with as many decimals as say something.
pub fn percent(fraction: f64) -> String {
    let percent = 100.0 * fraction;
    if percent.abs() >= 99.95 || percent.abs() < 5e-3 {
        format!("{percent:.0} %")
    } else if percent.abs() >= 10.0 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.2} %")
    }
}

/// Returns a difference of fractions in percentage points, with its sign.
pub fn points(fraction: f64) -> String {
    let rounded = (10_000.0 * fraction).round() / 100.0;
    if rounded.abs() < 5e-3 {
        "±0".to_owned()
    } else {
        format!("{rounded:+.2}").replace('-', "−")
    }
}

/// Returns a relative change, with its sign.
pub fn signed_percent(fraction: f64) -> String {
    format!("{:+.1} %", 100.0 * fraction).replace('-', "−")
}

/// Returns a count with its noun.
pub fn plural(count: u64, noun: &str) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{} {noun}{end}", thousands(count))
}

/// Returns a number with separated thousands: 1,234,567.
pub fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_as_many_decimals_as_say_something() {
        assert_eq!(
            [percent(1.0), percent(0.981), percent(0.0123), percent(0.0)],
            ["100 %", "98.1 %", "1.23 %", "0 %"]
        );
        assert_eq!([points(-0.0123), points(0.004), points(0.0)], ["−1.23", "+0.40", "±0"]);
        assert_eq!([plural(1, "rule"), plural(12_345, "rule")], ["1 rule", "12,345 rules"]);
    }
    #[test]
    fn numbers_have_their_thousands_apart() {
        assert_eq!(
            [0, 999, 1_000, 2_527_552].map(thousands),
            ["0", "999", "1,000", "2,527,552"]
        );
    }
}
