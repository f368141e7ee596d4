//! What arms change of the rules. An arm is a condition: engines know rules and which arms are in force, and nothing else.
//! So objectives stay in the section of guarded rules, arm by arm, and whoever approves them sees them.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::check::number;
use super::source::{ArmSource, ExperimentSource, ExperimentTables};
use super::{ExperimentProblem as Problem, STORE_ORDER};
use crate::policy::condition::NONE_OF;
use crate::policy::lint::{Finding, SourceError, Table, Warning};
use crate::policy::source::{PolicySource, RuleSource, of_65536, thousandths};
use crate::policy::{ALL_THE_WAY, Action, RequestFact, Rule, Verb, When};

/// Returns the rules as the arms change them: of a rule that is another one in an arm there are two, whose conditions exclude
/// each other. The second is called `rule@experiment/arm`.
pub fn apply(rules: Vec<Rule>, tables: ExperimentTables<'_>) -> Vec<Rule> {
    rules.into_iter().flat_map(|rule| in_arms(rule, tables)).collect()
}

fn in_arms(mut rule: Rule, tables: ExperimentTables<'_>) -> Vec<Rule> {
    let (mut on, mut off, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for (experiment, arm) in all_arms(tables) {
        let name = arm_name(experiment, &arm.name);
        if arm.on.contains(&rule.id) {
            on.push(name.clone());
        }
        if arm.off.contains(&rule.id) {
            off.push(name);
        } else if let Some(action) = changed(&rule, arm) {
            others.push((name.clone(), action));
            off.push(name);
        }
    }
    if !on.is_empty() {
        rule.condition.when.push(any_of(on));
    }
    let variants = others.into_iter().map(|(name, action)| {
        let mut variant = Rule {
            id: format!("{}@{name}", rule.id),
            action,
            ..rule.clone()
        };
        variant.condition.when.push(any_of(Vec::from([name])));
        variant
    });
    let mut all: Vec<Rule> = variants.collect();
    if !off.is_empty() {
        rule.condition.when.push(When {
            numbers: Vec::from([NONE_OF]),
            ..any_of(off)
        });
    }
    all.insert(0, rule);
    all
}

fn any_of(texts: Vec<String>) -> When {
    When {
        fact: RequestFact::Arm,
        texts,
        numbers: Vec::new(),
    }
}

fn all_arms(tables: ExperimentTables<'_>) -> impl Iterator<Item = (&ExperimentSource, &ArmSource)> {
    let experiments = tables.experiments.iter();
    experiments.flat_map(|experiment| experiment.arms.iter().flatten().map(move |arm| (experiment, arm)))
}

fn arm_name(experiment: &ExperimentSource, arm: &str) -> String {
    format!("{}/{arm}", experiment.id)
}

/// Returns what a rule does in an arm, where that is something else.
fn changed(rule: &Rule, arm: &ArmSource) -> Option<Action> {
    let mut action = rule.action.clone();
    let of_objective = || {
        let objective = arm.objective.filter(|_| rule.action.verb() == Verb::Objective)?;
        Some(of_65536(objective.may_cost))
    };
    let amount = match arm.strengths.get(&rule.id) {
        Some(strength) => amount(rule.action.verb(), *strength).ok()?,
        None => of_objective()?,
    };
    match &mut action {
        Action::Cap { max, .. } => *max = amount,
        Action::Direct(directive) => directive.amount = amount,
        _ => return None,
    }
    Some(action)
}

/// Returns a strength as its verb has it.
fn amount(verb: Verb, strength: f64) -> Result<u16, &'static str> {
    let whole = |least: u16, wanted| {
        let is_whole = strength % 1.0 == 0.0 && (f64::from(least)..f64::from(ALL_THE_WAY)).contains(&strength);
        is_whole.then_some(strength as u16).ok_or(wanted)
    };
    match verb {
        Verb::Boost | Verb::Bury => whole(1, "a whole number of places from 1"),
        Verb::Spread => whole(1, "a whole number of items from 1"),
        Verb::Cap => whole(0, "a whole number of items"),
        Verb::Diversify if (0.0..=1.0).contains(&strength) => Ok(thousandths(strength)),
        _ => Err("from 0 to 1, such as 0.3"),
    }
}

const fn has_strength(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::Boost | Verb::Bury | Verb::Spread | Verb::Cap | Verb::Diversify
    )
}

/// Arms that change what cannot be changed, and rules that depend on arms that there are not.
pub fn errors_of_effects(source: &PolicySource) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, experiment) in source.experiments.iter().enumerate() {
        for (entry, arm) in experiment.arms.iter().flatten().enumerate() {
            let problems = problems_of(arm, source).into_iter();
            found.extend(problems.map(|problem| at_arm(at, entry, SourceError::Experiment(problem))));
        }
    }
    for (at, rule) in source.rules.iter().enumerate() {
        let problems = problems_of_rule(rule, source).into_iter();
        found.extend(problems.map(|problem| Finding::new(Table::Rule, at, "when", SourceError::Experiment(problem))));
    }
    found
}

fn at_arm(at: usize, entry: usize, diagnostic: impl Into<crate::policy::lint::Diagnostic>) -> Finding {
    let mut finding = Finding::new(Table::Experiment, at, "arms", diagnostic);
    finding.place.entry = Some(entry);
    finding
}

