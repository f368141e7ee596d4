use std::cell::RefCell;

use anyhow::Result;
use serde_json::{Value, json};

use super::*;

const ITEMS: [&str; 4] = ["milk", "bread", "butter", "soap"];

/// An edge in memory, which puts the items of a visit first; and one thing that it does wrongly.
#[derive(Default)]
struct Fake {
    /// Changes a reply, given the request and everything that was asked before.
    leak: Option<fn(&Inquiry, &[Inquiry], &mut Reply)>,
    is_deaf: bool,
    asked: RefCell<Vec<Inquiry>>,
}

impl Edge for Fake {
    fn origin(&self) -> &str {
        "https://edge.example"
    }

    fn ask(&self, inquiry: &Inquiry) -> Result<Reply> {
        let mut reply = self.honest(inquiry);
        if let Some(leak) = self.leak {
            leak(inquiry, &self.asked.borrow(), &mut reply);
        }
        self.asked.borrow_mut().push(inquiry.clone());
        Ok(reply)
    }
}

impl Fake {
    fn leaking(leak: fn(&Inquiry, &[Inquiry], &mut Reply)) -> Self {
        Self {
            leak: Some(leak),
            ..Self::default()
        }
    }

    fn honest(&self, inquiry: &Inquiry) -> Reply {
        match inquiry.path() {
            "/healthz" => reply(200, "no-store", &json!({ "status": "ok", "snapshot_sha256": "ab" })),
            "/v1/recommend" if inquiry.target.contains("user=") => reply(400, "no-store", &json!({})),
            "/v1/recommend" if inquiry.target.contains("cell=") => reply(200, "public, max-age=60", &slate(ITEMS)),
            "/v1/recommend" => reply(200, "private, max-age=60", &slate(ITEMS)),
            "/v1/rerank" => self.rerank(inquiry),
            "/shelfwise/worker.js" => {
                let mut file = reply(200, "public, no-cache", &json!("worker"));
                let policy = "default-src 'none'; script-src 'wasm-unsafe-eval'";
                file.headers
                    .push(("content-security-policy".to_owned(), policy.to_owned()));
                file
            }
            _ => reply(404, "no-store", &json!({})),
        }
    }

    fn rerank(&self, inquiry: &Inquiry) -> Reply {
        let Ok(body) = serde_json::from_str::<Value>(inquiry.body.as_deref().unwrap_or_default()) else {
            return reply(400, "no-store", &json!({}));
        };
        let has_signal = inquiry
            .headers
            .iter()
            .any(|(name, _)| name == "sec-gpc" || name == "dnt");
        let texts = |name: &str| -> Vec<String> {
            let list = body[name].as_array().into_iter().flatten();
            list.filter_map(|text| text.as_str().map(str::to_owned)).collect()
        };
        let (mut items, recent) = (texts("items"), texts("recent"));
        if self.is_deaf || !has_signal {
            items.sort_by_key(|item| !recent.contains(item));
        }
        reply(200, "private, no-store", &slate(items))
    }
}

fn reply(status: u16, cache: &str, body: &Value) -> Reply {
    Reply {
        status,
        headers: vec![("cache-control".to_owned(), cache.to_owned())],
        body: body.to_string().into_bytes(),
    }
}

fn slate(items: impl IntoIterator<Item = impl Into<String>>) -> Value {
    let items = items.into_iter().map(|item| json!({ "item_id": item.into() }));
    json!({ "items": items.collect::<Vec<_>>() })
}

fn codes(edge: &Fake) -> Vec<String> {
    let step = step(edge, "salt");
    let mut codes: Vec<_> = step.findings.iter().map(|finding| finding.code.clone()).collect();
    codes.dedup();
    codes
}

#[test]
fn honest_edge_passes_and_is_asked_by_several_shoppers() {
    let edge = Fake::default();
    let step = step(&edge, "salt");
    assert_eq!(step.outcome, Outcome::Passed, "{step:#?}");
    assert!(step.tried[0].contains("3 made-up shoppers"), "{:?}", step.tried);
    assert!(edge.asked.borrow().len() > 80, "{}", edge.asked.borrow().len());
}

