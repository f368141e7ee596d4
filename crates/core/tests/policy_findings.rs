//! Every kind of finding about the verbs, conditions, facts and times of policy 3, each with a policy that has it.
#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

use shelfwise_core::facts::FactKind;
use shelfwise_core::policy::lint::{CatalogIndex, CatalogSource, Diagnostic, Finding, LintContext};
use shelfwise_core::policy::{Action, PolicySource};
use shelfwise_core::{Item, Policy};

/// 2026-11-30 12:00 UTC.
const NOW_MS: i64 = 1_796_040_000_000;

const HEAD: &str = r#"
zone = "Europe/Berlin"
[[placement]]
name = "home"
[[placement]]
name = "pdp"
[[fact]]
name = "rating"
kind = "number"
[[fact]]
name = "margin"
kind = "share"
secret = true
[[fact]]
name = "listed"
kind = "day"
"#;

/// Keeps every fact of the head in use.
const USED: &str = r#"
[[rule]]
id = "used"
exclude = { where = "missing(rating) and missing(listed)" }
"#;

/// Six items: two of each brand, the last without a rating.
fn catalog() -> CatalogIndex {
    let brands = ["Alba", "Alba", "Fjord", "Fjord", "Mont", "Mont"];
    let ids = ["a", "b", "c", "d", "e", "f"];
    let items = ids.iter().zip(brands).map(|(id, brand)| Item {
        brand: Some(brand),
        category: Some("Shoes"),
        ..Item::new(id)
    });
    let mut catalog = CatalogIndex::new(CatalogSource::Catalog, items);
    catalog.today = (NOW_MS / 86_400_000) as i32;
    let today = catalog.today;
    catalog.add_numbers(
        "rating",
        FactKind::Number,
        vec![Some(10), Some(20), Some(30), Some(40), Some(50), None],
    );
    catalog.add_numbers(
        "margin",
        FactKind::Share,
        vec![Some(100), Some(200), Some(300), Some(400), Some(500), Some(600)],
    );
    catalog.add_numbers(
        "listed",
        FactKind::Day,
        (0..6).map(|age| Some(today - age * 10)).collect(),
    );
    catalog
}

fn found(text: &str, catalog: Option<&CatalogIndex>) -> Vec<Finding> {
    found_with(text, catalog, None)
}

