//! A merchandiser sees what new rules change before customers do.

use crate::shop::Shop;
use sha2::{Digest as _, Sha256};

const ARGUMENTS: &str = "--against model/policy.swp --snapshot model/model.swm --events test.tsv --places 2";

fn shop() -> Shop {
    let shop = Shop::trained();
    shop.write(
        "new.toml",
        "[[rule]]\nid = \"pegs\"\npin = { item = \"peg\", position = 1 }\n",
    );
    shop
}

#[test]
fn simulate_prints_the_change_and_writes_a_page() {
    let shop = shop();
    let text = shop.stdout(&format!("policy simulate new.toml {ARGUMENTS} --html report.html"));
    for words in ["pegs", "no-oats", "gone", "report "] {
        assert!(text.contains(words), "{words} is missing:\n{text}");
    }
    let page = String::from_utf8(shop.read("report.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("pegs"));
}

/// Whoever approves can compute the hash without this program.
#[test]
fn simulate_hash_is_that_of_the_canonical_json() {
    let shop = shop();
    let json = shop.json(&format!("policy simulate new.toml {ARGUMENTS} --json"));
    let canonical = shelfwise_simulate::canonical::canonical(&json["report"]);
    let sha256: String = Sha256::digest(canonical.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(json["sha256"], sha256.as_str());
}

#[test]
fn simulate_broken_limit_exits_with_1_and_says_which() {
    let shop = shop();
    let rules = ["peg", "oats"].map(|id| format!("[[rule]]\nid = \"no-{id}\"\nhide = {{ item = \"{id}\" }}\n"));
    shop.write("strict.toml", rules.concat() + "[limits]\nmax_hit_rate_loss = 0.01\n");
    let output = shop.run(&format!("policy simulate strict.toml {ARGUMENTS}"));
    assert_eq!(output.status.code(), Some(1));
    let (text, error) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert!(text.contains("limit: at `any`: max_hit_rate_loss is 0.01"), "{text}");
    assert!(error.contains("1 limit broken"), "{error}");
}

#[test]
fn simulate_names_the_limit_that_there_is_not() {
    let shop = shop();
    shop.write("wrong.toml", "[limits]\nmax_hit_loss = 0.01\n");
    let error = shop.stderr(&format!("policy simulate wrong.toml {ARGUMENTS}"));
    assert!(
        error.contains("wrong.toml:2:1") && error.contains("max_hit_rate_loss"),
        "{error}"
    );
}

#[test]
fn simulate_refuses_a_list_that_no_policy_names() {
    let shop = shop();
    let error = shop.stderr(&format!("policy simulate new.toml {ARGUMENTS} --rerank aisle"));
    assert!(error.contains("--rerank aisle") && error.contains("any"), "{error}");
}

#[test]
fn evaluate_breadth_and_generations_are_measured() {
    let shop = shop();
    let words =
        "evaluate --snapshot model/model.swm --events train.tsv --breadth --generations 1 --catalog catalog.csv --json";
    let json = shop.json(words);
    assert_eq!(json["breadth"]["places"], 10);
    assert!(json["breadth"]["coverage"].as_f64().unwrap() > 0.5, "{json}");
    assert_eq!(json["generations"].as_array().unwrap().len(), 2);
    let without = shop.json("evaluate --snapshot model/model.swm --events train.tsv --json");
    assert!(without.get("breadth").is_none() && without.get("generations").is_none());
    let text = shop.stdout(&words.replace(" --json", ""));
    assert!(
        text.contains("Gini of exposure") && text.contains("generation"),
        "{text}"
    );
}
