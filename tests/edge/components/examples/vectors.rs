//! Runs the golden vectors in a component: `GET /FILE` runs all cases of that file, and returns the engine's results.
#![cfg(target_family = "wasm")]

use shelfwise_vectors::{Answer, SUITES, Suite, run};
use wstd::http::{Body, Error, Request, Response};

#[wstd::http_server]
async fn main(request: Request<Body>) -> Result<Response<Body>, Error> {
    let file = request.uri().path().trim_start_matches('/');
    let (_, text) = SUITES
        .iter()
        .find(|(name, _)| *name == file)
        .ok_or_else(|| Error::msg("there is no such file"))?;
    let suite: Suite = serde_json::from_str(text)?;
    let answers: Vec<Result<Answer, String>> = suite.iter().map(run).collect();
    Ok(Response::new(Body::from(serde_json::to_vec(&answers)?)))
}
