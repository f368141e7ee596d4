//! `storage`: each mode keeps what the manifest lists, no longer than it says, and nothing after it ends.

mod cases;

use super::Effort;
use super::trials::{self, Judged};
use crate::lab::{Declared, Kept, Looked, Plan, Stored, Trial, Visit};
use crate::report::Step;

use self::cases::{Case, Expected, cases};

const NAME: &str = "storage";
const CLAIM: &str = "Each mode keeps what dataflow.json lists, no longer than it says; nothing stays after forget(), a lower mode, or its time.";
/// What is not tried as it would happen.
const ASSUMED: &str = "time passes by a clock that is moved: `Date`, `performance.now` and timers of the page";

const ADVICE: &str =
    "dataflow.json lists every key with its modes, its length and its lifetime, and forgetting removes all of them.";

/// Returns a plan for each case.
pub fn plans(declared: &Declared, effort: Effort) -> Vec<Plan> {
    let plan = |(at, case): (usize, Case)| Plan {
        name: format!("storage-{at}"),
        pages: case.pages,
    };
    cases(declared, effort).into_iter().enumerate().map(plan).collect()
}

/// Runs the step on the visits of the plans.
pub fn step(trials: &[Trial<Vec<Visit>>], subject: &str, declared: &Declared, effort: Effort) -> Step {
    trials::step(NAME, CLAIM, &format!("{subject}; {ASSUMED}"), trials, |visits| {
        judge(visits, declared, effort)
    })
}

fn judge(visits: &[Visit], declared: &Declared, effort: Effort) -> Judged {
    let mut judged = Judged::default();
    let cases = cases(declared, effort);
    let keys: Vec<_> = declared
        .kept
        .iter()
        .map(|kept| format!("{}.{}", kept.place, kept.key))
        .collect();
    judged.tried.push(format!(
        "{} cases of modes, forgetting, consent and lifetimes, beside the declared {}",
        visits.len(),
        keys.join(", ")
    ));
    for (case, visit) in cases.iter().zip(visits) {
        match visit.of::<Looked>("look").pop() {
            Some(look) => case.judge(&look, declared, &mut judged),
            None => judged.blind.push(format!(
                "after {} nothing could be seen: {}",
                case.what,
                visit.thrown().join("; ")
            )),
        }
    }
    if visits.len() != cases.len() {
        judged
            .blind
            .push(format!("{} of {} cases were carried out", visits.len(), cases.len()));
    }
    judged
}

impl Case {
    fn judge(&self, look: &Looked, declared: &Declared, judged: &mut Judged) {
        for stored in &look.dump.stored {
            self.judge_key(stored, declared, judged);
        }
        for name in ["document.cookie", "history.state", "window.name"] {
            let value = look.dump.page.get(name).map_or("", String::as_str);
            if !["", "null"].contains(&value) {
                let what = format!("after {}, {name} holds something: {value}", self.what);
                judged.find("storage.undeclared", what, ADVICE);
            }
        }
        if self.expected == Expected::Nothing && look.events > 0 {
            let what = format!("after {}, the engine still has {} events", self.what, look.events);
            judged.find("storage.remembers", what, ADVICE);
        }
        let rows = declared
            .kept
            .iter()
            .enumerate()
            .filter(|(row, kept)| match self.expected {
                Expected::Kept => kept.modes.contains(&self.mode),
                Expected::Key(key) => key == *row,
                Expected::Nothing | Expected::NotKey(_) => false,
            });
        let is_there = |kept: &Kept| look.dump.stored.iter().any(|stored| is_of(stored, kept));
        let missing: Vec<_> = rows
            .filter(|(_, kept)| !is_there(kept))
            .map(|(_, kept)| kept.key.as_str())
            .collect();
        if !missing.is_empty() || self.expected == Expected::Kept && look.events == 0 {
            judged.blind.push(format!(
                "after {}, what should be kept is not ({} events, missing {missing:?}): that it ends proves nothing",
                self.what, look.events
            ));
        }
    }

    /// Judges one thing that is kept.
    fn judge_key(&self, stored: &Stored, declared: &Declared, judged: &mut Judged) {
        let name = format!("{}.{}", stored.place, stored.key);
        let row = declared
            .kept
            .iter()
            .enumerate()
            .find(|(_, kept)| is_of(stored, kept) && kept.modes.contains(&self.mode));
        let Some((row, kept)) = row else {
            let what = format!(
                "after {}, {name} is kept, which no row of the manifest names for mode {}",
                self.what, self.mode
            );
            return judged.find("storage.undeclared", what, ADVICE);
        };
        let length = stored.value.chars().count();
        if self.expected == Expected::Nothing || self.expected == Expected::NotKey(row) {
            judged.find(
                "storage.stays",
                format!("after {}, {name} is still there", self.what),
                ADVICE,
            );
        } else if length > kept.most_characters {
            let what = format!(
                "after {}, {name} has {length} characters, declared are {}",
                self.what, kept.most_characters
            );
            judged.find("storage.too-long", what, ADVICE);
        }
    }
}

fn is_of(stored: &Stored, kept: &Kept) -> bool {
    kept.place == stored.place && kept.key == stored.key
}

#[cfg(test)]
mod tests;
