//! What two models tell about the people between them.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::Result;

use super::floor::rows;
use super::listed::ListedFindings;
use super::logs::{DAY_MS, last_day_ms, only};
use super::recount::both;
use super::tally::count;
use super::{Change, Fact, Facts, Kind, Model, Names, Recount, Subject, Trainer, changes};
use crate::report::{Finding, Outcome, Step};

const NAME: &str = "difference";

const ADVICE: &str = "Train with --previous OLD and --changes supported, and release once a week or less often: see docs/privacy-of-models.md.";

/// Trains two models as a shop does from day to day: on the log without its last day, and on the whole log with the first
/// one as the previous model. `None` if the log has no dates, or only one day.
///
/// # Errors
/// If the log cannot be trained on.
pub fn made(trainer: &dyn Trainer, subject: Subject<'_>) -> Result<Option<(Model, Model)>> {
    let Some(day_ms) = last_day_ms(subject.log) else {
        return Ok(None);
    };
    let before = only(subject.log, |session| session.last_ms < day_ms);
    if before.sessions.is_empty() {
        return Ok(None);
    }
    let previous = trainer.train(&before, None)?;
    let next = trainer.train(subject.log, Some(&previous))?;
    Ok(Some((previous, next)))
}

/// Compares a model with the one before it, and counts the new people behind every change.
#[must_use]
pub fn difference(previous: &Model, subject: Subject<'_>, how: &str) -> Step {
    let (floor, who) = (subject.floor(), subject.who());
    let since_ms = previous.meta().trained_until_ms + DAY_MS;
    if previous.meta().trained_until_ms == 0 || !subject.log.is_dated() {
        return undated(subject);
    }
    let compared = Compared::new(previous, subject, since_ms);
    let mut findings = ListedFindings::default();
    for change in &compared.changes {
        let Some(people) = compared.held(change) else {
            continue;
        };
        if people < floor {
            findings.add(|| compared.finding(change, people, who));
        }
    }
    let mut tried = vec![how.to_owned(), compared.summary()];
    tried.extend(compared.left(floor));
    tried.extend(findings.omitted());
    let reason = compared.counted_anew(floor);
    Step::tried(NAME, &claim(subject), tried, findings.into_vec()).unless_proved(reason)
}

/// Returns the row for a log in which nobody can be told to be new.
#[must_use]
pub fn undated(subject: Subject<'_>) -> Step {
    let reason = "the log or the previous model has no dates, or only one day: nobody can be told to be new, and nothing is held back";
    Step::without(NAME, &claim(subject), Outcome::NotProved, reason)
}

fn claim(subject: Subject<'_>) -> String {
    let (floor, who) = (subject.floor(), subject.who());
    format!(
        "Whoever keeps two models learns nothing of fewer than {floor} {who} between them: a change of an id, a pair, a popularity \
         or a list has as many new {who} behind it."
    )
}

/// Two models, and who is new between them.
struct Compared<'a> {
    subject: Subject<'a>,
    names: Names,
    after: Facts,
    changes: Vec<Change>,
    all: Recount,
    new: Recount,
    new_items: HashMap<u32, u32>,
    new_pairs: HashMap<(u32, u32), u32>,
    public: HashSet<u32>,
}

impl<'a> Compared<'a> {
    fn new(previous: &Model, subject: Subject<'a>, since_ms: i64) -> Self {
        let mut names = Names::default();
        let before = Facts::of(previous, &mut names);
        let after = Facts::of(subject.model, &mut names);
        let changes = changes(&before, &after);
        let all = Recount::of(subject.log, &mut names, &subject.model.meta().scoring);
        let new = all.since(since_ms);
        let catalog = subject.catalog.iter().flat_map(|catalog| &catalog.items);
        let public = catalog
            .filter(|item| !item.sensitive)
            .map(|item| names.number(&item.id))
            .collect();
        let wanted = pairs_of(&changes);
        Self {
            new_items: new.items(),
            new_pairs: new.pairs(&wanted),
            subject,
            names,
            after,
            changes,
            all,
            new,
            public,
        }
    }

    /// Returns the new people behind a change that is to be held back; `None` for changes that say nothing of new people:
    /// what falls or leaves, and what is counted anew.
    fn held(&self, change: &Change) -> Option<u32> {
        let after = change.after?;
        let item = |item: u32| Some(self.new_items.get(&item).copied().unwrap_or_default());
        match change.fact {
            Fact::Pair(a, b) => Some(self.new_pairs.get(&both(a, b)).copied().unwrap_or_default()),
            Fact::Id(id) if !self.public.contains(&id) => item(id),
            Fact::Popularity(id) => item(id),
            Fact::Recent(id) if Some(after) > change.before => item(id),
            Fact::Listed(_, id) if change.before.is_none() => item(id),
            _ => None,
        }
    }

