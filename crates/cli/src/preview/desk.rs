//! What the page works on: the policy's text, built anew for every change, and the visits to try it on.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};
use shelfwise_core::Policy;
use shelfwise_simulate::moment::{self, Moment, moments};
use shelfwise_simulate::request::Asks;
use shelfwise_simulate::shop::Facts;
use shelfwise_simulate::simulate::shelves;

use super::edit::{self, Changes, RuleText};
use super::release::Releases;
use crate::files;
use crate::policy::catalog_arguments::Against;
use crate::policy::simulate::inputs::{Built, Held, Source};
use crate::time::now_ms;

/// What is shown.
pub struct View {
    /// Places in a slate.
    pub places: usize,
    /// The most visits to choose from.
    pub visits: usize,
    /// The time at which rules are tried; now if none.
    pub at_ms: Option<i64>,
    /// Placements that order the shop's own list.
    pub lists: Vec<String>,
}

/// The desk.
pub struct Desk {
    file: PathBuf,
    held: Held,
    against: Against,
    before: Policy,
    view: View,
    text: Mutex<String>,
    /// What engines of the page load.
    pub releases: Releases,
    /// The path of the release with the rules in force.
    in_force: String,
}

/// What became of saving.
pub enum Saved {
    /// The file has the new numbers.
    Written,
    /// Somebody else has changed the file since the page read it.
    ChangedMeanwhile,
    /// The policy would have errors.
    Refused(Value),
}

/// A placement, for the page.
#[derive(Serialize)]
struct Shelf {
    name: String,
    is_list: bool,
}

/// A held-out visit, for the page.
#[derive(Serialize)]
struct Visit {
    number: usize,
    done: usize,
    cell: String,
    events: Vec<(&'static str, u32)>,
}

impl Desk {
    /// Reads the policy's text.
    pub fn open(source: &Source, held: Held, before: Policy, view: View) -> Result<Self> {
        let text = Mutex::new(crate::policy::read(&source.path)?);
        let at_ms = view.at_ms.and_then(|at_ms| u64::try_from(at_ms).ok());
        let now_ms = at_ms.map_or_else(now_ms, Ok)?;
        let releases = Releases::new(held.snapshot.as_bytes(), held.facts.clone(), now_ms)?;
        Ok(Self {
            in_force: releases.make(&before.encode())?,
            releases,
            file: source.path.clone(),
            against: held.against(source)?,
            held,
            before,
            view,
            text,
        })
    }

    /// Returns what the page needs to know at first.
    ///
    /// # Errors
    /// If a key is unusable.
    pub fn state(&self) -> Result<Value> {
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        Ok(json!({
            "file": name,
            "keys": self.releases.keys()?,
            "in_force": self.in_force,
            "places": self.view.places,
            "at_ms": self.view.at_ms,
            "placements": self.placements(),
            "rules": self.rules(),
            "visits": self.visits(),
            "items": self.held.shop.items().iter().map(item).collect::<Vec<_>>(),
        }))
    }

    /// Returns the rules of the file, as it was read or written last.
    pub fn rules(&self) -> Vec<RuleText> {
        edit::rules(&self.text())
    }

    fn placements(&self) -> Vec<Shelf> {
        let built = Built::of(&self.file, &self.text(), &self.against).ok();
        let after = built
            .and_then(|built| Policy::decode(&built.policy?).ok())
            .unwrap_or_default();
        let shelf = |shelf: shelfwise_simulate::request::Shelf| Shelf {
            is_list: shelf.asks == Asks::List,
            name: shelf.placement,
        };
        shelves([&self.before, &after], &self.view.lists)
            .into_iter()
            .map(shelf)
            .collect()
    }

    fn visits(&self) -> Vec<Visit> {
        let log = &self.held.log;
        let visit = |moment: Moment| {
            let clicks = log.clicks_of(&log.sessions[moment.visit]);
            let event = |click| {
                let number = self.held.shop.number(moment::id(log, click));
                (moment::kind(log, click).name(), number)
            };
            Visit {
                number: moment.visit + 1,
                done: moment.done,
                cell: moment.cell(log).to_string(),
                events: clicks.iter().map(event).collect(),
            }
        };
        moments(log, self.view.visits).into_iter().map(visit).collect()
    }

    /// Builds the policy with changes, and a release with it.
    ///
    /// # Errors
    /// If a change does not fit the file.
    pub fn compile(&self, changes: &Changes) -> Result<Value> {
        let text = edit::apply(&self.text(), changes)?;
        let built = Built::of(&self.file, &text, &self.against)?;
        let release = built.policy.map(|policy| self.releases.make(&policy)).transpose()?;
        Ok(json!({ "findings": built.findings, "release": release }))
    }

    /// Writes changed numbers into the file, in one step; rules that are left out on the page stay in it.
    ///
    /// # Errors
    /// If a change does not fit the file, or it cannot be written.
    pub fn save(&self, changes: Changes) -> Result<Saved> {
        let mut held = self.text();
        if crate::policy::read(&self.file)? != *held {
            return Ok(Saved::ChangedMeanwhile);
        }
        let numbers = Changes {
            left_out: Vec::new(),
            ..changes
        };
        let text = edit::apply(&held, &numbers)?;
        let built = Built::of(&self.file, &text, &self.against)?;
        if built.policy.is_none() {
            return Ok(Saved::Refused(built.findings));
        }
        files::write(&self.file, text.as_bytes())?;
        *held = text;
        Ok(Saved::Written)
    }

    fn text(&self) -> MutexGuard<'_, String> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns what the page needs of an item: id, title, category, brand, price and popularity.
fn item(item: &Facts) -> Value {
    let price = item.measures.first().copied().flatten();
    json!([item.id, item.title, item.category, item.brand, price, item.popularity])
}
