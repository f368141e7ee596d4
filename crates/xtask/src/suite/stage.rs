//! The stages: a name to choose one by, a title to read, and what it runs.

use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use clap::ValueEnum;
use shelfwise_build::config::Config;
use shelfwise_build::programs::CrateProgram;
use shelfwise_build::workspace::Workspace;
use shelfwise_build::{process, wasm};

use crate::{
    bindings, browser, cloudflare, costs, counts, edge, fuzz, imports, package, packaging, quality, reproduce, size,
};

/// Long enough to find what a change broke; a longer run is `fuzz-snapshot` by hand.
const FUZZ_SECONDS: u32 = 15;

/// One thing that must hold. The order is that of running, but for stages that run beside the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Stage {
    /// rustfmt would change nothing.
    Format,
    /// What lints cannot see.
    Tidy,
    /// clippy has nothing to say, on every target of every crate.
    Lints,
    /// Unit, property and round-trip tests, and the examples in documents.
    Native,
    /// The documentation builds without a warning.
    Docs,
    /// The browser module builds.
    Wasm,
    /// It is within its budget.
    Size,
    /// Its imports are on the list.
    Imports,
    /// The tests of the browser bindings, in headless Chromium.
    Bindings,
    /// Golden vectors in Node, Chromium, Firefox and workerd: the bytes of the native run.
    Hosts,
    /// The npm package is built, and within its budget.
    Tarball,
    /// The host in which the edge's components are tried compiles without a warning.
    EdgeHost,
    /// Dependencies: licences, sources, bans; known advisories are reported where their database can be had.
    Licences,
    /// Hit rates, ranks and bytes on the committed log, beside peers.
    Quality,
    /// Instructions of every operation, by callgrind.
    Costs,
    /// Other engines count the committed log: the snapshot bytes of own counting.
    Counts,
    /// Each fuzz target for a quarter of a minute.
    Fuzz,
    /// The failures, modes and walls of the npm package in Chromium and Firefox.
    Package,
    /// The demo shop in Chromium, end to end, with screenshots; its edge in workerd.
    Shop,
    /// The edge worker for Cloudflare in workerd: every route, every failure.
    Cloudflare,
    /// The audit passes on the package as it is, and finds every planted leak.
    Leaks,
    /// The packed tarball, installed and run where storefronts would; examples with the demo's model, and recipes.
    Packaging,
    /// The edge worker's components in a host of their own: every route, every failure, golden vectors, bounded load.
    Edge,
    /// Modules and package, built once more apart from this folder: the same bytes.
    Reproduce,
}

/// Whose dependencies are looked at: ours, and those of the host in which the edge's components are tried.
const WORKSPACES: [&str; 2] = ["Cargo.toml", "tests/edge/Cargo.toml"];

/// The crates whose public entry points have examples.
const WITH_EXAMPLES: [&str; 5] = [
    "shelfwise-core",
    "shelfwise-measure",
    "shelfwise-sync",
    "shelfwise-intake",
    "shelfwise-train",
];
/// Fewer mean that examples are not run any more.
const LEAST_EXAMPLES: usize = 20;

impl Stage {
    /// The one that no other follows.
    pub const LAST: Self = Self::Reproduce;

    /// The name on the command line.
    pub fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    /// What it shows, in a few words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Format => "format: rustfmt",
            Self::Tidy => "tidy: what lints cannot see",
            Self::Lints => "lints: clippy, all targets",
            Self::Native => "native: unit, property and doc tests",
            Self::Docs => "docs: no warning",
            Self::Licences => "licences: licences, sources, bans",
            Self::Quality => "quality: hit rates and bytes, beside peers",
            Self::Costs => "costs: instructions of every operation",
            Self::Counts => "counts: the same bytes from four other engines",
            Self::Reproduce => "reproduce: the same bytes built elsewhere",
            Self::Wasm => "wasm: module and glue",
            Self::Size => "size: module and glue within budget",
            Self::Imports => "imports: modules import what is on their list",
            Self::Bindings => "bindings: the engine in a page, in Chromium",
            Self::Hosts => "hosts: golden vectors in four hosts of wasm",
            Self::Tarball => "tarball: the npm package, within budget",
            Self::Package => "package: tried in two browsers",
            Self::EdgeHost => "edge-host: wasmtime and the edge's host",
            Self::Edge => "edge: components, tried in their host",
            Self::Shop => "shop: end to end in Chromium",
            Self::Cloudflare => "cloudflare: the edge worker in workerd",
            Self::Leaks => "leaks: the audit, tried on planted leaks",
            Self::Packaging => "packaging: the tarball in shops",
            Self::Fuzz => "fuzz: a quarter of a minute for each target",
        }
    }

    /// Whether `--quick` runs it: it takes seconds in a tree that is built, and finds what changes break most often.
    pub fn is_quick(self) -> bool {
        self <= Self::Hosts
    }

    /// Runs it to its first failure.
    pub fn run(self, workspace: &Workspace, config: &Config) -> Result<()> {
        match self {
            Self::Format => cargo(workspace, &["fmt", "--all", "--check"]),
            Self::Tidy => shelfwise_tidy::check(workspace.root()),
            Self::Lints => cargo(
                workspace,
                &[
                    "clippy",
                    "--workspace",
                    "--all-targets",
                    "--features=shelfwise-witness/browsers,shelfwise-cli/browsers",
                    "--locked",
                    "--",
                    "--deny",
                    "warnings",
                ],
            ),
            Self::Native => native(workspace),
            Self::Docs => docs(workspace),
            Self::Licences => licences(workspace, config),
            Self::Quality => quality::gate(workspace),
            Self::Costs => costs::check(workspace),
            Self::Counts => counts::test(workspace),
            Self::Reproduce => reproduce::check(workspace, config),
            Self::Wasm => wasm::build(workspace, config).map(|_| ()),
            Self::Size => size::modules(workspace, config),
            Self::Imports => imports::audit(workspace, config),
            Self::Bindings => bindings::test(workspace, config),
            Self::Hosts => packaging::hosts(workspace, config),
            Self::Tarball => package::build(workspace, config).map(|_| ()),
            Self::Package => package::test(workspace, config),
            Self::EdgeHost => edge::compile_host(workspace),
            Self::Edge => edge::test(workspace, config),
            Self::Shop => browser::shop(workspace, config),
            Self::Cloudflare => cloudflare::test(workspace, config),
            Self::Leaks => package::leaks(workspace, config),
            Self::Packaging => packaging::tarball(workspace, config),
            Self::Fuzz => fuzz::run(workspace, FUZZ_SECONDS),
        }
    }
}

