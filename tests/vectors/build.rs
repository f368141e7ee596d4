//! Lists the committed snapshots and files of cases, so that a new one is named nowhere else.
#![allow(clippy::expect_used, reason = "a build script reports errors by failing")]

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let good = list(&here.join("../snapshots/v1/good"), "include_bytes");
    let suites = list(&here.join("cases"), "include_str");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("good.rs"), good).expect("OUT_DIR can be written");
    fs::write(out.join("suites.rs"), suites).expect("OUT_DIR can be written");
}

/// Returns an array of names and contents of a folder's files, by name.
fn list(folder: &Path, include: &str) -> String {
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries = fs::read_dir(folder).expect("the folder is in the repository");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    files.sort();
    let entry = |path: &PathBuf| {
        let name = path.file_stem().expect("a file has a name").to_string_lossy();
        format!("({name:?}, {include}!({:?})),\n", path.display().to_string())
    };
    format!("&[{}]", files.iter().map(entry).collect::<String>())
}