fn problems_of(arm: &ArmSource, source: &PolicySource) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(objective) = arm.objective {
        if !(0.0..=0.5).contains(&objective.may_cost) {
            problems.push(number(
                "may_cost",
                objective.may_cost,
                "a share from 0 to 0.5, such as 0.02",
            ));
        }
        if source.rules.iter().all(|rule| rule.verb() != Some(Verb::Objective)) {
            problems.push(Problem::NoObjective(arm.name.clone()));
        }
    }
    for rule in arm.on.iter().chain(&arm.off).chain(arm.strengths.keys()) {
        let known = source.rules.iter().find(|known| known.id == *rule);
        match known.map(|known| known.verb()) {
            None => problems.push(Problem::NoSuchRule {
                arm: arm.name.clone(),
                rule: rule.clone(),
            }),
            Some(Some(Verb::Hide | Verb::Only | Verb::Exclude)) => {
                problems.push(Problem::GuardrailOfArm(rule.clone()));
            }
            Some(Some(verb)) if arm.strengths.contains_key(rule) && !has_strength(verb) => {
                problems.push(Problem::NoStrength(rule.clone()));
            }
            Some(Some(verb)) => {
                let strength = arm.strengths.get(rule).copied();
                if let Some((strength, Err(wanted))) = strength.map(|strength| (strength, amount(verb, strength))) {
                    problems.push(number("strengths", strength, wanted));
                }
            }
            // A rule of no verb or several is an error of its own.
            Some(None) => {}
        }
    }
    problems
}

fn problems_of_rule(rule: &RuleSource, source: &PolicySource) -> Vec<Problem> {
    let mut problems = Vec::new();
    for arm in arms_of(rule) {
        if !has_arm(source, &arm) {
            let rule = rule.id.clone();
            problems.push(Problem::NoSuchArm { rule, arm });
        }
        if matches!(rule.verb(), Some(Verb::Hide | Verb::Only | Verb::Exclude)) {
            problems.push(Problem::GuardrailOfArm(rule.id.clone()));
        }
    }
    problems
}

/// Returns the arms on which a rule depends by itself.
fn arms_of(rule: &RuleSource) -> Vec<String> {
    let when = rule.when.compile().0.into_iter();
    when.filter(|when| when.fact == RequestFact::Arm)
        .flat_map(|when| when.texts)
        .collect()
}

fn has_arm(source: &PolicySource, name: &str) -> bool {
    source.experiments.iter().any(|experiment| {
        let arms = experiment.arms.iter().flatten().map(|arm| &arm.name);
        let mut names = arms.chain(experiment.interleave.iter().flatten());
        names.any(|arm| arm_name(experiment, arm) == name)
    })
}

/// Experiments that are over, arms that differ in nothing, and changes that nothing makes yet.
pub(in crate::policy) fn warnings(source: &PolicySource, now_ms: Option<i64>) -> Vec<Finding> {
    let mut found = Vec::new();
    let ended = |until: Option<&crate::policy::source::Minute>| {
        let until = until.filter(|until| now_ms.is_some_and(|now| until.utc_ms() <= now))?;
        Some(Warning::Experiment(Problem::Ended(until.to_string())))
    };
    for (at, holdout) in source.holdouts.iter().enumerate() {
        let ended = ended(holdout.until.as_ref()).into_iter();
        found.extend(ended.map(|warning| Finding::new(Table::Holdout, at, "until", warning)));
    }
    for (at, experiment) in source.experiments.iter().enumerate() {
        let ended = ended(experiment.until.as_ref()).into_iter();
        found.extend(ended.map(|warning| Finding::new(Table::Experiment, at, "until", warning)));
        for (entry, arm) in experiment.arms.iter().flatten().enumerate() {
            for (word, names) in [("kinds", &arm.kinds), ("content", &arm.content), ("copy", &arm.copy)] {
                if !names.is_empty() {
                    let arm = arm.name.clone();
                    found.push(at_arm(at, entry, Warning::Experiment(Problem::LaterArm { arm, word })));
                }
            }
        }
        found.extend(alike(source, at, experiment));
    }
    found
}

/// Two arms that change nothing.
fn alike(source: &PolicySource, at: usize, experiment: &ExperimentSource) -> Option<Finding> {
    let depends = |name: &str| {
        let name = arm_name(experiment, name);
        source.rules.iter().any(|rule| arms_of(rule).contains(&name))
    };
    let changes = |arm: &ArmSource| {
        arm.name == STORE_ORDER
            || arm.objective.is_some()
            || !(arm.strengths.is_empty() && arm.on.is_empty() && arm.off.is_empty())
            || !(arm.kinds.is_empty() && arm.content.is_empty() && arm.copy.is_empty())
    };
    let names: Vec<(&String, bool)> = match (&experiment.arms, &experiment.interleave) {
        (Some(arms), _) => arms.iter().map(|arm| (&arm.name, changes(arm))).collect(),
        (None, Some(pair)) => pair.iter().map(|name| (name, false)).collect(),
        (None, None) => Vec::new(),
    };
    let mut idle = (0..)
        .zip(names)
        .filter(|(_, (name, changes))| !changes && !depends(name));
    let ((_, (other, _)), (entry, (arm, _))) = (idle.next()?, idle.next()?);
    let problem = Problem::ArmsAlike {
        arm: arm.clone(),
        other: other.clone(),
    };
    let mut finding = at_arm(at, entry, Warning::Experiment(problem));
    if experiment.interleave.is_some() {
        finding.place.key = "interleave";
    }
    Some(finding)
}
