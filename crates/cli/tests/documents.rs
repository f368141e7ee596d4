//! Documents of a manifest: what is written, and what is left alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// The manifest of the package.
const MANIFEST: &str = include_str!("../../../dataflow.json");

fn documents(folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shelfwise"));
    command.args(["documents", "dataflow.json", "--out", "privacy"]);
    command.current_dir(folder).output().unwrap()
}

#[test]
fn documents_of_the_package_equal_those_of_the_repository() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("dataflow.json"), MANIFEST).unwrap();
    assert!(documents(folder.path()).status.success());
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    for name in ["dataflow.md", "dpia.md", "record-of-processing.md", "dataflow.cdx.json"] {
        let written = fs::read_to_string(folder.path().join("privacy").join(name)).unwrap();
        assert_eq!(written, fs::read_to_string(docs.join(name)).unwrap(), "{name}");
    }
}

#[test]
fn documents_with_answers_are_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("dataflow.json"), MANIFEST).unwrap();
    let answered = folder.path().join("privacy/dpia.md");
    fs::create_dir_all(answered.parent().unwrap()).unwrap();
    fs::write(&answered, "our answers").unwrap();
    let output = documents(folder.path());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && error.contains("dpia.md exists"), "{error}");
    assert_eq!(fs::read_to_string(&answered).unwrap(), "our answers");
    assert!(!folder.path().join("privacy/dataflow.md").exists());
}

#[test]
fn documents_of_a_file_that_is_no_manifest_name_it() {
    let folder = tempfile::tempdir().unwrap();
    for text in ["{}", "no JSON"] {
        fs::write(folder.path().join("dataflow.json"), text).unwrap();
        let output = documents(folder.path());
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(
            !output.status.success() && error.contains("dataflow.json: give"),
            "{error}"
        );
    }
}