    fn finding(&self, change: &Change, people: u32, who: &str) -> Finding {
        let id = |item: u32| format!("`{}`", self.names.text(item));
        let what = match change.fact {
            Fact::Pair(a, b) => format!("pair {} and {}", id(a), id(b)),
            Fact::Listed(_, item) => format!("{} in a list of popular items", id(item)),
            Fact::Id(item) | Fact::Popularity(item) | Fact::Recent(item) => {
                format!("{} of {}", change.fact.kind().name(), id(item))
            }
            _ => change.fact.kind().name().to_owned(),
        };
        let how = if change.before.is_none() {
            "is new"
        } else {
            "has changed"
        };
        let message = format!("{what} {how}, and of new {who} {} behind it.", count(people, who));
        Finding::new("model.told-by-difference", message, ADVICE)
    }

    /// Returns the number of changes by kind.
    fn summary(&self) -> String {
        let mut kinds: BTreeMap<Kind, [usize; 3]> = BTreeMap::new();
        for change in &self.changes {
            let slot = match (change.before, change.after) {
                (None, _) => 0,
                (_, None) => 1,
                _ => 2,
            };
            kinds.entry(change.fact.kind()).or_default()[slot] += 1;
        }
        let lines = kinds
            .into_iter()
            .map(|(kind, [new, gone, other])| format!("{}: {new} new, {gone} gone, {other} changed", kind.name()));
        let lines: Vec<String> = lines.collect();
        match lines.is_empty() {
            true => "nothing differs".to_owned(),
            false => lines.join("; "),
        }
    }

    /// Returns what the pairs that are gone tell.
    fn left(&self, floor: u32) -> Option<String> {
        let gone = self.changes.iter().filter(|change| change.after.is_none());
        let gone: Vec<(u32, u32)> = gone.filter_map(|change| pair(change.fact)).collect();
        if gone.is_empty() {
            return None;
        }
        let people = self.all.pairs(&gone.iter().copied().collect());
        let below = gone
            .iter()
            .filter(|pair| people.get(pair).is_none_or(|people| *people < floor))
            .count();
        Some(format!(
            "of the pairs that are gone, {below} no longer reach the floor: somebody behind them was erased, or is older than the \
             log; the others had to make room"
        ))
    }

    /// Returns the reason why this step proves nothing of links and context keys, if some rest on few new people.
    fn counted_anew(&self, floor: u32) -> Option<String> {
        let come: Vec<Fact> = self
            .changes
            .iter()
            .filter(|change| change.after.is_some())
            .map(|change| change.fact)
            .collect();
        let links: HashSet<(u32, u32)> = come
            .iter()
            .filter_map(|fact| match fact {
                Fact::Link(a, b) => Some([(*a, *b), (*b, *a)]),
                _ => None,
            })
            .flatten()
            .collect();
        let people = self.new.links(&links, &rows(&self.after));
        let of = |link: (u32, u32)| people.get(&link).copied().unwrap_or_default();
        let cells = self.subject.model.cells();
        let contexts = self.new.contexts(cells.facts(), &cells.cells().collect());
        let few = |fact: &&Fact| match **fact {
            Fact::Link(a, b) => of((a, b)).max(of((b, a))) < floor,
            Fact::InContext(key, item) => contexts.items.get(&(key, item)).is_none_or(|people| *people < floor),
            Fact::Context(key) => contexts.people.get(&key).is_none_or(|people| *people < floor),
            _ => false,
        };
        let few = come.iter().filter(few).count();
        let trees = self
            .changes
            .iter()
            .filter(|change| change.fact.kind() == Kind::Trees)
            .count();
        let learned = if trees > 0 {
            format!(", and {trees} bytes of trees are learned anew")
        } else {
            String::new()
        };
        (few > 0 || trees > 0).then(|| {
            format!(
                "{few} new or changed indirect links and entries of context keys have fewer than {floor} new {} behind them{learned}: \
                 these are not held back (docs/privacy-of-models.md)",
                self.subject.who()
            )
        })
    }
}

fn pair(fact: Fact) -> Option<(u32, u32)> {
    match fact {
        Fact::Pair(a, b) => Some(both(a, b)),
        _ => None,
    }
}

fn pairs_of(changes: &[Change]) -> HashSet<(u32, u32)> {
    changes.iter().filter_map(|change| pair(change.fact)).collect()
}
