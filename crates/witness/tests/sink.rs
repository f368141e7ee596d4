//! The sink as a server, as a proxy and as a tunnel, asked by bare sockets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use shelfwise_audit::observed::RequestKind;
use shelfwise_witness::{Answer, Sink, Subject};

/// Sends a request whose answer ends the connection, and returns the answer.
fn ask(sink: &Sink, request: &str) -> String {
    let mut stream = TcpStream::connect(sink.address()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(url: &str, host: &str) -> String {
    format!("GET {url} HTTP/1.1\r\nhost: {host}\r\nproxy-connection: x\r\nconnection: close\r\n\r\n")
}

/// A server that answers each connection once: with what it was sent in front.
fn origin() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut bytes = [0; 4096];
            let length = stream.read(&mut bytes).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
            let answer = format!(
                "HTTP/1.1 203 Told\r\nx-own: 1\r\ncontent-length: {}\r\n\r\n{text}",
                text.len()
            );
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

#[test]
fn folder_is_served_by_path_and_by_absolute_url_and_each_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("worker.js"), "1").unwrap();
    let sink = Sink::start(&Subject::Folder(folder.path().to_owned())).unwrap();
    let host = sink.address().to_string();
    for url in ["/worker.js".to_owned(), format!("{}/worker.js", sink.origin())] {
        let answer = ask(&sink, &get(&url, &host));
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.contains("default-src 'none'"),
            "{answer}"
        );
    }
    sink.handle("/worker.js", |request| {
        Answer::of("text/plain", request.url.clone()).header("x-handled", "1")
    });
    let answer = ask(&sink, &get("/worker.js?a", &host));
    assert!(
        answer.contains("x-handled: 1") && answer.ends_with("/worker.js?a"),
        "{answer}"
    );
    let seen = sink.take();
    assert!(
        seen.iter()
            .all(|request| request.url.starts_with(sink.origin()) && request.status == Some(200)),
        "{seen:?}"
    );
    assert_eq!((seen.len(), sink.take().len()), (3, 0));
}

#[test]
fn other_hosts_are_recorded_with_their_bodies_and_refused() {
    let folder = tempfile::tempdir().unwrap();
    let sink = Sink::start(&Subject::Folder(folder.path().to_owned())).unwrap();
    let post = "POST http://collector.example/c?d HTTP/1.1\r\nhost: collector.example\r\norigin: http://shop\r\n\
        content-length: 4\r\nconnection: close\r\n\r\nbody";
    let answer = ask(&sink, post);
    assert!(
        answer.starts_with("HTTP/1.1 403") && answer.contains("access-control-allow-origin: http://shop"),
        "{answer}"
    );
    let tunnel = ask(
        &sink,
        "CONNECT collector.example:443 HTTP/1.1\r\nhost: collector.example:443\r\nconnection: close\r\n\r\n",
    );
    assert!(tunnel.starts_with("HTTP/1.1 403"), "{tunnel}");
    let seen = sink.take();
    assert_eq!(
        (seen[0].url.as_str(), seen[0].body.as_deref()),
        ("http://collector.example/c?d", Some(&b"body"[..]))
    );
    assert_eq!(
        (seen[1].kind, seen[1].url.as_str()),
        (RequestKind::Tunnel, "collector.example:443")
    );
}

#[test]
fn audited_origin_alone_is_asked() {
    let (origin, other) = (origin(), origin());
    let sink = Sink::start(&Subject::origin_of(&format!("http://{origin}/shop/")).unwrap()).unwrap();
    assert_eq!(sink.origin(), format!("http://{origin}"));
    let answer = ask(&sink, &get(&format!("http://{origin}/a?b"), &origin.to_string()));
    assert!(
        answer.starts_with("HTTP/1.1 203") && answer.contains("GET /a?b HTTP/1.1"),
        "{answer}"
    );
    assert!(!answer.contains("proxy-connection"), "{answer}");
    let answer = ask(&sink, &get(&format!("http://{other}/a"), &other.to_string()));
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
}

#[test]
fn tunnel_leads_to_the_audited_origin_alone_and_carries_every_byte() {
    let (origin, other) = (origin(), origin());
    let sink = Sink::start(&Subject::Origin(format!("https://{origin}"))).unwrap();
    let connect = |to: SocketAddr| format!("CONNECT {to} HTTP/1.1\r\nhost: {to}\r\n\r\n");
    let mut stream = TcpStream::connect(sink.address()).unwrap();
    stream.write_all(connect(origin).as_bytes()).unwrap();
    let mut bytes = [0; 1024];
    let length = stream.read(&mut bytes).unwrap();
    assert!(bytes[..length].starts_with(b"HTTP/1.1 200"));
    stream.write_all(b"\x16\x03 hello").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.ends_with(b"\x16\x03 hello"), "{answer:?}");
    let refused = ask(
        &sink,
        &connect(other).replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n"),
    );
    assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
    let seen: Vec<_> = sink
        .take()
        .into_iter()
        .map(|request| (request.url, request.status))
        .collect();
    assert_eq!(seen, [(origin.to_string(), Some(200)), (other.to_string(), Some(403))]);
}
