//! `shell`: what the scripts use of browser and page.

use anyhow::Result;

use crate::report::{Finding, Outcome, Step};
use crate::shipped::{Part, Shipped, ShippedScript, Stranger, permitted, strangers};

const NAME: &str = "shell";
const CLAIM: &str = "The scripts reach network, storage, signals, workers and page by declared uses alone, read off their syntax trees.";

/// Uses without which a part does not do what the manifest says of it.
const REQUIRED: &[(Part, &str, &str)] = &[
    (Part::Page, "use .globalPrivacyControl", "shell.signal-not-read"),
    (Part::Page, "use .doNotTrack", "shell.signal-not-read"),
    (
        Part::Worker,
        "call addEventListener(\"securitypolicyviolation\", _)",
        "shell.containment-not-tried",
    ),
];

/// Runs the step.
///
/// # Errors
/// If the committed list cannot be read.
pub fn step(shipped: &Shipped) -> Result<Step> {
    if shipped.scripts.is_empty() {
        let reason = "no script of Shelfwise was found";
        return Ok(Step::without(NAME, CLAIM, Outcome::NotApplicable, reason));
    }
    let permitted = permitted()?;
    let mut findings = Vec::new();
    let mut mixed = Vec::new();
    for script in &shipped.scripts {
        findings.extend(missing(script));
        let found = strangers(script, &permitted);
        if !found.is_empty() && script.is_mixed() {
            mixed.push(format!("{} ({} uses)", script.path, found.len()));
        } else {
            findings.extend(found.iter().map(|stranger| finding(script, stranger)));
        }
    }
    let uses: usize = shipped.scripts.iter().map(|script| script.script.uses.len()).sum();
    let tried = vec![format!(
        "{} scripts with {uses} uses were compared with {} entries",
        shipped.scripts.len(),
        permitted.len()
    )];
    Ok(Step::tried(NAME, CLAIM, tried, findings).unless_proved(reason(&mixed, shipped)))
}

/// Why not everything was proved.
fn reason(mixed: &[String], shipped: &Shipped) -> Option<String> {
    let mut reasons = Vec::new();
    if !mixed.is_empty() {
        reasons.push(format!(
            "in {} code of the shop stands between that of Shelfwise, and whose uses these are cannot be told: let the bundler \
             keep `shelfwise` in a chunk of its own, or audit with --package",
            mixed.join(", ")
        ));
    }
    for (path, why) in &shipped.unreadable {
        reasons.push(format!("{path} cannot be parsed: {why}"));
    }
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

/// What a part must use and does not. A chunk that a part imports has not all of it.
fn missing(script: &ShippedScript) -> impl Iterator<Item = Finding> {
    let own = Part::of(&script.script);
    let required = REQUIRED
        .iter()
        .filter(move |(part, use_, _)| own.contains(part) && !script.script.uses.contains_key(*use_));
    required.map(|(part, use_, code)| {
        let what = format!(
            "{} does not say `{use_}`, which the manifest says it does",
            part.title()
        );
        Finding::new(
            code,
            what,
            "Take the package as it is: what lowers the mode has to be read.",
        )
        .file(&script.path)
    })
}

fn finding(script: &ShippedScript, stranger: &Stranger) -> Finding {
    let parts: Vec<_> = script.parts.iter().map(|part| part.title()).collect();
    let parts = parts.join(" and ");
    let (code, what) = match stranger.at_most {
        Some(most) => (
            "shell.more-than-declared",
            format!(
                "{parts} says `{}`, which is declared for {most} places, in one more",
                stranger.what
            ),
        ),
        None => (
            "shell.undeclared-use",
            format!("{parts} says `{}`, which is declared nowhere", stranger.what),
        ),
    };
    let advice = "Take it out, or read what it does: declared uses stand with their reasons in crates/audit/src/shipped/uses.allow.";
    Finding::new(code, what, advice).file(&script.path).at(stranger.place)
}
