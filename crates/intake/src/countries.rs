//! Country names as written in exports and invoices, mapped to ISO 3166 codes.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::columns::plain;

/// A line for each country: its code, its English name as browsers and GA4 write it, and other names in use.
const NAMES: &str = include_str!("countries.tsv");

static CODES: LazyLock<FxHashMap<String, &'static str>> = LazyLock::new(|| {
    let lines = NAMES.lines().filter_map(|line| line.split_once('\t'));
    let names = lines.flat_map(|(code, names)| names.split('\t').map(move |name| (same(name), code)));
    names.collect()
});

/// Returns the code of a country's name; any other text is returned unchanged, because it may be a code.
pub(super) fn code(name: &str) -> &str {
    CODES.get(&same(name)).copied().unwrap_or_else(|| name.trim())
}

/// Normalizes a name: ignores case, spaces, and how "and" is written.
fn same(name: &str) -> String {
    plain(&name.replace('&', "and"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn country_name_in_exports_and_invoices_is_known() {
        let names = [
            "United Kingdom",
            "EIRE",
            "USA",
            "czech republic",
            "Bosnia and Herzegovina",
            "Türkiye",
        ];
        assert_eq!(names.map(code), ["GB", "IE", "US", "CZ", "BA", "TR"]);
    }

    #[test]
    fn country_code_is_unchanged() {
        assert_eq!(
            [code("de"), code(" FR "), code("UK"), code("Unspecified")],
            ["de", "FR", "GB", "Unspecified"]
        );
    }

    #[test]
    fn country_table_has_codes_and_unique_names() {
        let names: usize = NAMES.lines().map(|line| line.split('\t').count() - 1).sum();
        assert_eq!(CODES.len(), names);
        assert!(
            CODES
                .values()
                .all(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()))
        );
    }
}
