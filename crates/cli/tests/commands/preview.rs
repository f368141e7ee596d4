//! A merchandiser opens a preview: who may ask its server, and what it writes.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::shop::Shop;

const POLICY: &str = "# Ours.\n[[rule]]\nid = \"pegs\"  # keep this\npin = { item = \"peg\", position = 1 } # first\n";

/// The command at work; ended with the test, whatever becomes of it.
struct Preview {
    process: Child,
    host: String,
    token: String,
}

impl Preview {
    fn open(shop: &Shop) -> Self {
        std::fs::create_dir_all(shop.path("package/dist")).unwrap();
        shop.write("package/dist/index.js", "export {};")
            .write("package/secret.txt", "secret")
            .write("policy.toml", POLICY);
        let words = "preview policy.toml --package package --snapshot model/model.swm --events test.tsv --against model/policy.swp";
        let mut process = Command::new(env!("CARGO_BIN_EXE_shelfwise"))
            .args(words.split(' '))
            .current_dir(shop.path(""))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.trim().strip_prefix("http://").unwrap();
        let (host, token) = address.split_once('/').unwrap();
        Self {
            process,
            host: host.to_owned(),
            token: token.trim_end_matches('/').to_owned(),
        }
    }

    /// Sends a request of another page or name, and returns the whole answer.
    fn send(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let length = body.len();
        write!(
            stream,
            "{head}connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Sends a request as the page does.
    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let (host, token) = (&self.host, &self.token);
        let head = format!("{method} /{token}/{path} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\n");
        self.send(&head, body)
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn status(answer: &str) -> u16 {
    answer
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .unwrap_or_default()
}

fn json(answer: &str) -> serde_json::Value {
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[test]
fn preview_listens_on_this_machine_alone_and_serves_its_page() {
    let shop = Shop::trained();
    let preview = Preview::open(&shop);
    assert!(
        preview.host.starts_with("127.0.0.1:") && preview.token.len() == 32,
        "{}",
        preview.host
    );
    let page = preview.ask("GET", "", "");
    assert!(
        page.contains("<!doctype html>") && page.contains("referrer-policy: no-referrer"),
        "{page}"
    );
    assert!(
        page.contains("default-src 'none'") && page.contains("frame-ancestors 'none'"),
        "{page}"
    );
    let state = json(&preview.ask("GET", "state", ""));
    assert_eq!(state["placements"][0]["name"], "any");
    assert_eq!(
        state["rules"][0]["knobs"][0]["path"],
        serde_json::json!(["pin", "position"])
    );
    assert_eq!(state["visits"][0]["events"].as_array().unwrap().len(), 2);
}

#[test]
fn preview_name_that_leads_to_this_machine_is_refused() {
    let shop = Shop::trained();
    let preview = Preview::open(&shop);
    let token = &preview.token;
    for host in ["evil.example", "evil.example:80", "127.0.0.1:1"] {
        let answer = preview.send(&format!("GET /{token}/state HTTP/1.1\r\nhost: {host}\r\n"), "");
        assert_eq!(status(&answer), 403, "{host}: {answer}");
    }
}

#[test]
fn preview_page_of_another_origin_reads_and_writes_nothing() {
    let shop = Shop::trained();
    let preview = Preview::open(&shop);
    let (host, token) = (&preview.host, &preview.token);
    let change = r#"{"numbers":[{"rule":0,"path":["pin","position"],"value":3}]}"#;
    for (method, path) in [
        ("POST", "save"),
        ("POST", "compile"),
        ("GET", "state"),
        ("OPTIONS", "save"),
    ] {
        let head = format!("{method} /{token}/{path} HTTP/1.1\r\nhost: {host}\r\norigin: https://evil.example\r\n");
        let answer = preview.send(&head, change);
        assert_eq!(status(&answer), 403, "{method} {path}: {answer}");
        assert!(!answer.contains("access-control"), "{answer}");
    }
    let answer = preview.send(&format!("POST /{token}/save HTTP/1.1\r\nhost: {host}\r\n"), change);
    assert_eq!(
        status(&answer),
        403,
        "a request that changes something names its origin"
    );
    assert_eq!(shop.read("policy.toml"), POLICY.as_bytes());
}

#[test]
fn preview_paths_lead_to_no_other_file() {
    let shop = Shop::trained();
    let preview = Preview::open(&shop);
    assert_eq!(status(&preview.ask("GET", "package/index.js", "")), 200);
    for path in [
        "package/../secret.txt",
        "package/../../policy.toml",
        "package/%2e%2e/secret.txt",
        "package/..%2fsecret.txt",
        "package//etc/passwd",
        "../state",
        "policy.toml",
    ] {
        let answer = preview.ask("GET", path, "");
        assert_eq!(status(&answer), 404, "{path}: {answer}");
    }
    let host = &preview.host;
    for path in ["/", "/state", "/0123456789abcdef0123456789abcdef/state"] {
        let answer = preview.send(&format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n"), "");
        assert_eq!(status(&answer), 404, "{path}");
    }
}

#[test]
fn preview_compiles_as_build_does_and_saves_with_comments_kept() {
    let shop = Shop::trained();
    let preview = Preview::open(&shop);
    let change = r#"{"numbers":[{"rule":0,"path":["pin","position"],"value":2}],"left_out":[]}"#;
    let built = json(&preview.ask("POST", "compile", change));
    assert_eq!(shop.read("policy.toml"), POLICY.as_bytes(), "compiling writes nothing");
    assert_eq!(status(&preview.ask("POST", "save", change)), 200);
    let changed = POLICY.replace("position = 1", "position = 2");
    assert_eq!(String::from_utf8(shop.read("policy.toml")).unwrap(), changed);
    shop.stdout("policy build policy.toml --snapshot model/model.swm --out built.swp");
    use base64::Engine as _;
    let bytes = base64::prelude::BASE64_STANDARD
        .decode(built["policy"].as_str().unwrap())
        .unwrap();
    assert_eq!(
        bytes,
        shop.read("built.swp"),
        "the page's engine reads what engines read"
    );
}

#[test]
fn preview_saves_neither_errors_nor_over_a_changed_file() {
    let shop = Shop::trained();
    let preview = Preview::open(&shop);
    let change = |value: u32| format!(r#"{{"numbers":[{{"rule":0,"path":["pin","position"],"value":{value}}}]}}"#);
    let answer = preview.ask("POST", "save", &change(0));
    assert_eq!(status(&answer), 422, "there is no place 0: {answer}");
    assert_eq!(status(&preview.ask("POST", "save", "not JSON")), 400);
    assert_eq!(shop.read("policy.toml"), POLICY.as_bytes());
    shop.write("policy.toml", "# somebody else\n");
    let answer = preview.ask("POST", "save", &change(2));
    assert_eq!(status(&answer), 409, "{answer}");
    assert_eq!(shop.read("policy.toml"), b"# somebody else\n");
}
