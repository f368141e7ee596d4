//! The edge worker on Spin: lends the handler Spin's key-value store, variables and outgoing requests.
#![cfg(target_family = "wasm")]

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use shelfwise_edge::{Asset, Config, Host, MAX_BODY_BYTES, Unavailable, answer, refresh};
use spin_sdk::http::{FullBody, IntoResponse, Request, get};
use spin_sdk::{http_service, key_value, variables, wasip3};

/// The store, or why Spin did not open it.
struct Spin(Result<key_value::Store, key_value::Error>);

impl Host for Spin {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        let store = self.0.as_ref().map_err(unavailable)?;
        store.get(key).await.map_err(unavailable)
    }

    async fn set(&self, key: &str, bytes: &[u8]) -> Result<(), Unavailable> {
        let store = self.0.as_ref().map_err(unavailable)?;
        store.set(key, bytes).await.map_err(unavailable)
    }

    async fn fetch(&self, url: &str, at_most: usize) -> Result<Vec<u8>, Unavailable> {
        let (head, body) = get(url).await.map_err(unavailable)?.into_parts();
        let body = head.status.is_success().then_some(body);
        let body = body.ok_or_else(|| unavailable(head.status))?;
        let bytes = Limited::new(body, at_most).collect().await;
        bytes.map(|bytes| bytes.to_bytes().into()).map_err(unavailable)
    }

    fn now_ms(&self) -> i64 {
        let now = wasip3::clocks::system_clock::now();
        now.seconds.saturating_mul(1000) + i64::from(now.nanoseconds / 1_000_000)
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
    let host = Spin(key_value::Store::open_default().await);
    let (head, body) = request.into_parts();
    // A body that is too long, or breaks off, is one byte longer than is taken: the handler refuses it in its words.
    let body = Limited::new(body, MAX_BODY_BYTES).collect().await;
    let body = body.map_or_else(|_| vec![0; MAX_BODY_BYTES + 1], |body| body.to_bytes().into());
    let response = answer(&host, &config, &http::Request::from_parts(head, body)).await;
    wasip3::spawn(async move {
        if let Ok(config) = config {
            refresh(&host, &config).await;
        }
    });
    response.map(|body| FullBody::new(Bytes::from(body)))
}

fn unavailable(why: impl std::fmt::Display) -> Unavailable {
    Unavailable(why.to_string())
}
