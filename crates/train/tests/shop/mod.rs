//! A shop for tests: logs as files, read by the intake, and trained into snapshots.

pub mod dice;

use shelfwise_core::{ItemIndex, Snapshot};
use shelfwise_intake::catalog::{Catalog, CatalogItem};
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::Silent;
use shelfwise_intake::{LogOptions, read_log};
use shelfwise_train::train::{Choice, TrainOptions, Trained, train};

/// Reads a log as a file would be read.
pub fn log(text: &str) -> Log {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    std::fs::write(&path, text).unwrap();
    read_log(&LogOptions::new(vec![path.to_str().unwrap().into()]), &Silent)
        .unwrap()
        .0
}

/// Returns rows of `SessionId ItemId Time`, without a header: sessions of item ids, with a minute between two events.
pub fn rows(sessions: &[&[&str]]) -> Vec<String> {
    let mut rows = Vec::new();
    for (session, ids) in sessions.iter().enumerate() {
        for (event, id) in ids.iter().enumerate() {
            let time = 1_600_000_000 + session * 3600 + event * 60;
            rows.push(format!("s{session}\t{id}\t{time}"));
        }
    }
    rows
}

/// Returns a file of rows with a header.
pub fn file(rows: &[String]) -> String {
    format!("SessionId\tItemId\tTime\n{}\n", rows.join("\n"))
}

/// Returns the log of these sessions.
pub fn visits(sessions: &[&[&str]]) -> Log {
    log(&file(&rows(sessions)))
}

/// Returns random walks through aisles of ten items, mostly forward: enough to hold some out, and the same every time.
pub fn walks(sessions: usize) -> Vec<Vec<String>> {
    let mut roll = dice::dice(7);
    let mut walk = |_| {
        let (aisle, mut shelf) = (roll(12), roll(10));
        let mut items = Vec::new();
        for _ in 0..3 + roll(3) {
            shelf = if roll(5) == 0 { roll(10) } else { (shelf + 1) % 10 };
            items.push(format!("aisle{aisle}-shelf{shelf}"));
        }
        items
    };
    (0..sessions).map(&mut walk).collect()
}

/// Returns these walks as rows of a file.
pub fn walked_rows(sessions: usize) -> Vec<String> {
    let walks = walks(sessions);
    let ids: Vec<Vec<&str>> = walks
        .iter()
        .map(|walk| walk.iter().map(String::as_str).collect())
        .collect();
    rows(&ids.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// Returns the defaults, at a floor.
pub fn at_floor(floor: u32) -> TrainOptions {
    TrainOptions {
        min_support: Choice::Fixed(floor),
        ..TrainOptions::default()
    }
}

/// Trains, with all settings at their defaults but the floor.
pub fn trained(log: &Log, catalog: &Catalog, floor: u32) -> Trained {
    let trained = train(log, catalog, None::<&Snapshot<Vec<u8>>>, &at_floor(floor), &Silent).unwrap();
    Snapshot::open(&trained.snapshot).unwrap().verify().unwrap();
    trained
}

/// Returns the snapshot of such a training.
pub fn snapshot(log: &Log, catalog: &Catalog, floor: u32) -> Snapshot<Vec<u8>> {
    Snapshot::open(trained(log, catalog, floor).snapshot).unwrap()
}

/// Returns the ids by index.
pub fn ids(snapshot: &Snapshot<Vec<u8>>) -> Vec<String> {
    let id = |item| {
        snapshot
            .ids()
            .id_of(ItemIndex(item))
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    };
    (0..snapshot.items() as u32).map(id).collect()
}

/// Returns the co-occurrence neighbours of an item with their weights, by id.
pub fn together(snapshot: &Snapshot<Vec<u8>>, id: &str) -> Vec<(String, f32)> {
    neighbours(snapshot, id, &snapshot.together())
}

/// Returns the similar items of an item by the catalog, by id.
pub fn alike(snapshot: &Snapshot<Vec<u8>>, id: &str) -> Vec<(String, f32)> {
    neighbours(snapshot, id, &snapshot.alike())
}

fn neighbours(
    snapshot: &Snapshot<Vec<u8>>,
    id: &str,
    table: &shelfwise_core::snapshot::Neighbours<'_>,
) -> Vec<(String, f32)> {
    let ids = ids(snapshot);
    let row = table.of(snapshot.ids().index_of(id).unwrap());
    let mut row: Vec<(String, f32)> = row
        .map(|neighbour| (ids[neighbour.item.0 as usize].clone(), neighbour.weight))
        .collect();
    row.sort_by(|a, b| a.0.cmp(&b.0));
    row
}

/// Returns only the ids.
pub fn names(row: &[(String, f32)]) -> Vec<&str> {
    row.iter().map(|(id, _)| id.as_str()).collect()
}

/// Returns a catalog sorted as the intake does.
pub fn catalog(mut items: Vec<CatalogItem>) -> Catalog {
    items.sort_by(|a, b| a.id.cmp(&b.id));
    Catalog { items }
}

/// Returns an item of a catalog.
pub fn catalog_item(id: &str, title: &str, category: &str) -> CatalogItem {
    CatalogItem {
        id: id.into(),
        title: title.into(),
        category: category.into(),
        ..CatalogItem::default()
    }
}
