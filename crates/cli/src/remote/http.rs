//! Requests by the HTTP client that the command line has anyway: `object_store` would bring a second one.

use std::io::Read;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use ::http::Request;
use anyhow::{Result, bail};
use async_trait::async_trait;
use bytes::Bytes;
use http_body::{Body, Frame};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};
use shelfwise_intake::progress::{Amount, Progress};
use ureq::Agent;

use super::Copy;
use crate::bars::Bars;

/// How long a connection, and the beginning of an answer, may take.
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(60);

/// Bytes that are read at once.
const CHUNK: usize = 256 * 1024;

fn agent() -> Agent {
    let config = Agent::config_builder()
        .timeout_connect(Some(CONNECT))
        .timeout_recv_response(Some(ANSWER))
        .http_status_as_error(false);
    config.build().into()
}

/// Copies what an address answers.
pub(super) fn copy(address: &str, path: &Path) -> Result<()> {
    let response = agent().get(address).call()?;
    let status = response.status();
    if !status.is_success() {
        bail!("the server answers {status}");
    }
    let is_packed = response.headers().contains_key("content-encoding");
    let length = response.headers().get("content-length");
    let announced: Option<u64> = length.and_then(|length| length.to_str().ok()?.parse().ok());
    let bars = Bars::default();
    bars.start("fetching", announced.map_or(Amount::Unknown, Amount::Bytes));
    let mut into = Copy::create(path, &bars)?;
    let mut reader = response.into_body().into_reader();
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = reader
            .read(&mut chunk)
            .map_err(|error| into.broken_off(&error.to_string()))?;
        if read == 0 {
            break;
        }
        into.add(&chunk[..read])?;
    }
    bars.finish();
    announced
        .filter(|_| !is_packed)
        .map_or(Ok(()), |announced| into.check(announced))
}

/// Makes clients for `object_store`.
#[derive(Debug)]
pub(super) struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Client(agent())))
    }
}

/// Answers while the caller waits: nothing else runs on its runtime.
#[derive(Debug)]
struct Client(Agent);

#[async_trait]
impl HttpService for Client {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        // Whoever only reads sends no body, or a short one to ask for a token.
        let body = body.as_bytes().cloned().unwrap_or_default();
        let answer = if body.is_empty() {
            self.0.run(Request::from_parts(parts, ()))
        } else {
            self.0.run(Request::from_parts(parts, body.to_vec()))
        };
        let (parts, body) = answer.map_err(refused)?.into_parts();
        let body = Chunks(body.into_reader());
        Ok(HttpResponse::from_parts(parts, HttpResponseBody::new(body)))
    }
}

fn refused(error: ureq::Error) -> HttpError {
    let kind = match error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => HttpErrorKind::Connect,
        ureq::Error::Timeout(_) => HttpErrorKind::Timeout,
        _ => HttpErrorKind::Request,
    };
    HttpError::new(kind, error)
}

/// A body as it comes.
struct Chunks<R>(R);

impl<R: Read + Unpin> Body for Chunks<R> {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let mut chunk = vec![0; CHUNK];
        Poll::Ready(match self.0.read(&mut chunk) {
            Ok(0) => None,
            Ok(read) => {
                chunk.truncate(read);
                Some(Ok(Frame::data(chunk.into())))
            }
            Err(error) => Some(Err(HttpError::new(HttpErrorKind::Interrupted, error))),
        })
    }
}
