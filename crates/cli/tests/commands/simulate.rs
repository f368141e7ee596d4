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

const FACTS: &str = "zone = \"Pacific/Auckland\"\n[[fact]]\nname = \"margin\"\nkind = \"share\"\nsecret = true\n\
    [[fact]]\nname = \"stars\"\nkind = \"number\"\n[[fact]]\nname = \"age_days\"\nfrom = \"listed\"\nkind = \"day\"\n";

const GOODS: &str = "id,margin,stars,listed\ntent,0.4,2,2020-01-01\npeg,0.05,3,2020-01-01\nlamp,0.3,3,2020-01-01\n\
    milk,0.2,1,2020-01-01\noats,0.2,4.8,2026-05-01\n";

/// A shop whose goods have facts, one of them a secret.
fn with_facts(rules: &str) -> Shop {
    let shop = shop();
    shop.write("goods.csv", GOODS)
        .write("facts.toml", FACTS.to_owned() + rules);
    shop
}

/// What a rule did, by the report of a simulation.
fn firing(report: &serde_json::Value, id: &str) -> serde_json::Value {
    let rules = report["report"]["rules"].as_array().unwrap();
    rules.iter().find(|rule| rule["id"] == id).unwrap()["after"].clone()
}

#[test]
fn simulate_rules_over_facts_act_secret_ones_too() {
    let shop = with_facts(
        "[[rule]]\nid = \"floor\"\nhide = { where = \"margin < 0.1\" }\n\
         [[rule]]\nid = \"loved\"\nboost = { where = \"stars > 4\", to = \"front\" }\n",
    );
    let simulate =
        "policy simulate facts.toml --snapshot model/model.swm --events test.tsv --catalog goods.csv --json --places 3";
    let report = shop.json(simulate);
    assert!(firing(&report, "floor")["ruled_out"].as_u64().unwrap() > 0, "{report}");
    assert!(firing(&report, "loved")["moved"].as_u64().unwrap() > 0, "{report}");
    // The file that the shop serves gives the same as the one that is built on the way.
    shop.stdout("facts build --policy facts.toml --snapshot model/model.swm --catalog goods.csv --out facts.swf");
    let served = shop.json(&format!("{simulate} --facts facts.swf"));
    assert_eq!(served["report"]["rules"], report["report"]["rules"]);
}

#[test]
fn simulate_and_propose_refuse_rules_whose_facts_nobody_has() {
    let shop = with_facts("[[rule]]\nid = \"low\"\nbury = { where = \"stars < 3\", to = \"end\" }\n");
    shop.stdout("policy build facts.toml --catalog goods.csv --out facts.swp");
    shop.stdout("facts build --policy facts.toml --snapshot model/model.swm --catalog goods.csv --out facts.swf");
    for command in [
        format!("policy simulate facts.swp {ARGUMENTS}"),
        format!("policy propose facts.swp {ARGUMENTS} --out next"),
        format!(
            "policy simulate new.toml {}",
            ARGUMENTS.replace("model/policy.swp", "facts.swp")
        ),
        format!(
            "policy propose new.toml {} --out next",
            ARGUMENTS.replace("model/policy.swp", "facts.swp")
        ),
    ] {
        let error = shop.stderr(&command);
        assert!(
            error.contains("facts.swp: its rules ask for `stars`") && error.contains("--facts"),
            "{command}: {error}"
        );
        shop.stdout(&format!("{command} --facts facts.swf"));
    }
    let error = shop.stderr(&format!("policy simulate facts.toml {ARGUMENTS}"));
    assert!(
        error.contains("facts.toml: its rules ask for facts") && error.contains("--catalog"),
        "{error}"
    );
}

#[test]
fn simulate_at_a_date_has_the_ages_of_that_date() {
    let shop = with_facts("[[rule]]\nid = \"young\"\nhide = { where = \"age_days < 30\" }\n");
    let ruled_out = |at: &str| {
        let report = shop.json(&format!(
            "policy simulate facts.toml --snapshot model/model.swm --events test.tsv --catalog goods.csv --json --at {at}"
        ));
        firing(&report, "young")["ruled_out"].as_u64().unwrap()
    };
    assert!(ruled_out("2026-05-20") > 0);
    assert_eq!(ruled_out("2026-07-20"), 0);
}

#[test]
fn check_at_a_date_goes_by_the_clock_of_the_shop() {
    let shop = with_facts("[[rule]]\nid = \"sale\"\nuntil = \"2026-06-01 06:00\"\ncap = { by = \"brand\", max = 1 }\n");
    let warns = |at: &str| {
        shop.stdout(&format!("policy check facts.toml --at {at}"))
            .contains("ended at")
    };
    assert!(!warns("2026-06-01T05:00") && warns("2026-06-01T07:00") && warns("2026-06-01"));
    let error = shop.stderr("policy check facts.toml --at tomorrow");
    assert!(
        error.contains("--at tomorrow") && error.contains("2026-03-01"),
        "{error}"
    );
}

/// The model of so few visits has no curve, and an objective would do nothing.
#[test]
fn check_and_simulation_know_of_the_snapshot_whether_it_has_a_hit_curve() {
    let value = "[[value]]\nname = \"value\"\nof = { stars = 1 }\n";
    let shop = with_facts(&format!(
        "{value}[[rule]]\nid = \"worth\"\nobjective = {{ raise = \"value\", may_cost = 0.02 }}\n"
    ));
    let snapshot = shop.run("policy check facts.toml --snapshot model/model.swm");
    let text = String::from_utf8(snapshot.stdout).unwrap();
    assert!(text.contains("curve"), "{text}");
}
