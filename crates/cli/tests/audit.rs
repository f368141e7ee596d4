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

/// A folder with an audit's signed evidence: the folder, the evidence in it, and the public key.
fn signed() -> (TempDir, String, String) {
    let folder = folder(&[("assets/x1.js", PAGE)]);
    let shelfwise = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shelfwise"));
        command.args(words).current_dir(folder.path()).output().unwrap()
    };
    assert!(
        shelfwise(&["keys", "new", "release", "--out", "auditor.key"])
            .status
            .success()
    );
    let output = audit(folder.path(), &["--out", "evidence", "--sign", "auditor.key"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(0) && told.contains("(signed)"), "{told}");
    let bundle = fs::read_dir(folder.path().join("evidence"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let bundle = bundle.path().to_str().unwrap().to_owned();
    (folder, bundle, "auditor.pub".to_owned())
}

fn verify(folder: &Path, bundle: &str, key: &str) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shelfwise"));
    command
        .args(["audit", "--verify", bundle, "--key", key])
        .current_dir(folder);
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[test]
fn signed_evidence_is_verified_and_every_change_of_it_refused() {
    let (folder, bundle, key) = signed();
    let (code, text) = verify(folder.path(), &bundle, &key);
    assert!(code == Some(0) && text.contains("4 files"), "{text}");
    let at = |name: &str| Path::new(&bundle).join(name);
    let report = fs::read(at("report.json")).unwrap();
    fs::write(at("report.json"), "{}").unwrap();
    let (code, text) = verify(folder.path(), &bundle, &key);
    assert!(code == Some(2) && text.contains("report.json was changed"), "{text}");
    fs::write(at("report.json"), report).unwrap();
    fs::write(at("more.txt"), "").unwrap();
    assert!(verify(folder.path(), &bundle, &key).1.contains("not signed"));
    fs::remove_file(at("more.txt")).unwrap();
    let sums = fs::read_to_string(at("SHA256SUMS")).unwrap();
    fs::write(
        at("SHA256SUMS"),
        sums.lines().skip(1).map(|line| format!("{line}\n")).collect::<String>(),
    )
    .unwrap();
    let (code, text) = verify(folder.path(), &bundle, &key);
    assert!(code == Some(2) && text.contains("one of both was changed"), "{text}");
}

#[test]
fn evidence_of_another_key_or_of_none_is_refused() {
    let (folder, bundle, _) = signed();
    let other = folder.path().join("other.key");
    let made = Command::new(env!("CARGO_BIN_EXE_shelfwise"))
        .args(["keys", "new", "policy", "--out"])
        .arg(&other)
        .output();
    assert!(made.unwrap().status.success());
    let (code, text) = verify(folder.path(), &bundle, "other.pub");
    assert!(code == Some(2) && text.contains("another key"), "{text}");
    fs::remove_file(Path::new(&bundle).join("SHA256SUMS.sig")).unwrap();
    assert!(
        verify(folder.path(), &bundle, "auditor.pub")
            .1
            .contains("is not signed")
    );
}

#[test]
fn address_with_static_ends_with_2_and_says_what_to_do() {
    let folder = folder(&[("assets/x1.js", PAGE)]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_shelfwise"));
    let output = command
        .args(["audit", "https://shop.example", "--static"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.code() == Some(2) && text.contains("leave --static out"),
        "{text}"
    );
}

#[test]
fn machine_without_browsers_proves_nothing_of_pages_and_says_what_to_install() {
    let folder = folder(&[
        ("assets/x1.js", PAGE),
        ("index.html", "<script src=assets/x1.js></script>"),
    ]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_shelfwise"));
    command.args(["audit", "shop", "--json"]).current_dir(folder.path());
    let nowhere = [("SHELFWISE_CHROMIUM", "nowhere"), ("SHELFWISE_FIREFOX", "nowhere")];
    let output = command.envs(nowhere).output().unwrap();
    let report = json(&output);
    assert_eq!(outcome(&report, "pages"), "not_proved");
    assert!(
        report.to_string().contains("apt-get install chromium") && report.to_string().contains("SHELFWISE_FIREFOX")
    );
}
