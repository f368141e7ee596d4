//! What an answer may know, and what is left of a request.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod platform;

use platform::{Platform, ids};

const BODY: &str = r#"{"placement":"category","items":["soap","butter"],"recent":["bread"]}"#;

fn ordered(platform: &Platform, signal: Option<(&str, &str)>) -> Vec<String> {
    let mut request = http::Request::post("/v1/rerank");
    if let Some((name, value)) = signal {
        request = request.header(name, value);
    }
    ids(&platform.send(request, BODY))
}

#[test]
fn recent_counts_only_if_the_operator_allows_it() {
    assert_eq!(ordered(&Platform::ready(), None), ["soap", "butter"]);
    assert_eq!(
        ordered(&Platform::ready().set("recent", "on"), None),
        ["butter", "soap"]
    );
}

#[test]
fn recent_is_dropped_by_a_privacy_signal() {
    let platform = Platform::ready().set("recent", "on");
    for signal in [("Sec-GPC", "1"), ("DNT", "1")] {
        assert_eq!(ordered(&platform, Some(signal)), ["soap", "butter"], "{signal:?}");
    }
    for none in [("Sec-GPC", "0"), ("DNT", "0"), ("DNT", "unspecified")] {
        assert_eq!(ordered(&platform, Some(none)), ["butter", "soap"], "{none:?}");
    }
}

#[test]
fn settings_that_cannot_be_read_allow_nothing() {
    assert_eq!(
        ordered(&Platform::ready().set("recent", "perhaps"), None),
        ["soap", "butter"]
    );
}

#[test]
fn request_leaves_nothing_in_store_or_next_answer() {
    let platform = Platform::ready().set("recent", "on");
    let before = platform.store.borrow().clone();
    let canary = BODY.replace("bread", "canary-7f3a");
    platform.rerank(&canary);
    platform.get("/v1/recommend?placement=pdp&item=canary-7f3a");
    assert!(*platform.store.borrow() == before);
    let next = platform.get("/v1/recommend?placement=pdp&limit=30");
    assert!(!String::from_utf8_lossy(next.body()).contains("canary"));
}

#[test]
fn memory_of_earlier_visits_counts_nowhere() {
    let platform = Platform::ready().set("recent", "on");
    let with = |more: &str| format!(r#"{{"placement":"category","items":["soap","butter"]{more}}}"#);
    let plain = ids(&platform.send(http::Request::post("/v1/rerank"), &with("")));
    for more in [
        r#","memory":{"items":["bread"]}"#,
        r#","mode":"remembered","stored":"AQAAAAA=""#,
        r#","mutes":[{"item":"butter"}]"#,
    ] {
        let answer = platform.send(http::Request::post("/v1/rerank"), &with(more));
        assert!(answer.status() != 200 || ids(&answer) == plain, "{more}");
    }
    let cookie = http::Request::post("/v1/rerank").header("cookie", "shelfwise=AQAAAAA=");
    assert_eq!(ids(&platform.send(cookie, &with(""))), plain);
}
