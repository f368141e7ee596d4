//! The merchandiser's file, held against itself and against what the shop sells.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use shelfwise_core::Item;
use shelfwise_core::policy::PolicySource;
use shelfwise_core::policy::lint::{CatalogIndex, CatalogSource, Diagnostic, LintContext, Table};

/// Two tents and a bed by Fjord, a lamp by Lux, and milk of no brand.
fn catalog(source: CatalogSource) -> CatalogIndex {
    let item = |id, category, brand| Item {
        category: Some(category),
        brand,
        ..Item::new(id)
    };
    let fjord = Some("Fjord");
    CatalogIndex::new(
        source,
        [
            item("tent", "Outdoor > Tents", fjord),
            item("dome", "Outdoor > Tents", fjord),
            item("bed", "Outdoor > Beds", fjord),
            item("lamp", "Outdoor > Light", Some("Lux")),
            item("milk", "Food", None),
        ],
    )
}

/// What is found: which rule or placement, at which word, whether it is an error, and what it says.
fn lint(text: &str, catalog: Option<&CatalogIndex>, places: u16) -> Vec<(usize, &'static str, bool, String)> {
    let source: PolicySource = toml::from_str(text).unwrap();
    let found = source
        .lint(&LintContext {
            catalog,
            places,
            now_ms: None,
            has_hit_curve: None,
        })
        .into_iter();
    found
        .map(|finding| {
            let wrong = matches!(finding.diagnostic, Diagnostic::Error(_));
            assert!(!finding.diagnostic.help().is_empty());
            (finding.place.at, finding.place.key, wrong, finding.diagnostic.what())
        })
        .collect()
}

const PLACEMENTS: &str = "placement = [{ name = \"home\" }, { name = \"pdp\" }]\n";

/// Rules `a`, `b` … that do these things, in a shop with two placements.
fn rules(actions: &[&str]) -> String {
    let rule = |(at, action): (usize, &&str)| format!("[[rule]]\nid = \"{}\"\n{action}\n", ["a", "b", "c", "d"][at]);
    PLACEMENTS.to_owned() + &actions.iter().enumerate().map(rule).collect::<String>()
}

/// The one finding of these rules beside the goods of the catalog, in slates of so many places.
fn only_in(places: u16, actions: &[&str]) -> (usize, &'static str, bool, String) {
    let mut found = lint(&rules(actions), Some(&catalog(CatalogSource::Catalog)), places);
    assert_eq!(found.len(), 1, "{actions:?}: {found:?}");
    found.remove(0)
}

/// The same in slates of four places.
fn only(actions: &[&str]) -> (usize, &'static str, bool, String) {
    only_in(4, actions)
}

/// Nothing is found, with goods and without.
fn nothing(actions: &[&str]) {
    let catalog = catalog(CatalogSource::Catalog);
    for catalog in [None, Some(&catalog)] {
        let found = lint(&rules(actions), catalog, 4);
        assert!(found.is_empty(), "{actions:?}: {found:?}");
    }
}

#[test]
fn rules_that_get_along_are_left_alone() {
    nothing(&[
        "exclude = \"out_of_stock\"",
        "cap = { by = \"category\", max = 1 }",
        "pin = { item = \"tent\", position = 1 }",
    ]);
    nothing(&[
        "placements = [\"home\"]\nhide = { item = \"tent\" }",
        "placements = [\"pdp\"]\npin = { item = \"tent\", position = 1 }",
    ]);
    nothing(&["exclude = \"out_of_stock\"", "exclude = \"in_cart\""]);
}

#[test]
fn all_errors_are_told_not_only_the_first() {
    let text =
        "[[rule]]\nid = \"a\"\n[[rule]]\nid = \"a\"\nplacements = [\"hme\"]\npin = { item = \"x\", position = 0 }\n";
    let found = lint(text, None, 24);
    let places: Vec<_> = found.iter().map(|(at, key, wrong, _)| (*at, *key, *wrong)).collect();
    assert_eq!(
        places,
        [
            (1, "id", true),
            (0, "", true),
            (1, "placements", true),
            (1, "pin", true)
        ]
    );
}