fn cargo(workspace: &Workspace, words: &[&str]) -> Result<()> {
    process::run(Command::new("cargo").args(words).current_dir(workspace.root()))
}

/// nextest runs each test in its own process and all of them at once; without it, cargo's own runner does.
fn native(workspace: &Workspace) -> Result<()> {
    if process::succeeds(Command::new("cargo").args(["nextest", "--version"])) {
        cargo(
            workspace,
            &["nextest", "run", "--workspace", "--locked", "--no-fail-fast"],
        )?;
    } else {
        cargo(
            workspace,
            &["test", "--workspace", "--locked", "--lib", "--bins", "--tests"],
        )?;
    }
    examples(workspace)
}

/// Runs the examples in the documentation. Errs where there are none: the step would pass without checking anything.
fn examples(workspace: &Workspace) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--locked", "--doc"]);
    cargo.args(WITH_EXAMPLES.iter().flat_map(|package| ["--package", package]));
    let output = cargo
        .current_dir(workspace.root())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    let text = String::from_utf8_lossy(&output.stdout);
    println!("{text}");
    ensure!(output.status.success(), "an example in the documentation fails");
    let passed = passed(&text);
    ensure!(
        passed >= LEAST_EXAMPLES,
        "{passed} examples ran, at least {LEAST_EXAMPLES} are expected"
    );
    Ok(())
}

/// Sums the passed tests of every result line of cargo's test runner.
fn passed(output: &str) -> usize {
    let results = output.lines().filter_map(|line| line.strip_prefix("test result: ok. "));
    results
        .filter_map(|line| line.split_once(" passed")?.0.parse::<usize>().ok())
        .sum()
}

fn docs(workspace: &Workspace) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "doc",
        "--workspace",
        "--no-deps",
        "--locked",
        "--document-private-items",
    ]);
    process::run(
        cargo
            .current_dir(workspace.root())
            .env("RUSTDOCFLAGS", "--deny warnings"),
    )
}

fn licences(workspace: &Workspace, config: &Config) -> Result<()> {
    let version = config.cargo("cargo-deny")?;
    let deny = CrateProgram {
        package: "cargo-deny",
        version,
        program: "cargo-deny",
    };
    let program = deny.require(workspace)?;
    let check = |manifest: &str, what: &[&str]| {
        let mut deny = Command::new(&program);
        deny.args([
            "--workspace",
            "--config",
            "deny.toml",
            "--manifest-path",
            manifest,
            "check",
        ]);
        process::run(deny.args(what).current_dir(workspace.root()))
    };
    WORKSPACES
        .iter()
        .try_for_each(|manifest| check(manifest, &["bans", "licenses", "sources"]))?;
    // Reported, and no failure: the database changes without us, and not every machine can reach it.
    for manifest in WORKSPACES {
        if let Err(error) = check(manifest, &["advisories"]) {
            println!("advisories of {manifest}: found, or not to be had ({error}); read the lines above");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passed_examples_are_summed_over_crates() {
        let output = "test result: ok. 12 passed; 0 failed; 0 ignored\n\ntest result: ok. 8 passed; 0 failed;\n";
        assert_eq!(passed(output), 20);
        assert_eq!(passed("running 0 tests"), 0);
    }
}
