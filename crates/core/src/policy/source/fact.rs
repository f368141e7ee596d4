//! `[[fact]]`: a column of the catalog that rules may ask about.

use alloc::string::String;

use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::facts::FactKind;

/// `[[fact]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "such as { name = \"rating\", from = \"stars\", kind = \"number\" }"
)]
pub struct FactDeclaration {
    /// The name by which rules speak of it.
    pub name: String,
    /// The column of the catalog; the name itself if it says nothing.
    pub from: Option<String>,
    /// What its values are.
    #[serde(deserialize_with = "kind")]
    pub kind: FactKind,
    /// Into how many steps its values are rounded; all values if it says nothing.
    pub steps: Option<u16>,
    /// Whether it must never leave the origin.
    #[serde(default)]
    pub secret: bool,
}

/// Reads the name of a kind.
fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FactKind, D::Error> {
    let name = String::deserialize(deserializer)?;
    let names = FactKind::ALL.map(FactKind::name);
    FactKind::from_name(&name).ok_or_else(|| {
        D::Error::custom(alloc::format!(
            "unknown variant `{name}`, expected one of {}",
            names.join(", ")
        ))
    })
}

impl FactDeclaration {
    /// Returns the column of the catalog that it is read from.
    #[must_use]
    pub fn column(&self) -> &str {
        self.from.as_deref().unwrap_or(&self.name)
    }
}

impl FactKind {
    /// Returns the digits behind the point that are kept.
    const fn decimals(self) -> usize {
        match self {
            Self::Money => 2,
            Self::Number => 1,
            Self::Share => 3,
            _ => 0,
        }
    }

    /// Reads a decimal number as the whole number that a fact of this kind is; `None` for one that it cannot be.
    #[must_use]
    pub fn parse(self, number: &str) -> Option<i32> {
        let (digits, is_negative) = number
            .strip_prefix('-')
            .map_or((number, false), |digits| (digits, true));
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let kept = decimals.trim_end_matches('0');
        let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
        if kept.len() > self.decimals() || whole.is_empty() || !is_number(whole) || !is_number(decimals) {
            return None;
        }
        let padding = core::iter::repeat_n(b'0', self.decimals() - kept.len());
        let mut digits = whole.bytes().chain(kept.bytes()).chain(padding);
        let scaled = digits.try_fold(0_i32, |sum, digit| {
            sum.checked_mul(10)?.checked_add(i32::from(digit & 15))
        })?;
        let scaled = if is_negative { -scaled } else { scaled };
        (self != Self::Share || (0..=1000).contains(&scaled)).then_some(scaled)
    }

    /// In words, what its values can be.
    #[must_use]
    pub const fn range(self) -> &'static str {
        match self {
            Self::Money => "an amount with at most 2 decimals, up to 21,474,836.47",
            Self::Count => "a whole number up to 2,147,483,647",
            Self::Number => "a number with at most 1 decimal",
            Self::Share => "a share from 0 to 1 with at most 3 decimals",
            Self::Day => "a date",
            Self::Flag => "true or false",
            Self::Text => "a text",
        }
    }

    /// In words, what it is compared with.
    #[must_use]
    pub const fn example(self) -> &'static str {
        match self {
            Self::Money => "an amount such as 12.50",
            Self::Count => "a whole number such as 3",
            Self::Number => "a number such as 4.5",
            Self::Share => "a share such as 0.35",
            Self::Day => "a date such as 2026-12-24",
            Self::Flag => "true or false",
            Self::Text => "a text in quotes such as 'Fjord'",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fact_number_is_read_exactly_or_not_at_all() {
        for (kind, text, expected) in [
            (FactKind::Money, "12.5", Some(1250)),
            (FactKind::Money, "12", Some(1200)),
            (FactKind::Money, "12.500", Some(1250)),
            (FactKind::Money, "12.501", None),
            (FactKind::Money, "-0.01", Some(-1)),
            (FactKind::Money, "21474836.47", Some(i32::MAX)),
            (FactKind::Money, "21474836.48", None),
            (FactKind::Count, "3.0", Some(3)),
            (FactKind::Count, "3.1", None),
            (FactKind::Number, "4.5", Some(45)),
            (FactKind::Share, "1", Some(1000)),
            (FactKind::Share, "1.001", None),
            (FactKind::Share, "-0.1", None),
            (FactKind::Count, "", None),
            (FactKind::Count, "-", None),
            (FactKind::Count, "1e3", None),
            (FactKind::Count, ".5", None),
        ] {
            assert_eq!(kind.parse(text), expected, "{kind:?} {text}");
        }
    }
}