#[test]
fn lint_pin_of_a_hidden_item_is_an_error() {
    let (at, key, wrong, what) = only(&[
        "pin = { item = \"tent\", position = 1 }",
        "placements = [\"home\"]\nhide = { item = \"tent\" }",
    ]);
    assert_eq!((at, key, wrong), (0, "pin", true));
    assert!(
        what.contains("`a`") && what.contains("`b`") && what.contains("tent"),
        "{what}"
    );
    for hide in ["category = \"Outdoor\"", "brand = \"Fjord\""] {
        let (at, _, wrong, what) = only_in(
            1,
            &[
                &format!("hide = {{ {hide} }}"),
                "placements = [\"home\"]\npin = { item = \"bed\", position = 1 }",
            ],
        );
        assert!(at == 1 && wrong && what.contains("hides"), "{what}");
    }
}

#[test]
fn lint_covered_rule_is_a_warning() {
    let useless: &[(&[&str], usize)] = &[
        (&["hide = { item = \"milk\" }", "hide = { item = \"milk\" }"], 1),
        (
            &[
                "placements = [\"home\"]\nexclude = \"in_cart\"",
                "exclude = \"in_cart\"",
            ],
            0,
        ),
        (
            &[
                "hide = { category = \"Outdoor > Tents\" }",
                "hide = { category = \"Outdoor\" }",
            ],
            0,
        ),
        (
            &[
                "hide = { category = \"Outdoor > Light\" }",
                "hide = { item = \"lamp\" }",
            ],
            1,
        ),
        (
            &[
                "hide = { brand = \"Lux\" }",
                "placements = [\"pdp\"]\nhide = { item = \"lamp\" }",
            ],
            1,
        ),
    ];
    for (actions, at) in useless {
        let found = only_in(1, actions);
        assert_eq!((found.0, found.2), (*at, false), "{actions:?}: {found:?}");
    }
    let cap = "cap = { by = \"category\", max = 1 }";
    let found = only(&[cap, &format!("placements = [\"pdp\"]\n{cap}")]);
    assert_eq!((found.0, found.2), (1, false), "{found:?}");
}

#[test]
fn lint_rule_at_another_placement_is_no_warning() {
    nothing(&[
        "placements = [\"home\"]\nhide = { item = \"milk\" }",
        "placements = [\"pdp\"]\nhide = { item = \"milk\" }",
    ]);
    nothing(&[
        "cap = { by = \"category\", max = 1 }",
        "cap = { by = \"brand\", max = 2 }",
    ]);
}

#[test]
fn caps_that_never_bind_are_doubtful() {
    let idle = [
        ("max = 0", "category", "none"),
        ("max = 4", "brand", "never more than 3"),
        ("max = 2", "category", "never more than 2"),
    ];
    for (max, by, words) in idle {
        let (_, key, wrong, what) = only(&[&format!("cap = {{ by = \"{by}\", {max} }}")]);
        assert!(key == "cap" && !wrong && what.contains(words), "{what}");
    }
    let value = CatalogIndex::new(CatalogSource::Catalog, ["x", "y"].map(Item::new));
    let found = lint(&rules(&["cap = { by = \"brand\", max = 1 }"]), Some(&value), 4);
    assert!(found[0].3.contains("no item has one"), "{found:?}");
}

#[test]
fn more_pins_than_a_cap_admits_are_doubtful() {
    let (at, _, wrong, what) = only(&[
        "cap = { by = \"category\", max = 1 }",
        "placements = [\"home\"]\npin = { item = \"tent\", position = 1 }",
        "placements = [\"home\"]\npin = { item = \"dome\", position = 2 }",
    ]);
    assert!(at == 0 && !wrong && what.contains("2 of them"), "{what}");
    nothing(&[
        "cap = { by = \"category\", max = 1 }",
        "placements = [\"home\"]\npin = { item = \"tent\", position = 1 }",
        "placements = [\"pdp\"]\npin = { item = \"dome\", position = 1 }",
    ]);
}

