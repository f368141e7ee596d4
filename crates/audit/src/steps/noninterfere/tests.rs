use serde_json::json;

use super::*;
use crate::lab::Answer;
use crate::observed::{Header, Request, RequestKind, Witness};
use crate::report::Outcome;

fn setting() -> Setting {
    Setting {
        mode: "session".to_owned(),
        visit: "tab",
        is_released: false,
    }
}

fn answer(act: &str, answer: serde_json::Value) -> Answer {
    Answer {
        act: act.to_owned(),
        answer,
        thrown: None,
    }
}

fn request(path: &str) -> Request {
    let mut request = Request::new(
        Witness::Sink,
        RequestKind::Http,
        "GET",
        &format!("http://127.0.0.1:9{path}"),
    );
    request.headers.push(Header {
        name: "accept".to_owned(),
        value: "*/*".to_owned(),
    });
    request
}

/// A shopper whose order of the list differs, and nothing else.
fn visit(name: &str) -> Visit {
    let slate = json!({ "slate_id": "k-1", "items": [{ "item_id": name }] });
    let chosen = json!({ "content": [{ "content_id": name }] });
    let dump = json!({ "stored": [{ "place": "sessionStorage", "key": "shelfwise", "value": "12345" }], "page": { "window.name": "" }, "exits": ["a  href /p"] });
    let status =
        json!({ "ready": true, "mode": "session", "mode_source": "shop", "isolation": "worker", "errors": [] });
    Visit {
        name: name.to_owned(),
        pages: vec![
            vec![answer("call", slate), answer("content", chosen)],
            vec![answer("dump", dump), answer("status", status)],
        ],
        requests: vec![
            request("/lab/"),
            request("/package/a.js"),
            request("/lab/mark?deeds"),
            request("/lab/image/1.png"),
        ],
        cookies: vec![],
    }
}

fn codes(change: impl Fn(&mut Visit)) -> (Outcome, Vec<String>) {
    let mut visits = vec![visit("alike-1"), visit("alike-2")];
    change(&mut visits[1]);
    let step = step(
        &[Trial {
            browser: "x".to_owned(),
            seen: Ok(vec![(setting(), visits)]),
        }],
        "the package",
        &Declared::of(&crate::steps::Known::own().unwrap().manifest).unwrap(),
    );
    (
        step.outcome,
        step.findings.into_iter().map(|finding| finding.code).collect(),
    )
}

fn fails(code: &str) -> (Outcome, Vec<String>) {
    (Outcome::Failed, vec![code.to_owned()])
}

#[test]
fn visits_that_are_the_same_from_outside_pass() {
    assert_eq!(codes(|_| {}), (Outcome::Passed, vec![]));
    assert_eq!(
        codes(|visit| visit.requests.swap(0, 1)),
        (Outcome::Passed, vec![]),
        "a race is no difference"
    );
}

#[test]
fn a_request_more_another_address_header_body_or_moment_fails() {
    let ways: [&dyn Fn(&mut Visit); 5] = [
        &|visit| visit.requests.push(request("/p.gif")),
        &|visit| visit.requests[1].url += "?v=1",
        &|visit| visit.requests[1].headers[0].value += "1",
        &|visit| visit.requests[1].body = Some(vec![1]),
        &|visit| visit.requests.swap(1, 2),
    ];
    for way in ways {
        let (outcome, codes) = codes(way);
        assert!(
            outcome == Outcome::Failed && codes.iter().all(|code| code == "noninterfere.requests"),
            "{codes:?}"
        );
    }
}

#[test]
fn a_request_that_one_witness_alone_saw_counts() {
    let seen = |visit: &mut Visit| {
        visit.requests.push(Request {
            witness: Witness::NetLog,
            ..request("/x")
        });
    };
    assert_eq!(codes(seen), fails("noninterfere.requests"));
}

#[test]
fn a_request_of_the_browser_itself_is_no_difference() {
    let own = |visit: &mut Visit| {
        visit.requests.push(Request {
            own_traffic: Some("updates".to_owned()),
            ..request("/x")
        });
    };
    assert_eq!(codes(own), (Outcome::Passed, vec![]));
}

#[test]
fn another_slate_id_error_link_key_or_cookie_fails() {
    let edit = |page: usize, at: usize, pointer: &'static str, value: serde_json::Value| {
        move |visit: &mut Visit| *visit.pages[page][at].answer.pointer_mut(pointer).unwrap() = value.clone()
    };
    assert_eq!(
        codes(edit(0, 0, "/slate_id", json!("k-2"))),
        (Outcome::Passed, vec![]),
        "a counter may count"
    );
    for (page, at, pointer, value, code) in [
        (0, 0, "/slate_id", json!("k-3a"), "noninterfere.outputs"),
        (0, 0, "/slate_id", json!("k-8461397"), "noninterfere.outputs"),
        (1, 1, "/errors", json!(["engine: bread"]), "noninterfere.outputs"),
        (1, 0, "/exits/0", json!("link prefetch href /p"), "noninterfere.exits"),
        (1, 0, "/page/window.name", json!("x"), "noninterfere.exits"),
    ] {
        assert_eq!(codes(edit(page, at, pointer, value)), fails(code), "{pointer}");
    }
    assert!(
        codes(edit(1, 0, "/stored/0/key", json!("k2")))
            .1
            .contains(&"noninterfere.storage".to_owned())
    );
    let cookie = crate::observed::Cookie {
        name: "v".to_owned(),
        value: "1".to_owned(),
        domain: String::new(),
        path: String::new(),
        expires_s: None,
    };
    assert_eq!(
        codes(|visit| visit.cookies.push(cookie.clone())),
        fails("noninterfere.cookies")
    );
}

#[test]
fn another_size_of_what_is_kept_fails_for_shoppers_who_did_as_much() {
    let longer =
        |visit: &mut Visit| *visit.pages[1][0].answer.pointer_mut("/stored/0/value").unwrap() = json!("123456");
    assert_eq!(codes(longer), fails("noninterfere.storage"));
    let other = |visit: &mut Visit| {
        longer(visit);
        visit.name = "many".to_owned();
    };
    assert_eq!(codes(other), (Outcome::Passed, vec![]));
}

#[test]
fn shoppers_whose_lists_or_content_are_the_same_and_visits_that_broke_off_prove_nothing() {
    for answer in [0, 1] {
        let same = |visit: &mut Visit| visit.pages[0][answer] = self::visit("alike-1").pages[0][answer].clone();
        assert_eq!(codes(same), (Outcome::NotProved, vec![]), "lists, and content");
    }
    let broken = |visit: &mut Visit| visit.pages[1][1].thrown = Some("x".to_owned());
    assert_eq!(codes(broken).0, Outcome::NotProved);
}

#[test]
fn settings_follow_the_manifest_s_modes() {
    let declared = Declared::of(&json!({ "storage": [
        { "place": "localStorage", "key": "k", "exists": "in mode remembered", "most_characters": 9, "most_ms": 9 },
    ] }));
    let modes: Vec<_> = settings(&declared.unwrap(), Effort::Whole)
        .into_iter()
        .map(|setting| setting.mode)
        .collect();
    assert_eq!(
        modes,
        ["off", "contextual", "session", "session", "session", "remembered"]
    );
    assert_eq!(
        (
            plans(&setting(), Effort::Whole).len(),
            plans(&setting(), Effort::Least).len()
        ),
        (10, 3)
    );
}
