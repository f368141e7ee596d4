//! What was observed of a browser while it did what a plan says: plain data, so that judging it needs no browser.
//!
//! The crate `shelfwise-witness` records it. Each entry names its [`Witness`]: the same request appears once for each witness
//! that saw it, because a difference between witnesses is a finding of its own.

mod body;
mod request;
mod sent_report;
mod visit;

use serde::{Deserialize, Serialize};

pub use self::request::{Header, Initiator, Request, RequestKind};
pub use self::sent_report::SentReport;
pub use self::visit::{Build, Kept, Visit};

/// Who saw something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Witness {
    /// The proxy that every request of the browser has to pass: method, URL, headers and body, as they were sent.
    Sink,
    /// The log of the browser's own network stack: Chromium's NetLog, Firefox's `MOZ_LOG`.
    NetLog,
    /// Events of the remote protocol: what the browser reports of its pages, with the script that asked.
    DevTools,
}

impl Witness {
    /// What it is, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Sink => "the proxy",
            Self::NetLog => "the network stack's log",
            Self::DevTools => "the remote protocol",
        }
    }
}

/// Which browser was observed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrowserInfo {
    /// `chromium` or `firefox`.
    pub name: String,
    /// Its version, as it reports it.
    pub version: String,
}

/// A lookup of a host name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lookup {
    /// Who saw it.
    pub witness: Witness,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// The name.
    pub host: String,
    /// Why it is the browser's own and not the page's; none for the page's.
    pub own_traffic: Option<String>,
}

/// What carries the bytes of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP: WebRTC, QUIC, DNS.
    Udp,
}

/// An address that a socket of the browser was connected with, or sent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Socket {
    /// Who saw it.
    pub witness: Witness,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// What carries it.
    pub transport: Transport,
    /// Address and port.
    pub address: String,
    /// Why it is the browser's own and not the page's; none for the page's.
    pub own_traffic: Option<String>,
}

/// A hint in a page by which it asks the browser to look up, connect or fetch ahead, as it stood when the page was left.
///
/// A browser behind a proxy looks up no name ahead, so no other witness sees `dns-prefetch`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// `dns-prefetch`, `preconnect`, `prefetch`, `prerender`, `preload`, `modulepreload` or `speculationrules`.
    pub kind: String,
    /// The absolute address; for `speculationrules` the rules.
    pub target: String,
    /// The page's address.
    pub page: String,
}

/// A cookie that the browser keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The host that it belongs to.
    pub domain: String,
    /// The path that it belongs to.
    pub path: String,
    /// When it ends, in seconds since 1970; none for one that ends with the browser.
    pub expires_s: Option<u64>,
}

/// Everything that was observed of one browser, from its start to its end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// The browser.
    pub browser: BrowserInfo,
    /// The origin of the audited pages, such as `http://127.0.0.1:41235`.
    pub origin: String,
    /// Requests, by time.
    pub requests: Vec<Request>,
    /// Name lookups, by time.
    pub lookups: Vec<Lookup>,
    /// Addresses of sockets, by time.
    pub sockets: Vec<Socket>,
    /// Hints of the pages.
    pub hints: Vec<Hint>,
    /// What no witness can see in this browser, in sentences for the report.
    pub blind_spots: Vec<String>,
}

impl Recording {
    /// Requests that one witness saw of the pages, without the browser's own.
    pub fn page_requests(&self, witness: Witness) -> impl Iterator<Item = &Request> {
        let requests = self.requests.iter();
        requests.filter(move |request| request.witness == witness && request.own_traffic.is_none())
    }

    /// Requests between two times, in milliseconds since 1970.
    pub fn between(&self, from_ms: u64, to_ms: u64) -> impl Iterator<Item = &Request> {
        let requests = self.requests.iter();
        requests.filter(move |request| (from_ms..to_ms).contains(&request.at_ms))
    }
}

#[cfg(test)]
mod tests;
