//! Chromium's NetLog: what its network stack did, one event a line.
//!
//! The form is that of <https://www.chromium.org/developers/design-documents/network-stack/netlog/>: numbers of events, phases
//! and sources are named in the file itself. A log that ends early, because the browser was killed, is read as far as it goes.

use std::collections::{HashMap, HashSet};

use anyhow::{Context as _, Result};
use serde_json::Value;
use shelfwise_audit::observed::{Header, Lookup, Recording, Request, RequestKind, Socket, Transport, Witness};

use crate::address::leaves;
use crate::own_traffic;

/// Sockets that look for a way to the Internet, and send nothing.
const PROBE: &str = "tries whether there is IPv6, and sends nothing";
/// Sockets with name servers: what they ask for stands among the lookups.
const NAMES: &str = "asks a name server";
/// Sources that look into the cache of names alone.
const CACHE_ONLY: &str = "NETWORK_QUALITY_ESTIMATOR";

/// Reads a log. `sink` is the proxy's address: connections with it are what the sink records.
///
/// # Errors
/// If it is no NetLog.
pub fn parse(raw: &[u8], sink: &str) -> Result<Recording> {
    let text = String::from_utf8_lossy(raw);
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default().trim_end().trim_end_matches(',');
    let constants: Value = serde_json::from_str(&format!("{first}}}")).context("the NetLog has no constants")?;
    let mut reader = Reader::of(&constants["constants"], sink)?;
    for line in lines {
        let line = line.trim_end().trim_end_matches([',', ']', '}']);
        // What was cut off with the event's own end is closed again.
        let event =
            (0..8).find_map(|braces| serde_json::from_str::<Value>(&format!("{line}{}", "}".repeat(braces))).ok());
        if let Some(event) = event.filter(|event| event["source"].is_object()) {
            reader.event(&event);
        }
    }
    Ok(reader.end())
}

/// A request of which more events come.
struct Open {
    request: Request,
    is_from_cache: bool,
    /// Whether a connection was wanted for it.
    is_sent: bool,
}

struct Reader<'a> {
    sink: &'a str,
    types: HashMap<u64, String>,
    sources: HashMap<u64, String>,
    end_phase: u64,
    /// Milliseconds between the log's clock and 1970.
    offset: i64,
    /// The browser's own requests, by source, with their reason.
    own: HashMap<u64, &'static str>,
    /// Requests, by source; a redirect makes a second one of the same source.
    open: Vec<(u64, Open)>,
    /// Connected UDP sockets, by source: how many sockets were found with it.
    connected: HashMap<u64, usize>,
    found: Recording,
}

impl<'a> Reader<'a> {
    fn of(constants: &Value, sink: &'a str) -> Result<Self> {
        let names = |list: &str| -> HashMap<u64, String> {
            let list = constants[list].as_object().into_iter().flatten();
            list.filter_map(|(name, number)| Some((number.as_u64()?, name.clone())))
                .collect()
        };
        let offset = &constants["timeTickOffset"];
        let offset = offset.as_i64().or_else(|| offset.as_str()?.parse().ok());
        Ok(Self {
            sink,
            types: names("logEventTypes"),
            sources: names("logSourceType"),
            end_phase: constants["logEventPhase"]["PHASE_END"]
                .as_u64()
                .context("the NetLog names no phases")?,
            offset: offset.context("the NetLog has no clock")?,
            own: HashMap::new(),
            open: Vec::new(),
            connected: HashMap::new(),
            found: Recording::default(),
        })
    }

    fn event(&mut self, event: &Value) {
        let kind = event["type"]
            .as_u64()
            .and_then(|number| self.types.get(&number))
            .cloned()
            .unwrap_or_default();
        let (source, params) = (event["source"]["id"].as_u64().unwrap_or_default(), &event["params"]);
        let is_end = event["phase"].as_u64() == Some(self.end_phase);
        let at_ms = self.time(&event["time"]);
        match kind.as_str() {
            "REQUEST_ALIVE" if !is_end => {
                let annotation = params["traffic_annotation"].as_u64();
                let own = annotation.and_then(own_traffic::of_chromium);
                own.map(|why| self.own.insert(source, why));
            }
            "URL_REQUEST_START_JOB" if !is_end => self.request(source, at_ms, params),
            "HTTP_STREAM_REQUEST" => self.with(source, |open| open.is_sent = true),
            "HTTP_TRANSACTION_SEND_REQUEST_HEADERS" | "HTTP_TRANSACTION_HTTP2_SEND_REQUEST_HEADERS" => {
                let headers = headers(params);
                self.with(source, |open| (open.is_sent, open.request.headers) = (true, headers));
            }
            "HTTP_TRANSACTION_READ_RESPONSE_HEADERS" => {
                let status = status(params);
                self.with(source, |open| open.request.status = status);
            }
            "HTTP_CACHE_OPEN_ENTRY" if is_end && params["net_error"].is_null() => {
                self.with(source, |open| open.is_from_cache = true);
            }
            "HOST_RESOLVER_MANAGER_JOB" | "HOST_RESOLVER_SYSTEM_TASK" | "DNS_TRANSACTION" if !is_end => {
                self.lookup(at_ms, params);
            }
            "HOST_RESOLVER_MANAGER_REQUEST" if !is_end => {
                let source = event["source"]["type"]
                    .as_u64()
                    .and_then(|number| self.sources.get(&number));
                if source.is_none_or(|source| source != CACHE_ONLY) {
                    self.lookup(at_ms, params);
                }
            }
            "TCP_CONNECT_ATTEMPT" if !is_end => self.socket(at_ms, Transport::Tcp, params, None),
            "UDP_CONNECT" if !is_end => {
                let is_name_server = params["address"].as_str().unwrap_or_default().ends_with(":53");
                let own = if is_name_server { NAMES } else { PROBE };
                self.socket(at_ms, Transport::Udp, params, Some(own));
                self.connected.insert(source, self.found.sockets.len());
            }
            "UDP_BYTES_SENT" => self.sent(source, at_ms, params),
            _ => {}
        }
    }

