//! The audit of a folder: exit codes, reports, evidence, and what changed since the last one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// Recognized as the package on the page, which keeps a key that is declared once.
const PAGE: &str = "const a = \"the engine's answer is not of the agreed shape\"; const n = () => navigator;
    n().globalPrivacyControl; n().doNotTrack; globalThis.sessionStorage.setItem(a, a);";
/// The manifest of the package.
const MANIFEST: &str = include_str!("../../../dataflow.json");

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join("shop").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn audit(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shelfwise"));
    command.args(["audit", "shop", "--static"]).args(words);
    command.current_dir(folder).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn outcome(report: &Value, step: &str) -> String {
    let steps = report["steps"].as_array().unwrap();
    let step = steps.iter().find(|row| row["name"] == step).unwrap();
    step["outcome"].as_str().unwrap().to_owned()
}

#[test]
fn clean_folder_ends_with_0_and_says_what_was_not_proved() {
    let folder = folder(&[
        ("assets/x1.js", PAGE),
        ("dataflow.json", MANIFEST),
        ("shop.js", "fetch('/cart')"),
    ]);
    let output = audit(folder.path(), &["--json"]);
    let report = json(&output);
    assert_eq!(output.status.code(), Some(0), "{report}");
    assert_eq!(
        (outcome(&report, "shell"), outcome(&report, "dataflow")),
        ("passed".into(), "passed".into())
    );
    for step in [
        "contain",
        "noninterfere",
        "canary",
        "storage",
        "signals",
        "rebuild",
        "model",
        "edge",
    ] {
        assert_eq!(outcome(&report, step), "not_proved", "{step}");
    }
    assert_eq!(outcome(&report, "tamper"), "not_applicable");
}

#[test]
fn leak_ends_with_1_and_is_named_with_file_line_and_code() {
    let page = format!("{PAGE}\nnavigator.sendBeacon('/x', a);");
    let folder = folder(&[("assets/x1.js", &page)]);
    let output = audit(folder.path(), &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text.contains("assets/x1.js:3:1:") && text.contains("[shell.undeclared-use]"),
        "{text}"
    );
}

#[test]
fn nothing_to_audit_ends_with_2_and_says_what_to_give() {
    let folder = folder(&[("shop.js", "fetch('/cart')")]);
    let output = audit(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("give the folder"));
    assert!(output.stdout.is_empty());
}

#[test]
fn manifest_without_a_key_ends_with_1() {
    let folder = folder(&[
        ("assets/x1.js", PAGE),
        ("dataflow.json", &MANIFEST.replace("\"sessionStorage\"", "\"none\"")),
    ]);
    let output = audit(folder.path(), &["--json"]);
    assert_eq!(
        (output.status.code(), outcome(&json(&output), "dataflow")),
        (Some(1), "failed".into())
    );
}

#[test]
fn evidence_is_one_folder_with_sums_and_the_next_audit_tells_the_change() {
    let folder = folder(&[("assets/x1.js", PAGE)]);
    assert_eq!(
        audit(
            folder.path(),
            &["--out", "evidence", "--sarif", "a.sarif", "--html", "a.html"]
        )
        .status
        .code(),
        Some(0)
    );
    let bundle = fs::read_dir(folder.path().join("evidence"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let sums = fs::read_to_string(bundle.join("SHA256SUMS")).unwrap();
    assert_eq!(sums.lines().count(), 4, "{sums}");
    assert!(
        fs::read_to_string(folder.path().join("a.html"))
            .unwrap()
            .starts_with("<!doctype html>")
    );
    assert!(
        fs::read_to_string(folder.path().join("a.sarif"))
            .unwrap()
            .contains("\"2.1.0\"")
    );
    fs::write(
        folder.path().join("shop/assets/x1.js"),
        format!("{PAGE} location.href;"),
    )
    .unwrap();
    let last = bundle.join("report.json");
    let report = json(&audit(folder.path(), &["--json", "--against", last.to_str().unwrap()]));
    assert_eq!(
        report["changes"],
        serde_json::json!(["+ use by page: use location.href"])
    );
}

#[test]
fn evidence_has_the_documents_of_the_manifest_of_the_shop() {
    let manifest = MANIFEST.replace("\"carries\": \"the same\"", "\"carries\": \"the name of the shop\"");
    let folder = folder(&[
        ("assets/x1.js", PAGE),
        ("dataflow.json", &manifest),
        ("copy/dataflow.json", &manifest),
    ]);
    audit(folder.path(), &["--out", "evidence"]);
    let mut bundles = fs::read_dir(folder.path().join("evidence")).unwrap();
    let bundle = bundles.next().unwrap().unwrap().path();
    let page = fs::read_to_string(bundle.join("documents/dataflow.md")).unwrap();
    assert!(page.contains("| the name of the shop |"), "{page}");
    let sums = fs::read_to_string(bundle.join("SHA256SUMS")).unwrap();
    for name in ["dataflow.md", "dpia.md", "record-of-processing.md", "dataflow.cdx.json"] {
        assert!(sums.contains(&format!("  documents/{name}\n")), "{name}: {sums}");
    }
    assert_eq!(sums.lines().count(), 8, "{sums}");
}

#[test]
fn file_of_another_kind_to_compare_with_ends_with_2() {
    let folder = folder(&[("assets/x1.js", PAGE)]);
    assert_eq!(
        audit(folder.path(), &["--against", "shop/assets/x1.js"]).status.code(),
        Some(2)
    );
}
