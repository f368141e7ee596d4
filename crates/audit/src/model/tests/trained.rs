//! The steps that call the trainer again.

use anyhow::Result;
use shelfwise_core::Snapshot;
use shelfwise_train::train::train;

use super::*;

#[test]
fn retraining_makes_the_same_bytes_or_says_what_differs() {
    let log = chance(5);
    let model = by_tables().train(&log, None).unwrap();
    let options = candidates(&model, None, TrainOptions::default());
    let again = retrain(subject(&model, &log), &NONE, None, &options, &Silent).unwrap();
    assert_eq!(again.step.outcome, Outcome::Passed, "{:?}", again.step.tried);
    let fewer = TrainOptions {
        neighbours: 1,
        ..TrainOptions::default()
    };
    let other = retrain(
        subject(&model, &log),
        &NONE,
        None,
        &candidates(&model, None, fewer),
        &Silent,
    )
    .unwrap();
    assert_eq!(other.step.outcome, Outcome::NotProved);
    assert!(
        other.step.tried.concat().contains("pairs of items"),
        "{:?}",
        other.step.tried
    );
}

/// A trainer that holds a floor of one, and says two.
#[derive(Debug)]
struct Leaky;

impl Trainer for Leaky {
    fn train(&self, log: &Log, previous: Option<&Model>) -> Result<Model> {
        let options = TrainOptions {
            min_support: Choice::Fixed(1),
            ..by_tables().options
        };
        let trained = train(log, &NONE, previous, &options, &Silent)?;
        Ok(Snapshot::open(trained.snapshot)?)
    }
}

#[test]
fn canary_is_found_in_the_model_of_a_leaky_trainer_only() {
    let log = chance(7);
    let honest = by_tables().train(&log, None).unwrap();
    let step = canary(&by_tables(), subject(&honest, &log)).unwrap();
    assert_eq!(step.outcome, Outcome::Passed, "{:?}", step.findings);
    let leaky = Leaky.train(&log, None).unwrap();
    let step = canary(&Leaky, subject(&leaky, &log)).unwrap();
    let secret = step
        .findings
        .iter()
        .find(|finding| finding.code == "model.canary-found");
    assert!(
        secret.is_some_and(|finding| finding.message.contains("canary-1")),
        "{:?}",
        step.findings
    );
}

#[test]
fn leaving_people_out_measures_what_they_change() {
    let log = chance(9);
    let model = by_tables().train(&log, None).unwrap();
    let steps = one_person(&by_tables(), subject(&model, &log), 3, &Silent).unwrap();
    assert_eq!(row(&steps, "one-person").outcome, Outcome::Passed, "{steps:#?}");
    let influence = row(&steps, "influence");
    assert_eq!(influence.outcome, Outcome::NotProved);
    assert!(
        influence.tried[0].contains("levels of recent popularity: "),
        "{:?}",
        influence.tried
    );
    let none = one_person(&by_tables(), subject(&model, &log), 0, &Silent).unwrap();
    assert!(none.iter().all(|step| step.outcome == Outcome::NotProved));
}

/// A day of 2024.
const SPRING: i64 = 20_000;

/// Returns the same log with three visits a day.
fn dated(mut log: Log) -> Log {
    for (at, session) in (0..).zip(&mut log.sessions) {
        session.last_ms = (SPRING + at / 3) * logs::DAY_MS;
    }
    log
}

#[test]
fn changes_that_are_not_held_back_are_told_by_two_models() {
    let log = dated(chance(11));
    let (before, after) = made(&by_tables(), subject(&by_tables().train(&log, None).unwrap(), &log))
        .unwrap()
        .unwrap();
    let step = difference(&before, subject(&after, &log), "made");
    assert!(step.findings.is_empty(), "{step:#?}");
    let all = by_tables().train(&log, None).unwrap();
    let step = difference(&before, subject(&all, &log), "made");
    assert_eq!(step.outcome, Outcome::Failed);
    assert!(
        step.findings
            .iter()
            .all(|finding| finding.code == "model.told-by-difference")
    );
}

#[test]
fn models_without_dates_have_nobody_new() {
    let log = chance(11);
    let model = by_tables().train(&log, None).unwrap();
    assert!(made(&by_tables(), subject(&model, &log)).unwrap().is_none());
    assert_eq!(
        difference(&model, subject(&model, &log), "made").outcome,
        Outcome::NotProved
    );
}