    fn request(&mut self, source: u64, at_ms: u64, params: &Value) {
        let text = |name: &str| params[name].as_str().unwrap_or_default();
        let url = text("url");
        if !leaves(url) {
            return;
        }
        let kind = if url.starts_with("ws") {
            RequestKind::WebSocket
        } else {
            RequestKind::Http
        };
        let request = Request {
            at_ms,
            page: Some(text("initiator").to_owned()).filter(|page| page.contains("://")),
            own_traffic: self.own.get(&source).map(|&why| why.to_owned()),
            ..Request::new(Witness::NetLog, kind, text("method"), url)
        };
        self.open.push((
            source,
            Open {
                request,
                is_from_cache: false,
                is_sent: false,
            },
        ));
    }

    /// The last request of a source.
    fn with(&mut self, source: u64, change: impl FnOnce(&mut Open)) {
        if let Some((_, open)) = self.open.iter_mut().rev().find(|(own, _)| *own == source) {
            change(open);
        }
    }

    fn lookup(&mut self, at_ms: u64, params: &Value) {
        let host = params["host"]
            .as_str()
            .or(params["hostname"].as_str())
            .unwrap_or_default();
        let host = host.split_once("://").map_or(host, |(_, host)| host);
        let host = host
            .rsplit_once(':')
            .filter(|(_, port)| port.parse::<u16>().is_ok())
            .map_or(host, |(host, _)| host);
        // A name that is whole ends with a dot.
        let host = host.trim_end_matches('.');
        let is_address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok();
        if !host.is_empty() && !is_address && host != "localhost" {
            let host = host.to_owned();
            self.found.lookups.push(Lookup {
                witness: Witness::NetLog,
                at_ms,
                host,
                own_traffic: None,
            });
        }
    }

    /// Bytes that a UDP socket sends: to an address of their own, or to that which it is connected with.
    fn sent(&mut self, source: u64, at_ms: u64, params: &Value) {
        if params["address"].is_string() {
            self.socket(at_ms, Transport::Udp, params, None);
        } else if let Some(after) = self.connected.get(&source)
            && let Some(socket) = self.found.sockets.get_mut(after.saturating_sub(1))
            && socket.own_traffic.as_deref() == Some(PROBE)
        {
            // Whatever it was opened for, it is no probe.
            socket.own_traffic = None;
        }
    }

    fn socket(&mut self, at_ms: u64, transport: Transport, params: &Value, own: Option<&str>) {
        let address = params["address"].as_str().unwrap_or_default();
        if address.is_empty() || address == self.sink {
            return;
        }
        self.found.sockets.push(Socket {
            witness: Witness::NetLog,
            at_ms,
            transport,
            address: address.to_owned(),
            own_traffic: own.map(str::to_owned),
        });
    }

    /// Times are texts of milliseconds.
    fn time(&self, time: &Value) -> u64 {
        let ticks = time
            .as_i64()
            .or_else(|| time.as_str()?.parse().ok())
            .unwrap_or_default();
        u64::try_from(ticks.saturating_add(self.offset)).unwrap_or_default()
    }

    /// Requests that the browser answered out of its cache have not left it.
    fn end(mut self) -> Recording {
        let sent = self
            .open
            .into_iter()
            .filter(|(_, open)| open.is_sent || !open.is_from_cache);
        self.found.requests.extend(sent.map(|(_, open)| open.request));
        let own = self
            .found
            .requests
            .iter()
            .filter(|request| request.own_traffic.is_some());
        let own: HashSet<_> = own.map(|request| request.host().to_owned()).collect();
        for lookup in &mut self.found.lookups {
            lookup.own_traffic = own
                .contains(&lookup.host)
                .then(|| "for a request of its own".to_owned());
        }
        self.found
    }
}

/// `name: value` lines, or an object.
fn headers(params: &Value) -> Vec<Header> {
    let lines = params["headers"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    let header = |line: &str| {
        // Names of HTTP/2 may begin with a colon.
        let at = line.get(1..)?.find(':')? + 1;
        let (name, value) = line.split_at_checked(at)?;
        Some(Header {
            name: name.to_ascii_lowercase(),
            value: value.get(1..)?.trim().to_owned(),
        })
    };
    lines.filter_map(header).collect()
}

/// Of the line `HTTP/1.1 403 Forbidden`.
fn status(params: &Value) -> Option<u16> {
    params["headers"][0].as_str()?.split(' ').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests;
