//! `counts.json`: how a log was counted, and how much of it there is.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use shelfwise_core::{ContextKey, EventKind};
use shelfwise_intake::log::{Log, Order, Support};

use super::{CountsError, sql};
use crate::aggregates::contexts::known_facts;
use crate::event_weights::EventWeights;
use crate::train::TrainOptions;
use crate::tune::hold_out::held_out;

/// Its file name.
pub const MANIFEST: &str = "counts.json";

/// How the log was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// SHA-256 of the SQL that counts it.
    pub sql: String,
    /// Whether the events of a session are ordered.
    pub ordered: bool,
    /// Distinct people; absent if sessions are counted.
    pub people: Option<u32>,
    /// Whether there are sessions without a person in a log of people.
    pub with_unknown_people: bool,
    /// Events.
    pub events: u64,
    /// Sessions.
    pub sessions: u32,
    /// The last of these, which are held out.
    pub held_sessions: u32,
    /// Items, numbered from 0.
    pub items: u32,
    /// Time of the last event, in milliseconds since 1970; 0 if times are not dates.
    pub last_ms: i64,
    /// From when people count as new to a previous snapshot, in milliseconds since 1970; absent without one.
    pub since_ms: Option<i64>,
    /// The facts that are known of any visit, as a mask.
    pub facts: u32,
    /// Maximum number of pairs from one session; absent for all within the window.
    pub pairs_per_session: Option<u32>,
    /// Weight of each kind of event, in 1/16 of a view.
    pub event_weights: BTreeMap<String, u32>,
}

impl Manifest {
    /// Describes a log, counted with these options.
    pub(super) fn of(log: &Log, options: &TrainOptions, pairs_per_session: Option<u32>, since_ms: Option<i64>) -> Self {
        let dated = log.sessions.last().filter(|_| log.is_dated());
        Self {
            sql: sql::hash(),
            ordered: log.order == Order::Sequence,
            people: (log.support == Support::People).then_some(log.people),
            with_unknown_people: log.nobody.is_some(),
            events: log.clicks.len() as u64,
            sessions: log.sessions.len() as u32,
            held_sessions: held_out(log.sessions.len()) as u32,
            items: log.items.len() as u32,
            last_ms: dated.map_or(0, |session| session.last_ms),
            since_ms,
            facts: known_facts(log).bits(),
            pairs_per_session,
            event_weights: named(&options.event_weights),
        }
    }

    /// Describes visits in order by people that another engine has, of which these facts are known, without the numbers.
    pub(super) fn to_fill(facts: ContextKey, options: &TrainOptions, since_ms: Option<i64>) -> Self {
        Self {
            sql: sql::hash(),
            ordered: true,
            people: Some(0),
            with_unknown_people: false,
            events: 0,
            sessions: 0,
            held_sessions: 0,
            items: 0,
            last_ms: 0,
            since_ms,
            facts: facts.bits(),
            pairs_per_session: None,
            event_weights: named(&options.event_weights),
        }
    }

    pub(super) fn read(folder: &Path) -> Result<Self, CountsError> {
        let path = folder.join(MANIFEST);
        let text = fs::read_to_string(&path).map_err(|error| CountsError::file(&path, error))?;
        let own: Self = serde_json::from_str(&text).map_err(|error| CountsError::file(&path, error))?;
        let problem = if own.sql != sql::hash() {
            Some("these tables are for the SQL of another version: write them and count again")
        } else if own.sessions == 0 || own.items == 0 {
            Some("there is no session or item: fill in how many there are")
        } else if own.held_sessions as usize != held_out(own.sessions as usize) {
            Some("held_sessions does not follow from sessions: write the tables again")
        } else {
            None
        };
        problem.map_or(Ok(own), |problem| Err(CountsError::file(&path, problem)))
    }

    pub(super) fn write(&self, folder: &Path) -> Result<(), CountsError> {
        let path = folder.join(MANIFEST);
        let text = serde_json::to_string_pretty(self).map_err(|error| CountsError::file(&path, error))?;
        fs::write(&path, text + "\n").map_err(|error| CountsError::file(&path, error))
    }

    /// Returns whether these are the event weights that counted.
    pub(super) fn weighs_by(&self, event_weights: &EventWeights) -> bool {
        self.event_weights == named(event_weights)
    }

    pub(super) const fn order(&self) -> Order {
        if self.ordered { Order::Sequence } else { Order::Basket }
    }

    pub(super) const fn support(&self) -> Support {
        match self.people {
            Some(_) => Support::People,
            None => Support::Sessions,
        }
    }

    /// Returns the number of people, as in the log.
    pub(super) fn supporters(&self) -> u32 {
        self.people.unwrap_or(self.sessions)
    }

    pub(super) fn nobody(&self) -> Option<u32> {
        self.people.filter(|_| self.with_unknown_people)
    }

    pub(super) const fn known(&self) -> ContextKey {
        ContextKey::from_bits(self.facts)
    }
}

fn named(event_weights: &EventWeights) -> BTreeMap<String, u32> {
    let named = |kind: EventKind| (kind.name().to_owned(), event_weights.of(kind));
    EventKind::ALL.into_iter().map(named).collect()
}
