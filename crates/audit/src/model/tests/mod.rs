mod trained;

use std::collections::{BTreeMap, HashSet};

use shelfwise_core::ContextKey;
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::{Log, Support};
use shelfwise_intake::progress::Silent;
use shelfwise_train::aggregates::contexts::count_contexts;
use shelfwise_train::aggregates::{CountOptions, Source};
use shelfwise_train::event_weights::EventWeights;
use shelfwise_train::tables::model::scoring;
use shelfwise_train::train::{Choice, Order, TrainOptions};

use super::logs::{people, with_person, without};
use super::recount::both;
use super::*;
use crate::report::{Outcome, Step};

static NONE: Catalog = Catalog { items: Vec::new() };

/// Returns a log of visits, each by a person.
fn log(visits: &[(u32, &[&str])]) -> Log {
    let ids: Vec<&[&str]> = visits.iter().map(|(_, ids)| *ids).collect();
    let mut log = Log::of_views(&ids);
    for (session, (person, _)) in log.sessions.iter_mut().zip(visits) {
        session.person = *person;
    }
    log.people = visits.iter().map(|(person, _)| person + 1).max().unwrap_or_default();
    log.support = Support::People;
    log
}

/// Returns a log of pseudo-random visits (a linear congruential generator), some of them without a person.
fn chance(seed: u64) -> Log {
    let mut state = seed;
    let mut next = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let items: Vec<String> = (0..12).map(|number| format!("item {number:02}")).collect();
    let mut visits: Vec<(u32, Vec<&str>)> = Vec::new();
    for _ in 0..40 {
        let length = 1 + next(40) as usize;
        let ids = (0..length).map(|_| items[next(12) as usize].as_str()).collect();
        visits.push((next(15) as u32, ids));
    }
    let visits: Vec<(u32, &[&str])> = visits.iter().map(|(person, ids)| (*person, &**ids)).collect();
    let mut log = log(&visits);
    (log.people, log.nobody) = (14, Some(14));
    for (at, session) in log.sessions.iter_mut().enumerate() {
        session.cell = ContextKey::parse(if at % 3 == 0 {
            "morning,workday,phone"
        } else {
            "evening,weekend,tablet"
        });
    }
    log
}

fn by_tables() -> Own<'static> {
    Own {
        catalog: &NONE,
        options: TrainOptions {
            min_support: Choice::Fixed(2),
            order: Order::Tables,
            ..TrainOptions::default()
        },
    }
}

fn subject<'a>(model: &'a Model, log: &'a Log) -> Subject<'a> {
    Subject {
        model,
        log,
        catalog: None,
    }
}

fn row<'a>(steps: &'a [Step], name: &str) -> &'a Step {
    steps.iter().find(|step| step.name == name).unwrap()
}

#[test]
fn second_count_equals_the_trainers_on_logs_of_chance() {
    for seed in 0..20 {
        let log = chance(seed);
        let options = CountOptions {
            event_weights: EventWeights::default(),
            min_support: 1,
            published: usize::MAX,
            pairs_per_session: None,
            since_ms: None,
        };
        let counted = log.count(&options);
        let mut names = Names::default();
        let recount = Recount::of(&log, &mut names, &scoring(log.order, &options.event_weights));
        let name = |item: usize| names.known(&log.items[item]).unwrap();
        let items: Vec<u32> = (0..log.items.len()).map(|item| recount.items()[&name(item)]).collect();
        let theirs: Vec<u32> = counted.items.iter().map(|item| item.supporters).collect();
        assert_eq!(items, theirs, "seed {seed}");
        let mut theirs = BTreeMap::new();
        for (own, row) in counted.pairs.rows.iter().enumerate() {
            theirs.extend(
                row.iter()
                    .map(|pair| (both(name(own), name(pair.item as usize)), pair.support)),
            );
        }
        let all: HashSet<_> = (0..12).flat_map(|a| (a + 1..12).map(move |b| (a, b))).collect();
        assert_eq!(
            recount.pairs(&all).into_iter().collect::<BTreeMap<_, _>>(),
            theirs,
            "seed {seed}"
        );
    }
}

