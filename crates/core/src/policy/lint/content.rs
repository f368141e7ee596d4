//! Content: options that are never shown, texts that claim what no fact says, offers that are not for everybody.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::ToString;
use alloc::vec::Vec;

use super::content_problem::{CAP, ContentProblem};
use super::{CatalogIndex, Diagnostic, Finding, LintContext, Named, SourceError, Table, Warning, claims};
use crate::content::{ContentKind, MAX_CONTENT, MAX_PER_VISIT};
use crate::facts::FactKind;
use crate::item::MAX_ID_BYTES;
use crate::policy::RequestFact;
use crate::policy::source::{ContentSource, PolicySource, words_of};

/// The longest rest, in minutes: a day.
const MAX_REST_MIN: u16 = 24 * 60;

/// The highest weight beside others.
const MAX_SHARE: u16 = 100;

/// The largest part of visits that may see no offer.
const MAX_HOLDOUT: f32 = 0.5;

/// What an offer may not depend on: what a shopper can pay, is about to do, uses, or where they are.
const NOT_OF_OFFERS: [RequestFact; 5] = [
    RequestFact::CartValue,
    RequestFact::Basis,
    RequestFact::State,
    RequestFact::Device,
    RequestFact::Country,
];

/// A key of an option, and what is wrong or doubtful there.
type Found = (&'static str, ContentProblem);

/// What no policy can be made of.
pub fn errors(source: &PolicySource) -> Vec<Finding> {
    let mut found = Vec::new();
    if source.content.len() > MAX_CONTENT {
        let problem = ContentProblem::TooMany(source.content.len());
        found.push(wrong(source, MAX_CONTENT, ("", problem)));
    }
    let placements: BTreeSet<&str> = source.placements.iter().map(|known| known.name.as_str()).collect();
    for (at, option) in source.content.iter().enumerate() {
        let problems = [
            of_place(option, &placements),
            of_numbers(option),
            of_texts(source, option),
            of_times(option),
            of_offer(option),
        ];
        found.extend(problems.into_iter().flatten().map(|problem| wrong(source, at, problem)));
    }
    let is_share = |holdout: f32| (0.0..=MAX_HOLDOUT).contains(&holdout);
    if source.offers.holdout.is_some_and(|holdout| !is_share(holdout)) {
        let problem = ContentProblem::Number {
            word: "holdout",
            wanted: "a number from 0 to 0.5",
        };
        let error = SourceError::Content {
            id: Table::Offers.name().into(),
            problem,
        };
        found.push(Finding::new(Table::Offers, 0, "holdout", error));
    }
    found
}

fn wrong(source: &PolicySource, at: usize, (key, problem): Found) -> Finding {
    let id = source
        .content
        .get(at)
        .map(|option| option.id.clone())
        .unwrap_or_default();
    Finding::new(
        Table::Content,
        at,
        key,
        Diagnostic::from(SourceError::Content { id, problem }),
    )
}

fn of_place(option: &ContentSource, known: &BTreeSet<&str>) -> Vec<Found> {
    let bad_id =
        (option.id.trim().is_empty() || option.id.len() > MAX_ID_BYTES).then_some(ContentProblem::BadContentId);
    let nowhere = option.placements.is_empty().then_some(ContentProblem::Nowhere);
    let unknown = option.placements.iter().filter(|name| !known.contains(name.as_str()));
    let places = nowhere
        .into_iter()
        .chain(unknown.cloned().map(ContentProblem::UnknownPlacement));
    bad_id
        .map(|problem| ("id", problem))
        .into_iter()
        .chain(places.map(|problem| ("placements", problem)))
        .collect()
}

fn of_numbers(option: &ContentSource) -> Vec<Found> {
    let numbers = [
        ("at_most_per_visit", option.at_most_per_visit, MAX_PER_VISIT, CAP),
        ("rest_after", option.rest_after, MAX_REST_MIN, "minutes from 1 to 1440"),
        ("share", option.share, MAX_SHARE, "a whole number from 1 to 100"),
    ];
    let bad = numbers.into_iter().filter_map(|(word, number, most, wanted)| {
        let is_bad = number.is_some_and(|number| !(1..=most).contains(&number));
        is_bad.then_some((word, ContentProblem::Number { word, wanted }))
    });
    let words = option.when.compile().1.into_iter().map(|(fact, word)| {
        let wanted = words_of(fact).unwrap_or_default();
        (
            "when",
            ContentProblem::When {
                fact: fact.name(),
                word,
                wanted,
            },
        )
    });
    bad.chain(words).collect()
}

fn of_texts(source: &PolicySource, option: &ContentSource) -> Vec<Found> {
    let variants = option.variants();
    let is_empty = |variant: &BTreeMap<_, alloc::string::String>| {
        variant.is_empty() || variant.iter().any(|(_, text)| text.trim().is_empty())
    };
    let mut problems = Vec::new();
    if variants.is_empty() || variants.iter().any(is_empty) {
        problems.push(ContentProblem::NoTexts);
    }
    for text in variants.iter().flat_map(BTreeMap::values) {
        problems.extend(claims::claim(text).map(ContentProblem::Claim));
        let end = claims::end(text).filter(|_| option.until.is_none());
        problems.extend(end.map(|words| ContentProblem::NoEnd(words.into())));
        if text.matches('{').count() != text.matches('}').count() {
            problems.push(ContentProblem::OpenBrace);
        }
    }
    let travels = |name: &str| {
        let mut facts = source.facts.iter();
        facts.any(|fact| fact.name == name && fact.kind == FactKind::Count && fact.steps.is_none() && !fact.secret)
    };
    for fact in option.claimed() {
        if !travels(fact) {
            problems.push(ContentProblem::UnknownFact(fact.into()));
        } else if !matches!(option.about().first(), Some(crate::policy::Selector::Item(_))) {
            problems.push(ContentProblem::FactOfNoItem(fact.into()));
        }
    }
    problems.into_iter().map(|problem| ("texts", problem)).collect()
}

fn of_times(option: &ContentSource) -> Vec<Found> {
    let (Some(from), Some(until)) = (&option.from, &option.until) else {
        return Vec::new();
    };
    let is_wrong = until.utc_ms() <= from.utc_ms();
    is_wrong
        .then_some(("until", ContentProblem::EndsBeforeItBegins))
        .into_iter()
        .collect()
}

/// Offers are public by construction.
fn of_offer(option: &ContentSource) -> Vec<Found> {
    let has_conditions = option.conditions.as_ref().is_some_and(|text| !text.trim().is_empty());
    if option.kind != ContentKind::Offer {
        let problem = ContentProblem::ConditionsOfNoOffer;
        return has_conditions.then_some(("conditions", problem)).into_iter().collect();
    }
    let missing = (!has_conditions).then_some(("conditions", ContentProblem::NoConditions));
    let asked = option.when.compile().0.into_iter().map(|when| when.fact);
    let refused = asked.filter(|fact| NOT_OF_OFFERS.contains(fact));
    let refused = refused.map(|fact| ("when", ContentProblem::OfferFor(fact)));
    missing.into_iter().chain(refused).collect()
}

/// What can be built, and hardly does what was meant.
pub fn warnings(source: &PolicySource, against: &LintContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, option) in source.content.iter().enumerate() {
        let problems = of_option(source, option, against);
        let goods = against
            .catalog
            .map(|catalog| of_goods(option, catalog))
            .unwrap_or_default();
        for (key, problem) in problems.into_iter().chain(goods) {
            let warning = Warning::Content {
                id: option.id.clone(),
                problem,
            };
            found.push(Finding::new(Table::Content, at, key, warning));
        }
    }
    found
}

