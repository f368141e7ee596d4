//! What a page needs of a protocol.

use std::time::Duration;

use anyhow::Result;
use serde_json::Value;
use shelfwise_audit::observed::Cookie;

/// A tab, driven over one of the protocols.
pub trait Tab: Send {
    /// Runs the script before any other in each document from now on.
    fn preload(&self, script: &str) -> Result<()>;
    /// Opens an address, and waits until it is loaded.
    fn goto(&self, url: &str, limit: Duration) -> Result<()>;
    /// The value of an expression, once it is settled.
    fn eval(&self, expression: &str) -> Result<Value>;
    /// Moves the pointer there and clicks, as a person does: coordinates of the viewport.
    fn click_at(&self, x: f64, y: f64) -> Result<()>;
    /// Types into what has the focus.
    fn type_text(&self, text: &str) -> Result<()>;
    /// Presses a key by its name: `Enter`, `Tab`, `Escape`, `ArrowDown`, or one character.
    fn press(&self, key: &str) -> Result<()>;
    /// What is seen, as PNG.
    fn screenshot(&self) -> Result<Vec<u8>>;
    /// Cookies of every site that the tab can see.
    fn cookies(&self) -> Result<Vec<Cookie>>;
    /// Closes it.
    fn close(&self) -> Result<()>;
}

/// An expression whose value comes as text of JSON, so that both protocols give the same.
pub fn as_json(expression: &str) -> String {
    format!("(async () => JSON.stringify((await ({expression}\n)) ?? null) ?? 'null')()")
}
