//! Leaky models: each made of the honest trainer's parts, with one thing wrong.

mod shop;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use shelfwise_audit::model::{Model, Own, Subject, Trainer, canary, difference, floor, made, one_person};
use shelfwise_audit::report::{Outcome, Step};
use shelfwise_core::snapshot::SnapshotBuilder;
use shelfwise_core::{ContextKey, Snapshot};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::Silent;
use shelfwise_train::aggregates::Source as _;
use shelfwise_train::aggregates::items::count_items;
use shelfwise_train::tables::assortment::Assortment;
use shelfwise_train::tables::context_keys::{KeyOptions, context_keys};
use shelfwise_train::tables::indexing::Indexing;
use shelfwise_train::tables::indirect_links::LinkOptions;
use shelfwise_train::tables::model::{ModelOptions, model};
use shelfwise_train::train::{Choice, NEIGHBOURS, Order, Publish, TrainOptions};

/// The floor that every model claims.
const FLOOR: u32 = 3;

/// The name of the step in `leaks.toml`.
const STEP: &str = "model";

/// What the step claims.
const CLAIM: &str = "Nothing in a model rests on fewer people than it claims.";

/// The floors that a trainer holds, which can be others than it claims.
#[derive(Clone, Copy)]
struct Floors {
    ids: u32,
    pairs: u32,
}

const HONEST: Floors = Floors {
    ids: FLOOR,
    pairs: FLOOR,
};

/// Audits the honest model of the shop.
///
/// # Errors
/// If a row fails, or nothing is proved.
pub fn honest() -> Result<()> {
    let (log, catalog) = (shop::log(), shop::catalog());
    let built = snapshot(&parts(&log, &catalog, HONEST))?;
    let mut rows = audit(&built, &log, &catalog);
    let trainer = own(&catalog);
    let trained = trainer.train(&log, None)?;
    let subject = subject(&trained, &log, &catalog);
    rows.push(canary(&trainer, subject)?);
    rows.extend(one_person(&trainer, subject, 3, &Silent)?);
    let (previous, next) = made(&trainer, subject)?.context("the shop's log has no days")?;
    rows.push(difference(
        &previous,
        Subject {
            model: &next,
            ..subject
        },
        "made",
    ));
    for row in &rows {
        println!("honest  {:<11}{:<13}{}", STEP, row.name, row.outcome.words());
        ensure!(
            row.findings.is_empty(),
            "{} fails on the honest model: {:#?}",
            row.name,
            row.findings
        );
    }
    let proved = ["ids", "pairs", "links", "contexts", "lists", "canary", "one-person"];
    for name in proved {
        let row = rows.iter().find(|row| row.name == name).context(name)?;
        ensure!(
            row.outcome == Outcome::Passed,
            "{name} proves nothing of the honest model: {:?}",
            row.tried
        );
    }
    Ok(())
}

/// Audits the leaky model of this name: all findings as one step.
///
/// # Errors
/// If there is no such model, or it cannot be made.
pub fn planted(name: &str) -> Result<Step> {
    let (log, catalog) = (shop::log(), shop::catalog());
    let rows = match name {
        "trained-without-previous" => told_by_difference(&log, &catalog)?,
        "floor-not-held-for-newcomers" => {
            let trained = Lowered(own(&catalog)).train(&log, None)?;
            vec![canary(&Lowered(own(&catalog)), subject(&trained, &log, &catalog))?]
        }
        _ => audit(&snapshot(&leaky(name, &log, &catalog)?)?, &log, &catalog),
    };
    let findings = rows.into_iter().flat_map(|row| row.findings).collect();
    Ok(Step::tried(STEP, CLAIM, vec![name.to_owned()], findings))
}

/// Audits a model that a program made of the shop's log and catalog: all findings as one step.
///
/// # Errors
/// If the program fails.
pub fn trained_by(trainer: &Path) -> Result<Step> {
    let (log, catalog) = (shop::log(), shop::catalog());
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    fs::write(path("events.csv"), shop::events_csv(&log))?;
    fs::write(path("catalog.csv"), shop::catalog_csv(&catalog))?;
    let mut program = Command::new(trainer);
    program.args([
        path("events.csv"),
        path("catalog.csv"),
        FLOOR.to_string().into(),
        path("model.swm"),
    ]);
    let status = program
        .status()
        .with_context(|| format!("cannot start {}", trainer.display()))?;
    ensure!(status.success(), "{} fails: {status}", trainer.display());
    let model = Snapshot::open(fs::read(path("model.swm"))?)?;
    let findings = audit(&model, &log, &catalog)
        .into_iter()
        .flat_map(|row| row.findings)
        .collect();
    Ok(Step::tried(STEP, CLAIM, vec![trainer.display().to_string()], findings))
}

