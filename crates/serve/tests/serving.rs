//! Tests the server over HTTP, with real files and sockets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use axum::http::HeaderValue;
use shelfwise_serve::{Options, Origins, Site, WORKER_POLICY};

/// A response.
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .next()
    }
}

/// A served folder.
struct Shop {
    folder: tempfile::TempDir,
    address: String,
}

impl Shop {
    fn open(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::at(folder.path(), SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), options).unwrap();
        let address = site.address().unwrap().replace("http://", "");
        std::thread::spawn(|| site.serve(std::future::pending()));
        Self { folder, address }
    }

    fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n{headers}\r\n"
        )
        .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        Answer {
            status: head[9..12].parse().unwrap(),
            head,
            body: bytes[end + 4..].to_vec(),
        }
    }

    fn get(&self, path: &str, headers: &str) -> Answer {
        self.ask("GET", path, headers)
    }
}

/// Returns a model that compresses well.
fn model() -> Vec<u8> {
    b"tent, peg, lamp; ".repeat(200)
}

/// `model-HASH.swm`, by the first 32 digits of its content's SHA-256.
const HASHED: &str = "model-HASH.swm";

fn hashed_name(content: &[u8]) -> String {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(content);
    let digits: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    HASHED.replace("HASH", &digits)
}

#[test]
fn files_have_the_types_that_browsers_require() {
    let shop = Shop::open(Options::default())
        .with("index.html", "<p>shop")
        .with("engine.wasm", "0")
        .with("auto.js", "0")
        .with("release", "0")
        .with("policy.swp", "0");
    let types = [
        ("/", "text/html; charset=utf-8"),
        ("/engine.wasm", "application/wasm"),
        ("/auto.js", "text/javascript; charset=utf-8"),
        ("/release", "application/octet-stream"),
        ("/policy.swp", "application/octet-stream"),
    ];
    for (path, expected) in types {
        let answer = shop.get(path, "");
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some(expected)),
            "{path}"
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
}

#[test]
fn worker_has_its_own_policy_alone() {
    let options = Options {
        page_policy: Some(HeaderValue::from_static("default-src 'self'")),
        ..Options::default()
    };
    let shop = Shop::open(options)
        .with("dist/worker.js", "0")
        .with("dist/worker-d4f.js", "0")
        .with("index.html", "0");
    for path in ["/dist/worker.js", "/dist/worker-d4f.js"] {
        let worker = shop.get(path, "");
        assert_eq!(worker.header("content-security-policy"), Some(WORKER_POLICY));
        assert_eq!(worker.head.matches("content-security-policy").count(), 1);
    }
    assert_eq!(
        shop.get("/", "").header("content-security-policy"),
        Some("default-src 'self'")
    );
}

#[test]
fn policy_is_the_one_in_the_document() {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/headers.md");
    let line = format!("Content-Security-Policy: {WORKER_POLICY}\n");
    assert!(fs::read_to_string(document).unwrap().contains(&line));
}

#[test]
fn hashed_names_are_immutable_and_others_are_revalidated() {
    let name = hashed_name(&model());
    let wrong = hashed_name(b"another model");
    let shop = Shop::open(Options::default())
        .with(&name, model())
        .with(&wrong, model())
        .with("release", "1");
    let cached = |path: &str| shop.get(path, "").header("cache-control").unwrap().to_owned();
    assert_eq!(cached(&format!("/{name}")), "public, max-age=31536000, immutable");
    assert_eq!(cached("/release"), "no-cache");
    assert_eq!(
        cached(&format!("/{wrong}")),
        "no-cache",
        "a name that is not its content's hash proves nothing"
    );
}

#[test]
fn unchanged_file_is_not_sent_again() {
    let shop = Shop::open(Options::default()).with("release", "first");
    let tag = shop.get("/release", "").header("etag").unwrap().to_owned();
    for header in [
        format!("if-none-match: {tag}\r\n"),
        format!("if-none-match: \"x\", W/{tag}\r\n"),
    ] {
        let again = shop.get("/release", &header);
        assert_eq!((again.status, again.body.len()), (304, 0));
        assert_eq!(again.header("etag"), Some(&*tag));
    }
    let shop = shop.with("release", "the second one");
    let changed = shop.get("/release", &format!("if-none-match: {tag}\r\n"));
    assert_eq!((changed.status, &*changed.body), (200, b"the second one".as_slice()));
}

#[test]
fn models_are_sent_by_brotli_zstd_or_identity() {
    let shop = Shop::open(Options::default())
        .with("model.swm", model())
        .with("logo.png", model());
    let plain = shop.get("/model.swm", "");
    assert_eq!(
        (plain.body.as_slice(), plain.header("content-encoding")),
        (model().as_slice(), None)
    );
    let mut tags = vec![plain.header("etag").unwrap().to_owned()];
    for encoding in ["br", "zstd"] {
        let answer = shop.get("/model.swm", &format!("accept-encoding: gzip, {encoding}\r\n"));
        assert_eq!(answer.header("content-encoding"), Some(encoding));
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
        assert!(answer.body.len() < model().len() / 5);
        let mut content = Vec::new();
        match encoding {
            "br" => brotli::Decompressor::new(&*answer.body, 4096)
                .read_to_end(&mut content)
                .unwrap(),
            _ => zstd::stream::read::Decoder::new(&*answer.body)
                .unwrap()
                .read_to_end(&mut content)
                .unwrap(),
        };
        assert_eq!(content, model());
        tags.push(answer.header("etag").unwrap().to_owned());
    }
    tags.dedup();
    assert_eq!(tags.len(), 3, "each form has a tag of its own");
    assert_eq!(
        shop.get("/logo.png", "accept-encoding: br\r\n")
            .header("content-encoding"),
        None
    );
}

