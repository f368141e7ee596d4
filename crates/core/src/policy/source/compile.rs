//! Rules of the source as rules of the built policy.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::{PolicySource, RuleSource};
use crate::policy::expression::{Compiler, Expression, ExpressionError, Test};
use crate::policy::{Condition, Program, RequestFact, Rule, Verb, Vocabulary};

/// All rules that do exactly one thing.
pub struct Compiled {
    /// In the order of the file.
    pub rules: Vec<CompiledRule>,
    /// What their programs speak of.
    pub vocabulary: Vocabulary,
    /// Which rules of the file have a condition that is none, and what is wrong with it.
    pub errors: Vec<(usize, ExpressionError)>,
}

/// A rule, and where it comes from.
pub struct CompiledRule {
    /// Which of the file it is.
    pub at: usize,
    /// The rule.
    pub rule: Rule,
    /// Whether it asks for a secret.
    pub is_secret: bool,
}

impl Compiled {
    /// Compiles all of it, secrets too: for the origin alone.
    pub fn new(source: &PolicySource) -> Self {
        Self::of(source, true)
    }

    /// Compiles what may travel: rules that ask for a secret have no condition, and no items yet.
    pub fn without_secrets(source: &PolicySource) -> Self {
        Self::of(source, false)
    }

    fn of(source: &PolicySource, with_secrets: bool) -> Self {
        let kind_of = |name: &str| source.kind_of(name);
        let mut compiler = Compiler::new(&kind_of);
        let (mut rules, mut errors) = (Vec::<CompiledRule>::new(), Vec::new());
        let secrets = secrets(source);
        // Guarded rules first: the file has what they speak of in front of all that others speak of.
        let mut in_turn: Vec<_> = source.rules.iter().enumerate().collect();
        in_turn.sort_by_key(|(_, rule)| !rule.verb().is_some_and(Verb::is_guarded));
        for (at, rule) in in_turn {
            let expression = match rule.expression().transpose() {
                Ok(expression) => expression.or_else(|| raised(source, rule)),
                Err(error) => {
                    errors.push((at, error));
                    continue;
                }
            };
            let is_secret = expression
                .as_ref()
                .is_some_and(|expression| asks_for(&secrets, expression));
            let program = match expression.filter(|_| with_secrets || !is_secret) {
                None => Ok(Program::default()),
                Some(expression) => compiler.compile(&expression),
            };
            match program {
                Err(error) => errors.push((at, error)),
                Ok(program) => rules.extend(compiled(at, rule, program, is_secret, source.clock_min)),
            }
        }
        rules.sort_by_key(|compiled| compiled.at);
        errors.sort_by_key(|(at, _)| *at);
        Self {
            rules,
            vocabulary: compiler.into_vocabulary(),
            errors,
        }
    }
}

fn compiled(at: usize, rule: &RuleSource, program: Program, is_secret: bool, clock_min: i32) -> Option<CompiledRule> {
    let when = rule.when.compile().0;
    // Rules that ask for no day keep the bytes that they have in every zone.
    let asks_for_day = when.iter().any(|when| when.fact == RequestFact::Weekday);
    let clock_min = if asks_for_day { clock_min } else { 0 };
    let rule = Rule {
        id: rule.id.clone(),
        placements: rule.placements.clone().unwrap_or_default(),
        action: rule.action(program)?,
        condition: Condition {
            from_ms: rule.from.as_ref().map(super::Minute::utc_ms),
            until_ms: rule.until.as_ref().map(super::Minute::utc_ms),
            while_in_stock: rule.leaves_when_sold_out(),
            clock_min,
            when,
        },
    };
    Some(CompiledRule { at, rule, is_secret })
}

/// Returns the value that an objective raises, as a condition that reads it: engines take its column. Nothing for a name that
/// nobody declares, which is a finding of its own.
fn raised(source: &PolicySource, rule: &RuleSource) -> Option<Expression> {
    let name = rule.raised().filter(|name| source.kind_of(name).is_some())?;
    Some(Expression::Test {
        fact: name.into(),
        at: 0,
        test: Test::Missing,
    })
}

/// Returns the names by which rules may ask for a secret.
fn secrets(source: &PolicySource) -> BTreeSet<&str> {
    let secret = source.facts.iter().filter(|fact| fact.secret);
    secret.map(|fact| fact.name.as_str()).collect()
}

fn asks_for(secrets: &BTreeSet<&str>, expression: &Expression) -> bool {
    let mut found = false;
    expression.each_fact(&mut |fact, _| {
        found |= secrets.contains(fact) || fact.strip_prefix("age_").is_some_and(|day| secrets.contains(day));
    });
    found
}