/// Returns the parts of the leaky model of this name.
fn leaky(name: &str, log: &Log, catalog: &Catalog) -> Result<SnapshotBuilder> {
    let mut builder = parts(log, catalog, HONEST);
    let lower = |floors: Floors| parts(log, catalog, floors);
    match name {
        "floor-off-by-one" => {
            let pairs = FLOOR - 1;
            builder = lower(Floors { pairs, ..HONEST });
        }
        "person-key-ignored" => {
            builder = parts(&shop::by_sessions(log), catalog, HONEST);
        }
        "id-below-the-floor" => {
            builder = lower(Floors { ids: 1, ..HONEST });
        }
        "count-as-weight" => counts_as_weights(&mut builder, log, catalog),
        "link-of-one-person" => link(&mut builder)?,
        "context-of-one-session" => {
            let cells = builder.cells.as_mut().context("the shop has no context keys")?;
            cells
                .cells
                .push((ContextKey::parse(shop::RARE_CONTEXT), vec![(0, 255)]));
            cells.cells.sort_unstable_by_key(|(key, _)| *key);
        }
        "popularity-of-few" => {
            let rare = position(&builder, shop::RARE)?;
            builder.popularity[rare] = 9;
        }
        "bestseller-of-one" => builder.top.push(position(&builder, shop::RARE)? as u32),
        "time-of-the-last-visit" => builder.meta.trained_until_ms = shop::last_ms(log),
        "sensitive-item" => {
            // The shop flagged it after the model was made.
            let mut earlier = catalog.clone();
            earlier.items.iter_mut().for_each(|item| item.sensitive = false);
            builder = parts(log, &earlier, HONEST);
        }
        "sessions-instead-of-people" => builder.meta.support = shelfwise_core::snapshot::Support::Sessions,
        _ => bail!("there is no leaky model {name}"),
    }
    builder.meta.min_support = FLOOR;
    Ok(builder)
}

/// Builds a model of the trainer's parts, at these floors.
fn parts(log: &Log, catalog: &Catalog, floors: Floors) -> SnapshotBuilder {
    let none = None::<&Model>;
    let indexing = Indexing::new(&log.items, &count_items(log, None), catalog, none, floors.ids);
    let known = Assortment::new(indexing, catalog, &Silent);
    let indexed = known.indexing.renumber(log);
    let options = options(floors);
    let aggregates = indexed.count(&options.counting(known.indexing.published()));
    let mut builder = model(&aggregates, &known, None, &options).builder;
    let keys = KeyOptions {
        facts: ContextKey::EVERYTHING,
        share: 128,
    };
    builder.cells = context_keys(&aggregates.contexts, FLOOR, keys);
    builder
}

fn options(floors: Floors) -> ModelOptions {
    ModelOptions {
        min_support: floors.pairs,
        neighbours: NEIGHBOURS,
        event_weights: TrainOptions::default().event_weights,
        pairs_per_session: None,
        backward_weight: 1.0,
        links: Some(LinkOptions { fill: 12, factor: 0.3 }),
    }
}

/// Writes the number of people behind each pair into its level.
fn counts_as_weights(builder: &mut SnapshotBuilder, log: &Log, catalog: &Catalog) {
    let none = None::<&Model>;
    let indexing = Indexing::new(&log.items, &count_items(log, None), catalog, none, FLOOR);
    let indexed = indexing.renumber(log);
    let pairs = indexed.count(&options(HONEST).counting(indexing.published())).pairs;
    builder.together.weights = std::array::from_fn(|level| level as f32 / 15.0);
    for (row, counted) in builder.together.rows.iter_mut().zip(&pairs.rows) {
        for (item, level) in row {
            let pair = counted.iter().find(|pair| pair.item == *item);
            *level = pair.map_or(0, |pair| pair.support.min(15) as u8);
        }
    }
}

/// Joins the item of one person with one that this person never came near.
fn link(builder: &mut SnapshotBuilder) -> Result<()> {
    let (rare, other) = (position(builder, shop::RARE)?, position(builder, shop::FAR)?);
    let bridges = builder.bridges.as_mut().context("the shop has no indirect links")?;
    let row = &mut bridges.rows[rare];
    row.retain(|(item, _)| *item as usize != other);
    row.push((other as u32, 15));
    row.sort_unstable();
    Ok(())
}

fn position(builder: &SnapshotBuilder, id: &str) -> Result<usize> {
    let mut ids = builder.id_runs.iter().flatten();
    ids.position(|own| own == id)
        .with_context(|| format!("the model has no item {id}"))
}

/// From one day to the next, every change is published.
fn told_by_difference(log: &Log, catalog: &Catalog) -> Result<Vec<Step>> {
    let mut trainer = own(catalog);
    trainer.options.changes = Publish::All;
    let trained = trainer.train(log, None)?;
    let (previous, next) = made(&trainer, subject(&trained, log, catalog))?.context("the shop's log has no days")?;
    Ok(vec![difference(&previous, subject(&next, log, catalog), "made")])
}

/// A trainer that says one floor and holds a lower one.
#[derive(Debug)]
struct Lowered<'a>(Own<'a>);

impl Trainer for Lowered<'_> {
    fn train(&self, log: &Log, _: Option<&Model>) -> Result<Model> {
        let floors = Floors { ids: 1, pairs: 1 };
        let mut builder = parts(log, self.0.catalog, floors);
        builder.meta.min_support = FLOOR;
        snapshot(&builder)
    }
}

fn own(catalog: &Catalog) -> Own<'_> {
    Own {
        catalog,
        options: TrainOptions {
            min_support: Choice::Fixed(FLOOR),
            order: Order::Tables,
            ..TrainOptions::default()
        },
    }
}

fn snapshot(builder: &SnapshotBuilder) -> Result<Model> {
    let bytes = builder.build().context("the leaky parts make no snapshot")?;
    Ok(Snapshot::open(bytes)?)
}

fn subject<'a>(model: &'a Model, log: &'a Log, catalog: &'a Catalog) -> Subject<'a> {
    Subject {
        model,
        log,
        catalog: Some(catalog),
    }
}

fn audit(model: &Model, log: &Log, catalog: &Catalog) -> Vec<Step> {
    floor(subject(model, log, catalog), &Silent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honest_model_passes_and_an_unknown_leak_is_an_error() {
        honest().unwrap();
        assert!(planted("none").is_err());
    }
}
