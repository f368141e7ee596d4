//! The browsers of this machine on the shop's own pages.

use anyhow::Result;
use clap::ValueEnum;
use shelfwise_audit::observed::Visit;
use shelfwise_witness::{Browser, Found, Kind, Options, OwnCertificate, Subject};

use super::evidence::Evidence;
use super::plan::{Plan, Shopper};
use super::visit::{Visited, Visitor};
use crate::eprint_line;

/// Which browsers are driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BrowserArgument {
    /// Chromium, Chrome or Edge.
    Chromium,
    /// Firefox.
    Firefox,
    /// Both.
    All,
}

impl BrowserArgument {
    /// The browsers that it names.
    pub fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Chromium => &[Kind::Chromium],
            Self::Firefox => &[Kind::Firefox],
            Self::All => &Kind::ALL,
        }
    }
}

/// Browsers that are there, and what is missing.
pub struct Browsers {
    pub found: Vec<Found>,
    /// How they are started.
    pub options: Options,
    /// In sentences, with what to install.
    pub missing: Vec<String>,
}

impl Browsers {
    /// Looks for what was asked for.
    pub fn of(argument: BrowserArgument, certificate: Option<OwnCertificate>) -> Self {
        let wanted = argument.kinds().iter().copied();
        let mut browsers = Self {
            found: Vec::new(),
            options: Options {
                certificate,
                ..Options::default()
            },
            missing: Vec::new(),
        };
        for kind in wanted {
            match Browser::find(kind) {
                Some(found) => browsers.found.push(found),
                None => browsers
                    .missing
                    .push(format!("no {} on this machine: {}", kind.name(), kind.advice())),
            }
        }
        browsers
    }
}

/// What was seen of the shop's own pages.
#[derive(Default)]
pub struct Observed {
    pub visits: Vec<Visit>,
    /// What was not seen, and why.
    pub open: Vec<String>,
}

/// Who is sent where.
pub struct Observer<'a> {
    pub browsers: &'a Browsers,
    pub subject: &'a Subject,
    pub plan: &'a Plan,
}

impl Observer<'_> {
    /// Sends each browser three times: as each shopper, and once more as the first one, which shows what differs by chance.
    pub fn as_deployed(&self, evidence: &mut Evidence) -> Observed {
        let again = self.plan.shoppers.first();
        let shoppers: Vec<_> = self.plan.shoppers.iter().chain(again).collect();
        self.visits(&shoppers, &[], evidence)
    }

    /// Sends each browser as each shopper once more, with the scripts of Shelfwise refused.
    pub fn without_shelfwise(&self, scripts: &[String], evidence: &mut Evidence) -> Observed {
        let shoppers: Vec<_> = self.plan.shoppers.iter().collect();
        self.visits(&shoppers, scripts, evidence)
    }

    fn visits(&self, shoppers: &[&Shopper], refused: &[String], evidence: &mut Evidence) -> Observed {
        let mut observed = Observed::default();
        for found in &self.browsers.found {
            let visitor = Visitor {
                found,
                options: &self.browsers.options,
                subject: self.subject,
                refused,
            };
            for shopper in shoppers {
                let without = if refused.is_empty() { "" } else { ", without Shelfwise" };
                eprint_line!("{}: as the shopper `{}`{without}", found.kind.name(), shopper.name);
                match visitor.visit(self.plan, shopper) {
                    Ok(visited) => observed.add(visited, self.plan, evidence),
                    // One visit that fails is no reason to drop what the others show.
                    Err(error) => {
                        let browser = found.kind.name();
                        observed
                            .open
                            .push(format!("{browser}, shopper `{}`: {error:#}", shopper.name));
                    }
                }
            }
        }
        observed
    }
}

impl Observed {
    /// Whether the origin speaks TLS, so that its requests pass the sink in a tunnel.
    pub fn is_tunnelled(&self) -> bool {
        self.visits
            .iter()
            .any(|visit| visit.recording.origin.starts_with("https:"))
    }

    fn add(&mut self, visited: Visited, plan: &Plan, evidence: &mut Evidence) {
        evidence.add(&visited, plan);
        self.visits.push(visited.visit);
    }
}

/// A plan of the start page's links, by the first browser.
pub fn plan_of_links(browsers: &Browsers, subject: &Subject, start: &str) -> Result<Plan> {
    let Some(found) = browsers.found.first() else {
        return Ok(Plan::of_links(start, &[]));
    };
    eprint_line!("{}: looking for links on {start}", found.kind.name());
    let links = Visitor {
        found,
        options: &browsers.options,
        subject,
        refused: &[],
    }
    .links(start)?;
    Ok(Plan::of_links(start, &links))
}
