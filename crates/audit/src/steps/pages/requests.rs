//! Requests by scripts of Shelfwise, against what is declared.

use super::artefacts::Artefacts;
use super::whose::{Scripts, path};
use crate::observed::{Request, SentReport, Visit, Witness};
use crate::report::Finding;

const ADVICE: &str = "Find in the script what asks for it: declared requests stand in `egress` of dataflow.json.";

/// Returns a finding for each request that is not declared.
pub fn undeclared<'a>(
    visit: &'a Visit,
    scripts: &'a Scripts,
    artefacts: &'a Artefacts,
) -> impl Iterator<Item = Finding> + 'a {
    let own = visit
        .all(Witness::DevTools)
        .filter(|request| scripts.asked_for(request, visit));
    own.filter_map(|request| Some(finding(request, visit, why(request, visit, artefacts)?)))
}

/// Why a request is none of the declared ones: files of Shelfwise, and images that are loaded before a list is ordered.
fn why(request: &Request, visit: &Visit, artefacts: &Artefacts) -> Option<String> {
    if request.method == "POST"
        && path(&request.url, &visit.recording.origin).is_some()
        && request.body.as_deref().and_then(SentReport::read).is_some()
    {
        // The visit's randomized report, at the address that the shop has set; the step `reports` tries how often it is sent.
        return None;
    }
    if request.method != "GET" {
        return Some(format!("with the method {}", request.method));
    }
    if request.body.as_ref().is_some_and(|body| !body.is_empty()) {
        return Some("with a body".to_owned());
    }
    if request.destination.as_deref() == Some("image") {
        // Candidates of a list, wherever the shop keeps its pictures: that all shoppers load the same is tried by difference.
        return None;
    }
    match path(&request.url, &visit.recording.origin) {
        None => Some("of another origin".to_owned()),
        Some(path) if !artefacts.has(&path) => {
            Some("which is no file of Shelfwise, no model, no rules and no release".to_owned())
        }
        Some(_) => None,
    }
}

fn finding(request: &Request, visit: &Visit, why: String) -> Finding {
    let browser = &visit.recording.browser.name;
    let what = format!("a script of Shelfwise asks for {}, {why} ({browser})", request.url);
    let by = request.initiator.as_ref().and_then(|initiator| initiator.stack.first());
    let file = by.and_then(|script| path(script, &visit.recording.origin));
    let finding = Finding::new("pages.undeclared-request", what, ADVICE);
    match file {
        Some(file) => finding.file(&file),
        None => finding,
    }
}
