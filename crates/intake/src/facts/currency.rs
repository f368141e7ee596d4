//! The currency of amounts, where cells state one: a file has one.

/// Returns the currency that an amount states, as its code or sign; empty if it states none.
pub fn of(amount: &str) -> String {
    let stated = amount.chars().filter(|c| c.is_alphabetic() || "€$£¥₹₩₽₺".contains(*c));
    let stated: String = stated.flat_map(char::to_uppercase).collect();
    match &*stated {
        "EUR" | "EURO" => "€".to_owned(),
        "USD" | "US$" => "$".to_owned(),
        "GBP" => "£".to_owned(),
        "JPY" => "¥".to_owned(),
        _ => stated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currency_of_an_amount_is_its_sign_or_code() {
        for (amount, currency) in [
            ("12.99", ""),
            ("12,99 €", "€"),
            ("EUR 12.99", "€"),
            ("$1,299", "$"),
            ("12.99 chf", "CHF"),
        ] {
            assert_eq!(of(amount), currency, "{amount}");
        }
    }
}
