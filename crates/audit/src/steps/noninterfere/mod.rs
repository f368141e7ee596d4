//! `noninterfere`: different shoppers on the same pages cannot be told apart from outside.

mod plan;
mod trace;

use std::collections::{BTreeMap, BTreeSet};

use super::Effort;
use super::trials::{self, Judged};
use crate::lab::{Declared, Trial, Visit, shoppers};
use crate::report::Step;

use self::trace::Trace;

pub use self::plan::{Setting, plans, settings};

const NAME: &str = "noninterfere";
const CLAIM: &str = "Different shoppers on the same pages cause the same requests, sizes, headers, keys and links, and get the same ids.";
/// Differences that are named for each pair.
const MOST_NAMED: usize = 3;

/// The visits of all shoppers, by the setting that they were made in.
pub type Visits = Vec<(Setting, Vec<Visit>)>;

/// Runs the step.
pub fn step(trials: &[Trial<Visits>], subject: &str, declared: &Declared) -> Step {
    trials::step(NAME, CLAIM, subject, trials, |visits| judge(visits, declared))
}

fn judge(visits: &Visits, declared: &Declared) -> Judged {
    let mut judged = Judged::default();
    let (mut pairs, mut requests) = (0, 0);
    let mut witnesses = BTreeSet::new();
    for (setting, visits) in visits {
        let own: Vec<_> = declared.of_mode(&setting.mode).collect();
        let traces: Vec<_> = visits.iter().map(|visit| Trace::of(visit, &own)).collect();
        pairs += traces.len() * traces.len().saturating_sub(1) / 2;
        requests += traces.iter().map(|trace| trace.requests).sum::<usize>();
        witnesses.extend(
            visits
                .iter()
                .flat_map(|visit| visit.requests.iter().map(|request| request.witness)),
        );
        compare(&mut judged, setting, &traces);
        blind(&mut judged, setting, visits);
    }
    let settings: Vec<_> = visits
        .iter()
        .map(|(setting, visits)| format!("{} ({} shoppers)", setting.words(), visits.len()))
        .collect();
    let witnesses: Vec<_> = witnesses.iter().map(|witness| witness.words()).collect();
    judged.tried.push(format!(
        "{pairs} pairs of different shoppers with the same pages, {requests} requests as {} saw them: {}",
        witnesses.join(" and "),
        settings.join(", ")
    ));
    judged
}

/// Compares each shopper with the first one; of what is kept the bytes too where both did as much.
fn compare(judged: &mut Judged, setting: &Setting, traces: &[Trace]) {
    let alike: BTreeSet<_> = shoppers()
        .into_iter()
        .filter(|shopper| shopper.is_alike)
        .map(|shopper| shopper.name)
        .collect();
    let Some(first) = traces.first() else { return };
    let mut sizes = BTreeMap::new();
    for trace in traces {
        for (code, what) in first.differences(trace).into_iter().take(MOST_NAMED) {
            let what = format!(
                "in {}, {} and {} differ: {what}",
                setting.words(),
                first.name,
                trace.name
            );
            judged.find(code, what, advice(code));
        }
        if alike.contains(&trace.name) {
            sizes.entry(trace.kept.clone()).or_insert(&trace.name);
        }
    }
    if sizes.len() > 1 {
        let what = format!(
            "in {}, shoppers who did as much as each other have other sizes in storage: {:?}",
            setting.words(),
            sizes.keys().take(2).collect::<Vec<_>>()
        );
        judged.find("noninterfere.storage", what, advice("noninterfere.storage"));
    }
}

fn advice(code: &str) -> &'static str {
    match code {
        "noninterfere.requests" => {
            "What is asked for, and when, must not depend on events. Lists and content need strict rendering."
        }
        "noninterfere.outputs" => {
            "Ids and messages go to the shop's analytics: they must be made of model and counters alone."
        }
        _ => "What pages keep and link to must not depend on events.",
    }
}

/// Why nothing could have been found in this setting.
fn blind(judged: &mut Judged, setting: &Setting, visits: &[Visit]) {
    let broken: Vec<_> = visits
        .iter()
        .filter(|visit| !visit.thrown().is_empty() || visit.pages.len() < 2)
        .collect();
    if let Some(visit) = broken.first() {
        let why = visit
            .thrown()
            .into_iter()
            .next()
            .unwrap_or_else(|| "a page is missing".to_owned());
        judged.blind.push(format!(
            "{}: {} of {} visits broke off, {}: {why}",
            setting.words(),
            broken.len(),
            visits.len(),
            visit.name
        ));
    }
    let choices: BTreeSet<_> = visits.iter().map(trace::choices).collect();
    if setting.reads_events() && visits.len() > 1 && choices.len() < 2 {
        judged.blind.push(format!(
            "{}: all shoppers were shown the same content, so that no difference could show",
            setting.words()
        ));
    }
    let orders: BTreeSet<_> = visits.iter().map(trace::orders).collect();
    if setting.reads_events() && visits.len() > 1 && orders.len() < 2 {
        judged.blind.push(format!(
            "{}: the lists of all shoppers had the same order, so that no difference could show",
            setting.words()
        ));
    }
}

#[cfg(test)]
mod tests;
