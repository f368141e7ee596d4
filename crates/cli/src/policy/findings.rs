//! Findings of a policy check, for people and as JSON.

use std::fmt;
use std::path::Path;

use serde::Serialize;
use shelfwise_core::policy::lint::{CatalogIndex, ContentProblem, Diagnostic, Finding, Named, Place, Table, Warning};
use shelfwise_core::policy::{Attribute, SourceError};
use shelfwise_intake::position::Position;

use super::lists::Expanded;
use super::positions::Positions;

/// Least similarity of a name that is suggested, from 0 to 1 (equal).
const MIN_SIMILARITY: f64 = 0.85;

/// How to write a rule, for people who have only the command.
const HELP: &str = "a rule is a table `[[rule]]` with `id = \"name\"` and one verb (hide, only, exclude, boost, bury, objective, diversify, \
    spread, cap, share, slot, sponsored, pin, fallback), such as \
    `hide = { category = \"Wine\" }` or `pin = { item = \"SKU1\", position = 1 }`, and content a table `[[content]]` with `id`, `kind`, \
    `placements` and `texts`; nothing else was checked";

/// Severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Severity {
    Error,
    Warning,
}

/// One finding.
#[derive(Debug, Serialize)]
struct Found {
    severity: Severity,
    #[serde(flatten)]
    position: Position,
    /// The other rule, where two do not go together.
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<Position>,
    what: String,
    help: String,
}

/// All findings of a file, from top to bottom.
#[derive(Debug, Serialize)]
pub struct Findings {
    file: String,
    errors: usize,
    warnings: usize,
    findings: Vec<Found>,
}

impl Findings {
    /// Returns the finding of a text that is no policy.
    pub fn of_text(file: &Path, text: &str, lists: &Expanded<'_>, error: &toml::de::Error) -> Self {
        let byte = error.span().map_or(0, |span| span.start);
        let found = Found {
            severity: Severity::Error,
            position: if lists.has_lists() {
                Positions::new(text).position(rule_place(lists.rule_at(byte)))
            } else {
                Position::of_byte(text, byte)
            },
            other: None,
            what: in_policy_terms(&error.message().trim().replace('\n', ", ")),
            help: HELP.into(),
        };
        Self::new(file, vec![found])
    }

    /// Returns the findings of parsed rules.
    pub fn of_rules(
        file: &Path,
        text: &str,
        lists: &Expanded<'_>,
        findings: Vec<Finding>,
        catalog_index: Option<&CatalogIndex>,
    ) -> Self {
        let positions = Positions::new(text);
        let in_file = |finding: Finding| match finding.place.table {
            Table::Rule if lists.has_lists() => Finding {
                place: Place {
                    at: lists.origin(finding.place.at),
                    within: None,
                    ..finding.place
                },
                ..finding
            },
            _ => finding,
        };
        let findings: Vec<Finding> = findings.into_iter().map(in_file).collect();
        let mut found: Vec<Found> = findings
            .iter()
            .map(|finding| found(finding, &positions, catalog_index))
            .collect();
        found.sort_by_key(|found| found.position);
        Self::new(file, found)
    }

    fn new(file: &Path, findings: Vec<Found>) -> Self {
        let errors = findings
            .iter()
            .filter(|found| found.severity == Severity::Error)
            .count();
        Self {
            file: file.display().to_string(),
            errors,
            warnings: findings.len() - errors,
            findings,
        }
    }

    /// Returns the number of errors.
    pub const fn errors(&self) -> usize {
        self.errors
    }

    /// Returns the number of errors and warnings in words.
    pub fn summary(&self) -> String {
        format!(
            "{}: {} and {}",
            self.file,
            counted_noun(self.errors, "error"),
            counted_noun(self.warnings, "warning")
        )
    }
}

/// Returns the place of a rule as a whole.
const fn rule_place(at: usize) -> Place {
    Place {
        table: Table::Rule,
        at,
        key: "",
        within: None,
        entry: None,
    }
}

/// Returns a parser's message in the words of the file's author: `serde` speaks of variants, fields and sequences.
fn in_policy_terms(message: &str) -> String {
    const WORDS: [(&str, &str); 6] = [
        ("unknown variant ", "unknown word "),
        ("unknown field ", "unknown key "),
        (
            "wanted exactly 1 element, more than 1 element",
            "more than one key in these braces: write exactly one",
        ),
        (
            "invalid type: sequence, expected a string",
            "a list stands here: write one text, and a rule for each",
        ),
        ("invalid type: ", "this is "),
        ("expected a string", "expected a text in quotes"),
    ];
    let replace = |text: String, (from, to): &(&str, &str)| text.replace(from, to);
    WORDS.iter().fold(message.to_owned(), replace)
}

fn counted_noun(number: usize, name: &str) -> String {
    format!("{number} {name}{}", if number == 1 { "" } else { "s" })
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for found in &self.findings {
            let severity = match found.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            let Position { line, column } = found.position;
            write!(f, "{}:{line}:{column}: {severity}: {}", self.file, found.what)?;
            if let Some(other) = found.other {
                write!(f, " (line {})", other.line)?;
            }
            writeln!(f)?;
            writeln!(f, "    {}", found.help)?;
        }
        Ok(())
    }
}

fn found(finding: &Finding, positions: &Positions<'_>, catalog_index: Option<&CatalogIndex>) -> Found {
    let diagnostic = &finding.diagnostic;
    let help = match suggestion(diagnostic, positions, catalog_index) {
        Some(name) => format!("{} (`{name}`?)", diagnostic.help()),
        None => diagnostic.help().into(),
    };
    Found {
        severity: match diagnostic {
            Diagnostic::Error(_) => Severity::Error,
            Diagnostic::Warning(_) => Severity::Warning,
        },
        position: positions.position(finding.place),
        other: diagnostic.other_rule().and_then(|id| positions.of_rule(id)),
        what: diagnostic.what(),
        help,
    }
}

/// Returns the name that was probably meant in place of an unknown one.
fn suggestion<'a>(
    diagnostic: &Diagnostic,
    positions: &'a Positions<'_>,
    catalog_index: Option<&'a CatalogIndex>,
) -> Option<&'a str> {
    let of_catalog_names = |by, name| most_similar(name, catalog_index?.names(by));
    match diagnostic {
        Diagnostic::Error(
            SourceError::UnknownPlacement { placement, .. }
            | SourceError::Content {
                problem: ContentProblem::UnknownPlacement(placement),
                ..
            },
        ) => most_similar(placement, positions.placements().into_iter()),
        Diagnostic::Warning(Warning::Unknown { named, name, .. }) => match named {
            Named::Category => of_catalog_names(Attribute::Category, name),
            Named::Brand => of_catalog_names(Attribute::Brand, name),
            // Similar ids mean nothing.
            Named::Item => None,
        },
        _ => None,
    }
}

/// Returns the most similar known name: the first one of several.
fn most_similar<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let likeness = |known: &'a str| {
        let text = known.to_lowercase();
        let last_level = text.rsplit(" > ").next() == Some(&name);
        (
            if last_level {
                1.0
            } else {
                strsim::jaro_winkler(&name, &text)
            },
            known,
        )
    };
    let best = known
        .map(likeness)
        .fold((MIN_SIMILARITY, None), |best, (likeness, known)| {
            if likeness > best.0 {
                (likeness, Some(known))
            } else {
                best
            }
        });
    best.1
}
