//! Routes: from a request to its answer.

use http::header::IF_NONE_MATCH;
use http::{HeaderMap, Method};
use sha2::{Digest as _, Sha256};
use shelfwise_sync::layout::RECORD_PATH;

use crate::asset::{self, FOLDER};
use crate::config::{Config, ConfigError};
use crate::guardrails::Guardrails;
use crate::host::Host;
use crate::problem::Problem;
use crate::record::hex;
use crate::{health, model, recommend, rerank};

/// A request with its body: adapters read at most one byte more than the handler accepts.
pub type Request = http::Request<Vec<u8>>;

/// A response.
pub type Response = http::Response<Vec<u8>>;

/// Answers a request. Nothing of it is kept after the answer.
pub async fn answer(host: &impl Host, config: &Result<Config, ConfigError>, request: &Request) -> Response {
    let (path, headers) = (request.uri().path(), request.headers());
    // Invalid settings allow nothing.
    let cautious = Config::default();
    let allows = config.as_ref().unwrap_or(&cautious);
    let response = match path {
        "/v1/recommend" => match allowed(request, &[Method::GET, Method::HEAD], "GET, HEAD") {
            Ok(()) => recommend::respond(host, allows, headers, request.uri().query().unwrap_or_default()).await,
            Err(problem) => Err(problem),
        },
        "/v1/rerank" => match allowed(request, &[Method::POST], "POST") {
            Ok(()) => rerank::respond(host, allows, headers, request.body()).await,
            Err(problem) => Err(problem),
        },
        "/healthz" => match allowed(request, &[Method::GET, Method::HEAD], "GET, HEAD") {
            Ok(()) => Ok(health::respond(host, config).await),
            Err(problem) => Err(problem),
        },
        _ => match allowed(request, &[Method::GET, Method::HEAD], "GET, HEAD") {
            Ok(()) => file(host, path, headers).await,
            Err(problem) => Err(problem),
        },
    };
    without_body(request.method(), response.unwrap_or_else(|problem| problem.respond()))
}

async fn file(host: &impl Host, path: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    let name = path.strip_prefix(FOLDER).ok_or_else(Problem::not_found)?;
    if let Some(asset) = host.asset(name) {
        return Ok(asset.respond(headers.get(IF_NONE_MATCH)));
    }
    stored(host, name, headers).await
}

/// Returns a file of the store as it was admitted. Files of a release have the names that its record gives them.
async fn stored(host: &impl Host, name: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    let record = model::record(host)
        .await
        .map_err(|why| Problem::unavailable(why.name()))?;
    let if_none_match = headers.get(IF_NONE_MATCH);
    let release = record.release.as_ref();
    if release.is_some_and(|release| release.hidden_path.as_deref() == Some(name)) {
        let guardrails = Guardrails::read(host).await.ok_or_else(Problem::not_found)?;
        let etag = format!("\"{}\"", hex(&Sha256::digest(&guardrails.list)));
        return Ok(asset::respond(name, &etag, if_none_match, || guardrails.list));
    }
    let stored = match (name, release) {
        (RECORD_PATH, Some(release)) => {
            let etag = format!("\"{}\"", hex(&Sha256::digest(&release.record)));
            return Ok(asset::respond(name, &etag, if_none_match, || release.record.clone()));
        }
        ("model.swm", _) => Some(record.snapshot),
        ("policy.swp", _) => record.policy,
        (path, Some(release)) if path == release.snapshot_path => Some(record.snapshot),
        (path, Some(release)) if path == release.policy_path => record.policy,
        (path, Some(release)) if release.facts_path.as_deref() == Some(path) => record.facts.map(|facts| facts.file),
        _ => None,
    };
    let stored = stored.ok_or_else(Problem::not_found)?;
    let bytes = model::read(host, stored)
        .await
        .map_err(|why| Problem::unavailable(why.name()))?;
    let etag = format!("\"{}\"", stored.hash.digits());
    Ok(asset::respond(name, &etag, if_none_match, || bytes))
}

fn allowed(request: &Request, methods: &[Method], names: &'static str) -> Result<(), Problem> {
    let known = methods.contains(request.method());
    known.then_some(()).ok_or_else(|| Problem::method(names))
}

fn without_body(method: &Method, mut response: Response) -> Response {
    if method == Method::HEAD {
        response.body_mut().clear();
    }
    response
}
