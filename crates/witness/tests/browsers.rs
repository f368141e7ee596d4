//! Both browsers on a page that does known things: every witness has to see what it is there for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use std::fs;
use std::time::Duration;

use serde_json::json;
use shelfwise_audit::observed::{Recording, Request, RequestKind, Transport, Witness};
use shelfwise_witness::{Answer, Browser, Kind, Options, Sink, Subject};

/// Asks for things in every way that a script has.
const PAGE: &str = r#"<!doctype html><title>known</title><link rel=dns-prefetch href="//prefetched.example">
<input id=name><button id=go onclick="document.title = document.querySelector('#name').value + event.isTrusted">go</button>
<div id=host></div><img src="http://image.example/a.png"><script src=known.js></script>"#;
const SCRIPT: &str = "
document.querySelector('#host').attachShadow({ mode: 'open' }).innerHTML = '<button onclick=\"document.title = 1\">in</button>';
globalThis.first = globalThis.preloaded;
document.cookie = 'shopper=1; max-age=100';
const post = { method: 'POST', body: 'secret', headers: { 'x-own': '1' } };
fetch('http://fetch.example/f?a=b', post).catch(() => {});
fetch('https://tls.example/t').catch(() => {});
fetch('own/path').then(r => r.text()).then(text => { globalThis.own = text; });
navigator.sendBeacon('http://beacon.example/b', 'beaconed');
new WebSocket('ws://socket.example/s');
new Worker('thread.js');
const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:stun.invalid:3478' }, { urls: 'stun:127.0.0.9:3478' }] });
peer.createDataChannel('x');
peer.createOffer().then(offer => peer.setLocalDescription(offer));
";

/// Sends a browser to the page, acts like a shopper, and returns what was seen.
fn watched(kind: Kind) -> Recording {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("index.html", PAGE),
        ("known.js", SCRIPT),
        ("thread.js", "fetch('http://worker.example/w').catch(() => {});"),
        ("second.html", "<!doctype html><title>second</title>"),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let sink = Sink::start(&Subject::Folder(folder.path().to_owned())).unwrap();
    sink.handle("/own/path", |request| {
        Answer::of("text/plain", format!("answered {}", request.method))
    });
    let found = Browser::find(kind).unwrap_or_else(|| panic!("{}: {}", kind.name(), kind.advice()));
    let browser = Browser::start(&found, &sink, &Options::default()).unwrap();
    let page = browser.page().unwrap();
    page.preload("globalThis.preloaded = 'before every script';").unwrap();
    page.goto(&format!("{}/index.html", sink.origin())).unwrap();
    assert_eq!(
        page.eval("[first, document.title]").unwrap(),
        json!(["before every script", "known"])
    );
    assert!(
        page.eval("(() => { throw new Error('told') })()")
            .unwrap_err()
            .to_string()
            .contains("told")
    );
    page.type_text("#name", "typed").unwrap();
    page.click("#go").unwrap();
    assert_eq!(page.eval("document.title").unwrap(), json!("typedtrue"));
    page.click("#host >>> button").unwrap();
    page.wait_until(
        "document.title === '1' && own === 'answered GET'",
        Duration::from_secs(5),
    )
    .unwrap();
    assert!(page.wait_for("#nowhere", Duration::from_millis(100)).is_err());
    assert!(page.screenshot().unwrap().starts_with(b"\x89PNG"));
    let cookies = page.cookies().unwrap();
    let cookie = cookies.iter().find(|cookie| cookie.name == "shopper").unwrap();
    assert!(cookie.value == "1" && cookie.expires_s.is_some(), "{cookie:?}");
    // Other shoppers see nothing of it.
    let other = browser.page_apart().unwrap();
    other.goto(&format!("{}/second.html", sink.origin())).unwrap();
    assert_eq!(other.eval("document.cookie").unwrap(), json!(""));
    other.close().unwrap();
    // Time for what is asked for late.
    std::thread::sleep(Duration::from_secs(1));
    page.close().unwrap();
    browser.finish().unwrap()
}

