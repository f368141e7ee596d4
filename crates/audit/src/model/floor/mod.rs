//! Holds everything that a model publishes against the floor that it claims.

mod catalog;
mod contexts;
mod ids;
mod lists;
mod meta;
mod pairs;
mod sections;
mod trees;
mod weights;

use std::collections::{HashMap, HashSet};

use shelfwise_intake::progress::{Amount, Progress};

pub use self::pairs::rows;
use super::recount::Both;
use super::tally::Tally;
use super::{Fact, Facts, Kind, Names, Recount, Subject};
use crate::report::Step;

/// A subject, and the second count of its log.
struct Counted<'a> {
    subject: Subject<'a>,
    names: Names,
    facts: Facts,
    recount: Recount,
    /// People behind every item.
    items: HashMap<u32, u32>,
    /// People behind every published pair.
    pairs: HashMap<Both, u32>,
    /// The items of the catalog that are not flagged as sensitive.
    public: HashSet<u32>,
}

/// Counts a log again, and holds every fact of the model against the floor. One row for each kind of fact. The log is
/// sorted and grouped once for each: O(co-occurrences · log).
pub fn floor(subject: Subject<'_>, progress: &dyn Progress) -> Vec<Step> {
    progress.start("counting the log again", Amount::Steps(4));
    let mut names = Names::default();
    let facts = Facts::of(subject.model, &mut names);
    let recount = Recount::of(subject.log, &mut names, &subject.model.meta().scoring);
    let items = recount.items();
    progress.advance(1);
    let pairs = recount.pairs(&pairs::wanted(&facts));
    progress.advance(1);
    let catalog = subject.catalog.iter().flat_map(|catalog| &catalog.items);
    let public = catalog
        .filter(|item| !item.sensitive)
        .map(|item| names.number(&item.id))
        .collect();
    let counted = Counted {
        subject,
        names,
        facts,
        recount,
        items,
        pairs,
        public,
    };
    let (links, contexts) = (pairs::links(&counted), contexts::step(&counted));
    progress.advance(2);
    let steps = vec![
        meta::step(&counted),
        ids::step(&counted),
        pairs::step(&counted),
        links,
        lists::popularity(&counted),
        lists::step(&counted),
        contexts,
        weights::step(&counted),
        catalog::step(&counted),
        trees::step(&counted),
        sections::step(&counted),
    ];
    progress.finish();
    steps
}

impl Counted<'_> {
    /// Returns the floor that the model claims, in words: `2 people`.
    fn floor(&self) -> String {
        format!("{} {}", self.subject.floor(), self.subject.who())
    }

    /// Starts a tally of facts of one kind against that floor.
    fn tally(&self) -> Tally {
        Tally::new(self.subject.floor(), self.subject.who())
    }

    /// Returns the people behind an item.
    fn people_of(&self, item: u32) -> u32 {
        self.items.get(&item).copied().unwrap_or_default()
    }

    /// Returns an item's id, for a finding.
    fn id(&self, item: u32) -> String {
        format!("`{}`", self.names.text(item))
    }

    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (Fact, u64)> {
        self.facts.of_kind(kind)
    }

    /// Returns whether the model was trained with a catalog that was not given to the audit.
    fn lacks_catalog(&self) -> bool {
        self.subject.catalog.is_none() && self.subject.model.attributes().categories().next().is_some()
    }
}

/// The reason why what rests on a catalog cannot be told without it.
const NO_CATALOG: &str = "the model was trained with a catalog: give it with --catalog, so that what it lists can be told from what \
    single people brought";
