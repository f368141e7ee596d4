//! What the edge is asked, and what its answers tell.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::exchange::{Edge, Inquiry, Reply};
use super::headers;
use super::shopper::Shopper;
use super::{CLAIM, NAME};
use crate::lab::Needles;
use crate::report::{Finding, Step};

/// Shoppers who visit one after the other.
const SHOPPERS: usize = 3;
/// Items of the shop that lists are made of.
const LIST: usize = 12;
/// Fewer items tell nothing of an order.
const FEWEST: usize = 3;
/// A context that the address names, so that no answer depends on the time.
const CELL: &str = "evening,weekend,desktop,en,GB";
/// Signals, in the forms of browsers and of proxies on the way.
const SIGNALS: &[(&str, &str)] = &[("sec-gpc", "1"), ("dnt", "1"), ("sec-gpc", "1, 1"), ("sec-gpc", "true")];
const KEPT: &str = "Look for what the edge, or what stands in front of it, keeps between two requests.";

/// A trial of an edge.
pub struct Trial<'a> {
    edge: &'a dyn Edge,
    requests: usize,
    texts: usize,
    /// By code and text, so that the same leak in many replies is one finding.
    findings: BTreeSet<(String, String, String)>,
    tried: Vec<String>,
    blind: Option<String>,
}

impl<'a> Trial<'a> {
    /// Asks everything.
    ///
    /// # Errors
    /// If no edge worker of Shelfwise answers.
    pub fn run(edge: &'a dyn Edge, salt: &str) -> Result<Self> {
        let mut trial = Self {
            edge,
            requests: 0,
            texts: 0,
            findings: BTreeSet::new(),
            tried: Vec::new(),
            blind: None,
        };
        let admitted = trial.admitted()?;
        let list = trial.list()?;
        let recent = trial.recent(&list)?;
        let probes = probes(&list);
        let before = trial.baseline(&probes)?;
        for number in 0..SHOPPERS {
            let shopper = Shopper::new(number, salt, &recent, &list);
            let needles = Needles::of(&shopper.tokens);
            trial.texts += needles.count();
            trial.visit(&shopper, &needles)?;
            trial.compare(&probes, &before, &[], &needles, "edge.remembers")?;
            trial.compare(&probes, &before, &shopper.headers, &needles, "edge.depends-on-shopper")?;
        }
        trial.signals(&list, &recent)?;
        if trial.admitted()? != admitted {
            trial.blind = Some("the edge accepted another model in the meantime: run it again".to_owned());
        }
        Ok(trial)
    }

    /// Ends it.
    pub fn step(self) -> Step {
        let mut tried = vec![format!(
            "{} requests of {SHOPPERS} made-up shoppers went to {}, and nowhere else; answers were searched for {} texts",
            self.requests,
            self.edge.origin(),
            self.texts
        )];
        tried.extend(self.tried);
        tried.push("what the edge writes into its store and its logs cannot be seen from outside".to_owned());
        let findings = self.findings.into_iter();
        let findings = findings.map(|(code, what, advice)| Finding::new(&code, what, &advice));
        Step::tried(NAME, CLAIM, tried, findings.collect()).unless_proved(self.blind)
    }

    fn ask(&mut self, inquiry: &Inquiry) -> Result<Reply> {
        self.requests += 1;
        let reply = self.edge.ask(inquiry)?;
        for finding in headers::judge(inquiry, &reply) {
            self.find(&finding.code, finding.message, &finding.advice);
        }
        Ok(reply)
    }

    fn find(&mut self, code: &str, what: String, advice: &str) {
        self.findings.insert((code.to_owned(), what, advice.to_owned()));
    }

    /// The files that the edge ranks with.
    fn admitted(&mut self) -> Result<Value> {
        let health = self.ask(&Inquiry::get("/healthz"))?;
        let state = health.json();
        if health.status != 200 || !state["status"].is_string() {
            bail!(
                "no edge worker of Shelfwise answers `GET /healthz` (status {}): give its origin, without a path",
                health.status
            );
        }
        Ok(json!([state["snapshot_sha256"], state["policy_sha256"]]))
    }

    /// Items of the shop; made-up ones where the edge has no model.
    fn list(&mut self) -> Result<Vec<String>> {
        let target = format!("/v1/recommend?placement=shelfwise-audit&limit={LIST}&cell={CELL}");
        let ids = self.ask(&Inquiry::get(target))?.ids();
        if ids.len() >= FEWEST {
            return Ok(ids);
        }
        self.blind = Some(
            "the edge has no model, or one of fewer than 3 items: its answers have no order to look at".to_owned(),
        );
        Ok((0..LIST).map(|number| format!("shelfwise-audit-{number}")).collect())
    }

