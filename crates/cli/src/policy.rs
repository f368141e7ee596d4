//! `shelfwise policy`: the merchandiser's rules.

pub mod approval;
pub mod catalog_arguments;
mod findings;
pub mod hidden;
mod lists;
mod offers;
pub mod positions;
mod revert;
pub mod sign;
pub mod simulate;
pub mod zone;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use shelfwise_core::Policy;
use shelfwise_core::policy::lint::{CatalogIndex, LintContext};
use shelfwise_core::policy::{Action, Directive, PolicySource, Rule};
use shelfwise_sync::layout::MAX_POLICY_BYTES;

use crate::files;
use crate::output;
use crate::table::{count, counted};
use crate::time::{moment_in, now_ms};
use crate::{eprint_line, print_line};
use catalog_arguments::{Against, CatalogArguments};
use findings::Findings;

/// What to do with a policy.
#[derive(Subcommand)]
pub enum PolicyCommand {
    /// Check a policy: find contradictions and rules without effect, with their place and remedy.
    #[command(after_help = "Ends with 1 if there are errors; warnings alone end with 0.\n\n\
        Examples:\n  shelfwise policy check policy.toml\n  \
        shelfwise policy check policy.toml --catalog products.csv --json")]
    Check(Check),
    /// Check a policy and write the file that engines read; nothing is written if there are errors.
    #[command(after_help = "\
With --catalog the policy lists the items that each rule about a category or a brand means today. They stay hidden
whatever labels a later model gives them.

Example:
  shelfwise policy build policy.toml --catalog products.csv --out policy.swp")]
    Build(Build),
    /// Print the offers of a policy with their conditions, or write the file that publishes them.
    #[command(after_help = offers::HELP)]
    Offers(offers::Offers),
    /// Sign a built policy with the policy key, for a stated time.
    #[command(after_help = "Example:\n  shelfwise policy sign model/policy.swp --key keys/policy.key")]
    Sign(sign::Sign),
    /// Go back to an earlier policy: as a new one, signed anew, with what it changes.
    #[command(after_help = revert::HELP)]
    Revert(revert::Revert),
    /// Propose rules: build them, simulate them, and write both into a folder and a log.
    #[command(after_help = approval::propose::HELP)]
    Propose(Box<approval::propose::Propose>),
    /// Approve the guarded rules of a proposal with a lead key, having seen what they change.
    #[command(after_help = approval::approve::HELP)]
    Approve(approval::approve::Approve),
    /// Show the log of proposals and approvals, and check that nothing in it was changed.
    #[command(after_help = approval::log::HELP)]
    Log(approval::log::Log),
    /// Replay held-out visits under two policies, and report what the new one changes and what it costs.
    #[command(after_help = simulate::HELP)]
    Simulate(Box<simulate::Simulate>),
}

/// Arguments of `policy check`.
#[derive(Args)]
pub struct Check {
    #[command(flatten)]
    source: Source,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

/// Arguments of `policy build`.
#[derive(Args)]
pub struct Build {
    #[command(flatten)]
    source: Source,
    /// Where the built policy goes.
    #[arg(long)]
    out: PathBuf,
}

/// A policy, and the items that it is checked against.
#[derive(Args)]
struct Source {
    /// The policy.
    file: PathBuf,
    #[command(flatten)]
    items: CatalogArguments,
    /// Positions in the longest slate of the shop.
    #[arg(long, value_name = "N", default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..))]
    places: u16,
    /// The day or time that rules and ages are checked at, by the shop's clock, for instance 2026-12-20. [default: now]
    #[arg(long, value_name = "DATE")]
    at: Option<String>,
}

impl PolicyCommand {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        match self {
            Self::Sign(command) => command.run(),
            Self::Offers(command) => command.run(),
            Self::Simulate(command) => command.run(),
            Self::Revert(command) => command.run(),
            Self::Propose(command) => command.run(),
            Self::Approve(command) => command.run(),
            Self::Log(command) => command.run(),
            Self::Check(Check { source, json }) => {
                let checked = source.check()?;
                if json {
                    output::json(&checked.findings)?;
                } else {
                    print_findings(&checked.findings);
                }
                let policy = checked.policy()?;
                if !json {
                    print_line!("{}: {}", source.file.display(), summary(&policy));
                }
                Ok(())
            }
            Self::Build(Build { source, out }) => {
                let checked = source.check()?;
                report_findings(&checked.findings);
                let policy = checked.policy()?;
                files::replace(&out, &encode(&policy)?, "built policy", |bytes| {
                    bytes.starts_with(b"SWP")
                })?;
                let list = hidden::write(&policy, &out)?;
                print_line!("{}: {}", out.display(), summary(&policy));
                print_line!("{}: {}", list.display(), hidden::summary(&policy));
                Ok(())
            }
        }
    }
}

