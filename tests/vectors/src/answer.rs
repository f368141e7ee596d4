//! Runs a case and returns the engine's answer.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use shelfwise_core::policy::lint::{CatalogIndex, CatalogSource};
use shelfwise_core::policy::{FactSource, Policy, PolicySource};
use shelfwise_core::{
    self as core, CandidateSet, ContextKey, Effect, Engine, EventKind, Mode, RankingRequest, Reason, Request, RuledOut,
    ScoreTrace, SlateItem, Snapshot, Stock, Value, Visit,
};

use crate::arms::Drawn;
use crate::case::{self, Case, ContextRow, ItemRow, Listed, ModeWord, StockWord};
use crate::{facts, files, hex};

/// Reasons that are written down for each item; the rest says little.
const TOP_REASONS: usize = 3;

/// What the engine answers: readable for people, and the canonical bytes that must be equal everywhere.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// What the order rests on.
    pub basis: String,
    /// The slate, first item first.
    pub items: Vec<Shown>,
    /// Items of the caller's list that may not be shown, with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// Events that the session did not take, with its words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
    /// Why the visit that the page found was not taken up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_taken_up: Option<String>,
    /// The bytes by which the visit went to the next page; empty where there was nothing to keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_hex: Option<String>,
    /// Why the items stand where they stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub explained: Vec<Explained>,
    /// The slate without those events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what_if: Option<WhatIf>,
    /// What the shopper reads of what is known of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Json>,
    /// The arms that were drawn, a word for each draw, and the tags of them all.
    #[serde(default, skip_serializing_if = "Drawn::is_empty")]
    pub drawn: Drawn,
    /// What is shown of the shop's content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<Json>,
    /// `Slate::encode`; empty where the shop's content was asked for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub slate_hex: String,
}

/// One item of the slate.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// The store's id.
    pub item_id: String,
    /// The shortest decimal number that reads back as the same `f32`.
    pub score: f64,
    /// By which way it came.
    pub source: String,
    /// Place in the caller's list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_position: Option<u32>,
    /// Rules that placed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// Who pays for its place, and the label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sponsored: Option<(String, String)>,
    /// The strongest reasons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<ReasonRow>,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ReasonRow {
    /// Its kind.
    pub code: String,
    /// The shopper's item that speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// What it is worth among the item's reasons, as the bits of an `f32`.
    pub share_bits: String,
}

/// Why one item stands where it stands; everything empty where the slate cannot be explained.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Explained {
    /// The item that was asked about.
    pub item_id: String,
    /// Its place in the slate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// Who took it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruled_out: Option<String>,
    /// Its strongest reasons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<ReasonRow>,
    /// What the scorer said, step by step: way, item that speaks, amount as the bits of an `f32`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contributions: Vec<String>,
    /// What rules did to its place, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<String>,
}

/// A slate in short.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct WhatIf {
    /// What the order rests on.
    pub basis: String,
    /// The items, first first.
    pub items: Vec<String>,
    /// `Slate::encode`.
    pub slate_hex: String,
}

type Fixture = Engine<&'static [u8]>;

/// Runs a case at a fresh engine, and once more explained: the slates must be the same.
///
/// # Errors
/// A sentence where the case cannot be run, or where explaining changed the slate.
pub fn run(case: &Case) -> Result<Answer, String> {
    let Done {
        mut visit,
        refused,
        not_taken_up,
        kept_hex,
    } = visit(case)?;
    let (mut request, mut engine) = (request(&case.request), open(case)?);
    if let case::Request::Choose(row) = &case.request {
        let choice = visit
            .choose(&mut engine, request, row.draw)
            .unwrap_or(core::Choice::NONE);
        return Ok(Answer {
            basis: choice.basis.name().into(),
            refused,
            not_taken_up,
            kept_hex,
            choice: Some(json(&choice.into_value(Some(engine.snapshot().meta())))),
            ..Answer::default()
        });
    }
    for name in &case.arms {
        let arm = engine.policy().allocation.named(name);
        request.arms.push(arm.ok_or(format!("there is no arm `{name}`"))?);
    }
    let session = visit.session().clone();
    let core::Answer { slate, reasons, .. } = visit.rank(&mut engine, request.clone());
    let slate_hex = hex::encode(&slate.encode());
    let left_out = match visit.mode() {
        Mode::Off => Vec::new(),
        _ => left_out(&case.request, &session, &request, &slate_hex, open(case)?)?,
    };
    let explained = case
        .explain
        .iter()
        .map(|item| explained(&visit, &mut engine, &slate.slate_id, item));
    let explained = explained.collect();
    let what_if = (!case.without.is_empty())
        .then(|| visit.what_if(&mut engine, &slate.slate_id, &case.without))
        .flatten();
    let mut reasons = reasons.into_iter();
    Ok(Answer {
        basis: slate.basis.name().into(),
        items: slate
            .items
            .iter()
            .map(|item| shown(item, reasons.next().unwrap_or_default()))
            .collect(),
        left_out,
        refused,
        not_taken_up,
        kept_hex,
        explained,
        what_if: what_if.map(|answer| WhatIf::of(&answer)),
        profile: case.profile.then(|| json(&visit.profile())),
        drawn: Drawn::of(&engine.policy().allocation, case.draws, request.now_ms),
        choice: None,
        slate_hex,
    })
}