    /// Items of a visit that change the order of the list; none where no item does, because `recent` is off.
    fn recent(&mut self, list: &[String]) -> Result<Vec<String>> {
        let plain = self.ask(&rerank(list, &[]))?.ids();
        for item in list {
            let recent = vec![item.clone()];
            if self.ask(&rerank(list, &recent))?.ids() != plain {
                self.tried
                    .push(format!("the item `{item}` of a visit changes the order of a list"));
                return Ok(recent);
            }
        }
        self.tried.push(
            "items of a visit change no order: the setting `recent` is off, or the model knows nothing of them"
                .to_owned(),
        );
        Ok(Vec::new())
    }

    /// Asks each probe twice: what differs then differs by itself.
    fn baseline(&mut self, probes: &[Inquiry]) -> Result<Vec<Reply>> {
        let mut replies = Vec::new();
        for probe in probes {
            let (first, second) = (self.ask(probe)?, self.ask(probe)?);
            let (one, other) = (headers::stable(&first), headers::stable(&second));
            for (name, value) in one.iter().filter(|header| !other.contains(header)) {
                let what = format!(
                    "{}: the header {name} is another one in every answer, such as `{value}`",
                    probe.route()
                );
                let advice = "Take the header out: whoever gets it can be recognized by it.";
                self.find("edge.marks", what, advice);
            }
            if first.body != second.body || first.status != second.status {
                let what = format!(
                    "{}: the same question gets different answers, one after the other",
                    probe.route()
                );
                self.find("edge.remembers", what, KEPT);
            }
            replies.push(first);
        }
        Ok(replies)
    }

    /// Lets a shopper do everything, and looks for their tokens in what is not their own list.
    fn visit(&mut self, shopper: &Shopper, needles: &Needles) -> Result<()> {
        for (inquiry, own) in &shopper.visit {
            let reply = self.ask(inquiry)?;
            self.search(inquiry, &reply, needles, own);
        }
        Ok(())
    }

    /// Asks the probes with these headers, and compares the answers with those of before.
    fn compare(
        &mut self,
        probes: &[Inquiry],
        before: &[Reply],
        identity: &[(String, String)],
        needles: &Needles,
        code: &str,
    ) -> Result<()> {
        for (probe, before) in probes.iter().zip(before) {
            let reply = self.ask(&probe.clone().with(identity))?;
            self.search(probe, &reply, needles, &[]);
            if reply.body != before.body || reply.status != before.status {
                let whose = if identity.is_empty() {
                    "after the visit of a shopper"
                } else {
                    "to a shopper who was there before"
                };
                let what = format!("{}: the answer is another one {whose}", probe.route());
                self.find(code, what, KEPT);
            }
        }
        Ok(())
    }

    /// Looks for tokens in a reply, but for those of `own` fields.
    fn search(&mut self, inquiry: &Inquiry, reply: &Reply, needles: &Needles, own: &[&str]) {
        let headers = reply.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
        let places = [
            ("body", reply.body.clone()),
            ("headers", headers.collect::<String>().into_bytes()),
        ];
        for (place, bytes) in places {
            for (token, form) in needles.found(&bytes) {
                if own.contains(&token.field.as_str()) {
                    continue;
                }
                let what = format!(
                    "{}: the {place} of an answer with status {} has what a request said as {}, {}",
                    inquiry.route(),
                    reply.status,
                    token.field,
                    form.words()
                );
                let advice =
                    "An answer, and an error most of all, repeats nothing of a request: logs and caches keep answers.";
                self.find("edge.found", what, advice);
            }
        }
    }

    /// A signal makes a visit count for nothing.
    fn signals(&mut self, list: &[String], recent: &[String]) -> Result<()> {
        let plain = self.ask(&rerank(list, &[]))?.ids();
        for (name, value) in SIGNALS {
            let signal = [((*name).to_owned(), (*value).to_owned())];
            let reply = self.ask(&rerank(list, recent).with(&signal))?;
            if reply.ids() != plain {
                let what = format!("POST /v1/rerank: with `{name}: {value}` the items of the visit count all the same");
                let advice =
                    "Forward Sec-GPC and DNT of the shopper's request to the edge, and let nothing in front drop them.";
                self.find("edge.signal-ignored", what, advice);
            }
        }
        Ok(())
    }
}

fn rerank(list: &[String], recent: &[String]) -> Inquiry {
    let items: Vec<_> = list.iter().rev().collect();
    Inquiry::rerank(
        json!({ "placement": "shelfwise-audit", "items": items, "recent": recent, "context": { "cell": CELL } }),
    )
}

/// Questions of somebody of whom nothing is known.
fn probes(list: &[String]) -> Vec<Inquiry> {
    let first = list.first().map_or("", String::as_str);
    let item = json!({ "item": first, "cell": CELL });
    vec![
        Inquiry::get(format!(
            "/v1/recommend?placement=shelfwise-audit&limit={LIST}&cell={CELL}"
        )),
        rerank(list, &[]),
        Inquiry::rerank(json!({ "placement": "shelfwise-audit", "items": list, "context": item })),
        Inquiry::rerank("{"),
        Inquiry::get("/shelfwise/worker.js"),
        Inquiry::get("/shelfwise/nothing.js"),
        Inquiry::get("/nothing"),
    ]
}
