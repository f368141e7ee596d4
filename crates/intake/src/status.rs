//! Status of orders that are not purchases: cancelled, refunded, failed, or tests.

use super::flag;

/// Status words, without case and punctuation, that cancel the purchase.
const UNDONE: &[&str] = &[
    "cancelled",
    "canceled",
    "cancel",
    "refunded",
    "refund",
    "voided",
    "void",
    "returned",
    "failed",
    "declined",
    "rejected",
    "chargeback",
    "expired",
    "abandoned",
    "trash",
    "storno",
    "storniert",
    "annulled",
    "reversed",
    "erstattet",
    "rückerstattet",
    "retourniert",
    "abgebrochen",
    "abgelehnt",
    "fehlgeschlagen",
    "annulé",
    "annulée",
    "remboursé",
    "remboursée",
    "retourné",
    "cancelado",
    "cancelada",
    "anulado",
    "reembolsado",
    "devuelto",
    "annullato",
    "rimborsato",
    "geannuleerd",
    "terugbetaald",
    "anulowane",
    "zwrócone",
    "отменен",
    "отменён",
    "возврат",
];

/// Status words that mark a test.
const TESTS: &[&str] = &["test", "testorder", "testing", "sandbox", "testbestellung"];

/// Result of evaluating a purchase's status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It counts.
    #[default]
    Counts,
    /// It was cancelled, refunded or never paid.
    Undone,
    /// It was a test.
    Test,
}

impl Verdict {
    /// Returns the verdict of a status such as `paid`, `refunded` or `wc-cancelled`.
    pub(super) fn of(status: &str) -> Self {
        let words = super::columns::plain(status);
        let word = words.strip_prefix("wc").unwrap_or(&words);
        if UNDONE.contains(&word) {
            Self::Undone
        } else if TESTS.contains(&word) {
            Self::Test
        } else {
            Self::Counts
        }
    }

    /// Returns the verdict of a payment's method: Shopify's tests are paid by its "Bogus Gateway".
    pub(super) fn of_payment(method: &str) -> Self {
        if method.to_lowercase().contains("bogus") {
            Self::Test
        } else {
            Self::Counts
        }
    }

    /// Returns the verdict of a column such as `Cancelled at` or `is_test`, which is non-empty if it applies.
    pub(super) fn of_mark(mark: &str, if_marked: Self) -> Self {
        let is_blank = matches!(super::columns::plain(mark).as_str(), "" | "00" | "na");
        if is_blank || flag::yes_or_no(mark) == Some(false) {
            Self::Counts
        } else {
            if_marked
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_undone_and_tests_are_told_from_orders_that_count() {
        for (status, verdict) in [
            ("Cancelled", Verdict::Undone),
            ("wc-refunded", Verdict::Undone),
            ("VOIDED", Verdict::Undone),
            ("Rückerstattet", Verdict::Undone),
            ("annulée", Verdict::Undone),
            ("Testbestellung", Verdict::Test),
            ("test", Verdict::Test),
            ("completed", Verdict::Counts),
            ("partially_refunded", Verdict::Counts),
            ("200", Verdict::Counts),
            ("", Verdict::Counts),
        ] {
            assert_eq!(Verdict::of(status), verdict, "{status}");
        }
        for (mark, verdict) in [
            ("", Verdict::Counts),
            ("false", Verdict::Counts),
            ("Nein", Verdict::Counts),
            ("FALSCH", Verdict::Counts),
            ("ja", Verdict::Undone),
            ("2024-03-01", Verdict::Undone),
        ] {
            assert_eq!(Verdict::of_mark(mark, Verdict::Undone), verdict, "{mark}");
        }
    }
}
