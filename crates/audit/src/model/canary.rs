//! The canary: a person who does not exist, with secrets that no model may have.

use std::collections::HashSet;

use anyhow::Result;
use shelfwise_core::{ContextKey, ItemIndex};
use shelfwise_intake::progress::Silent;

use super::logs::{knows_people, with_person};
use super::recount::both;
use super::{Fact, Facts, Kind, Model, Names, Recount, Subject, Trainer, changes, floor};
use crate::report::{Finding, Step};

const NAME: &str = "canary";
const CLAIM: &str = "Of a person who comes in addition, nothing that only they did is found in the model: no id, pair, link, list or key.";

/// Visits of the canary in a log of people: as many as make a context key.
const VISITS: usize = 60;

/// Secret pairs of items that everybody knows and nobody saw together.
const PAIRS: usize = 3;

/// Well-known items among which secret pairs are sought.
const KNOWN: usize = 60;

/// The fact words of a context that no shop has: private-use country and language.
const RARE: &str = "night,weekend,tablet,qq,ZZ";

/// What only the canary did.
#[derive(Debug)]
struct Secrets {
    /// Ids that nobody else has.
    ids: [String; 2],
    /// Pairs of published items.
    pairs: Vec<(String, String)>,
    /// The context of the canary's visits.
    key: ContextKey,
}

/// Adds one person with secrets to the log, trains, and looks for the secrets. `subject.model` is the trainer's model of
/// the log as it is.
///
/// # Errors
/// If the log cannot be trained on.
pub fn canary(trainer: &dyn Trainer, subject: Subject<'_>) -> Result<Step> {
    let secrets = Secrets::of(subject);
    let visits = secrets.visits(if knows_people(subject.log) { VISITS } else { 1 });
    let count = if visits.len() == 1 {
        "one visit".to_owned()
    } else {
        format!("{} visits", visits.len())
    };
    let log = with_person(subject.log, &visits, secrets.key);
    let model = trainer.train(&log, None)?;
    let with = Subject {
        model: &model,
        log: &log,
        ..subject
    };
    let mut findings = secrets.found(subject.model, &model);
    // With the canary every fact has to reach the floor all the same.
    let rows = floor(with, &Silent);
    findings.extend(rows.into_iter().flat_map(|row| row.findings));
    let mut names = Names::default();
    let [before, after] = [subject.model, &model].map(|model| Facts::of(model, &mut names));
    let changed = changes(&before, &after);
    let by_kind = Kind::ALL.iter().filter_map(|kind| {
        let count = changed.iter().filter(|change| change.fact.kind() == *kind).count();
        (count > 0).then(|| format!("{}: {count}", kind.name()))
    });
    let tried = vec![
        format!(
            "a person with {count} of 2 secret items, {} secret pairs and the context `{}` was added, and the model trained again",
            secrets.pairs.len(),
            secrets.key
        ),
        format!(
            "the file of {} bytes was searched, and every fact counted again",
            model.as_bytes().len()
        ),
        format!(
            "by being there the person changed what rests on others too: {}",
            by_kind.collect::<Vec<_>>().join(", ")
        ),
    ];
    Ok(Step::tried(NAME, CLAIM, tried, findings))
}

impl Secrets {
    fn of(subject: Subject<'_>) -> Self {
        let known = subject
            .log
            .sessions
            .iter()
            .fold(ContextKey::UNKNOWN, |known, session| known | session.cell.known());
        let known_ids: HashSet<&String> = subject.log.items.iter().collect();
        let id = |number: usize| {
            let names = (0..).map(|more: usize| format!("canary-{number}-{more}-7c1e9b"));
            names.into_iter().find(|id| !known_ids.contains(id)).unwrap_or_default()
        };
        Self {
            ids: [id(1), id(2)],
            pairs: strangers(subject),
            key: ContextKey::parse(RARE).only(known),
        }
    }

    /// Returns the canary's visits, all alike: coming often is no more than coming once.
    fn visits(&self, count: usize) -> Vec<Vec<String>> {
        let pairs = self.pairs.iter().flat_map(|(a, b)| [a.clone(), b.clone()]);
        let [first, second] = &self.ids;
        let visit: Vec<String> = [first.clone(), second.clone()]
            .into_iter()
            .chain(pairs)
            .chain([first.clone()])
            .collect();
        vec![visit; count]
    }

    /// Returns the secrets that are in the model, and were not in the one without the canary.
    fn found(&self, without: &Model, with: &Model) -> Vec<Finding> {
        let mut names = Names::default();
        let [before, after] = [without, with].map(|model| Facts::of(model, &mut names));
        let mut found = Vec::new();
        for id in &self.ids {
            let is_id = names.known(id).is_some_and(|item| after.has(Fact::Id(item)));
            let is_text = with.as_bytes().windows(id.len()).any(|bytes| bytes == id.as_bytes());
            found.extend((is_id || is_text).then(|| format!("the secret id `{id}`")));
        }
        for (a, b) in &self.pairs {
            let (Some(own), Some(other)) = (names.known(a), names.known(b)) else {
                continue;
            };
            let facts = [Fact::Pair(own, other), Fact::Pair(other, own)];
            let is_new = facts.iter().any(|fact| after.has(*fact) && !before.has(*fact));
            found.extend(is_new.then(|| format!("the secret pair `{a}` and `{b}`")));
        }
        let key = self.key;
        let is_key = key != ContextKey::UNKNOWN && after.has(Fact::Context(key)) && !before.has(Fact::Context(key));
        found.extend(is_key.then(|| format!("the secret context `{key}`")));
        found.into_iter().map(finding).collect()
    }
}

fn finding(what: String) -> Finding {
    Finding::new(
        "model.canary-found",
        format!("{what} of one person is in the model."),
        "Do not publish models of this trainer: it lets through what one person did.",
    )
}

/// An id with its number.
type Known = (String, u32);

/// Returns pairs of well-known items that nobody saw together.
fn strangers(subject: Subject<'_>) -> Vec<(String, String)> {
    let mut names = Names::default();
    let (ids, popularity) = (subject.model.ids(), subject.model.popularity());
    let text = |item: ItemIndex| ids.id_of(item).and_then(|id| id.as_str().map(str::to_owned));
    let known: Vec<Known> = popularity
        .top()
        .take(KNOWN)
        .filter_map(text)
        .map(|id| (id.clone(), names.number(&id)))
        .collect();
    let all: Vec<(&Known, &Known)> = known
        .iter()
        .enumerate()
        .flat_map(|(at, a)| known.iter().skip(at + 1).map(move |b| (a, b)))
        .collect();
    let recount = Recount::of(subject.log, &mut names, &subject.model.meta().scoring);
    let seen = recount.pairs(&all.iter().map(|(a, b)| both(a.1, b.1)).collect());
    let strangers = all.into_iter().filter(|(a, b)| !seen.contains_key(&both(a.1, b.1)));
    strangers.take(PAIRS).map(|(a, b)| (a.0.clone(), b.0.clone())).collect()
}
