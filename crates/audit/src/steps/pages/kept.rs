//! What pages keep, against the keys that are declared.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::observed::{Build, Kept, Visit};
use crate::report::Finding;

const ADVICE: &str = "Declared keys stand in `storage` of dataflow.json: whatever else Shelfwise keeps has to go.";

/// A key of the manifest.
struct Declared<'a> {
    place: &'a str,
    key: &'a str,
    most_characters: usize,
}

/// Returns a finding for each key that is Shelfwise's and not declared, or longer than declared.
///
/// A key is Shelfwise's if its name says so, or if it is kept as deployed and not where its scripts are refused.
pub fn undeclared(visits: &[Visit], manifest: &Value) -> Vec<Finding> {
    let declared = declared(manifest);
    let mut findings = Vec::new();
    for visit in visits.iter().filter(|visit| visit.build == Build::AsDeployed) {
        let without = without_shelfwise(visits, visit);
        for kept in &visit.kept {
            let named = kept.name.to_ascii_lowercase().contains("shelfwise");
            let is_added = without
                .as_ref()
                .is_some_and(|without| !without.contains(&(kept.place.as_str(), kept.name.as_str())));
            let row = declared
                .iter()
                .find(|row| row.place == kept.place && row.key == kept.name);
            match row {
                None if named || is_added => {
                    findings.push(finding(visit, kept, "which is declared nowhere".to_owned()));
                }
                Some(row) if kept.characters > row.most_characters => {
                    let why = format!(
                        "with {} characters, and {} are declared",
                        kept.characters, row.most_characters
                    );
                    findings.push(finding(visit, kept, why));
                }
                _ => {}
            }
        }
    }
    findings
}

fn declared(manifest: &Value) -> Vec<Declared<'_>> {
    let rows = manifest["storage"].as_array().into_iter().flatten();
    rows.filter_map(Declared::of).collect()
}

impl<'a> Declared<'a> {
    fn of(row: &'a Value) -> Option<Self> {
        let most = row["most_characters"]
            .as_u64()
            .and_then(|most| usize::try_from(most).ok());
        Some(Self {
            place: row["place"].as_str()?,
            key: row["key"].as_str()?,
            most_characters: most.unwrap_or(usize::MAX),
        })
    }
}

/// What the same shopper's browser kept where Shelfwise was refused; none if that was not tried.
fn without_shelfwise<'v>(visits: &'v [Visit], of: &Visit) -> Option<BTreeSet<(&'v str, &'v str)>> {
    let mut same = visits.iter().filter(|visit| {
        visit.build == Build::WithoutShelfwise
            && visit.shopper == of.shopper
            && visit.recording.browser == of.recording.browser
    });
    let kept = &same.next()?.kept;
    Some(
        kept.iter()
            .map(|kept| (kept.place.as_str(), kept.name.as_str()))
            .collect(),
    )
}

fn finding(visit: &Visit, kept: &Kept, why: String) -> Finding {
    let browser = &visit.recording.browser.name;
    let what = format!("the page keeps `{}` in {}, {why} ({browser})", kept.name, kept.place);
    Finding::new("pages.undeclared-key", what, ADVICE)
}