/// What the shop sells, by its own word.
fn goods(catalog: &[ItemRow]) -> CatalogIndex {
    fn item(row: &ItemRow) -> core::Item<'_> {
        core::Item {
            category: row.category.as_deref(),
            brand: row.brand.as_deref(),
            ..core::Item::new(&row.id)
        }
    }
    CatalogIndex::new(CatalogSource::Catalog, catalog.iter().map(item))
}

fn open(case: &Case) -> Result<Fixture, String> {
    let bytes = files::snapshot(&case.snapshot).ok_or(format!("there is no snapshot `{}`", case.snapshot))?;
    let snapshot = Snapshot::open(bytes).map_err(|error| error.to_string())?;
    let source = case.policy.clone().map(serde_json::from_value::<PolicySource>);
    let source = source.transpose().map_err(|error| error.to_string())?;
    let mut policy = source.unwrap_or_default().check().map_err(|error| error.to_string())?;
    if !case.catalog.is_empty() {
        policy = policy.with_items_of(&goods(&case.catalog));
    }
    // By way of the artefact that devices read, so that its encoding is part of what is compared.
    let policy = Policy::decode(&policy.encode()).map_err(|error| error.to_string())?;
    let facts = case.facts.then(|| facts::of(&snapshot)).transpose();
    let facts = facts.map_err(|error| error.to_string())?;
    let mut engine = Engine::new(snapshot, policy);
    engine.set_fact_source(facts.map(|facts| Box::new(facts) as Box<dyn FactSource>));
    Ok(engine)
}

/// A visit after its events, and what became of them.
struct Done {
    visit: Visit,
    refused: Vec<String>,
    not_taken_up: Option<String>,
    kept_hex: Option<String>,
}

fn visit(case: &Case) -> Result<Done, String> {
    let mode = case.mode.map_or(Mode::Session, mode);
    let mut done = Done {
        visit: Visit::new(mode),
        refused: Vec::new(),
        not_taken_up: None,
        kept_hex: None,
    };
    if let Some(found) = &case.found {
        let bytes = hex::decode(&found.hex).ok_or(format!("no hexadecimal digits: {}", found.hex))?;
        done.take_up(&bytes, found.at_ms);
    }
    for row in &case.events {
        let kind = EventKind::from_name(&row.event).ok_or(format!("there is no event `{}`", row.event))?;
        let taken = done.visit.track(kind, &[&row.item_id], row.at_ms);
        done.refused.extend(taken.err().map(|error| error.to_string()));
    }
    if let Some(at_ms) = case.next_page_at_ms {
        let kept = done.visit.save();
        done.visit = Visit::new(mode);
        done.kept_hex = Some(kept.as_deref().map(hex::encode).unwrap_or_default());
        kept.iter().for_each(|kept| done.take_up(kept, at_ms));
    }
    if let Some(then) = case.then_mode {
        done.visit.set_mode(self::mode(then));
    }
    Ok(done)
}

impl Done {
    fn take_up(&mut self, kept: &[u8], at_ms: i64) {
        self.not_taken_up = self.visit.restore(kept, at_ms).err().map(|error| error.to_string());
    }
}

const fn mode(word: ModeWord) -> Mode {
    match word {
        ModeWord::Off => Mode::Off,
        ModeWord::Contextual => Mode::Contextual,
        ModeWord::Session => Mode::Session,
    }
}

fn request(row: &case::Request) -> Request {
    match row {
        case::Request::Rerank(row) => {
            let candidates = CandidateSet::List(row.items.iter().map(item).collect());
            to_request(&row.placement, &row.context, row.limit, row.now_ms, candidates)
        }
        case::Request::Recommend(row) => {
            let sold_out = row.sold_out.clone();
            to_request(
                &row.placement,
                &row.context,
                row.limit,
                row.now_ms,
                CandidateSet::Catalog { sold_out },
            )
        }
        case::Request::Choose(row) => to_request(
            &row.placement,
            &row.context,
            row.limit,
            row.now_ms,
            CandidateSet::default(),
        ),
    }
}

fn to_request(placement: &str, context: &ContextRow, limit: u32, now_ms: i64, candidates: CandidateSet) -> Request {
    Request {
        placement: placement.into(),
        item: context.item.clone(),
        category: context.category.clone(),
        cell: ContextKey::parse(&context.cell),
        limit: limit as usize,
        now_ms,
        candidates,
        ..Request::default()
    }
}

