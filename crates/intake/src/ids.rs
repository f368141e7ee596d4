//! Validates ids.

use super::MAX_ID_BYTES;
use super::report::BadReason;

/// Characters of a bad value that are shown.
const SHOWN_LETTERS: usize = 40;

/// Checks an id; the error has the reason in words.
pub(super) fn check(id: &[u8]) -> Result<&str, (BadReason, String)> {
    if id.is_empty() {
        return Err((BadReason::EmptyId, "the id is empty".to_owned()));
    }
    if id.len() > MAX_ID_BYTES {
        let detail = format!(
            "an id of {} bytes ({}…); at most {MAX_ID_BYTES} are taken",
            id.len(),
            shown(id)
        );
        return Err((BadReason::LongId, detail));
    }
    let Some(text) = std::str::from_utf8(id).ok().filter(|text| !text.contains('\u{FFFD}')) else {
        let detail = format!(
            "`{}` has letters of an unknown encoding; convert the file to UTF-8, for instance with iconv -f GB18030 -t UTF-8",
            shown(id)
        );
        return Err((BadReason::NotUtf8, detail));
    };
    if is_list(text) {
        let detail = format!("`{}` is a list; write one row for each id", shown(id));
        return Err((BadReason::ListOfIds, detail));
    }
    if is_scientific(text) {
        let detail = format!(
            "`{}` is a number that a spreadsheet has rounded, so that different ids look the same; export the column as text",
            shown(id)
        );
        return Err((BadReason::RoundedId, detail));
    }
    Ok(text)
}

/// Returns whether a text is a list as programs and databases write it: `["a", "b"]`, `{"a": 1}` or `{a,b}`.
fn is_list(text: &str) -> bool {
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|inner| inner.contains([',', '"', '\'']))
        || text.starts_with('{') && text.ends_with('}') && text.contains(['"', ','])
}

/// Returns whether a text is a number in scientific notation, `4.00638E+12` or with a comma, whose digits are lost.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    exponent.strip_prefix('+').is_some_and(digits) && digits(whole) && digits(fraction)
}

/// Returns whether an id is personal data: an e-mail address, or a telephone number in its usual notation.
pub(super) fn is_personal(id: &str) -> bool {
    has_address(id) || is_telephone(id)
}

/// Returns whether a text contains an e-mail address, `name@host.domain`, also percent-encoded: `name%40host.domain`.
fn has_address(text: &str) -> bool {
    let text = text.replace("%40", "@");
    text.match_indices('@').any(|(at, _)| {
        let name = text[..at].chars().next_back();
        let host: &str = text[at + 1..]
            .split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '-'))
            .next()
            .unwrap_or_default();
        let domain = host.trim_end_matches('.').rsplit_once('.');
        name.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-')
            && domain
                .is_some_and(|(name, end)| !name.is_empty() && end.len() > 1 && end.chars().all(char::is_alphabetic))
    })
}

/// Returns whether a text is a telephone number such as `+49 170 1234567`: a plus and 8 to 15 digits (E.164), with
/// separators between them.
fn is_telephone(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('+') else {
        return false;
    };
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    (8..=15).contains(&digits)
        && rest
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '/' | '(' | ')' | '.'))
}

/// Returns the beginning of a value, for messages.
pub(super) fn shown(value: &[u8]) -> String {
    String::from_utf8_lossy(value).chars().take(SHOWN_LETTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_rounded_or_listed_is_refused_and_similar_ids_are_not() {
        for (id, reason) in [
            ("4.00638E+12", BadReason::RoundedId),
            ("4,00638E+12", BadReason::RoundedId),
            ("1e+16", BadReason::RoundedId),
            ("[\"a\",\"b\"]", BadReason::ListOfIds),
            ("['a', 'b']", BadReason::ListOfIds),
            ("{\"id\":1}", BadReason::ListOfIds),
            ("{a,b}", BadReason::ListOfIds),
            ("Gr\u{FFFD}n", BadReason::NotUtf8),
        ] {
            assert_eq!(check(id.as_bytes()).unwrap_err().0, reason, "{id}");
        }
        for id in ["5E12", "4.5", "E+5", "1E-3", "[a]", "{x}", "a,b", "10001.0"] {
            assert_eq!(check(id.as_bytes()), Ok(id));
        }
    }

    #[test]
    fn id_with_address_or_telephone_is_personal_and_similar_ids_are_not() {
        for id in [
            "jane@example.org",
            "engraved-for-jane.doe@mail.example.co.uk",
            "mailto:j_d@example.org?x",
            "https://shop.example/p/7?email=jane%40example.org",
            "+49 170 123-4567",
            "+4915112345678",
        ] {
            assert!(is_personal(id), "{id}");
        }
        for id in [
            "shoe@2x",
            "7@home",
            "@handle.x",
            "4006381333931",
            "+5",
            "a+b",
            "icon@2.5",
        ] {
            assert!(!is_personal(id), "{id}");
        }
    }
}
