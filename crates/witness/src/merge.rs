//! One recording out of what each witness saw.

use std::collections::BTreeSet;

use shelfwise_audit::observed::{Recording, Request, RequestKind};

use crate::own_traffic;

/// Adds what sink and remote protocol saw to what the network log holds, marks the browser's own, and sorts all by time.
pub fn merged(mut recording: Recording, sink: Vec<Request>, reported: Vec<Request>) -> Recording {
    recording.requests.extend(reported);
    let known = Known::of(&recording);
    let sink = sink.into_iter().map(|request| known.marked(request));
    recording.requests.extend(sink);
    recording.requests.sort_by_key(|request| request.at_ms);
    recording.lookups.sort_by_key(|lookup| lookup.at_ms);
    recording.sockets.sort_by_key(|socket| socket.at_ms);
    recording
}

/// What other witnesses say of who asked.
struct Known {
    is_firefox: bool,
    /// URLs and hosts that pages asked for.
    pages: BTreeSet<String>,
    /// URLs and hosts that the browser asked for, with the reason.
    own: Vec<(String, String)>,
}

impl Known {
    fn of(recording: &Recording) -> Self {
        let pages = recording
            .requests
            .iter()
            .filter(|request| request.own_traffic.is_none());
        let own = recording
            .requests
            .iter()
            .filter_map(|request| Some((request, request.own_traffic.clone()?)));
        Self {
            is_firefox: recording.browser.name == "firefox",
            pages: pages.flat_map(names).collect(),
            own: own
                .flat_map(|(request, why)| names(request).map(move |name| (name, why.clone())))
                .collect(),
        }
    }

    /// A request that the sink saw is the browser's own only if no other witness saw a page ask for it.
    fn marked(&self, mut request: Request) -> Request {
        let name = name(&request);
        if !self.pages.contains(&name) {
            let own = self
                .own
                .iter()
                .find(|(own, _)| *own == name)
                .map(|(_, why)| why.clone());
            let by_host = || self.is_firefox.then(|| own_traffic::of_firefox(request.host()))?;
            request.own_traffic = own.or_else(|| by_host().map(str::to_owned));
        }
        request
    }
}

/// As the sink sees it: a tunnel has host and port alone.
fn name(request: &Request) -> String {
    match request.kind {
        RequestKind::Tunnel => request.url.clone(),
        RequestKind::Http | RequestKind::WebSocket => format!("{} {}", request.method, request.url),
    }
}

/// As the sink would see a request of another witness: the request itself, or the tunnel for it.
fn names(request: &Request) -> [String; 2] {
    let host = request.host();
    let own = if ["https:", "wss:"].iter().any(|scheme| request.url.starts_with(scheme)) {
        443
    } else {
        80
    };
    let has_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let tunnel = if has_port {
        host.to_owned()
    } else {
        format!("{host}:{own}")
    };
    [name(request), tunnel]
}

#[cfg(test)]
mod tests {
    use shelfwise_audit::observed::Witness;

    use super::*;

    fn request(witness: Witness, method: &str, url: &str) -> Request {
        let kind = if method == "CONNECT" {
            RequestKind::Tunnel
        } else {
            RequestKind::Http
        };
        Request::new(witness, kind, method, url)
    }

    fn own(request: Request) -> Request {
        Request {
            own_traffic: Some("updates".to_owned()),
            ..request
        }
    }

    #[test]
    fn tunnel_is_the_browsers_own_only_while_no_page_asks_the_same_host() {
        let update = own(request(Witness::NetLog, "GET", "https://update.example/x"));
        let tunnel = || request(Witness::Sink, "CONNECT", "update.example:443");
        let alone = Recording {
            requests: vec![update.clone()],
            ..Recording::default()
        };
        let merged_alone = merged(alone, vec![tunnel()], vec![]);
        assert_eq!(merged_alone.page_requests(Witness::Sink).count(), 0);
        let page = request(Witness::DevTools, "GET", "https://update.example/pixel");
        let both = Recording {
            requests: vec![update],
            ..Recording::default()
        };
        let merged_both = merged(both, vec![tunnel()], vec![page]);
        assert_eq!(merged_both.page_requests(Witness::Sink).count(), 1);
    }

    #[test]
    fn request_that_the_sink_alone_saw_counts_as_the_pages() {
        let merged = merged(
            Recording::default(),
            vec![request(Witness::Sink, "GET", "http://mozilla.org/x")],
            vec![],
        );
        assert_eq!(merged.page_requests(Witness::Sink).count(), 1);
    }
}
