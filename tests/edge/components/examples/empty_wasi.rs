//! A handler that does nothing, built with the same library as the component for wasi:http 0.2.
#![cfg(target_family = "wasm")]

use wstd::http::{Body, Error, Request, Response};

#[wstd::http_server]
async fn main(_request: Request<Body>) -> Result<Response<Body>, Error> {
    Ok(Response::new(Body::empty()))
}
