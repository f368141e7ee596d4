//! `hashes`: the files are those that belong together, and those of the package.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shelfwise_sync::sha256;

use crate::report::{Finding, Outcome, Step};
use crate::shipped::{Files, ModuleKind, Part, Shipped, ShippedScript};

const NAME: &str = "hashes";
const CLAIM: &str =
    "Scripts load the very modules that they were built with, and every file is byte for byte one of the package.";

/// Runs the step.
pub fn step(shipped: &Shipped, files: &Files, package: Option<&Files>) -> Step {
    if shipped.is_empty() {
        return Step::without(NAME, CLAIM, Outcome::NotApplicable, "nothing of Shelfwise was found");
    }
    let mut tried = Vec::new();
    let mut findings = Vec::new();
    for module in &shipped.modules {
        let pin = pin(&module.bytes);
        let (part, what) = match module.kind {
            ModuleKind::Engine => (Part::Engine, "engine"),
            ModuleKind::Releases => (Part::Releases, "module for releases"),
        };
        let inside = shipped.scripts.iter().any(|script| script.path == module.path);
        let pinned: Vec<_> = shipped
            .scripts
            .iter()
            .filter(|script| script.parts.contains(&part) && has_pin(script))
            .collect();
        if inside {
            tried.push(format!("{} has the {what} inside", module.path));
        } else if pinned.iter().any(|script| script.script.words.contains(&pin)) {
            tried.push(format!("{} is the {what} that its scripts name by hash", module.path));
        } else {
            let what = format!("no script names this {what} by its hash, {pin}");
            let advice =
                "Deploy scripts and modules of the same package together: a script refuses a module with another hash.";
            findings.push(Finding::new("hashes.not-pinned", what, advice).file(&module.path));
        }
    }
    match package {
        Some(package) => {
            let known: BTreeSet<_> = package.values().map(|bytes| sha256(bytes)).collect();
            findings.extend(strangers(shipped, files, &known));
            tried.push(format!("files were compared with {} of the package", package.len()));
            Step::tried(NAME, CLAIM, tried, findings)
        }
        None => Step::tried(NAME, CLAIM, tried, findings).unless_proved(Some(
            "whether they are those of the package was not tried: give it with --package".to_owned(),
        )),
    }
}

/// A hash as scripts write it down.
fn pin(bytes: &[u8]) -> String {
    format!("sha256-{}", STANDARD.encode(sha256(bytes)))
}

fn has_pin(script: &ShippedScript) -> bool {
    script.script.words.iter().any(|word| word.starts_with("sha256-"))
}

fn strangers(shipped: &Shipped, files: &Files, known: &BTreeSet<[u8; 32]>) -> Vec<Finding> {
    let scripts = shipped.scripts.iter().map(|script| &script.path);
    let modules = shipped.modules.iter().map(|module| &module.path);
    let own: BTreeSet<_> = scripts.chain(modules).collect();
    let others = own
        .into_iter()
        .filter(|path| files.get(*path).is_some_and(|bytes| !known.contains(&sha256(bytes))));
    let findings = others.map(|path| {
        let advice = "A bundler that rewrites scripts does this too: compare what it was given, or keep `shelfwise` as files of its own.";
        Finding::new("hashes.not-of-the-package", "this file is none of the package's".to_owned(), advice).file(path)
    });
    findings.collect()
}
