//! Facts held against a floor: how many there are, the weakest, and those below it.

use super::listed::ListedFindings;
use crate::report::{Finding, Outcome, Step};

/// A tally of facts of one kind.
#[derive(Debug)]
pub struct Tally {
    floor: u32,
    who: &'static str,
    facts: usize,
    at_floor: usize,
    weakest: Option<u32>,
    findings: ListedFindings,
}

impl Tally {
    /// Starts a tally against a floor, in people or sessions.
    #[must_use]
    pub const fn new(floor: u32, who: &'static str) -> Self {
        Self {
            floor,
            who,
            facts: 0,
            at_floor: 0,
            weakest: None,
            findings: ListedFindings::new(),
        }
    }

    /// Adds a fact with the number of people behind it; `what` names it in a finding.
    pub fn add(&mut self, people: u32, what: impl FnOnce() -> String) {
        self.facts += 1;
        self.at_floor += usize::from(people == self.floor);
        self.weakest = Some(self.weakest.map_or(people, |weakest| weakest.min(people)));
        let (floor, who) = (self.floor, self.who);
        if people < floor {
            self.findings.add(|| {
                let behind = count(people, who);
                let message = format!("{}: {behind} behind it, and the model claims at least {floor}.", what());
                Finding::new("model.below-floor", message, ADVICE)
            });
        }
    }

    /// Returns what was counted, in a sentence.
    #[must_use]
    pub fn summary(&self, what: &str) -> String {
        let weakest = self.weakest.map_or_else(String::new, |weakest| {
            format!(
                "; behind the weakest {}, and {} rest on exactly {}",
                stand(weakest, self.who),
                self.at_floor,
                self.floor
            )
        });
        format!("{} {what} counted again{weakest}", self.facts)
    }

    /// Ends the step, which is not applicable if there are no facts.
    #[must_use]
    pub fn step(self, name: &str, claim: &str, mut tried: Vec<String>) -> Step {
        tried.extend(self.findings.omitted());
        let step = Step::tried(name, claim, tried, self.findings.into_vec());
        if self.facts > 0 {
            return step;
        }
        Step {
            outcome: Outcome::NotApplicable,
            ..step
        }
    }
}

const ADVICE: &str = "Do not publish this model. If the log and the options given here are those it was trained with, the trainer \
    does not hold its floor: train again with a higher --min-support, and report it.";

/// Returns a number of people in words.
#[must_use]
pub fn count(people: u32, who: &str) -> String {
    match (people, who) {
        (0, _) => "nobody is".to_owned(),
        (1, "people") => "1 person is".to_owned(),
        (1, _) => "1 session is".to_owned(),
        (people, who) => format!("{people} {who} are"),
    }
}

fn stand(people: u32, who: &str) -> String {
    match (people, who) {
        (0, _) => "stands nobody".to_owned(),
        (1, "people") => "stands 1 person".to_owned(),
        (1, _) => "stands 1 session".to_owned(),
        (people, who) => format!("stand {people} {who}"),
    }
}
