//! A merchandiser checks rules before customers meet them.

use std::fs;

use crate::shop::Shop;
use shelfwise_core::policy::Action;

const CONTRADICTION: &str = "[[placement]]\nname = \"home\"\n\n\
    [[rule]]\nid = \"front\"\nplacements = [\"home\"]\npin = { item = \"tent\", position = 1 }\n\n\
    [[rule]]\nid = \"gone\"\nhide = { item = \"tent\" }\n";

/// What `policy check` printed, and whether it was content.
fn check(shop: &Shop, words: &str) -> (String, Option<i32>) {
    let output = shop.run(&format!("policy check {words}"));
    (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        output.status.code(),
    )
}

#[test]
fn check_contradiction_prints_its_place_and_exits_with_1() {
    let shop = Shop::open();
    shop.write("policy.toml", CONTRADICTION);
    let (text, code) = check(&shop, "policy.toml");
    assert_eq!(code, Some(1));
    for words in ["policy.toml:7:1: error:", "`front`", "`gone`", "hiding wins"] {
        assert!(text.contains(words), "{words} is missing:\n{text}");
    }
}

#[test]
fn build_policy_with_errors_writes_nothing() {
    let shop = Shop::open();
    shop.write("policy.toml", CONTRADICTION)
        .write("policy.swp", "yesterday's");
    let error = shop.stderr("policy build policy.toml --out policy.swp");
    assert!(
        error.contains("policy.toml:7:1") && error.contains("1 error"),
        "{error}"
    );
    assert_eq!(shop.read("policy.swp"), b"yesterday's");
}

#[test]
fn build_policy_with_warnings_is_written() {
    let shop = Shop::open();
    shop.write(
        "policy.toml",
        "[[rule]]\nid = \"a\"\nhide = { category = \"outdoor > tent\" }\n",
    );
    let (text, code) = check(&shop, "policy.toml --catalog catalog.csv");
    assert_eq!(code, Some(0));
    assert!(text.contains("policy.toml:3:1: warning:"), "{text}");
    assert!(
        text.contains("`Outdoor > Tents`?"),
        "the name that was meant is offered:\n{text}"
    );
    shop.stdout("policy build policy.toml --catalog catalog.csv --out policy.swp");
    assert!(shelfwise_core::Policy::decode(&shop.read("policy.swp")).is_ok());
}

#[test]
fn check_json_has_the_same_findings() {
    let shop = Shop::open();
    shop.write("policy.toml", CONTRADICTION);
    let (text, code) = check(&shop, "policy.toml --json");
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (code, &report["errors"], &report["warnings"]),
        (Some(1), &1.into(), &0.into())
    );
    let found = &report["findings"][0];
    assert_eq!((&found["line"], &found["column"]), (&7.into(), &1.into()));
    assert_eq!(found["severity"], "error");
    assert!(found["what"].is_string() && found["help"].is_string());
}

#[test]
fn check_text_that_is_no_policy_is_a_finding() {
    let shop = Shop::open();
    shop.write("policy.toml", "[[rule]]\nid = \"a\"\npromote = { brand = \"Fjord\" }\n");
    let (text, code) = check(&shop, "policy.toml");
    assert_eq!(code, Some(1));
    assert!(
        text.contains("policy.toml:3:1: error:") && text.contains("promote") && text.contains("`pin`"),
        "{text}"
    );
    let (json, _) = check(&shop, "policy.toml --json");
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["findings"][0]["line"], 3);
}

#[test]
fn check_snapshot_replaces_the_catalog() {
    let shop = Shop::open();
    shop.stdout("train --events train.tsv --catalog catalog.csv --out model");
    shop.write(
        "policy.toml",
        "[[rule]]\nid = \"a\"\npin = { item = \"kite\", position = 1 }\n",
    );
    let (text, code) = check(&shop, "policy.toml --snapshot model/model.swm");
    assert!(
        code == Some(0) && text.contains("warning"),
        "the kite may be new:\n{text}"
    );
    let (text, code) = check(&shop, "policy.toml --catalog catalog.csv");
    assert!(code == Some(1) && text.contains("not in the catalog"), "{text}");
}

#[test]
fn check_demo_shop_has_no_findings() {
    let storefront = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/storefront");
    let shop = Shop::open();
    shop.write("policy.toml", fs::read(format!("{storefront}/policy.toml")).unwrap());
    let (text, code) = check(&shop, &format!("policy.toml --catalog {storefront}/data/catalog.csv"));
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.starts_with("policy.toml: 11 rules for 4 placements; 3 with a list, of "),
        "nothing is found, and the items are listed: {text}"
    );
}

const NO_TENTS: &str = "[[rule]]\nid = \"no-tents\"\nhide = { category = \"Outdoor > Tents\" }\n";

