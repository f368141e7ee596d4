//! The audit of pages in Chromium: an honest shop passes, and a shop with planted leaks fails for each of them. And of a shop
//! over TLS in both browsers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// Two pages that put something into the basket, which is the shop's own key; and a list far below that is loaded lazily.
const INDEX: &str = r#"<!doctype html><title>shop</title><a href=a.html>a</a><a href=b.html>b</a>
<div id=list><div style="height: 9000px"><img loading=lazy src=1.png></div><div style="height: 9000px"><img loading=lazy src=2.png></div></div>
<script src=shop.js></script><script src=sw.js></script>"#;
/// Recognized as the package on the page. It asks for its own file, the same for everybody.
const HONEST: &str =
    "const a = \"the engine's answer is not of the agreed shape\"; const basket = localStorage.basket; fetch('sw.js');";
/// Each of them is what an audit is for.
const LEAKS: &str = "
fetch('sw.js?of=' + basket);
fetch('/collect', { method: 'POST', body: basket });
localStorage.u = 1;
const list = document.querySelector('#list');
if (basket === 'b') list.prepend(list.lastElementChild);
";
const SCRIPT: &str = r#"
[[shopper]]
name = "apples"
steps = [{ goto = "/a.html" }]
[[shopper]]
name = "bread"
steps = [{ goto = "/b.html" }, { expect = "localStorage.basket === 'b'" }]
[[last]]
goto = "/"
"#;

fn shop(script: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let shop = folder.path().join("shop");
    fs::create_dir(&shop).unwrap();
    let page =
        |name: &str| format!("<!doctype html><title>{name}</title><script>localStorage.basket = '{name}'</script>");
    for (name, text) in [
        ("index.html", INDEX.to_owned()),
        ("a.html", page("a")),
        ("b.html", page("b")),
        ("shop.js", "fetch('offers.json?of=' + localStorage.basket)".to_owned()),
        ("offers.json", "[]".to_owned()),
        ("sw.js", script.to_owned()),
    ] {
        fs::write(shop.join(name), text).unwrap();
    }
    fs::write(folder.path().join("steps.toml"), SCRIPT).unwrap();
    folder
}

fn audit(folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shelfwise"));
    command.args([
        "audit",
        "shop",
        "--json",
        "--browser",
        "chromium",
        "--script",
        "steps.toml",
        "--out",
        "evidence",
    ]);
    command.current_dir(folder).output().unwrap()
}

fn pages(output: &Output) -> Value {
    let told = String::from_utf8_lossy(&output.stderr);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{told}"));
    let steps = report["steps"].as_array().unwrap();
    steps.iter().find(|step| step["name"] == "pages").unwrap().clone()
}

#[test]
fn honest_shop_passes_though_its_own_script_tells_shoppers_apart() {
    let folder = shop(HONEST);
    let step = pages(&audit(folder.path()));
    assert_eq!(step["outcome"], "passed", "{step:#}");
    assert!(
        step["tried"]
            .to_string()
            .contains("offers.json?of=a depends on the shopper without Shelfwise too"),
        "{step:#}"
    );
    let bundle = fs::read_dir(folder.path().join("evidence"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    for part in ["recordings", "network-logs", "screenshots"] {
        assert_eq!(fs::read_dir(bundle.join(part)).unwrap().count(), 5, "{part}");
    }
}

#[test]
fn every_planted_leak_of_a_page_is_found_for_its_reason() {
    let folder = shop(&format!("{HONEST}{LEAKS}"));
    let output = audit(folder.path());
    assert_eq!(output.status.code(), Some(1));
    let step = pages(&output);
    let findings = step["findings"].as_array().unwrap();
    let found: BTreeSet<_> = findings
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect();
    let expected = [
        "depends-on-visit",
        "rendering-depends-on-visit",
        "undeclared-key",
        "undeclared-request",
    ];
    assert_eq!(
        found,
        expected
            .map(|code| format!("pages.{code}"))
            .iter()
            .map(String::as_str)
            .collect(),
        "{step:#}"
    );
}

/// Serves a folder over TLS on a free port, which it prints.
const TLS_SERVER: &str = r#"
const fs = require("fs"), path = require("path");
const type = { ".html": "text/html", ".js": "text/javascript", ".json": "application/json" };
const own = { key: fs.readFileSync("shop.key"), cert: fs.readFileSync("chain.pem") };
const server = require("https").createServer(own, (request, response) => {
  const name = request.url.split("?")[0].slice(1) || "index.html";
  fs.readFile(path.join("shop", name), (error, bytes) => {
    if (error) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": type[path.extname(name)] ?? "text/plain" }).end(bytes);
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
"#;
/// A certificate authority of the shop's own, and a certificate that it signed.
const CERTIFICATES: &str = "set -e
new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
openssl req -x509 $new -keyout ca.key -out ca.pem -subj /CN=own -days 2
openssl req $new -keyout shop.key -out shop.csr -subj /CN=localhost
echo subjectAltName=DNS:localhost > names
openssl x509 -req -in shop.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out shop.pem
cat shop.pem ca.pem > chain.pem";

/// A shop over TLS, until it is dropped.
struct TlsShop {
    folder: TempDir,
    server: Child,
    url: String,
}

impl TlsShop {
    fn open(script: &str) -> Self {
        let folder = shop(script);
        // It tells no shoppers apart: over TLS there is no visit without Shelfwise to compare with.
        fs::write(folder.path().join("shop/shop.js"), "").unwrap();
        let run = |program: &str, arguments: &[&str]| {
            let mut command = Command::new(program);
            command.args(arguments).current_dir(folder.path());
            command.stdout(Stdio::piped()).stderr(Stdio::null());
            command
        };
        assert!(run("sh", &["-c", CERTIFICATES]).status().unwrap().success());
        let mut server = run("node", &["-e", TLS_SERVER]).spawn().unwrap();
        let mut port = String::new();
        let stdout = server.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut port).unwrap();
        let url = format!("https://localhost:{}/", port.trim());
        Self { folder, server, url }
    }

    fn audit(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shelfwise"));
        command.args(["audit", &self.url, "--json", "--script", "steps.toml"]);
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }
}

impl Drop for TlsShop {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
fn shop_with_a_certificate_of_its_own_is_audited_in_both_browsers() {
    let shop = TlsShop::open(HONEST);
    let output = shop.audit(&["--certificate", "chain.pem"]);
    let step = pages(&output);
    assert_eq!(step["outcome"], "passed", "{step:#}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["found"].to_string().contains("sw.js"), "{report:#}");
}

#[test]
fn leak_of_a_shop_over_tls_is_found_and_its_difference_seen_in_both_browsers() {
    let shop = TlsShop::open(&format!("{HONEST} fetch('sw.js?of=' + basket);"));
    let step = pages(&shop.audit(&["--certificate", "chain.pem"]));
    assert_eq!(step["outcome"], "failed", "{step:#}");
    assert!(
        step["findings"].to_string().contains("pages.depends-on-visit"),
        "{step:#}"
    );
    // Firefox does not say which script asked, and without a visit without Shelfwise it stays open whose doing it is.
    let tried = step["tried"].to_string();
    for browser in ["chromium", "firefox"] {
        let seen = format!("{browser}: 2 requests of the last page depend on the shopper");
        assert!(tried.contains(&seen), "{step:#}");
    }
}

#[test]
fn shop_whose_certificate_is_not_given_is_not_opened() {
    let shop = TlsShop::open(HONEST);
    let output = shop.audit(&["--browser", "chromium"]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("ERR_CERT_AUTHORITY_INVALID"), "{error}");
}
