//! Events of CDP: sessions, loads, requests.

use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use shelfwise_audit::observed::{Header, Initiator, Request, RequestKind, Witness};

use crate::address::leaves;
use crate::rpc::{Event, Wire};

/// What has been reported.
#[derive(Debug, Default)]
pub struct Events {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Sessions, by target.
    sessions: HashMap<String, String>,
    /// How often a document of the session was loaded.
    loads: HashMap<String, usize>,
    requests: Vec<Request>,
    /// Where a request stands in the list, by its id.
    by_id: HashMap<String, usize>,
}

impl Events {
    /// Takes an event; what has just appeared is told to report its own.
    pub fn take(&self, wire: &Wire, event: Event) {
        let Event {
            method,
            params,
            session,
        } = event;
        match method.as_str() {
            "Target.attachedToTarget" => self.attached(wire, &params),
            "Page.loadEventFired" => {
                *self.lock().loads.entry(session.unwrap_or_default()).or_default() += 1;
                self.changed.notify_all();
            }
            "Network.requestWillBeSent" => self.lock().request(&params),
            "Network.webSocketCreated" => self.lock().web_socket(&params),
            "Network.responseReceived" => {
                let status = params["response"]["status"]
                    .as_u64()
                    .and_then(|status| u16::try_from(status).ok());
                self.lock().answered(&params, status);
            }
            _ => {}
        }
    }

    /// Whatever appears is held until it reports requests, and lets what appears in it be held as well. Nothing is waited
    /// for: the commands of a session are carried out in their order, and some sessions know only a part of them.
    fn attached(&self, wire: &Wire, params: &Value) {
        let Some(session) = params["sessionId"].as_str() else {
            return;
        };
        let attach = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
        let nothing = json!({});
        for (method, params) in [
            ("Network.enable", &nothing),
            ("Page.enable", &nothing),
            ("Target.setAutoAttach", &attach),
            ("Runtime.runIfWaitingForDebugger", &nothing),
        ] {
            // A connection that is closed is noticed by whoever waits for an answer.
            let _ = wire.send(method, params, Some(session));
        }
        if let Some(target) = params["targetInfo"]["targetId"].as_str() {
            self.lock().sessions.insert(target.to_owned(), session.to_owned());
            self.changed.notify_all();
        }
    }

    /// The session of a target, once it is attached.
    pub fn session_of(&self, target: &str, limit: Duration) -> Result<String> {
        self.wait(
            limit,
            |state| state.sessions.get(target).cloned(),
            "the browser reports no session of its new tab",
        )
    }

    /// How often a document of the session was loaded.
    pub fn loads(&self, session: &str) -> usize {
        self.lock().loads.get(session).copied().unwrap_or_default()
    }

    /// Waits for one more load than there were.
    pub fn wait_for_load(&self, session: &str, before: usize, limit: Duration) -> Result<()> {
        let loaded = |state: &State| state.loads.get(session).filter(|loads| **loads > before).map(|_| ());
        self.wait(limit, loaded, "the page is not loaded in time")
    }

