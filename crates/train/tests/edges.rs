//! Edge cases: one session, one item, any Unicode, baskets, items without events.

#[allow(dead_code, reason = "each test file uses its own part of the shop")]
#[cfg(test)]
mod shop;

use shelfwise_intake::catalog::Catalog;
use shop::{alike, catalog, catalog_item, ids, log, names, snapshot, together, trained, visits};

#[test]
fn log_of_one_session_and_one_item_trains() {
    let one_item = snapshot(&visits(&[&["tent"]]), &Catalog::default(), 1);
    assert_eq!(ids(&one_item), ["tent"]);
    let one_session = snapshot(&visits(&[&["tent", "peg"]]), &Catalog::default(), 1);
    assert_eq!(names(&together(&one_session, "tent")), ["peg"]);
    let floor = snapshot(&visits(&[&["tent", "peg"]]), &Catalog::default(), 2);
    assert_eq!(ids(&floor), Vec::<&str>::new(), "one visitor alone is below the floor");
}

#[test]
fn ids_of_any_unicode_train() {
    let strange = ["Käse 250 g", "お茶", "🧀", "id-ÅÅ\u{301}", "с чаем", "a'b\"c"];
    let tea: &[&str] = &["お茶", "🧀", "Käse 250 g", "id-ÅÅ\u{301}", "с чаем", "a'b\"c"];
    let snapshot = snapshot(&visits(&[tea, tea]), &Catalog::default(), 2);
    for id in strange {
        let index = snapshot
            .ids()
            .index_of(id)
            .unwrap_or_else(|| panic!("{id} is not found"));
        assert_eq!(snapshot.ids().id_of(index).unwrap().as_str(), Some(id));
        assert!(!together(&snapshot, id).is_empty(), "{id} has neighbours");
    }
}

#[test]
fn basket_line_order_has_no_effect() {
    let mut rows = vec!["basket,item".to_owned()];
    for basket in 0..3 {
        rows.extend(["apple", "bread", "cheese", "dates", "eggs"].map(|item| format!("b{basket},{item}")));
    }
    let snapshot = snapshot(&log(&rows.join("\n")), &Catalog::default(), 2);
    let weights: Vec<f32> = together(&snapshot, "apple")
        .into_iter()
        .map(|(_, weight)| weight)
        .collect();
    assert_eq!(weights.len(), 4);
    assert!(
        weights.windows(2).all(|pair| (pair[0] - pair[1]).abs() < f32::EPSILON),
        "{weights:?}"
    );
}

#[test]
fn next_item_weighs_more_than_a_later_one() {
    let visit: &[&str] = &["apple", "bread", "cheese", "dates"];
    let snapshot = snapshot(&visits(&[visit, visit]), &Catalog::default(), 2);
    let row = together(&snapshot, "apple");
    assert!(row[0].1 > row[2].1, "{row:?}");
}

#[test]
fn item_without_events_has_neighbours_by_content() {
    let catalog = catalog(vec![
        catalog_item("scarf-red", "red wool scarf", "Scarves"),
        catalog_item("scarf-new", "green wool scarf", "Scarves"),
        catalog_item("hose", "garden hose", "Garden"),
    ]);
    let snapshot = snapshot(&visits(&[&["scarf-red", "hose"], &["scarf-red", "hose"]]), &catalog, 2);
    assert_eq!(names(&together(&snapshot, "scarf-new")), Vec::<&str>::new());
    assert_eq!(names(&alike(&snapshot, "scarf-new")), ["scarf-red"]);
}

#[test]
fn tiny_log_keeps_defaults_and_trains_no_trees() {
    let tiny = visits(&[&["tent", "peg"], &["tent", "peg"], &["milk", "oats"]]);
    let other = visits(&[&["kite", "string"], &["kite", "kite"]]);
    let (tiny, other) = (
        trained(&tiny, &Catalog::default(), 2),
        trained(&other, &Catalog::default(), 2),
    );
    assert!(tiny.report.hold_out.is_none(), "too little to measure");
    assert_eq!(tiny.report.scoring, other.report.scoring, "the defaults");
}

#[test]
fn report_matches_the_snapshot() {
    let trained = trained(
        &visits(&[&["tent", "peg"], &["tent", "peg"], &["peg", "oats"]]),
        &Catalog::default(),
        2,
    );
    let report = trained.report;
    assert_eq!(
        (report.sessions, report.items, report.pairs, report.neighbours),
        (3, 2, 2, 2)
    );
    assert_eq!(report.snapshot_bytes, trained.snapshot.len());
    assert_eq!((report.withheld_ids, report.tombstones), (1, 0), "oats");
    assert_eq!(report.people, None);
    assert!((report.bytes_per_item - report.snapshot_brotli_bytes as f64 / 2.0).abs() < 1e-9);
}
