//! `epsilon`: a randomized report gives away no more than the policy says.
//!
//! Noise cannot be seen in a file, nor in one report. So it is made a million times for each of two answers, by the engine's code
//! and the numbers of the shop's own policy, and counted.

use shelfwise_core::Policy;
use shelfwise_measure::reports::{SAMPLES, audit, epsilon_of};

use crate::report::{Finding, Outcome, Step};
use crate::shipped::Files;

const NAME: &str = "epsilon";
const CLAIM: &str =
    "What one randomized report gives away is at most the ε that the policy states for its question, by experiment.";

/// The seed of the experiment: a report says the same again.
const SEED: u64 = 1;

/// Runs the step on every policy of the folder, with so many samples of each of two answers a question: [`step`] takes a million.
fn tried(files: &Files, samples: u64) -> Step {
    let policies = files.iter().filter(|(_, bytes)| bytes.starts_with(b"SWP"));
    let (mut tried, mut findings) = (Vec::new(), Vec::new());
    for (path, bytes) in policies {
        // What no engine obeys asks nothing.
        let Ok(policy) = Policy::decode(bytes) else { continue };
        if policy.questions.is_empty() {
            tried.push(format!("{path}: no questions"));
        }
        for question in &policy.questions {
            let Some(experiment) = question.experiment_in(&policy.allocation) else {
                continue;
            };
            let claim = f64::from(question.claim) / 1_000.0;
            let leak = audit(question.mechanism, claim, samples, SEED);
            tried.push(format!(
                "{path}: reports about `{}`: ε is surely at least {:.4} and {:.4} by its odds, claimed {claim}; {samples} samples of each of \
                 two answers",
                experiment.id,
                leak.at_least,
                epsilon_of(question.mechanism),
            ));
            findings.extend(
                leak.is_above_claim()
                    .then(|| above(&experiment.id, leak.at_least, claim).file(path)),
            );
        }
    }
    if tried.is_empty() {
        return Step::without(NAME, CLAIM, Outcome::NotApplicable, "the folder has no policy");
    }
    Step::tried(NAME, CLAIM, tried, findings)
}

/// Runs the step on every policy of the folder. Costs two million reports a question, some seconds.
#[must_use]
pub fn step(files: &Files) -> Step {
    tried(files, SAMPLES)
}

fn above(experiment: &str, at_least: f64, claim: f64) -> Finding {
    Finding::new(
        "epsilon.above-claim",
        format!("a report about `{experiment}` has an ε of at least {at_least:.3}, and the policy states {claim}"),
        "Build the policy again with `shelfwise policy build`, which makes the odds of the ε that you state.",
    )
}

#[cfg(test)]
mod tests {
    use shelfwise_core::report::mechanism;

    use super::*;

    const SAMPLES: u64 = 50_000;

    fn asked(epsilon: f64) -> Files {
        let bytes = include_bytes!("../../../../tests/snapshots/policies/reports.swp");
        let mut policy = Policy::decode(bytes).unwrap();
        policy.questions[0].mechanism = mechanism(5, epsilon).unwrap();
        Files::from([("policy.swp".to_owned(), policy.encode())])
    }

    #[test]
    fn odds_of_the_stated_epsilon_pass_and_larger_ones_are_found() {
        assert_eq!(tried(&asked(1.0), SAMPLES).outcome, Outcome::Passed);
        let leaky = tried(&asked(1.1), SAMPLES);
        assert_eq!(leaky.findings[0].code, "epsilon.above-claim");
        assert_eq!(leaky.findings[0].file.as_deref(), Some("policy.swp"));
    }

    #[test]
    fn policy_that_asks_nothing_passes_and_a_folder_without_one_is_not_tried() {
        let empty = Files::from([("policy.swp".to_owned(), Policy::default().encode())]);
        assert_eq!(tried(&empty, SAMPLES).outcome, Outcome::Passed);
        assert_eq!(tried(&Files::new(), SAMPLES).outcome, Outcome::NotApplicable);
    }
}
