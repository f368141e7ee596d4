//! `shelfwise audit`: the claim, tried on what a shop ships. Fails where it is false.

mod bundle;
mod download;
mod evidence;
mod folder;
mod found;
mod laboratory;
mod model;
mod observe;
mod pages;
mod place;
mod plan;
mod rebuild;
mod secrets;
mod verify;
mod visit;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::Timestamp;
use shelfwise_audit::report::{self, Report, SCHEMA, Step};
use shelfwise_audit::shipped::{Files, Shipped};
use shelfwise_audit::steps::edge::Edge as _;
use shelfwise_audit::steps::{self, Known};
use shelfwise_witness::{EdgeClient, OwnCertificate};

use self::evidence::Evidence;
use self::observe::{BrowserArgument, Observed};
use self::pages::Pages;
use self::place::Place;
use self::rebuild::Sources;
use crate::keys::{SignerArguments, trusted_keys};
use crate::{eprint_line, files, output, print_line, time};

/// The exit code of wrong use, as the command line's own.
const WRONG_USE: u8 = 2;

/// Try the privacy claim on what a shop ships: a folder with the package's files as they are deployed, an address, or a model.
///
/// A model is held against the log that it was trained on: how many people stand behind everything that it publishes.
///
/// Files are found by their content, renamed or bundled. Pages are opened in the browsers of this machine, and everything
/// that leaves them is recorded; of an address only its own origin is asked. Ends with 0 where nothing against the claim
/// was found, with 1 where a step failed, with 2 where there is nothing to audit. What could not be tried is told, and
/// never passed.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  shelfwise audit dist\n  shelfwise audit dist --static\n  \
    shelfwise audit dist --package node_modules/shelfwise --html audit.html --sarif audit.sarif\n  \
    shelfwise audit https://shop.example --script steps.toml --browser chromium\n  \
    shelfwise audit dist --package node_modules/shelfwise --rebuild ../shelfwise-sources\n  \
    shelfwise audit dist --edge https://edge.shop.example\n  \
    shelfwise audit public --key keys/release.pub --key keys/policy.pub --against last/report.json --out evidence \
    --sign keys/auditor.key\n  \
    shelfwise audit model/model.swm --log 'logs/2026-*.jsonl.gz' --catalog products.csv --html model.html\n  \
    shelfwise audit --verify evidence/2026-03-01T10-00-00Z --key keys/auditor.pub"
)]
pub struct Audit {
    /// The folder that the shop's server serves, the address of a page, or a model such as model.swm.
    #[arg(value_name = "DIR|URL|MODEL", required_unless_present = "verify")]
    place: Option<String>,
    #[command(flatten)]
    model: model::ModelArguments,
    /// Run the steps that need no browser, and no others.
    #[arg(long = "static")]
    without_browser: bool,
    /// The browsers that are driven.
    #[arg(long, value_enum, default_value_t = BrowserArgument::All, conflicts_with = "without_browser")]
    browser: BrowserArgument,
    /// What shoppers do on the pages, such as to get past a login: see docs/audit.md.
    #[arg(long, value_name = "FILE", conflicts_with = "without_browser")]
    script: Option<PathBuf>,
    /// The certificate of an https address that no authority has signed, such as a test shop's, in PEM, before that of who
    /// signed it. It is accepted for that origin alone.
    #[arg(long, value_name = "FILE", conflicts_with = "without_browser")]
    certificate: Option<PathBuf>,
    /// The package as it was installed: files are compared with it, and the browser steps run it where the folder's is bundled.
    #[arg(long, value_name = "DIR")]
    package: Option<PathBuf>,
    /// The address of the shop's edge worker: what it answers is tried. Of this origin alone.
    #[arg(long, value_name = "URL")]
    edge: Option<String>,
    /// A checkout of Shelfwise's sources: its own build tool builds the modules and the package again, which takes minutes,
    /// and what it makes is compared with what is shipped.
    #[arg(long, value_name = "SOURCES")]
    rebuild: Option<PathBuf>,
    /// The policy's source, policy.toml: names of secret facts, owners and reasons are looked for in what is shipped.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A public key that pages pin, as text or as a file: for the signed release in the folder. With --verify the key that
    /// signed the evidence.
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
    /// The secret key that signs the evidence, of any role; with --signer the public one.
    #[arg(long, value_name = "KEY", requires = "out")]
    sign: Option<PathBuf>,
    #[command(flatten)]
    signer: SignerArguments,
    /// Check the evidence in a folder: that its files are those that were signed.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["place", "without_browser", "script", "out"])]
    verify: Option<PathBuf>,
}

impl Audit {
    /// Runs the command to its exit code.
    pub fn run(self) -> ExitCode {
        let done = match &self.verify {
            Some(folder) => verify::run(folder, &self.keys).map(|()| ExitCode::SUCCESS),
            None => self.audit_and_write(),
        };
        done.unwrap_or_else(|error| {
            eprint_line!("error: {error:#}");
            ExitCode::from(WRONG_USE)
        })
    }

