//! Responses of each route: equal to those of the handler alone, byte for byte.

use http::Request;
use http::request::Builder;

use crate::shop::{Alone, BODY, COMPONENTS, Shop, in_shop_order, json};

type Asked = (fn() -> Builder, &'static str);

const ROUTES: [Asked; 10] = [
    (|| Request::get("/v1/recommend?placement=pdp&item=bread&limit=3"), ""),
    (
        || Request::get("/v1/recommend?placement=home&category=chilled+%3E+dairy&limit=30"),
        "",
    ),
    (|| Request::get("/v1/recommend?placement=pdp&user=7"), ""),
    (|| Request::post("/v1/rerank"), BODY),
    (
        || Request::post("/v1/rerank"),
        r#"{"placement":"c","items":[{"item_id":"milk","in_stock":false},"brie"]}"#,
    ),
    (|| Request::post("/v1/rerank"), "{"),
    (|| Request::get("/v1/rerank"), ""),
    (|| Request::delete("/v1/recommend?placement=pdp"), ""),
    (|| Request::get("/shelfwise/model.swm"), ""),
    (|| Request::get("/elsewhere"), ""),
];

#[test]
fn component_responses_equal_the_handlers_byte_for_byte() {
    let alone = Alone::new("off");
    for component in COMPONENTS {
        let shop = Shop::ready(component, &[]);
        for (request, body) in ROUTES {
            let (native, edge) = (alone.send(request(), body), shop.send(request(), body));
            assert_eq!(edge.status(), native.status, "{component}: {:?}", request());
            for (name, value) in native.headers {
                assert_eq!(edge.headers()[name.as_str()], value, "{component}: {:?}", request());
            }
            assert_eq!(
                String::from_utf8_lossy(edge.body()),
                native.body,
                "{component}: {:?}",
                request()
            );
        }
    }
}

#[test]
fn spin_first_response_is_in_shop_order_and_the_next_is_ranked() {
    let shop = Shop::new("spin");
    in_shop_order(&shop.rerank(BODY), "no_snapshot");
    shop.until(|shop| json(&shop.get("/healthz"))["status"] == "ok");
    let requests = shop.origin.requests();
    let native = Alone::new("off").send(Request::post("/v1/rerank"), BODY);
    assert_eq!(String::from_utf8_lossy(shop.rerank(BODY).body()), native.body);
    shop.get("/healthz");
    assert_eq!(shop.origin.requests(), requests, "what is there is not fetched again");
}

#[test]
fn host_without_a_store_waits_for_the_model_before_the_first_response() {
    let shop = Shop::new("wasi");
    let native = Alone::new("off").send(Request::post("/v1/rerank"), BODY);
    assert_eq!(String::from_utf8_lossy(shop.rerank(BODY).body()), native.body);
}

#[test]
fn browsers_get_engine_and_contained_worker() {
    for component in COMPONENTS {
        let shop = Shop::new(component);
        let header = |name: &str, file: &str| {
            let response = shop.send(Request::head(format!("/shelfwise/{file}")), "");
            assert_eq!((response.status().as_u16(), response.body().len()), (200, 0), "{file}");
            response.headers()[name].to_str().unwrap().to_owned()
        };
        assert_eq!(
            header("content-security-policy", "worker.js"),
            "default-src 'none'; script-src 'wasm-unsafe-eval'"
        );
        assert_eq!(header("content-type", "shelfwise_bg.wasm"), "application/wasm");
        assert!(shop.get("/shelfwise/shelfwise_bg.wasm").body().starts_with(b"\0asm"));
        assert!(shop.get("/shelfwise/index.js").body().len() > 1_000);
        assert_eq!(shop.get("/shelfwise/node.js").status(), 404);
    }
}

#[test]
fn body_too_long_is_refused() {
    for component in COMPONENTS {
        assert_eq!(Shop::new(component).rerank(&"x".repeat(1 << 20)).status(), 413);
    }
}