#[test]
fn build_with_catalog_lists_its_items() {
    let shop = Shop::open();
    shop.write("policy.toml", NO_TENTS).write(
        "mixed.csv",
        "id,title,category,brand\ntent,Tent,Outdoor > Tents,Fjord\nbed,Bed,Outdoor > Tents,Fjord\nmilk,Milk,Food,Alm\n",
    );
    let built = shop.stdout("policy build policy.toml --catalog mixed.csv --places 1 --out policy.swp");
    assert!(
        built.contains("1 rule for 0 placements; 1 with a list, of 2 items in all"),
        "{built}"
    );
    let policy = shelfwise_core::Policy::decode(&shop.read("policy.swp")).unwrap();
    let Action::Hide { items, .. } = &policy.rules[0].action else {
        panic!("{policy:?}")
    };
    assert_eq!(items.as_deref(), Some(&["bed".to_owned(), "tent".to_owned()][..]));
    shop.stdout("keys new policy --out policy.key");
    shop.stdout("policy sign policy.swp --key policy.key");
}

#[test]
fn check_snapshot_lists_warn_of_the_model() {
    let shop = Shop::open();
    shop.stdout("train --events train.tsv --catalog catalog.csv --out model");
    shop.write("policy.toml", NO_TENTS);
    let (text, code) = check(&shop, "policy.toml --snapshot model/model.swm --places 1");
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.contains("policy.toml:3:1: warning:") && text.contains("are those of the snapshot"),
        "{text}"
    );
    shop.stdout("policy build policy.toml --snapshot model/model.swm --places 1 --out policy.swp");
    let policy = shelfwise_core::Policy::decode(&shop.read("policy.swp")).unwrap();
    assert_eq!(policy.unlisted().count(), 0);
}

#[test]
fn build_oversized_policy_is_refused() {
    let shop = Shop::open();
    let rows = (0..12_000).map(|n| format!("a-very-long-id-{n:080},Tent,Outdoor > Tents,Fjord,9\n"));
    let rest = "milk,Milk,Food,Alm,1\n";
    shop.write(
        "large.csv",
        "id,title,category,brand,price\n".to_owned() + &rows.collect::<String>() + rest,
    );
    shop.write("policy.toml", NO_TENTS);
    let error = shop.stderr("policy build policy.toml --catalog large.csv --places 1 --out policy.swp");
    for words in ["1,048,576 at most", "`no-tents` lists 12,000 items"] {
        assert!(error.contains(words), "{words} is missing:\n{error}");
    }
    assert!(!shop.path("policy.swp").exists());
}

#[test]
fn build_bad_catalog_rows_are_printed() {
    let shop = Shop::open();
    let rows: String = (0..300).map(|at| format!("p{at},Tent,Outdoor > Tents\n")).collect();
    shop.write(
        "catalog.csv",
        format!("id,title,category\nmilk,Milk,Food\n{rows}\u{1b}]0;x\u{7},\"Tent,Outdoor > Tents\n"),
    );
    shop.write(
        "policy.toml",
        "[[rule]]\nid = \"a\"\nhide = { category = \"Outdoor\" }\n",
    );
    let built = shop.run("policy build policy.toml --catalog catalog.csv --out policy.swp");
    let stderr = String::from_utf8(built.stderr).unwrap();
    assert!(stderr.contains("1 row of the catalog's"), "{stderr}");
    assert!(stderr.contains("catalog.csv: line 303"), "the place is named: {stderr}");
    assert!(!stderr.contains('\u{1b}'), "{stderr}");
}

#[test]
fn build_writes_the_list_of_hidden_ids() {
    let shop = Shop::open();
    shop.write(
        "policy.toml",
        "[[placement]]\nname = \"home\"\n\n[[rule]]\nid = \"a\"\nhide = { category = \"Outdoor\" }\nplacements = [\"home\"]\n\n\
         [[rule]]\nid = \"b\"\nhide = { item = \"milk\" }\n",
    );
    shop.write(
        "goods.csv",
        "id,category\ntent,Outdoor > Tents\nbed,Outdoor\nmilk,Food\noats,Food\n",
    );
    shop.stdout("policy build policy.toml --catalog goods.csv --out policy.swp");
    let list: serde_json::Value = serde_json::from_slice(&shop.read("policy.hidden.json")).unwrap();
    assert_eq!(
        list,
        serde_json::json!({ "version": 1, "everywhere": ["milk"], "placements": { "home": ["bed", "tent"] } })
    );
    shop.stdout("keys new policy --out policy.key");
    shop.write("policy.hidden.json", r#"{"version":1,"everywhere":[],"placements":{}}"#);
    let exchanged = shop.stderr("policy sign policy.swp --key policy.key");
    assert!(exchanged.contains("is not the list of these rules"), "{exchanged}");
}

#[test]
fn check_escapes_in_a_policy_are_neutralized() {
    let shop = Shop::open();
    shop.write(
        "policy.toml",
        "[[rule]]\nid = \"r\\u001b]0;OWNED\\u0007\"\nhide = { category = \"x\" }\n",
    );
    for command in ["check policy.toml", "build policy.toml --out policy.swp"] {
        let stderr = shop.run(&format!("policy {command}"));
        let stderr = [stderr.stdout, stderr.stderr].concat();
        assert!(
            !stderr.contains(&0x1b) && !stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&stderr)
        );
    }
}

