//! What happens to a request: recorded first, then answered, passed on, or refused.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use super::forward;
use super::handlers::Handlers;
use super::record::{self, Recorded};
use super::subject::{Subject, Target};

/// The longest body that is recorded; longer ones are refused.
const MOST_BODY: usize = 16 << 20;
const REFUSED: &str = "shelfwise audit: recorded and refused, it is not of the audited origin";

/// What the sink knows.
#[derive(Debug)]
pub struct Passage {
    /// The audited origin.
    pub origin: String,
    /// Where requests for it are passed on; none if a folder answers them.
    remote: Option<Target>,
    /// The sink's own address.
    own: SocketAddr,
    /// Paths that the caller answers.
    pub handlers: Handlers,
    /// What was seen.
    pub recorded: Recorded,
}

impl Passage {
    /// For a subject, and a sink that listens at an address.
    pub fn of(subject: &Subject, own: SocketAddr) -> Result<Self> {
        let remote = match subject {
            Subject::Origin(url) => Some(Target::of(url)?),
            Subject::Folder(_) | Subject::FolderWithPolicy(..) => None,
        };
        let origin = remote
            .as_ref()
            .map_or_else(|| format!("http://{own}"), |target| target.origin.clone());
        Ok(Self {
            origin,
            remote,
            own,
            handlers: Handlers::default(),
            recorded: Recorded::default(),
        })
    }

    /// Whether it is a request to the audited origin.
    fn is_audited(&self, uri: &Uri) -> bool {
        match &self.remote {
            Some(target) => target.is(uri),
            None => uri
                .authority()
                .is_some_and(|authority| *authority.as_str() == self.own.to_string()),
        }
    }
}

/// Records a request, and lets it pass where it may.
pub async fn pass(State(passage): State<Arc<Passage>>, request: Request, next: Next) -> Response {
    let (mut head, body) = request.into_parts();
    head.uri = absolute(&head, &passage);
    let url = head.uri.to_string();
    if head.method == Method::CONNECT {
        let number = passage.recorded.add(record::request(&head, url.clone(), &Bytes::new()));
        let answer = tunnel(&passage, head, body).await;
        passage.recorded.answered(number, &url, answer.status().as_u16());
        return answer;
    }
    let bytes = to_bytes(body, MOST_BODY).await;
    let seen = record::request(&head, url.clone(), bytes.as_ref().unwrap_or(&Bytes::new()));
    let number = passage.recorded.add(seen.clone());
    let answer = match bytes {
        Err(_) => text(
            StatusCode::PAYLOAD_TOO_LARGE,
            "shelfwise audit: the body is too long to be recorded",
        ),
        Ok(_) if !passage.is_audited(&head.uri) => refuse(&head.headers, &head.method),
        Ok(bytes) => answer(&passage, head, bytes, seen, next).await,
    };
    passage.recorded.answered(number, &url, answer.status().as_u16());
    answer
}

/// Answers a request for the audited origin.
async fn answer(
    passage: &Arc<Passage>,
    mut head: Parts,
    bytes: Bytes,
    seen: shelfwise_audit::observed::Request,
    next: Next,
) -> Response {
    if let Some(handler) = passage.handlers.of(head.uri.path()) {
        let done = tokio::task::spawn_blocking(move || handler(&seen)).await;
        return match done {
            Ok(answer) => answer.response(),
            Err(_) => text(
                StatusCode::INTERNAL_SERVER_ERROR,
                "shelfwise audit: a handler of this path panicked",
            ),
        };
    }
    match &passage.remote {
        Some(target) => forward::request(target, head, bytes).await,
        None => {
            // The folder's server is asked as by a browser without a proxy: by path and query.
            if let Some(path) = head.uri.path_and_query().and_then(|path| path.as_str().parse().ok()) {
                head.uri = path;
            }
            next.run(Request::from_parts(head, Body::from(bytes))).await
        }
    }
}

async fn tunnel(passage: &Passage, head: Parts, body: Body) -> Response {
    match &passage.remote {
        Some(target) if target.is_tls && target.is(&head.uri) => forward::tunnel(target, head, body).await,
        _ => text(StatusCode::FORBIDDEN, REFUSED),
    }
}

/// The absolute URL, also of a request that did not come as to a proxy.
fn absolute(head: &Parts, passage: &Passage) -> Uri {
    if head.uri.authority().is_some() {
        return head.uri.clone();
    }
    let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.map_or_else(|| passage.own.to_string(), str::to_owned);
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    format!("http://{host}{path}")
        .parse()
        .unwrap_or_else(|_| head.uri.clone())
}

/// Refuses, in a way that a page can read: a script that asks first whether it may ask goes on, and shows what it would send.
fn refuse(headers: &HeaderMap, method: &Method) -> Response {
    let preflight = *method == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut answer = if preflight {
        text(StatusCode::NO_CONTENT, "")
    } else {
        text(StatusCode::FORBIDDEN, REFUSED)
    };
    let mut allow = |name, value: Option<&HeaderValue>| {
        if let Some(value) = value {
            answer.headers_mut().insert(name, value.clone());
        }
    };
    allow(header::ACCESS_CONTROL_ALLOW_ORIGIN, headers.get(header::ORIGIN));
    allow(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        headers.get(header::ACCESS_CONTROL_REQUEST_METHOD),
    );
    allow(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS),
    );
    allow(
        header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
        Some(&HeaderValue::from_static("true")),
    );
    answer
}

pub(super) fn text(status: StatusCode, words: &'static str) -> Response {
    let mut answer = Response::new(Body::from(words));
    *answer.status_mut() = status;
    answer
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
