//! What changed overnight, before anybody ships it.

use crate::shop::Shop;

/// Yesterday people camped; today they also buy kites, and nobody eats oats any more.
fn two_days() -> Shop {
    let shop = Shop::open();
    shop.stdout("train --events train.tsv --out monday");
    let visit = |number: usize, ids: &[&str]| -> String {
        let row = |(at, id): (usize, &&str)| format!("k{number}\t{id}\t{}\n", 1_600_100_000 + number * 3600 + at);
        ids.iter().enumerate().map(row).collect()
    };
    let log = String::from_utf8(shop.read("train.tsv")).unwrap();
    let campers: String = log
        .lines()
        .filter(|line| !line.contains("oats"))
        .map(|line| format!("{line}\n"))
        .collect();
    let kites: String = (0..8).map(|number| visit(number, &["tent", "kite"])).collect();
    shop.write("tuesday.tsv", campers + &kites);
    shop.stdout("train --events tuesday.tsv --out tuesday");
    shop
}

#[test]
fn items_that_came_and_went_are_named() {
    let change = two_days().json("diff monday tuesday --json");
    let items = &change["model"]["items"];
    assert_eq!((&items["before"], &items["after"]), (&5.into(), &5.into()));
    assert_eq!(
        (&items["new"], &items["gone"]),
        (&serde_json::json!(["kite"]), &serde_json::json!(["oats"]))
    );
}

#[test]
fn pages_show_what_the_engine_shows_before_and_after() {
    let shop = two_days();
    let change = shop.json("diff monday tuesday --json");
    let pages = change["model"]["slates"]["pages"].as_array().unwrap();
    assert!(pages[0]["item_id"].is_null(), "the front page comes first");
    let tent = pages.iter().find(|page| page["item_id"] == "tent").unwrap();
    assert!(tent["came"].as_array().unwrap().contains(&"kite".into()), "{tent}");
    assert!(
        !tent["after"].as_array().unwrap().contains(&"tent".into()),
        "not on its own page"
    );
    let view = shop.json("inspect tuesday/model.swm --item tent --json");
    let neighbours = view["together"].as_array().unwrap();
    assert!(
        neighbours.iter().any(|item| item["item_id"] == "kite"),
        "as the model says"
    );
    let kept = change["model"]["slates"]["changed"].as_u64().unwrap();
    let came: usize = pages.iter().map(|page| page["came"].as_array().unwrap().len()).sum();
    assert_eq!(kept as usize, came);
}

#[test]
fn diff_models_prints_movers_floor_and_sizes() {
    let shop = two_days();
    let change = shop.json("diff monday tuesday --json");
    let falling = change["model"]["items"]["falling"].as_array().unwrap();
    assert!(falling.iter().any(|item| item["item_id"] == "milk"), "{falling:?}");
    let sections = change["model"]["sections"].as_array().unwrap();
    let whole = sections.last().unwrap();
    assert_eq!(whole["before"], shop.read("monday/model.swm").len());
    assert_eq!(whole["after"], shop.read("tuesday/model.swm").len());
    let facts = change["model"]["facts"].as_array().unwrap();
    assert!(
        facts
            .iter()
            .any(|fact| fact["name"] == "support floor" && fact["after"] == "2 sessions")
    );
    let text = shop.stdout("diff monday tuesday");
    for words in [
        "1 item new: kite",
        "1 item gone: oats",
        "support floor",
        "tables",
        "whole file",
        "front page",
    ] {
        assert!(text.contains(words), "{words} is missing:\n{text}");
    }
}

#[test]
fn asked_twice_it_says_the_same_and_of_one_model_it_says_nothing_changed() {
    let shop = two_days();
    assert_eq!(shop.stdout("diff monday tuesday"), shop.stdout("diff monday tuesday"));
    let same = shop.json("diff monday monday --json");
    assert_eq!(same["model"]["slates"]["changed"], 0);
    assert_eq!(same["model"]["items"]["new"], serde_json::json!([]));
    assert_eq!(same["model"]["items"]["rising"], serde_json::json!([]));
}

