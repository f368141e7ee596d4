//! The trainer as a library: `cargo run -p shelfwise-train --example train -- EVENTS CATALOG FLOOR MODEL` reads a log and a
//! catalog, trains a model whose facts rest on as many people as the floor says, and writes it.

use std::error::Error;
use std::fs;
use std::path::Path;

use shelfwise_core::Snapshot;
use shelfwise_intake::progress::Silent;
use shelfwise_intake::{ColumnMap, LogOptions, read_catalog, read_log};
use shelfwise_train::train::{Choice, Order, TrainOptions, train};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [events, catalog, floor, model] = words.as_slice() else {
        return Err("give EVENTS, CATALOG, FLOOR and MODEL".into());
    };
    let mut reading = LogOptions::new(vec![events.clone()]);
    let (catalog, _) = read_catalog(
        Path::new(catalog),
        &ColumnMap::default(),
        reading.bad_row_share,
        &Silent,
    )?;
    reading.excluded = catalog.sensitive_ids();
    reading.known_items = catalog.items.iter().map(|item| item.id.clone()).collect();
    let (log, _) = read_log(&reading, &Silent)?;
    let options = TrainOptions {
        min_support: Choice::Fixed(floor.parse()?),
        order: Order::Tables,
        ..TrainOptions::default()
    };
    let trained = train(&log, &catalog, None::<&Snapshot<Vec<u8>>>, &options, &Silent)?;
    fs::write(model, trained.snapshot)?;
    Ok(())
}