#[test]
fn warnings_about_the_catalog_are_told_by_check_and_build() {
    let shop = Shop::open();
    shop.write(
        "latin.csv",
        b"id,title,category\ntent,Zelt,Gr\xfcn\nbed,Bett,Outdoor\nnull,Nichts,Outdoor\n",
    );
    shop.write(
        "policy.toml",
        "[[rule]]\nid = \"a\"\nhide = { category = \"Outdoor\" }\n",
    );
    for command in ["check policy.toml", "build policy.toml --out policy.swp"] {
        let done = shop.run(&format!("policy {command} --catalog latin.csv"));
        let printed = String::from_utf8(done.stderr).unwrap();
        for words in ["warning: latin.csv", "Windows-1252", "placeholder for the id"] {
            assert!(printed.contains(words), "{command}: {words} is missing:\n{printed}");
        }
    }
}

#[test]
fn check_parser_messages_are_in_the_words_of_the_file() {
    let shop = Shop::open();
    for (rule, words) in [
        (
            "hide = { price = 3 }",
            "unknown word `price`, expected one of `item`, `category`, `brand`",
        ),
        ("promote = 3", "unknown key `promote`"),
        (
            "hide = { item = \"a\", brand = \"b\" }",
            "more than one key in these braces",
        ),
        ("hide = { item = [\"a\", \"b\"] }", "a list stands here"),
        (
            "hide = { item = 12345 }",
            "this is integer `12345`, expected a text in quotes",
        ),
    ] {
        shop.write("policy.toml", format!("[[rule]]\nid = \"a\"\n{rule}\n"));
        let (text, code) = check(&shop, "policy.toml");
        assert!(code == Some(1) && text.contains(words), "{rule}: {text}");
        assert!(text.starts_with("policy.toml:3:"), "{rule}: {text}");
    }
}

#[test]
fn check_list_of_a_spreadsheet_is_told_at_the_rule_in_the_file() {
    let shop = Shop::open();
    shop.write("pins.csv", "id;position\r\ntent;1\r\nsledge;2\r\n").write(
        "policy.toml",
        "[[rule]]\nid = \"front\"\npin = { from = \"pins.csv\" }\n\n[[rule]]\nid = \"adrift\"\nhide = { item = \"yeti\" }\n",
    );
    let (text, code) = check(&shop, "policy.toml --catalog catalog.csv");
    assert_eq!(code, Some(1));
    for words in [
        "policy.toml:3:1: error: rule `front-2` pins item `sledge`, which is not in the catalog",
        "policy.toml:7:1: warning: rule `adrift` is about item `yeti`",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    shop.write("pins.csv", "id;position\r\ntent;first\r\n");
    let error = shop.stderr("policy check policy.toml --catalog catalog.csv");
    assert!(
        error.contains("rule `front`") && error.contains("pins.csv: line 2, column position"),
        "{error}"
    );
}

const OFFER: &str = "zone = \"Europe/Berlin\"\n\n[[placement]]\nname = \"basket\"\n\n[[content]]\nid = \"free-delivery\"\nkind = \"offer\"\n\
    placements = [\"basket\"]\nuntil = \"2031-01-06\"\nconditions = \"orders from 30\"\ntexts = { title = \"Free delivery\" }\n";

#[test]
fn offers_are_printed_and_published_with_their_conditions() {
    let shop = Shop::open();
    shop.write("policy.toml", OFFER);
    let printed: serde_json::Value = serde_json::from_str(&shop.stdout("policy offers policy.toml")).unwrap();
    assert_eq!(printed["offers"][0]["conditions"], "orders from 30");
    assert_eq!(printed["holdout"], 0.1);
    shop.stdout("policy offers policy.toml --out offers.json");
    let published: serde_json::Value = serde_json::from_slice(&shop.read("offers.json")).unwrap();
    assert_eq!(published, printed);
    let (text, code) = check(&shop, "policy.toml");
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("1 option of content"), "{text}");
}

#[test]
fn offer_for_one_device_is_refused_at_its_line_and_not_published() {
    let shop = Shop::open();
    shop.write(
        "policy.toml",
        &(OFFER.to_owned() + "when = { device = \"phone\" }\n[offers]\nholdout = 0.9\n"),
    );
    let error = shop.stderr("policy offers policy.toml --out offers.json");
    for words in [
        "policy.toml:13:1: error: offer `free-delivery` depends on `device`",
        "policy.toml:15:1",
        "from 0 to 0.5",
    ] {
        assert!(error.contains(words), "{words} is missing:\n{error}");
    }
}
