//! Requests that are passed on to the audited origin: over plain HTTP as they are, over TLS through a tunnel.

use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::Response;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::pass::text;
use super::subject::Target;

/// How long the origin may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(20);
/// Headers between a browser and its proxy.
const OF_THE_PROXY: &[HeaderName] = &[
    header::PROXY_AUTHORIZATION,
    header::CONNECTION,
    header::TE,
    header::TRAILER,
];

/// Passes a request on, over a connection of its own, and returns the origin's answer.
pub async fn request(target: &Target, mut head: Parts, body: Bytes) -> Response {
    for name in OF_THE_PROXY {
        head.headers.remove(name);
    }
    head.headers.remove("proxy-connection");
    if let Some(path) = head.uri.path_and_query().and_then(|path| path.as_str().parse().ok()) {
        head.uri = path;
    }
    match ask(target, Request::from_parts(head, Body::from(body))).await {
        Ok(answer) => answer,
        Err(_) => text(
            StatusCode::BAD_GATEWAY,
            "shelfwise audit: the audited origin does not answer",
        ),
    }
}

async fn ask(target: &Target, request: Request) -> Result<Response> {
    let stream = connect(target).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    // Ends with the answer's body.
    tokio::spawn(connection);
    let answer = sender.send_request(request).await?;
    Ok(answer.map(Body::new))
}

/// Opens a tunnel to the target: bytes go both ways, and nobody on the way can read them.
pub async fn tunnel(target: &Target, head: Parts, body: Body) -> Response {
    let Ok(mut stream) = connect(target).await else {
        return text(
            StatusCode::BAD_GATEWAY,
            "shelfwise audit: the audited origin does not answer",
        );
    };
    let mut request = Request::from_parts(head, body);
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            // Either side may end it, which is no error.
            let _ = tokio::io::copy_bidirectional(&mut TokioIo::new(upgraded), &mut stream).await;
        }
    });
    Response::new(Body::empty())
}

async fn connect(target: &Target) -> Result<TcpStream> {
    let connect = TcpStream::connect((target.host.as_str(), target.port));
    tokio::time::timeout(CONNECT, connect)
        .await
        .context("no connection in time")?
        .context("no connection")
}