#[test]
fn lint_unknown_names_are_warnings() {
    for action in [
        "hide = { item = \"kite\" }",
        "hide = { category = \"Outdoor > Tent\" }",
        "hide = { brand = \"fjord\" }",
    ] {
        let (_, key, wrong, what) = only(&[action]);
        assert!(key == "hide" && !wrong && what.contains("does not occur"), "{what}");
    }
    let pin = "pin = { item = \"kite\", position = 1 }";
    assert!(only(&[pin]).2, "a catalog is all there is");
    let found = lint(&rules(&[pin]), Some(&catalog(CatalogSource::Snapshot)), 4);
    assert!(
        found.len() == 1 && !found[0].2,
        "an item may be newer than the snapshot: {found:?}"
    );
}

#[test]
fn lint_category_or_brand_without_catalog_is_a_warning() {
    for hide in ["category = \"Food\"", "brand = \"Lux\""] {
        let text = rules(&[&format!("hide = {{ {hide} }}")]);
        let without = lint(&text, None, 4);
        assert_eq!(without.len(), 1, "{without:?}");
        assert!(
            without[0].1 == "hide" && !without[0].2 && without[0].3.contains("the model decides"),
            "{without:?}"
        );
        let beside_a_model = lint(&text, Some(&catalog(CatalogSource::Snapshot)), 4);
        assert_eq!(beside_a_model.len(), 1, "{beside_a_model:?}");
        assert!(
            beside_a_model[0].3.contains("those of the snapshot"),
            "{beside_a_model:?}"
        );
        assert!(lint(&text, Some(&catalog(CatalogSource::Catalog)), 4).is_empty());
    }
}

#[test]
fn lint_top_level_category_is_known() {
    for (places, category) in [(4, "Food"), (1, "Outdoor")] {
        let text = rules(&[&format!("hide = {{ category = \"{category}\" }}")]);
        let found = lint(&text, Some(&catalog(CatalogSource::Catalog)), places);
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn lint_empty_slate_is_an_error_and_short_one_a_warning() {
    let outdoor = "placements = [\"home\"]\nhide = { category = \"Outdoor\" }";
    let (at, _, wrong, what) = only(&[outdoor]);
    assert!(
        at == 0 && !wrong && what.contains("only 1 item is left") && what.contains("home"),
        "{what}"
    );
    let (at, _, wrong, what) = only(&[outdoor, "placements = [\"home\"]\nhide = { category = \"Food\" }"]);
    assert!(
        at == 1 && wrong && what.contains("every item is hidden at placement `home`"),
        "{what}"
    );
    let (_, _, _, what) = only(&["hide = { category = \"Outdoor\" }", "hide = { category = \"Food\" }"]);
    assert!(what.contains("everywhere"), "said once, not for each placement: {what}");
}

#[test]
fn pins_past_the_end_and_words_that_say_nothing_are_doubtful() {
    for (action, key) in [
        ("pin = { item = \"tent\", position = 5 }", "pin"),
        ("placements = []\nexclude = \"in_cart\"", "placements"),
        ("placements = [\"home\", \"home\"]\nexclude = \"in_cart\"", "placements"),
        ("hide = { category = \" \" }", "hide"),
    ] {
        let found = only(&[action]);
        assert_eq!((found.0, found.1, found.2), (0, key, false), "{action}: {found:?}");
    }
}

#[test]
fn lint_placement_finding_points_to_its_table() {
    let source: PolicySource =
        toml::from_str(&rules(&["placements = [\"pdp\"]\nhide = { category = \"Outdoor\" }"])).unwrap();
    let catalog = catalog(CatalogSource::Catalog);
    let found = source.lint(&LintContext {
        catalog: Some(&catalog),
        places: 4,
        now_ms: None,
        has_hit_curve: None,
    });
    assert_eq!((found[0].place.table, found[0].place.at), (Table::Placement, 1));
}

#[test]
fn ten_thousand_rules_are_checked() {
    let pin = |n: usize| format!("[[rule]]\nid = \"{n}\"\npin = {{ item = \"i{n}\", position = {n} }}\n");
    let hide = |n: usize| format!("[[rule]]\nid = \"h{n}\"\nhide = {{ item = \"h{n}\" }}\n");
    let text: String = (1..5001).map(pin).chain((1..5000).map(hide)).collect();
    assert!(lint(&text, None, 5000).is_empty());
}
