//! A platform in memory: its store, its origin and its clock, each of which can be made to fail.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use shelfwise_edge::{
    Asset, Config, ConfigError, ENTROPY_BYTES, Fetched, Host, Request, Response, Unavailable, answer, cache_key,
    refresh,
};

pub const GROCER: &[u8] = include_bytes!("../../../../tests/snapshots/v1/good/grocer.swm");
pub const MODEL_URL: &str = "https://origin.example/model.swm";

/// When the tests begin.
pub const NOW_MS: i64 = 1_767_225_601_000;

#[derive(Default)]
pub struct Platform {
    pub store: RefCell<BTreeMap<String, Vec<u8>>>,
    pub origin: RefCell<BTreeMap<String, Vec<u8>>>,
    pub store_is_down: bool,
    /// How often the origin was asked.
    pub fetches: Cell<u32>,
    /// How long after the beginning it is.
    pub later_ms: Cell<i64>,
    /// The random bytes of the next request.
    pub entropy: Cell<Option<[u8; ENTROPY_BYTES]>>,
    pub settings: Vec<(&'static str, String)>,
}

impl Host for Platform {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        self.store_answers()?;
        Ok(self.store.borrow().get(key).cloned())
    }

    async fn set(&self, key: &str, bytes: &[u8]) -> Result<(), Unavailable> {
        self.store_answers()?;
        assert!(bytes.len() <= 1 << 20, "a chunk of {} bytes", bytes.len());
        self.store.borrow_mut().insert(key.to_owned(), bytes.to_vec());
        Ok(())
    }

    async fn fetch(&self, url: &str, at_most: usize) -> Result<Fetched, Unavailable> {
        self.fetches.set(self.fetches.get() + 1);
        let origin = self.origin.borrow();
        Ok(match origin.get(url) {
            Some(bytes) if bytes.len() <= at_most => Fetched::File(bytes.clone()),
            Some(_) => Fetched::TooLong,
            None => Fetched::Missing,
        })
    }

    fn now_ms(&self) -> i64 {
        NOW_MS + self.later_ms.get()
    }

    fn entropy(&self) -> Option<[u8; ENTROPY_BYTES]> {
        self.entropy.get()
    }

    fn asset(&self, name: &str) -> Option<Asset> {
        (name == "worker.js").then_some(Asset {
            name: "worker.js",
            bytes: b"self.onmessage = null;",
            sha256: [7; 32],
        })
    }
}

impl Platform {
    /// With the grocer's model at the origin, and its hash in the settings.
    pub fn new() -> Self {
        Self::of(GROCER)
    }

    /// The same with another model.
    pub fn of(model: &[u8]) -> Self {
        let platform = Self::default();
        platform
            .origin
            .borrow_mut()
            .insert(MODEL_URL.to_owned(), model.to_vec());
        platform
            .set("snapshot_url", MODEL_URL)
            .set("snapshot_sha256", &sha256(model))
    }

    /// The same, with the model admitted.
    pub fn ready() -> Self {
        Self::new().refreshed()
    }

    /// After a look at the origin.
    pub fn refreshed(self) -> Self {
        pollster::block_on(refresh(&self, &self.config().unwrap()));
        self
    }

    pub fn set(mut self, name: &'static str, value: &str) -> Self {
        self.settings.retain(|(known, _)| *known != name);
        self.settings.push((name, value.to_owned()));
        self
    }

    pub fn config(&self) -> Result<Config, ConfigError> {
        Config::read(|name| {
            self.settings
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.clone())
        })
    }

    pub fn get(&self, address: &str) -> Response {
        self.send(http::Request::get(address), "")
    }

    pub fn rerank(&self, body: &str) -> Response {
        self.send(http::Request::post("/v1/rerank"), body)
    }

    pub fn send(&self, request: http::request::Builder, body: &str) -> Response {
        let request: Request = request.body(body.as_bytes().to_vec()).unwrap();
        pollster::block_on(answer(self, &self.config(), &request))
    }

    pub fn cache_key(&self, request: http::request::Builder) -> Option<String> {
        pollster::block_on(cache_key(
            self,
            &self.config().unwrap(),
            &request.body(Vec::new()).unwrap(),
        ))
    }

    fn store_answers(&self) -> Result<(), Unavailable> {
        if self.store_is_down {
            Err(Unavailable("the store is down".to_owned()))
        } else {
            Ok(())
        }
    }
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn json(response: &Response) -> serde_json::Value {
    serde_json::from_slice(response.body()).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(response.body())))
}

pub fn ids(response: &Response) -> Vec<String> {
    let slate = json(response);
    let items = slate["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["item_id"].as_str().unwrap().to_owned())
        .collect()
}

pub fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}
