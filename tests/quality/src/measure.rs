//! Measures one log: the engine at support floors 1 and 2, and the peers, one after the other in an otherwise idle
//! process.

use anyhow::{Context as _, Result};
use shelfwise_core::{CurrentItem, Snapshot};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::progress::Silent;
use shelfwise_train::evaluate::{Protocol, evaluate};
use shelfwise_train::train::{Choice, TrainOptions, train};

use crate::data::Split;
use crate::item_knn::ItemKnn;
use crate::peer::Peer;
use crate::popularity::Popularity;
use crate::questions::Questions;
use crate::replay::{Replayed, replay};
use crate::sequential_rules::SequentialRules;
use crate::vmis_knn::{VmisKnn, VmisOptions};

/// Length of the evaluated list.
pub const AT: usize = 20;

/// Neighbours that a peer's table keeps of each item, if it has a table.
const PEER_NEIGHBOURS: usize = 100;

/// Name of the engine in the table.
pub const ENGINE: &str = "Shelfwise";

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// The log.
    pub log: String,
    /// The model.
    pub model: String,
    /// The engine's support floor; peers have none.
    pub floor: Option<u32>,
    /// Bytes of the whole snapshot after brotli divided by the items of its log, published or not, so that withheld ids
    /// do not change the divisor. Peers have no snapshot.
    pub bytes_per_item: Option<f64>,
    /// The measurements.
    pub measured: Replayed,
    /// A peer's parameters.
    pub parameters: Option<String>,
}

/// Trains with the given floor and number of neighbours and otherwise default settings, and replays all test sessions
/// through the shipped engine.
///
/// If training fails, or the snapshot does not open.
pub fn engine(split: &Split, floor: u32, neighbours: usize) -> Result<Row> {
    let options = TrainOptions {
        min_support: Choice::Fixed(floor),
        neighbours,
        ..TrainOptions::default()
    };
    let trained = train(
        &split.train,
        &Catalog::default(),
        None::<&Snapshot<Vec<u8>>>,
        &options,
        &Silent,
    )?;
    let snapshot = Snapshot::open(trained.snapshot).context("the snapshot that was just trained does not open")?;
    let protocol = Protocol {
        at: AT,
        current_item: CurrentItem::Show,
        most: None,
    };
    let evaluation = evaluate(snapshot, &split.test, &protocol, &Silent);
    Ok(Row {
        log: split.name.clone(),
        model: ENGINE.into(),
        floor: Some(floor),
        bytes_per_item: Some(trained.report.snapshot_brotli_bytes as f64 / split.train.items.len().max(1) as f64),
        measured: Replayed {
            places: evaluation.places,
            latency: evaluation.latency,
        },
        parameters: None,
    })
}

/// Trains every peer and evaluates it on the same predictions. Calls `done` after each.
pub fn peers(split: &Split, mut done: impl FnMut(&Row)) -> Vec<Row> {
    let questions = Questions::new(&split.train, &split.test);
    let log = &split.train;
    // One at a time: the larger ones keep the whole log in memory.
    let makers: [&dyn Fn() -> Box<dyn Peer>; 5] = [
        &|| Box::new(Popularity::train(log, AT)),
        &|| Box::new(SequentialRules::train(log, PEER_NEIGHBOURS)),
        &|| Box::new(ItemKnn::train(log, PEER_NEIGHBOURS)),
        &|| Box::new(VmisKnn::train(log, VmisOptions::WIDE)),
        &|| Box::new(VmisKnn::train(log, VmisOptions::EXAMPLE)),
    ];
    let row = |make: &dyn Fn() -> Box<dyn Peer>| {
        let mut peer = make();
        Row {
            log: split.name.clone(),
            model: peer.name().into(),
            floor: None,
            bytes_per_item: None,
            measured: replay(peer.as_mut(), &questions, AT),
            parameters: Some(peer.parameters()),
        }
    };
    makers.into_iter().map(row).inspect(|row| done(row)).collect()
}