#[test]
fn rules_are_compared_by_name_and_obeyed_on_the_pages() {
    let shop = two_days();
    shop.write("monday.toml", "[[rule]]\nid = \"front\"\npin = { item = \"lamp\", position = 1 }\n[[rule]]\nid = \"old\"\nexclude = \"in_cart\"\n");
    shop.write("tuesday.toml", "[[rule]]\nid = \"front\"\npin = { item = \"peg\", position = 1 }\n[[rule]]\nid = \"kites\"\nhide = { item = \"kite\" }\n");
    shop.stdout("policy build monday.toml --out monday/policy.swp");
    shop.stdout("policy build tuesday.toml --out tuesday/policy.swp");
    let change = shop.json("diff monday tuesday --json");
    let named: Vec<_> = change["rules"]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["name"].as_str().unwrap())
        .collect();
    assert_eq!(named, ["front", "kites", "old"]);
    for page in change["model"]["slates"]["pages"].as_array().unwrap() {
        assert!(
            !page["after"].as_array().unwrap().contains(&"kite".into()),
            "hidden: {page}"
        );
        assert!(page["item_id"] == "peg" || page["after"][0] == "peg", "pinned: {page}");
    }
    let text = shop.stdout("diff monday.toml tuesday/policy.swp");
    for words in [
        "+ kites: hides item `kite` everywhere",
        "- old: leaves out what is in the cart",
        "~ front: pins item `lamp` to place 1",
    ] {
        assert!(text.contains(words), "{words} is missing:\n{text}");
    }
}

#[test]
fn diff_rules_prints_listed_and_new_items() {
    let shop = Shop::open();
    shop.write(
        "policy.toml",
        "[[rule]]\nid = \"no-tents\"\nhide = { category = \"Outdoor > Tents\" }\n",
    );
    shop.write(
        "last.csv",
        "id,title,category,brand\ntent,Tent,Outdoor > Tents,Fjord\nbed,Bed,Outdoor > Tents,Fjord\nmilk,Milk,Food,Alm\n",
    );
    shop.write(
        "next.csv",
        "id,title,category,brand\ntent,Tent,Outdoor > Tents,Fjord\ndome,Dome,Outdoor > Tents,Fjord\nroof,Roof,Outdoor > Tents,Fjord\n\
         milk,Milk,Food,Alm\n",
    );
    shop.stdout("policy build policy.toml --catalog last.csv --places 1 --out a.swp");
    shop.stdout("policy build policy.toml --catalog next.csv --places 1 --out b.swp");
    let text = shop.stdout("diff a.swp b.swp");
    for words in [
        "~ no-tents: hides category `Outdoor > Tents` everywhere; 2 items, 1 of them only here",
        "now: hides category `Outdoor > Tents` everywhere; 3 items, 2 of them only here",
    ] {
        assert!(text.contains(words), "{words} is missing:\n{text}");
    }
    assert!(shop.stdout("diff a.swp a.swp").contains("the rules are the same"));
    assert!(
        shop.stdout("diff a.swp policy.toml").contains("the rules are the same"),
        "a source lists nothing"
    );
    shop.stdout("policy build policy.toml --out c.swp");
    assert!(
        shop.stdout("diff a.swp c.swp")
            .contains("now: hides category `Outdoor > Tents` everywhere\n"),
        "a list that is gone is a change"
    );
}

#[test]
fn diff_nothing_comparable_says_what_is() {
    let shop = two_days();
    shop.write("a.toml", "");
    let error = shop.stderr("diff a.toml monday/model.swm");
    assert!(
        error.contains("nothing to compare") && error.contains("two snapshots"),
        "{error}"
    );
    shop.write("monday/other.swm", "").write("monday/a.swm", "");
    assert!(
        shop.stderr("diff monday tuesday")
            .contains("name the one that is meant")
    );
    assert!(shop.stderr("diff gone.swm tuesday").contains("gone.swm"));
}