#[test]
fn interrupted_download_is_resumed() {
    let shop = Shop::open(Options::default()).with("model.swm", "0123456789");
    let tag = shop.get("/model.swm", "").header("etag").unwrap().to_owned();
    let part = shop.get("/model.swm", &format!("range: bytes=4-\r\nif-range: {tag}\r\n"));
    assert_eq!((part.status, &*part.body), (206, b"456789".as_slice()));
    assert_eq!(part.header("content-range"), Some("bytes 4-9/10"));
    assert_eq!(shop.get("/model.swm", "range: bytes=-3\r\n").body, b"789");
    let whole = shop.get("/model.swm", "range: bytes=-300\r\n");
    assert_eq!(
        (whole.status, whole.header("content-range")),
        (206, Some("bytes 0-9/10")),
        "a suffix longer than the file is all of it"
    );
    let beyond = shop.get("/model.swm", "range: bytes=10-\r\n");
    assert_eq!(
        (beyond.status, beyond.header("content-range")),
        (416, Some("bytes */10"))
    );
    let other = shop.get("/model.swm", "range: bytes=4-\r\nif-range: \"another\"\r\n");
    assert_eq!(
        (other.status, other.body.len()),
        (200, 10),
        "of another model the rest is of no use"
    );
    assert_eq!(shop.get("/model.swm", "range: lines=1-2\r\n").status, 200);
}

#[test]
fn head_has_no_body_and_other_methods_are_refused() {
    let shop = Shop::open(Options::default()).with("release", "first");
    let head = shop.ask("HEAD", "/release", "");
    assert_eq!(
        (head.status, head.body.len(), head.header("content-length")),
        (200, 0, Some("5"))
    );
    let post = shop.ask("POST", "/release", "content-length: 0\r\n");
    assert_eq!((post.status, post.header("allow")), (405, Some("GET, HEAD")));
}

#[test]
fn missing_or_hidden_file_is_not_found() {
    let shop = Shop::open(Options::default())
        .with(".draft", "secret")
        .with("deep/a", "a");
    for path in [
        "/gone",
        "/.draft",
        "/%2edraft",
        "/../Cargo.toml",
        "/deep/..%2f..%2fetc/passwd",
        "/deep/",
    ] {
        let answer = shop.get(path, "");
        assert_eq!(answer.status, 404, "{path}");
        assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
    }
    assert_eq!(shop.get("/deep", "").header("location"), Some("deep/"));
}

#[test]
fn other_origins_read_only_if_allowed() {
    let asks = "origin: https://shop.example\r\n";
    let allowed = |origins: Origins| {
        let options = Options {
            origins,
            ..Options::default()
        };
        let shop = Shop::open(options).with("release", "1");
        let answer = shop.get("/release", asks);
        answer.header("access-control-allow-origin").map(str::to_owned)
    };
    let these = |name| Origins::These(vec![HeaderValue::from_static(name)]);
    assert_eq!(allowed(Origins::None), None);
    assert_eq!(allowed(Origins::Any).as_deref(), Some("*"));
    assert_eq!(
        allowed(these("https://shop.example")).as_deref(),
        Some("https://shop.example")
    );
    assert_eq!(allowed(these("https://other.example")), None);
}

#[test]
fn missing_folder_is_refused_and_a_used_port_is_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    assert!(Site::at(&folder.path().join("gone"), local, Options::default()).is_err());
    let first = Site::near(folder.path(), 18_180, Options::default()).unwrap();
    let second = Site::near(folder.path(), 18_180, Options::default()).unwrap();
    assert_ne!(first.address().unwrap(), second.address().unwrap());
}

#[test]
fn stopped_server_finishes_open_responses() {
    let folder = tempfile::tempdir().unwrap();
    let content = vec![7; 32 << 20];
    fs::write(folder.path().join("large.png"), &content).unwrap();
    let site = Site::at(
        folder.path(),
        SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        Options::default(),
    )
    .unwrap();
    let address = site.address().unwrap().replace("http://", "");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = std::thread::spawn(|| {
        site.serve(async {
            stopped.await.unwrap();
        })
    });
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(stream, "GET /large.png HTTP/1.1\r\nhost: shop\r\n\r\n").unwrap();
    let mut first = [0; 1024];
    stream.read_exact(&mut first).unwrap();
    stop.send(()).unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    assert!(first.len() + rest.len() > content.len(), "the whole picture came");
    server.join().unwrap().unwrap();
    assert!(TcpStream::connect(&address).is_err(), "nobody is let in any more");
}

#[cfg(unix)]
#[test]
fn not_found_page_linked_out_of_the_folder_is_not_served() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "secret").unwrap();
    let shop = Shop::open(Options::default());
    std::os::unix::fs::symlink(outside.path().join("secret"), shop.folder.path().join("404.html")).unwrap();
    let answer = shop.get("/gone", "");
    assert_eq!((answer.status, &answer.body[..]), (404, &b"there is nothing here"[..]));
}
