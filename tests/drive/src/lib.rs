//! Calls every entry point of the engine, with arbitrary bytes.
//!
//! Two checks use it. Fuzz targets pass hostile bytes: nothing here may panic. And since the engine is generic, only a
//! caller makes the compiler generate its code: `cargo xtask audit-imports` links this library completely, so that
//! anything the engine needed from a host would be in the import section.

use shelfwise_core::snapshot::Snapshot;
use shelfwise_core::{
    CandidateSet, Context, ContextKey, Engine, EventKind, Facts, Item, ItemIndex, ListItem, Mode, Policy,
    RankingRequest, Recommend, Request, Rerank, ScoreTrace, Session, Slate, Visit,
};

/// An arbitrary time; the engine has no clock to compare it with.
const NOW_MS: i64 = 1_700_000_000_000;
/// Events a second apart stay in one visit.
const SECOND_MS: i64 = 1_000;
/// Requested positions: more than a small snapshot has items.
const LIMIT: usize = 50;
/// The hash of ids with which facts are opened: bytes that a fuzzer does not find by itself would end every run at the start.
pub const IDS_SHA256: [u8; 32] = [0; 32];
/// Items of which facts are read: more than a small snapshot has.
const MANY_ITEMS: usize = 1_000;
/// Items in the visit: the first ones of the snapshot.
const TOUCHED: u32 = 8;

/// Opens the bytes as a snapshot, verifies it and ranks with it. Returns the number of filled positions.
pub fn snapshot(bytes: &[u8]) -> usize {
    let Ok(snapshot) = Snapshot::open(bytes) else { return 0 };
    let _ = snapshot.verify();
    shelf(snapshot, Policy::default())
}

/// Decodes the bytes as a policy and applies it over an intact snapshot. Returns the number of filled positions.
pub fn policy(bytes: &[u8], intact: &[u8]) -> usize {
    let (Ok(policy), Ok(snapshot)) = (Policy::decode(bytes), Snapshot::open(intact)) else {
        return 0;
    };
    shelf(snapshot, policy)
}

/// Opens the bytes as facts and reads every column of its first items. Returns the number of values.
pub fn facts(bytes: &[u8]) -> usize {
    let Ok(facts) = Facts::open(bytes, &IDS_SHA256) else {
        return 0;
    };
    let items = facts.items().min(MANY_ITEMS) as u32;
    let columns = facts.columns().filter_map(|(name, _)| facts.column(name));
    let values = columns.flat_map(|column| (0..=items).map(move |item| (column, ItemIndex(item))));
    let read = values.filter_map(|(column, item)| {
        let value = facts.value(column, item)?;
        let text = facts.text(column, value);
        // A text and its code belong together, whatever the bytes are.
        text.is_none_or(|text| facts.code(column, text) == Some(value))
            .then_some(value)
    });
    read.count()
}

/// A complete visit: events of every kind, both requests, and the reasons of every answer.
fn shelf<B: AsRef<[u8]>>(snapshot: Snapshot<B>, policy: Policy) -> usize {
    let ids = some_ids(&snapshot);
    let session = visit(&ids);
    let mut engine = Engine::new(snapshot, policy);
    let context = Context {
        item: ids.first().map(String::as_str),
        category: Some("Pasta > Sauces"),
        cell: ContextKey::parse("evening,weekend,phone,en,GB"),
    };
    let items: Vec<_> = ids.iter().map(|id| Item::new(id)).collect();
    let rerank = Rerank {
        placement: "category",
        items: &items,
        context,
        limit: LIMIT,
        now_ms: NOW_MS,
        ..Rerank::default()
    };
    let recommend = Recommend {
        placement: "pdp",
        context,
        limit: LIMIT,
        now_ms: NOW_MS,
        ..Recommend::default()
    };

    let mut trace = ScoreTrace::default();
    let listed = reasoned(&engine.rerank(&session, &rerank, &mut trace));
    let silent = engine.recommend(&session, &recommend, &mut ()).items.len();
    let chosen = reasoned(&engine.recommend(&session, &recommend, &mut trace));
    let shown: Vec<&str> = ids.iter().map(String::as_str).collect();
    let requests = [RankingRequest::Rerank(&rerank), RankingRequest::Recommend(&recommend)];
    let reasons: usize = requests
        .map(|requests| engine.reasons(&session, requests, &shown).iter().map(Vec::len).sum())
        .iter()
        .sum();
    listed + silent + chosen + reasons + explained_parts(&mut engine, &ids)
}

/// The same with a visit saved from page to page, explanations and recomputed slates.
fn explained_parts<B: AsRef<[u8]>>(engine: &mut Engine<B>, ids: &[String]) -> usize {
    let mut before = Visit::new(Mode::Session);
    let _ = before.track(EventKind::ViewItem, ids, NOW_MS);
    let mut visit = Visit::new(Mode::Session);
    let _ = visit.restore(&before.save().unwrap_or_default(), NOW_MS);
    let listed = |id: &String| ListItem {
        id: id.clone(),
        ..ListItem::default()
    };
    let request = Request {
        limit: LIMIT,
        now_ms: NOW_MS,
        candidates: CandidateSet::List(ids.iter().map(listed).collect()),
        ..Request::default()
    };
    let order = visit.order(engine, request.clone()).len();
    let slate_id = visit.rank(engine, request.clone()).slate.slate_id;
    let contributions = ids
        .iter()
        .filter_map(|id| visit.explain(engine, &slate_id, id))
        .map(|why| why.contributions.len());
    let contributions: usize = contributions.sum();
    let without = visit
        .what_if(engine, &slate_id, &[1])
        .map_or(0, |answer| answer.slate.items.len());
    let _ = (visit.profile(), visit.slate_ids().count());
    visit.set_mode(Mode::Off);
    order + contributions + without + visit.rank(engine, request).slate.items.len()
}

fn reasoned(slate: &Slate<'_>) -> usize {
    slate.items.iter().filter(|item| !item.item_id.is_empty()).count()
}

/// Ids that the snapshot gives for its first items, and one that it does not know.
fn some_ids<B: AsRef<[u8]>>(snapshot: &Snapshot<B>) -> Vec<String> {
    let attributes = snapshot.attributes();
    let _ = snapshot.hit_curve().map(|curve| curve.at(LIMIT));
    let known = (0..TOUCHED).map(ItemIndex).filter_map(|item| {
        let _ = (
            attributes.category_of(item),
            attributes.brand_of(item),
            snapshot.together().of(item).count(),
        );
        snapshot.ids().id_of(item)?.as_str().map(str::to_owned)
    });
    known
        .chain(["unknown".to_owned()])
        .filter(|id| snapshot.ids().index_of(id).is_some() || id == "unknown")
        .collect()
}

fn visit(ids: &[String]) -> Session {
    let mut session = Session::new();
    for (at, kind) in EventKind::ALL.into_iter().enumerate() {
        if let Some(id) = ids.get(at % ids.len().max(1)) {
            let _ = session.apply(kind, id, NOW_MS + at as i64 * SECOND_MS);
        }
    }
    session
}
