//! `shelfwise audit model.swm --log …`: how many people stand behind what a model publishes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use shelfwise_audit::model::{self, Model, Own, Retrained, Subject};
use shelfwise_audit::report::{MODEL_SCHEMA, Report, Step};
use shelfwise_core::snapshot::layout::{MAGIC, MAX_NEIGHBOURS};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::Log;
use shelfwise_intake::{ColumnMap, read_catalog, read_log};
use shelfwise_sync::sha256;
use shelfwise_train::train::{Choice, NEIGHBOURS, TrainOptions};

use super::at_present;
use super::found::hex;
use crate::bars::Bars;
use crate::train::{Bound, ReadingArguments, parse_floor, report};
use crate::{eprint_line, files};

/// What a model is held against.
#[derive(Args)]
#[command(next_help_heading = "For a model")]
pub struct ModelArguments {
    /// The logs that the model was trained on, or patterns such as 'logs/*.csv.gz'. Needed for a model.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    log: Vec<String>,
    #[command(flatten)]
    reading: ReadingArguments,
    /// The catalog that it was trained with.
    #[arg(long, value_name = "FILE", requires = "log")]
    catalog: Option<PathBuf>,
    /// Which column of the catalog means what, for instance title=product_name. Repeat for more.
    #[arg(long, value_name = "ROLE=COLUMN", requires = "catalog")]
    map_catalog: Vec<String>,
    /// The model before it: says what the two tell about the people between them.
    #[arg(long, value_name = "SNAPSHOT", requires = "log")]
    previous: Option<PathBuf>,
    /// People who are left out one after the other, to measure what one person changes: each takes one training.
    #[arg(long, value_name = "N", default_value_t = 20)]
    persons: usize,
    /// The floor option of its training. By default both the model's own floor and `auto` are tried.
    #[arg(long, value_name = "auto|N", value_parser = parse_floor)]
    min_support: Option<Choice>,
    /// The option of the same name of its training.
    #[arg(long, value_name = "auto|all|N", default_value = "all")]
    pairs_per_session: Bound,
    /// The option of the same name of its training.
    #[arg(long, default_value_t = NEIGHBOURS)]
    neighbours: usize,
}

/// What was read.
struct Read {
    model: Model,
    previous: Option<Model>,
    log: Log,
    catalog: Option<Catalog>,
}

/// Returns whether the file is a snapshot, by its first bytes.
pub fn is_model(place: &Path) -> bool {
    place.is_file() && files::read(place).is_ok_and(|bytes| bytes.starts_with(&MAGIC))
}

impl ModelArguments {
    /// Returns whether a log was given, which only a model has.
    pub fn has_log(&self) -> bool {
        !self.log.is_empty()
    }

    /// Audits the model in a file.
    pub fn audit(&self, place: &Path) -> Result<Report> {
        if self.log.is_empty() {
            bail!(
                "{} is a model: give the log that it was trained on with --log",
                place.display()
            );
        }
        if !(1..=MAX_NEIGHBOURS).contains(&self.neighbours) {
            bail!(
                "--neighbours {}: give a number from 1 to {MAX_NEIGHBOURS}",
                self.neighbours
            );
        }
        let bars = Bars::default();
        let read = self.read(place, &bars)?;
        let subject = Subject {
            model: &read.model,
            log: &read.log,
            catalog: read.catalog.as_ref(),
        };
        let mut steps = model::floor(subject, &bars);
        steps.extend(self.trained(subject, &read, &bars)?);
        Ok(written(place, &read.model, steps))
    }

    /// Runs the steps that train again.
    fn trained(&self, subject: Subject<'_>, read: &Read, bars: &Bars) -> Result<Vec<Step>> {
        let none = Catalog::default();
        let catalog = read.catalog.as_ref().unwrap_or(&none);
        let options = TrainOptions {
            pairs_per_session: self.pairs_per_session.choice(),
            neighbours: self.neighbours,
            ..TrainOptions::default()
        };
        let options = model::candidates(&read.model, self.min_support, options);
        let previous = read.previous.as_ref();
        let Retrained { trainer, model, step } = model::retrain(subject, catalog, previous, &options, bars)?;
        let again = Subject {
            model: &model,
            ..subject
        };
        let mut steps = vec![step, difference(subject, previous, &trainer)?];
        eprint_line!("looking for a canary");
        steps.push(model::canary(&trainer, again)?);
        steps.extend(model::one_person(&trainer, again, self.persons, bars)?);
        Ok(steps)
    }

    fn read(&self, place: &Path, bars: &Bars) -> Result<Read> {
        let model = files::read_snapshot(place)?;
        let previous = self.previous.as_deref().map(files::read_snapshot).transpose()?;
        let mut options = self.reading.options(self.log.clone())?;
        let map = ColumnMap::parse(&self.map_catalog)?;
        let catalog = self.catalog.as_deref();
        let catalog = catalog
            .map(|path| read_catalog(path, &map, options.bad_row_share, bars))
            .transpose()?;
        if let Some((catalog, _)) = &catalog {
            options.excluded = catalog.sensitive_ids();
            options.known_items = catalog.items.iter().map(|item| item.id.clone()).collect();
        }
        let (log, log_report) = read_log(&options, bars)?;
        report::warn(&log_report, catalog.as_ref().map(|(_, report)| report), None);
        Ok(Read {
            model,
            previous,
            log,
            catalog: catalog.map(|(catalog, _)| catalog),
        })
    }
}

/// Compares with the previous model, or trains two as from one day to the next.
fn difference(subject: Subject<'_>, previous: Option<&Model>, trainer: &Own<'_>) -> Result<Step> {
    if let Some(previous) = previous {
        return Ok(model::difference(
            previous,
            subject,
            "the model was compared with the one of --previous",
        ));
    }
    eprint_line!("training without the last day, and with it");
    let how = "no --previous was given: the trainer made two models, of the log without its last day, and of all of it with the first \
        one as the previous";
    Ok(match model::made(trainer, subject)? {
        Some((previous, next)) => {
            let next = Subject {
                model: &next,
                ..subject
            };
            model::difference(&previous, next, how)
        }
        None => model::undated(subject),
    })
}

fn written(place: &Path, model: &Model, steps: Vec<Step>) -> Report {
    let path = place.display().to_string();
    Report {
        schema: MODEL_SCHEMA.to_owned(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        at: at_present(),
        subject: path.clone(),
        claim: model::claim(model),
        found: vec![model::identity(model)],
        steps,
        flow: model::inventory(model),
        changes: None,
        files: BTreeMap::from([(path, hex(&sha256(model.as_bytes())))]),
    }
}
