//! Maps a request to its response.

use std::io;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use http_range_header::StartPosition;

use crate::cache::{CachedFile, FileCache};
use crate::encoding::Encoding;
use crate::names::{WORKER_POLICY, is_named_by_hash, is_worker};
use crate::paths::{Found, find};

/// Hexadecimal digits of the content's hash in its tag.
const TAG_DIGITS: usize = 32;
/// A year, which is as long as caches keep anything.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Path of the page for missing files, if the folder has it.
const NOT_FOUND_PATH: &str = "/404.html";

/// State of the server: the folder and its cache.
#[derive(Debug)]
pub struct Shop {
    /// The folder, canonical.
    pub root: std::path::PathBuf,
    /// Files that were read.
    pub cache: FileCache,
    /// Content-Security-Policy of pages; no header if it is `None`.
    pub page_policy: Option<HeaderValue>,
}

/// A request.
pub struct RequestHead<'r> {
    /// `GET`, `HEAD` or another.
    pub method: &'r Method,
    /// Path and query.
    pub uri: &'r Uri,
    /// Its headers.
    pub headers: &'r HeaderMap,
}

impl Shop {
    /// Answers a request. Reads files, and compresses those not compressed before: blocks, so it must not run on an
    /// async thread.
    pub fn answer(&self, request: &RequestHead<'_>) -> Response<Body> {
        if ![Method::GET, Method::HEAD].contains(request.method) {
            let mut answer = text(StatusCode::METHOD_NOT_ALLOWED, "this server answers GET and HEAD");
            set(&mut answer, header::ALLOW, "GET, HEAD");
            return answer;
        }
        match find(&self.root, request.uri.path()) {
            Found::File(path) => match self.cache.file(&path) {
                Ok(file) => self.file(request, &path, &file),
                Err(error) => unreadable(&error),
            },
            Found::Folder(name) => {
                let mut answer = text(StatusCode::TEMPORARY_REDIRECT, "");
                let name = utf8_percent_encode(name.trim_end_matches('/'), NON_ALPHANUMERIC);
                set(&mut answer, header::LOCATION, &format!("{name}/"));
                answer
            }
            Found::Nothing => self.not_found(request),
        }
    }

    fn not_found(&self, request: &RequestHead<'_>) -> Response<Body> {
        // Looked up as any other file, because a link may lead out of the folder.
        let page = match find(&self.root, NOT_FOUND_PATH) {
            Found::File(page) => self.cache.file(&page).ok().map(|file| (page, file)),
            _ => None,
        };
        let Some((page, file)) = page else {
            return text(StatusCode::NOT_FOUND, "there is nothing here");
        };
        let mut answer = Response::new(body(request, file.content.clone()));
        *answer.status_mut() = StatusCode::NOT_FOUND;
        set(&mut answer, header::CACHE_CONTROL, "no-cache");
        self.describe(&mut answer, &page);
        answer
    }

    fn file(&self, request: &RequestHead<'_>, path: &Path, file: &Arc<CachedFile>) -> Response<Body> {
        let mime = mime_guess::from_path(path).first_or_octet_stream();
        let compressible = !matches!(mime.type_().as_str(), "image" | "video" | "audio" | "font")
            || mime.essence_str() == "image/svg+xml";
        let accepted = word(request.headers, header::ACCEPT_ENCODING).unwrap_or_default();
        let encoding = Encoding::preferred(accepted).filter(|_| compressible);
        let compressed = encoding.and_then(|encoding| Some((encoding, file.compressed(encoding)?)));
        let (encoding, content) = match compressed {
            Some((encoding, content)) => (Some(encoding), content),
            None => (None, file.content.clone()),
        };
        let tag = tag(file, encoding);
        let mut answer = if matches_tag(request.headers, &tag) {
            let mut unchanged = Response::new(Body::empty());
            *unchanged.status_mut() = StatusCode::NOT_MODIFIED;
            unchanged
        } else {
            content_answer(request, content, &tag)
        };
        set(&mut answer, header::ETAG, &tag);
        set(&mut answer, header::ACCEPT_RANGES, "bytes");
        if let Some(encoding) = encoding {
            set(&mut answer, header::CONTENT_ENCODING, encoding.name());
        }
        if compressible {
            set(&mut answer, header::VARY, "accept-encoding");
        }
        // The requested name decides, not the target of a link: the link may have another target tomorrow.
        let name = request.uri.path().rsplit('/').next().unwrap_or_default();
        let cached = if is_named_by_hash(name, &file.sha256) {
            FOR_EVER
        } else {
            "no-cache"
        };
        set(&mut answer, header::CACHE_CONTROL, cached);
        self.describe(&mut answer, path);
        answer
    }

