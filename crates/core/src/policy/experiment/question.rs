//! `[[question]]`: what randomized reports of visits may be asked.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;

use super::check::number;
use super::{Experiment, ExperimentProblem as Problem, Experiments};
use crate::policy::lint::{Finding, SourceError, Table};
use crate::report::{MAX_BUCKETS, MAX_EPSILON, MAX_QUESTIONS, Question, buckets, mechanism};
use crate::visit::event::EventKind;

/// ε of a report, unless the question states another.
pub const EPSILON: f64 = 2.0;

/// `[[question]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a question such as { experiment = \"hero\", answered = \"select_promotion\", epsilon = 2.0 }"
)]
pub struct QuestionSource {
    /// Id of the experiment whose arm a report tells.
    pub experiment: String,
    /// The event by which a visit has seen its arm; without it each visit with the arm has.
    pub seen: Option<String>,
    /// The event that answers.
    pub answered: String,
    /// ε of one report.
    #[serde(default = "default_epsilon")]
    pub epsilon: f64,
}

fn default_epsilon() -> f64 {
    EPSILON
}

/// Returns the questions, and all that is wrong with them.
pub fn questions(sources: &[QuestionSource], experiments: &Experiments) -> (Vec<Question>, Vec<Finding>) {
    let (mut questions, mut found) = (Vec::new(), Vec::new());
    if sources.len() > MAX_QUESTIONS {
        let error = SourceError::Experiment(Problem::TooManyQuestions(sources.len()));
        found.push(Finding::new(Table::Question, MAX_QUESTIONS, "", error));
    }
    for (at, source) in sources.iter().enumerate() {
        if sources
            .iter()
            .take(at)
            .any(|other| other.experiment == source.experiment)
        {
            let error = SourceError::Twice(source.experiment.clone());
            found.push(Finding::new(Table::Question, at, "experiment", error));
            continue;
        }
        match source.check(experiments) {
            Ok(question) => questions.push(question),
            Err((key, problem)) => {
                found.push(Finding::new(Table::Question, at, key, SourceError::Experiment(problem)));
            }
        }
    }
    (questions, found)
}

impl QuestionSource {
    /// Returns the question, or its word that is wrong, and why.
    fn check(&self, experiments: &Experiments) -> Result<Question, (&'static str, Problem)> {
        let no_experiment = || ("experiment", Problem::NotAsked(self.experiment.clone()));
        let experiment = experiments.get(&self.experiment).ok_or_else(no_experiment)?;
        let answers = buckets(experiment.arms.len());
        if experiment.is_interleaved || answers > MAX_BUCKETS.into() {
            return Err(no_experiment());
        }
        let event = |key, name: &String| {
            let kind = EventKind::from_name(name).filter(|kind| kind.leaves_trace());
            kind.ok_or_else(|| (key, Problem::NoEvent(name.clone())))
        };
        let claim = self.epsilon * 1_000.0;
        let is_exact = claim % 1.0 == 0.0 && (0.0..=MAX_EPSILON * 1_000.0).contains(&claim);
        let mechanism = mechanism(answers, self.epsilon).filter(|_| is_exact);
        let no_epsilon = || {
            let wanted = "above 0 and up to 4, with at most three decimals, such as 2.0";
            ("epsilon", number("epsilon", self.epsilon, wanted))
        };
        Ok(Question {
            experiment: experiments.place_of(experiment),
            seen: self.seen.as_ref().map(|name| event("seen", name)).transpose()?,
            answered: event("answered", &self.answered)?,
            claim: claim as u16,
            mechanism: mechanism.ok_or_else(no_epsilon)?,
        })
    }
}

