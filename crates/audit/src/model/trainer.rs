//! The trainer, as something that can be called again on another log.

use std::fmt;

use anyhow::{Context as _, Result};
use shelfwise_core::{ItemIndex, Snapshot};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::Log;
use shelfwise_train::train::{Choice, Links, Order, TrainOptions, train_snapshot};

use super::Model;

/// Whatever makes a model of a log.
pub trait Trainer: fmt::Debug {
    /// Trains a model. The same input gives the same bytes.
    ///
    /// # Errors
    /// If the log cannot be trained on.
    fn train(&self, log: &Log, previous: Option<&Model>) -> Result<Model>;
}

/// The trainer of this version, with its options.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    /// The catalog.
    pub catalog: &'a Catalog,
    /// The options.
    pub options: TrainOptions,
}

impl Trainer for Own<'_> {
    fn train(&self, log: &Log, previous: Option<&Model>) -> Result<Model> {
        let snapshot = train_snapshot(log, self.catalog, previous, &self.options)?;
        Snapshot::open(snapshot).context("the trainer made a model that cannot be opened")
    }
}

/// Returns the options by which a model can have been trained, the likeliest first: its own floor, and a floor that was
/// chosen by measurement. With `floor` there is no choice.
#[must_use]
pub fn candidates(model: &Model, floor: Option<Choice>, options: TrainOptions) -> Vec<TrainOptions> {
    let meta = model.meta();
    let mut options = TrainOptions {
        order: if model.ranker().is_some() {
            Order::Learned
        } else {
            Order::Tables
        },
        links: if has_links(model) { Links::Measured } else { Links::None },
        ..options
    };
    for (kind, weight) in shelfwise_core::EventKind::ALL
        .into_iter()
        .zip(meta.scoring.event_weight)
    {
        options.event_weights.set(
            kind,
            (weight * shelfwise_train::event_weights::UNIT as f32).round() as u32,
        );
    }
    let floors = match floor {
        Some(floor) => vec![floor],
        None => vec![Choice::Fixed(meta.min_support), Choice::Auto],
    };
    floors
        .into_iter()
        .map(|min_support| TrainOptions { min_support, ..options })
        .collect()
}

/// Returns whether any item has an indirect link. Without, training that never makes any gives the same model.
fn has_links(model: &Model) -> bool {
    let mut items = (0..model.items() as u32).map(ItemIndex);
    items.any(|item| model.bridges().of(item).next().is_some())
}
