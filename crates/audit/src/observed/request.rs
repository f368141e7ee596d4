//! One request, as a witness saw it.

use serde::{Deserialize, Serialize};

use super::{Witness, body};

/// How something is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestKind {
    /// A request for a URL.
    Http,
    /// A tunnel to a host, for TLS or a web socket: the sink sees host and port alone.
    Tunnel,
    /// A web socket.
    WebSocket,
}

/// A header.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Header {
    /// Its name, in lower case.
    pub name: String,
    /// Its value; bytes that are no UTF-8 are replaced.
    pub value: String,
}

/// What caused a request, as far as the browser says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Initiator {
    /// The browser's word: `script`, `parser`, `preload`, `preflight`, `other`, …
    pub kind: String,
    /// The script's or document's URL, innermost first: the calls that led to the request.
    pub stack: Vec<String>,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Who saw it.
    pub witness: Witness,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// How it is asked.
    pub kind: RequestKind,
    /// The method.
    pub method: String,
    /// The absolute URL; of a tunnel `host:port`.
    pub url: String,
    /// Headers, in their order. A witness that sees none leaves it empty.
    pub headers: Vec<Header>,
    /// The body, as it was sent; none where there is none, or where this witness does not see it. In JSON it is base64.
    #[serde(with = "body", default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Vec<u8>>,
    /// What caused it; the remote protocol alone knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiator: Option<Initiator>,
    /// What it is for, in lower case: `document`, `script`, `image`, `fetch`, `worker`, …; the remote protocol alone knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// The page that asked, where the witness knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The status of the answer; none where there was none, or where this witness does not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why it is the browser's own and not the page's; none for the page's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_traffic: Option<String>,
}

impl Request {
    /// A request of which no more is known than this.
    pub fn new(witness: Witness, kind: RequestKind, method: &str, url: &str) -> Self {
        Self {
            witness,
            at_ms: 0,
            kind,
            method: method.to_owned(),
            url: url.to_owned(),
            headers: Vec::new(),
            body: None,
            initiator: None,
            destination: None,
            page: None,
            status: None,
            own_traffic: None,
        }
    }

    /// Whether a page may have caused it: it is none of the browser's own, and goes to the network.
    pub fn is_of_page(&self) -> bool {
        let is_inside = |scheme: &&str| self.url.starts_with(*scheme);
        self.own_traffic.is_none() && !["chrome:", "resource:", "moz-extension:"].iter().any(is_inside)
    }

    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|header| header.name == name)?;
        Some(&header.value)
    }

    /// Host, and port where it is no scheme's own, of the URL or of the tunnel.
    pub fn host(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        host.rsplit_once('@').map_or(host, |(_, host)| host)
    }
}
