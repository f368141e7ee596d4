//! Files that a browser loads from the edge, with the content security policy of the engine's worker.

use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, X_CONTENT_TYPE_OPTIONS};

use crate::record::hex;
use crate::route::Response;

/// Content security policy of the worker script: it may run WebAssembly that it is handed, and nothing else.
pub const WORKER_POLICY: &str = "default-src 'none'; script-src 'wasm-unsafe-eval'";

/// Path of these files.
pub const FOLDER: &str = "/shelfwise/";

/// A file that is embedded in the worker.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// Its name under `/shelfwise/`.
    pub name: &'static str,
    /// Its content.
    pub bytes: &'static [u8],
    /// SHA-256 of the content, which never changes while the worker runs.
    pub sha256: [u8; 32],
}

impl Asset {
    /// Returns the file as an answer. Its name does not change with its content, so browsers revalidate it by its hash.
    pub fn respond(self, if_none_match: Option<&HeaderValue>) -> Response {
        let etag = format!("\"{}\"", hex(&self.sha256));
        respond(self.name, &etag, if_none_match, || self.bytes.to_vec())
    }
}

/// Returns a file by name and hash; none of its bytes are read if the browser has it already.
pub fn respond(
    name: &str,
    etag: &str,
    if_none_match: Option<&HeaderValue>,
    bytes: impl FnOnce() -> Vec<u8>,
) -> Response {
    let known = if_none_match.is_some_and(|known| known.to_str().is_ok_and(|known| lists(known, etag)));
    let mut response = if known {
        let mut response = Response::new(Vec::new());
        *response.status_mut() = http::StatusCode::NOT_MODIFIED;
        response
    } else {
        Response::new(bytes())
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind(name)));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(etag) = HeaderValue::from_str(etag) {
        headers.insert(ETAG, etag);
    }
    if name == "worker.js" {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(WORKER_POLICY));
    }
    response
}

/// Returns whether `If-None-Match` names this tag. Weak tags (`W/`) match too
/// ([RFC 9110, 13.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2)).
fn lists(validators: &str, etag: &str) -> bool {
    let mut each = validators.split(',').map(str::trim);
    each.any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == etag)
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}
