//! What the sink has seen.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use shelfwise_audit::observed::{Header, Request, RequestKind, Witness};

/// Requests in the order of their arrival.
#[derive(Debug, Clone, Default)]
pub struct Recorded(Arc<Mutex<Vec<Request>>>);

impl Recorded {
    /// Adds one, and returns its number.
    pub fn add(&self, request: Request) -> usize {
        let mut all = self.lock();
        all.push(request);
        all.len() - 1
    }

    /// Notes the status of an answer. Where the recording was taken in the meantime there is nothing to note it at.
    pub fn answered(&self, number: usize, url: &str, status: u16) {
        if let Some(request) = self.lock().get_mut(number).filter(|request| request.url == url) {
            request.status = Some(status);
        }
    }

    /// Returns all, and begins anew.
    pub fn take(&self) -> Vec<Request> {
        mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Request>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request as the sink sees it.
pub fn request(head: &Parts, url: String, body: &Bytes) -> Request {
    let kind = if head.method == axum::http::Method::CONNECT {
        RequestKind::Tunnel
    } else {
        RequestKind::Http
    };
    Request {
        at_ms: now_ms(),
        headers: headers(&head.headers),
        body: (!body.is_empty()).then(|| body.to_vec()),
        ..Request::new(Witness::Sink, kind, head.method.as_str(), &url)
    }
}

fn headers(map: &HeaderMap) -> Vec<Header> {
    let header = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| Header {
        name: name.as_str().to_owned(),
        value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
    };
    map.iter().map(header).collect()
}

/// Milliseconds since 1970; 0 where the clock is before.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
