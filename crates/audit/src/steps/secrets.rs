//! `secrets`: what the author of a policy keeps to the shop is in none of the files that clients fetch.
//!
//! What is secret stands in the policy's source alone, which is not in the folder: without it nothing can be looked for.

use std::collections::{BTreeMap, BTreeSet};

use shelfwise_core::{Facts, ItemIndex};

use crate::report::{Finding, Outcome, Step};
use crate::shipped::Files;

const NAME: &str = "secrets";
const CLAIM: &str = "Policy, facts and release hold no name of a secret fact, no owner and no reason of a rule; a composed value tells \
    which sixteenth of the shop an item is in, and never which twenty items.";
/// The most levels of a composed value.
const LEVELS: usize = 16;
/// The least items of a level.
const ITEMS: usize = 20;
/// Shorter words occur in any file by chance.
const SHORTEST: usize = 4;

/// What must not leave the shop, as the policy's source says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets {
    /// Names of secret facts, and of the columns that they come from.
    pub names: BTreeSet<String>,
    /// Owners and reasons of rules.
    pub words: BTreeSet<String>,
    /// Names of composed values.
    pub values: BTreeSet<String>,
}

/// What a file is, of those that a policy's author answers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileKind {
    Policy,
    Facts,
    /// A record, or a list of hidden ids.
    Other,
}

impl FileKind {
    fn of(path: &str, bytes: &[u8]) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_json = name.ends_with(".json") && bytes.starts_with(b"{\"version\":1,\"everywhere\"");
        match bytes {
            [b'S', b'W', b'P', ..] => Some(Self::Policy),
            [b'S', b'W', b'F', ..] => Some(Self::Facts),
            [b'S', b'W', b'R', ..] => Some(Self::Other),
            _ => is_json.then_some(Self::Other),
        }
    }
}

/// Runs the step; without secrets it proves nothing.
#[must_use]
pub fn step(files: &Files, secrets: Option<&Secrets>) -> Step {
    let kinds = files
        .iter()
        .filter_map(|(path, bytes)| Some((path, bytes, FileKind::of(path, bytes)?)));
    let looked: Vec<_> = kinds.collect();
    if looked.is_empty() {
        let reason = "the folder has no policy, facts or release";
        return Step::without(NAME, CLAIM, Outcome::NotApplicable, reason);
    }
    let Some(secrets) = secrets else {
        let reason = "only the policy's source says what is secret: name it with --policy policy.toml";
        return Step::without(NAME, CLAIM, Outcome::NotProved, reason);
    };
    let mut findings = Vec::new();
    for (path, bytes, kind) in &looked {
        findings.extend(named(bytes, secrets).map(|finding| finding.file(path)));
        if *kind == FileKind::Facts {
            findings.extend(levels(bytes, secrets).into_iter().map(|finding| finding.file(path)));
        }
    }
    let tried = looked.iter().map(|(path, ..)| {
        format!(
            "{path}: {} names of secret facts, {} owners and reasons were looked for",
            secrets.names.len(),
            secrets.words.len()
        )
    });
    let short = secrets.words.iter().filter(|word| word.len() < SHORTEST).count();
    let not_proved = (short > 0).then(|| format!("{short} owners or reasons are too short to be looked for"));
    Step::tried(NAME, CLAIM, tried.collect(), findings).unless_proved(not_proved)
}

/// Names stand in files as whole texts: their length before them, or quotes around them. What people wrote is found anywhere.
fn named<'s>(bytes: &'s [u8], secrets: &'s Secrets) -> impl Iterator<Item = Finding> + 's {
    let names = secrets.names.iter().filter(|name| holds_text(bytes, name));
    let names = names.map(|name| {
        Finding::new(
            "secrets.name",
            format!("`{name}` stands in a file that clients fetch, and is secret"),
            "Build policy and facts again from the source that declares it secret, and publish.",
        )
    });
    let words = secrets.words.iter().filter(|word| word.len() >= SHORTEST);
    let words = words.filter(|word| contains(bytes, word.as_bytes()));
    names.chain(words.map(|word| {
        Finding::new(
            "secrets.words",
            format!("`{word}` stands in a file that clients fetch, and is an owner or a reason of a rule"),
            "Build the policy with `shelfwise policy build`, which leaves them out, and do not repeat them in names of rules.",
        )
    }))
}

