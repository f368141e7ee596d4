//! Nothing of a request is retained.

use http::Request;

use crate::shop::{COMPONENTS, SHOP_ORDER, Shop, ids};

const RECENT: &str = r#"{"placement":"category","items":["soap","butter"],"recent":["bread"]}"#;
const CANARY: &str = "canary-7f3a91c2";

#[test]
fn recent_is_used_only_if_allowed_and_without_a_privacy_signal() {
    for component in COMPONENTS {
        let off = Shop::ready(component, &[]);
        assert_eq!(ids(&off.rerank(RECENT)), SHOP_ORDER, "{component}");
        let on = Shop::ready(component, &[("recent", "on")]);
        assert_eq!(ids(&on.rerank(RECENT)), ["butter", "soap"], "{component}");
        for signal in ["sec-gpc", "dnt"] {
            let request = Request::post("/v1/rerank").header(signal, "1");
            assert_eq!(ids(&on.send(request, RECENT)), SHOP_ORDER, "{component}: {signal}");
        }
    }
}

#[test]
fn canary_of_a_request_is_not_retained() {
    for component in COMPONENTS {
        let shop = Shop::ready(component, &[("recent", "on")]);
        let before = shop.server.platform.store().clone();
        let body = format!(
            r#"{{"placement":"{CANARY}","items":["{CANARY}","soap"],"recent":["{CANARY}"],"context":{{"item":"{CANARY}"}}}}"#
        );
        let headers = [
            "cookie",
            "user-agent",
            "referer",
            "accept-language",
            "x-forwarded-for",
            "authorization",
        ];
        let with_canary = |request: http::request::Builder| {
            headers
                .iter()
                .fold(request, |request, name| request.header(*name, CANARY))
        };
        shop.send(with_canary(Request::post("/v1/rerank")), &body);
        shop.send(with_canary(Request::post("/v1/rerank")), &body.replace('}', ""));
        shop.send(
            with_canary(Request::get(format!("/v1/recommend?placement={CANARY}&item={CANARY}"))),
            "",
        );
        shop.send(with_canary(Request::get(format!("/{CANARY}?{CANARY}={CANARY}"))), "");
        for path in [
            "/healthz",
            "/v1/recommend?placement=pdp&limit=30",
            "/shelfwise/index.js",
            "/elsewhere",
        ] {
            let response = shop.get(path);
            assert!(!has_canary(response.body()), "{component}: {path}");
            assert!(
                !response.headers().values().any(|value| has_canary(value.as_bytes())),
                "{component}: {path}"
            );
        }
        assert!(*shop.server.platform.store() == before, "{component}");
        assert!(shop.server.platform.printed().is_empty(), "{component} prints");
        assert!(!has_canary(&shop.origin.received()), "{component}");
        assert_eq!(shop.server.platform.traps(), [""; 0]);
    }
}

fn has_canary(bytes: &[u8]) -> bool {
    bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
}