    fn wait<T>(&self, limit: Duration, look: impl Fn(&State) -> Option<T>, otherwise: &str) -> Result<T> {
        let start = Instant::now();
        let mut state = self.lock();
        loop {
            if let Some(found) = look(&state) {
                return Ok(found);
            }
            let Some(left) = limit.checked_sub(start.elapsed()) else {
                bail!("{otherwise}")
            };
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Requests until now.
    pub fn reported(&self) -> Vec<Request> {
        self.lock().requests.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn request(&mut self, params: &Value) {
        let asked = &params["request"];
        let url = asked["url"].as_str().unwrap_or_default();
        // Nothing leaves for what the page has inside.
        if !leaves(url) {
            return;
        }
        // A redirected request keeps its id; one that two sessions report has the same URL as well.
        let id = format!("{} {url}", params["requestId"].as_str().unwrap_or_default());
        if self.by_id.contains_key(&id) {
            return;
        }
        let request = Request {
            at_ms: milliseconds(params["wallTime"].as_f64()),
            headers: headers(&asked["headers"]),
            body: body(asked),
            initiator: Some(initiator(&params["initiator"])),
            destination: params["type"].as_str().map(str::to_ascii_lowercase),
            page: params["documentURL"].as_str().map(str::to_owned),
            ..Request::new(
                Witness::DevTools,
                RequestKind::Http,
                asked["method"].as_str().unwrap_or_default(),
                url,
            )
        };
        self.by_id.insert(id, self.requests.len());
        self.requests.push(request);
    }

    fn web_socket(&mut self, params: &Value) {
        let url = params["url"].as_str().unwrap_or_default();
        let id = format!("{} {url}", params["requestId"].as_str().unwrap_or_default());
        if self.by_id.contains_key(&id) {
            return;
        }
        let request = Request {
            at_ms: crate::sink::now_ms(),
            initiator: Some(initiator(&params["initiator"])),
            ..Request::new(Witness::DevTools, RequestKind::WebSocket, "GET", url)
        };
        self.by_id.insert(id, self.requests.len());
        self.requests.push(request);
    }

    fn answered(&mut self, params: &Value, status: Option<u16>) {
        let id = params["requestId"].as_str().unwrap_or_default();
        let url = params["response"]["url"].as_str().unwrap_or_default();
        let at = self.by_id.get(&format!("{id} {url}")).copied();
        if let Some(request) = at.and_then(|at| self.requests.get_mut(at)) {
            request.status = status;
        }
    }
}

/// Seconds since 1970 in milliseconds.
fn milliseconds(seconds: Option<f64>) -> u64 {
    // Times of this century fit.
    seconds.map_or(0, |seconds| (seconds * 1000.0) as u64)
}

fn headers(value: &Value) -> Vec<Header> {
    let headers = value.as_object().into_iter().flatten();
    let header = |(name, value): (&String, &Value)| Header {
        name: name.to_ascii_lowercase(),
        value: value.as_str().unwrap_or_default().to_owned(),
    };
    headers.map(header).collect()
}

/// Parts as base64 where the browser says them, else as text.
fn body(asked: &Value) -> Option<Vec<u8>> {
    let parts = asked["postDataEntries"].as_array().into_iter().flatten();
    let bytes: Vec<u8> = parts
        .filter_map(|part| STANDARD.decode(part["bytes"].as_str()?).ok())
        .flatten()
        .collect();
    let text = || asked["postData"].as_str().map(|text| text.as_bytes().to_vec());
    if bytes.is_empty() { text() } else { Some(bytes) }
}

/// Scripts from the innermost call outwards, also over what was waited for.
fn initiator(value: &Value) -> Initiator {
    let mut urls = Vec::new();
    let mut stack = &value["stack"];
    while stack.is_object() {
        let frames = stack["callFrames"].as_array().into_iter().flatten();
        urls.extend(
            frames
                .filter_map(|frame| frame["url"].as_str())
                .filter(|url| !url.is_empty())
                .map(str::to_owned),
        );
        stack = &stack["parent"];
    }
    if urls.is_empty() {
        urls.extend(value["url"].as_str().map(str::to_owned));
    }
    urls.dedup();
    Initiator {
        kind: value["type"].as_str().unwrap_or_default().to_owned(),
        stack: urls,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initiator_is_followed_over_what_was_waited_for() {
        let value = json!({ "type": "script", "stack": {
            "callFrames": [{ "url": "http://s/a.js" }, { "url": "http://s/a.js" }],
            "parent": { "callFrames": [{ "url": "http://s/b.js" }] } } });
        let found = initiator(&value);
        assert_eq!(
            (found.kind.as_str(), found.stack),
            ("script", vec!["http://s/a.js".into(), "http://s/b.js".into()])
        );
    }

    #[test]
    fn request_that_two_sessions_report_counts_once_and_a_redirect_twice() {
        let mut state = State::default();
        let event =
            |url: &str| json!({ "requestId": "7", "wallTime": 1.5, "request": { "url": url, "method": "GET" } });
        for url in ["http://s/a", "http://s/a", "http://s/b", "data:,x"] {
            state.request(&event(url));
        }
        assert_eq!(state.requests.len(), 2);
        assert_eq!(state.requests[0].at_ms, 1500);
    }

    #[test]
    fn body_is_every_part_of_it() {
        let asked = json!({ "postData": "?", "postDataEntries": [{ "bytes": "YQ==" }, { "bytes": "/w==" }] });
        assert_eq!(body(&asked), Some(vec![b'a', 0xff]));
        assert_eq!(body(&json!({ "postData": "text" })), Some(b"text".to_vec()));
        assert_eq!(body(&json!({})), None);
    }
}
