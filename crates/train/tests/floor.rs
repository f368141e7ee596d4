//! The support floor: what few people did is not in the snapshot.

#[allow(dead_code, reason = "each test file uses its own part of the shop")]
#[cfg(test)]
mod shop;

use std::collections::{BTreeMap, BTreeSet};

use shelfwise_core::Snapshot;
use shelfwise_intake::catalog::Catalog;
use shelfwise_train::train::{Choice, TrainOptions, train};
use shop::{file, ids, log, names, snapshot, together, trained, visits, walked_rows, walks};

/// Returns the number of sessions that contain each pair of items.
fn sessions_by_pair(sessions: &[Vec<String>]) -> BTreeMap<(&str, &str), usize> {
    let mut pairs = BTreeMap::new();
    for session in sessions {
        let items: BTreeSet<&str> = session.iter().map(String::as_str).collect();
        for a in &items {
            for b in &items {
                *pairs.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    pairs
}

#[test]
fn pairs_below_the_floor_are_absent_and_those_above_present() {
    let (sessions, log) = (walks(400), log(&file(&walked_rows(400))));
    let pairs = sessions_by_pair(&sessions);
    for floor in [2, 4] {
        let snapshot = snapshot(&log, &Catalog::default(), floor);
        let mut kept = 0;
        for own in ids(&snapshot) {
            for (other, _) in together(&snapshot, &own) {
                let support = pairs[&(own.as_str(), other.as_str())];
                assert!(
                    support >= floor as usize,
                    "{own} and {other}: {support} sessions at floor {floor}"
                );
                kept += 1;
            }
        }
        let dropped = pairs.values().filter(|support| **support < floor as usize).count();
        assert!(kept > 0 && dropped > 0, "the floor had something to do");
    }
}

/// Returns a log of two baskets with milk and oats, and two with tea and mugs.
fn baskets(oats_buyers: [&str; 2], tea_buyers: [&str; 2]) -> String {
    let mut rows = vec!["basket,person,item".to_owned()];
    let bought = [(oats_buyers, ["milk", "oats"]), (tea_buyers, ["tea", "mug"])];
    for (kind, (buyers, items)) in bought.iter().enumerate() {
        for (basket, buyer) in buyers.iter().enumerate() {
            rows.extend(items.iter().map(|item| format!("b{kind}{basket},{buyer},{item}")));
        }
    }
    rows.join("\n")
}

#[test]
fn known_people_are_counted_instead_of_baskets() {
    let log = log(&baskets(["ann", "ann"], ["ann", "bob"]));
    let items = ["milk", "oats", "tea", "mug"].map(|id| shop::catalog_item(id, id, ""));
    let snapshot = snapshot(&log, &shop::catalog(items.into()), 2);
    assert_eq!(snapshot.meta().support, shelfwise_core::snapshot::Support::People);
    assert_eq!(
        names(&together(&snapshot, "milk")),
        Vec::<&str>::new(),
        "two baskets of one household"
    );
    assert_eq!(names(&together(&snapshot, "tea")), ["mug"]);
}

#[test]
fn id_of_one_session_is_absent_from_the_bytes() {
    let log = visits(&[&["tent", "peg"], &["tent", "peg"], &["tent", "engraved-for-jane"]]);
    let bytes = trained(&log, &Catalog::default(), 2).snapshot;
    assert!(!bytes.windows(6).any(|window| window == b"engrav"));
}

#[test]
fn last_event_time_is_rounded_to_its_day() {
    let log = log("session,item,time\na,tent,1785623456\nb,tent,1785623457\n");
    let snapshot = snapshot(&log, &Catalog::default(), 2);
    assert_eq!(snapshot.meta().trained_until_ms, 1_785_542_400_000);
}

#[test]
fn item_of_one_session_has_no_popularity() {
    let snapshot = snapshot(
        &visits(&[&["tent", "peg"], &["tent", "peg"], &["tent", "secret"]]),
        &Catalog::default(),
        2,
    );
    let popularity = |id: &str| snapshot.ids().index_of(id).map(|item| snapshot.popularity().of(item));
    assert!(popularity("secret").is_none() && popularity("peg") > Some(0.0));
}

#[test]
fn floor_auto_is_at_least_two_and_one_is_recorded() {
    let log = visits(&[&["tent", "peg"], &["tent", "peg"]]);
    let auto = TrainOptions::default();
    assert_eq!(auto.min_support, Choice::Auto);
    let none = None::<&Snapshot<Vec<u8>>>;
    let chosen = train(
        &log,
        &Catalog::default(),
        none,
        &auto,
        &shelfwise_intake::progress::Silent,
    )
    .unwrap();
    assert!(chosen.report.min_support >= 2);
    assert_eq!(snapshot(&log, &Catalog::default(), 1).meta().min_support, 1);
}

#[test]
fn sensitive_items_are_absent_from_the_bytes() {
    let secret = "unmistakable-item";
    let mut item = shop::catalog_item(secret, "unmistakable title", "Unmistakable category");
    item.sensitive = true;
    let catalog = shop::catalog(vec![item, shop::catalog_item("tent", "tent", "Outdoor")]);
    let contains = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    let bytes = trained(&visits(&[&["tent", "peg"], &["tent", "peg"]]), &catalog, 2).snapshot;
    assert!(contains(&bytes, "Outdoor"), "text in the snapshot can be found");
    for text in ["nmistakable", secret] {
        assert!(!contains(&bytes, text), "{text}");
    }
}