    /// Sets the content type and the policies.
    fn describe(&self, answer: &mut Response<Body>, path: &Path) {
        let mime = mime_guess::from_path(path).first_or_octet_stream();
        let charset = if mime.type_() == mime_guess::mime::TEXT {
            "; charset=utf-8"
        } else {
            ""
        };
        set(
            answer,
            header::CONTENT_TYPE,
            &format!("{}{charset}", mime.essence_str()),
        );
        set(answer, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if is_worker(&name) {
            set(answer, header::CONTENT_SECURITY_POLICY, WORKER_POLICY);
        } else if let Some(policy) = &self.page_policy {
            answer
                .headers_mut()
                .insert(header::CONTENT_SECURITY_POLICY, policy.clone());
        }
    }
}

/// Returns the content, or the requested part of it.
fn content_answer(request: &RequestHead<'_>, content: Bytes, tag: &str) -> Response<Body> {
    let length = content.len();
    let (status, part) = match range(request, length, tag) {
        RequestedRange::Whole => (StatusCode::OK, content),
        RequestedRange::Part(part) => {
            let (start, end) = (*part.start(), *part.end());
            let mut answer = Response::new(body(request, content.slice(part)));
            *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
            set(
                &mut answer,
                header::CONTENT_RANGE,
                &format!("bytes {start}-{end}/{length}"),
            );
            set(&mut answer, header::CONTENT_LENGTH, &(end - start + 1).to_string());
            return answer;
        }
        RequestedRange::Beyond => {
            let mut answer = text(StatusCode::RANGE_NOT_SATISFIABLE, "");
            set(&mut answer, header::CONTENT_RANGE, &format!("bytes */{length}"));
            return answer;
        }
    };
    let mut answer = Response::new(body(request, part));
    *answer.status_mut() = status;
    set(&mut answer, header::CONTENT_LENGTH, &length.to_string());
    answer
}

/// The part of a file to send.
enum RequestedRange {
    Whole,
    Part(RangeInclusive<usize>),
    Beyond,
}

/// Returns the requested range. A single range of bytes is supported; several are answered with the whole file, which a
/// server may do (RFC 9110, 14.2).
fn range(request: &RequestHead<'_>, length: usize, tag: &str) -> RequestedRange {
    let resumed = word(request.headers, header::IF_RANGE).is_none_or(|of| of == tag);
    let ranges = word(request.headers, header::RANGE).filter(|_| resumed && *request.method == Method::GET);
    let parsed = ranges.and_then(|ranges| http_range_header::parse_range_header(ranges).ok());
    let Some(parsed) = parsed.filter(|parsed| parsed.ranges.len() == 1) else {
        return RequestedRange::Whole;
    };
    if let [only] = &*parsed.ranges
        && let (StartPosition::FromLast(last), _) = (only.start, only.end)
        && last >= length as u64
        && length > 0
    {
        // A suffix that is longer than the file is the whole of it: RFC 9110, 14.1.2.
        return RequestedRange::Part(0..=length - 1);
    }
    match parsed.validate(length as u64).as_deref() {
        Ok([part]) => RequestedRange::Part(*part.start() as usize..=*part.end() as usize),
        _ => RequestedRange::Beyond,
    }
}

fn tag(file: &CachedFile, encoding: Option<Encoding>) -> String {
    let digits = file.sha256.get(..TAG_DIGITS).unwrap_or(&file.sha256);
    match encoding {
        Some(encoding) => format!("\"{digits}-{}\"", encoding.name()),
        None => format!("\"{digits}\""),
    }
}

/// Returns whether the browser has that content already.
fn matches_tag(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut known = known
        .filter_map(|tags| tags.to_str().ok())
        .flat_map(|tags| tags.split(','));
    known.any(|known| matches!(known.trim(), known if known == "*" || known.trim_start_matches("W/") == tag))
}

fn body(request: &RequestHead<'_>, content: Bytes) -> Body {
    if *request.method == Method::HEAD {
        Body::empty()
    } else {
        Body::from(content)
    }
}

fn word(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn set(answer: &mut Response<Body>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}

fn text(status: StatusCode, words: &'static str) -> Response<Body> {
    let mut answer = Response::new(Body::from(words));
    *answer.status_mut() = status;
    set(&mut answer, header::CONTENT_TYPE, "text/plain; charset=utf-8");
    set(&mut answer, header::CACHE_CONTROL, "no-store");
    answer
}

fn unreadable(error: &io::Error) -> Response<Body> {
    match error.kind() {
        io::ErrorKind::NotFound => text(StatusCode::NOT_FOUND, "there is nothing here"),
        io::ErrorKind::FileTooLarge => text(StatusCode::INTERNAL_SERVER_ERROR, "the file is larger than 256 MiB"),
        _ => text(StatusCode::INTERNAL_SERVER_ERROR, "the file cannot be read"),
    }
}
