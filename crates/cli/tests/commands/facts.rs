//! A data engineer turns columns of the catalog into facts.

use crate::shop::Shop;
use shelfwise_core::{Facts, ItemIndex, Snapshot};
use shelfwise_sync::sha256;

const POLICY: &str = "[[fact]]\nname = \"price\"\nkind = \"money\"\n\n\
    [[fact]]\nname = \"since\"\nkind = \"day\"\nfrom = \"listed\"\n\n\
    [[fact]]\nname = \"colour\"\nkind = \"text\"\n\n\
    [[fact]]\nname = \"margin\"\nkind = \"share\"\nsecret = true\n";

const CATALOG: &str = "id,price,listed,colour,margin\ntent,\"199,00 €\",2026-02-01,green,0.4\n\
    peg,2.50,10,,0.91\noats,1.99,,white,0.3\nnobody-saw-this,5,,,\n";

const BUILD: &str = "facts build --policy facts.toml --snapshot model/model.swm --catalog goods.csv \
    --today 2026-03-01T00:00:00Z --out facts.swf";

fn shop(policy: &str, catalog: &str) -> Shop {
    let shop = Shop::trained();
    shop.write("facts.toml", policy).write("goods.csv", catalog);
    shop
}

#[test]
fn facts_of_the_catalog_are_in_the_file_by_item() {
    let shop = shop(POLICY, CATALOG);
    let report = shop.stdout(BUILD);
    assert!(report.contains("Secret, not in the file: margin"), "{report}");
    let snapshot = Snapshot::open(shop.read("model/model.swm")).unwrap();
    let facts = Facts::open(shop.read("facts.swf"), &sha256(snapshot.ids_section())).unwrap();
    let of = |name: &str, id: &str| {
        let item = snapshot.ids().index_of(id).unwrap();
        facts.value(facts.column(name).unwrap(), item)
    };
    assert_eq!(
        [of("price", "tent"), of("price", "peg"), of("price", "lamp")],
        [Some(19_900), Some(250), None]
    );
    assert_eq!(
        (of("since", "tent"), of("since", "peg")),
        (Some(20_485), Some(20_513 - 10))
    );
    let colour = facts.column("colour").unwrap();
    assert_eq!(
        (of("colour", "tent"), of("colour", "peg")),
        (facts.code(colour, "green"), None)
    );
    assert_eq!(facts.column("margin"), None);
    assert_eq!(facts.value(0, ItemIndex(99)), None);
}

#[test]
fn secret_fact_is_nowhere_in_the_file() {
    let shop = shop(POLICY, CATALOG);
    shop.stdout(BUILD);
    let file = shop.read("facts.swf");
    assert!(!file.windows(6).any(|bytes| bytes == b"margin"));
    let other = self::shop(POLICY, &CATALOG.replace("0.4", "0.9").replace("0.91", "0.1"));
    other.stdout(BUILD);
    assert_eq!(other.read("facts.swf"), file, "what is secret changes no byte");
}

#[test]
fn steps_begin_where_a_rule_compares() {
    let policy = POLICY.replace("\"money\"", "\"money\"\nsteps = 3")
        + "[[rule]]\nid = \"dear\"\nbury = { where = \"price > 100\", places = 5 }\n";
    let catalog = "id,price,listed,colour,margin\ntent,100,,,\npeg,100.01,,,\noats,1,,,\nmilk,2,,,\nlamp,3,,,\n";
    let shop = shop(&policy, catalog);
    shop.stdout(BUILD);
    let snapshot = Snapshot::open(shop.read("model/model.swm")).unwrap();
    let facts = Facts::open(shop.read("facts.swf"), &sha256(snapshot.ids_section())).unwrap();
    let price = |id: &str| facts.value(0, snapshot.ids().index_of(id).unwrap());
    assert_eq!((price("tent"), price("peg")), (Some(10_000), Some(10_001)));
}

