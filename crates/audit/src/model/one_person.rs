//! What one person changes: the trainer is called again without them.

use std::collections::{BTreeMap, HashSet};

use anyhow::Result;
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::{Amount, Progress};

use super::logs::{people, without};
use super::recount::both;
use super::{Change, Fact, Facts, Kind, Names, Recount, Subject, Trainer, changes};
use crate::report::{Finding, Outcome, Step};

/// What is stated of one person, and held against the measurement.
const CLAIM: &str =
    "Ids and popularities that one person brings in or takes out are those of items they saw themselves.";

/// What is measured only.
const INFLUENCE: &str = "What one person changes in the whole model is bounded.";

/// One person left out.
struct Left {
    /// The person's items.
    own: HashSet<u32>,
    /// Changes from the model without them to the model.
    changes: Vec<Change>,
    /// Pairs of the model that would not reach the floor without them.
    below_floor: usize,
    /// Whether the floor that is chosen by measurement stays.
    same_floor: bool,
}

/// Leaves out people one after the other, and counts what changes. `subject.model` is the trainer's model of the log as
/// it is. People are chosen over all of them, from the most active to the least, so that the same log gives the same ones.
///
/// # Errors
/// If the log cannot be trained on.
pub fn one_person(
    trainer: &dyn Trainer,
    subject: Subject<'_>,
    persons: usize,
    progress: &dyn Progress,
) -> Result<Vec<Step>> {
    let chosen = chosen(subject.log, persons);
    if chosen.is_empty() {
        let reason = "nobody was left out: --persons 0, or a log without people";
        let row = |name, claim| Step::without(name, claim, Outcome::NotProved, reason);
        return Ok(vec![row("one-person", CLAIM), row("influence", INFLUENCE)]);
    }
    progress.start("training without one person", Amount::Steps(chosen.len() as u64));
    let mut names = Names::default();
    let all = Facts::of(subject.model, &mut names);
    let mut left = Vec::new();
    for person in &chosen {
        left.push(leave_out(trainer, subject, *person, &all, &mut names)?);
        progress.advance(1);
    }
    progress.finish();
    Ok(vec![
        stated(&left, &names, subject.who()),
        influence(&left, &all, subject),
    ])
}

fn chosen(log: &Log, persons: usize) -> Vec<u32> {
    let people = people(log);
    let persons = persons.min(people.len());
    let last = people.len().saturating_sub(1);
    let place = |number: usize| number * last / persons.saturating_sub(1).max(1);
    let chosen = (0..persons).filter_map(|number| people.get(place(number)));
    chosen.map(|(person, _)| *person).collect()
}

fn leave_out(trainer: &dyn Trainer, subject: Subject<'_>, person: u32, all: &Facts, names: &mut Names) -> Result<Left> {
    let log = without(subject.log, person);
    let model = trainer.train(&log, None)?;
    let facts = Facts::of(&model, names);
    let changes = changes(&facts, all);
    let own = subject.log.sessions.iter().filter(|session| session.person == person);
    let clicks = own.flat_map(|session| subject.log.clicks_of(session));
    let own = clicks
        .map(|click| names.number(&subject.log.items[click.item as usize]))
        .collect();
    let come: HashSet<(u32, u32)> = changes
        .iter()
        .filter(|change| change.before.is_none())
        .filter_map(|change| pair(change.fact))
        .collect();
    let rest = Recount::of(&log, names, &subject.model.meta().scoring).pairs(&come);
    let floor = subject.floor();
    let below_floor = come
        .iter()
        .filter(|pair| rest.get(pair).is_none_or(|people| *people < floor))
        .count();
    Ok(Left {
        own,
        changes,
        below_floor,
        same_floor: model.meta().min_support == floor,
    })
}

fn pair(fact: Fact) -> Option<(u32, u32)> {
    match fact {
        Fact::Pair(a, b) => Some(both(a, b)),
        _ => None,
    }
}

/// Holds the stated bound against what was measured.
fn stated(left: &[Left], names: &Names, who: &str) -> Step {
    let mut findings = Vec::new();
    for one in left.iter().filter(|one| one.same_floor) {
        let moved = one
            .changes
            .iter()
            .filter(|change| change.before.is_none() || change.after.is_none());
        let foreign = moved.filter_map(|change| match change.fact {
            Fact::Id(item) | Fact::Popularity(item) if !one.own.contains(&item) => Some((change.fact.kind(), item)),
            _ => None,
        });
        findings.extend(foreign.map(|(kind, item)| exceeded(kind, names.text(item))));
    }
    let mut below_floor: Vec<usize> = left.iter().map(|one| one.below_floor).collect();
    below_floor.sort_unstable();
    let other = left.iter().filter(|one| !one.same_floor).count();
    let mut tried = vec![
        format!(
            "{} {who}, from the most active to the least, were left out one after the other, and the model trained again without each",
            left.len()
        ),
        format!(
            "somebody who knows everything of all the others learns from the model of a pair that this one saw it: half of those left \
             out have {} such pairs or fewer, the most has {}",
            median(&below_floor),
            below_floor.last().copied().unwrap_or_default()
        ),
    ];
    if other > 0 {
        tried.push(format!(
            "without {other} of them the trainer chooses another floor: these are not judged"
        ));
    }
    Step::tried("one-person", CLAIM, tried, findings)
}

fn exceeded(kind: Kind, id: &str) -> Finding {
    Finding::new(
        "model.bound-exceeded",
        format!(
            "a person who never saw `{id}` decides whether it has its place among the {}.",
            kind.name()
        ),
        "The trainer does more than docs/privacy-of-models.md states: do not publish its models.",
    )
}

/// Tells the measured changes by kind, beside what is stated.
fn influence(left: &[Left], all: &Facts, subject: Subject<'_>) -> Step {
    let mut kinds: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
    for kind in Kind::ALL {
        let count = |one: &Left| one.changes.iter().filter(|change| change.fact.kind() == kind).count();
        let mut counts: Vec<usize> = left.iter().map(count).collect();
        counts.sort_unstable();
        kinds.insert(kind, counts);
    }
    let lines = kinds.into_iter().filter_map(|(kind, counts)| {
        let most = counts.last().copied().unwrap_or_default();
        let facts = all.of_kind(kind).count();
        (most > 0).then(|| {
            format!(
                "{}: {} in the median, {most} at most, of {facts}",
                kind.name(),
                median(&counts)
            )
        })
    });
    let reason = format!(
        "Stated: a person adds to a pair the weight of one co-occurrence and to an item one supporter, however often they come. No \
         bound is stated on how far that moves other entries: weights are shares of rows, the scale is one for all, and factors and \
         trees are chosen on the newest visits. Measured over {} {}: {}",
        left.len(),
        subject.who(),
        lines.collect::<Vec<_>>().join("; ")
    );
    Step::without("influence", INFLUENCE, Outcome::NotProved, &reason)
}

/// Returns the middle of sorted numbers; the lower one of two.
fn median(sorted: &[usize]) -> usize {
    sorted
        .get(sorted.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or_default()
}
