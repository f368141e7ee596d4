//! A client of one origin, which asks nothing else: for the step `edge`.

use std::io::Read as _;
use std::time::Duration;

use anyhow::{Context as _, Result};
use shelfwise_audit::steps::edge::{Edge, Inquiry, Reply};
use ureq::Agent;
use ureq::http::Request;

use crate::sink::Target;

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(20);
/// The most bytes that are read of an answer: more than any script or slate has.
const MOST_BYTES: u64 = 16 << 20;

/// An edge worker at an origin, asked over HTTP.
#[derive(Debug)]
pub struct EdgeClient {
    agent: Agent,
    origin: String,
}

impl EdgeClient {
    /// A client of the origin of an address.
    ///
    /// # Errors
    /// If it is no address that begins with `http://` or `https://`.
    pub fn of(url: &str) -> Result<Self> {
        let config = Agent::config_builder()
            .timeout_global(Some(LIMIT))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false);
        Ok(Self {
            agent: config.build().into(),
            origin: Target::of(url)?.origin,
        })
    }
}

impl Edge for EdgeClient {
    fn origin(&self) -> &str {
        &self.origin
    }

    fn ask(&self, inquiry: &Inquiry) -> Result<Reply> {
        let url = format!("{}{}", self.origin, inquiry.target);
        let mut request = Request::builder().method(inquiry.method).uri(&url);
        for (name, value) in &inquiry.headers {
            request = request.header(name, value);
        }
        let sent = match &inquiry.body {
            Some(body) => self.agent.run(request.body(body.as_bytes())?),
            None => self.agent.run(request.body(())?),
        };
        let mut response = sent.with_context(|| format!("cannot ask {url}"))?;
        let mut body = Vec::new();
        let reader = response.body_mut().as_reader();
        reader.take(MOST_BYTES).read_to_end(&mut body)?;
        let header = |(name, value): (&ureq::http::HeaderName, &ureq::http::HeaderValue)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        };
        Ok(Reply {
            status: response.status().as_u16(),
            headers: response.headers().iter().map(header).collect(),
            body,
        })
    }
}
