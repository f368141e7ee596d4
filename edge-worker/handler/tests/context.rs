//! What a first visit is shown, by time and place alone.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod platform;

use platform::{Platform, header, ids};

const CELLS: &[u8] = include_bytes!("../../../tests/snapshots/v1/good/cells.swm");

/// What a request is shown first, by its address and headers.
fn shown(platform: &Platform, address: &str, headers: &[(&str, &str)]) -> Vec<String> {
    let mut request = http::Request::get(address);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    ids(&platform.send(request, ""))
}

#[test]
fn context_key_comes_from_url_or_headers_and_clock() {
    let platform = Platform::of(CELLS).set("utc_offset_minutes", "-300").refreshed();
    let home = "/v1/recommend?placement=home&limit=4";
    let unknown = shown(&platform, &format!("{home}&cell="), &[]);
    let evening = shown(&platform, &format!("{home}&cell=evening,workday,phone,en,GB"), &[]);
    assert_ne!(unknown, evening);
    let headers = [
        ("user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0) Mobile/15E148"),
        ("accept-language", "en-GB,en;q=0.9"),
        ("cf-ipcountry", "GB"),
    ];
    assert_eq!(shown(&platform, home, &headers), evening);
    // What the address says counts, whoever asks.
    assert_eq!(shown(&platform, &format!("{home}&cell="), &headers), unknown);
}

#[test]
fn only_an_answer_that_the_address_alone_decides_may_be_shared() {
    let platform = Platform::of(CELLS).refreshed();
    let shared = platform.get("/v1/recommend?placement=home&cell=evening,,,,");
    assert_eq!(header(&shared, "cache-control"), "public, max-age=60");
    let own = platform.get("/v1/recommend?placement=home");
    assert_eq!(header(&own, "cache-control"), "private, max-age=60");
}

#[test]
fn cache_key_differs_by_context_key_alone() {
    let key = |platform: &Platform, language: &str| {
        let request = http::Request::get("/v1/recommend?placement=home").header("accept-language", language);
        platform.cache_key(request).unwrap()
    };
    let cells = Platform::of(CELLS).refreshed();
    assert_ne!(key(&cells, "en"), key(&cells, "de"));
    assert_eq!(key(&cells, "en-GB"), key(&cells, "en-US,de"));
    // A model without cells tells nobody apart.
    let value = Platform::ready();
    assert_eq!(key(&value, "en"), key(&value, "de"));
}

#[test]
fn rerank_context_key_is_bounded() {
    let platform = Platform::of(CELLS).refreshed();
    let body = |cell: &str| format!(r#"{{"placement":"c","items":["milk"],"context":{{"cell":"{cell}"}}}}"#);
    assert_eq!(platform.rerank(&body("evening,,,,")).status(), 200);
    assert_eq!(platform.rerank(&body(&"x".repeat(2_000))).status(), 400);
    assert_eq!(
        platform
            .get(&format!("/v1/recommend?placement=c&cell={}", "x".repeat(2_000)))
            .status(),
        400
    );
}

/// The same bytes may be kept by every cache where the address says the cell, and by the browser alone where headers do.
#[test]
fn answers_for_two_cache_policies_have_two_names() {
    let platform = Platform::of(CELLS).refreshed();
    let named = "/v1/recommend?placement=home&cell=night,workday,phone,en,GB";
    let by_headers = || {
        http::Request::get("/v1/recommend?placement=home")
            .header("user-agent", "iPhone Mobile")
            .header("accept-language", "en-GB")
            .header("cf-ipcountry", "GB")
    };
    let controls = [platform.get(named), platform.send(by_headers(), "")]
        .map(|answer| header(&answer, "cache-control").to_owned());
    assert_ne!(controls[0], controls[1]);
    assert_ne!(
        platform.cache_key(http::Request::get(named)),
        platform.cache_key(by_headers())
    );
}
