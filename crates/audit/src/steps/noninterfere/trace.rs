//! What of a visit is seen from outside, in lines that can be compared.

use std::collections::BTreeMap;

use serde_json::Value;
use shelfwise_sync::sha256;

use crate::lab::{Answer, Kept, MARK, Status, Stored, Visit};
use crate::observed::{Request, Witness};

/// A visit's outside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Trace {
    /// Whose it is.
    pub name: String,
    /// The number of requests, over all witnesses.
    pub requests: usize,
    /// Lines by what they are about: a finding's code, and words.
    lines: BTreeMap<(&'static str, String), Vec<String>>,
    /// Keys and lengths in storage.
    pub kept: Vec<String>,
}

impl Trace {
    /// Whether a declared key is there says whether anything was done, and stays in the browser: it is not compared.
    pub(super) fn of(visit: &Visit, declared: &[&Kept]) -> Self {
        let is_declared = |stored: &&Stored| {
            declared
                .iter()
                .any(|kept| kept.place == stored.place && kept.key == stored.key)
        };
        let mut trace = Self {
            name: visit.name.clone(),
            ..Self::default()
        };
        trace.add_requests(&visit.requests);
        let mut add = |code, what: &str, mut lines: Vec<String>| {
            lines.sort();
            trace.lines.insert((code, what.to_owned()), lines);
        };
        for (at, dump) in visit.dumps().iter().enumerate() {
            let keys = dump
                .stored
                .iter()
                .filter(|stored| !is_declared(stored))
                .map(|stored| format!("{}.{}", stored.place, stored.key));
            add("noninterfere.storage", &format!("keys at look {at}"), keys.collect());
            add(
                "noninterfere.exits",
                &format!("links and sources at look {at}"),
                dump.exits.clone(),
            );
            let page = dump.page.iter().map(|(name, value)| format!("{name} {value}"));
            add("noninterfere.exits", &format!("the page at look {at}"), page.collect());
        }
        let cookies = visit
            .cookies
            .iter()
            .map(|cookie| format!("{} {} bytes", cookie.name, cookie.value.len()));
        add("noninterfere.cookies", "cookies", cookies.collect());
        add("noninterfere.outputs", "ids of slates", ids(visit));
        let statuses = visit.of::<Status>("status").into_iter().chain(visit.of("open"));
        add(
            "noninterfere.outputs",
            "states and errors",
            statuses.map(|status| format!("{status:?}")).collect(),
        );
        let dumps = visit.dumps();
        let kept = dumps.iter().flat_map(|dump| &dump.stored);
        trace.kept = kept
            .map(|stored| format!("{}.{} {}", stored.place, stored.key, stored.value.len()))
            .collect();
        trace
    }

    /// Requests as each witness saw them, part by part: their order within a part is a race of connections.
    fn add_requests(&mut self, requests: &[Request]) {
        for witness in [Witness::Sink, Witness::NetLog, Witness::DevTools] {
            let mut part = "begin".to_owned();
            let own = requests
                .iter()
                .filter(|request| request.witness == witness && request.is_of_page());
            for request in own {
                self.requests += 1;
                if let Some((_, name)) = request.url.split_once(MARK) {
                    part = name.to_owned();
                }
                let key = (
                    "noninterfere.requests",
                    format!("requests after `{part}`, as {} saw them", witness.words()),
                );
                self.lines.entry(key).or_default().push(line(request));
            }
        }
        self.lines.values_mut().for_each(|lines| lines.sort());
    }

    /// What differs, as a finding's code and a sentence.
    pub(super) fn differences(&self, other: &Self) -> Vec<(&'static str, String)> {
        let keys = self
            .lines
            .keys()
            .chain(other.lines.keys().filter(|key| !self.lines.contains_key(*key)));
        let differing = keys.filter_map(|key| {
            let (own, others) = (self.lines.get(key), other.lines.get(key));
            let (own, others) = (
                own.map_or(&[][..], |lines| lines),
                others.map_or(&[][..], |lines| lines),
            );
            Some((key.0, format!("{}: {}", key.1, first(own, others)?)))
        });
        differing.collect()
    }
}

/// The first line that one has and the other has not, or less often.
fn first(own: &[String], others: &[String]) -> Option<String> {
    let less = |lines: &[String], than: &[String]| {
        let count = |all: &[String], line: &String| all.iter().filter(|other| *other == line).count();
        let line = lines.iter().find(|line| count(lines, line) > count(than, line))?;
        Some(line.chars().take(240).collect::<String>())
    };
    less(others, own)
        .or_else(|| less(own, others))
        .map(|line| format!("`{line}` for one of them alone"))
}

fn line(request: &Request) -> String {
    let path = request.url.splitn(4, '/').nth(3).unwrap_or(&request.url);
    let headers: Vec<_> = request
        .headers
        .iter()
        .map(|header| format!("{}: {}", header.name, header.value))
        .collect();
    let body = request
        .body
        .as_ref()
        .map(|body| format!(" with {} bytes {:x?}", body.len(), sha256(body).get(..4)));
    format!(
        "{} {} /{path}{} [{}]",
        request.method,
        request.host(),
        body.unwrap_or_default(),
        headers.join("; ")
    )
}

/// Ids of slates, which shops hand on to their analytics. Their counter says how often the page has ranked, and a page ranks
/// again when it has told of an event: what it counts is not compared, but that it counts.
fn ids(visit: &Visit) -> Vec<String> {
    let ids: Vec<_> = visit.answers().filter_map(id).collect();
    let most = 2 * visit.answers().count() as u64 + 8;
    let line = |id: &str| match id
        .rsplit_once('-')
        .and_then(|(model, number)| Some((model, number.parse::<u64>().ok()?)))
    {
        Some((model, number)) if number <= most => format!("{model} and a counter"),
        _ => id.to_owned(),
    };
    let mut lines: Vec<_> = ids.iter().map(|id| line(id)).collect();
    lines.dedup();
    lines
}

fn id(answer: &Answer) -> Option<String> {
    match &answer.answer {
        Value::String(id) if answer.act == "shelf" => Some(id.clone()),
        other => Some(other.get("slate_id")?.as_str()?.to_owned()),
    }
}

/// What was chosen of the shop's content, which differs where events were read.
pub(super) fn choices(visit: &Visit) -> Vec<String> {
    let chosen = visit.answers().filter(|answer| answer.act == "content");
    let content = chosen.filter_map(|answer| answer.answer.get("content")?.as_array());
    content
        .flatten()
        .filter_map(|option| Some(option.get("content_id")?.as_str()?.to_owned()))
        .collect()
}

/// The orders of the lists, which differ where events were read.
pub(super) fn orders(visit: &Visit) -> Vec<String> {
    let slates = visit
        .answers()
        .filter_map(|answer| answer.answer.get("items")?.as_array());
    slates
        .map(|items| {
            items
                .iter()
                .filter_map(|item| item.get("item_id")?.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}
