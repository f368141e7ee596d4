//! Numbers and dates in words.

use jiff::Timestamp;
use shelfwise_page::words::signed_percent;

use crate::stats::Interval;

/// Returns a relative change, with its sign; what is beyond every scale is said in words.
pub fn signed(fraction: f64) -> String {
    if fraction.is_finite() {
        signed_percent(fraction)
    } else {
        "any rise".to_owned()
    }
}

/// Returns an interval of relative changes.
pub fn between(interval: Interval) -> String {
    if interval.is_empty() {
        return "intervals of different times exclude each other".to_owned();
    }
    format!("between {} and {}", signed(interval.low), signed(interval.high))
}

/// Returns a day in UTC.
pub fn day(ms: i64) -> String {
    let time = Timestamp::from_millisecond(ms);
    time.map_or_else(|_| ms.to_string(), |time| time.strftime("%-d %B %Y").to_string())
}

/// Returns a p-value.
pub fn p(value: f64) -> String {
    if value < 0.001 {
        "p < 0.001".to_owned()
    } else {
        format!("p = {value:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_and_dates_are_in_words() {
        assert_eq!(
            [signed(-0.0123), signed(0.1), signed(f64::INFINITY)],
            ["−1.2 %", "+10.0 %", "any rise"]
        );
        assert_eq!(day(1_793_577_600_000), "2 November 2026");
        assert_eq!(
            between(Interval { low: 0.1, high: 0.0 }),
            "intervals of different times exclude each other"
        );
    }
}