impl Experiments {
    /// Returns the place of an experiment in the allocation, which has them layer by layer.
    fn place_of(&self, own: &Experiment) -> u8 {
        let layers = self.layers.iter();
        let of_layer = |layer: &&String| {
            let layer = (*layer).clone();
            self.experiments
                .iter()
                .filter(move |experiment| experiment.layer == layer)
        };
        let ids = layers.flat_map(|layer| of_layer(&layer));
        ids.take_while(|experiment| experiment.id != own.id).count() as u8
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use super::*;
    use crate::Policy;
    use crate::policy::PolicySource;
    use crate::report::Mechanism;

    const EXPERIMENTS: &str = r#"
        layer = [{ name = "lists" }, { name = "tops" }]
        [[experiment]]
        id = "hero"
        layer = "tops"
        unit = "visit"
        arms = [{ name = "plain", weight = 1 }, { name = "store_order", weight = 1 }]
        read = ["orders"]
        [[experiment]]
        id = "list"
        layer = "lists"
        unit = "visit"
        arms = [{ name = "plain", weight = 1 }, { name = "store_order", weight = 1 }]
        read = ["orders"]
        [[experiment]]
        id = "mixed"
        layer = "lists"
        range = [0.0, 0.5]
        from = 2020-01-01
        until = 2020-02-01
        unit = "visit"
        interleave = ["plain", "other"]
        read = ["orders"]
    "#;

    fn checked(questions: &str) -> Result<Policy, String> {
        let text = format!(
            "question = [{questions}]\n{}",
            EXPERIMENTS.replace("id = \"list\"", "id = \"list\"\nfrom = 2020-02-01")
        );
        let source: PolicySource = toml::from_str(&text).map_err(|error| error.to_string())?;
        source.check().map_err(|error| error.to_string())
    }

    #[test]
    fn question_names_its_experiment_by_the_place_in_the_allocation() {
        let policy = checked(
            r#"{ experiment = "hero", seen = "view_promotion", answered = "select_promotion", epsilon = 1.5 }"#,
        )
        .unwrap();
        let question = &policy.questions[0];
        let experiment = policy.allocation.experiments().nth(question.experiment.into()).unwrap();
        assert_eq!((&*experiment.id, question.claim), ("hero", 1_500));
        assert!(matches!(question.mechanism, Mechanism::Response { buckets: 5, .. }));
        assert_eq!(Policy::decode(&policy.encode()), Ok(policy));
    }

    #[test]
    fn what_cannot_be_asked_is_refused_with_its_reason() {
        for (question, expected) in [
            (
                r#"{ experiment = "none", answered = "purchase" }"#,
                "no experiment `none` with arms",
            ),
            (
                r#"{ experiment = "mixed", answered = "purchase" }"#,
                "no experiment `mixed` with arms",
            ),
            (r#"{ experiment = "hero", answered = "clicks" }"#, "no event `clicks`"),
            (r#"{ experiment = "hero", answered = "undo" }"#, "no event `undo`"),
            (
                r#"{ experiment = "hero", answered = "purchase", epsilon = 4.5 }"#,
                "`epsilon` of 4.5 must be",
            ),
            (
                r#"{ experiment = "hero", answered = "purchase", epsilon = 0.00001 }"#,
                "`epsilon` of 0.00001 must be",
            ),
            (
                r#"{ experiment = "hero", answered = "purchase" }, { experiment = "hero", answered = "view_item" }"#,
                "hero",
            ),
        ] {
            let error = checked(question).unwrap_err();
            assert!(error.contains(expected), "{question}: {error}");
        }
    }

    #[test]
    fn questions_that_no_device_may_answer_make_the_policy_malformed() {
        let policy = checked(r#"{ experiment = "hero", answered = "purchase" }"#).unwrap();
        for spoil in [
            |question: &mut Question| question.experiment = 9,
            |question: &mut Question| {
                question.mechanism = Mechanism::Response {
                    buckets: 3,
                    keep: 3 << 30,
                }
            },
            |question: &mut Question| {
                question.mechanism = Mechanism::Response {
                    buckets: 5,
                    keep: u32::MAX - 9,
                }
            },
            |question: &mut Question| {
                question.mechanism = Mechanism::Bits {
                    buckets: 5,
                    flip: 1 << 20,
                }
            },
        ] {
            let mut spoilt = policy.clone();
            spoil(&mut spoilt.questions[0]);
            assert!(Policy::decode(&spoilt.encode()).is_err());
        }
        let mut many = policy;
        many.questions = alloc::vec![many.questions[0].clone(); MAX_QUESTIONS + 1];
        assert!(Policy::decode(&many.encode()).is_err());
    }
}