#[test]
fn mistakes_in_facts_name_their_place_and_remedy() {
    for (policy, catalog, words) in [
        ("", CATALOG, "facts.toml: declares no fact: add a table [[fact]]"),
        (
            "[[fact]]\nname = \"price\"\nkind = \"euro\"\n",
            CATALOG,
            "line 3, column",
        ),
        (
            "[[fact]]\nname = \"stock\"\nkind = \"count\"\n",
            CATALOG,
            "fact `stock` is read from column `stock`, but the columns are: id, price",
        ),
        (
            POLICY,
            &*CATALOG.replace("2.50", "$2.50"),
            "line 3, column price: an amount in $, but line 2 has one in €",
        ),
        (
            POLICY,
            &*CATALOG.replace("0.91", "91"),
            "line 3, column margin: fact `margin`: `91` is not from 0 to 1: write 0.35 or 35 %",
        ),
        (
            POLICY,
            "id,price,listed,colour,margin\nother,1,,,\n",
            "no item of model/model.swm is in goods.csv",
        ),
        (
            &*format!("{POLICY}[[value]]\nname = \"value\"\nof = {{ margn = 1 }}\n"),
            CATALOG,
            "value `value` is made of `margn`, which is no fact: declare it, or take one of price, since",
        ),
        (
            &*format!("{POLICY}[[value]]\nname = \"value\"\nof = {{ margin = 1 }}\n"),
            CATALOG,
            "only 3 items have one of its facts, and a level needs 20",
        ),
    ] {
        let error = shop(policy, catalog).stderr(BUILD);
        assert!(error.contains(words), "{words} is missing:\n{error}");
    }
}

/// A shop with keys, a signed policy and signed facts of its model.
fn signed() -> Shop {
    let shop = shop(POLICY, CATALOG);
    for role in ["release", "policy", "facts"] {
        shop.stdout(&format!("keys new {role} --out keys/{role}.key"));
    }
    shop.stdout("policy sign model/policy.swp --key keys/policy.key");
    shop.stdout(&format!("{BUILD} --key keys/facts.key"));
    shop
}

const PUBLISH: &str = "publish site --policy model/policy.swp --key keys/release.key --policy-key keys/policy.pub \
    --facts facts.swf --facts-key keys/facts.pub";

const VERIFY: &str = "verify site --key keys/release.pub --key keys/policy.pub --json";

#[test]
fn facts_signed_and_published_pass_verify() {
    let shop = signed();
    shop.stdout(&format!("{PUBLISH} --snapshot model/model.swm"));
    let with_key = shop.json(&format!("{VERIFY} --key keys/facts.pub"));
    assert_eq!(with_key["serves"]["facts"]["holds"], 3);
    let without = shop.json(VERIFY);
    assert_eq!(
        (&without["outcome"], &without["serves"]["facts"]),
        (&"new".into(), &serde_json::Value::Null)
    );
}

#[test]
fn facts_of_another_snapshot_are_not_published() {
    let shop = signed();
    let log = String::from_utf8(shop.read("train.tsv"))
        .unwrap()
        .replace("lamp", "rope");
    shop.write("train.tsv", log);
    shop.stdout("train --events train.tsv --out other --order tables");
    let error = shop.stderr(&format!("{PUBLISH} --snapshot other/model.swm"));
    assert!(error.contains("facts were built for another snapshot's ids"), "{error}");
    assert!(!shop.path("site/release").exists());
}

#[test]
fn facts_that_nobody_signed_are_not_published() {
    let shop = signed();
    std::fs::remove_file(shop.path("facts.swf.sig")).unwrap();
    let error = shop.stderr(&format!("{PUBLISH} --snapshot model/model.swm"));
    assert!(error.contains("run `shelfwise facts build` with --key"), "{error}");
}

#[test]
fn facts_of_releases_that_are_not_kept_are_removed() {
    let shop = signed();
    for price in 1..=4 {
        let catalog = CATALOG.replace("2.50", &format!("{price}.50"));
        shop.write("goods.csv", catalog);
        shop.stdout(&format!("{BUILD} --key keys/facts.key"));
        shop.stdout(&format!("{PUBLISH} --snapshot model/model.swm --keep 2"));
    }
    let names = std::fs::read_dir(shop.path("site")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.starts_with("facts-")).count(), 2);
    shop.stdout(&format!("{VERIFY} --key keys/facts.pub"));
}
