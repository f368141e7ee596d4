//! The edge worker on Cloudflare: implements the handler's platform with the objects that `worker.mjs` passes.
//!
//! `worker.mjs` drives each call step by step, so that a trap is thrown where it can be caught, and nothing of one
//! request waits in a queue of another one.
#![cfg(target_family = "wasm")]

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use http::{HeaderName, HeaderValue, Uri};
use js_sys::{Array, Error, Uint8Array};
use shelfwise_edge::{Asset, Config, ENTROPY_BYTES, Fetched, Host, Unavailable};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The platform of `platform.mjs`. Each of the first four methods starts an operation; `take` returns its result,
    /// and nothing before it is complete.
    pub type Platform;
    #[wasm_bindgen(method)]
    fn get(this: &Platform, key: &str);
    #[wasm_bindgen(method)]
    fn latest(this: &Platform, key: &str);
    #[wasm_bindgen(method)]
    fn set(this: &Platform, key: &str, bytes: Vec<u8>);
    #[wasm_bindgen(method)]
    fn fetch(this: &Platform, url: &str, at_most: usize);
    #[wasm_bindgen(method, catch)]
    fn take(this: &Platform) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    fn setting(this: &Platform, name: &str) -> Option<String>;
    #[wasm_bindgen(method)]
    fn now(this: &Platform) -> f64;
    #[wasm_bindgen(method)]
    fn entropy(this: &Platform) -> Vec<u8>;
}

impl Platform {
    async fn outcome(&self) -> Result<Option<Vec<u8>>, Unavailable> {
        let taken = poll_fn(|_| match self.take() {
            Ok(value) if value.is_undefined() => Poll::Pending,
            outcome => Poll::Ready(outcome),
        });
        let value = taken
            .await
            .map_err(|why| Unavailable(Error::from(why).message().into()))?;
        Ok(value.dyn_ref().map(Uint8Array::to_vec))
    }
}

impl Host for Platform {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        self.get(key);
        self.outcome().await
    }

    async fn get_latest(&self, key: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        self.latest(key);
        self.outcome().await
    }

    async fn set(&self, key: &str, bytes: &[u8]) -> Result<(), Unavailable> {
        self.set(key, bytes.to_vec());
        self.outcome().await.map(drop)
    }

    async fn fetch(&self, url: &str, at_most: usize) -> Result<Fetched, Unavailable> {
        self.fetch(url, at_most);
        // The handler checks the length.
        self.outcome()
            .await
            .map(|file| file.map_or(Fetched::Missing, Fetched::File))
    }

    fn now_ms(&self) -> i64 {
        self.now() as i64
    }

    fn entropy(&self) -> Option<[u8; ENTROPY_BYTES]> {
        self.entropy().try_into().ok()
    }

    fn asset(&self, name: &str) -> Option<Asset> {
        shelfwise_edge_assets::find(name)
    }
}

/// A call of the worker, which is suspended while it waits for its platform.
#[wasm_bindgen]
pub struct Call(Pin<Box<dyn Future<Output = JsValue>>>);

#[wasm_bindgen]
impl Call {
    /// Answers a request with `[status, pairs of headers, body]`. Names and values of the request's headers alternate.
    pub fn answer(platform: Platform, method: &str, uri: &str, headers: Vec<String>, body: Vec<u8>) -> Self {
        let request = request(method, uri, &headers, body);
        Self(Box::pin(async move {
            let config = Config::read(|name| platform.setting(name));
            let response = shelfwise_edge::answer(&platform, &config, &request).await;
            let headers = Array::new();
            for (name, value) in response.headers() {
                let value = value.to_str().unwrap_or_default();
                headers.push(&Array::of2(&name.as_str().into(), &value.into()));
            }
            let body = Uint8Array::from(response.body().as_slice());
            Array::of3(&response.status().as_u16().into(), &headers, &body).into()
        }))
    }

    /// Returns the key under which the response may be cached, or null if it may not.
    pub fn name(platform: Platform, method: &str, uri: &str, headers: Vec<String>) -> Self {
        let request = request(method, uri, &headers, Vec::new());
        Self(Box::pin(async move {
            let name = match Config::read(|name| platform.setting(name)) {
                Ok(config) => shelfwise_edge::cache_key(&platform, &config, &request).await,
                Err(_) => None,
            };
            name.map_or(JsValue::NULL, JsValue::from)
        }))
    }

    /// Updates the store to the files that the settings name; the text is the reason of a failure.
    pub fn refresh(platform: Platform) -> Self {
        Self(Box::pin(async move {
            let admitted = match Config::read(|name| platform.setting(name)) {
                Ok(config) => shelfwise_edge::refresh(&platform, &config).await,
                Err(why) => shelfwise_edge::RefreshOutcome::Kept(why.to_string()),
            };
            match admitted {
                shelfwise_edge::RefreshOutcome::Kept(why) => why.into(),
                _ => JsValue::NULL,
            }
        }))
    }

    /// Runs until the call waits, and returns nothing; or to its end, and returns its result.
    pub fn step(&mut self) -> JsValue {
        match self.0.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => JsValue::UNDEFINED,
        }
    }
}

/// Returns the maximum length of a request's body in bytes.
#[wasm_bindgen]
pub fn most_body_bytes() -> usize {
    shelfwise_edge::MAX_BODY_BYTES
}

fn request(method: &str, uri: &str, headers: &[String], body: Vec<u8>) -> http::Request<Vec<u8>> {
    let mut request = http::Request::new(body);
    *request.method_mut() = method.parse().unwrap_or_default();
    // An invalid URI is answered with 404.
    *request.uri_mut() = uri.parse().unwrap_or(Uri::from_static("/"));
    for pair in headers.chunks_exact(2) {
        if let (Ok(name), Ok(value)) = (pair[0].parse::<HeaderName>(), pair[1].parse::<HeaderValue>()) {
            request.headers_mut().append(name, value);
        }
    }
    request
}
