//! What rules did, as the engine tells it while it works.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use shelfwise_core::{Effect, RuledOut, Trace};

/// One thing that a rule did to an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The rule, by its position in the policy.
    pub rule: u16,
    /// What it did.
    pub deed: Deed,
}

/// What a rule did to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Took it out.
    RuledOut,
    /// Moved it within the ranked order, by so many places; upwards is negative.
    Moved(i32),
    /// Put it at a place of the slate.
    Placed,
    /// Held it back behind the others.
    HeldBack,
}

impl From<Effect> for Deed {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::Moved { from, to } => Self::Moved(to as i32 - from as i32),
            Effect::Pinned | Effect::Placed => Self::Placed,
            Effect::HeldBack => Self::HeldBack,
        }
    }
}

/// Records what rules do while one slate is made.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    acts: Vec<(Box<str>, Act)>,
}

impl Trace for Watch {
    fn adjusted(&mut self, id: &str, rule: u16, effect: Effect) {
        let deed = effect.into();
        self.acts.push((id.into(), Act { rule, deed }));
    }

    fn ruled_out(&mut self, id: &str, why: RuledOut) {
        if let RuledOut::Rule(rule) = why {
            let deed = Deed::RuledOut;
            self.acts.push((id.into(), Act { rule, deed }));
        }
    }
}

impl Watch {
    /// Returns what was done to the item of that id, in the order in which it was done.
    pub fn of<'w>(&'w self, id: &'w str) -> impl Iterator<Item = &'w Act> {
        self.acts
            .iter()
            .filter(move |(item, _)| **item == *id)
            .map(|(_, act)| act)
    }
}

/// How often each rule acted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Firings {
    rules: Vec<Firing>,
}

/// How often one rule acted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firing {
    /// Slates in whose making it acted at least once.
    pub slates: u64,
    /// Items that it took out. Where a rule moves items all candidates are looked at, so this counts those that would not
    /// have been shown either.
    pub ruled_out: u64,
    /// Items that it moved.
    pub moved: u64,
    /// Items that it put at a place.
    pub placed: u64,
    /// Items that it held back.
    pub held_back: u64,
}

impl Firings {
    /// Returns zeros for so many rules.
    #[must_use]
    pub fn of(rules: usize) -> Self {
        Self {
            rules: vec![Firing::default(); rules],
        }
    }

    /// Counts one slate.
    pub fn count(&mut self, watch: &Watch) {
        let mut acting = BTreeSet::new();
        for (_, act) in &watch.acts {
            let Some(firing) = self.rules.get_mut(usize::from(act.rule)) else {
                continue;
            };
            acting.insert(act.rule);
            match act.deed {
                Deed::RuledOut => firing.ruled_out += 1,
                Deed::Moved(_) => firing.moved += 1,
                Deed::Placed => firing.placed += 1,
                Deed::HeldBack => firing.held_back += 1,
            }
        }
        for rule in acting {
            self.rules[usize::from(rule)].slates += 1;
        }
    }

    /// Adds the counts of other slates.
    pub fn add(&mut self, other: &Self) {
        for (own, other) in self.rules.iter_mut().zip(&other.rules) {
            own.add(*other);
        }
    }

    /// Returns the counts of a rule.
    #[must_use]
    pub fn rule(&self, rule: usize) -> Firing {
        self.rules.get(rule).copied().unwrap_or_default()
    }
}

impl Firing {
    /// Adds the counts of other slates.
    pub const fn add(&mut self, other: Self) {
        self.slates += other.slates;
        self.ruled_out += other.ruled_out;
        self.moved += other.moved;
        self.placed += other.placed;
        self.held_back += other.held_back;
    }
}
