//! Planted leaks: the audit must find each one for its reason, and nothing in the build as it is.
//!
//! `cargo xtask test --only leaks` builds the package and runs [`check`] on it.

mod browsers;
mod edge;
mod models;
mod policies;
mod sources;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use serde::Deserialize;
use shelfwise_audit::report::{Outcome, Step};
use shelfwise_audit::shipped::{Files, Shipped, permitted, stale};
use shelfwise_audit::steps::{self, Known};
use shelfwise_sync::TrustedKeys;
use shelfwise_witness::lab::STEPS;

use self::sources::Product;

/// The leaks, as data: those that files show, those that a log shows of a model, those that policies and facts
/// show, those that an edge's answers show, those
/// that a browser shows, and those in Rust sources, which may be of any kind.
const LEAKS: [&str; 6] = [
    include_str!("../leaks.toml"),
    include_str!("../models.toml"),
    include_str!("../policies.toml"),
    include_str!("../edge.toml"),
    include_str!("../browsers.toml"),
    include_str!("../sources.toml"),
];
/// Releases, good and bad.
const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../releases/cases");
/// The good one among them.
const GOOD: &str = "good-next";
/// How many are tried at once: those in browsers mostly wait.
const AT_ONCE: usize = 2;
/// The most findings that are shown where another one was expected.
const MOST_SHOWN: usize = 20;

/// One planted leak.
#[derive(Debug, Deserialize)]
struct Leak {
    name: String,
    /// The step that must find it.
    step: String,
    /// The finding's code.
    code: String,
    /// What the finding must say.
    says: String,
    /// How it happens in real life.
    life: String,
    #[serde(flatten)]
    what: What,
}

/// What is planted.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum What {
    /// An edit of a file of the package.
    Edit {
        file: String,
        find: String,
        replace: String,
    },
    /// Edits of one file that a step in a browser must find: regular expressions, and what takes the place of each match.
    Edits {
        /// A `*` stands for what a bundler makes up.
        file: String,
        edits: Vec<(String, String)>,
    },
    /// An edit of a Rust source, which was built before.
    Source { build: Product },
    /// Another Content-Security-Policy of the worker's script.
    Served { served: String },
    /// Another release.
    Release { case: String },
    /// A model of a leaky trainer, by its name.
    Model { model: String },
    /// A policy or facts of a leaky builder, by its name.
    Policy { policy: String },
    /// A leaky edge, by its name.
    Edge { edge: String },
}

#[derive(Deserialize)]
struct Leaks {
    leak: Vec<Leak>,
}

/// When the releases of the cases are looked at, and by which keys.
#[derive(Deserialize)]
struct Cases {
    now_ms: u64,
    keys: Vec<String>,
}

/// What leaks are planted into.
struct Ground {
    package: Files,
    /// What was built of patched sources.
    built: PathBuf,
    known: Known,
    cases: Cases,
}

/// Audits the package in a folder as it is, and then with each leak; prints one line for each. `built` has what was built of
/// patched sources. With names, those leaks alone are tried.
///
/// # Errors
/// If the package as it is does not pass, or a leak is missed.
pub fn check(package: &Path, built: &Path, names: &[String]) -> Result<()> {
    let cases = fs::read(Path::new(CASES).join("cases.json")).context("could not read the cases of releases")?;
    let ground = Ground {
        package: read(package)?,
        built: built.to_owned(),
        known: Known::own()?,
        cases: serde_json::from_slice(&cases)?,
    };
    let mut leaks = all()?;
    if names.is_empty() {
        honest(&ground)?;
        models::honest()?;
        policies::honest()?;
        edge::honest()?;
        let passed = each(STEPS, |name| browsers::honest(&ground, name))?;
        passed.into_iter().collect::<Result<Vec<_>>>()?;
    } else {
        leaks.retain(|leak| names.contains(&leak.name));
        ensure!(!leaks.is_empty(), "there is no leak {}", names.join(", "));
    }
    let found = each(&leaks, |leak| is_found(&ground, leak))?;
    let missed = leaks.iter().zip(found).filter(|(_, found)| !found);
    let missed: Vec<_> = missed.map(|(leak, _)| leak.name.as_str()).collect();
    println!("\n{} of {} planted leaks", leaks.len() - missed.len(), leaks.len());
    ensure!(missed.is_empty(), "the audit does not find {}", missed.join(", "));
    Ok(())
}

