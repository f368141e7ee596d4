//! Lists the files of the npm package that the worker carries. `SHELFWISE_PACKAGE` names the folder; without it the
//! worker is built without files, which `cargo xtask edge` never does.
#![allow(clippy::expect_used, reason = "a build script speaks by failing")]

use std::path::PathBuf;
use std::{env, fs};

use sha2::{Digest as _, Sha256};

/// What a page loads: nothing else of the package is served.
const KINDS: [&str; 2] = ["js", "wasm"];
/// Entries of the package for other hosts than a page, or with the engine written out once more.
const ELSEWHERE: [&str; 4] = ["base64.js", "node.js", "nowasm.js", "workerd.js"];

fn main() {
    println!("cargo::rerun-if-env-changed=SHELFWISE_PACKAGE");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR")).join("assets.rs");
    let folder = env::var_os("SHELFWISE_PACKAGE").map(PathBuf::from);
    let files = folder.as_ref().map(files).unwrap_or_default();
    let entries = files.iter().map(|file| {
        println!("cargo::rerun-if-changed={}", file.display());
        let name = file.file_name().expect("a file has a name").to_string_lossy();
        let path = file.display().to_string();
        let sha256: [u8; 32] = Sha256::digest(fs::read(file).expect("the file can be read")).into();
        format!("Asset {{ name: {name:?}, bytes: include_bytes!({path:?}), sha256: {sha256:?} }},")
    });
    fs::write(out, format!("&[{}]", entries.collect::<String>())).expect("OUT_DIR can be written");
}

fn files(folder: &PathBuf) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("SHELFWISE_PACKAGE is a folder: run `cargo xtask package` first");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let kind = |path: &PathBuf| {
        path.extension()
            .is_some_and(|kind| KINDS.iter().any(|known| kind == *known))
    };
    let for_pages = |path: &PathBuf| {
        !ELSEWHERE
            .iter()
            .any(|name| path.file_name().is_some_and(|own| own == *name))
    };
    let mut files: Vec<_> = paths
        .filter(|path| path.is_file())
        .filter(kind)
        .filter(for_pages)
        .collect();
    files.sort();
    files
}