/// A policy that was checked.
struct Checked {
    findings: Findings,
    source: Option<PolicySource>,
    catalog_index: Option<CatalogIndex>,
}

impl Source {
    fn check(&self) -> Result<Checked> {
        let text = read(&self.file)?;
        // What is no policy is told by `Checked`.
        let source = lists::parse(&self.file, &text).ok();
        let now_ms = moment(self.at.as_deref(), source.as_ref())?;
        let against = self.items.read(source.as_ref(), self.places, now_ms)?;
        Checked::of(&self.file, &text, against)
    }
}

/// Returns the moment that `--at` names by the policy's clock; now without it.
pub fn moment(at: Option<&str>, source: Option<&PolicySource>) -> Result<i64> {
    let Some(text) = at else { return Ok(now_ms()? as i64) };
    let zone = source.map(zone::of).transpose()?;
    moment_in(text, &zone.unwrap_or(TimeZone::UTC))
}

impl Checked {
    /// Checks the text of a policy against the shop's items.
    fn of(file: &Path, text: &str, against: Against) -> Result<Self> {
        let lists = lists::expand(file, text)?;
        let mut source = match toml::from_str::<PolicySource>(&lists.text) {
            Ok(source) => source,
            Err(error) => {
                return Ok(Self {
                    findings: Findings::of_text(file, text, &lists, &error),
                    source: None,
                    catalog_index: None,
                });
            }
        };
        zone::apply(&mut source, against.now_ms)?;
        let context = LintContext {
            catalog: against.catalog.as_ref(),
            places: against.places,
            now_ms: Some(against.now_ms),
            has_hit_curve: against.has_hit_curve,
        };
        let found = source.lint(&context);
        let findings = Findings::of_rules(file, text, &lists, found, against.catalog.as_ref());
        Ok(Self {
            findings,
            source: Some(source),
            catalog_index: against.catalog,
        })
    }

    /// Returns the policy if there are no errors; with the items that its rules mean, if the catalog is known.
    fn policy(self) -> Result<Policy> {
        let Some(source) = self.source.filter(|_| self.findings.errors() == 0) else {
            bail!("{}", self.findings.summary());
        };
        Ok(source.build(self.catalog_index.as_ref())?)
    }
}

fn print_findings(findings: &Findings) {
    for line in findings.to_string().lines() {
        print_line!("{line}");
    }
}

fn report_findings(findings: &Findings) {
    for line in findings.to_string().lines() {
        eprint_line!("{line}");
    }
}

/// Reads a policy's source, with the lists that it takes from spreadsheets.
pub fn parse(path: &Path, text: &str) -> Result<PolicySource> {
    lists::parse(path, text)
}

/// Reads the text of a policy.
pub fn read(path: &Path) -> Result<String> {
    let text = String::from_utf8(files::read(path)?).context("is not UTF-8 text: save it as UTF-8");
    text.with_context(|| path.display().to_string())
}

/// Returns the policy's bytes, if clients accept so many.
fn encode(policy: &Policy) -> Result<Vec<u8>> {
    let (bytes, most) = (policy.encode(), MAX_POLICY_BYTES as usize);
    if bytes.len() > most {
        let longest = policy.rules.iter().max_by_key(|rule| listed(rule));
        let longest = longest.map(|rule| format!("rule `{}` lists {} items", rule.id, count(listed(rule))));
        bail!(
            "the policy has {} bytes, and clients accept {} at most: {}. Hide fewer items, or remove items that are not sold \
             from the catalog",
            count(bytes.len()),
            count(most),
            longest.unwrap_or_default()
        );
    }
    Ok(bytes)
}

/// Returns how many items a rule lists.
fn listed(rule: &Rule) -> usize {
    match &rule.action {
        Action::Hide { items: Some(items), .. } | Action::Direct(Directive { items: Some(items), .. }) => items.len(),
        _ => 0,
    }
}

fn summary(policy: &Policy) -> String {
    let lists = policy.rules.iter().map(listed).filter(|items| *items > 0);
    let mut rules = format!(
        "{} for {}",
        counted(policy.rules.len(), "rule"),
        counted(policy.placements.len(), "placement")
    );
    if !policy.content.options.is_empty() {
        rules += &format!(", {} of content", counted(policy.content.options.len(), "option"));
    }
    match lists.clone().count() {
        0 => rules,
        several => format!(
            "{rules}; {several} with a list, of {} in all",
            counted(lists.sum::<usize>(), "item")
        ),
    }
}