/// Does something with each of them, [`AT_ONCE`] at once. Returns what came of it, in their order.
fn each<T: Sync, R: Send>(all: &[T], deed: impl Fn(&T) -> R + Sync + Send) -> Result<Vec<R>> {
    let pool = ThreadPoolBuilder::new().num_threads(AT_ONCE).build()?;
    Ok(pool.install(|| all.par_iter().map(deed).collect()))
}

/// Whether the audit finds the leak, which it prints.
fn is_found(ground: &Ground, leak: &Leak) -> bool {
    let start = Instant::now();
    let found = planted(ground, leak);
    match &found {
        Ok(()) => println!(
            "found   {:<30}{:<13}{:<28}{:.1} s",
            leak.name,
            leak.step,
            leak.code,
            start.elapsed().as_secs_f64()
        ),
        Err(why) => println!("MISSED  {:<30}{:<13}{why:#}", leak.name, leak.step),
    }
    found.is_ok()
}

fn all() -> Result<Vec<Leak>> {
    let read = |text: &&str| toml::from_str::<Leaks>(text).context("a list of leaks is not understood");
    let lists: Vec<Leaks> = LEAKS.iter().map(read).collect::<Result<_>>()?;
    Ok(lists.into_iter().flat_map(|list| list.leak).collect())
}

/// The build as it is passes every step, every script of it is recognized, and no entry of the list is out of use.
fn honest(ground: &Ground) -> Result<()> {
    let shipped = Shipped::find(&ground.package);
    ensure!(
        shipped.other_scripts == 0,
        "{} scripts of the package are not recognized",
        shipped.other_scripts
    );
    let mut rows = steps::run(&shipped, &ground.package, Some(&ground.package), &ground.known)?;
    rows.push(tampered(ground, GOOD)?);
    for step in rows {
        println!("honest  {:<13}{}", step.name, step.outcome.words());
        if step.outcome != Outcome::Passed {
            bail!(
                "step {} does not pass on the build as it is: {}",
                step.name,
                shown(&step)
            );
        }
    }
    let stale = stale(&shipped.scripts, &permitted()?);
    ensure!(
        stale.is_empty(),
        "crates/audit/src/shipped/uses.allow lists what no script uses:\n{}",
        stale.join("\n")
    );
    Ok(())
}

/// Errs where the step does not find the leak, finds something else alone, or the edit does not apply.
fn planted(ground: &Ground, leak: &Leak) -> Result<()> {
    ensure!(!leak.life.is_empty(), "it does not say how it happens");
    let step = match &leak.what {
        What::Edit { file, find, replace } => edited(ground, &leak.step, (file, find, replace))?,
        What::Edits { file, edits } => browsers::edited(ground, &leak.step, file, edits)?,
        What::Source { build } => sources::planted(ground, &leak.name, &leak.step, *build, &ground.built)?,
        What::Served { served } => browsers::served(ground, &leak.step, served)?,
        What::Release { case } => tampered(ground, case)?,
        What::Model { model } => models::planted(model)?,
        What::Policy { policy } => policies::planted(policy)?,
        What::Edge { edge } => edge::planted(edge)?,
    };
    found(leak, &step)
}

/// Errs where the step does not have the leak's finding.
fn found(leak: &Leak, step: &Step) -> Result<()> {
    let mut findings = step.findings.iter();
    let is_found = findings.any(|finding| finding.code == leak.code && finding.message.contains(&leak.says));
    ensure!(
        step.name == leak.step && step.outcome == Outcome::Failed && is_found,
        "expected {} with `{}`: {}",
        leak.code,
        leak.says,
        shown(step)
    );
    Ok(())
}

