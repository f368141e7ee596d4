//! Leaks that steps in a browser must find: the package is edited, and run in Chromium.

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use regex::Regex;
use shelfwise_audit::lab::{Declared, Laboratory};
use shelfwise_audit::report::{Outcome, Step};
use shelfwise_audit::shipped::{Files, Shipped};
use shelfwise_audit::steps::{self, Effort};
use shelfwise_witness::Kind;
use shelfwise_witness::lab::Trials;

use super::{Ground, shown};

/// Static steps that must not see what only a browser is to find.
const BLIND: &[&str] = &["imports", "shell", "dataflow"];

/// The build as it is passes the step, with as much effort as is made for a leak.
pub fn honest(ground: &Ground, name: &str) -> Result<()> {
    let step = tried(ground, name, &laboratory(&ground.package)?)?;
    println!("honest  {:<13}{}", step.name, step.outcome.words());
    ensure!(
        step.outcome == Outcome::Passed,
        "step {name} does not pass on the build as it is: {}",
        shown(&step)
    );
    Ok(())
}

/// Runs a step on the package with edits in one file.
pub fn edited(ground: &Ground, step: &str, file: &str, edits: &[(String, String)]) -> Result<Step> {
    let mut files = ground.package.clone();
    let name = named(&files, file, edits)?;
    let bytes = files.get_mut(&name).context("the file is there")?;
    let mut text = String::from_utf8(std::mem::take(bytes)).with_context(|| format!("{name} is no text"))?;
    for (find, replace) in edits {
        let find = Regex::new(find).with_context(|| format!("`{find}` is no regular expression"))?;
        ensure!(find.is_match(&text), "{name} has no `{find}` any more");
        text = find.replace_all(&text, replace).into_owned();
    }
    *bytes = text.into_bytes();
    run(ground, step, &files)
}

/// Runs a step on a package of which the static steps see nothing.
pub fn run(ground: &Ground, step: &str, files: &Files) -> Result<Step> {
    for row in steps::run(&Shipped::find(files), files, None, &ground.known)? {
        ensure!(
            !BLIND.contains(&row.name.as_str()) || row.outcome == Outcome::Passed,
            "the step {} sees it already",
            row.name
        );
    }
    tried(ground, step, &laboratory(files)?)
}

/// Runs a step where the worker's script comes with another header.
pub fn served(ground: &Ground, step: &str, policy: &str) -> Result<Step> {
    tried(ground, step, &laboratory(&ground.package)?.with_policy(policy))
}

fn laboratory(files: &Files) -> Result<Laboratory> {
    Laboratory::of(files, None).map_err(|why| anyhow!(why))
}

fn tried(ground: &Ground, step: &str, laboratory: &Laboratory) -> Result<Step> {
    let declared = Declared::of(&ground.known.manifest).map_err(|why| anyhow!(why))?;
    let trials = Trials {
        laboratory,
        declared: &declared,
        effort: Effort::Least,
        kinds: &[Kind::Chromium],
    };
    trials.step(step).with_context(|| format!("there is no step {step}"))
}

/// The one file that a name with a `*` stands for: the first in which the first edit matches.
fn named(files: &Files, name: &str, edits: &[(String, String)]) -> Result<String> {
    let (begin, end) = name.split_once('*').unwrap_or((name, ""));
    let is_named = |path: &&String| {
        if name.contains('*') {
            path.starts_with(begin) && path.ends_with(end)
        } else {
            path.as_str() == name
        }
    };
    let find = Regex::new(edits.first().map_or("", |(find, _)| find))?;
    let mut found = files.keys().filter(is_named).filter(|path| {
        files
            .get(*path)
            .is_some_and(|bytes| find.is_match(&String::from_utf8_lossy(bytes)))
    });
    match found.next() {
        Some(path) => Ok(path.clone()),
        None => bail!("no file {name} of the package has `{find}` any more"),
    }
}
