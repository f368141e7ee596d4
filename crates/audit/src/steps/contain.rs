//! `contain`: nothing gets out of the engine's worker, whatever runs in it.

use serde_json::json;

use super::trials::{self, Judged};
use crate::lab::{Page, Plan, SINK, Trial, act};
use crate::observed::{Request, RequestKind, Witness};
use crate::report::Step;

const NAME: &str = "contain";
const CLAIM: &str = "None of ten ways out leads out of the engine's worker, whatever script runs in it.";
/// What is not known of the shop's server.
const ASSUMED: &str = "the worker's script was served with the header of docs/headers.md: whether your server sends it is seen with \
                       `shelf.status.isolation` on your page";
/// The ways, as `exits.js` names them.
pub const EXITS: &[&str] = &[
    "fetch",
    "xhr",
    "websocket",
    "eventsource",
    "importscripts",
    "import",
    "worker",
    "font",
    "cache",
    "webtransport",
];
/// The one that comes as a tunnel, because the sink is a proxy.
const BY_TUNNEL: &str = "websocket";
/// The one that is seen as a packet of UDP.
const BY_UDP: &str = "webtransport";

/// What became of the ways out in one worker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attempt {
    /// The ways that the worker says it has tried.
    pub tried: Vec<String>,
    /// Those that the server received.
    pub reached: Vec<String>,
    /// Where the engine runs, as its handle says.
    pub isolation: String,
}

/// The worker as it is served, and the same without its header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contained {
    /// With the documented header.
    pub closed: Attempt,
    /// Without it: the control.
    pub open: Attempt,
}

/// The one plan: the package starts its worker, in whose script the ways stand behind its own.
pub fn plan() -> Plan {
    let acts = vec![act(
        "exits",
        [json!({ "snapshot": "/lab/model.swm", "mode": "session" })],
    )];
    Plan {
        name: NAME.to_owned(),
        pages: vec![Page::new(crate::lab::PAGE, acts)],
    }
}

/// Names the ways by which something arrived: requests at the sink, where a web socket is a tunnel, and packets.
pub fn reached(requests: &[Request], packets: usize) -> Vec<String> {
    let arrived = requests
        .iter()
        .filter(|request| request.witness == Witness::Sink && request.own_traffic.is_none());
    let is = |request: &Request, exit: &str| match request.kind {
        RequestKind::Tunnel => exit == BY_TUNNEL,
        _ => request.url.contains(&format!("{SINK}{exit}")),
    };
    let at_sink = |exit: &&&str| arrived.clone().any(|request| is(request, exit));
    let by_request = EXITS.iter().filter(at_sink);
    let by_packet = (packets > 0).then_some(&BY_UDP);
    let mut all: Vec<_> = by_request.chain(by_packet).map(|exit| (*exit).to_owned()).collect();
    all.dedup();
    all
}

/// Runs the step.
pub fn step(trials: &[Trial<Contained>], subject: &str) -> Step {
    trials::step(NAME, CLAIM, &format!("{subject}; {ASSUMED}"), trials, judge)
}

