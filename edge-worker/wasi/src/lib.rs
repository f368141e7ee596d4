//! The edge worker on hosts of wasi:http 0.2: its store is the memory of an instance, its settings the environment.
#![cfg(target_family = "wasm")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use http_body_util::{BodyExt as _, Limited};
use shelfwise_edge::{Asset, Config, Host, MAX_BODY_BYTES, Unavailable, answer, refresh};
use wasip2::{cli::environment::get_environment, clocks::wall_clock};
use wstd::http::{Body, Client, Error, Request, Response};
use wstd::{future::FutureExt as _, runtime::spawn, time::Duration};

/// The longest that an instance's first answer waits for the model; hosts of today drop the instance after it.
const WAIT_MS: u64 = 1_000;

thread_local! {
    static STORE: RefCell<BTreeMap<String, Vec<u8>>> = const { RefCell::new(BTreeMap::new()) };
    static FRESH: Cell<bool> = const { Cell::new(true) };
}

struct Wasi;

impl Host for Wasi {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        Ok(STORE.with_borrow(|store| store.get(key).cloned()))
    }

    async fn set(&self, key: &str, bytes: &[u8]) -> Result<(), Unavailable> {
        STORE.with_borrow_mut(|store| store.insert(key.to_owned(), bytes.to_vec()));
        Ok(())
    }

    async fn fetch(&self, url: &str, at_most: usize) -> Result<Vec<u8>, Unavailable> {
        let request = Request::get(url).body(()).map_err(unavailable)?;
        let (head, body) = Client::new().send(request).await.map_err(unavailable)?.into_parts();
        let body = head.status.is_success().then_some(body);
        let body = body.ok_or_else(|| unavailable(head.status))?;
        let bytes = Limited::new(body.into_boxed_body(), at_most).collect().await;
        bytes.map(|bytes| bytes.to_bytes().into()).map_err(unavailable)
    }

    fn now_ms(&self) -> i64 {
        let now = wall_clock::now();
        i64::try_from(now.seconds).unwrap_or(0).saturating_mul(1000) + i64::from(now.nanoseconds / 1_000_000)
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
    // A body that is too long, or breaks off, is one byte longer than is taken: the handler refuses it in its words.
    let body = Limited::new(body.into_boxed_body(), MAX_BODY_BYTES).collect().await;
    let body = body.map_or_else(|_| vec![0; MAX_BODY_BYTES + 1], |body| body.to_bytes().into());
    let response = answer(&Wasi, &config, &Request::from_parts(head, body)).await;
    Ok(response.map(Body::from))
}

/// Brings the model or gives up: the answer says which.
async fn load(config: Config) {
    let _ = refresh(&Wasi, &config).timeout(Duration::from_millis(WAIT_MS)).await;
}

fn unavailable(why: impl std::fmt::Display) -> Unavailable {
    Unavailable(why.to_string())
}
