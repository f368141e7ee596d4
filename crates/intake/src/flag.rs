//! Flags of catalogs and orders: yes and no in the words that shops and spreadsheets use.

/// Parses a flag in the languages of shops and spreadsheets; `None` for other words.
pub(super) fn yes_or_no(flag: &str) -> Option<bool> {
    const YES: &[&str] = &[
        "1",
        "1.0",
        "true",
        "yes",
        "y",
        "t",
        "x",
        "on",
        "sensitive",
        "adult",
        "mature",
        "ja",
        "j",
        "wahr",
        "oui",
        "vrai",
        "si",
        "sí",
        "verdadero",
        "vero",
        "sim",
        "verdadeiro",
        "waar",
        "tak",
        "prawda",
        "ano",
        "sant",
        "да",
        "истина",
        "是",
    ];
    const NO: &[&str] = &[
        "", "0", "0.0", "-", "false", "no", "n", "f", "off", "none", "null", "nan", "n/a", "general", "nein", "falsch",
        "non", "faux", "falso", "não", "nee", "onwaar", "nie", "fałsz", "ne", "nej", "falskt", "нет", "ложь", "否",
    ];
    let flag = flag.trim().to_lowercase();
    let is_in = |words: &[&str]| words.contains(&&*flag);
    is_in(YES).then_some(true).or_else(|| is_in(NO).then_some(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flag_in_spreadsheet_languages_is_read() {
        for flag in ["1", "TRUE", "Yes", "ja", "WAHR", "oui", "VRAI", "Sí", "VERO", "x"] {
            assert_eq!(yes_or_no(flag), Some(true), "{flag}");
        }
        for flag in ["0", "FALSE", "no", "Nein", "FALSCH", "non", "FAUX", "-", "null"] {
            assert_eq!(yes_or_no(flag), Some(false), "{flag}");
        }
        assert_eq!(yes_or_no("18+"), None);
    }
}
