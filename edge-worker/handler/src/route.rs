//! From a request to its answer.

use http::header::IF_NONE_MATCH;
use http::{HeaderMap, Method};

use crate::asset::{self, FOLDER};
use crate::config::{Config, ConfigError};
use crate::host::Host;
use crate::problem::Problem;
use crate::record::{Record, Stored};
use crate::{health, model, recommend, rerank};

/// What came in, with its body read: adapters read no more of it than the handler takes, and one byte.
pub type Request = http::Request<Vec<u8>>;

/// What goes out.
pub type Response = http::Response<Vec<u8>>;

/// Answers a request. Nothing of it outlives the answer.
pub async fn answer(host: &impl Host, config: &Result<Config, ConfigError>, request: &Request) -> Response {
    let (path, headers) = (request.uri().path(), request.headers());
    let response = match path {
        "/v1/recommend" => match allowed(request, &[Method::GET, Method::HEAD], "GET, HEAD") {
            Ok(()) => recommend::respond(host, request.uri().query().unwrap_or_default()).await,
            Err(problem) => Err(problem),
        },
        "/v1/rerank" => match allowed(request, &[Method::POST], "POST") {
            Ok(()) => {
                // Settings that cannot be read allow nothing.
                let cautious = Config::default();
                rerank::respond(host, config.as_ref().unwrap_or(&cautious), headers, request.body()).await
            }
            Err(problem) => Err(problem),
        },
        "/healthz" => Ok(health::respond(host, config).await),
        _ => match allowed(request, &[Method::GET, Method::HEAD], "GET, HEAD") {
            Ok(()) => file(host, path, headers).await,
            Err(problem) => Err(problem),
        },
    };
    without_body(request.method(), response.unwrap_or_else(|problem| problem.respond()))
}

async fn file(host: &impl Host, path: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    let name = path.strip_prefix(FOLDER).ok_or_else(Problem::not_found)?;
    match name {
        "model.swm" => stored(host, name, headers, |record| Some(record.snapshot)).await,
        "policy.swp" => stored(host, name, headers, |record| record.policy).await,
        _ => host
            .asset(name)
            .map(|asset| asset.respond(headers.get(IF_NONE_MATCH)))
            .ok_or_else(Problem::not_found),
    }
}

/// A file of the store, as it was admitted.
async fn stored(
    host: &impl Host,
    name: &str,
    headers: &HeaderMap,
    which: impl Fn(&Record) -> Option<Stored>,
) -> Result<Response, Problem> {
    let record = model::record(host)
        .await
        .map_err(|why| Problem::unavailable(why.name()))?;
    let stored = which(&record).ok_or_else(Problem::not_found)?;
    let bytes = model::read(host, stored)
        .await
        .map_err(|why| Problem::unavailable(why.name()))?;
    let etag = format!("\"{}\"", stored.hash.digits());
    Ok(asset::respond(name, &etag, headers.get(IF_NONE_MATCH), || bytes))
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
