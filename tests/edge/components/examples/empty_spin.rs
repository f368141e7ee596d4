//! A handler that does nothing, built with the same SDK as the component for Spin.
#![cfg(target_family = "wasm")]

use spin_sdk::http::{EmptyBody, IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(_request: Request) -> impl IntoResponse {
    http::Response::new(EmptyBody::new())
}
