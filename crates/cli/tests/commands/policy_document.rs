//! docs/policy.md: its rules are rules, its commands run, and the check prints what the document says it prints.

use std::fs;

use shelfwise_core::policy::Verb;

use crate::shop::Shop;

const DOCUMENT: &str = include_str!("../../../../docs/policy.md");
const STOREFRONT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/storefront");

/// What the examples of the table ask for.
const FACTS: &str = r#"
[[fact]]
name = "rating"
kind = "number"
[[fact]]
name = "age_days"
kind = "day"
[[value]]
name = "value"
of = { rating = 1.0 }
"#;

/// The fenced blocks of a language, in the document's order.
fn blocks(language: &str) -> Vec<&'static str> {
    let fences: Vec<_> = DOCUMENT.split("\n```").collect();
    let inside = fences.iter().skip(1).step_by(2);
    inside
        .filter_map(|block| block.split_once('\n'))
        .filter(|(name, _)| *name == language)
        .map(|(_, text)| text)
        .collect()
}

/// A shop with the demo shop's catalog.
fn demo_shop() -> Shop {
    let shop = Shop::open();
    let catalog = fs::read(format!("{STOREFRONT}/data/catalog.csv")).unwrap();
    shop.write("products.csv", catalog);
    shop
}

/// What the check prints of a policy, findings and summary.
fn check(policy: &str, words: &str) -> (String, bool) {
    let shop = demo_shop();
    shop.write("policy.toml", policy);
    let done = shop.run(&format!("policy check policy.toml {words}"));
    (String::from_utf8(done.stdout).unwrap(), done.status.success())
}

#[test]
fn document_examples_of_the_table_are_rules_of_that_action() {
    let rows = DOCUMENT.lines().filter(|line| {
        let mut verbs = Verb::ALL.into_iter();
        verbs.any(|verb| line.starts_with(&format!("| `{}` |", verb.name())))
    });
    let mut verbs = Vec::new();
    for row in rows {
        let cells: Vec<_> = row.split(" | ").collect();
        let verb = cells[0].trim_matches(['|', ' ', '`']);
        for example in cells[1].split('`').skip(1).step_by(2) {
            assert!(example.starts_with(verb), "`{example}` is no example of {verb}");
            let (found, passes) = check(&format!("{FACTS}[[rule]]\nid = \"a\"\n{example}\n"), "");
            assert!(passes, "`{example}`: {found}");
        }
        verbs.push(verb);
    }
    assert_eq!(
        verbs,
        Verb::ALL.map(Verb::name),
        "one row for each verb, in the order in which they act"
    );
}

#[test]
fn document_policies_pass_the_check_or_print_what_stands_below_them() {
    let printed = blocks("");
    let [placements, rules, .., contradiction] = blocks("toml")[..] else {
        panic!("the document has other examples")
    };
    let basket = "\n[[placement]]\nname = \"basket\"\n\n";
    let (found, passes) = check(&format!("{placements}{basket}{rules}"), "--catalog products.csv");
    assert_eq!(
        found,
        "policy.toml: 2 rules for 3 placements; 1 with a list, of 13 items in all\n"
    );
    assert!(passes);
    let (found, passes) = check(contradiction, "--catalog products.csv");
    assert!(!passes, "an error ends the check with 1");
    assert_eq!(found.trim_end(), printed[0].trim_end());
}

#[test]
fn document_rules_of_the_demo_shop_stand_in_its_policy() {
    let policy = fs::read_to_string(format!("{STOREFRONT}/policy.toml")).unwrap();
    for rule in blocks("toml")[1].trim_end().split("\n\n") {
        assert!(policy.contains(rule), "{rule}");
    }
}

#[test]
fn document_commands_run_as_written() {
    let shop = demo_shop();
    shop.write("policy.toml", fs::read(format!("{STOREFRONT}/policy.toml")).unwrap());
    fs::create_dir(shop.path("yesterday")).unwrap();
    shop.stdout("policy build policy.toml --catalog products.csv --out yesterday/policy.swp");
    let commands = blocks("sh").into_iter().flat_map(str::lines);
    let ran: Vec<_> = commands
        .map(|command| shop.stdout(command.strip_prefix("shelfwise ").unwrap()))
        .collect();
    assert_eq!(ran.len(), 3);
    assert!(shop.path("model/policy.swp").exists());
}
