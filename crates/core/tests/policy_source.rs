//! The merchandiser's file: what is taken, and what is refused in which words.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use shelfwise_core::policy::lint::{CatalogIndex, CatalogSource, RuleError};
use shelfwise_core::policy::{Action, Attribute, Exclusion, PolicySource, Rule, Selector, SourceError};
use shelfwise_core::{CurrentItem, Item, Policy};

fn check(text: &str) -> Result<Policy, SourceError> {
    toml::from_str::<PolicySource>(text).unwrap().check()
}

#[test]
fn source_every_action_is_parsed() {
    let policy = check(
        r#"
        placement = [{ name = "pdp", current_item = "hide" }, { name = "home" }]
        rule = [
            { id = "a", hide = { category = "wine > red" } },
            { id = "b", hide = { brand = "Alm" }, placements = ["home"] },
            { id = "c", exclude = "out_of_stock" },
            { id = "d", cap = { by = "brand", max = 2 } },
            { id = "e", pin = { item = "SKU 1", position = 3 } },
        ]"#,
    )
    .unwrap();
    assert_eq!(policy.current_item_at("pdp"), CurrentItem::Hide);
    assert_eq!(policy.current_item_at("home"), CurrentItem::Show);
    assert_eq!(policy.current_item_at("elsewhere"), CurrentItem::Show);
    let actions: Vec<Action> = policy.rules.iter().map(|rule| rule.action.clone()).collect();
    let pin = Action::Pin {
        item: "SKU 1".into(),
        position: 3,
    };
    let cap = Action::Cap {
        by: Attribute::Brand,
        max: 2,
    };
    let hide = [
        Action::hide(Selector::Category("wine > red".into())),
        Action::hide(Selector::Brand("Alm".into())),
    ];
    assert_eq!(actions[..2], hide);
    assert_eq!(actions[2..], [Action::Exclude(Exclusion::OutOfStock), cap, pin]);
    assert!(policy.rules[1].holds_at("home") && !policy.rules[1].holds_at("pdp"));
    assert!(policy.rules[0].holds_at("pdp"));
}

#[test]
fn source_empty_text_is_an_empty_policy() {
    assert_eq!(check(""), Ok(Policy::default()));
}

#[test]
fn source_contradiction_is_refused_and_named() {
    let refused = [
        (
            r#"rule = [{ id = "a", exclude = "in_cart" }, { id = "a", exclude = "in_cart" }]"#,
            SourceError::Twice("a".into()),
        ),
        (
            r#"placement = [{ name = "p" }, { name = "p" }]"#,
            SourceError::Twice("p".into()),
        ),
        (
            r#"rule = [{ id = "a" }]"#,
            SourceError::NotOneAction {
                rule: "a".into(),
                got: 0,
            },
        ),
        (
            r#"rule = [{ id = "a", exclude = "in_cart", hide = { item = "x" } }]"#,
            SourceError::NotOneAction {
                rule: "a".into(),
                got: 2,
            },
        ),
        (
            r#"rule = [{ id = "a", exclude = "in_cart", placements = ["hme"] }]"#,
            SourceError::UnknownPlacement {
                rule: "a".into(),
                placement: "hme".into(),
            },
        ),
        (
            r#"rule = [{ id = "a", pin = { item = "x", position = 0 } }]"#,
            SourceError::Pin { rule: "a".into() },
        ),
        (
            r#"rule = [{ id = "a", pin = { item = "x", position = 1 } }, { id = "b", pin = { item = "y", position = 1 } }]"#,
            SourceError::Rule {
                rule: "b".into(),
                problem: RuleError::PositionTaken {
                    position: 1,
                    by: "a".into(),
                },
            },
        ),
        (
            r#"rule = [{ id = "a", pin = { item = "x", position = 1 } }, { id = "b", pin = { item = "x", position = 2 } }]"#,
            SourceError::PinnedTwice {
                rule: "b".into(),
                item: "x".into(),
                by: "a".into(),
            },
        ),
    ];
    for (text, expected) in refused {
        let error = check(text).unwrap_err();
        assert!(error.to_string().contains(": "), "{error}");
        assert_eq!(error, expected, "{text}");
    }
}

