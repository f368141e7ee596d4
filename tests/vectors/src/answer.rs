//! The one runner: a case in, the engine's answer out.

use serde::{Deserialize, Serialize};
use shelfwise_core::policy::{Policy, PolicySource};
use shelfwise_core::{
    Asked, Basis, Context, Engine, EventKind, Explanation, Item, Reason, Recommend, Rerank, RuledOut, Session, Slate,
    SlateItem, Snapshot, Stock, Trace,
};

use crate::case::{Case, ContextRow, Listed, RecommendRow, Request, RerankRow, StockWord};
use crate::{files, hex};

/// Reasons that are written down for each item; the rest says little.
const TOP_REASONS: usize = 3;

/// What the engine answers: readable for people, and the canonical bytes that must be equal everywhere.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
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
    /// `Slate::encode`.
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
    /// The strongest reasons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Spoken>,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Spoken {
    /// Its kind.
    pub code: String,
    /// The shopper's item that speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// What it is worth among the item's reasons, as the bits of an `f32`.
    pub share_bits: String,
}

/// Runs a case at a fresh engine, once with `()` for a trace and once explained: the slates must be the same.
///
/// # Errors
/// A sentence where the case cannot be run, or where explaining changed the slate.
pub fn run(case: &Case) -> Result<Answer, String> {
    let (session, refused) = visit(case)?;
    let mut explanation = Explanation::default();
    let mut engine = open(case)?;
    let (plain, _) = ask(&mut engine, &session, &case.request, &mut ());
    let mut engine = open(case)?;
    let (bytes, slate) = ask(&mut engine, &session, &case.request, &mut explanation);
    if plain != bytes {
        return Err("the explained slate is not the one that was not explained".into());
    }
    let reasons = reasons(&mut engine, &session, &case.request, &slate);
    Ok(Answer {
        basis: word(slate.basis),
        items: slate
            .items
            .iter()
            .zip(reasons)
            .map(|(item, reasons)| shown(item, reasons))
            .collect(),
        left_out: left_out(&case.request, &engine, &explanation),
        refused,
        slate_hex: hex::encode(&bytes),
    })
}

type Fixture = Engine<&'static [u8]>;

fn open(case: &Case) -> Result<Fixture, String> {
    let bytes = files::snapshot(&case.snapshot).ok_or(format!("there is no snapshot `{}`", case.snapshot))?;
    let snapshot = Snapshot::open(bytes).map_err(|error| error.to_string())?;
    let source = case.policy.clone().map(serde_json::from_value::<PolicySource>);
    let source = source.transpose().map_err(|error| error.to_string())?;
    let policy = source.unwrap_or_default().check().map_err(|error| error.to_string())?;
    // By way of the artefact that devices read, so that its encoding is part of what is compared.
    let policy = Policy::decode(&policy.encode()).map_err(|error| error.to_string())?;
    Ok(Engine::new(snapshot, policy))
}

fn visit(case: &Case) -> Result<(Session, Vec<String>), String> {
    let (mut session, mut refused) = (Session::new(), Vec::new());
    for row in &case.events {
        let kind = EventKind::from_name(&row.event).ok_or(format!("there is no event `{}`", row.event))?;
        refused.extend(
            session
                .apply(kind, &row.item_id, row.at_ms)
                .err()
                .map(|error| error.to_string()),
        );
    }
    Ok((session, refused))
}

fn context(row: &ContextRow) -> Context<'_> {
    Context {
        item: row.item.as_deref(),
        category: row.category.as_deref(),
    }
}

/// The canonical bytes of the slate, and the slate in names of its own.
fn ask<T: Trace>(engine: &mut Fixture, session: &Session, request: &Request, trace: &mut T) -> (Vec<u8>, Owned) {
    match request {
        Request::Rerank(row) => {
            let items: Vec<Item<'_>> = row.items.iter().map(item).collect();
            kept(&engine.rerank(session, &rerank(row, &items), trace))
        }
        Request::Recommend(row) => {
            let sold_out: Vec<&str> = row.sold_out.iter().map(String::as_str).collect();
            kept(&engine.recommend(session, &recommend(row, &sold_out), trace))
        }
    }
}

