//! Events of BiDi: requests, and how they were answered.

use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use shelfwise_audit::observed::{Header, Initiator, Request, RequestKind, Witness};

use crate::address::leaves;
use crate::rpc::Event;

/// Takes an event.
pub fn take(requests: &Mutex<Vec<Request>>, event: &Event) {
    let mut requests = requests.lock().unwrap_or_else(PoisonError::into_inner);
    match event.method.as_str() {
        "network.beforeRequestSent" => requests.extend(request(&event.params)),
        "network.responseCompleted" => {
            let url = event.params["request"]["url"].as_str().unwrap_or_default();
            let status = event.params["response"]["status"]
                .as_u64()
                .and_then(|status| u16::try_from(status).ok());
            // The last one of this URL that has no answer yet.
            if let Some(open) = requests
                .iter_mut()
                .rev()
                .find(|own| own.url == url && own.status.is_none())
            {
                open.status = status;
            }
        }
        _ => {}
    }
}

/// A request, if anything leaves for it. One of no page is the browser's own.
fn request(params: &Value) -> Option<Request> {
    let asked = &params["request"];
    let url = asked["url"].as_str()?;
    if !leaves(url) {
        return None;
    }
    let kind = if url.starts_with("ws") {
        RequestKind::WebSocket
    } else {
        RequestKind::Http
    };
    Some(Request {
        at_ms: params["timestamp"].as_u64().unwrap_or_default(),
        headers: headers(&asked["headers"]),
        initiator: Some(initiator(params)),
        destination: asked["destination"]
            .as_str()
            .filter(|what| !what.is_empty())
            .map(str::to_owned),
        own_traffic: params["context"]
            .is_null()
            .then(|| "of no page".to_owned())
            .filter(|_| is_mozillas(url)),
        ..Request::new(
            Witness::DevTools,
            kind,
            asked["method"].as_str().unwrap_or_default(),
            url,
        )
    })
}

/// Workers have no context either, so the host decides.
fn is_mozillas(url: &str) -> bool {
    let request = Request::new(Witness::DevTools, RequestKind::Http, "GET", url);
    crate::own_traffic::of_firefox(request.host()).is_some()
}

fn headers(value: &Value) -> Vec<Header> {
    let headers = value.as_array().into_iter().flatten();
    let header = |header: &Value| {
        Some(Header {
            name: header["name"].as_str()?.to_ascii_lowercase(),
            value: header["value"]["value"].as_str().unwrap_or_default().to_owned(),
        })
    };
    headers.filter_map(header).collect()
}

fn initiator(params: &Value) -> Initiator {
    let kind = params["request"]["initiatorType"]
        .as_str()
        .or(params["initiator"]["type"].as_str());
    let frames = params["initiator"]["stackTrace"]["callFrames"]
        .as_array()
        .into_iter()
        .flatten();
    let mut stack: Vec<_> = frames
        .filter_map(|frame| frame["url"].as_str())
        .map(str::to_owned)
        .collect();
    stack.dedup();
    Initiator {
        kind: kind.unwrap_or_default().to_owned(),
        stack,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event(method: &str, params: Value) -> Event {
        Event {
            method: method.to_owned(),
            params,
            session: None,
        }
    }

    #[test]
    fn answer_belongs_to_the_last_request_of_its_url() {
        let all = Mutex::new(Vec::new());
        let asked = json!({ "request": { "url": "http://s/a", "method": "GET", "headers": [
            { "name": "Cookie", "value": { "type": "string", "value": "a" } }] }, "timestamp": 7, "context": "1" });
        take(&all, &event("network.beforeRequestSent", asked.clone()));
        take(
            &all,
            &event("network.beforeRequestSent", json!({ "request": { "url": "data:,x" } })),
        );
        take(
            &all,
            &event(
                "network.responseCompleted",
                json!({ "request": asked["request"], "response": { "status": 403 } }),
            ),
        );
        let all = all.into_inner().unwrap();
        assert_eq!(
            (all.len(), all[0].status, all[0].header("cookie"), all[0].at_ms),
            (1, Some(403), Some("a"), 7)
        );
    }

    #[test]
    fn request_of_a_worker_is_not_the_browsers_own() {
        let of = |url: &str| request(&json!({ "request": { "url": url, "method": "GET" }, "context": null })).unwrap();
        assert_eq!(of("http://collector.example/").own_traffic, None);
        assert!(of("https://x.services.mozilla.com/").own_traffic.is_some());
    }
}
