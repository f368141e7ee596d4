use super::*;

/// As Chromium writes it, cut off in the middle.
const LOG: &str = r#"{"constants":{"logEventTypes":{"REQUEST_ALIVE":1,"URL_REQUEST_START_JOB":2,"UDP_CONNECT":3,"UDP_BYTES_SENT":4,"DNS_TRANSACTION":5,"HTTP_TRANSACTION_SEND_REQUEST_HEADERS":6,"HTTP_CACHE_OPEN_ENTRY":7,"HOST_RESOLVER_MANAGER_REQUEST":8},"logSourceType":{"NETWORK_QUALITY_ESTIMATOR":9},"logEventPhase":{"PHASE_BEGIN":1,"PHASE_END":2,"PHASE_NONE":0},"timeTickOffset":1000},
"events": [
{"params":{"traffic_annotation":54845618,"url":"https://update.example/"},"phase":1,"source":{"id":1},"time":"5","type":1},
{"params":{"method":"POST","url":"https://update.example/"},"phase":1,"source":{"id":1},"time":"6","type":2},
{"params":{"traffic_annotation":101845102},"phase":1,"source":{"id":2},"time":"7","type":1},
{"params":{"initiator":"http://shop.example","method":"GET","url":"http://img.example/a.png"},"phase":1,"source":{"id":2},"time":"7","type":2},
{"params":{"headers":["Host: img.example","Cookie: a=b: c"],"line":"GET /a.png HTTP/1.1"},"phase":0,"source":{"id":2},"time":"8","type":6},
{"params":{"method":"GET","url":"http://shop.example/cached.js"},"phase":1,"source":{"id":3},"time":"8","type":2},
{"phase":2,"source":{"id":3},"time":"8","type":7},
{"params":{"address":"[2001:db8::1]:443"},"phase":1,"source":{"id":4},"time":"9","type":3},
{"params":{"address":"10.0.0.1:3478"},"phase":1,"source":{"id":5},"time":"9","type":3},
{"params":{"byte_count":20},"phase":0,"source":{"id":5},"time":"9","type":4},
{"params":{"hostname":"stun.example."},"phase":1,"source":{"id":6},"time":"9","type":5},
{"params":{"host":"http://looked.up.in.cache"},"phase":1,"source":{"id":7,"type":9},"time":"9","type":8},
{"params":{"host":"cut"#;

fn found() -> Recording {
    parse(LOG.as_bytes(), "127.0.0.1:9").unwrap()
}

#[test]
fn requests_have_headers_and_time_and_cached_ones_have_not_left() {
    let found = found();
    let pages: Vec<_> = found.page_requests(Witness::NetLog).collect();
    assert_eq!(pages.len(), 1, "{pages:?}");
    assert_eq!(
        (pages[0].url.as_str(), pages[0].at_ms),
        ("http://img.example/a.png", 1007)
    );
    assert_eq!(pages[0].header("cookie"), Some("a=b: c"));
    assert_eq!(
        found.requests[0].own_traffic.as_deref(),
        Some("looks for updates of its components")
    );
}

#[test]
fn udp_socket_is_a_probe_until_it_sends() {
    let found = found();
    let pages: Vec<_> = found
        .sockets
        .iter()
        .filter(|socket| socket.own_traffic.is_none())
        .collect();
    assert_eq!(pages.len(), 1, "{:?}", found.sockets);
    assert_eq!(pages[0].address, "10.0.0.1:3478");
}

#[test]
fn lookups_are_those_that_leave() {
    let hosts: Vec<_> = found().lookups.into_iter().map(|lookup| lookup.host).collect();
    assert_eq!(hosts, ["stun.example"]);
}

#[test]
fn something_else_is_refused() {
    assert!(parse(b"<html>", "").is_err() && parse(b"", "").is_err());
}