fn rerank<'a>(row: &'a RerankRow, items: &'a [Item<'a>]) -> Rerank<'a> {
    Rerank {
        placement: &row.placement,
        items,
        context: context(&row.context),
        limit: row.limit as usize,
        now_ms: row.now_ms,
    }
}

fn recommend<'a>(row: &'a RecommendRow, sold_out: &'a [&'a str]) -> Recommend<'a> {
    Recommend {
        placement: &row.placement,
        context: context(&row.context),
        sold_out,
        limit: row.limit as usize,
        now_ms: row.now_ms,
    }
}

fn item(listed: &Listed) -> Item<'_> {
    match listed {
        Listed::Id(id) => Item::new(id),
        Listed::Described(row) => Item {
            id: &row.id,
            stock: match row.stock {
                None => Stock::Unknown,
                Some(StockWord::In) => Stock::In,
                Some(StockWord::Out) => Stock::Out,
            },
            category: row.category.as_deref(),
            brand: row.brand.as_deref(),
        },
    }
}

/// What outlives the engine's borrow.
struct Owned {
    basis: Basis,
    items: Vec<SlateItem<'static>>,
}

fn kept(slate: &Slate<'_>) -> (Vec<u8>, Owned) {
    let own = |item: &SlateItem<'_>| SlateItem {
        item_id: item.item_id.clone().into_owned().into(),
        score: item.score,
        position: item.position,
        from_position: item.from_position,
        source: item.source,
        rules: item.rules.iter().map(|rule| rule.clone().into_owned().into()).collect(),
    };
    let items = slate.items.iter().map(own).collect();
    (
        slate.encode(),
        Owned {
            basis: slate.basis,
            items,
        },
    )
}

fn reasons(engine: &mut Fixture, session: &Session, request: &Request, slate: &Owned) -> Vec<Vec<Reason>> {
    let shown: Vec<&str> = slate.items.iter().map(|item| &*item.item_id).collect();
    match request {
        Request::Rerank(row) => {
            let items: Vec<Item<'_>> = row.items.iter().map(item).collect();
            engine.reasons(session, Asked::Rerank(&rerank(row, &items)), &shown)
        }
        Request::Recommend(row) => {
            let sold_out: Vec<&str> = row.sold_out.iter().map(String::as_str).collect();
            engine.reasons(session, Asked::Recommend(&recommend(row, &sold_out)), &shown)
        }
    }
}

fn shown(item: &SlateItem<'_>, reasons: Vec<Reason>) -> Shown {
    let spoken = reasons.into_iter().take(TOP_REASONS).map(|reason| Spoken {
        code: reason.code.name().into(),
        evidence: reason.evidence,
        share_bits: format!("{:08x}", reason.share.to_bits()),
    });
    Shown {
        item_id: item.item_id.clone().into_owned(),
        score: decimal(item.score),
        source: word(item.source),
        from_position: item.from_position,
        rules: item.rules.iter().map(|rule| rule.clone().into_owned()).collect(),
        reasons: spoken.collect(),
    }
}

fn left_out(request: &Request, engine: &Fixture, explanation: &Explanation) -> Vec<String> {
    let Request::Rerank(row) = request else {
        return Vec::new();
    };
    let why = |id: &str| match explanation.ruled_out(id)? {
        RuledOut::Shopper => Some(format!("{id}: the shopper hid it")),
        RuledOut::CurrentItem => Some(format!("{id}: it is the current item")),
        RuledOut::Rule(at) => {
            let rule = engine.policy().rules.get(usize::from(at))?;
            Some(format!("{id}: rule {}", rule.id))
        }
    };
    row.items.iter().filter_map(|listed| why(item(listed).id)).collect()
}

/// The name that a result has for the value.
fn word(value: impl Serialize) -> String {
    let word = serde_json::to_value(value).ok();
    word.and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn decimal(number: f32) -> f64 {
    number.to_string().parse().unwrap_or_default()
}
