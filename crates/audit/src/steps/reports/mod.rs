//! `reports`: each visit sends at most one randomized report, of one size, and only where everybody wants that.

mod cases;

use std::collections::BTreeSet;

use serde_json::json;
use shelfwise_core::Policy;
use shelfwise_core::allocation::tag::letters;

use super::trials::{self, Judged};
use crate::lab::{ASKING, MARK, PAGE, Page, Plan, REPORT_PATH, Trial, Visit, act};
use crate::observed::{Request, SentReport, Witness};
use crate::report::Step;

use self::cases::{Case, cases};

const NAME: &str = "reports";
const CLAIM: &str = "A visit sends at most one randomized report: to the shop's own address, about a question of the policy, of one size, with \
                     noise; and none where shop, shopper, signals or consent do not want it.";

/// The plan: all cases on one page, one after the other.
#[must_use]
pub fn plan() -> Plan {
    let numbered = cases().into_iter().enumerate();
    let acts = numbered.flat_map(|(number, case)| {
        let mut acts = vec![act("mark", [json!(format!("case-{number}"))])];
        acts.extend(case.acts);
        acts
    });
    Plan {
        name: NAME.to_owned(),
        pages: vec![Page::new(PAGE, acts.chain([act("mark", [json!("end")])]).collect())],
    }
}

/// Runs the step.
#[must_use]
pub fn step(trials: &[Trial<Visit>], subject: &str) -> Step {
    trials::step(NAME, CLAIM, subject, trials, judge)
}

fn judge(visit: &Visit) -> Judged {
    let mut judged = Judged::default();
    let parts = parts(visit);
    let cases = cases();
    let sent: usize = parts.iter().map(Vec::len).sum();
    judged.tried.push(format!(
        "{} kinds of visits, {} of which may report; {sent} reports at the proxy",
        cases.len(),
        cases.iter().filter(|case| case.reports > 0).count()
    ));
    if parts.len() != cases.len() || !visit.thrown().is_empty() {
        judged
            .blind
            .push(format!("the plan broke off: {}", visit.thrown().join("; ")));
        return judged;
    }
    for (case, requests) in cases.iter().zip(&parts) {
        count(&mut judged, case, requests.len());
        noise(&mut judged, case, requests);
    }
    let all: Vec<&Request> = parts.into_iter().flatten().collect();
    sizes(&mut judged, &all);
    all.iter().for_each(|request| look(&mut judged, request));
    judged
}

/// The requests with a method of their own, or to the address of reports, as the proxy saw them: case by case.
fn parts(visit: &Visit) -> Vec<Vec<&Request>> {
    let mut parts: Vec<Vec<&Request>> = Vec::new();
    for request in visit.requests.iter().filter(|request| request.witness == Witness::Sink) {
        match request.url.split_once(MARK) {
            Some((_, "end")) => break,
            Some(_) => parts.push(Vec::new()),
            None if request.method != "GET" || request.url.contains(REPORT_PATH) => {
                if let Some(part) = parts.last_mut().filter(|_| request.is_of_page()) {
                    part.push(request);
                }
            }
            None => {}
        }
    }
    parts
}

fn count(judged: &mut Judged, case: &Case, sent: usize) {
    let Case { name, reports, .. } = case;
    if sent > *reports && *reports == 0 {
        let what = format!("{name} sends {sent} reports");
        judged.find(
            "reports.unasked",
            what,
            "Ask mode, signals and consent before each report.",
        );
    } else if sent > *reports {
        let what = format!("{name}: {sent} reports where {reports} may be");
        judged.find(
            "reports.twice",
            what,
            "Keep with the visit that it has reported, before anything is sent: two reports give away twice as much.",
        );
    } else if sent < *reports {
        judged.blind.push(format!(
            "{name}: {sent} of {reports} reports came, so that not all could show"
        ));
    }
}

/// Visits with one answer must not all say the same.
fn noise(judged: &mut Judged, case: &Case, requests: &[&Request]) {
    let said: Vec<_> = requests
        .iter()
        .filter_map(|request| Some(read(request)?.bits))
        .collect();
    if case.reports > 1 && said.len() > 1 && said.iter().collect::<BTreeSet<_>>().len() == 1 {
        let what = format!("{} reports of {} all say the same", said.len(), case.name);
        judged.find(
            "reports.no-noise",
            what,
            "Randomize each report on the device, by the odds of the policy.",
        );
    }
}

fn sizes(judged: &mut Judged, all: &[&Request]) {
    let size = |request: &Request| {
        let headers = request.headers.iter().filter(|header| header.name != "host");
        let headers: usize = headers.map(|header| header.name.len() + header.value.len()).sum();
        (request.url.len(), headers, request.body.as_ref().map_or(0, Vec::len))
    };
    let sizes: BTreeSet<_> = all.iter().map(|request| size(request)).collect();
    if sizes.len() > 1 {
        let what = format!(
            "reports to one question have {} sizes (address, headers, body): {sizes:?}",
            sizes.len()
        );
        judged.find(
            "reports.size",
            what,
            "Give all answers to a question the same length: a size is not randomized.",
        );
    }
}

/// One request: its place, and what it says beside the answer.
fn look(judged: &mut Judged, request: &Request) {
    let marks = ["cookie", "authorization", "referer"];
    if let Some(header) = request.headers.iter().find(|header| marks.contains(&&*header.name)) {
        let what = format!("a report is sent with the header {}", header.name);
        judged.find(
            "reports.marked",
            what,
            "Send reports without credentials and without a referrer.",
        );
    }
    if request.method != "POST" || !request.url.ends_with(REPORT_PATH) {
        let what = format!("a report goes to {} by {}", request.url, request.method);
        judged.find(
            "reports.address",
            what,
            "Send reports by POST to the shop's address, as it is.",
        );
    }
    match read(request) {
        Some(report) if asked().contains(&report.question) => {}
        Some(report) => {
            let what = format!("a report is about `{}`, which the policy does not ask", report.question);
            judged.find(
                "reports.question",
                what,
                "Answer the questions of the signed policy alone.",
            );
        }
        None => {
            let said = request.body.as_deref().unwrap_or_default();
            let what = format!("a report says {:?}, which is none", String::from_utf8_lossy(said));
            judged.find("reports.form", what, "Send the engine's text, and nothing with it.");
        }
    }
}

fn read(request: &Request) -> Option<SentReport> {
    SentReport::read(request.body.as_deref()?)
}

/// The questions of the laboratory's policy, as reports name them.
fn asked() -> Vec<String> {
    let policy = Policy::decode(ASKING).unwrap_or_default();
    let name = |question: &shelfwise_core::report::Question| {
        let experiment = question.experiment_in(&policy.allocation)?;
        Some(format!("{}_{}", experiment.id, letters(experiment.version)))
    };
    policy.questions.iter().filter_map(name).collect()
}

#[cfg(test)]
mod tests;
