//! A model held against its log: rows, exit codes and reports.

use serde_json::Value;

use crate::shop::Shop;

fn trained() -> Shop {
    let shop = Shop::open();
    shop.stdout("train --events train.tsv --catalog catalog.csv --out model --order tables --min-support 3");
    shop
}

fn rows(report: &Value) -> Vec<(&str, &str)> {
    let rows = report["steps"].as_array().unwrap();
    rows.iter()
        .map(|row| (row["name"].as_str().unwrap(), row["outcome"].as_str().unwrap()))
        .collect()
}

#[test]
fn honest_model_ends_with_0_and_is_made_again() {
    let shop = trained();
    let report =
        shop.json("audit model/model.swm --log train.tsv --catalog catalog.csv --persons 2 --json --html report.html");
    let rows = rows(&report);
    for name in [
        "meta",
        "ids",
        "pairs",
        "lists",
        "catalog",
        "retrain",
        "canary",
        "one-person",
    ] {
        assert!(rows.contains(&(name, "passed")), "{name}: {rows:?}");
    }
    for (name, outcome) in [
        ("trees", "not_applicable"),
        ("difference", "not_proved"),
        ("influence", "not_proved"),
    ] {
        assert!(rows.contains(&(name, outcome)), "{name}: {rows:?}");
    }
    let page = String::from_utf8(shop.read("report.html")).unwrap();
    assert!(
        page.contains("Privacy audit of a Shelfwise model") && !page.contains("<svg"),
        "no picture of flows"
    );
}

#[test]
fn model_that_says_more_than_its_log_has_ends_with_1_and_names_the_items() {
    let shop = trained();
    let output = shop.run("audit model/model.swm --log test.tsv --persons 0 --sarif found.sarif");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains(
            "pair `peg` and `tent`: 1 session is behind it, and the model claims at least 3. [model.below-floor]"
        ),
        "{text}"
    );
    let sarif: Value = serde_json::from_slice(&shop.read("found.sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().any(|result| result["ruleId"] == "model.below-floor"));
}

#[test]
fn model_without_its_log_ends_with_2_and_says_what_to_give() {
    let shop = trained();
    let output = shop.run("audit model/model.swm --static");
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("give the log that it was trained on with --log"),
        "{told}"
    );
}
