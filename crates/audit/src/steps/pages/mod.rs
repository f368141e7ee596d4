//! `pages`: the shop's own pages, as they are deployed, in the browsers of this machine.

mod artefacts;
mod differences;
mod kept;
mod requests;
mod whose;

use std::collections::BTreeSet;

use serde_json::Value;

use self::artefacts::Artefacts;
use self::whose::Scripts;
use crate::observed::{Build, Visit, Witness};
use crate::report::{Outcome, Step};
use crate::shipped::{Files, Shipped};

const NAME: &str = "pages";
const CLAIM: &str = "On the shop's own pages Shelfwise asks for declared files and keeps declared keys alone, and what the same \
    page asks for does not depend on what the shopper did before.";

/// Returns the step where nothing was visited, with the reason.
pub fn not_visited(outcome: Outcome, reason: &str) -> Step {
    Step::without(NAME, CLAIM, outcome, reason)
}

/// Judges visits of all browsers. `open` says what was not visited, and why.
pub fn step(visits: &[Visit], shipped: &Shipped, files: &Files, manifest: &Value, open: &[String]) -> Step {
    if visits.is_empty() {
        return not_visited(Outcome::NotProved, &open.join("; "));
    }
    let scripts = Scripts::of(shipped);
    let artefacts = Artefacts::of(shipped, files);
    let mut findings = Vec::new();
    for visit in visits.iter().filter(|visit| visit.build == Build::AsDeployed) {
        findings.extend(requests::undeclared(visit, &scripts, &artefacts));
    }
    findings.extend(kept::undeclared(visits, manifest));
    let differences = differences::of(visits, &scripts);
    findings.extend(differences.findings);
    findings.sort_by(|a, b| (&a.code, &a.message).cmp(&(&b.code, &b.message)));
    findings.dedup();
    let tried = told(visits, &scripts).into_iter().chain(differences.told).collect();
    let reasons: Vec<_> = open
        .iter()
        .cloned()
        .chain(differences.open)
        .chain(unseen(visits, &scripts))
        .chain(unattributed(visits))
        .collect();
    Step::tried(NAME, CLAIM, tried, findings).unless_proved((!reasons.is_empty()).then(|| reasons.join("; ")))
}

/// What was done, in one sentence for each browser and build.
fn told(visits: &[Visit], scripts: &Scripts) -> Vec<String> {
    let kinds: BTreeSet<_> = visits
        .iter()
        .map(|visit| (&visit.recording.browser.name, visit.build))
        .collect();
    let sentence = |(browser, build): (&String, Build)| {
        let own = visits
            .iter()
            .filter(|visit| visit.recording.browser.name == *browser && visit.build == build);
        let own: Vec<_> = own.collect();
        let pages: usize = own.iter().map(|visit| visit.pages.len()).sum();
        let all: usize = own.iter().map(|visit| visit.all(Witness::DevTools).count()).sum();
        let asked = own
            .iter()
            .flat_map(|visit| visit.all(Witness::DevTools).map(move |request| (visit, request)));
        let asked = asked
            .filter(|(visit, request)| scripts.asked_for(request, visit))
            .count();
        let asked = if tells_scripts(&own) {
            asked.to_string()
        } else {
            "it does not say how many".to_owned()
        };
        let without = match build {
            Build::AsDeployed => "",
            Build::WithoutShelfwise => " with the scripts of Shelfwise refused",
        };
        format!(
            "{browser}: {} visits{without} opened {pages} pages: {all} requests, {asked} of them by Shelfwise",
            own.len()
        )
    };
    kinds.into_iter().map(sentence).collect()
}

/// Whether the browser says which script asks.
fn tells_scripts(visits: &[&Visit]) -> bool {
    let mut requests = visits.iter().flat_map(|visit| visit.all(Witness::DevTools));
    requests.any(|request| {
        request
            .initiator
            .as_ref()
            .is_some_and(|initiator| !initiator.stack.is_empty())
    })
}

/// Where no browser says which script asks, nobody knows what Shelfwise asks for.
fn unattributed(visits: &[Visit]) -> Option<String> {
    let deployed: Vec<_> = visits.iter().filter(|visit| visit.build == Build::AsDeployed).collect();
    let reason = "no browser that was driven says which script asks, so that requests were compared, and not held against \
                  the manifest: let Chromium open the pages too";
    (!tells_scripts(&deployed)).then(|| reason.to_owned())
}

/// Pages on which no script of Shelfwise ran prove nothing about it.
fn unseen(visits: &[Visit], scripts: &Scripts) -> Option<String> {
    let mut deployed = visits.iter().filter(|visit| visit.build == Build::AsDeployed);
    let is_seen = deployed.any(|visit| {
        visit
            .all(Witness::DevTools)
            .any(|request| scripts.is_one(request, visit))
    });
    let reason =
        "no script of Shelfwise was loaded by the pages that were opened: name pages that have it with --script";
    (!is_seen).then(|| reason.to_owned())
}

#[cfg(test)]
mod tests;