    fn audit_and_write(&self) -> Result<ExitCode> {
        let place = Place::of(self.place.as_deref().unwrap_or_default());
        // A key that cannot be read is told before minutes have passed.
        let signer = self
            .sign
            .as_deref()
            .map(|key| bundle::signer(key, &self.signer))
            .transpose()?;
        let mut evidence = Evidence::default();
        let report = self.audit(&place, &mut evidence)?;
        self.write(&report, &evidence, signer.as_ref())?;
        Ok(if report.has_failed() {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }

    fn audit(&self, place: &Place, evidence: &mut Evidence) -> Result<Report> {
        if let Place::Folder(path) = place
            && (self.model.has_log() || model::is_model(path))
        {
            return self.model.audit(path);
        }
        let known = Known::own()?;
        let keys = (!self.keys.is_empty()).then(|| trusted_keys(&self.keys)).transpose()?;
        let secrets = self.policy.as_deref().map(secrets::read).transpose()?;
        let last = self.against.as_deref().map(read_report).transpose()?;
        let certificate = self.certificate(place)?;
        let edge = self.edge.as_deref().map(EdgeClient::of).transpose().context("--edge")?;
        let sources = self.rebuild.as_deref().map(Sources::of).transpose()?;
        if self.without_browser {
            place.require_folder()?;
        }
        eprint_line!("reading {place}");
        let mut all = place.files()?;
        let package = self.package.as_deref().map(folder::read).transpose()?;
        let mut pages = Pages::of(self, place, &all, certificate.as_ref(), evidence)?;
        if let Place::Url(_) = place {
            all = download::files(&pages.observed, certificate.as_ref())?;
        }
        let shipped = Shipped::find(&all);
        if shipped.is_empty() && shipped.releases.is_empty() && shipped.manifests.is_empty() {
            bail!("{place} holds nothing of Shelfwise: {}", advice(place, &pages.observed));
        }
        eprint_line!(
            "looking at {} scripts and {} modules",
            shipped.scripts.len(),
            shipped.modules.len()
        );
        let mut rows = steps::run(&shipped, &all, package.as_ref(), &known)?;
        eprint_line!("trying changed releases");
        rows.push(steps::tamper(&shipped, &all, keys.as_ref(), time::now_ms()?));
        rows.push(steps::secrets::step(&all, secrets.as_ref()));
        rows.push(steps::arms::step(&all));
        rows.push(steps::epsilon::step(&all));
        rows.push(pages.judged(&shipped, &all, &known, evidence));
        rows.extend(self.laboratory_steps(&shipped, &all, package.as_ref(), &known));
        let rebuild = sources.map(|sources| sources.rebuild());
        rows.push(steps::rebuild::step(&shipped, &all, package.as_ref(), rebuild.as_ref()));
        rows.extend(steps::later());
        rows.push(edge_step(edge.as_ref())?);
        let mut report = report(place, &shipped, &all, &known);
        report.steps = rows;
        report.changes = last.map(|last| report::changes(&last, &report));
        Ok(report)
    }

    fn certificate(&self, place: &Place) -> Result<Option<OwnCertificate>> {
        let Some(path) = &self.certificate else {
            return Ok(None);
        };
        let read = OwnCertificate::of(&files::read(path)?, &place.to_string());
        read.map(Some)
            .with_context(|| format!("--certificate {}", path.display()))
    }

    /// The steps that run the package in the laboratory.
    fn laboratory_steps(&self, shipped: &Shipped, all: &Files, package: Option<&Files>, known: &Known) -> Vec<Step> {
        match self.without_browser {
            true => steps::without_browsers("left out by --static"),
            false => laboratory::steps(all, package, shipped, known, self.browser.kinds()),
        }
    }

    fn write(&self, report: &Report, evidence: &Evidence, signer: Option<&crate::keys::Signer>) -> Result<()> {
        if let Some(path) = &self.sarif {
            files::write(path, &serde_json::to_vec_pretty(&report::sarif(report))?)?;
        }
        if let Some(path) = &self.html {
            files::write(path, report::html(report)?.as_bytes())?;
        }
        if let Some(folder) = &self.out {
            let bundle = bundle::write(folder, report, evidence, signer)?;
            let state = if signer.is_some() {
                "signed"
            } else {
                "unsigned: --sign KEY signs it"
            };
            eprint_line!("evidence: {} ({state})", bundle.display());
        }
        if self.json {
            output::json(report)?;
        } else {
            print_line!("{}", report::text(report));
        }
        Ok(())
    }
}

fn edge_step(edge: Option<&EdgeClient>) -> Result<Step> {
    let Some(edge) = edge else {
        return Ok(steps::edge::without());
    };
    eprint_line!("step edge: asking {}", edge.origin());
    Ok(steps::edge::step(edge, &time::now_ms()?.to_string()))
}

fn advice(place: &Place, observed: &Observed) -> String {
    match place {
        Place::Folder(_) => "give the folder that the shop's server serves, or node_modules/shelfwise".to_owned(),
        Place::Url(_) if observed.open.is_empty() => "name pages that have it with --script".to_owned(),
        Place::Url(_) => observed.open.join("; "),
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

fn report(place: &Place, shipped: &Shipped, all: &Files, known: &Known) -> Report {
    let claim = known.manifest.get("claim").and_then(serde_json::Value::as_str);
    Report {
        schema: SCHEMA.to_owned(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        at: at_present(),
        subject: place.to_string(),
        claim: claim.unwrap_or_default().to_owned(),
        found: found::found(shipped),
        steps: Vec::new(),
        flow: steps::flow(shipped),
        changes: None,
        files: found::hashes(shipped, all),
    }
}
