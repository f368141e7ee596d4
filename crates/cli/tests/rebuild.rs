//! `shelfwise audit --rebuild` with a stub of the sources, which has a build tool of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

/// The smallest module that is taken for the engine: one empty function, exported as `engine_new`.
const ENGINE: &[u8] =
    b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x0e\x01\x0aengine_new\0\0\x0a\x04\x01\x02\0\x0b";
/// A section that changes nothing but the bytes.
const PADDING: &[u8] = b"\0\x02\x01a";
/// Writes what `made.json` says, as the real build tool writes what it made.
const BUILD_TOOL: &str = r#"fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    assert_eq!(words, ["reproduce", "--hashes-only"]);
    println!("compiling the engine");
    let made = std::fs::read("made.json").unwrap_or_else(|_| {
        eprintln!("wasm-opt is missing");
        std::process::exit(1)
    });
    std::fs::create_dir_all("target/shelfwise/reproduce").unwrap();
    std::fs::write("target/shelfwise/reproduce/hashes.json", made).unwrap();
    std::process::exit(if std::path::Path::new("differs").exists() { 1 } else { 0 });
}"#;

/// A shop that serves an engine, and sources.
fn shop(engine: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "shop/assets/engine.wasm", engine);
    for (path, text) in [
        (
            "Cargo.toml",
            "[package]\nname = \"stub\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n",
        ),
        (".cargo/config.toml", "[alias]\nxtask = \"run --quiet --\"\n"),
        ("crates/xtask/Cargo.toml", ""),
        ("src/main.rs", BUILD_TOOL),
    ] {
        write(folder.path(), &format!("sources/{path}"), text.as_bytes());
    }
    folder
}

fn write(folder: &Path, path: &str, bytes: &[u8]) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Says what the sources make: this engine in the first builds, and that one in the last.
fn makes(folder: &Path, engine: &str, last: &str) {
    let build = |hash: &str| json!({ "sources": "vendored", "files": { "shelfwise_bg.wasm": hash } });
    let made = json!({
        "schema": "shelfwise-reproduce/1", "commit": "c0ffee", "compiler": "rustc 1.95.0",
        "builds": [build(engine), build(engine), build(last)], "package": {},
    });
    write(folder, "sources/made.json", made.to_string().as_bytes());
}

fn audit(folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shelfwise"));
    command.args(["audit", "shop", "--static", "--json", "--rebuild", "sources"]);
    // Its own, so that this test waits for no other build.
    command.env("CARGO_TARGET_DIR", folder.join("built"));
    command.current_dir(folder).output().unwrap()
}

fn step(output: &Output) -> Value {
    let progress = String::from_utf8_lossy(&output.stderr);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{progress}"));
    let steps = report["steps"].as_array().unwrap();
    steps.iter().find(|step| step["name"] == "rebuild").unwrap().clone()
}

fn sha256(bytes: &[u8]) -> String {
    let hash = shelfwise_sync::sha256(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn sources_that_make_the_shipped_module_pass_and_others_are_found_with_both_hashes() {
    let folder = shop(ENGINE);
    let (own, other) = (sha256(ENGINE), sha256(&[ENGINE, PADDING].concat()));
    makes(folder.path(), &own, &own);
    let output = audit(folder.path());
    let same = step(&output);
    assert_eq!(same["outcome"], "passed", "{same:#}");
    assert!(
        same["tried"]
            .to_string()
            .contains("cargo xtask reproduce --hashes-only"),
        "{same:#}"
    );
    assert!(String::from_utf8_lossy(&output.stderr).contains("compiling the engine"));

    makes(folder.path(), &other, &other);
    let output = audit(folder.path());
    let differs = step(&output);
    assert_eq!((output.status.code(), &differs["outcome"]), (Some(1), &json!("failed")));
    let finding = &differs["findings"][0];
    assert_eq!(finding["file"], "assets/engine.wasm");
    let message = finding["message"].as_str().unwrap();
    assert!(message.contains(&own) && message.contains(&other), "{message}");

    // The build tool fails because its builds differ, and has written how.
    makes(folder.path(), &own, &other);
    write(folder.path(), "sources/differs", b"");
    let code = step(&audit(folder.path()))["findings"][0]["code"].clone();
    assert_eq!(code, "rebuild.not-reproducible");
}

#[test]
fn build_that_fails_proves_nothing_and_says_what_it_wrote_and_needs() {
    let folder = shop(ENGINE);
    // Of an earlier run.
    write(folder.path(), "sources/target/shelfwise/reproduce/hashes.json", b"{}");
    let failed = step(&audit(folder.path()));
    assert_eq!(failed["outcome"], "not_proved", "{failed:#}");
    let tried = failed["tried"].to_string();
    assert!(
        tried.contains("wasm-opt is missing") && tried.contains("Node 20"),
        "{tried}"
    );

    let mut without_cargo = Command::new(env!("CARGO_BIN_EXE_shelfwise"));
    without_cargo.args(["audit", "shop", "--static", "--json", "--rebuild", "sources"]);
    let output = without_cargo
        .env("PATH", "")
        .current_dir(folder.path())
        .output()
        .unwrap();
    let absent = step(&output);
    assert_eq!(absent["outcome"], "not_proved");
    assert!(absent["tried"].to_string().contains("https://rustup.rs"), "{absent:#}");
}

#[test]
fn folder_that_is_no_checkout_is_refused_before_anything_is_built() {
    let folder = shop(ENGINE);
    fs::remove_file(folder.path().join("sources/crates/xtask/Cargo.toml")).unwrap();
    let output = audit(folder.path());
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(message.contains("has no crates/xtask/Cargo.toml"), "{message}");
}
