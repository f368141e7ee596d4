//! `POST /v1/rerank`: the shop's own list in a better order, from the page's own facts; and, where the operator
//! allows it and the shopper does not object, from the last items of the visit, which are forgotten with the answer.

use http::HeaderMap;
use serde::Deserialize;
use shelfwise_core::{CandidateSet, ContextKey, EventKind, Mode, Visit};

use crate::config::{Config, Recent};
use crate::host::Host;
use crate::items::{ItemEntry, check_id, check_text};
use crate::problem::Problem;
use crate::recommend::places;
use crate::route::Response;
use crate::signals::requests_privacy;
use crate::{answer, cell, guardrails, model, trials};

/// Largest body in bytes.
pub const MAX_BODY_BYTES: usize = 16 * 1024;

/// Most items of a list.
const MAX_ITEMS: usize = 500;

/// Most items of a visit.
const MAX_RECENT: usize = 20;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    placement: String,
    items: Vec<ItemEntry>,
    #[serde(default)]
    context: Page,
    limit: Option<usize>,
    #[serde(default)]
    recent: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    item: Option<String>,
    category: Option<String>,
    cell: Option<String>,
}

/// Answers the body.
pub async fn respond(host: &impl Host, config: &Config, headers: &HeaderMap, body: &[u8]) -> Result<Response, Problem> {
    let body = Body::read(body)?;
    let now_ms = host.now_ms();
    let mut visit = body.visit(config, headers, now_ms);
    let named = body.context.cell.as_deref().map(ContextKey::parse);
    let cell = named.unwrap_or_else(|| cell::of(headers, config, now_ms));
    let mut request = body.request(now_ms)?;
    let answer = match model::open(host).await {
        Ok(mut engine) => {
            request.cell = cell.only(engine.snapshot().cells().facts());
            trials::draw(host, &engine, &mut visit, now_ms);
            answer::slate(&mut engine, visit, request)
        }
        Err(why) => answer::shop_order(request, why, guardrails::hidden_ids(host).await.as_ref()),
    };
    Ok(answer::respond(answer, answer::NO_STORE))
}

impl Body {
    fn read(body: &[u8]) -> Result<Self, Problem> {
        if body.len() > MAX_BODY_BYTES {
            return Err(Problem::too_large(MAX_BODY_BYTES));
        }
        // The reason names a field or a place in the text, never a value of the request.
        let refused = |why: serde_json::Error| {
            let (line, column) = (why.line(), why.column());
            Problem::bad_request(format!(
                "line {line}, column {column}: send {{ placement, items, context?, limit?, recent? }} with items as \
                 ids or as {{ item_id, in_stock?, stock?, price?, item_category?, item_brand? }}"
            ))
        };
        let body: Self = serde_json::from_slice(body).map_err(refused)?;
        body.check()?;
        Ok(body)
    }

    fn check(&self) -> Result<(), Problem> {
        check_id(&self.placement, "placement")?;
        self.context
            .item
            .iter()
            .try_for_each(|item| check_id(item, "context.item"))?;
        check_text(self.context.category.as_deref(), "context.category")?;
        check_text(self.context.cell.as_deref(), "context.cell")?;
        self.recent.iter().try_for_each(|item| check_id(item, "recent"))?;
        at_most(self.items.len(), MAX_ITEMS, "items")?;
        at_most(self.recent.len(), MAX_RECENT, "recent")
    }

    /// Converts the request for the engine.
    fn request(self, now_ms: i64) -> Result<shelfwise_core::Request, Problem> {
        let limit = places(Some(self.limit.unwrap_or(self.items.len().max(1))))?;
        let listed: Result<_, _> = self.items.into_iter().map(ItemEntry::listed).collect();
        Ok(shelfwise_core::Request {
            placement: self.placement,
            item: self.context.item,
            category: self.context.category,
            cell: ContextKey::UNKNOWN,
            limit,
            now_ms,
            candidates: CandidateSet::List(listed?),
            ..shelfwise_core::Request::default()
        })
    }

    /// Returns the visit for this one answer: empty, unless the operator allows it and the shopper does not object.
    fn visit(&self, config: &Config, headers: &HeaderMap, now_ms: i64) -> Visit {
        if config.recent == Recent::Dropped || requests_privacy(headers) {
            return Visit::new(Mode::Contextual);
        }
        let mut visit = Visit::new(Mode::Session);
        for item in &self.recent {
            // Ids were checked above; one that the engine refuses all the same is skipped.
            let _ = visit.track(EventKind::ViewItem, &[item], now_ms);
        }
        visit
    }
}

fn at_most(entries: usize, most: usize, name: &str) -> Result<(), Problem> {
    let fits = entries <= most;
    fits.then_some(())
        .ok_or_else(|| Problem::bad_request(format!("{name} has {entries} entries, at most {most} are taken")))
}
