//! Made-up shoppers, each with tokens in everything that a request can say of them.

use serde_json::json;

use super::exchange::Inquiry;
use crate::lab::{Class, Token, token_text};

/// A shopper: what is sent with every request of theirs, and what they do.
#[derive(Debug)]
pub struct Shopper {
    /// Headers that would identify them.
    pub headers: Vec<(String, String)>,
    /// Every token of theirs.
    pub tokens: Vec<Token>,
    /// What they ask, each with the fields whose tokens the answer gives back, because it is their own list.
    pub visit: Vec<(Inquiry, &'static [&'static str])>,
}

/// A part of what a request says.
const FIELDS: &[&str] = &[
    "cookie",
    "authorization",
    "user-agent",
    "referer",
    "x-forwarded-for",
    "recent",
    "items",
    "context.item",
    "context.category",
    "query",
    "path",
    "body",
];

impl Shopper {
    /// The shopper of a number. `recent` are items of the shop that they looked at, `list` a list of the shop's.
    pub fn new(number: usize, salt: &str, recent: &[String], list: &[String]) -> Self {
        let token = |field: &str| Token {
            field: field.to_owned(),
            class: Class::Request,
            text: token_text(&format!("edge {number} {field}"), salt),
        };
        let tokens: Vec<_> = FIELDS.iter().map(|field| token(field)).collect();
        let text = |field: &str| token(field).text;
        let header = |name: &str, value: String| (name.to_owned(), value);
        let headers = vec![
            header("cookie", format!("session={}", text("cookie"))),
            header("authorization", format!("Bearer {}", text("authorization"))),
            // One class of device for all of them.
            header(
                "user-agent",
                format!("Mozilla/5.0 (X11; Linux x86_64) {}", text("user-agent")),
            ),
            header("referer", format!("https://shop.example/{}", text("referer"))),
            header("x-forwarded-for", text("x-forwarded-for")),
        ];
        let seen: Vec<_> = recent.iter().cloned().chain([text("recent")]).collect();
        let items: Vec<_> = list.iter().cloned().chain([text("items")]).collect();
        let visit = [
            (
                Inquiry::rerank(json!({ "placement": "shelfwise-audit", "items": items, "recent": seen,
                    "context": { "item": text("context.item"), "category": text("context.category") } })),
                &["items"][..],
            ),
            (
                Inquiry::get(format!(
                    "/v1/recommend?placement=shelfwise-audit&item={}&category={}",
                    text("context.item"),
                    text("context.category")
                )),
                &[],
            ),
            (
                Inquiry::get(format!(
                    "/v1/recommend?placement=shelfwise-audit&user={}",
                    text("query")
                )),
                &[],
            ),
            (Inquiry::get(format!("/{0}?q={0}", text("path"))), &[]),
            (Inquiry::get(format!("/shelfwise/{}", text("path"))), &[]),
            (Inquiry::rerank(format!("{{\"{}\":", text("body"))), &[]),
            (
                Inquiry::rerank(json!({ "placement": "shelfwise-audit", "items": [], "user_id": text("body") })),
                &[],
            ),
            (Inquiry::get("/healthz"), &[]),
        ];
        let visit = visit.map(|(inquiry, own)| (inquiry.with(&headers), own)).into();
        Self { headers, tokens, visit }
    }
}