#[test]
fn edge_that_sets_a_cookie_or_numbers_its_answers_is_found() {
    let cookie = Fake::leaking(|_, _, reply| reply.headers.push(("set-cookie".to_owned(), "edge=1".to_owned())));
    assert_eq!(codes(&cookie), ["edge.cookie"]);
    let number = Fake::leaking(|_, asked, reply| {
        reply.headers.push(("x-request-id".to_owned(), asked.len().to_string()));
    });
    assert_eq!(codes(&number), ["edge.marks"]);
}

#[test]
fn edge_that_keeps_something_of_the_last_visit_is_found() {
    let remembers = Fake::leaking(|inquiry, asked, reply| {
        let is_visit = |own: &&Inquiry| own.body.as_deref().is_some_and(|body| body.contains("user_id"));
        if inquiry.path() == "/v1/recommend" && asked.iter().any(|own| is_visit(&own)) {
            reply.body = slate(["soap", "milk"]).to_string().into_bytes();
        }
    });
    assert!(codes(&remembers).contains(&"edge.remembers".to_owned()));
    let by_account = Fake::leaking(|inquiry, _, reply| {
        if inquiry.path() == "/v1/rerank" && inquiry.headers.iter().any(|(name, _)| name == "cookie") {
            reply.body = slate(["soap"]).to_string().into_bytes();
        }
    });
    assert_eq!(codes(&by_account), ["edge.depends-on-shopper"]);
}

#[test]
fn edge_that_repeats_a_request_in_an_error_is_found() {
    let echo = Fake::leaking(|inquiry, _, reply| {
        if reply.status == 400 {
            reply.body = inquiry.body.clone().unwrap_or_default().into_bytes();
        }
    });
    let step = step(&echo, "salt");
    assert!(
        step.findings.iter().all(|finding| finding.code == "edge.found"),
        "{step:#?}"
    );
    assert!(
        step.findings[0]
            .message
            .contains("what a request said as body, as it is"),
        "{step:#?}"
    );
}

#[test]
fn edge_whose_answers_caches_may_keep_is_found() {
    let shared = Fake::leaking(|inquiry, _, reply| {
        if inquiry.path() == "/v1/rerank" {
            reply.headers = vec![("cache-control".to_owned(), "public, max-age=60".to_owned())];
        }
    });
    assert_eq!(codes(&shared), ["edge.cacheable"]);
    let personal = Fake::leaking(|inquiry, _, reply| {
        if inquiry.path() == "/v1/recommend" && !inquiry.target.contains("cell=") {
            reply.headers = vec![("cache-control".to_owned(), "max-age=60".to_owned())];
        }
    });
    assert!(codes(&personal).contains(&"edge.cacheable".to_owned()));
}

#[test]
fn edge_that_ignores_signals_or_sends_browsers_elsewhere_is_found() {
    let deaf = Fake {
        is_deaf: true,
        ..Fake::default()
    };
    assert_eq!(codes(&deaf), ["edge.signal-ignored"]);
    let reports = Fake::leaking(|_, _, reply| reply.headers.push(("nel".to_owned(), "{}".to_owned())));
    assert_eq!(codes(&reports), ["edge.sends"]);
    let open = Fake::leaking(|_, _, reply| reply.headers.retain(|(name, _)| name != "content-security-policy"));
    assert_eq!(codes(&open), ["edge.worker-open"]);
}

#[test]
fn what_is_no_edge_or_has_no_model_proves_nothing() {
    let other = Fake::leaking(|inquiry, _, reply| {
        if inquiry.path() == "/healthz" {
            reply.body = b"ok".to_vec();
        }
    });
    let absent = step(&other, "salt");
    assert_eq!(absent.outcome, Outcome::NotProved);
    assert!(
        absent.tried[0].contains("no edge worker of Shelfwise"),
        "{:?}",
        absent.tried
    );
    let empty = Fake::leaking(|inquiry, _, reply| {
        if inquiry.path() == "/v1/recommend" && reply.status == 200 {
            reply.body = slate([""; 0]).to_string().into_bytes();
        }
    });
    assert_eq!(step(&empty, "salt").outcome, Outcome::NotProved);
    assert_eq!(without().outcome, Outcome::NotProved);
}
