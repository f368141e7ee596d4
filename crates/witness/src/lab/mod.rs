//! Carries out the plans of the audit's laboratory in the browsers that are there.

mod bench;
mod driver;

use std::thread;

use shelfwise_audit::lab::{Declared, Laboratory, Trial};
use shelfwise_audit::report::Step;
use shelfwise_audit::steps::{Effort, canary, contain, draws, noninterfere, reports, signals, storage};

use self::bench::Bench;
use crate::Kind;

/// The steps that need a browser, in the report's order.
pub const STEPS: &[&str] = &[
    "contain",
    "noninterfere",
    "canary",
    "storage",
    "signals",
    "draws",
    "reports",
];

/// What is tried, and in which browsers.
#[derive(Debug)]
pub struct Trials<'a> {
    /// The package.
    pub laboratory: &'a Laboratory,
    /// What its manifest declares.
    pub declared: &'a Declared,
    /// How much is tried.
    pub effort: Effort,
    /// The browsers.
    pub kinds: &'a [Kind],
}

impl Trials<'_> {
    /// Runs one of [`STEPS`] in all browsers at once; none where the name is another one. A browser that is missing, or that
    /// cannot be driven, leaves the step not proved.
    pub fn step(&self, name: &str) -> Option<Step> {
        let Self { declared, effort, .. } = *self;
        let subject = &self.laboratory.subject;
        Some(match name {
            "contain" => contain::step(&self.in_browsers(|bench| bench.contained()), subject),
            "noninterfere" => noninterfere::step(
                &self.in_browsers(|bench| bench.noninterfering(declared, effort)),
                subject,
                declared,
            ),
            "canary" => canary::step(&self.in_browsers(|bench| bench.canaries(declared)), subject, declared),
            "storage" => {
                let plans = storage::plans(declared, effort);
                let visits = self.in_browsers(|bench| bench.visits(&plans));
                storage::step(&visits, subject, declared, effort)
            }
            "signals" => signals::step(
                &self.in_browsers(|bench| bench.one(signals::plan(effort))),
                subject,
                effort,
            ),
            "draws" => draws::step(&self.in_browsers(|bench| bench.one(draws::plan())), subject),
            "reports" => reports::step(&self.in_browsers(|bench| bench.one(reports::plan())), subject),
            _ => return None,
        })
    }

    fn in_browsers<T: Send>(&self, run: impl Fn(&Bench<'_>) -> anyhow::Result<T> + Sync) -> Vec<Trial<T>> {
        let run = &run;
        thread::scope(|scope| {
            let trials: Vec<_> = self
                .kinds
                .iter()
                .map(|kind| scope.spawn(move || self.in_browser(*kind, run)))
                .collect();
            let joined = trials.into_iter().zip(self.kinds).map(|(trial, kind)| {
                trial.join().unwrap_or_else(|_| Trial {
                    browser: kind.name().to_owned(),
                    seen: Err("the driver panicked".to_owned()),
                })
            });
            joined.collect()
        })
    }

    fn in_browser<T>(&self, kind: Kind, run: impl Fn(&Bench<'_>) -> anyhow::Result<T>) -> Trial<T> {
        let Some(found) = crate::Browser::find(kind) else {
            return Trial {
                browser: kind.name().to_owned(),
                seen: Err(format!("it is not here: {}", kind.advice())),
            };
        };
        let bench = Bench {
            found: &found,
            laboratory: self.laboratory,
        };
        Trial {
            browser: label(&found.to_string()),
            seen: run(&bench).map_err(|error| format!("{error:#}")),
        }
    }
}

/// Name and version, without what a distribution adds.
fn label(found: &str) -> String {
    let has_digits = |word: &str| word.starts_with(|first: char| first.is_ascii_digit());
    let words: Vec<_> = found.split_whitespace().collect();
    let end = words
        .iter()
        .position(|word| has_digits(word))
        .map_or(words.len(), |at| at + 1);
    words.get(..end).unwrap_or_default().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_is_name_and_version() {
        assert_eq!(label("Chromium 156.0.1 built on Debian 12"), "Chromium 156.0.1");
        assert_eq!(
            (label("Mozilla Firefox 153.0esr"), label("chromium")),
            ("Mozilla Firefox 153.0esr".to_owned(), "chromium".to_owned())
        );
    }
}
