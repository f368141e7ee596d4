//! The model's own audit: how many people stand behind everything that a snapshot publishes.
//!
//! * [`Facts`] lists what a snapshot publishes, one fact at a time.
//! * [`Recount`] counts a log a second time, slowly: it sorts and groups, and uses nothing of the trainer's counting. It
//!   stands in this crate and not in the trainer's, so that what checks the counts cannot use them.
//! * [`floor()`] holds every fact against the floor that the model claims.
//! * [`retrain()`], [`difference()`], [`canary()`] and [`one_person()`] call the trainer again, on logs that differ by one thing.
//!
//! Shared with the trainer, and therefore not checked here: the reading of logs in `shelfwise-intake` (who is one
//! person, what is one visit), and the snapshot's reader in `shelfwise-core`.

mod canary;
mod difference;
mod fact;
mod facts;
mod floor;
mod listed;
mod logs;
mod names;
mod one_person;
mod recount;
mod retrain;
mod tally;
mod trainer;

#[cfg(test)]
mod tests;

use shelfwise_core::Snapshot;
use shelfwise_core::snapshot::Support;
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::{self, Log};

pub use self::canary::canary;
pub use self::difference::{difference, made, undated};
pub use self::fact::{Fact, Kind};
pub use self::facts::{Change, Facts, changes};
pub use self::floor::floor;
pub use self::names::Names;
pub use self::one_person::one_person;
pub use self::recount::Recount;
pub use self::retrain::{Retrained, retrain};
pub use self::trainer::{Own, Trainer, candidates};

/// A snapshot in memory.
pub type Model = Snapshot<Vec<u8>>;

/// What is audited, and what it is held against.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The model.
    pub model: &'a Model,
    /// The log that it was trained on.
    pub log: &'a Log,
    /// The catalog that it was trained with, if there is one.
    pub catalog: Option<&'a Catalog>,
}

impl Subject<'_> {
    /// Returns the floor that the model claims.
    #[must_use]
    pub fn floor(&self) -> u32 {
        self.model.meta().min_support
    }

    /// Returns who is counted: people, or sessions if the log has no person's key.
    #[must_use]
    pub fn who(&self) -> &'static str {
        match self.log.support {
            log::Support::People => "people",
            log::Support::Sessions => "sessions",
        }
    }

    /// Returns who the model says were counted.
    fn claimed_who(&self) -> &'static str {
        match self.model.meta().support {
            Support::People => "people",
            Support::Sessions => "sessions",
        }
    }
}

/// The claim of a report on a model, in words.
#[must_use]
pub fn claim(model: &Model) -> String {
    let meta = model.meta();
    let who = match meta.support {
        Support::People => "people",
        Support::Sessions => "sessions",
    };
    format!(
        "Nothing that this model publishes of visits rests on fewer than {} {who}.",
        meta.min_support
    )
}

/// Returns the day (UTC) of a time in milliseconds since 1970, as `2026-03-01`.
fn date(ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(ms);
    time.map_or_else(
        |_| format!("{ms} ms since 1970"),
        |time| time.strftime("%Y-%m-%d").to_string(),
    )
}

/// Returns what the model is, in a sentence.
#[must_use]
pub fn identity(model: &Model) -> String {
    let meta = model.meta();
    let day = match meta.trained_until_ms {
        0 => "of a log without dates".to_owned(),
        ms => format!("of a log until {}", date(ms)),
    };
    let bytes = model.as_bytes().len();
    format!("a model of {} items in {bytes} bytes, {day}", model.items())
}

/// Returns what the model publishes, one line for each kind of fact.
#[must_use]
pub fn inventory(model: &Model) -> Vec<String> {
    let facts = Facts::of(model, &mut Names::default());
    let count = |kind: Kind| facts.of_kind(kind).count();
    let lines = Kind::ALL.iter().map(|kind| (kind, count(*kind)));
    let present = lines.filter(|(_, count)| *count > 0);
    present
        .map(|(kind, count)| format!("{}: {count}", kind.name()))
        .collect()
}