fn judge(seen: &Contained) -> Judged {
    let mut judged = Judged::default();
    let Contained { closed, open } = seen;
    judged.tried.push(format!(
        "{} ways out were tried in the worker, {} led out; without the header {} of {} do",
        closed.tried.len(),
        closed.reached.len(),
        open.reached.len(),
        EXITS.len()
    ));
    for exit in &closed.reached {
        let what = format!("`{exit}` leads out of the engine's worker");
        judged.find(
            "contain.reached",
            what,
            "Start the worker from its own address, and serve it with the documented header.",
        );
    }
    if closed.tried.len() < EXITS.len() && closed.reached.is_empty() {
        let what = format!(
            "the engine does not run in the worker that worker.js is: of {} ways that stand in it {} were tried",
            EXITS.len(),
            closed.tried.len()
        );
        judged.find(
            "contain.no-worker",
            what,
            "The engine has to run in a worker that is started from its own address.",
        );
    }
    if closed.reached.is_empty() != (closed.isolation == "worker") || open.isolation == "worker" {
        let what = format!(
            "status.isolation says `{}` with the header and `{}` without it: it does not say how the worker is",
            closed.isolation, open.isolation
        );
        judged.find(
            "contain.isolation",
            what,
            "The worker has to try its own policy, and to tell what it found.",
        );
    }
    let missing: Vec<_> = EXITS
        .iter()
        .filter(|exit| !open.reached.iter().any(|reached| reached == *exit))
        .collect();
    if !missing.is_empty() {
        judged.blind.push(format!(
            "without the header {missing:?} did not lead out either: that they do not with it proves nothing"
        ));
    }
    judged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Outcome;

    fn all() -> Vec<String> {
        EXITS.iter().map(|exit| (*exit).to_owned()).collect()
    }

    fn honest() -> Contained {
        Contained {
            closed: Attempt {
                tried: all(),
                reached: vec![],
                isolation: "worker".to_owned(),
            },
            open: Attempt {
                tried: all(),
                reached: all(),
                isolation: "worker-uncontained".to_owned(),
            },
        }
    }

    fn ended(seen: Contained) -> (Outcome, Vec<String>) {
        let step = step(
            &[Trial {
                browser: "Chromium".to_owned(),
                seen: Ok(seen),
            }],
            "the package",
        );
        (
            step.outcome,
            step.findings.into_iter().map(|finding| finding.code).collect(),
        )
    }

    #[test]
    fn a_contained_worker_passes() {
        assert_eq!(ended(honest()), (Outcome::Passed, vec![]));
    }

    #[test]
    fn one_way_out_fails() {
        let mut seen = honest();
        seen.closed.reached = vec!["fetch".to_owned()];
        seen.closed.isolation = "worker-uncontained".to_owned();
        assert_eq!(ended(seen), (Outcome::Failed, vec!["contain.reached".to_owned()]));
    }

    #[test]
    fn an_engine_elsewhere_and_a_status_that_is_not_so_fail() {
        let mut seen = honest();
        seen.closed.tried.clear();
        seen.closed.isolation = "inline".to_owned();
        assert_eq!(
            ended(seen),
            (
                Outcome::Failed,
                vec!["contain.no-worker".to_owned(), "contain.isolation".to_owned()]
            )
        );
        let mut seen = honest();
        seen.open.isolation = "worker".to_owned();
        assert_eq!(ended(seen), (Outcome::Failed, vec!["contain.isolation".to_owned()]));
    }

    #[test]
    fn a_control_that_reaches_nothing_proves_nothing() {
        let mut seen = honest();
        seen.open.reached.pop();
        assert_eq!(ended(seen).0, Outcome::NotProved);
    }

    #[test]
    fn ways_are_read_off_requests_and_packets() {
        let request = |url: &str| Request::new(Witness::Sink, RequestKind::Http, "GET", url);
        let requests = [
            request("http://h/sink/fetch?secret"),
            request("http://h/lab/"),
            request("http://h/sink/font"),
        ];
        assert_eq!(reached(&requests, 2), ["fetch", "font", "webtransport"]);
        let tunnel = Request::new(Witness::Sink, RequestKind::Tunnel, "CONNECT", "127.0.0.1:9");
        let blocked = Request {
            witness: Witness::DevTools,
            ..request("http://h/sink/xhr")
        };
        assert_eq!(reached(&[tunnel, blocked], 0), ["websocket"]);
        assert_eq!(reached(&[], 0), [""; 0]);
    }

    #[test]
    fn every_way_stands_in_the_script() {
        let script = include_str!("../lab/exits.js");
        for exit in EXITS {
            assert!(script.contains(&format!("\n    {exit}: () =>")), "{exit}");
        }
    }
}
