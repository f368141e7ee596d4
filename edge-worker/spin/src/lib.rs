//! The edge worker on Spin: implements the handler's platform with Spin's key-value store, variables and outgoing
//! requests.
#![cfg(target_family = "wasm")]

use std::cell::OnceCell;

use bytes::Bytes;
use shelfwise_edge::{
    Asset, Config, ENTROPY_BYTES, Fetched, Host, Unavailable, answer, entropy, fetched, refresh, request_body,
    unavailable,
};
use spin_sdk::http::{FullBody, IntoResponse, Request, get};
use spin_sdk::{http_service, key_value, variables, wasip3};

/// What a request has of Spin.
struct Spin {
    /// The store, or Spin's error if it could not be opened.
    store: Result<key_value::Store, key_value::Error>,
    /// The request's random bytes, once something is drawn.
    entropy: OnceCell<[u8; ENTROPY_BYTES]>,
}

impl Host for Spin {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        let store = self.store.as_ref().map_err(unavailable)?;
        store.get(key).await.map_err(unavailable)
    }

    async fn set(&self, key: &str, bytes: &[u8]) -> Result<(), Unavailable> {
        let store = self.store.as_ref().map_err(unavailable)?;
        store.set(key, bytes).await.map_err(unavailable)
    }

    async fn fetch(&self, url: &str, at_most: usize) -> Result<Fetched, Unavailable> {
        fetched(get(url).await.map_err(unavailable)?, at_most).await
    }

    fn now_ms(&self) -> i64 {
        let now = wasip3::clocks::system_clock::now();
        now.seconds.saturating_mul(1000) + i64::from(now.nanoseconds / 1_000_000)
    }

    fn entropy(&self) -> Option<[u8; ENTROPY_BYTES]> {
        let word = wasip3::random::random::get_random_u64;
        Some(*self.entropy.get_or_init(|| entropy(word)))
    }

    fn asset(&self, name: &str) -> Option<Asset> {
        shelfwise_edge_assets::find(name)
    }
}

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    let mut settings = Vec::new();
    for name in Config::NAMES {
        settings.push((name, variables::get(name).await.ok()));
    }
    let config = Config::read(|name| settings.iter().find(|(known, _)| *known == name)?.1.clone());
    let host = Spin {
        store: key_value::Store::open_default().await,
        entropy: OnceCell::new(),
    };
    let (head, body) = request.into_parts();
    let request = http::Request::from_parts(head, request_body(body).await);
    let response = answer(&host, &config, &request).await;
    wasip3::spawn(async move {
        if let Ok(config) = config {
            refresh(&host, &config).await;
        }
    });
    response.map(|body| FullBody::new(Bytes::from(body)))
}
