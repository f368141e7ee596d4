//! Lists from a spreadsheet: `pin = { from = "pins.csv" }`, and the same for `hide`, `boost` and `bury`.
//!
//! A rule with a list is many rules, one for each row or each few rows, with its name and a number. They are written out before the policy is
//! checked, and what is found in them is told at the rule that stands in the file.

use std::borrow::Cow;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use shelfwise_core::facts::FactKind;
use shelfwise_core::policy::PolicySource;
use shelfwise_intake::facts::{FactColumn, FactRows, FactValue, read_facts};
use shelfwise_intake::{CatalogReport, ColumnMap, IntakeError};
use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

use crate::bars::Bars;

/// The table of rules in a policy's file.
const RULES: &str = "rule";
/// The word that names the spreadsheet.
const FROM: &str = "from";
/// The column of a spreadsheet with positions of pins.
const POSITION: &str = "position";
/// Ids in one condition: as many comparisons as its operations allow.
const IDS: usize = 32;

/// A policy's text with its lists written out.
pub struct Expanded<'t> {
    /// The text; the file's own if it has no list.
    pub text: Cow<'t, str>,
    /// Which rule of the file each rule comes from; empty if the file has no list.
    origins: Vec<usize>,
}

impl Expanded<'_> {
    /// Returns which rule of the file a rule comes from.
    pub fn origin(&self, rule: usize) -> usize {
        self.origins.get(rule).copied().unwrap_or(rule)
    }

    /// Returns whether a list was written out.
    pub const fn has_lists(&self) -> bool {
        !self.origins.is_empty()
    }

    /// Returns which rule of the file a byte of the text belongs to.
    pub fn rule_at(&self, byte: usize) -> usize {
        let before = self.text.get(..byte).unwrap_or(&self.text);
        let line = format!("[[{RULES}]]");
        let begun = before
            .lines()
            .filter(|text| text.trim_start().starts_with(&line))
            .count();
        self.origin(begun.saturating_sub(1))
    }
}

/// Writes the lists of a policy out. `file` is where it lies: names of spreadsheets are relative to its folder.
///
/// # Errors
/// With the rule, and with file, line and column of a spreadsheet that cannot be read.
pub fn expand<'t>(file: &Path, text: &'t str) -> Result<Expanded<'t>> {
    let same = || Expanded {
        text: Cow::Borrowed(text),
        origins: Vec::new(),
    };
    // What is no TOML is told by whoever parses the text.
    let Ok(mut document) = text.parse::<DocumentMut>() else {
        return Ok(same());
    };
    let Some(rules) = document.get(RULES).and_then(Item::as_array_of_tables) else {
        return Ok(same());
    };
    if rules.iter().all(|rule| list_of(rule).is_none()) {
        return Ok(same());
    }
    let folder = file.parent().unwrap_or(Path::new(""));
    let (mut written, mut origins) = (ArrayOfTables::new(), Vec::new());
    for (at, rule) in rules.iter().enumerate() {
        for table in written_out(rule, folder)? {
            written.push(table);
            origins.push(at);
        }
    }
    document.insert(RULES, Item::ArrayOfTables(written));
    Ok(Expanded {
        text: Cow::Owned(document.to_string()),
        origins,
    })
}

/// Reads a policy's source, with its lists.
///
/// # Errors
/// Those of [`expand`], and of a text that is no policy.
pub fn parse(file: &Path, text: &str) -> Result<PolicySource> {
    let expanded = expand(file, text)?;
    toml::from_str(&expanded.text).with_context(|| file.display().to_string())
}

/// Returns the verb of a rule that has a list, what stands behind it, and the spreadsheet.
fn list_of(rule: &Table) -> Option<(&str, InlineTable, &str)> {
    rule.iter().find_map(|(verb, item)| {
        let from = item.as_table_like()?.get(FROM)?.as_str()?;
        let words = match item {
            Item::Value(Value::InlineTable(words)) => words.clone(),
            other => other.as_table()?.clone().into_inline_table(),
        };
        Some((verb, words, from))
    })
}

/// Returns the rules that a rule means: itself, if it has no list.
fn written_out(rule: &Table, folder: &Path) -> Result<Vec<Table>> {
    let Some((verb, mut words, from)) = list_of(rule) else {
        return Ok(vec![rule.clone()]);
    };
    let id = rule.get("id").and_then(Item::as_str).unwrap_or_default();
    words.remove(FROM);
    let values = values(verb, words, &folder.join(from)).with_context(|| format!("rule `{id}`"))?;
    let numbered = values.into_iter().zip(1..).map(|(value, number)| {
        let mut table = rule.clone();
        table.insert("id", Item::Value(format!("{id}-{number}").into()));
        table.insert(verb, Item::Value(Value::InlineTable(value)));
        table
    });
    Ok(numbered.collect())
}

/// Returns what stands behind the verb in each rule.
fn values(verb: &str, words: InlineTable, path: &Path) -> Result<Vec<InlineTable>> {
    let with = |key: &str, value: Value| {
        let mut words = words.clone();
        words.insert(key, value);
        words
    };
    match verb {
        "pin" => {
            let pins = pins(path)?.into_iter().map(|(id, position)| {
                let mut pin = with("item", id.into());
                pin.insert("position", i64::from(position).into());
                pin
            });
            Ok(pins.collect())
        }
        "hide" => Ok(ids(path)?.into_iter().map(|id| with("item", id.into())).collect()),
        "boost" | "bury" => {
            let ids = ids(path)?;
            if let Some(id) = ids.iter().find(|id| id.contains('\'')) {
                bail!(
                    "{}: id `{id}` has an apostrophe, which no condition can hold: take it out",
                    path.display()
                );
            }
            let condition = |ids: &[String]| format!("id in ['{}']", ids.join("', '"));
            Ok(ids
                .chunks(IDS)
                .map(|ids| with("where", condition(ids).into()))
                .collect())
        }
        _ => bail!("`{verb}` takes no list: `from` stands behind pin, hide, boost or bury"),
    }
}

