//! `shelfwise audit`: the claim, tried on what a shop ships. Fails where it is false.

mod bundle;
mod folder;
mod model;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::Timestamp;
use shelfwise_audit::report::{self, Report, SCHEMA};
use shelfwise_audit::shipped::{Files, Shipped};
use shelfwise_audit::steps::{self, Known};
use shelfwise_sync::sha256;

use crate::keys::trusted_keys;
use crate::{files, output, say, tell, time};

/// The exit code of wrong use, as the command line's own.
const WRONG_USE: u8 = 2;

/// Try the privacy claim on what a shop ships: a folder with the package's files, as they are deployed, or a model.
///
/// A model is held against the log that it was trained on: how many people stand behind everything that it publishes.
///
/// Files are found by their content, renamed or bundled. Ends with 0 where nothing against the claim was found, with 1
/// where a step failed, with 2 where there is nothing to audit. What could not be tried is told, and never passed.
#[derive(Args)]
#[command(after_help = "Examples:\n  shelfwise audit dist --static\n  \
    shelfwise audit dist --static --package node_modules/shelfwise --html audit.html --sarif audit.sarif\n  \
    shelfwise audit public --static --key keys/release.pub --key keys/policy.pub --against last/report.json --out evidence\n  \
    shelfwise audit model/model.swm --log 'logs/2026-*.jsonl.gz' --catalog products.csv --html model.html")]
pub struct Audit {
    /// The folder, or a model such as model.swm.
    #[arg(value_name = "DIR|MODEL")]
    place: PathBuf,
    #[command(flatten)]
    model: model::ModelArguments,
    /// Run the steps that need no browser.
    #[arg(long = "static", required_unless_present = "log")]
    without_browser: bool,
    /// The package as it was installed, to compare files with.
    #[arg(long, value_name = "DIR")]
    package: Option<PathBuf>,
    /// A public key that pages pin, as text or as a file: for the signed release in the folder.
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<String>,
    /// The `report.json` of the last audit: says what changed in the data flow.
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
    /// Write the findings as SARIF, for code scanners.
    #[arg(long, value_name = "FILE")]
    sarif: Option<PathBuf>,
    /// Write a page for people who do not read code.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write all of it into a new folder below this one, named by date and time.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Audit {
    /// Runs the command to its exit code.
    pub fn run(self) -> ExitCode {
        match self.audit().and_then(|report| self.write(&report).map(|()| report)) {
            Ok(report) if report.has_failed() => ExitCode::FAILURE,
            Ok(_) => ExitCode::SUCCESS,
            Err(error) => {
                tell!("error: {error:#}");
                ExitCode::from(WRONG_USE)
            }
        }
    }

    fn audit(&self) -> Result<Report> {
        if self.model.has_log() || model::is_model(&self.place) {
            return self.model.audit(&self.place);
        }
        let known = Known::own()?;
        let keys = (!self.keys.is_empty()).then(|| trusted_keys(&self.keys)).transpose()?;
        let last = self.against.as_deref().map(read_report).transpose()?;
        tell!("reading {}", self.place.display());
        let all = folder::read(&self.place)?;
        let package = self.package.as_deref().map(folder::read).transpose()?;
        let shipped = Shipped::find(&all);
        if shipped.is_empty() && shipped.releases.is_empty() && shipped.manifests.is_empty() {
            bail!(
                "{} holds nothing of Shelfwise: give the folder that the shop's server serves, or node_modules/shelfwise",
                self.place.display()
            );
        }
        tell!(
            "looking at {} scripts and {} modules",
            shipped.scripts.len(),
            shipped.modules.len()
        );
        let mut rows = steps::run(&shipped, &all, package.as_ref(), &known)?;
        tell!("trying changed releases");
        rows.push(steps::tamper(&shipped, &all, keys.as_ref(), time::now_ms()?));
        rows.extend(steps::later());
        let mut report = self.report(&shipped, &all, &known);
        report.steps = rows;
        report.changes = last.map(|last| report::changes(&last, &report));
        Ok(report)
    }

    fn report(&self, shipped: &Shipped, all: &Files, known: &Known) -> Report {
        let claim = known.manifest.get("claim").and_then(serde_json::Value::as_str);
        Report {
            schema: SCHEMA.to_owned(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            at: at_present(),
            subject: self.place.display().to_string(),
            claim: claim.unwrap_or_default().to_owned(),
            found: found(shipped),
            steps: Vec::new(),
            flow: steps::flow(shipped),
            changes: None,
            files: hashes(shipped, all),
        }
    }

    fn write(&self, report: &Report) -> Result<()> {
        if let Some(path) = &self.sarif {
            files::write(path, &serde_json::to_vec_pretty(&report::sarif(report))?)?;
        }
        if let Some(path) = &self.html {
            files::write(path, report::html(report)?.as_bytes())?;
        }
        if let Some(folder) = &self.out {
            tell!("evidence: {}", bundle::write(folder, report)?.display());
        }
        if self.json {
            output::json(report)?;
        } else {
            say!("{}", report::text(report));
        }
        Ok(())
    }
}

/// The present time, as reports have it.
fn at_present() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn read_report(path: &Path) -> Result<Report> {
    let read = serde_json::from_slice(&files::read(path)?);
    read.with_context(|| format!("--against {}: give the JSON that an audit wrote", path.display()))
}

/// What of Shelfwise is in the folder, for people.
fn found(shipped: &Shipped) -> Vec<String> {
    let scripts = shipped.scripts.iter().map(|script| {
        let parts: Vec<_> = script.parts.iter().map(|part| part.title()).collect();
        format!("{}: {}", script.path, parts.join(" and "))
    });
    let modules = shipped.modules.iter().map(|module| match module.kind {
        shelfwise_audit::shipped::ModuleKind::Engine => format!("{}: the engine", module.path),
        shelfwise_audit::shipped::ModuleKind::Releases => format!("{}: the module for signed releases", module.path),
    });
    let manifests = shipped
        .manifests
        .iter()
        .map(|(path, _)| format!("{path}: a data-flow manifest"));
    let releases = shipped.releases.iter().map(|path| format!("{path}: a signed release"));
    let others = (shipped.other_scripts > 0)
        .then(|| format!("{} other scripts, which are not looked at", shipped.other_scripts));
    scripts
        .chain(modules)
        .chain(manifests)
        .chain(releases)
        .chain(others)
        .collect()
}

/// SHA-256 of what was looked at.
fn hashes(shipped: &Shipped, all: &Files) -> std::collections::BTreeMap<String, String> {
    let scripts = shipped.scripts.iter().map(|script| &script.path);
    let modules = shipped.modules.iter().map(|module| &module.path);
    let manifests = shipped.manifests.iter().map(|(path, _)| path);
    let paths = scripts.chain(modules).chain(manifests).chain(&shipped.releases);
    let hash = |path: &String| all.get(path).map(|bytes| (path.clone(), hex(&sha256(bytes))));
    paths.filter_map(hash).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
