//! The preview's server: its page, the package, the model, and two requests that change something.

use std::net::TcpListener;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::desk::{Desk, Saved};
use super::edit::Changes;
use super::guard::{Guard, Refusal};
use super::package::Package;
use super::page;

/// What the page may do: load from its own server, and compile the engine.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src data:; \
    worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Where the package's files are, behind the token.
const PACKAGE: &str = "package/";

/// Where the releases are that engines of the page load.
const RELEASES: &str = "releases/";

/// Everything that is served.
pub struct Site {
    /// Who may ask.
    pub guard: Guard,
    /// The npm package.
    pub package: Package,
    /// What is worked on.
    pub desk: Desk,
}

/// Serves until Ctrl-C.
///
/// # Errors
/// If the operating system refuses.
pub fn serve(listener: TcpListener, site: Arc<Site>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let router = Router::new().fallback(answer).with_state(site);
        let server = axum::serve(listener, router).with_graceful_shutdown(shelfwise_serve::stopped());
        server.await.context("the server stopped")
    })
}

async fn answer(State(site): State<Arc<Site>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    // Building a policy takes a while: not on the thread that serves.
    let work = tokio::task::spawn_blocking(move || site.answer(&method, uri.path(), &headers, &body));
    let mut response = match work.await {
        Ok(response) => response,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
}

impl Site {
    fn answer(&self, method: &Method, path: &str, headers: &HeaderMap, body: &[u8]) -> Response {
        let path = match self.guard.admit(method, path, headers) {
            Ok(path) => path,
            Err(Refusal::Token) => return StatusCode::NOT_FOUND.into_response(),
            Err(Refusal::Host | Refusal::Origin) => return StatusCode::FORBIDDEN.into_response(),
        };
        match (method.as_str(), path) {
            ("POST", "compile") => self.compile(body),
            ("POST", "save") => self.save(body),
            ("GET" | "HEAD", path) => self.file(path),
            _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
        }
    }

    /// Every file is in memory under its name: no path leads anywhere else.
    fn file(&self, path: &str) -> Response {
        match path {
            "state" => match self.desk.state() {
                Ok(state) => json_response(StatusCode::OK, &state),
                Err(error) => refused(&error),
            },
            _ => {
                let of_release = path
                    .strip_prefix(RELEASES)
                    .and_then(|path| self.desk.releases.get(path));
                if let Some(file) = of_release {
                    return bytes("application/octet-stream", file.to_vec());
                }
                let of_package = path.strip_prefix(PACKAGE).and_then(|name| self.package.get(name));
                match of_package.or_else(|| page::get(path)) {
                    Some(file) => bytes(kind(path), file.to_vec()),
                    None => StatusCode::NOT_FOUND.into_response(),
                }
            }
        }
    }

    fn compile(&self, body: &[u8]) -> Response {
        match serde_json::from_slice::<Changes>(body).map_err(anyhow::Error::from) {
            Ok(changes) => match self.desk.compile(&changes) {
                Ok(built) => json_response(StatusCode::OK, &built),
                Err(error) => refused(&error),
            },
            Err(error) => refused(&error),
        }
    }

    fn save(&self, body: &[u8]) -> Response {
        let saved = serde_json::from_slice::<Changes>(body).map_err(anyhow::Error::from);
        match saved.and_then(|changes| self.desk.save(changes)) {
            Ok(Saved::Written) => json_response(StatusCode::OK, &json!({ "rules": self.desk.rules() })),
            Ok(Saved::ChangedMeanwhile) => {
                let message = "the file has been changed since this page read it: start the preview again to see it";
                json_response(StatusCode::CONFLICT, &json!({ "message": message }))
            }
            Ok(Saved::Refused(findings)) => {
                let message = "the policy would have errors, so nothing was written";
                json_response(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    &json!({ "message": message, "findings": findings }),
                )
            }
            Err(error) => refused(&error),
        }
    }
}

fn refused(error: &anyhow::Error) -> Response {
    json_response(StatusCode::BAD_REQUEST, &json!({ "message": format!("{error:#}") }))
}

fn json_response(status: StatusCode, value: &serde_json::Value) -> Response {
    (status, bytes("application/json", value.to_string().into_bytes())).into_response()
}

fn bytes(kind: &'static str, content: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, kind)], content).into_response()
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        _ => "text/html; charset=utf-8",
    }
}