fn edited(ground: &Ground, step: &str, (file, find, replace): (&str, &str, &str)) -> Result<Step> {
    let mut files = ground.package.clone();
    let bytes = files
        .get_mut(file)
        .with_context(|| format!("the package has no file {file}"))?;
    *bytes = replaced(bytes, find.as_bytes(), replace.as_bytes())
        .with_context(|| format!("{file} has no `{find}` any more"))?;
    let rows = steps::run(&Shipped::find(&files), &files, Some(&ground.package), &ground.known)?;
    rows.into_iter()
        .find(|row| row.name == step)
        .with_context(|| format!("there is no step {step}"))
}

/// The bytes with the first match replaced; none where there is no match.
fn replaced(bytes: &[u8], find: &[u8], replace: &[u8]) -> Option<Vec<u8>> {
    let at = bytes.windows(find.len()).position(|window| window == find)?;
    let (before, rest) = bytes.split_at(at);
    Some([before, replace, rest.get(find.len()..)?].concat())
}

fn tampered(ground: &Ground, case: &str) -> Result<Step> {
    let files = read(&Path::new(CASES).join(case))?;
    let keys = TrustedKeys::parse(ground.cases.keys.iter().map(String::as_str))
        .context("the keys of the cases are unusable")?;
    Ok(steps::tamper(
        &Shipped::find(&files),
        &files,
        Some(&keys),
        ground.cases.now_ms,
    ))
}

fn shown(step: &Step) -> String {
    let findings = step.findings.iter().take(MOST_SHOWN).map(ToString::to_string);
    let lines: Vec<_> = step.tried.iter().cloned().chain(findings).collect();
    lines.join("\n        ")
}

/// Every file of a folder and its folders.
fn read(root: &Path) -> Result<Files> {
    let mut files = Files::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("could not list {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
                files.insert(name, fs::read(&path)?);
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn leaks_have_names_of_their_own_and_edits_that_change_something() {
        let leaks = all().unwrap();
        let names: BTreeSet<_> = leaks.iter().map(|leak| &leak.name).collect();
        assert!(names.len() == leaks.len() && leaks.len() >= 24, "{} leaks", leaks.len());
        for leak in &leaks {
            assert!(
                leak.code.starts_with(&leak.step) && leak.life.ends_with('.'),
                "{}",
                leak.name
            );
            let edits = match &leak.what {
                What::Edit { find, replace, .. } => vec![(find.clone(), replace.clone())],
                What::Edits { edits, .. } => edits.clone(),
                What::Source { .. }
                | What::Served { .. }
                | What::Release { .. }
                | What::Model { .. }
                | What::Policy { .. }
                | What::Edge { .. } => continue,
            };
            let changes = edits.iter().all(|(find, replace)| find != replace && !find.is_empty());
            assert!(changes && !edits.is_empty(), "{}", leak.name);
        }
    }

    #[test]
    fn every_leaky_model_is_found_for_its_reason() {
        for leak in all().unwrap() {
            if let What::Model { model } = &leak.what {
                found(&leak, &models::planted(model).unwrap()).unwrap();
            }
        }
    }

    #[test]
    fn every_leaky_policy_is_found_for_its_reason_and_the_honest_one_passes() {
        policies::honest().unwrap();
        let mut planted = 0;
        for leak in all().unwrap() {
            if let What::Policy { policy } = &leak.what {
                found(&leak, &policies::planted(policy).unwrap()).unwrap();
                planted += 1;
            }
        }
        assert!(planted >= 2, "{planted}");
    }

    #[test]
    fn every_leaky_edge_is_found_for_its_reason_and_the_honest_one_passes() {
        edge::honest().unwrap();
        for leak in all().unwrap() {
            if let What::Edge { edge } = &leak.what {
                found(&leak, &edge::planted(edge).unwrap()).unwrap();
            }
        }
    }

    #[test]
    fn an_edit_that_applies_no_longer_is_an_error() {
        assert_eq!(replaced(b"abcabc", b"b", b"xy"), Some(b"axycabc".to_vec()));
        assert_eq!(replaced(b"abc", b"d", b""), None);
    }
}
