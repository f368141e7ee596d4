//! Every kind of finding about content, each with an option that has it.
#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

use shelfwise_core::Item;
use shelfwise_core::policy::PolicySource;
use shelfwise_core::policy::lint::{CatalogIndex, CatalogSource, Diagnostic, Finding, LintContext, Table};

/// 2026-11-30 12:00 UTC.
const NOW_MS: i64 = 1_796_040_000_000;

const HEAD: &str = r#"
zone = "Europe/Berlin"
[[placement]]
name = "home"
[[fact]]
name = "rating"
kind = "number"
"#;

fn catalog() -> CatalogIndex {
    let item = |id| Item {
        brand: Some("Alba"),
        category: Some("Shoes"),
        ..Item::new(id)
    };
    CatalogIndex::new(CatalogSource::Catalog, ["a", "b"].map(item))
}

/// What is found in one option: at which word, whether it is an error, and what it says.
fn of_content(option: &str) -> Vec<(&'static str, bool, String)> {
    let text = format!("{HEAD}[[fact]]\nname = \"stock\"\nkind = \"count\"\n[[content]]\n{option}\n");
    let source: PolicySource = toml::from_str(&text).unwrap();
    let catalog = catalog();
    let found = source.lint(&LintContext {
        catalog: Some(&catalog),
        places: 24,
        now_ms: Some(NOW_MS),
        has_hit_curve: None,
    });
    let of_content = |finding: &Finding| matches!(finding.place.table, Table::Content);
    let found = found.into_iter().filter(of_content);
    found
        .map(|finding| {
            assert!(!finding.diagnostic.help().is_empty());
            let is_error = matches!(finding.diagnostic, Diagnostic::Error(_));
            (finding.place.key, is_error, finding.diagnostic.what())
        })
        .collect()
}

#[test]
fn content_that_is_sound_has_no_finding() {
    let sound = "id = \"x\"\nkind = \"banner\"\nplacements = [\"home\"]\nabout = { items = [\"a\"], brand = \"Alba\" }\n\
        texts = [{ title = \"Only {stock} left\" }, { title = \"Shoes\" }]\nuntil = \"2027-01-01\"\nat_most_per_visit = 3";
    assert_eq!(of_content(sound), []);
    let offer = "id = \"x\"\nkind = \"offer\"\nplacements = [\"home\"]\ntexts = { title = \"Free delivery\" }\n\
        conditions = \"orders from 30\"\nwhen = { weekday = \"monday\", language = \"en\" }";
    assert_eq!(of_content(offer), []);
}

#[test]
fn content_that_cannot_be_is_refused_at_its_word() {
    let cases: [(&str, &str, &str); 20] = [
        ("placements = []", "placements", "names no placement"),
        ("placements = [\"hom\"]", "placements", "names placement `hom`"),
        ("id = \"\"", "id", "an id that events cannot have"),
        ("texts = { title = \" \" }", "texts", "has no text"),
        ("texts = []", "texts", "has no text"),
        ("texts = { title = \"Only 3 left\" }", "texts", "says `3 … left`"),
        (
            "texts = { title = \"12 in baskets\" }",
            "texts",
            "says `12 … in basket`",
        ),
        ("texts = { title = \"Selling fast\" }", "texts", "says `selling fast`"),
        (
            "texts = { title = \"Only {units} left\" }",
            "texts",
            "speaks of `{units}`",
        ),
        ("texts = { title = \"{rating} of 5\" }", "texts", "speaks of `{rating}`"),
        ("texts = { title = \"Only {stock} left\" }", "texts", "and of no item"),
        ("texts = { title = \"Only {stock left\" }", "texts", "not closed"),
        (
            "texts = { title = \"Ends today\" }",
            "texts",
            "says `ends today`, and has no end",
        ),
        (
            "from = \"2027-01-02\"\nuntil = \"2027-01-01\"",
            "until",
            "ends before it begins",
        ),
        (
            "at_most_per_visit = 0",
            "at_most_per_visit",
            "must be a whole number from 1 to 20",
        ),
        ("rest_after = 2000", "rest_after", "must be minutes"),
        ("share = 101", "share", "must be a whole number"),
        ("when = { device = \"fridge\" }", "when", "`fridge` is no device"),
        ("conditions = \"from 30\"", "conditions", "is no offer"),
        ("kind = \"offer\"", "conditions", "does not say what it takes"),
    ];
    for (words, key, says) in cases {
        let found = of_content(&with(words));
        let is_it = |found: &(&str, bool, String)| found.0 == key && found.1 && found.2.contains(says);
        assert!(found.iter().any(is_it), "{words}: {found:?}");
    }
}

/// A sound option in which these words stand in place of its own.
fn with(words: &str) -> String {
    let own = [
        "id = \"x\"",
        "kind = \"banner\"",
        "placements = [\"home\"]",
        "texts = { title = \"Shoes\" }",
    ];
    let key = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    let kept = own
        .iter()
        .filter(|line| words.lines().all(|word| key(word) != key(line)));
    let lines: Vec<&str> = kept.copied().chain(words.lines()).collect();
    lines.join("\n")
}

#[test]
fn offer_for_some_shoppers_only_is_refused() {
    let conditions = [
        "cart_value = { at_least = 50 }",
        "basis = \"session\"",
        "state = \"leaving\"",
        "device = \"phone\"",
        "country = \"DE\"",
    ];
    for when in conditions {
        let offer = with(&format!(
            "kind = \"offer\"\nconditions = \"from 30\"\nwhen = {{ {when} }}"
        ));
        let found = of_content(&offer);
        let is_it =
            |found: &(&str, bool, String)| found.0 == "when" && found.1 && found.2.starts_with("offer `x` depends on");
        assert!(found.iter().any(is_it), "{when}: {found:?}");
    }
}

#[test]
fn content_that_is_doubtful_is_told() {
    let cases = [
        ("until = \"2026-11-01\"", "until", "ended at"),
        ("when = { state = \"buying\" }", "when", "needs a later engine"),
        (
            "texts = [{ title = \"Shoes\" }, { title = \"Shoes\" }]",
            "texts",
            "the same texts twice",
        ),
        ("id = \"a\"", "id", "the id of an item"),
        (
            "about = { brand = \"Albatros\" }",
            "about",
            "brand `Albatros`, which does not occur",
        ),
    ];
    for (words, key, says) in cases {
        let found = of_content(&with(words));
        let is_it = |found: &(&str, bool, String)| found.0 == key && !found.1 && found.2.contains(says);
        assert!(found.iter().any(is_it), "{words}: {found:?}");
    }
}

#[test]
fn content_of_one_id_twice_is_refused() {
    let twice = with("") + "\n[[content]]\n" + &with("");
    assert!(of_content(&twice).contains(&("id", true, "`x` is used twice".into())));
}
