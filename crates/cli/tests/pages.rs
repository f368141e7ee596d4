//! The audit of pages in Chromium: an honest shop passes, and a shop with planted leaks fails for each of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

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
