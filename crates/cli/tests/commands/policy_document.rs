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

/// The rules of the demo shop that the document shows.
fn demo_rules() -> &'static str {
    let mut blocks = blocks("toml").into_iter();
    blocks.find(|block| block.contains("Two salsas")).unwrap()
}

/// The rules of a section, one after the other.
fn section(title: &str) -> String {
    let (_, rest) = DOCUMENT.split_once(&format!("\n## {title}\n")).unwrap();
    let section = rest.split("\n## ").next().unwrap();
    let inside = section.split("\n```").skip(1).step_by(2);
    inside
        .filter_map(|block| block.strip_prefix("toml\n"))
        .map(|block| format!("{block}\n"))
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
    let [placements, .., contradiction] = blocks("toml")[..] else {
        panic!("the document has other examples")
    };
    let rules = demo_rules();
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
    for rule in demo_rules().trim_end().split("\n\n") {
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

/// A catalog of as many items as ten wishes need to have something to act on.
const GOODS: &str = "id,title,category,brand,price,stock,stars,listed_on,adult,margin\n";

fn goods() -> String {
    let row = |item: usize| {
        let category = ["Shoes", "Care", "Spirits"][item % 3];
        let brand = ["Fjord", "Alm", "Spirits & Co", "Ofen"][item % 4];
        format!(
            "sku{item},Item {item},{category},{brand},{},{},{},2026-{:02}-01,{},0.{}\n",
            10 + item * 2,
            item % 9,
            1 + item % 5,
            1 + item % 12,
            item % 2,
            item % 10
        )
    };
    let calendar = "calendar,Calendar,Shoes,Ofen,20,50,5,2026-11-01,0,0.5\n";
    GOODS.to_owned() + calendar + &(0..60).map(row).collect::<String>()
}

#[test]
fn document_ten_wishes_pass_the_check_and_the_secret_one_is_a_list() {
    let shop = Shop::open();
    let placements = "[[placement]]\nname = \"home\"\n[[placement]]\nname = \"pdp\"\n";
    shop.write("goods.csv", goods())
        .write("wishes.toml", section("Ten wishes") + placements);
    let check = shop.stdout("policy check wishes.toml --catalog goods.csv --at 2026-12-05");
    assert!(
        !check.contains("error") && check.contains("10 rules for 2 placements"),
        "{check}"
    );
    shop.stdout("policy build wishes.toml --catalog goods.csv --at 2026-12-05 --out wishes.swp");
    let built = shop.read("wishes.swp");
    for secret in ["margin", "purchasing"] {
        assert!(
            !built.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()),
            "{secret}"
        );
    }
}

#[test]
fn document_lists_of_a_spreadsheet_are_rules() {
    let shop = Shop::open();
    fs::create_dir(shop.path("lists")).unwrap();
    shop.write("pins.csv", "id,position\ntent,1\nbed,2\n")
        .write("lists/recalled.csv", "id\npeg\nlamp\n")
        .write("campaign.csv", "id\ntent\n")
        .write(
            "lists.toml",
            section("Lists from a spreadsheet") + "[[placement]]\nname = \"home\"\n",
        );
    let check = shop.stdout("policy check lists.toml");
    assert!(check.contains("5 rules for 1 placement"), "{check}");
}
