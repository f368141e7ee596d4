//! `arms`: experiments cannot tell shoppers apart.
//!
//! What is drawn stays on the device; what an order may say are arms. So it is the policy that decides how much that is.

use shelfwise_core::allocation::{Allocation, DRAWS, tag};
use shelfwise_core::policy::allocation_section;

use crate::report::{Finding, Outcome, Step};
use crate::shipped::Files;

const NAME: &str = "arms";
const CLAIM: &str = "All experiments of the policy together have at most 64 combinations of arms, and no arm is so rare that it singles out its \
    shoppers: an order can say no more than 6 bits of chance.";

/// The least share of an arm, one in this many draws: with 50,000 orders it has 50, of which none is somebody's alone.
const RAREST: u32 = 1_000;

/// Runs the step on every policy of the folder.
#[must_use]
pub fn step(files: &Files) -> Step {
    let policies = files.iter().filter(|(_, bytes)| bytes.starts_with(b"SWP"));
    let (mut tried, mut findings) = (Vec::new(), Vec::new());
    for (path, bytes) in policies {
        let Some(section) = allocation_section(bytes) else {
            tried.push(format!("{path}: no experiments"));
            continue;
        };
        let Some(allocation) = Allocation::read(section) else {
            findings.push(damaged().file(path));
            continue;
        };
        tried.push(format!("{path}: {} combinations of arms", allocation.states()));
        findings.extend(of(&allocation).into_iter().map(|finding| finding.file(path)));
    }
    if tried.is_empty() && findings.is_empty() {
        return Step::without(NAME, CLAIM, Outcome::NotApplicable, "the folder has no policy");
    }
    Step::tried(NAME, CLAIM, tried, findings)
}

fn damaged() -> Finding {
    Finding::new(
        "arms.damaged",
        "the section about experiments cannot be read".into(),
        "Build the policy again with `shelfwise policy build`, and publish.",
    )
}

fn of(allocation: &Allocation) -> Vec<Finding> {
    let mut findings = Vec::new();
    let states = allocation.states();
    if states > tag::MAX_STATES {
        findings.push(Finding::new(
            "arms.states",
            format!(
                "its experiments have {states} combinations of arms: more than {}, which is 6 bits, tell shoppers apart",
                tag::MAX_STATES
            ),
            "Build the policy with `shelfwise policy build`, which refuses them: put experiments into one layer, or take arms out.",
        ));
    }
    for experiment in allocation.experiments() {
        let shares = experiment
            .arms
            .iter()
            .filter(|arm| arm.share > 0 && arm.share < DRAWS / RAREST);
        findings.extend(shares.map(|arm| {
            Finding::new(
                "arms.rare",
                format!(
                    "arm `{}` of `{}` has {} of {DRAWS} draws: its few orders are those of single shoppers",
                    arm.name, experiment.id, arm.share
                ),
                "Give the arm a share of one in a thousand at least.",
            )
        }));
    }
    findings
}

#[cfg(test)]
mod tests {
    use shelfwise_core::Policy;
    use shelfwise_core::allocation::{Arm, Experiment, Layer, Unit};

    use super::*;

    fn policy(shares: &[&[u32]]) -> Files {
        let arm = |(number, share): (usize, &u32)| Arm {
            name: number.to_string(),
            share: *share,
            is_store_order: false,
        };
        let layer = |(key, shares): (u16, &&[u32])| Layer {
            key,
            unit: Unit::Visit,
            experiments: vec![Experiment {
                id: format!("e{key}"),
                version: 0,
                from_ms: None,
                until_ms: None,
                block_ms: 0,
                is_interleaved: false,
                first: 0,
                arms: shares.iter().enumerate().map(arm).collect(),
            }],
        };
        let policy = Policy {
            allocation: Allocation {
                holdout: None,
                layers: (1..).zip(shares).map(layer).collect(),
            },
            ..Policy::default()
        };
        Files::from([("policy.swp".to_owned(), policy.encode())])
    }

    fn codes(files: &Files) -> Vec<String> {
        step(files).findings.into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn even_arms_pass_and_a_policy_without_experiments_too() {
        assert!(codes(&policy(&[&[32_768, 32_768], &[21_845, 21_845, 21_846]])).is_empty());
        assert_eq!(step(&policy(&[])).outcome, Outcome::Passed);
        assert_eq!(step(&Files::new()).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn arms_that_tell_shoppers_apart_are_found() {
        let nine = [7_281; 9];
        assert_eq!(codes(&policy(&[&nine, &nine])), ["arms.states"]);
        assert_eq!(codes(&policy(&[&[65_500, 36]])), ["arms.rare"]);
    }
}
