//! `hashes`: the files are those that belong together, and those of the package.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shelfwise_sync::sha256;

use crate::report::{Finding, Outcome, Step};
use crate::shipped::{Files, ModuleKind, Part, Shipped, ShippedScript};

const NAME: &str = "hashes";
/// The modules in the package.
const MODULES: [&str; 2] = ["shelfwise_bg.wasm", "shelfwise_release.wasm"];
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
            let strangers = strangers(shipped, files, &known);
            findings.extend(strangers.findings);
            tried.push(format!("files were compared with {} of the package", package.len()));
            Step::tried(NAME, CLAIM, tried, findings).unless_proved(strangers.open)
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

/// Files that are none of the package's.
struct Strangers {
    findings: Vec<Finding>,
    /// Scripts that a bundler wrote, which is no finding.
    open: Option<String>,
}

fn strangers(shipped: &Shipped, files: &Files, known: &BTreeSet<[u8; 32]>) -> Strangers {
    let scripts = shipped.scripts.iter().map(|script| &script.path);
    let modules = shipped.modules.iter().map(|module| &module.path);
    let own: BTreeSet<_> = scripts.chain(modules).collect();
    let others = own
        .into_iter()
        .filter(|path| files.get(*path).is_some_and(|bytes| !known.contains(&sha256(bytes))));
    let (bundled, changed): (Vec<_>, Vec<_>) = others.partition(|path| is_bundled(path, shipped, files));
    let findings = changed.into_iter().map(|path| {
        let advice = "Deploy the files of the package as they are, and let nothing on the way rewrite them.";
        Finding::new(
            "hashes.not-of-the-package",
            "this file is none of the package's".to_owned(),
            advice,
        )
        .file(path)
    });
    let open = (!bundled.is_empty()).then(|| {
        format!(
            "scripts that a bundler wrote, which cannot be compared byte by byte, and which the step `shell` has read: {}",
            bundled.len()
        )
    });
    Strangers {
        findings: findings.collect(),
        open,
    }
}

/// Whether a bundler wrote a script: it gives the modules names of its own, and a copy of the package has them beside the
/// scripts by their names. Modules are copied by bundlers as they are.
fn is_bundled(path: &str, shipped: &Shipped, files: &Files) -> bool {
    let folder = path.rfind('/').and_then(|at| path.get(..=at)).unwrap_or_default();
    let has_module = MODULES
        .iter()
        .any(|name| files.contains_key(&format!("{folder}{name}")));
    !has_module && shipped.scripts.iter().any(|script| script.path == path)
}
