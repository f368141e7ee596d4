//! `POST /v1/rerank`: the shop's own list in a better order, from the page's own facts; and, where the operator
//! allows it and the shopper does not object, from the last items of the visit, which are forgotten with the answer.

use http::HeaderMap;
use serde::Deserialize;
use shelfwise_core::{Asked, Context, EventKind, Item, Rerank, Session};

use crate::answer;
use crate::config::{Config, Recent};
use crate::host::Host;
use crate::items::{Listed, check_id, check_text};
use crate::model;
use crate::problem::Problem;
use crate::recommend::places;
use crate::route::Response;
use crate::signals::asks_for_privacy;

/// The largest body.
pub const MAX_BODY_BYTES: usize = 16 * 1024;

/// The longest list.
const MAX_ITEMS: usize = 500;

/// The most items of a visit.
const MAX_RECENT: usize = 20;

/// An answer to a body belongs to the one who sent it.
const CACHE: &str = "private, no-store";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    placement: String,
    items: Vec<Listed>,
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
}

/// Answers the body.
pub async fn respond(host: &impl Host, config: &Config, headers: &HeaderMap, body: &[u8]) -> Result<Response, Problem> {
    let body = Body::read(body)?;
    let items: Vec<Item<'_>> = body.items.iter().map(Listed::item).collect();
    let limit = places(Some(body.limit.unwrap_or(items.len().max(1))))?;
    let answer = match model::open(host).await {
        Ok(mut engine) => {
            let session = body.visit(config, headers, host.now_ms());
            let request = Rerank {
                placement: &body.placement,
                items: &items,
                context: Context {
                    item: body.context.item.as_deref(),
                    category: body.context.category.as_deref(),
                },
                limit,
                now_ms: host.now_ms(),
            };
            answer::slate(&mut engine, &session, Asked::Rerank(&request))
        }
        Err(why) => answer::shop_order(&items, limit, why),
    };
    Ok(answer::respond(answer, CACHE))
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
                 ids or as {{ item_id, in_stock?, item_category?, item_brand? }}"
            ))
        };
        let body: Self = serde_json::from_slice(body).map_err(refused)?;
        body.check()?;
        Ok(body)
    }

    fn check(&self) -> Result<(), Problem> {
        check_id(&self.placement, "placement")?;
        self.items.iter().try_for_each(Listed::check)?;
        self.context
            .item
            .iter()
            .try_for_each(|item| check_id(item, "context.item"))?;
        check_text(self.context.category.as_deref(), "context.category")?;
        self.recent.iter().try_for_each(|item| check_id(item, "recent"))?;
        at_most(self.items.len(), MAX_ITEMS, "items")?;
        at_most(self.recent.len(), MAX_RECENT, "recent")
    }

    /// The visit that this one answer may know: nothing, unless it is allowed and not objected to.
    fn visit(&self, config: &Config, headers: &HeaderMap, now_ms: i64) -> Session {
        let mut session = Session::new();
        if config.recent == Recent::Allowed && !asks_for_privacy(headers) {
            for item in &self.recent {
                // Ids were checked above; one that the engine refuses all the same says nothing.
                let _ = session.apply(EventKind::ViewItem, item, now_ms);
            }
        }
        session
    }
}

fn at_most(entries: usize, most: usize, name: &str) -> Result<(), Problem> {
    let fits = entries <= most;
    fits.then_some(())
        .ok_or_else(|| Problem::bad_request(format!("{name} has {entries} entries, at most {most} are taken")))
}
