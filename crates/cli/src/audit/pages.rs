//! The step `pages`: the shop's own pages, opened and judged.

use anyhow::Result;
use shelfwise_audit::report::{Outcome, Step};
use shelfwise_audit::shipped::{Files, Shipped};
use shelfwise_audit::steps::{self, Known};
use shelfwise_witness::{OwnCertificate, Subject};

use super::Audit;
use super::evidence::Evidence;
use super::observe::{self, Browsers, Observed, Observer};
use super::place::Place;
use super::plan::Plan;
use crate::eprint_line;

/// The shop's own pages in the browsers of this machine.
pub struct Pages {
    /// What was seen of them.
    pub observed: Observed,
    /// None where no page was opened, with the reason.
    opened: Result<Opened, (Outcome, String)>,
}

/// What is needed to open them once more.
struct Opened {
    browsers: Browsers,
    subject: Subject,
    plan: Plan,
}

impl Pages {
    /// Opens them as they are deployed.
    pub fn of(
        audit: &Audit,
        place: &Place,
        files: &Files,
        certificate: Option<&OwnCertificate>,
        evidence: &mut Evidence,
    ) -> Result<Self> {
        let not = |outcome, reason: String| Self {
            observed: Observed::default(),
            opened: Err((outcome, reason)),
        };
        if audit.without_browser {
            return Ok(not(
                Outcome::NotProved,
                "no browser was started: leave --static out".to_owned(),
            ));
        }
        let Some(start) = place.start(files) else {
            return Ok(not(Outcome::NotApplicable, "the folder has no page".to_owned()));
        };
        let browsers = Browsers::of(audit.browser, certificate.cloned());
        if browsers.found.is_empty() {
            return Ok(not(Outcome::NotProved, browsers.missing.join("; ")));
        }
        let subject = place.subject()?;
        let plan = match &audit.script {
            Some(script) => Plan::read(script)?,
            None => observe::plan_of_links(&browsers, &subject, &start)?,
        };
        let mut observed = Observer {
            browsers: &browsers,
            subject: &subject,
            plan: &plan,
        }
        .as_deployed(evidence);
        observed.open.extend(browsers.missing.iter().cloned());
        if !plan.has_pasts() {
            observed.open.push(format!(
                "{start} has no links, so that no shopper had a past: say with --script what they do"
            ));
        }
        Ok(Self {
            observed,
            opened: Ok(Opened {
                browsers,
                subject,
                plan,
            }),
        })
    }

    /// Opens them once more without Shelfwise, for comparison, and judges all visits.
    pub fn judged(&mut self, shipped: &Shipped, files: &Files, known: &Known, evidence: &mut Evidence) -> Step {
        let opened = match &self.opened {
            Err((outcome, reason)) => return steps::pages_not_visited(*outcome, reason),
            Ok(opened) => opened,
        };
        // Requests in a tunnel cannot be refused one by one.
        if !self.observed.visits.is_empty() && !self.observed.is_tunnelled() {
            let scripts: Vec<_> = shipped.scripts.iter().map(|script| script.path.clone()).collect();
            let Opened {
                browsers,
                subject,
                plan,
            } = opened;
            let without = Observer {
                browsers,
                subject,
                plan,
            }
            .without_shelfwise(&scripts, evidence);
            self.observed.visits.extend(without.visits);
            // A page that cannot be visited without Shelfwise only leaves it open whose doing a difference is.
            without.open.iter().for_each(|why| eprint_line!("{why}"));
        }
        steps::pages(
            &self.observed.visits,
            shipped,
            files,
            &known.manifest,
            &self.observed.open,
        )
    }
}