/// Reads the ids of a spreadsheet.
fn ids(path: &Path) -> Result<Vec<String>> {
    let (rows, _) = rows(path, &[])?;
    Ok(rows.into_keys().collect())
}

/// Reads ids and positions of a spreadsheet, by rising position.
fn pins(path: &Path) -> Result<Vec<(String, i32)>> {
    let position = FactColumn {
        name: POSITION.into(),
        column: POSITION.into(),
        kind: FactKind::Count,
    };
    let mut pins = Vec::new();
    let (rows, report) = rows(path, &[position])?;
    ensure!(
        report.duplicates == 0,
        "{}: {} of its rows repeat an item that stands above: keep one row of it, with one position",
        path.display(),
        report.duplicates
    );
    for (id, values) in rows {
        let Some(FactValue::Number(position)) = values.first() else {
            bail!("{}: item `{id}` has no position: write one from 1", path.display());
        };
        pins.push((id, *position));
    }
    pins.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    Ok(pins)
}

fn rows(path: &Path, columns: &[FactColumn]) -> Result<(FactRows, CatalogReport)> {
    let read = read_facts(path, &ColumnMap::parse::<&str>(&[])?, columns, 0, 0.0, &Bars::default());
    let (rows, report) = match read {
        Ok(read) => read,
        Err(IntakeError::TooManyBadRows { bad, .. }) => bail!("{}", bad.to_string().trim_end()),
        Err(error) => return Err(error.into()),
    };
    ensure!(!rows.is_empty(), "{}: no item in it", path.display());
    Ok((rows, report))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes spreadsheets, and expands a policy beside them.
    fn expanded(rules: &str, sheets: &[(&str, &[u8])]) -> Result<(String, Vec<usize>)> {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in sheets {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        let expanded = expand(&folder.path().join("policy.toml"), rules)?;
        Ok((expanded.text.into_owned(), expanded.origins))
    }

    fn rules(text: &str) -> usize {
        toml::from_str::<PolicySource>(text)
            .unwrap()
            .check()
            .unwrap()
            .rules
            .len()
    }

    const PINS: &str = "[[rule]]\nid = \"first\"\nhide = { item = \"x\" }\n# the campaign\n[[rule]]\nid = \"advent\"\n\
        placements = []\npin = { from = \"pins.csv\", even_if_sold_out = true }\n";

    #[test]
    fn list_pins_of_excel_are_rules_with_their_position() {
        // A German Excel: a byte order mark, semicolons, quotes, CRLF.
        let sheet = "\u{feff}id;position;note\r\n\"tea; green\";2;\"a \"\"new\"\" one\"\r\ncup;1;\r\n";
        let (text, origins) = expanded(PINS, &[("pins.csv", sheet.as_bytes())]).unwrap();
        assert_eq!((rules(&text), origins), (3, vec![0, 1, 1]));
        for words in [
            "advent-1",
            "advent-2",
            "item = \"tea; green\"",
            "position = 2",
            "# the campaign",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(text.find("\"cup\"") < text.find("tea; green"), "by position: {text}");
    }

    #[test]
    fn list_bad_row_is_named_with_file_line_and_column() {
        let sheet = "id,position\ntea,1\ncup,first\n";
        let error = format!("{:#}", expanded(PINS, &[("pins.csv", sheet.as_bytes())]).unwrap_err());
        for words in ["rule `advent`", "pins.csv", "line 3", "column position", "first"] {
            assert!(error.contains(words), "{words}: {error}");
        }
        let sheet = "id,position\ntea,1\ncup,2\ntea,3\n";
        let twice = format!("{:#}", expanded(PINS, &[("pins.csv", sheet.as_bytes())]).unwrap_err());
        assert!(twice.contains("pins.csv: 1 of its rows repeat an item"), "{twice}");
        let missing = format!("{:#}", expanded(PINS, &[]).unwrap_err());
        assert!(missing.contains("pins.csv"), "{missing}");
        let other = format!(
            "{:#}",
            expanded(PINS, &[("pins.csv", b"id,place\ntea,1\n")]).unwrap_err()
        );
        assert!(other.contains("position") && other.contains("place"), "{other}");
    }

    #[test]
    fn list_of_many_ids_is_as_many_conditions_as_hold_them() {
        let sheet: String = (0..70).map(|id| format!("sku{id}\n")).collect();
        let rule =
            "[[rule]]\nid = \"sale\"\nboost = { from = \"sale.csv\", places = 5 }\nuntil = \"2026-12-31 23:59Z\"\n";
        let (text, origins) = expanded(rule, &[("sale.csv", format!("id\n{sheet}").as_bytes())]).unwrap();
        assert_eq!((rules(&text), origins), (3, vec![0; 3]));
    }

    #[test]
    fn list_behind_another_verb_is_refused() {
        let rule = "[[rule]]\nid = \"own\"\nonly = { from = \"own.csv\" }\n";
        let error = format!("{:#}", expanded(rule, &[("own.csv", b"id\ntea\n")]).unwrap_err());
        assert!(error.contains("`only` takes no list"), "{error}");
    }
}
