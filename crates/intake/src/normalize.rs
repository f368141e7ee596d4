//! Normalizes ids that look the same but differ in bytes: invisible characters, and letters that Unicode can encode in
//! several ways.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// Returns a text in the form NFKC and without invisible characters, so that texts that look the same are equal
/// (Unicode Standard Annex 15, <https://www.unicode.org/reports/tr15/>).
pub(super) fn normalized(text: &str) -> Cow<'_, str> {
    if is_normal(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| !is_invisible(*c)).nfkc().collect())
}

/// Returns whether a text is equal to its [`normalized`] form.
fn is_normal(text: &str) -> bool {
    let is_quick = || is_nfkc_quick(text.chars()) == IsNormalized::Yes;
    text.is_ascii() || !text.contains(is_invisible) && is_quick()
}

/// Returns whether a character is invisible: soft hyphens, joiners, direction marks, byte order marks, variation
/// selectors.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_texts_that_look_the_same_are_equal() {
        for (text, plain) in [
            ("jane\u{200B}", "jane"),
            ("\u{FEFF}jane", "jane"),
            ("ja\u{AD}ne\u{200F}", "jane"),
            ("e\u{301}mile", "\u{E9}mile"),
            ("\u{FF55}\u{FF11}\u{FF12}", "u12"),
        ] {
            assert_eq!(normalized(text), plain, "{text:?}");
        }
        for text in ["jane", "\u{E9}mile", "u-12_x", "\u{672A}\u{77E5}", ""] {
            assert!(matches!(normalized(text), Cow::Borrowed(_)), "{text:?}");
        }
    }
}
