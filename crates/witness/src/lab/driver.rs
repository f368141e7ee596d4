//! Has a browser do what a plan says, and sorts what was recorded by visit.

use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use serde_json::json;
use shelfwise_audit::lab::{Clock, LEFT, Laboratory, PAGE, Page as PlanPage, Plan, Served, Visit, Worker};
use tempfile::TempDir;

use crate::{Answer, Browser, Found, Options, Page, Sink, Subject};

/// How long one page of a plan may take: the longest has hundreds of acts.
const LIMIT: Duration = Duration::from_secs(120);
/// Between visits, so that what a page asks for while it is left counts as its own.
const PAUSE: Duration = Duration::from_millis(60);
/// Whether a page is there that carries out plans.
const IS_READY: &str = "document.readyState === 'complete' && typeof carryOut === 'function'";

/// A visit, and when it was.
pub struct Visited {
    pub visit: Visit,
    pub from_ms: u64,
    pub to_ms: u64,
}

/// A browser and the laboratory's server.
pub struct Driver {
    browser: Browser,
    sink: Sink,
    /// The folder behind the server: everything is answered from memory.
    _folder: TempDir,
}

impl Driver {
    /// Starts both.
    pub fn start(found: &Found, laboratory: &Laboratory) -> Result<Self> {
        Self::start_as(found, laboratory, &Options::default(), |_| Worker::AsDocumented)
    }

    /// The same with options; how the worker is served may depend on the server's origin.
    pub fn start_as(
        found: &Found,
        laboratory: &Laboratory,
        options: &Options,
        worker: impl Fn(&str) -> Worker,
    ) -> Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a folder for temporary files")?;
        let sink = Sink::start(&Subject::Folder(folder.path().to_owned()))?;
        for (path, served) in laboratory.answers(&worker(sink.origin())) {
            let answer = answered(&served);
            sink.handle(&path, move |_| answer.clone());
        }
        let options = Options {
            limit: LIMIT,
            ..options.clone()
        };
        Ok(Self {
            browser: Browser::start(found, &sink, &options)?,
            sink,
            _folder: folder,
        })
    }

    /// Carries out a plan in a tab of its own profile.
    pub fn visit(&self, plan: &Plan) -> Result<Visited> {
        self.visit_and(plan, || {})
    }

    /// The same, and does something before the page is left.
    pub fn visit_and(&self, plan: &Plan, then: impl Fn()) -> Result<Visited> {
        let from_ms = now_ms();
        let page = self.browser.page_apart()?;
        let mut visit = Visit {
            name: plan.name.clone(),
            ..Visit::default()
        };
        let mut clock = None;
        for planned in &plan.pages {
            self.enter(&page, planned, &mut clock)
                .with_context(|| format!("in the visit {}", plan.name))?;
            let answers = page.eval(&format!("carryOut({})", json!(planned.acts)))?;
            visit
                .pages
                .push(serde_json::from_value(answers).context("the laboratory's page answers in another form")?);
        }
        then();
        visit.cookies = page.cookies()?;
        // What a page sends while it is left belongs to the visit: it is left for an empty one, and then closed.
        page.goto(&format!("{}{LEFT}", self.sink.origin()))?;
        page.close()?;
        thread::sleep(PAUSE);
        Ok(Visited {
            visit,
            from_ms,
            to_ms: now_ms(),
        })
    }

    /// Ends the browser, and gives each visit what the witnesses saw in its time.
    pub fn finish(self, visits: Vec<Visited>) -> Result<Vec<Visit>> {
        let recording = self.browser.finish()?;
        let with_requests = |visited: Visited| Visit {
            requests: recording.between(visited.from_ms, visited.to_ms).cloned().collect(),
            ..visited.visit
        };
        Ok(visits.into_iter().map(with_requests).collect())
    }

    fn enter(&self, page: &Page, planned: &PlanPage, clock: &mut Option<Clock>) -> Result<()> {
        if *clock != Some(planned.clock) {
            page.preload(&Laboratory::clock(planned.clock))?;
            *clock = Some(planned.clock);
        }
        if planned.by_link {
            page.eval("follow()")?;
            let is_there = format!("location.pathname === {} && {IS_READY}", json!(planned.path));
            return page.wait_until(&is_there, LIMIT);
        }
        page.goto(&format!("{}{}", self.sink.origin(), planned.path))?;
        debug_assert!(planned.path.starts_with(PAGE));
        page.wait_until(IS_READY, LIMIT)
    }
}

fn answered(served: &Served) -> Answer {
    let answer = Answer::of(served.content_type, served.body.clone()).header("cache-control", "no-store");
    match &served.policy {
        Some(policy) => answer.header("content-security-policy", policy),
        None => answer,
    }
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