#[test]
fn second_count_of_context_keys_equals_the_trainers() {
    let visits: Vec<(u32, &[&str])> = (0..120).map(|number| (number % 7, &["tea", "mug"][..])).collect();
    let mut log = log(&visits);
    for (at, session) in log.sessions.iter_mut().enumerate() {
        session.cell = ContextKey::parse(if at % 2 == 0 {
            "morning,workday"
        } else {
            "evening,weekend"
        });
    }
    let options = CountOptions {
        event_weights: EventWeights::default(),
        min_support: 2,
        published: usize::MAX,
        pairs_per_session: None,
        since_ms: None,
    };
    let theirs = count_contexts(&log, &options);
    let theirs = theirs
        .iter()
        .find(|counts| counts.chosen == ContextKey::EVERYTHING)
        .unwrap();
    let mut names = Names::default();
    let recount = Recount::of(&log, &mut names, &scoring(log.order, &options.event_weights));
    let keys = theirs.keys.iter().map(|own| own.key).collect();
    let ours = recount.contexts(theirs.known, &keys);
    for own in &theirs.keys {
        assert_eq!(
            (ours.visits[&own.key], ours.people[&own.key]),
            (own.visits, own.people),
            "{}",
            own.key
        );
    }
    assert_eq!(ours.people.len(), 5);
}

#[test]
fn person_who_comes_often_is_counted_once() {
    let log = log(&[(0, &["a", "b"]), (0, &["a", "b"]), (1, &["a"])]);
    let mut names = Names::default();
    let recount = Recount::of(&log, &mut names, &scoring(log.order, &EventWeights::default()));
    let [a, b] = ["a", "b"].map(|id| names.known(id).unwrap());
    assert_eq!((recount.items()[&a], recount.items()[&b]), (2, 1));
    assert_eq!(recount.pairs(&HashSet::from([both(a, b)]))[&both(a, b)], 1);
}

#[test]
fn honest_model_passes_what_can_be_proved_of_it() {
    let log = chance(3);
    let model = by_tables().train(&log, None).unwrap();
    let steps = floor(subject(&model, &log), &Silent);
    assert!(steps.iter().all(|step| step.findings.is_empty()), "{steps:#?}");
    assert_eq!(row(&steps, "pairs").outcome, Outcome::Passed);
    assert_eq!(row(&steps, "trees").outcome, Outcome::NotApplicable);
}

#[test]
fn log_of_another_day_and_without_the_persons_key_is_told() {
    let log = chance(3);
    let model = by_tables().train(&log, None).unwrap();
    let mut other = log;
    other.support = Support::Sessions;
    other
        .sessions
        .iter_mut()
        .for_each(|session| session.last_ms += 20_000 * logs::DAY_MS);
    let steps = floor(subject(&model, &other), &Silent);
    let codes: Vec<&str> = row(&steps, "meta")
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    assert_eq!(codes, ["model.other-log", "model.other-log"]);
}

#[test]
fn model_of_a_catalog_that_is_not_given_is_not_proved_and_not_failed() {
    let log = chance(3);
    let mut catalog = Catalog::default();
    catalog.items.push(shelfwise_intake::catalog::CatalogItem {
        id: "new".into(),
        category: "Tents".into(),
        ..Default::default()
    });
    let trainer = Own {
        catalog: &catalog,
        ..by_tables()
    };
    let model = trainer.train(&log, None).unwrap();
    let steps = floor(subject(&model, &log), &Silent);
    assert_eq!(row(&steps, "ids").outcome, Outcome::NotProved);
    assert_eq!(row(&steps, "catalog").outcome, Outcome::NotProved);
    let given = Subject {
        catalog: Some(&catalog),
        ..subject(&model, &log)
    };
    let steps = floor(given, &Silent);
    assert_eq!(row(&steps, "ids").outcome, Outcome::Passed);
    assert_eq!(row(&steps, "catalog").outcome, Outcome::Passed);
}

#[test]
fn log_without_a_person_keeps_everybody_else() {
    let log = log(&[(0, &["a", "b"]), (1, &["a"]), (0, &["c"])]);
    let less = without(&log, 0);
    assert_eq!((less.sessions.len(), less.clicks.len(), less.people), (1, 1, 1));
    assert_eq!(people(&log), [(0, 3), (1, 1)]);
}

#[test]
fn added_person_is_nobody_who_was_there() {
    let mut log = log(&[(0, &["a"]), (1, &["b"])]);
    (log.people, log.nobody) = (1, Some(1));
    let more = with_person(&log, &[vec!["0 first".into(), "b".into()]], ContextKey::UNKNOWN);
    assert_eq!(more.items, ["0 first", "a", "b"]);
    let people: Vec<u32> = more.sessions.iter().map(|session| session.person).collect();
    assert_eq!((people, more.people, more.nobody), (vec![0, 2, 1], 2, Some(2)));
    let clicked: Vec<&str> = more
        .clicks
        .iter()
        .map(|click| more.items[click.item as usize].as_str())
        .collect();
    assert_eq!(clicked, ["a", "b", "0 first", "b"]);
}
