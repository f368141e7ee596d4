//! What each route answers.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod platform;

use platform::{GROCER, Platform, header, ids, json};

#[test]
fn recommend_product_page_ranks_by_its_item() {
    let response = Platform::ready().get("/v1/recommend?placement=pdp&item=bread&limit=3");
    assert_eq!(response.status(), 200);
    let slate = json(&response);
    assert_eq!(
        (slate["basis"].as_str(), slate["fallback_used"].as_bool()),
        (Some("context"), Some(false))
    );
    assert!(ids(&response).contains(&"butter".to_owned()), "{slate}");
    assert_eq!(header(&response, "cache-control"), "private, max-age=60");
}

#[test]
fn recommend_same_request_gives_the_same_bytes() {
    let platform = Platform::ready();
    let send = || {
        platform
            .get("/v1/recommend?placement=pdp&item=bread&limit=3")
            .into_body()
    };
    assert_eq!(send(), send());
}

#[test]
fn cache_key_names_request_and_model() {
    let (platform, empty) = (Platform::ready(), Platform::new());
    let key = |address| platform.cache_key(http::Request::get(address));
    let name = key("/v1/recommend?placement=pdp&item=br%65ad&limit=12").unwrap();
    assert_eq!(key("/v1/recommend?item=bread&placement=pdp"), Some(name.clone()));
    assert!(
        name.ends_with(&format!("files={}-", platform::sha256(GROCER))),
        "{name}"
    );
    assert_ne!(key("/v1/recommend?item=butter&placement=pdp"), Some(name));
    for address in ["/v1/recommend?placement=pdp&user=7", "/healthz", "/shelfwise/model.swm"] {
        assert_eq!(key(address), None, "{address}");
    }
    assert_eq!(platform.cache_key(http::Request::post("/v1/rerank")), None);
    assert_eq!(empty.cache_key(http::Request::get("/v1/recommend?placement=pdp")), None);
}

#[test]
fn rerank_answer_is_private() {
    let body =
        r#"{"placement":"category","items":["soap",{"item_id":"butter","in_stock":true}],"context":{"item":"bread"}}"#;
    let response = Platform::ready().rerank(body);
    assert_eq!(ids(&response), ["butter", "soap"]);
    assert_eq!(header(&response, "cache-control"), "private, no-store");
}

#[test]
fn unknown_fields_and_overlong_lists_are_refused_by_name() {
    let platform = Platform::ready();
    let many = format!(r#"{{"placement":"c","items":[{}"a"]}}"#, "\"a\",".repeat(500));
    let cases = [
        (r#"{"placement":"c","items":[],"user_id":"7"}"#, 400),
        (r#"{"placement":"c","items":[{"item_id":"a","colour":3}]}"#, 400),
        (r#"{"placement":"c","items":"a"}"#, 400),
        (r#"{"placement":"","items":[]}"#, 400),
        ("{", 400),
        ("", 400),
        (&many, 400),
    ];
    for (body, status) in cases {
        let response = platform.rerank(body);
        assert_eq!(response.status(), status, "{body}");
        assert_eq!(header(&response, "content-type"), "application/problem+json");
        assert_eq!(json(&response)["status"], status);
    }
    assert_eq!(platform.rerank(&"x".repeat(20_000)).status(), 413);
    assert_eq!(platform.get("/v1/recommend?placement=p&uid=1").status(), 400);
    assert_eq!(platform.get("/elsewhere").status(), 404);
    let wrong = platform.get("/v1/rerank");
    assert_eq!((wrong.status().as_u16(), header(&wrong, "allow")), (405, "POST"));
}

#[test]
fn problem_repeats_nothing_of_the_request() {
    let response = Platform::ready().rerank(r#"{"placement":"c","items":[],"canary-7f3a":"canary-91c2"}"#);
    assert!(!String::from_utf8_lossy(response.body()).contains("canary"));
}

#[test]
fn browsers_get_the_model_and_the_contained_worker() {
    let platform = Platform::ready();
    let model = platform.get("/shelfwise/model.swm");
    assert!(model.body() == GROCER);
    let etag = header(&model, "etag").to_owned();
    let again = platform.send(
        http::Request::get("/shelfwise/model.swm").header("if-none-match", &etag),
        "",
    );
    assert_eq!((again.status().as_u16(), again.body().len()), (304, 0));
    let worker = platform.get("/shelfwise/worker.js");
    assert_eq!(
        header(&worker, "content-security-policy"),
        "default-src 'none'; script-src 'wasm-unsafe-eval'"
    );
    assert_eq!(header(&worker, "content-type"), "text/javascript; charset=utf-8");
    assert_eq!(platform.get("/shelfwise/../Cargo.toml").status(), 404);
}

#[test]
fn head_tells_the_same_without_the_body() {
    let response = Platform::ready().send(http::Request::head("/shelfwise/worker.js"), "");
    assert_eq!((response.status().as_u16(), response.body().len()), (200, 0));
}

#[test]
fn health_says_what_is_admitted_and_nothing_of_shoppers() {
    let healthy = json(&Platform::ready().get("/healthz"));
    assert_eq!(healthy["status"], "ok");
    assert_eq!(healthy["snapshot_sha256"], platform::sha256(GROCER));
    let empty = json(&Platform::new().get("/healthz"));
    assert_eq!(
        (empty["status"].as_str(), empty["reason"].as_str()),
        (Some("store_order"), Some("no_snapshot"))
    );
}
