//! Runs the inputs that crashed a target before, and the seeds, at every test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use std::fs;
use std::path::{Path, PathBuf};

use shelfwise_tests_fuzz::{TARGETS, run};

/// Returns every file below a folder of the repository; none if it is missing.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.collect();
    files.sort();
    files
}

fn here(inside: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(inside)
}

#[test]
fn past_crashers_pass() {
    for target in TARGETS {
        for file in files(&here("crashers").join(target)) {
            println!("{}", file.display());
            run(target, &fs::read(&file).unwrap());
        }
    }
}

#[test]
fn committed_snapshots_pass_every_target() {
    let snapshots = [here("../snapshots/v1/good"), here("../snapshots/v1/bad")]
        .map(|folder| files(&folder))
        .concat();
    assert!(snapshots.len() > 30, "{} snapshots", snapshots.len());
    for file in snapshots {
        let bytes = fs::read(&file).unwrap();
        TARGETS.iter().for_each(|target| run(target, &bytes));
    }
}

#[test]
fn crasher_folders_belong_to_targets() {
    for folder in files(&here("crashers")) {
        let name = folder.file_name().unwrap().to_str().unwrap();
        assert!(TARGETS.contains(&name), "{name}");
    }
}
