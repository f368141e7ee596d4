//! The form of the file: names that are given once, rules that do one thing, placements that exist.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Finding, Named, SourceError, Table, Warning};
use crate::policy::source::{PolicySource, RuleSource};
use crate::policy::{Action, ExpressionError, MAX_RULES, Program};

/// Returns what no policy can be made of.
pub fn errors(source: &PolicySource) -> Vec<Finding> {
    let mut found = Vec::new();
    if source.rules.len() > MAX_RULES {
        let got = source.rules.len();
        let error = SourceError::TooManyRules { got };
        found.push(Finding::new(Table::Rule, MAX_RULES, "", error));
    }
    found.extend(twice(Table::Rule, "id", source.rules.iter().map(|rule| &rule.id)));
    let placements = source.placements.iter().map(|placement| &placement.name);
    found.extend(twice(Table::Placement, "name", placements));
    let known: BTreeSet<&str> = source.placements.iter().map(|known| known.name.as_str()).collect();
    found.extend(twice(
        Table::Content,
        "id",
        source.content.iter().map(|option| &option.id),
    ));
    for (at, rule) in source.rules.iter().enumerate() {
        found.extend(unknown_placements(at, rule, &known));
        let got = rule.verbs().count();
        if got != 1 {
            let rule = rule.id.clone();
            found.push(Finding::new(
                Table::Rule,
                at,
                "",
                SourceError::NotOneAction { rule, got },
            ));
        }
    }
    found
}

/// Conditions that are none, each with its place in the text.
pub fn conditions(source: &PolicySource, errors: &[(usize, ExpressionError)]) -> Vec<Finding> {
    let finding = |(at, error): &(usize, ExpressionError)| {
        let rule = source.rules.get(*at)?;
        let verb = rule.verb()?;
        let wrong = SourceError::Condition {
            rule: rule.id.clone(),
            error: error.clone(),
        };
        let mut finding = Finding::new(Table::Rule, *at, verb.name(), wrong);
        finding.place.within = rule.where_text().map(|_| error.at);
        Some(finding)
    };
    errors.iter().filter_map(finding).collect()
}

/// Each name that was given before.
fn twice<'a>(table: Table, key: &'static str, names: impl Iterator<Item = &'a String>) -> Vec<Finding> {
    let mut known = BTreeSet::new();
    let again = names.enumerate().filter(|(_, name)| !known.insert(*name));
    again
        .map(|(at, name)| Finding::new(table, at, key, SourceError::Twice(name.clone())))
        .collect()
}

fn unknown_placements(at: usize, rule: &RuleSource, known: &BTreeSet<&str>) -> Vec<Finding> {
    let named = rule.placements.iter().flatten();
    let unknown = named.filter(|name| !known.contains(name.as_str()));
    let error = |placement: &String| SourceError::UnknownPlacement {
        rule: rule.id.clone(),
        placement: placement.clone(),
    };
    unknown
        .map(|name| Finding::new(Table::Rule, at, "placements", error(name)))
        .collect()
}

/// Returns what can be read in two ways, or names nothing.
pub fn warnings(source: &PolicySource) -> Vec<Finding> {
    let rules = source.rules.iter().enumerate();
    rules
        .flat_map(|(at, rule)| {
            let placements =
                placement_warnings(rule).map(move |warning| Finding::new(Table::Rule, at, "placements", warning));
            let action = rule.action(Program::default());
            let names = action.and_then(|action| name_warning(rule, &action));
            placements.chain(
                names
                    .into_iter()
                    .map(move |(key, warning)| Finding::new(Table::Rule, at, key, warning)),
            )
        })
        .collect()
}

fn placement_warnings(rule: &RuleSource) -> impl Iterator<Item = Warning> {
    let empty = rule.placements.as_ref().is_some_and(Vec::is_empty);
    let empty = empty.then(|| Warning::EmptyPlacements { rule: rule.id.clone() });
    let mut known = BTreeSet::new();
    let again = rule
        .placements
        .iter()
        .flatten()
        .filter(move |name| !known.insert(*name));
    let again = again.map(|name| Warning::PlacementTwice {
        rule: rule.id.clone(),
        placement: name.clone(),
    });
    empty.into_iter().chain(again)
}

fn name_warning(rule: &RuleSource, action: &Action) -> Option<(&'static str, Warning)> {
    let (key, name) = match action {
        Action::Hide { what, .. } => ("hide", Named::of(what).1),
        Action::Pin { item, .. } => ("pin", item),
        _ => return None,
    };
    let warning = || Warning::Nameless { rule: rule.id.clone() };
    name.trim().is_empty().then(|| (key, warning()))
}