fn of_option(source: &PolicySource, option: &ContentSource, against: &LintContext<'_>) -> Vec<Found> {
    let mut problems = Vec::new();
    let is_over = |until: &&crate::policy::Minute| against.now_ms.is_some_and(|now| until.utc_ms() <= now);
    if let Some(until) = option.until.as_ref().filter(is_over) {
        problems.push(("until", ContentProblem::Expired(until.to_string())));
    }
    let times = [(&option.from, "from"), (&option.until, "until")];
    let mut without_zone = times
        .into_iter()
        .filter(|(minute, _)| minute.as_ref().is_some_and(|at| at.offset.is_none()));
    if let Some((_, key)) = without_zone.next().filter(|_| source.zone.is_none()) {
        problems.push((key, ContentProblem::NoZone));
    }
    let later = option.when.compile().0.into_iter().map(|when| when.fact);
    let later = later.filter(|fact| matches!(fact, RequestFact::Query | RequestFact::State | RequestFact::Arm));
    problems.extend(later.map(|fact| ("when", ContentProblem::NotYet(fact.name()))));
    let mut known = BTreeSet::new();
    if !option.variants().iter().all(|variant| known.insert(variant)) {
        problems.push(("texts", ContentProblem::SameTexts));
    }
    problems
}

fn of_goods(option: &ContentSource, catalog: &CatalogIndex) -> Vec<Found> {
    let mut problems = Vec::new();
    if catalog.contains(Named::Item, &option.id) {
        problems.push(("id", ContentProblem::IsItem));
    }
    for what in option.about() {
        let (named, name) = Named::of(&what);
        if !catalog.contains(named, name) {
            let name = name.clone();
            problems.push(("about", ContentProblem::UnknownAbout { named, name }));
        }
    }
    problems
}