#[test]
fn pins_at_different_placements_do_not_meet() {
    let apart = r#"
        placement = [{ name = "home" }, { name = "pdp" }]
        rule = [
            { id = "a", placements = ["home"], pin = { item = "x", position = 1 } },
            { id = "b", placements = ["pdp"], pin = { item = "x", position = 1 } },
        ]"#;
    assert!(check(apart).is_ok());
}

#[test]
fn source_unknown_key_is_an_error() {
    for text in [
        "rules = []",
        r#"rule = [{ id = "a", hied = { item = "x" } }]"#,
        r#"rule = [{ id = "a", hide = { sku = "x" } }]"#,
        r#"rule = [{ id = "a", exclude = "sold" }]"#,
        r#"placement = [{ name = "p", current_item = "never" }]"#,
    ] {
        assert!(toml::from_str::<PolicySource>(text).is_err(), "{text}");
    }
}

/// Two wines by Alm, a cheese by Alm, and a card about which nothing is known.
fn catalog() -> CatalogIndex {
    let item = |id, category, brand| Item {
        category,
        brand,
        ..Item::new(id)
    };
    CatalogIndex::new(
        CatalogSource::Catalog,
        [
            item("9", Some("wine > red"), Some("Alm")),
            item("10", Some("wine"), None),
            item("brie", Some("cheese"), Some("Alm")),
            item("card", None, None),
        ],
    )
}

#[test]
fn with_the_catalog_a_rule_carries_the_items_that_it_means() {
    let policy = check(
        r#"rule = [
            { id = "a", hide = { category = "wine" } },
            { id = "b", hide = { category = "wine > red" } },
            { id = "c", hide = { brand = "Alm" } },
            { id = "d", hide = { brand = "Gone" } },
            { id = "e", hide = { item = "card" } },
            { id = "f", exclude = "in_cart" },
        ]"#,
    )
    .unwrap();
    let unlisted: Vec<_> = policy.unlisted().map(|rule| rule.id.clone()).collect();
    assert_eq!(unlisted, ["a", "b", "c", "d"]);
    let listed = policy.clone().with_items_of(&catalog());
    assert_eq!(listed.unlisted().count(), 0);
    let items: Vec<Option<Vec<&str>>> = listed.rules.iter().map(items).collect();
    let expected: [Option<&[&str]>; 6] = [
        Some(&["10", "9"]),
        Some(&["9"]),
        Some(&["9", "brie"]),
        Some(&[]),
        None,
        None,
    ];
    assert_eq!(items, expected.map(|ids| ids.map(<[_]>::to_vec)));
    assert_eq!(Policy::decode(&listed.encode()), Ok(listed.clone()));
    assert_eq!(listed.without_items(), policy);
}

fn items(rule: &Rule) -> Option<Vec<&str>> {
    match &rule.action {
        Action::Hide { items, .. } => items.as_ref().map(|ids| ids.iter().map(String::as_str).collect()),
        _ => None,
    }
}

#[test]
fn message_about_a_wrong_value_shows_a_right_one() {
    let message =
        |rule: &str| toml::from_str::<PolicySource>(&format!("rule = [{{ id = \"a\", {rule} }}]")).unwrap_err();
    for (rule, example) in [
        (
            r#"pin = { item = "x", position = "first" }"#,
            "a whole number from 0 to 65535, such as 2",
        ),
        (
            r#"cap = { by = "brand", max = -1 }"#,
            "a whole number from 0 to 65535, such as 2",
        ),
        (
            r#"cap = { by = "brand", max = 65536 }"#,
            "a whole number from 0 to 65535, such as 2",
        ),
        (
            r#"cap = { by = "brand", max = 1.5 }"#,
            "a whole number from 0 to 65535, such as 2",
        ),
        (r#"cap = 3"#, r#"such as { by = "category", max = 2 }"#),
        (r#"pin = "x""#, r#"such as { item = "1082185", position = 1 }"#),
        (
            r#"pin = { item = 7, position = 1 }"#,
            r#"an item's id in quotes, such as "1082185""#,
        ),
    ] {
        let message = message(rule).to_string();
        assert!(message.contains(example), "{rule}: {message}");
        assert!(
            !message.contains("u16") && !message.contains("struct"),
            "{rule}: {message}"
        );
    }
}