fn found_with(text: &str, catalog: Option<&CatalogIndex>, has_hit_curve: Option<bool>) -> Vec<Finding> {
    let source: PolicySource = toml::from_str(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    source.lint(&LintContext {
        catalog,
        places: 6,
        now_ms: Some(NOW_MS),
        has_hit_curve,
    })
}

/// Returns the severity and the words of everything that is found in these rules, beside the goods.
fn of_rules(rules: &[&str]) -> Vec<(bool, String)> {
    let written = rules
        .iter()
        .enumerate()
        .map(|(at, rule)| format!("[[rule]]\nid = \"r{at}\"\n{rule}\n"));
    words(&found(
        &(HEAD.to_owned() + USED + &written.collect::<String>()),
        Some(&catalog()),
    ))
}

fn words(found: &[Finding]) -> Vec<(bool, String)> {
    let one = |finding: &Finding| {
        assert!(!finding.diagnostic.help().is_empty());
        (
            matches!(finding.diagnostic, Diagnostic::Error(_)),
            finding.diagnostic.what(),
        )
    };
    found.iter().map(one).collect()
}

/// Behind a rule's time: keeps a boost from being endless.
const END: &str = "until = \"2027-01-01 08:00\"\n";

/// Rules, whether what is found is an error, and how it begins.
const FINDINGS: &[(&[&str], bool, &str)] = &[
    (
        &["hide = { where = \"rating <\" }"],
        true,
        "rule `r0`: expected a number",
    ),
    (
        &["hide = { where = \"weight < 3\" }"],
        true,
        "rule `r0`: no fact is named `weight`",
    ),
    (
        &["hide = { where = \"rating < 'low'\" }"],
        true,
        "rule `r0`: `rating` is compared with a number",
    ),
    (
        &["hide = { where = \"brand < 'A'\" }"],
        true,
        "rule `r0`: `brand` has no order",
    ),
    (
        &["hide = { where = \"rating < 1.23\" }"],
        true,
        "rule `r0`: `rating` is a number with",
    ),
    (
        &["hide = { where = \"rating between 3 and 2\" }"],
        true,
        "rule `r0`: `rating` cannot be between",
    ),
    (
        &["boost = { where = \"brand = 'Alba'\" }\nuntil = \"2027-01-01\""],
        true,
        "rule `r0`: `places` must be either",
    ),
    (
        &["bury = { where = \"brand = 'Alba'\", places = 0 }"],
        true,
        "rule `r0`: `places` must be 1 or more",
    ),
    (
        &["diversify = { by = \"brand\", strength = 2.0 }"],
        true,
        "rule `r0`: `strength` must be from 0 to 1",
    ),
    (
        &["spread = { by = \"brand\", gap = 0 }"],
        true,
        "rule `r0`: `gap` must be 1 or more",
    ),
    (
        &["share = { where = \"brand = 'Alba'\", of_first = 4 }"],
        true,
        "rule `r0`: `share` must be `at_least`",
    ),
    (
        &["share = { where = \"brand = 'Alba'\", at_least = 5, of_first = 4 }"],
        true,
        "rule `r0`: `at_least` must be no more",
    ),
    (
        &["slot = { where = \"brand = 'Alba'\", positions = [0] }"],
        true,
        "rule `r0`: `positions` must be one",
    ),
    (
        &["sponsored = { by = \"A\", label = \"Ad\", where = \"brand = 'Alba'\", positions = [1], floor = 0 }"],
        true,
        "rule `r0`: `floor` must be 1",
    ),
    (
        &["spread = { by = \"colour\", gap = 1 }"],
        true,
        "rule `r0` compares items by `colour`",
    ),
    (
        &["spread = { by = \"price\", gap = 1 }"],
        true,
        "rule `r0` compares items by `price`",
    ),
    (
        &["exclude = \"in_cart\"\nwhen = { device = \"fridge\" }"],
        true,
        "rule `r0`: `fridge` is no device",
    ),
    (
        &["exclude = \"in_cart\"\nwhen = { weekday = \"caturday\" }"],
        true,
        "rule `r0`: `caturday` is no weekday",
    ),
    (
        &["exclude = \"in_cart\"\nwhen = { country = \"Germany\" }"],
        true,
        "rule `r0`: `Germany` is no country",
    ),
    (
        &["exclude = \"in_cart\"\nfrom = \"2027-01-02\"\nuntil = \"2027-01-01\""],
        true,
        "rule `r0` ends before it begins",
    ),
    (
        &[
            "boost = { where = \"brand = 'Alba'\", places = 3 }\nuntil = \"2027-01-01 08:00\"",
            "bury = { where = \"rating < 3\", places = 3 }",
        ],
        true,
        "rule `r1` moves item `a` as far as rule `r0` moves it the other way",
    ),
    (
        &[
            "pin = { item = \"a\", position = 2 }",
            "slot = { where = \"brand = 'Fjord'\", positions = [2] }",
        ],
        true,
        "rule `r1` fills position 2, which rule `r0` fills",
    ),
    (
        &[
            "share = { where = \"brand = 'Alba'\", at_least = 2, of_first = 3 }",
            "share = { where = \"brand = 'Fjord'\", at_least = 2, of_first = 3 }",
        ],
        true,
        "rule `r1` and the shares beside it need 4 of the first 3",
    ),
    (
        &["objective = { raise = \"rating\", may_cost = 0.02 }"],
        true,
        "rule `r0` raises `rating`, which is no [[value]]",
    ),
    (
        &["only = { where = \"brand = 'Nobody'\" }"],
        true,
        "every item is hidden everywhere",
    ),
    (
        &["exclude = \"in_cart\"\nuntil = \"2026-11-30 11:00\""],
        false,
        "rule `r0` ended at 2026-11-30 11:00",
    ),
    (
        &["boost = { where = \"brand = 'Alba'\", places = 3 }"],
        false,
        "rule `r0` boosts without an end",
    ),
    (
        &["hide = { where = \"brand = 'Nobody'\" }"],
        false,
        "no item fits the condition of rule `r0`",
    ),
    (
        &["bury = { where = \"category = 'Shoes'\", places = 2 }"],
        false,
        "every item fits the condition of rule `r0`",
    ),
    (
        &["bury = { where = \"rating < 3\", places = 2 }"],
        false,
        "rule `r0` asks for `rating`, which 1 of 6 items do not have",
    ),
    (
        &["exclude = \"in_cart\"\nwhen = { query = \"boots\" }"],
        false,
        "rule `r0` uses `query`, which needs",
    ),
    (
        &["exclude = \"in_cart\"\nwhen = { state = \"buying\" }"],
        false,
        "rule `r0` uses `state`, which needs",
    ),
    (
        &["bury = { where = \"brand = 'Alba'\", places = 2 }\nwhen = { arm = \"b\" }"],
        true,
        "rule `r0` depends on arm `b`, which no experiment has",
    ),
    (
        &["fallback = { where = \"brand = 'Alba'\" }"],
        false,
        "rule `r0` fills a placement whose kind runs out, which needs a later engine: with this one a placement",
    ),
    (
        &["bury = { where = \"margin < 0.3\", places = 2 }"],
        false,
        "rule `r0` asks for a secret fact: it is built as a list of 2 items",
    ),
    (
        &[
            "bury = { where = \"brand = 'Alba'\", places = 2 }",
            "bury = { where = \"brand in ['Alba', 'Fjord']\", to = \"end\" }",
        ],
        false,
        "rule `r0` moves nothing: every item that it means is moved further by rule `r1`",
    ),
    (
        &["slot = { where = \"brand = 'Alba'\", positions = [7] }"],
        false,
        "rule `r0` fills position 7, and a slate has at most 6",
    ),
    (
        &["sponsored = { by = \"A\", where = \"brand = 'Alba'\", positions = [1], floor = 5 }"],
        false,
        "rule `r0` has no label",
    ),
];

#[test]
fn finding_of_every_kind_has_a_policy_that_has_it_alone() {
    for (rules, is_error, expected) in FINDINGS {
        let found = of_rules(rules);
        let has = found
            .iter()
            .any(|(error, what)| error == is_error && what.starts_with(expected));
        assert!(has, "{rules:?}: expected {expected}, found {found:?}");
        // The head has a secret that only one of the fixtures asks for, and an item without a rating.
        let is_of_head = |what: &str| what.starts_with("fact `margin`") || what.contains("1 of 6 items do not have");
        let is_alone = |(_, what): &(bool, String)| what.starts_with(expected) || is_of_head(what);
        let hides_all = expected.starts_with("every item is hidden");
        assert!(hides_all || found.iter().all(is_alone), "{rules:?}: {found:?}");
    }
}

#[test]
fn finding_of_a_fact_or_a_value_says_what_is_wrong_with_it() {
    let fact = |text: &str| words(&found(&format!("{HEAD}{text}{USED}"), Some(&catalog())));
    for (text, is_error, expected) in [
        (
            "[[fact]]\nname = \"brand\"\nkind = \"text\"\n",
            true,
            "fact `brand` has a name that is taken",
        ),
        (
            "[[fact]]\nname = \"rating\"\nkind = \"number\"\n",
            true,
            "fact `rating` has a name that is taken",
        ),
        (
            "[[fact]]\nname = \"Größe\"\nkind = \"count\"\n",
            true,
            "fact `Größe` has a name that rules cannot write",
        ),
        (
            "[[fact]]\nname = \"weight\"\nfrom = \"kg\"\nkind = \"count\"\n",
            true,
            "fact `weight` is read from column `kg`",
        ),
        (
            "[[fact]]\nname = \"weight\"\nkind = \"count\"\n",
            false,
            "fact `weight` is asked for by no rule",
        ),
        (
            "[[value]]\nname = \"value\"\nof = { glamour = 1.0 }\n",
            true,
            "value `value` is made of `glamour`",
        ),
        (
            "[[value]]\nname = \"value\"\nof = {}\n",
            true,
            "value `value` has no parts",
        ),
        (
            "[[value]]\nname = \"value\"\nof = { margin = 1.0 }\n",
            true,
            "value `value` has 16 levels over 6 items",
        ),
    ] {
        let found = fact(text);
        let has = found
            .iter()
            .any(|(error, what)| *error == is_error && what.starts_with(expected));
        assert!(has, "{text}: expected {expected}, found {found:?}");
    }
    let text = "[[fact]]\nname = \"season\"\nkind = \"text\"\n[[value]]\nname = \"value\"\nof = { season = 1.0 }\n";
    assert!(
        fact(text)
            .iter()
            .any(|(_, what)| what.starts_with("value `value` is made of `season`, which is a text"))
    );
}

#[test]
fn finding_without_the_goods_or_a_zone_says_what_to_give() {
    let rule = "[[rule]]\nid = \"r0\"\nbury = { where = \"margin < 0.3\", to = \"end\" }\n";
    let found_in = |text: &str| words(&found(text, None));
    let secret = found_in(&format!("{HEAD}{USED}{rule}"));
    assert!(
        secret
            .iter()
            .any(|(error, what)| *error && what.starts_with("rule `r0` asks for a secret fact")),
        "{secret:?}"
    );
    let unchecked = found_in(&format!("{HEAD}{USED}{}", rule.replace("margin < 0.3", "rating < 3")));
    let expected = "rule `r0` has a condition that was not compared with the goods";
    assert!(
        unchecked.iter().any(|(error, what)| !error && what == expected),
        "{unchecked:?}"
    );
    let no_zone = found_in(&format!("[[rule]]\nid = \"r0\"\nexclude = \"in_cart\"\n{END}"));
    assert_eq!(
        no_zone,
        [(false, "rule `r0` has a time of no zone, which is taken as UTC".into())]
    );
}

#[test]
fn finding_of_an_objective_without_a_hit_curve_says_so() {
    let value = "[[value]]\nname = \"worth\"\nof = { margin = 1.0 }\n[[rule]]\nid = \"r0\"\n";
    let text = format!("{HEAD}{USED}{value}objective = {{ raise = \"worth\", may_cost = 0.02 }}\n");
    let found = words(&found_with(&text, None, Some(false)));
    assert!(
        found
            .iter()
            .any(|(_, what)| what.contains("the snapshot has no hit curve")),
        "{found:?}"
    );
}

#[test]
fn expression_error_points_into_its_text() {
    let text = format!("{HEAD}{USED}[[rule]]\nid = \"r0\"\nhide = {{ where = \"rating < 3 and weight > 2\" }}\n");
    let found = found(&text, Some(&catalog()));
    assert_eq!(found[0].place.within, Some("rating < 3 and ".len()));
}

fn built(rules: &[&str]) -> Policy {
    let written = rules
        .iter()
        .enumerate()
        .map(|(at, rule)| format!("[[rule]]\nid = \"r{at}\"\n{rule}\n"));
    let text = HEAD.to_owned() + &written.collect::<String>();
    let source: PolicySource = toml::from_str(&text).unwrap();
    source.build(Some(&catalog())).unwrap()
}

fn items(policy: &Policy, rule: usize) -> Option<Vec<&str>> {
    let Action::Direct(directive) = &policy.rules[rule].action else {
        panic!("{:?}", policy.rules[rule]);
    };
    directive
        .items
        .as_ref()
        .map(|items| items.iter().map(String::as_str).collect())
}

#[test]
fn build_lists_what_rules_leave_out() {
    let policy = built(&[
        "hide = { where = \"rating < 2.5\" }",
        "only = { where = \"age_listed < 45\" }",
        "only = { brand = \"Alba\" }",
        "bury = { where = \"rating < 2.5\", to = \"end\" }",
    ]);
    assert_eq!(items(&policy, 0), Some(vec!["a", "b"]));
    assert_eq!(items(&policy, 1), Some(vec!["f"]), "listed 50 days ago");
    assert_eq!(items(&policy, 2), Some(vec!["c", "d", "e", "f"]));
    assert_eq!(
        items(&policy, 3),
        None,
        "what is moved is decided by the facts of the day"
    );
    assert!(policy.hidden_ids().hides("home", "a"));
    assert_eq!(policy.unlisted().count(), 0);
    assert_eq!(policy.without_items().unlisted().count(), 3);
}

#[test]
fn build_resolves_a_secret_and_names_it_nowhere() {
    let policy = built(&[
        "bury = { where = \"margin < 0.25 and rating > 1\", to = \"end\" }\nowner = \"Ada Person\"\nreason = \"they cost us\"",
        "hide = { where = \"margin < 0.15\" }",
        "only = { where = \"margin > 0.15\" }",
    ]);
    assert_eq!(items(&policy, 0), Some(vec!["b"]));
    assert_eq!(
        (items(&policy, 1), items(&policy, 2)),
        (Some(vec!["a"]), Some(vec!["a"]))
    );
    let bytes = policy.encode();
    for word in ["margin", "Ada Person", "cost us", "rating"] {
        let has = bytes.windows(word.len()).any(|window| window == word.as_bytes());
        assert!(!has, "{word} travels");
    }
    let read = Policy::decode(&bytes).unwrap();
    assert_eq!(read.encode(), bytes);
    assert_eq!(read.rules.len(), policy.rules.len());
}
