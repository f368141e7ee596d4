//! Refusals as problem documents ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)): what is wrong with the request, and what
//! to do.

use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use serde_json::json;

use crate::route::Response;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    title: &'static str,
    detail: String,
    allow: Option<&'static str>,
}

impl Problem {
    /// Something about the request is wrong.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "The request cannot be read", detail)
    }

    /// The body has more bytes than allowed.
    pub fn too_large(at_most: usize) -> Self {
        let detail = format!("at most {at_most} bytes are taken: send fewer items, or only their ids");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "The request is too large", detail)
    }

    /// There is no such route or file.
    pub fn not_found() -> Self {
        let detail = "the routes are /v1/recommend, /v1/rerank, /shelfwise/*, /healthz";
        Self::new(StatusCode::NOT_FOUND, "There is nothing here", detail)
    }

    /// The route needs another method.
    pub fn method(allow: &'static str) -> Self {
        let problem = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "Another method is needed",
            format!("use {allow}"),
        );
        Self {
            allow: Some(allow),
            ..problem
        }
    }

    /// There is no model yet, and so no such file.
    pub fn unavailable(why: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is no model", why)
    }

    fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            title,
            detail: detail.into(),
            allow: None,
        }
    }

    /// Returns the document. It repeats nothing of the request but names of fields.
    pub fn respond(&self) -> Response {
        let document = json!({
            "type": "about:blank",
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        let mut response = Response::new(document.to_string().into_bytes());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(allow) = self.allow {
            headers.insert(ALLOW, HeaderValue::from_static(allow));
        }
        response
    }
}
