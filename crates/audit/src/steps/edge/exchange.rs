//! Requests to an edge and its replies.

use anyhow::Result;
use serde_json::Value;

/// Routes that are named as they are.
const ROUTES: &[&str] = &["/v1/recommend", "/v1/rerank", "/healthz", "/shelfwise/worker.js"];

/// A request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inquiry {
    /// The method.
    pub method: &'static str,
    /// Path and query.
    pub target: String,
    /// Headers by name and value.
    pub headers: Vec<(String, String)>,
    /// The body, if it has one.
    pub body: Option<String>,
}

/// A reply.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Headers by name, in small letters, and value.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// An edge worker that can be asked.
pub trait Edge {
    /// Its origin.
    fn origin(&self) -> &str;

    /// Sends a request to this origin, and to no other: redirects are not followed.
    ///
    /// # Errors
    /// If nothing answers in time.
    fn ask(&self, inquiry: &Inquiry) -> Result<Reply>;
}

impl Inquiry {
    /// A request for a path.
    pub fn get(target: impl Into<String>) -> Self {
        Self {
            method: "GET",
            target: target.into(),
            ..Self::default()
        }
    }

    /// A list to be ranked again.
    pub fn rerank(body: impl ToString) -> Self {
        Self {
            method: "POST",
            target: "/v1/rerank".to_owned(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: Some(body.to_string()),
        }
    }

    /// The same with further headers.
    #[must_use]
    pub fn with(mut self, headers: &[(String, String)]) -> Self {
        self.headers.extend_from_slice(headers);
        self
    }

    /// The path, without the query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The route for people: without what a shopper says in path or query.
    pub fn route(&self) -> String {
        let path = match self.path() {
            path if ROUTES.contains(&path) => path,
            path if path.starts_with("/shelfwise/") => "/shelfwise/*",
            _ => "/*",
        };
        format!("{} {path}", self.method)
    }
}

impl Reply {
    /// The value of a header; several are joined.
    pub fn header(&self, name: &str) -> String {
        let values = self.headers.iter().filter(|(own, _)| own == name);
        values.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Ids of a slate, in their order.
    pub fn ids(&self) -> Vec<String> {
        let slate = self.json();
        let items = slate["items"].as_array().into_iter().flatten();
        items
            .filter_map(|item| item["item_id"].as_str().map(str::to_owned))
            .collect()
    }
}