fn seen<'r>(recording: &'r Recording, witness: Witness, url: &str) -> &'r Request {
    let mut all = recording.page_requests(witness);
    all.find(|request| request.url == url).unwrap_or_else(|| {
        let urls: Vec<_> = recording
            .requests
            .iter()
            .filter(|own| own.witness == witness)
            .map(|own| &own.url)
            .collect();
        panic!("{witness:?} is blind to {url}: it saw {urls:?}")
    })
}

/// What every browser's witnesses must see.
fn check(recording: &Recording) {
    let fetched = seen(recording, Witness::Sink, "http://fetch.example/f?a=b");
    // A script that asks before it asks is answered, so that its body is seen.
    let posted = recording
        .page_requests(Witness::Sink)
        .find(|request| request.method == "POST" && request.url == fetched.url);
    let posted = posted.expect("the sink is blind to a body");
    assert_eq!(
        (posted.body.as_deref(), posted.header("x-own")),
        (Some(&b"secret"[..]), Some("1"))
    );
    assert_eq!(
        seen(recording, Witness::Sink, "http://beacon.example/b")
            .body
            .as_deref(),
        Some(&b"beaconed"[..])
    );
    for tunnel in ["socket.example:80", "tls.example:443"] {
        assert_eq!(seen(recording, Witness::Sink, tunnel).kind, RequestKind::Tunnel);
        assert_eq!(seen(recording, Witness::Sink, tunnel).status, Some(403));
    }
    for witness in [Witness::Sink, Witness::DevTools] {
        for url in [
            "http://image.example/a.png",
            "http://worker.example/w",
            &format!("{}/known.js", recording.origin),
        ] {
            seen(recording, witness, url);
        }
    }
    let tls = seen(recording, Witness::DevTools, "https://tls.example/t");
    assert!(tls.initiator.is_some(), "{tls:?}");
    let hints: Vec<_> = recording
        .hints
        .iter()
        .map(|hint| (hint.kind.as_str(), hint.target.as_str()))
        .collect();
    assert_eq!(hints, [("dns-prefetch", "http://prefetched.example/")]);
    let lookup = recording.lookups.iter().find(|lookup| lookup.host == "stun.invalid");
    assert!(
        lookup.is_some_and(|lookup| lookup.own_traffic.is_none()),
        "{:?}",
        recording.lookups
    );
    // What is the browser's own is not taken for the page's.
    let is_known =
        |request: &Request| request.url.starts_with(&recording.origin) || request.host().contains(".example");
    let strangers: Vec<_> = recording
        .requests
        .iter()
        .filter(|request| request.own_traffic.is_none() && !is_known(request))
        .collect();
    let urls: Vec<_> = strangers.iter().map(|request| &request.url).collect();
    assert!(urls.is_empty(), "{urls:?}");
}

#[test]
fn chromium_does_known_things_and_every_witness_sees_them() {
    let recording = watched(Kind::Chromium);
    check(&recording);
    for url in [
        "http://fetch.example/f?a=b",
        "http://beacon.example/b",
        "ws://socket.example/s",
        "http://worker.example/w",
    ] {
        seen(&recording, Witness::NetLog, url);
    }
    let udp = recording
        .sockets
        .iter()
        .find(|socket| socket.address == "127.0.0.9:3478");
    assert!(
        udp.is_some_and(|socket| socket.transport == Transport::Udp),
        "{:?}",
        recording.sockets
    );
    // The browser's own question whether it may (`preflight`) has the same address, and may be told first.
    let fetched = recording
        .page_requests(Witness::DevTools)
        .filter(|request| request.url == "http://fetch.example/f?a=b");
    let stacks: Vec<_> = fetched
        .filter_map(|request| request.initiator.as_ref())
        .map(|initiator| &initiator.stack)
        .collect();
    let script = [format!("{}/known.js", recording.origin)];
    assert!(stacks.iter().any(|stack| **stack == script), "{stacks:?}");
    assert_eq!(
        seen(&recording, Witness::DevTools, "ws://socket.example/s").kind,
        RequestKind::WebSocket
    );
}

#[test]
fn firefox_does_known_things_and_every_witness_sees_them() {
    let recording = watched(Kind::Firefox);
    check(&recording);
    assert!(!recording.blind_spots.is_empty());
}
