//! `GET /v1/recommend`: items out of the whole catalog, from the page's own facts.

use std::borrow::Cow;

use http::HeaderMap;
use shelfwise_core::{CandidateSet, ContextKey, Mode, Visit};

use crate::config::Config;
use crate::host::Host;
use crate::items::{check_id, check_text};
use crate::problem::Problem;
use crate::route::Response;
use crate::{answer, cell, guardrails, model, trials};

/// Longest query in bytes: every parameter at its longest, percent-encoded.
const MAX_QUERY_BYTES: usize = 8 * 1024;

/// Most positions of a slate.
pub const MAX_PLACES: usize = 500;

/// Cache control of an answer that depends on headers.
const CACHE: &str = "private, max-age=60";

/// Cache control of an answer that depends on the URL alone: any cache may keep it.
const SHARED_CACHE: &str = "public, max-age=60";

/// The parsed query.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Query {
    placement: String,
    item: Option<String>,
    category: Option<String>,
    cell: Option<ContextKey>,
    limit: usize,
}

/// Answers the query.
pub async fn respond(host: &impl Host, config: &Config, headers: &HeaderMap, query: &str) -> Result<Response, Problem> {
    let query = Query::parse(query)?;
    let now_ms = host.now_ms();
    let mut cache = if query.cell.is_some() { SHARED_CACHE } else { CACHE };
    let cell = query.cell_or(headers, config, now_ms);
    let mut request = query.request(now_ms);
    let body = match model::open(host).await {
        Ok(mut engine) => {
            request.cell = cell.only(engine.snapshot().cells().facts());
            if trials::run(&engine.policy().allocation, now_ms) {
                cache = answer::NO_STORE;
            }
            let mut visit = Visit::new(Mode::Contextual);
            trials::draw(host, &engine, &mut visit, now_ms);
            answer::slate(&mut engine, visit, request)
        }
        Err(why) => answer::shop_order(request, why, guardrails::hidden_ids(host).await.as_ref()),
    };
    Ok(answer::respond(body, cache))
}

impl Query {
    /// Parses it; refuses parameters that are unknown, too long, or repeated.
    pub fn parse(query: &str) -> Result<Self, Problem> {
        if query.len() > MAX_QUERY_BYTES {
            return Err(Problem::too_large(MAX_QUERY_BYTES));
        }
        let mut parsed = Self {
            limit: 12,
            ..Self::default()
        };
        let mut seen: Vec<Cow<'_, str>> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if seen.contains(&name) {
                return Err(Problem::bad_request("a parameter comes twice: give each once"));
            }
            parsed.set(&name, value.into_owned())?;
            seen.push(name);
        }
        check_id(&parsed.placement, "placement")?;
        Ok(parsed)
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), Problem> {
        match name {
            "placement" => self.placement = value,
            "item" => {
                check_id(&value, "item")?;
                self.item = Some(value);
            }
            "category" => {
                check_text(Some(&value), "category")?;
                self.category = Some(value);
            }
            "cell" => {
                check_text(Some(&value), "cell")?;
                self.cell = Some(ContextKey::parse(&value));
            }
            "limit" => self.limit = places(value.parse().ok())?,
            _ => {
                return Err(Problem::bad_request(
                    "an unknown parameter: use placement, item, category, cell, limit",
                ));
            }
        }
        Ok(())
    }

    /// Returns the query in canonical form, whatever its order and escapes were.
    pub fn normalized(&self, cell: ContextKey) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("placement", &self.placement);
        for (name, value) in [("item", &self.item), ("category", &self.category)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        query.append_pair("cell", &cell.to_string());
        query.append_pair("limit", &self.limit.to_string());
        query.finish()
    }

    /// Returns where the context key comes from: it decides which caches may keep the answer.
    pub const fn cell_source(&self) -> &'static str {
        match self.cell {
            Some(_) => "address",
            None => "request",
        }
    }

    /// Returns the context key that the URL names, else that of the request.
    pub fn cell_or(&self, headers: &HeaderMap, config: &Config, now_ms: i64) -> ContextKey {
        self.cell.unwrap_or_else(|| cell::of(headers, config, now_ms))
    }

    fn request(self, now_ms: i64) -> shelfwise_core::Request {
        shelfwise_core::Request {
            placement: self.placement,
            item: self.item,
            category: self.category,
            cell: ContextKey::UNKNOWN,
            limit: self.limit,
            now_ms,
            candidates: CandidateSet::Catalog { sold_out: Vec::new() },
            ..shelfwise_core::Request::default()
        }
    }
}

/// Parses a number of positions.
pub fn places(limit: Option<usize>) -> Result<usize, Problem> {
    limit
        .filter(|limit| (1..=MAX_PLACES).contains(limit))
        .ok_or_else(|| Problem::bad_request(format!("limit must be a whole number from 1 to {MAX_PLACES}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_is_decoded_as_browsers_encode_it() {
        let query = Query::parse("placement=pdp&item=A%26B&category=Wine+%3E+Red&limit=8").unwrap();
        assert_eq!(
            (query.item.as_deref(), query.category.as_deref()),
            (Some("A&B"), Some("Wine > Red"))
        );
        assert_eq!(query.limit, 8);
    }

    #[test]
    fn query_unknown_or_repeated_parameter_is_refused() {
        for query in [
            "",
            "placement=",
            "placement=p&user=7",
            "placement=p&placement=q",
            "placement=p&limit=0",
        ] {
            assert!(Query::parse(query).is_err(), "{query}");
        }
        assert!(Query::parse(&format!("placement={}", "x".repeat(9_000))).is_err());
    }
}
