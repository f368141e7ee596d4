//! Reproducibility: the same input gives the same bytes, whatever the order of rows, the number of cores, or the order
//! of a catalog.

#[allow(dead_code, reason = "each test file uses its own part of the shop")]
#[cfg(test)]
mod shop;

use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::progress::Silent;
use shelfwise_intake::{ColumnMap, read_catalog};
use shop::{file, log, trained, walked_rows};

/// Enough sessions for a hold-out, too few for trees: seconds instead of minutes, without optimization.
const SESSIONS: usize = 1_200;

/// Enough for trees.
const SESSIONS_FOR_TREES: usize = 3_900;

fn bytes(text: &str, catalog: &Catalog) -> Vec<u8> {
    trained(&log(text), catalog, 2).snapshot
}

#[test]
fn same_log_gives_the_same_bytes() {
    let text = file(&walked_rows(SESSIONS));
    assert_eq!(bytes(&text, &Catalog::default()), bytes(&text, &Catalog::default()));
}

#[test]
fn shuffled_rows_give_the_same_bytes() {
    let rows = walked_rows(SESSIONS);
    let mut shuffled = rows.clone();
    // Any order that separates neighbours will do: by the digits of the row number, last digit first.
    shuffled.sort_by_key(|row| {
        let number = rows.iter().position(|own| own == row).unwrap();
        (number % 97, number)
    });
    assert_ne!(rows, shuffled);
    let none = Catalog::default();
    assert_eq!(bytes(&file(&rows), &none), bytes(&file(&shuffled), &none));
}

#[test]
fn one_core_and_three_give_the_same_bytes_and_the_same_trees() {
    let log = log(&file(&walked_rows(SESSIONS_FOR_TREES)));
    let on_cores = |cores: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(cores).build().unwrap();
        pool.install(|| trained(&log, &Catalog::default(), 2))
    };
    let (one, three) = (on_cores(1), on_cores(3));
    assert!(
        one.report.hold_out.unwrap().ranker.unwrap().validation > 0,
        "enough for trees"
    );
    assert_eq!(one.snapshot, three.snapshot);
}

#[test]
fn shuffled_catalog_gives_the_same_bytes() {
    let rows: Vec<String> = (0..12)
        .flat_map(|aisle| {
            (0..12).map(move |shelf| format!("aisle{aisle}-shelf{shelf},aisle {aisle} thing,Aisle {aisle}"))
        })
        .collect();
    let backwards: Vec<String> = rows.iter().rev().cloned().collect();
    let read = |rows: &[String]| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.csv");
        std::fs::write(&path, format!("id,title,category\n{}\n", rows.join("\n"))).unwrap();
        read_catalog(&path, &ColumnMap::default(), 0.0, &Silent).unwrap().0
    };
    let text = file(&walked_rows(50));
    assert_eq!(bytes(&text, &read(&rows)), bytes(&text, &read(&backwards)));
}
