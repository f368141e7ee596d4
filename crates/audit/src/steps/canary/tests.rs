use serde_json::json;

use super::*;
use crate::lab::{Answer, tokens};
use crate::observed::{Header, RequestKind, Witness};
use crate::report::Outcome;
use crate::steps::Known;

fn setting() -> Setting {
    Setting {
        mode: "session".to_owned(),
        visit: "tab",
    }
}

fn token(field: &str) -> String {
    tokens("t").into_iter().find(|token| token.field == field).unwrap().text
}

fn request(path: &str) -> Request {
    Request::new(
        Witness::Sink,
        RequestKind::Http,
        "GET",
        &format!("http://127.0.0.1:9{path}"),
    )
}

/// The page's address in the traffic, and the visit under its key: both as declared.
fn visit() -> Visit {
    let stored = json!([{ "place": "sessionStorage", "key": "shelfwise", "value": token("EngineEvent.item_ids") }]);
    let page = json!({ "document.referrer": token("page.query"), "window.name": "" });
    let dump = Answer {
        act: "dump".to_owned(),
        answer: json!({ "stored": stored, "page": page, "exits": [] }),
        thrown: None,
    };
    let mut script = request("/package/index.js");
    script.headers = vec![
        Header {
            name: "referer".to_owned(),
            value: format!("http://127.0.0.1:9/lab/?q={}", token("page.query")),
        },
        Header {
            name: "sec-fetch-dest".to_owned(),
            value: "script".to_owned(),
        },
    ];
    Visit {
        name: "canary".to_owned(),
        pages: vec![vec![dump]],
        requests: vec![request(&format!("/lab/?q={}", token("page.query"))), script],
        cookies: vec![],
    }
}

fn found(change: impl Fn(&mut Visit)) -> (Outcome, String) {
    let mut visit = visit();
    change(&mut visit);
    let declared = Declared::of(&Known::own().unwrap().manifest).unwrap();
    let step = step(
        &[Trial {
            browser: "x".to_owned(),
            seen: Ok(vec![(setting(), tokens("t"), visit)]),
        }],
        "the package",
        &declared,
    );
    (
        step.outcome,
        step.findings
            .iter()
            .map(|finding| finding.message.as_str())
            .collect::<Vec<_>>()
            .join("; "),
    )
}

#[test]
fn tokens_where_the_manifest_has_them_pass() {
    assert_eq!(found(|_| {}), (Outcome::Passed, String::new()));
}

#[test]
fn an_event_in_address_header_or_body_is_found() {
    let id = token("EngineEvent.item_ids");
    let (outcome, what) = found(|visit| visit.requests[1].url += &format!("?v={id}"));
    assert!(
        outcome == Outcome::Failed && what.contains("EngineEvent.item_ids is in the address"),
        "{what}"
    );
    let header = Header {
        name: "x-v".to_owned(),
        value: id.clone(),
    };
    assert!(
        found(|visit| visit.requests[1].headers.push(header.clone()))
            .1
            .contains("the header x-v")
    );
    assert!(
        found(|visit| visit.requests[1].body = Some(id.clone().into_bytes()))
            .1
            .contains("the body")
    );
}

#[test]
fn the_page_s_address_in_a_request_of_a_script_is_found() {
    let fetched = |visit: &mut Visit| visit.requests[1].headers[1].value = "empty".to_owned();
    assert!(found(fetched).1.contains("page.query is in the header referer"));
}

#[test]
fn another_key_another_store_and_what_is_not_declared_for_it_are_found() {
    let put = |key: &'static str, value: String| {
        move |visit: &mut Visit| {
            *visit.pages[0][0].answer.pointer_mut("/stored/0").unwrap() =
                json!({ "place": "sessionStorage", "key": key, "value": value });
        }
    };
    assert!(
        found(put("other", token("EngineEvent.item_ids")))
            .1
            .contains("under `other`")
    );
    assert!(found(put("shelfwise", token("GA4.user_id"))).1.contains("GA4.user_id"));
    assert!(found(put("shelfwise", token("page.query"))).1.contains("page.query"));
}

#[test]
fn a_token_in_message_slate_id_cookie_or_window_name_is_found() {
    let id = token("EngineEvent.item_ids");
    let status = json!({ "ready": true, "mode": "session", "mode_source": "shop", "isolation": "worker", "errors": [format!("engine: {id}")] });
    let answer = |act: &str, answer: Value| Answer {
        act: act.to_owned(),
        answer,
        thrown: None,
    };
    assert!(
        found(|visit| visit.pages[0].push(answer("status", status.clone())))
            .1
            .contains("text of an error")
    );
    assert!(
        found(|visit| visit.pages[0].push(answer("call", json!({ "slate_id": id }))))
            .1
            .contains("id of a slate")
    );
    let named = |visit: &mut Visit| *visit.pages[0][0].answer.pointer_mut("/page/window.name").unwrap() = json!(id);
    assert!(found(named).1.contains("window.name"));
}

#[test]
fn a_search_that_finds_nothing_at_all_proves_nothing() {
    assert_eq!(found(|visit| visit.requests.clear()).0, Outcome::NotProved);
    let empty = |visit: &mut Visit| *visit.pages[0][0].answer.pointer_mut("/stored").unwrap() = json!([]);
    assert_eq!(found(empty).0, Outcome::NotProved);
}

#[test]
fn every_token_is_in_the_plan() {
    let all = tokens("t");
    let text = json!(plan(&setting(), &all)).to_string();
    for token in &all {
        assert!(text.contains(&token.text), "{} is nowhere in the plan", token.field);
    }
}
