//! `draws`: which arm a visit has comes of chance alone.
//!
//! The engine runs on the page, whose chance is made one byte over and over: visits that did different things must have the same arms.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::trials::{self, Judged};
use crate::lab::{ASKING_PATH, Act, PAGE, Page, Plan, Trial, Visit, act, call, opened, shoppers};
use crate::report::Step;

const NAME: &str = "draws";
const CLAIM: &str =
    "Which arm of an experiment a visit has depends on random bytes alone, not on what the shopper did.";
/// Bytes of chance: draws at both ends and in the middle of each half.
const CHANCE: [u8; 4] = [0, 64, 128, 255];

/// The plan: all shoppers on one page, one after the other, with each byte of chance.
#[must_use]
pub fn plan() -> Plan {
    let acts = CHANCE.into_iter().flat_map(|byte| {
        let visits = shoppers().into_iter().flat_map(|shopper| visit(shopper.deeds));
        [act("chance", [json!(byte)])]
            .into_iter()
            .chain(visits)
            .collect::<Vec<_>>()
    });
    Plan {
        name: NAME.to_owned(),
        pages: vec![Page::new(PAGE, acts.chain([act("chance", [Value::Null])]).collect())],
    }
}

/// One visit, which is drawn after all that the shopper did.
fn visit(deeds: Vec<Act>) -> Vec<Act> {
    let mut acts = vec![act("reset", [])];
    acts.extend(opened(
        "session",
        "memory",
        &json!({ "policy": ASKING_PATH, "isolation": "inline" }),
    ));
    acts.extend(deeds);
    acts.push(call("arms", []));
    acts
}

/// Runs the step.
#[must_use]
pub fn step(trials: &[Trial<Visit>], subject: &str) -> Step {
    trials::step(NAME, CLAIM, subject, trials, judge)
}

fn judge(visit: &Visit) -> Judged {
    let mut judged = Judged::default();
    let is_arms = |answer: &&Value| answer[0]["experiment"].is_string();
    let arms: Vec<&Value> = visit.answers().map(|answer| &answer.answer).filter(is_arms).collect();
    let names: Vec<_> = shoppers().into_iter().map(|shopper| shopper.name).collect();
    judged.tried.push(format!(
        "{} visits with the same chance, in {} ways",
        names.len(),
        CHANCE.len()
    ));
    if arms.len() != names.len() * CHANCE.len() {
        let why = format!("{} visits were drawn: {}", arms.len(), visit.thrown().join("; "));
        judged.blind.push(why);
        return judged;
    }
    let mut seen = BTreeMap::new();
    for (byte, visits) in CHANCE.iter().zip(arms.chunks(names.len())) {
        let of = |at: usize| visits.get(at).map(|arms| arms[0]["arm"].clone());
        seen.insert(format!("{:?}", of(0)), byte);
        if let Some((other, name)) = (1..).zip(names.iter().skip(1)).find(|(at, _)| of(*at) != of(0)) {
            let what = format!(
                "with the same chance {} has {} and {name} has {}",
                names.first().map_or("", String::as_str),
                of(0).unwrap_or_default(),
                of(other).unwrap_or_default()
            );
            judged.find(
                "draws.depends",
                what,
                "Draw by the host's random bytes alone: else an arm, and the order that says it, tell what the shopper did.",
            );
        }
    }
    if seen.len() < 2 {
        judged
            .blind
            .push("all chance gave the same arm, so that no difference could show".to_owned());
    }
    judged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::Answer;
    use crate::report::Outcome;

    fn outcome(arm: impl Fn(u8, usize) -> &'static str) -> Outcome {
        let answers = CHANCE.into_iter().flat_map(|byte| {
            let arm = &arm;
            (0..shoppers().len()).map(move |shopper| Answer {
                act: "call".to_owned(),
                answer: json!([{ "experiment": "asked", "arm": arm(byte, shopper) }]),
                thrown: None,
            })
        });
        let visit = Visit {
            pages: vec![answers.collect()],
            ..Visit::default()
        };
        let seen = Trial {
            browser: "x".to_owned(),
            seen: Ok(visit),
        };
        step(&[seen], "the package").outcome
    }

    #[test]
    fn arms_by_chance_pass_and_arms_by_visit_fail() {
        let by_chance = |byte, _| if byte < 128 { "a" } else { "b" };
        assert_eq!(outcome(by_chance), Outcome::Passed);
        assert_eq!(
            outcome(|byte, shopper| if shopper == 3 { "b" } else { by_chance(byte, 0) }),
            Outcome::Failed
        );
        assert_eq!(outcome(|_, _| "a"), Outcome::NotProved, "nothing could show");
    }
}
