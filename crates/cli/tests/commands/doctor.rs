//! `doctor`, and `train` with `--explain` and `--parent`.

use std::fs;

use crate::shop::Shop;

/// Visits of six people to four variants of two products.
fn variants() -> Shop {
    let shop = Shop::open();
    let row = |visit: u32, step: u32, id: &str| format!("{visit},{id},2026-03-0{}T10:0{step}:00Z\n", 1 + visit % 3);
    let rows = (0..6)
        .flat_map(|visit| ["tent-red", "peg-s", "tent-blue", "peg-l"].map(|id| row(visit, id.len() as u32 - 4, id)));
    shop.write("log.csv", "session,item,time\n".to_owned() + &rows.collect::<String>());
    shop.write(
        "products.csv",
        "Handle,Title,Vendor,Type,Variant SKU,Variant Price\ntent,Tent,Fjord,Tents,tent-red,99\ntent,,,,tent-blue,99\n\
         peg,Peg,Fjord,Pegs,peg-s,1\npeg,,,,peg-l,2\n",
    );
    shop
}

#[test]
fn doctor_report_is_printed_compared_and_written_as_a_page() {
    let shop = variants();
    let report = shop.json("doctor --events log.csv --catalog products.csv --json");
    assert_eq!(report["summary"]["sessions"], 6);
    assert_eq!(report["surfaces"].as_array().unwrap().len(), 6);
    let unknown = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["id"] == "unknown_items")
        .unwrap();
    assert_eq!(
        unknown["severity"], "mend",
        "the log names variants, the catalog products"
    );
    shop.write("monday.json", report.to_string());
    let printed =
        shop.stdout("doctor --events log.csv --catalog products.csv --against monday.json --html doctor.html");
    assert!(
        printed.contains("Product page") && printed.contains("doctor.html"),
        "{printed}"
    );
    let page = fs::read_to_string(shop.path("doctor.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("Mend first"));
    let refused = shop.stderr("doctor --events log.csv --against log.csv");
    assert!(
        refused.contains("log.csv: this is no report of the doctor"),
        "{refused}"
    );
}

#[test]
fn explain_says_how_files_are_read_and_writes_nothing() {
    let shop = variants();
    let said = shop.stdout("train --events log.csv --catalog products.csv --parent --explain");
    for part in [
        "csv, plain",
        "item=item",
        "Shopify products (CSV)",
        "parent=Handle",
        "2 of the log's 2 products",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!shop.path("model.swm").exists());
    let header = "session,item,time\n";
    shop.write(
        "joined.csv",
        format!("{header}1,a,1600000000\n1,b,1600000060\n{header}2,a,1600000000\n"),
    );
    let said = shop.stdout("train --events joined.csv --explain");
    assert!(said.contains("left out, headers again: 1 row"), "{said}");
    assert!(shop.stderr("train --events log.csv").contains("--out"));
}

#[test]
fn parent_counts_variants_as_their_product() {
    let shop = variants();
    let options = "--events log.csv --catalog products.csv --out model --order tables --min-support 2 --json";
    let apart = shop.json(&format!("train {options}"));
    assert_eq!(
        (&apart["log"]["items"], &apart["meeting"]["met"]),
        (&4.into(), &0.into())
    );
    let folded = shop.json(&format!("train {options} --parent"));
    assert_eq!(
        (&folded["log"]["items"], &folded["meeting"]["met"]),
        (&2.into(), &2.into())
    );
    let options = options.replace("--catalog", "--products");
    let log = &shop.json(&format!("train {options}"))["log"];
    assert_eq!(log["items"], 2, "the log alone");
    shop.stdout("evaluate --snapshot model/model.swm --events log.csv --products products.csv");
    let options = options.replace("--products", "--catalog");
    let named = shop.json(&format!("train {options} --parent Title"));
    assert_eq!(
        named["catalog"]["items"], 4,
        "rows without a title are products themselves: {named}"
    );
    let refused = shop.stderr("train --events log.csv --out model --parent");
    assert!(refused.contains("--catalog"), "{refused}");
}
