//! One browser, and what the steps have it do.

use std::net::{Ipv4Addr, UdpSocket};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use shelfwise_audit::lab::{Declared, Laboratory, Plan, Visit, Worker, tokens};
use shelfwise_audit::steps::contain::{Attempt, Contained};
use shelfwise_audit::steps::{Effort, canary, contain, noninterfere};

use super::driver::Driver;
use crate::{Found, Options};

/// How long something that gets out of a worker may take to arrive.
const SETTLE: Duration = Duration::from_millis(1_500);

/// A browser, and the package that runs in it.
#[derive(Debug)]
pub struct Bench<'a> {
    pub found: &'a Found,
    pub laboratory: &'a Laboratory,
}

impl Bench<'_> {
    /// Carries out plans, one after the other, each as another shopper.
    pub fn visits(&self, plans: &[Plan]) -> Result<Vec<Visit>> {
        let driver = Driver::start(self.found, self.laboratory)?;
        let visits: Result<Vec<_>> = plans.iter().map(|plan| driver.visit(plan)).collect();
        driver.finish(visits?)
    }

    /// Carries out one plan.
    pub fn one(&self, plan: Plan) -> Result<Visit> {
        self.visits(&[plan])?.pop().context("no visit")
    }

    /// The worker with its header and without it.
    pub fn contained(&self) -> Result<Contained> {
        let closed = self.attempt(|origin, udp_port| Worker::WithExits { origin, udp_port })?;
        let open = self.attempt(|origin, udp_port| Worker::WithExitsAndOpen { origin, udp_port })?;
        Ok(Contained { closed, open })
    }

    fn attempt(&self, worker: impl Fn(String, u16) -> Worker) -> Result<Attempt> {
        let packets = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot listen for packets on 127.0.0.1")?;
        packets.set_nonblocking(true)?;
        let port = packets.local_addr()?.port();
        let driver = Driver::start_as(self.found, self.laboratory, &without_proxy(), |origin| {
            worker(origin.to_owned(), port)
        })?;
        let visited = driver.visit_and(&contain::plan(), || thread::sleep(SETTLE))?;
        let mut bytes = [0; 2048];
        let arrived = std::iter::from_fn(|| packets.recv(&mut bytes).ok()).count();
        let visit = driver.finish(vec![visited])?.pop().unwrap_or_default();
        let thrown = visit.thrown();
        ensure!(
            thrown.is_empty(),
            "the laboratory's page broke off: {}",
            thrown.join("; ")
        );
        let told = visit
            .answers()
            .find(|answer| answer.act == "exits")
            .map(|answer| answer.answer.clone())
            .unwrap_or_default();
        let tried = told.get("tried").and_then(Value::as_array).into_iter().flatten();
        Ok(Attempt {
            tried: tried.filter_map(|name| Some(name.as_str()?.to_owned())).collect(),
            reached: contain::reached(&visit.requests, arrived),
            isolation: told
                .get("isolation")
                .and_then(Value::as_str)
                .unwrap_or("none")
                .to_owned(),
        })
    }

    /// All shoppers in all settings.
    pub fn noninterfering(&self, declared: &Declared, effort: Effort) -> Result<noninterfere::Visits> {
        let settings = noninterfere::settings(declared, effort);
        let plans: Vec<Vec<_>> = settings
            .iter()
            .map(|setting| noninterfere::plans(setting, effort))
            .collect();
        let mut visits = self.visits(&plans.concat())?.into_iter();
        let groups = settings.into_iter().zip(&plans);
        Ok(groups
            .map(|(setting, plans)| (setting, visits.by_ref().take(plans.len()).collect()))
            .collect())
    }

    /// One visit with tokens in every setting.
    pub fn canaries(&self, declared: &Declared) -> Result<canary::Seen> {
        let settings = canary::settings(declared);
        let planted: Vec<_> = settings.iter().map(|setting| tokens(&setting.words())).collect();
        let plans: Vec<_> = settings
            .iter()
            .zip(&planted)
            .map(|(setting, tokens)| canary::plan(setting, tokens))
            .collect();
        let visits = self.visits(&plans)?;
        Ok(settings
            .into_iter()
            .zip(planted)
            .zip(visits)
            .map(|((setting, tokens), visit)| (setting, tokens, visit))
            .collect())
    }
}

/// The laboratory's server is asked directly: browsers send no packets of UDP where a proxy stands between.
fn without_proxy() -> Options {
    Options {
        arguments: vec!["--proxy-bypass-list=127.0.0.1".to_owned()],
        preferences: vec![("network.proxy.type".to_owned(), Value::from(0))],
        ..Options::default()
    }
}