fn holds_text(bytes: &[u8], text: &str) -> bool {
    let prefixed = u8::try_from(text.len())
        .ok()
        .filter(|length| *length < 128)
        .is_some_and(|length| contains(bytes, &[&[length], text.as_bytes()].concat()));
    prefixed || contains(bytes, format!("\"{text}\"").as_bytes())
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    !wanted.is_empty() && bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Counts the items of each level of each composed value.
fn levels(bytes: &[u8], secrets: &Secrets) -> Vec<Finding> {
    let Some((items, ids)) = head(bytes) else {
        return Vec::new();
    };
    let Ok(facts) = Facts::open(bytes, &ids) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for value in &secrets.values {
        let Some(column) = facts.column(value) else { continue };
        let mut counts: BTreeMap<i32, usize> = BTreeMap::new();
        for level in (0..items).filter_map(|item| facts.value(column, ItemIndex(item))) {
            *counts.entry(level).or_default() += 1;
        }
        let least = counts.values().copied().min().unwrap_or(ITEMS);
        if counts.len() > LEVELS || least < ITEMS {
            let what = format!(
                "value `{value}` has {} levels, the smallest of {least} items: at most {LEVELS}, of {ITEMS} items each, tell nothing of one item",
                counts.len()
            );
            let help = "Build the facts with `shelfwise facts build`, which holds both, and publish.";
            findings.push(Finding::new("secrets.levels", what, help));
        }
    }
    findings
}

/// Returns the number of items and the hash of their ids: behind the magic a varint, and 32 bytes.
fn head(bytes: &[u8]) -> Option<(u32, [u8; 32])> {
    let rest = bytes.get(4..)?;
    let length = rest.iter().take(5).position(|byte| byte & 0x80 == 0)? + 1;
    let (number, rest) = rest.split_at_checked(length)?;
    let items = number
        .iter()
        .rev()
        .fold(0_u32, |items, byte| items << 7 | u32::from(byte & 0x7f));
    Some((items, *rest.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use shelfwise_core::facts::{Cells, ColumnTable, FactKind, FactsBuilder};
    use shelfwise_core::policy::PolicySource;

    use super::*;

    fn secrets() -> Secrets {
        let set = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Secrets {
            names: set(&["margin", "ek_preis"]),
            words: set(&["Erika of purchasing"]),
            values: set(&["worth"]),
        }
    }

    fn policy(rule: &str) -> Vec<u8> {
        let facts = "[[fact]]\nname = \"margin\"\nkind = \"share\"\n";
        let source: PolicySource = toml::from_str(&format!("{facts}[[rule]]\n{rule}")).unwrap();
        source.check().unwrap().encode()
    }

    fn facts(name: &str, levels: i32, items: i32) -> Vec<u8> {
        let builder = FactsBuilder {
            ids_sha256: [7; 32],
            items: items as usize,
            columns: vec![ColumnTable {
                name: name.into(),
                kind: FactKind::Count,
                cells: Cells::numbers((0..items).map(|item| Some(item % levels)).collect::<Vec<_>>()),
            }],
        };
        builder.build().unwrap()
    }

    fn codes(files: &[(&str, Vec<u8>)]) -> Vec<String> {
        let files = files
            .iter()
            .map(|(path, bytes)| ((*path).to_owned(), bytes.clone()))
            .collect();
        let found = step(&files, Some(&secrets())).findings;
        found.iter().map(|finding| finding.code.clone()).collect()
    }

    #[test]
    fn secret_in_a_policy_is_found_and_a_rule_that_has_it_in_its_name_is_not_it() {
        let none: [String; 0] = [];
        assert_eq!(
            codes(&[("a.swp", policy("id = \"margin-floor\"\nhide = { item = \"x\" }"))]),
            none
        );
        let compiled = policy("id = \"floor\"\nhide = { where = \"margin < 0.1\" }");
        assert_eq!(codes(&[("a.swp", compiled)]), ["secrets.name"]);
        let words = policy("id = \"floor (Erika of purchasing)\"\nhide = { item = \"x\" }");
        assert_eq!(codes(&[("b", words)]), ["secrets.words"]);
    }

    #[test]
    fn secret_column_and_small_levels_of_facts_are_found() {
        assert_eq!(codes(&[("a.swf", facts("ek_preis", 5, 200))]), ["secrets.name"]);
        let none: [String; 0] = [];
        assert_eq!(codes(&[("a.swf", facts("worth", 16, 320))]), none);
        assert_eq!(codes(&[("a.swf", facts("worth", 16, 319))]), ["secrets.levels"]);
        assert_eq!(codes(&[("a.swf", facts("worth", 17, 400))]), ["secrets.levels"]);
    }

    #[test]
    fn secrets_without_the_source_are_not_proved_and_without_files_not_applicable() {
        let files = Files::from([("a.swp".to_owned(), policy("id = \"x\"\nhide = { item = \"x\" }"))]);
        assert_eq!(step(&files, None).outcome, Outcome::NotProved);
        assert_eq!(step(&Files::new(), Some(&secrets())).outcome, Outcome::NotApplicable);
        assert_eq!(step(&files, Some(&secrets())).outcome, Outcome::Passed);
    }
}
