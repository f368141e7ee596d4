//! Strengths of rules: numbers in the text of a policy, found and changed with comments and layout kept.
//!
//! Every number of a rule is a strength, whatever its verb: what it may be, the check says.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

/// The table of rules in a policy's file.
const RULES: &str = "rule";
/// The least end of a whole number's range: as many places as a slate usually has.
const LEAST_RANGE: f64 = 24.0;

/// A rule as the page shows it.
#[derive(Debug, PartialEq, Serialize)]
pub struct RuleText {
    /// Its name.
    pub id: String,
    /// What it says, a line for each word but its name.
    pub lines: Vec<String>,
    /// Its numbers.
    pub knobs: Vec<Knob>,
}

/// A number of a rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Knob {
    /// The words that lead to it, such as `cap`, `max`.
    pub path: Vec<String>,
    /// Its value.
    pub value: f64,
    /// Whether only whole numbers make sense.
    pub is_whole: bool,
    /// The end of the range that is offered, from 0.
    pub most: f64,
}

/// What is changed on the page.
#[derive(Debug, Default, Deserialize)]
pub struct Changes {
    /// Numbers.
    #[serde(default)]
    pub numbers: Vec<Change>,
    /// Rules that are left out, by their place in the file.
    #[serde(default)]
    pub left_out: Vec<usize>,
}

/// A number that is changed.
#[derive(Debug, Deserialize)]
pub struct Change {
    /// The rule, by its place in the file.
    pub rule: usize,
    /// The words that lead to the number.
    pub path: Vec<String>,
    /// The new value.
    pub value: f64,
}

/// Returns the rules of a text; none of one that is not TOML.
pub fn rules(text: &str) -> Vec<RuleText> {
    let document = text.parse::<DocumentMut>().unwrap_or_default();
    let tables = document.get(RULES).and_then(Item::as_array_of_tables);
    tables.into_iter().flat_map(|tables| tables.iter()).map(rule).collect()
}

fn rule(table: &Table) -> RuleText {
    let id = table.get("id").and_then(Item::as_str).unwrap_or_default().to_owned();
    let lines = table.iter().filter(|(word, _)| *word != "id");
    let lines = lines.map(|(word, item)| format!("{word} = {}", item.to_string().trim()));
    let mut knobs = Vec::new();
    collect(table, &mut Vec::new(), &mut knobs);
    RuleText {
        id,
        lines: lines.collect(),
        knobs,
    }
}

fn collect(table: &dyn TableLike, path: &mut Vec<String>, knobs: &mut Vec<Knob>) {
    for (word, item) in table.iter() {
        path.push(word.to_owned());
        match item {
            Item::Value(Value::Integer(number)) => knobs.push(knob(path, *number.value() as f64, true)),
            Item::Value(Value::Float(number)) => knobs.push(knob(path, *number.value(), false)),
            _ => {
                if let Some(inner) = item.as_table_like() {
                    collect(inner, path, knobs);
                }
            }
        }
        path.pop();
    }
}

fn knob(path: &[String], value: f64, is_whole: bool) -> Knob {
    Knob {
        path: path.to_vec(),
        value,
        is_whole,
        most: if is_whole {
            LEAST_RANGE.max(2.0 * value)
        } else {
            value.max(1.0)
        },
    }
}

/// Returns the text with numbers changed, and without the rules that are left out.
///
/// # Errors
/// If the text is not TOML, or has no such number.
pub fn apply(text: &str, changes: &Changes) -> Result<String> {
    let mut document = text.parse::<DocumentMut>().context("the policy is not TOML")?;
    let tables = document.get_mut(RULES).and_then(Item::as_array_of_tables_mut);
    let Some(tables) = tables else {
        return Ok(text.to_owned());
    };
    for change in &changes.numbers {
        let table = tables
            .get_mut(change.rule)
            .context("there is no such rule: load the page again")?;
        set(table, &change.path, change.value)?;
    }
    let mut left_out = changes.left_out.clone();
    left_out.sort_unstable();
    left_out.dedup();
    left_out.retain(|rule| *rule < tables.len());
    for rule in left_out.into_iter().rev() {
        tables.remove(rule);
    }
    Ok(document.to_string())
}

fn set(table: &mut Table, path: &[String], number: f64) -> Result<()> {
    let missing = || format!("the rule has no number `{}`: load the page again", path.join("."));
    let (last, above) = path.split_last().with_context(missing)?;
    let mut table: &mut dyn TableLike = table;
    for word in above {
        table = table
            .get_mut(word)
            .and_then(Item::as_table_like_mut)
            .with_context(missing)?;
    }
    let value = table.get_mut(last).and_then(Item::as_value_mut).with_context(missing)?;
    let decor = value.decor().clone();
    *value = match value {
        Value::Integer(_) => Value::from(number.round() as i64),
        Value::Float(_) => Value::from(number),
        _ => anyhow::bail!(missing()),
    };
    *value.decor_mut() = decor;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "# Ours.\n[[placement]]\nname = \"home\"\n\n# Two are a choice.\n[[rule]]\nid = \"variety\"   # keep\n\
        cap = { by = \"category\", max = 2 } # not three\n\n[[rule]]\nid = \"margin\"\nobjective = { raise = \"value\", may_cost = 0.02 }\n";

    fn changed(rule: usize, path: &[&str], value: f64) -> Result<String> {
        let path = path.iter().map(|word| (*word).to_owned()).collect();
        let changes = Changes {
            numbers: vec![Change { rule, path, value }],
            left_out: Vec::new(),
        };
        apply(POLICY, &changes)
    }

    #[test]
    fn every_number_of_a_rule_is_a_knob_whatever_its_verb() {
        let rules = rules(POLICY);
        let knobs: Vec<_> = rules
            .iter()
            .flat_map(|rule| &rule.knobs)
            .map(|knob| (knob.path.join("."), knob.value, knob.is_whole))
            .collect();
        assert_eq!(
            knobs,
            [
                ("cap.max".to_owned(), 2.0, true),
                ("objective.may_cost".to_owned(), 0.02, false)
            ]
        );
        assert_eq!(rules[0].lines, ["cap = { by = \"category\", max = 2 } # not three"]);
    }

    #[test]
    fn changed_number_leaves_every_other_byte() {
        assert_eq!(
            changed(0, &["cap", "max"], 3.0).unwrap(),
            POLICY.replace("max = 2", "max = 3")
        );
        assert_eq!(
            changed(1, &["objective", "may_cost"], 0.035).unwrap(),
            POLICY.replace("0.02", "0.035")
        );
        assert_eq!(apply(POLICY, &Changes::default()).unwrap(), POLICY);
    }

    #[test]
    fn change_of_what_is_no_number_is_refused() {
        for (rule, path) in [
            (0, &["cap", "by"][..]),
            (0, &["id"]),
            (0, &["cap"]),
            (7, &["cap", "max"]),
            (0, &[]),
        ] {
            assert!(changed(rule, path, 1.0).is_err(), "{rule} {path:?}");
        }
    }

    #[test]
    fn rule_that_is_left_out_is_gone() {
        let changes = Changes {
            numbers: Vec::new(),
            left_out: vec![0, 0, 9],
        };
        let text = apply(POLICY, &changes).unwrap();
        assert!(!text.contains("variety") && text.contains("margin"), "{text}");
    }
}
