//! `dataflow`: the folder's manifest is the one that the code makes.

use serde_json::Value;

use crate::report::{Finding, Outcome, Step};
use crate::shipped::Shipped;

const NAME: &str = "dataflow";
const CLAIM: &str = "The manifest that is shipped, dataflow.json, says what the code does: nothing less, nothing else.";
/// Differences that are named one by one.
const MOST_NAMED: usize = 40;

/// Runs the step.
pub fn step(shipped: &Shipped, own: &Value) -> Step {
    if shipped.manifests.is_empty() {
        let reason = "the folder has no dataflow.json: publish the one of the package, so that your readers have it";
        return Step::without(NAME, CLAIM, Outcome::NotApplicable, reason);
    }
    let mut findings = Vec::new();
    let mut others = Vec::new();
    for (path, manifest) in &shipped.manifests {
        if manifest.get("version") == own.get("version") {
            let mut found = Vec::new();
            differences("", own, manifest, &mut found);
            findings.extend(found.into_iter().take(MOST_NAMED).map(|finding| finding.file(path)));
        } else {
            let version = manifest.get("version").and_then(Value::as_str).unwrap_or("none");
            others.push(format!(
                "{path} is of version {version}, and this tool knows {}",
                env!("CARGO_PKG_VERSION")
            ));
        }
    }
    let tried = shipped
        .manifests
        .iter()
        .map(|(path, _)| format!("{path} was compared with the code's own"));
    Step::tried(NAME, CLAIM, tried.collect(), findings).unless_proved((!others.is_empty()).then(|| others.join("; ")))
}

/// Walks over both, and names what is in one of them only or says something else.
fn differences(at: &str, own: &Value, shipped: &Value, found: &mut Vec<Finding>) {
    match (own, shipped) {
        (Value::Object(own), Value::Object(shipped)) => {
            for (key, value) in own {
                match shipped.get(key) {
                    Some(other) => differences(&format!("{at}/{key}"), value, other, found),
                    None => found.push(omitted(&format!("{at}/{key}"), value)),
                }
            }
            let extra = shipped.keys().filter(|key| !own.contains_key(*key));
            found.extend(extra.map(|key| added(&format!("{at}/{key}"))));
        }
        (Value::Array(own), Value::Array(shipped)) => {
            let missing = own.iter().filter(|value| !shipped.contains(value));
            found.extend(missing.map(|value| omitted(at, value)));
            let extra = shipped.iter().filter(|value| !own.contains(value));
            found.extend(extra.map(|_| added(at)));
        }
        (own, shipped) if own != shipped => found.push(omitted(at, own)),
        _ => {}
    }
}

fn omitted(at: &str, value: &Value) -> Finding {
    let text: String = value.to_string().chars().take(160).collect();
    let what = format!("the manifest does not say at {at} what the code does: {text}");
    Finding::new(
        "dataflow.omits",
        what,
        "Ship the dataflow.json of the package as it is.",
    )
}

fn added(at: &str) -> Finding {
    let what = format!("the manifest says something at {at} that the code does not do");
    Finding::new(
        "dataflow.differs",
        what,
        "Ship the dataflow.json of the package as it is.",
    )
}
