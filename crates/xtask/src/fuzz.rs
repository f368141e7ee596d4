//! Fuzzing: bytes from outside never panic.
//!
//! libFuzzer comes as a crate, and the compiler's coverage pass is switched on by stable flags, so neither the
//! program cargo-fuzz nor a nightly compiler is needed. The engine has no unsafe code, so no sanitizer is either.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use rayon::prelude::*;
use shelfwise_build::workspace::Workspace;
use shelfwise_build::{member, process};

/// The package of the targets; each is a program `fuzz-NAME`.
const PACKAGE: &str = "shelfwise-tests-fuzz";
/// What is fuzzed, by name.
const TARGETS: &[&str] = &["snapshot", "damage", "policy", "facts", "events", "kept", "release"];
/// Inputs that crashed a target once, in a folder of its name: tried first, for ever.
const CRASHERS: &str = "tests/fuzz/crashers";
/// The most bytes of an input: the intact snapshot has a tenth of that.
const MAX_INPUT_BYTES: u32 = 64 * 1024;
/// What libFuzzer reads from an instrumented program: edges counted in place, and what comparisons compared.
const INSTRUMENTATION: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Runs every target for so long. Errs at the first crash, and leaves the input that did it.
pub fn run(workspace: &Workspace, seconds_each: u32) -> Result<()> {
    let programs = build(workspace)?;
    let corpus = workspace.out("fuzz");
    write_seeds(workspace, &corpus.join("seeds"))?;
    let fuzz = |target: &&str| run_target(workspace, &programs, &corpus, target, seconds_each);
    TARGETS.par_iter().try_for_each(fuzz)
}

/// What the fuzzers begin with; the program that writes it is an ordinary one.
fn write_seeds(workspace: &Workspace, folder: &Path) -> Result<()> {
    process::run(member::program(workspace, "fuzz-seeds")?.arg(folder))
}

/// With a target named, cargo leaves build scripts and macros without the instrumentation.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    let version = process::read(Command::new("rustc").arg("-vV"))?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("`rustc -vV` names no host")?;
    let mut cargo = Command::new("cargo");
    cargo.args([
        "build",
        "--locked",
        "--package",
        PACKAGE,
        "--profile",
        "fuzz",
        "--target",
        host,
    ]);
    cargo.args(
        TARGETS
            .iter()
            .flat_map(|target| ["--bin".to_owned(), format!("fuzz-{target}")]),
    );
    cargo
        .env("CARGO_ENCODED_RUSTFLAGS", INSTRUMENTATION.join("\u{1f}"))
        .current_dir(workspace.root());
    process::run(&mut cargo)?;
    Ok(workspace.cargo_target().join(host).join("fuzz"))
}

fn run_target(workspace: &Workspace, programs: &Path, corpus: &Path, target: &str, seconds: u32) -> Result<()> {
    let found = corpus.join("found").join(target);
    let crashes = workspace.path(CRASHERS).join(target);
    for folder in [&found, &crashes] {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let mut fuzzer = Command::new(programs.join(format!("fuzz-{target}")));
    fuzzer
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={MAX_INPUT_BYTES}"));
    fuzzer.arg(format!("-artifact_prefix={}/", crashes.display()));
    // A fixed seed: what fails on CI fails at home.
    fuzzer.args(["-seed=1", "-verbosity=0", "-print_final_stats=1", "-timeout=10"]);
    fuzzer
        .args([&found, &crashes])
        .args(existing(corpus.join("seeds").join(target)));
    let outcome = process::run_then_show(&mut fuzzer);
    outcome.with_context(|| {
        format!(
            "the input that did it is in {}: commit it with its mending",
            crashes.display()
        )
    })
}

fn existing(folder: PathBuf) -> Option<PathBuf> {
    folder.is_dir().then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fuzz_target_is_run() {
        let folder = Workspace::own().path("tests/fuzz/src/bin");
        let written = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
        let mut written: Vec<_> = written
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        written.retain(|name| name != "seeds");
        written.sort();
        let mut run = TARGETS.to_vec();
        run.sort_unstable();
        assert_eq!(written, run);
    }
}
