//! Paths that the caller answers.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use shelfwise_audit::observed::Request;

/// An answer of a handler.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The status; 0 counts as 200.
    pub status: u16,
    /// Headers, by name and value.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

type Handler = Arc<dyn Fn(&Request) -> Answer + Send + Sync>;

/// Handlers by path.
#[derive(Default)]
pub struct Handlers(Mutex<HashMap<String, Handler>>);

impl Answer {
    /// A body of a type, with status 200.
    pub fn of(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self {
            status: 200,
            headers,
            body: body.into(),
        }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// As a server says it. Headers that HTTP has no way to say are left out.
    pub(super) fn response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

impl Handlers {
    /// Adds one; a second one for the same path takes the place of the first.
    pub fn add(&self, path: &str, handler: impl Fn(&Request) -> Answer + Send + Sync + 'static) {
        self.lock().insert(path.to_owned(), Arc::new(handler));
    }

    /// The handler for a path, if there is one.
    pub fn of(&self, path: &str) -> Option<Handler> {
        self.lock().get(path).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Handler>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lock().keys()).finish()
    }
}
