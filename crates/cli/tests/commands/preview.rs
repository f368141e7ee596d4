//! A merchandiser opens a preview: who may ask its server, and what it writes.

use shelfwise_sync::sha256;

use crate::server::Server;
use crate::shop::Shop;

const POLICY: &str = "# Ours.\n[[rule]]\nid = \"pegs\"  # keep this\npin = { item = \"peg\", position = 1 } # first\n";

struct Preview {
    server: Server,
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
        let server = Server::start(shop, &words.split(' ').collect::<Vec<_>>());
        let (host, token) = (server.host.clone(), server.path.clone());
        Self { server, host, token }
    }

    /// Sends a request of another page or name, and returns the whole answer.
    fn send(&self, head: &str, body: &str) -> String {
        self.server.send(head, body)
    }

    /// Sends a request as the page does.
    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let (host, token) = (&self.host, &self.token);
        let head = format!("{method} /{token}/{path} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\n");
        self.send(&head, body)
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
        "releases/../policy.toml",
        "releases/0/../../policy.toml",
        "releases/99/release",
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
    let record = built["release"].as_str().unwrap();
    let hash = sha256(&shop.read("built.swp"));
    let digits: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let file = |name: &str| status(&preview.ask("GET", &format!("releases/{}", record.replace("release", name)), ""));
    assert_eq!(file("release"), 200);
    assert_eq!(
        file(&format!("policy-{digits}.swp")),
        200,
        "the page's engine reads what engines read"
    );
    assert_eq!(file("policy.toml"), 404);
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
