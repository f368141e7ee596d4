//! Trains the model again: what is measured of the trainer is about this model only if the trainer makes it.

use anyhow::{Context as _, Result};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::progress::{Amount, Progress};
use shelfwise_train::train::TrainOptions;

use super::{Facts, Kind, Model, Names, Own, Subject, Trainer, changes};
use crate::report::Step;

const CLAIM: &str = "Trained again on the same log, with the same options, the model is the same bytes.";

/// The result of training again.
#[derive(Debug)]
pub struct Retrained<'a> {
    /// The trainer, by the options that come closest to the model.
    pub trainer: Own<'a>,
    /// Its model, without a previous one.
    pub model: Model,
    /// The row of the report.
    pub step: Step,
}

/// Trains again, by each of the options until the model comes out, and at last without the previous model.
///
/// # Errors
/// If the log cannot be trained on.
pub fn retrain<'a>(
    subject: Subject<'_>,
    catalog: &'a Catalog,
    previous: Option<&Model>,
    options: &[TrainOptions],
    progress: &dyn Progress,
) -> Result<Retrained<'a>> {
    progress.start("training the model again", Amount::Unknown);
    let mut closest: Option<(Own<'a>, Model, usize)> = None;
    for options in options {
        let trainer = Own {
            catalog,
            options: *options,
        };
        let again = trainer.train(subject.log, previous)?;
        let differences = differences(subject.model, &again);
        if closest.as_ref().is_none_or(|(_, _, fewest)| differences < *fewest) {
            closest = Some((trainer, again, differences));
        }
        if differences == 0 {
            break;
        }
    }
    let (trainer, again, _) = closest.context("there are no options to train by")?;
    let step = step(subject.model, &again);
    let model = match previous {
        Some(_) => trainer.train(subject.log, None)?,
        None => again,
    };
    progress.finish();
    Ok(Retrained { trainer, model, step })
}

fn differences(model: &Model, again: &Model) -> usize {
    let mut names = Names::default();
    let [before, after] = [model, again].map(|model| Facts::of(model, &mut names));
    changes(&before, &after).len()
}

fn step(model: &Model, again: &Model) -> Step {
    let tried = vec![format!("{} bytes were compared", model.as_bytes().len())];
    let is_equal = model.as_bytes() == again.as_bytes();
    let reason = || {
        let mut names = Names::default();
        let [before, after] = [model, again].map(|model| Facts::of(model, &mut names));
        let changes = changes(&before, &after);
        let count = |kind: &Kind| changes.iter().filter(|change| change.fact.kind() == *kind).count();
        let kinds = Kind::ALL.iter().map(|kind| (kind.name(), count(kind)));
        let counts: Vec<String> = kinds
            .filter(|(_, count)| *count > 0)
            .map(|(kind, count)| format!("{kind}: {count}"))
            .collect();
        format!(
            "the trainer of this version makes another model ({}). Give the options that it was trained with: --min-support, \
             --neighbours, --pairs-per-session, --previous. Until then the following rows are about the trainer, not about this file",
            counts.join(", ")
        )
    };
    Step::tried("retrain", CLAIM, tried, Vec::new()).unless_proved((!is_equal).then(reason))
}
