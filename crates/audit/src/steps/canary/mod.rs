//! `canary`: nothing that a shopper does, asks or is shown is found where it must not be.

mod plan;

use std::collections::BTreeSet;

use serde_json::Value;

use super::trials::{self, Judged};
use crate::lab::{Class, Declared, MARK, Needles, PAGE, Status, Token, Trial, Visit};
use crate::observed::Request;
use crate::report::Step;

pub use self::plan::{Setting, plan, settings};

const NAME: &str = "canary";
const CLAIM: &str = "Nothing that a shopper does is found in traffic, storage, cookies, addresses or messages but where dataflow.json says so.";
/// What browsers themselves load for a page, and give the page's address as the referrer with.
const LOADED_BY_PAGE: &[&str] = &["document", "script", "worker", "image", "style", "font"];

/// What was seen in each setting, with the tokens that were planted.
pub type Seen = Vec<(Setting, Vec<Token>, Visit)>;

/// Something that was searched, and what may be in it.
struct Place<'a> {
    words: String,
    bytes: Vec<u8>,
    is_traffic: bool,
    may: Box<dyn Fn(&Token) -> bool + 'a>,
}

/// Runs the step.
pub fn step(trials: &[Trial<Seen>], subject: &str, declared: &Declared) -> Step {
    trials::step(NAME, CLAIM, subject, trials, |seen| judge(seen, declared))
}

fn judge(seen: &Seen, declared: &Declared) -> Judged {
    let mut judged = Judged::default();
    let (mut places, mut texts, mut hits) = (0, 0, BTreeSet::new());
    for (setting, tokens, visit) in seen {
        let needles = Needles::of(tokens);
        texts += needles.count();
        let (mut is_kept, mut has_arrived) = (false, false);
        for place in all(setting, visit, declared) {
            places += 1;
            for (token, form) in needles.found(&place.bytes) {
                if (place.may)(token) {
                    is_kept |= token.class == Class::Event;
                    has_arrived |= token.class == Class::Address && place.is_traffic;
                } else {
                    hits.insert(format!(
                        "in {}, the token of {} is in {}, {}",
                        setting.words(),
                        token.field,
                        place.words,
                        form.words()
                    ));
                }
            }
        }
        judged
            .blind
            .extend(blind(setting, visit, declared, is_kept, has_arrived));
    }
    judged.tried.push(format!(
        "{texts} texts of tokens in every field were searched in {places} places, unpacked: {}",
        names(seen)
    ));
    for hit in hits {
        judged.find(
            "canary.found",
            hit,
            "Take it out, or declare it: dataflow.json says what may be where.",
        );
    }
    judged
}

fn names(seen: &Seen) -> String {
    let names: Vec<_> = seen.iter().map(|(setting, ..)| setting.words()).collect();
    names.join(", ")
}

/// Why the search could have missed something: a token that must be found was not.
fn blind(setting: &Setting, visit: &Visit, declared: &Declared, is_kept: bool, has_arrived: bool) -> Vec<String> {
    let mut why: Vec<_> = visit
        .thrown()
        .into_iter()
        .take(1)
        .map(|thrown| format!("{}: {thrown}", setting.words()))
        .collect();
    if !has_arrived {
        why.push(format!(
            "{}: not even the page's own address was found in the traffic",
            setting.words()
        ));
    }
    if setting.visit == "tab" && declared.of_mode(&setting.mode).next().is_some() && !is_kept {
        why.push(format!(
            "{}: not even the key that the manifest declares held a token",
            setting.words()
        ));
    }
    why
}

/// Everything that is searched.
fn all<'a>(setting: &'a Setting, visit: &'a Visit, declared: &'a Declared) -> Vec<Place<'a>> {
    let mut places: Vec<_> = visit
        .requests
        .iter()
        .filter(|request| request.is_of_page())
        .flat_map(of_request)
        .collect();
    for dump in visit.dumps() {
        places.extend(dump.stored.into_iter().map(|stored| {
            let words = format!("{} under `{}`", stored.place, stored.key);
            let bytes = format!("{}\n{}", stored.key, stored.value).into_bytes();
            let is_declared = declared
                .of_mode(&setting.mode)
                .any(|kept| kept.place == stored.place && kept.key == stored.key);
            Place {
                words,
                bytes,
                is_traffic: false,
                may: Box::new(move |token| is_declared && token.class == Class::Event),
            }
        }));
        let of_page = |name: &str| ["location.href", "document.referrer"].contains(&name);
        places.extend(dump.page.into_iter().map(|(name, value)| {
            let is_address = of_page(&name);
            let may = move |token: &Token| is_address && token.class == Class::Address;
            Place {
                words: name,
                bytes: value.into_bytes(),
                is_traffic: false,
                may: Box::new(may),
            }
        }));
        places.extend(
            dump.exits
                .into_iter()
                .map(|exit| nowhere("a link or source of the page", exit)),
        );
    }
    let cookies = visit
        .cookies
        .iter()
        .map(|cookie| nowhere("a cookie", format!("{}={}", cookie.name, cookie.value)));
    let statuses = visit.of::<Status>("status").into_iter().chain(visit.of("open"));
    let messages = statuses
        .flat_map(|status| status.errors)
        .map(|message| nowhere("the text of an error", message));
    places.extend(
        cookies
            .chain(messages)
            .chain(slate_ids(visit).into_iter().map(|id| nowhere("the id of a slate", id))),
    );
    places
}

fn nowhere<'a>(words: &str, text: String) -> Place<'a> {
    Place {
        words: words.to_owned(),
        bytes: text.into_bytes(),
        is_traffic: false,
        may: Box::new(|_| false),
    }
}

fn of_request(request: &Request) -> Vec<Place<'_>> {
    let path = request.url.split('?').next().unwrap_or_default().to_owned();
    let is_page = path.ends_with(PAGE) && request.method == "GET";
    let by_page = request
        .header("sec-fetch-dest")
        .is_none_or(|dest| LOADED_BY_PAGE.contains(&dest));
    let mut places = vec![Place {
        words: format!("the address of a request, {} {path}", request.method),
        bytes: request.url.clone().into_bytes(),
        is_traffic: true,
        may: Box::new(move |token| is_page && token.class == Class::Address),
    }];
    places.extend(request.headers.iter().map(|header| {
        let may_refer = header.name == "referer" && (by_page || request.url.contains(MARK));
        Place {
            words: format!("the header {} of a request for {path}", header.name),
            bytes: header.value.clone().into_bytes(),
            is_traffic: true,
            may: Box::new(move |token| may_refer && token.class == Class::Address),
        }
    }));
    places.extend(request.body.iter().map(|body| Place {
        words: format!("the body of a request, {} {path}", request.method),
        bytes: body.clone(),
        is_traffic: true,
        may: Box::new(|_| false),
    }));
    places
}

fn slate_ids(visit: &Visit) -> Vec<String> {
    let ids = visit.answers().filter_map(|answer| match &answer.answer {
        Value::String(id) if answer.act == "shelf" => Some(id.clone()),
        other => Some(other.get("slate_id")?.as_str()?.to_owned()),
    });
    ids.collect()
}

#[cfg(test)]
mod tests;
