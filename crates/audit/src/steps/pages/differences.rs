//! The same last page for shoppers with different pasts: what it asks for must not tell them apart.

use std::collections::{BTreeMap, BTreeSet};

use super::whose::Scripts;
use crate::observed::{Build, Request, RequestKind, Visit, Witness};
use crate::report::Finding;

const ADVICE: &str =
    "Ask for the same files whatever the shopper did: what a page asks for is seen by every server that it asks.";
const ADVICE_IMAGES: &str = "Let shelf.js draw the list, which loads the images of every candidate first, or load them without \
    loading=\"lazy\".";

/// What was found by comparison.
#[derive(Default)]
pub struct Differences {
    pub findings: Vec<Finding>,
    /// What was compared, or is the shop's own, in sentences.
    pub told: Vec<String>,
    /// What could not be proved.
    pub open: Vec<String>,
}

/// What a request tells: method, address and body.
type Telling = (String, String, Option<Vec<u8>>);
/// Requests by what they tell, each with the visit that made it.
type Told<'v> = BTreeMap<Telling, (&'v Visit, &'v Request)>;

/// Compares the visits of each browser.
pub fn of(visits: &[Visit], scripts: &Scripts) -> Differences {
    let mut found = Differences::default();
    let browsers: BTreeSet<_> = visits.iter().map(|visit| &visit.recording.browser.name).collect();
    for browser in browsers {
        let own = |build| {
            let own = visits.iter().filter(move |visit| visit.build == build);
            own.filter(|visit| visit.recording.browser.name == *browser)
                .collect::<Vec<_>>()
        };
        let control = differing(&own(Build::WithoutShelfwise));
        match differing(&own(Build::AsDeployed)) {
            None => found
                .open
                .push(format!("{browser}: no two shoppers opened the same last page")),
            Some(differing) => judge(browser, differing, control, scripts, &mut found),
        }
    }
    found
}

/// Requests of the last page that one shopper's browser made and another's did not, with the visit that made it; none if
/// there are no two shoppers. What differs between two visits of one shopper is chance, and left out.
fn differing<'v>(visits: &[&'v Visit]) -> Option<Told<'v>> {
    let shoppers: BTreeSet<_> = visits.iter().map(|visit| &visit.shopper).collect();
    if shoppers.len() < 2 {
        return None;
    }
    let mut by_shopper: BTreeMap<&str, Vec<Told<'_>>> = BTreeMap::new();
    for visit in visits {
        by_shopper.entry(&visit.shopper).or_default().push(tellings(visit));
    }
    let chance = by_shopper
        .values()
        .flat_map(|visits| by_chance(visits))
        .collect::<BTreeSet<_>>();
    let firsts: Vec<_> = by_shopper.values().filter_map(|visits| visits.first()).collect();
    let mut differing = BTreeMap::new();
    for (telling, by) in firsts.iter().flat_map(|visit| visit.iter()) {
        let is_everywhere = firsts.iter().all(|visit| visit.contains_key(telling));
        if !is_everywhere && !chance.contains(telling) {
            differing.insert(telling.clone(), *by);
        }
    }
    Some(differing)
}

fn by_chance<'v>(visits: &'v [Told<'_>]) -> impl Iterator<Item = Telling> + 'v {
    let all = visits.iter().flat_map(|visit| visit.keys());
    all.filter(|telling| !visits.iter().all(|visit| visit.contains_key(*telling)))
        .cloned()
}

/// What the last page asked for, by the browser's own report, or else as the sink saw it: the sink sees no request inside
/// of a tunnel, and the report of Firefox has no bodies.
fn tellings(visit: &Visit) -> Told<'_> {
    let mut all = BTreeMap::new();
    for witness in [Witness::NetLog, Witness::Sink, Witness::DevTools] {
        for request in visit
            .last(witness)
            .filter(|request| request.kind != RequestKind::Tunnel)
        {
            let body = request.body.clone().or_else(|| body(visit, request));
            // The last witness is the one that knows who asked.
            all.insert(
                (request.method.clone(), neutral(&request.url, visit), body),
                (visit, request),
            );
        }
    }
    all
}

/// The body that the sink saw of a request that another witness saw without.
fn body(visit: &Visit, of: &Request) -> Option<Vec<u8>> {
    let mut same = visit
        .last(Witness::Sink)
        .filter(|own| own.url == of.url && own.method == of.method);
    same.next()?.body.clone()
}

/// Each visit of a folder has a port of its own.
fn neutral(url: &str, visit: &Visit) -> String {
    url.strip_prefix(&visit.recording.origin)
        .map_or_else(|| url.to_owned(), |rest| format!("{{origin}}{rest}"))
}

fn judge(browser: &str, differing: Told<'_>, control: Option<Told<'_>>, scripts: &Scripts, found: &mut Differences) {
    let count = differing.len();
    found.told.push(match count {
        0 => format!("{browser}: the last page asked for the same, whatever was done before"),
        _ => format!("{browser}: {count} requests of the last page depend on the shopper"),
    });
    for (telling, (visit, request)) in differing {
        let url = &request.url;
        if scripts.asked_for(request, visit) {
            let what = format!("a script of Shelfwise asks for {url} for one shopper and not for another ({browser})");
            found
                .findings
                .push(Finding::new("pages.depends-on-visit", what, ADVICE));
            continue;
        }
        match &control {
            Some(control) if control.contains_key(&telling) => {
                found.told.push(format!(
                    "{browser}: {url} depends on the shopper without Shelfwise too, so it is the shop's own"
                ));
            }
            Some(_) => {
                let what = format!(
                    "the page asks for {url} for one shopper and not for another, and does so only with Shelfwise ({browser})"
                );
                found
                    .findings
                    .push(Finding::new("pages.rendering-depends-on-visit", what, ADVICE_IMAGES));
            }
            None => {
                let whose = if scripts.is_mixed(request, visit) {
                    "shop and Shelfwise share the script that asks"
                } else {
                    "the page without Shelfwise was not visited"
                };
                found.open.push(format!(
                    "{browser}: {url} depends on the shopper, and whose doing it is cannot be told: {whose}"
                ));
            }
        }
    }
}