fn item(listed: &Listed) -> core::ListItem {
    match listed {
        Listed::Id(id) => core::ListItem {
            id: id.clone(),
            ..core::ListItem::default()
        },
        Listed::Described(row) => core::ListItem {
            id: row.id.clone(),
            stock: match row.stock {
                None => Stock::Unknown,
                Some(StockWord::In) => Stock::In,
                Some(StockWord::Out) => Stock::Out,
                Some(StockWord::Backorder) => Stock::Backorder,
            },
            category: row.category.clone(),
            brand: row.brand.clone(),
            units: row.units,
            price: row.price,
        },
    }
}

fn shown(item: &SlateItem<'_>, reasons: Vec<Reason>) -> Shown {
    Shown {
        item_id: item.item_id.clone().into_owned(),
        score: decimal(item.score),
        source: item.source.name().into(),
        from_position: item.from_position,
        rules: item.rules.iter().map(|rule| rule.clone().into_owned()).collect(),
        sponsored: item
            .sponsored
            .as_ref()
            .map(|sponsor| (sponsor.by.clone().into_owned(), sponsor.label.clone().into_owned())),
        reasons: reason_rows(reasons),
    }
}

fn reason_rows(reasons: Vec<Reason>) -> Vec<ReasonRow> {
    let reason_rows = reasons.into_iter().take(TOP_REASONS).map(|reason| ReasonRow {
        code: reason.code.name().into(),
        evidence: reason.evidence,
        share_bits: bits(reason.share),
    });
    reason_rows.collect()
}

/// What the slate leaves out, told by an engine that records every step; its slate must be the same.
fn left_out(
    row: &case::Request,
    session: &core::Session,
    request: &Request,
    slate_hex: &str,
    mut engine: Fixture,
) -> Result<Vec<String>, String> {
    let mut explanation = ScoreTrace::default();
    let explained = request.with_ranking_request(|request| match request {
        RankingRequest::Rerank(request) => engine.rerank(session, request, &mut explanation).encode(),
        RankingRequest::Recommend(request) => engine.recommend(session, request, &mut explanation).encode(),
    });
    if hex::encode(&explained) != slate_hex {
        return Err("the explained slate is not the one that was not explained".into());
    }
    let case::Request::Rerank(row) = row else {
        return Ok(Vec::new());
    };
    let why = |id: &str| Some(format!("{id}: {}", rule_text(explanation.ruled_out(id)?, &engine)));
    Ok(row.items.iter().filter_map(|listed| why(&item(listed).id)).collect())
}

fn rule_text(by: RuledOut, engine: &Fixture) -> String {
    match by {
        RuledOut::Shopper => "the shopper hid it".into(),
        RuledOut::Muted => "the shopper muted it".into(),
        RuledOut::CurrentItem => "it is the current item".into(),
        RuledOut::Rule(at) => {
            let rule = engine.policy().rules.get(usize::from(at));
            rule.map_or_else(String::new, |rule| format!("rule {}", rule.id))
        }
    }
}

fn explained(visit: &Visit, engine: &mut Fixture, slate_id: &str, item_id: &str) -> Explained {
    let item_id = item_id.to_owned();
    let Some(why) = visit.explain(engine, slate_id, &item_id) else {
        return Explained {
            item_id,
            ..Explained::default()
        };
    };
    let contributions = why.contributions.iter().map(|contributions| {
        let evidence = contributions.evidence.as_deref().unwrap_or("nobody");
        format!(
            "{} by {evidence}: {}",
            contributions.source.name(),
            bits(contributions.amount)
        )
    });
    let adjustments = why.adjustments.iter().map(|step| {
        let rule = engine.policy().rules.get(usize::from(step.rule));
        let rule = rule.map_or("nobody", |rule| &rule.id);
        match step.effect {
            Effect::Moved { from, to } => format!("{rule}: from {from} to {to}"),
            Effect::Pinned => format!("{rule}: pinned"),
            Effect::Placed => format!("{rule}: placed"),
            Effect::HeldBack => format!("{rule}: held back"),
        }
    });
    Explained {
        adjustments: adjustments.collect(),
        item_id,
        position: why.shown.map(|shown| shown.position),
        ruled_out: why.ruled_out.map(|by| rule_text(by, engine)),
        reasons: reason_rows(why.reasons),
        contributions: contributions.collect(),
    }
}

impl WhatIf {
    fn of(answer: &core::Answer) -> Self {
        let items = answer.slate.items.iter().map(|item| item.item_id.clone().into_owned());
        Self {
            basis: answer.slate.basis.name().into(),
            items: items.collect(),
            slate_hex: hex::encode(&answer.slate.encode()),
        }
    }
}

/// The same value as JSON; whole numbers without a point.
fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Flag(flag) => (*flag).into(),
        Value::Number(number) if *number == number.trunc() => (*number as i64).into(),
        Value::Number(number) => (*number).into(),
        Value::Word(word) => (*word).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(list) => list.iter().map(json).collect(),
        Value::Record(fields) => fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json(value)))
            .collect(),
    }
}

fn bits(number: f32) -> String {
    format!("{:08x}", number.to_bits())
}

fn decimal(number: f32) -> f64 {
    number.to_string().parse().unwrap_or_default()
}
