//! What the headers of a reply make a browser, or a cache in front of it, do.

use super::exchange::{Inquiry, Reply};
use crate::report::Finding;

/// Headers whose value is another one in every reply, and which browsers neither keep nor send back: the time, and how servers
/// in front number requests for their own operators.
const VOLATILE: &[&str] = &[
    "date",
    "age",
    "cf-ray",
    "x-amz-cf-id",
    "x-amz-cf-pop",
    "x-served-by",
    "x-timer",
    "server-timing",
];
/// Headers that make a browser send something somewhere, or send more with every request.
const SENDING: &[&str] = &[
    "report-to",
    "reporting-endpoints",
    "nel",
    "content-security-policy-report-only",
    "accept-ch",
    "critical-ch",
    "link",
    "location",
    "refresh",
];
/// The policy of the engine's worker: `docs/headers.md`.
const WORKER_POLICY: &str = "default-src 'none'; script-src 'wasm-unsafe-eval'";
/// The longest time in seconds for which an answer that depends on its address alone may be kept.
const MOST_AGE_S: u64 = 60;

/// Returns the headers that should be equal where the question is.
pub fn stable(reply: &Reply) -> Vec<(&str, &str)> {
    let headers = reply
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let mut stable: Vec<_> = headers.filter(|(name, _)| !VOLATILE.contains(name)).collect();
    stable.sort_unstable();
    stable
}

/// Judges the headers of a reply.
pub fn judge(inquiry: &Inquiry, reply: &Reply) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |code: &str, what: String, advice: &str| {
        let what = format!("{}: {what}", inquiry.route());
        findings.push(Finding::new(code, what, advice));
    };
    let cookie = reply.header("set-cookie");
    if !cookie.is_empty() {
        let name = cookie.split('=').next().unwrap_or_default();
        let advice = "Take the cookie out of answers of the edge: of the worker, or of what stands in front of it.";
        find("edge.cookie", format!("the answer sets the cookie `{name}`"), advice);
    }
    for name in SENDING {
        let value = reply.header(name);
        if !value.is_empty() {
            let advice = "Take the header out: it makes browsers send what the manifest does not declare.";
            find(
                "edge.sends",
                format!("the answer has the header {name}: {value}"),
                advice,
            );
        }
    }
    if let Some(needed) = missing_cache_control(inquiry, reply) {
        let (own, advice) = (
            reply.header("cache-control"),
            "Let the worker's own Cache-Control pass as it is.",
        );
        find(
            "edge.cacheable",
            format!("Cache-Control is `{own}`, and must be {needed}"),
            advice,
        );
    }
    if inquiry.target == "/shelfwise/worker.js" && reply.status == 200 {
        let own = reply.header("content-security-policy");
        if own != WORKER_POLICY {
            let advice =
                "Serve worker.js with the policy that the worker sends: without it the engine can reach the network.";
            find(
                "edge.worker-open",
                format!("Content-Security-Policy is `{own}`"),
                advice,
            );
        }
    }
    findings
}

/// What the reply's Cache-Control should be, if it is not.
fn missing_cache_control(inquiry: &Inquiry, reply: &Reply) -> Option<&'static str> {
    let value = reply.header("cache-control").to_ascii_lowercase();
    let directives: Vec<_> = value.split(',').map(str::trim).collect();
    let has = |name: &str| directives.contains(&name);
    if has("no-store") {
        return None;
    }
    let path = inquiry.path();
    let is_file = path.starts_with("/shelfwise/") && reply.status < 400;
    if is_file {
        return None;
    }
    if path != "/v1/recommend" || reply.status != 200 {
        return Some("`no-store`: the answer is for its sender alone");
    }
    if inquiry.target.contains("cell=") {
        let age = directives.iter().find_map(|own| own.strip_prefix("max-age="));
        let is_short = age
            .and_then(|age| age.parse::<u64>().ok())
            .is_some_and(|age| age <= MOST_AGE_S);
        return (!is_short).then_some("`max-age` of at most 60");
    }
    (!has("private")).then_some("`private`: the answer depends on headers of the request")
}
