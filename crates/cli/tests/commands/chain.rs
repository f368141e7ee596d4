//! From a log to a snapshot, its evaluation and a look inside: the commands one after the other.

use crate::shop::Shop;

const TRAIN: &str = "train --events train.tsv --catalog catalog.csv --out model";

/// A shop whose model is trained.
fn trained() -> Shop {
    let shop = Shop::open();
    shop.stdout(TRAIN);
    shop
}

#[test]
fn training_prints_where_the_rows_went_and_how_large_the_model_is() {
    let shop = Shop::open();
    let text = shop.stdout(TRAIN);
    for words in [
        "kept",
        "12 sessions",
        "support floor 2",
        "together",
        "brotli bytes an item",
        "stage",
        "model.swm",
    ] {
        assert!(text.contains(words), "{words} is missing:\n{text}");
    }
}

#[test]
fn training_twice_writes_the_same_bytes() {
    let shop = trained();
    let first = shop.read("model/model.swm");
    shop.stdout(TRAIN);
    assert_eq!(shop.read("model/model.swm"), first);
}

#[test]
fn train_json_report_is_printed_and_kept() {
    let shop = Shop::open();
    let printed = shop.json(&format!("{TRAIN} --json"));
    let kept: serde_json::Value = serde_json::from_slice(&shop.read("model/report.json")).unwrap();
    assert_eq!(printed, kept);
    assert_eq!(printed["model"]["sessions"], 12);
    assert_eq!(
        printed["model"]["items"], 6,
        "five of the log and one that is new in the catalog"
    );
    assert_eq!(printed["log"]["rows"], 30);
}

#[test]
fn evaluation_has_the_keys_that_are_promised() {
    let shop = trained();
    let report = shop.json("evaluate --snapshot model/model.swm --events test.tsv --json");
    let keys = [
        "hr",
        "mrr",
        "ndcg",
        "coverage",
        "tail_share",
        "predictions",
        "snapshot_bytes",
        "snapshot_brotli_bytes",
        "items",
        "bytes_per_item",
        "p50_us",
        "p90_us",
        "p99_us",
    ];
    for key in keys {
        assert!(report[key].is_number(), "{key}: {report}");
    }
    assert_eq!(report["predictions"], 2);
    assert_eq!(report["hr"], 1.0, "fractions, and what always follows is always found");
    assert_eq!(report["snapshot_bytes"], shop.read("model/model.swm").len());
    let bytes = report["snapshot_brotli_bytes"].as_f64().unwrap() / report["items"].as_f64().unwrap();
    assert!((report["bytes_per_item"].as_f64().unwrap() - bytes).abs() < 1e-9);
}

#[test]
fn evaluation_says_whether_the_current_item_was_allowed() {
    let shop = trained();
    let words = "evaluate --snapshot model/model.swm --events test.tsv";
    assert!(shop.stdout(words).contains("the current item may be recommended"));
    let hidden = format!("{words} --exclude-current");
    assert!(shop.stdout(&hidden).contains("the current item is never recommended"));
    assert_ne!(
        shop.json(&format!("{words} --json"))["current_item"],
        shop.json(&format!("{hidden} --json"))["current_item"]
    );
}

#[test]
fn evaluate_shorter_list_is_reported_as_such() {
    let report = trained().json("evaluate --snapshot model/model.swm --events test.tsv --at 1 --json");
    assert_eq!(report["at"], 1);
}

#[test]
fn inspect_shows_sections_and_the_neighbours_of_an_item() {
    let shop = trained();
    let text = shop.stdout("inspect model/model.swm");
    for words in [
        "6 items",
        "support floor 2 sessions",
        "together",
        "alike",
        "popularity",
        "whole file",
    ] {
        assert!(text.contains(words), "{words} is missing:\n{text}");
    }
    let item = shop.json("inspect model/model.swm --item tent --json");
    assert_eq!(item["category"], "Outdoor > Tents");
    let neighbours: Vec<&str> = item["together"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|n| n["item_id"].as_str())
        .collect();
    assert_eq!(neighbours, ["peg", "lamp"], "the heaviest first");
    let bed = shop.json("inspect model/model.swm --item bed --json");
    assert_eq!(
        bed["alike"][0]["item_id"], "tent",
        "nobody saw the bed, but it is like the tent"
    );
}

#[test]
fn train_floor_of_one_prints_do_not_ship() {
    let shop = Shop::open();
    let text = shop.stdout("train --events train.tsv --out one --min-support 1");
    assert!(text.contains("do not ship"), "{text}");
    assert!(shop.stdout("inspect one/model.swm").contains("do not ship"));
}

#[test]
fn train_previous_keeps_item_indexes() {
    let shop = trained();
    let index = |snapshot: &str| shop.json(&format!("inspect {snapshot} --item peg --json"))["index"].clone();
    shop.write(
        "more.tsv",
        "SessionId\tItemId\tTime\n1\tapple\t1700000000\n1\tpeg\t1700000001\n2\tapple\t1700000002\n2\tpeg\t1700000003\n",
    );
    shop.stdout("train --events more.tsv --out fresh");
    shop.stdout("train --events more.tsv --previous model/model.swm --out next");
    assert_eq!(index("next/model.swm"), index("model/model.swm"));
    assert_ne!(index("fresh/model.swm"), index("model/model.swm"));
}

#[test]
fn policy_valid_source_is_checked_and_built() {
    let shop = Shop::open();
    shop.write(
        "policy.toml",
        "[[placement]]\nname = \"home\"\ncurrent_item = \"hide\"\n\n[[rule]]\nid = \"sold-out\"\nexclude = \"out_of_stock\"\n",
    );
    let printed = shop.run("policy build policy.toml --out policy.swp");
    assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
    let policy = shelfwise_core::Policy::decode(&shop.read("policy.swp")).unwrap();
    assert_eq!((policy.placements.len(), policy.rules.len()), (1, 1));
    assert!(
        shop.stdout("policy check policy.toml")
            .contains("1 rule for 1 placement")
    );
}

#[test]
fn help_shows_an_example_of_every_command() {
    let shop = Shop::open();
    for command in [
        "train",
        "evaluate",
        "inspect",
        "diff",
        "serve",
        "policy check",
        "policy build",
    ] {
        let text = shop.stdout(&format!("{command} --help"));
        assert!(text.contains("Example"), "{command}:\n{text}");
        assert!(text.contains(&format!("  shelfwise {command} ")), "{command}:\n{text}");
    }
}
