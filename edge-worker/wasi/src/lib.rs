//! The edge worker on hosts of wasi:http 0.2: the store is the instance's memory, the settings are the environment.
#![cfg(target_family = "wasm")]

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;

use shelfwise_edge::{
    Asset, Config, ENTROPY_BYTES, Fetched, Host, Unavailable, answer, entropy, fetched, refresh, request_body,
    unavailable,
};
use wasip2::{cli::environment::get_environment, clocks::wall_clock, random::random};
use wstd::http::{Body, Client, Error, Request, Response};
use wstd::{future::FutureExt as _, runtime::spawn, time::Duration};

/// Maximum time in milliseconds that an instance's first response waits for the model; present hosts drop the instance
/// after it.
const WAIT_MS: u64 = 1_000;

thread_local! {
    static STORE: RefCell<BTreeMap<String, Vec<u8>>> = const { RefCell::new(BTreeMap::new()) };
    static FRESH: Cell<bool> = const { Cell::new(true) };
}

/// What a request has of its host: random bytes, once something is drawn.
#[derive(Default)]
struct Wasi(OnceCell<[u8; ENTROPY_BYTES]>);

impl Host for Wasi {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        Ok(STORE.with_borrow(|store| store.get(key).cloned()))
    }

    async fn set(&self, key: &str, bytes: &[u8]) -> Result<(), Unavailable> {
        STORE.with_borrow_mut(|store| store.insert(key.to_owned(), bytes.to_vec()));
        Ok(())
    }

    async fn fetch(&self, url: &str, at_most: usize) -> Result<Fetched, Unavailable> {
        let request = Request::get(url).body(()).map_err(unavailable)?;
        let response = Client::new().send(request).await.map_err(unavailable)?;
        fetched(response.map(Body::into_boxed_body), at_most).await
    }

    fn now_ms(&self) -> i64 {
        let now = wall_clock::now();
        i64::try_from(now.seconds).unwrap_or(0).saturating_mul(1000) + i64::from(now.nanoseconds / 1_000_000)
    }

    fn entropy(&self) -> Option<[u8; ENTROPY_BYTES]> {
        Some(*self.0.get_or_init(|| entropy(random::get_random_u64)))
    }

    fn asset(&self, name: &str) -> Option<Asset> {
        shelfwise_edge_assets::find(name)
    }
}

#[wstd::http_server]
async fn main(request: Request<Body>) -> Result<Response<Body>, Error> {
    let environment = get_environment();
    let setting = |name: &str| environment.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    let config = Config::read(|name| setting(name).map(|(_, value)| value.clone()));
    let loaded = spawn(load(config.clone().unwrap_or_default()));
    if FRESH.replace(false) {
        loaded.await
    } else {
        loaded.detach()
    };
    let (head, body) = request.into_parts();
    let request = Request::from_parts(head, request_body(body.into_boxed_body()).await);
    let response = answer(&Wasi::default(), &config, &request).await;
    Ok(response.map(Body::from))
}

/// Loads the model; if that fails, the response has the reason.
async fn load(config: Config) {
    let _ = refresh(&Wasi::default(), &config)
        .timeout(Duration::from_millis(WAIT_MS))
        .await;
}
