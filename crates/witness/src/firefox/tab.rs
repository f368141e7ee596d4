//! A tab of Firefox.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use shelfwise_audit::observed::Cookie;

use crate::rpc::Connection;
use crate::tab::Tab;

/// A tab: a browsing context without a parent.
pub struct FirefoxTab {
    pub(super) connection: Arc<Connection>,
    pub(super) context: String,
    /// Its profile, where it has one of its own.
    pub(super) user: Option<String>,
}

impl FirefoxTab {
    fn call(&self, method: &str, params: Value) -> Result<Value> {
        self.connection.call(method, params, None)
    }

    fn keys(&self, keys: impl Iterator<Item = char>) -> Result<()> {
        let kinds = ["keyDown", "keyUp"];
        let actions: Vec<_> = keys
            .flat_map(|key| kinds.map(|kind| json!({ "type": kind, "value": key.to_string() })))
            .collect();
        let keyboard = json!([{ "type": "key", "id": "keyboard", "actions": actions }]);
        self.call(
            "input.performActions",
            json!({ "context": self.context, "actions": keyboard }),
        )
        .map(drop)
    }
}

impl Tab for FirefoxTab {
    fn preload(&self, script: &str) -> Result<()> {
        let function = format!("() => {{ {script}\n}}");
        let params = json!({ "functionDeclaration": function, "contexts": [self.context] });
        self.call("script.addPreloadScript", params).map(drop)
    }

    fn goto(&self, url: &str, _: Duration) -> Result<()> {
        // It answers when the page is loaded, within the limit of every call.
        let params = json!({ "context": self.context, "url": url, "wait": "complete" });
        self.call("browsingContext.navigate", params).map(drop)
    }

    fn eval(&self, expression: &str) -> Result<Value> {
        let params = json!({
            "expression": crate::tab::as_json(expression),
            "target": { "context": self.context },
            "awaitPromise": true,
        });
        let answer = self.call("script.evaluate", params)?;
        if answer["type"] == "exception" {
            bail!(
                "the page throws: {}",
                answer["exceptionDetails"]["text"]
                    .as_str()
                    .unwrap_or("something without words")
            );
        }
        let text = answer["result"]["value"].as_str().context("the page gives no value")?;
        Ok(serde_json::from_str(text)?)
    }

    fn click_at(&self, x: f64, y: f64) -> Result<()> {
        let actions = json!([{ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": [
            { "type": "pointerMove", "x": x as i64, "y": y as i64 },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 },
        ] }]);
        self.call(
            "input.performActions",
            json!({ "context": self.context, "actions": actions }),
        )
        .map(drop)
    }

    fn type_text(&self, text: &str) -> Result<()> {
        self.keys(text.chars())
    }

    fn press(&self, key: &str) -> Result<()> {
        // Code points of WebDriver: https://www.w3.org/TR/webdriver2/#keyboard-actions
        let code = match key {
            "Enter" => '\u{E007}',
            "Tab" => '\u{E004}',
            "Escape" => '\u{E00C}',
            "ArrowUp" => '\u{E013}',
            "ArrowDown" => '\u{E015}',
            key => match (key.chars().next(), key.chars().count()) {
                (Some(only), 1) => only,
                _ => {
                    bail!("the key `{key}` is not known: name Enter, Tab, Escape, ArrowUp, ArrowDown, or one character")
                }
            },
        };
        self.keys(std::iter::once(code))
    }

    fn screenshot(&self) -> Result<Vec<u8>> {
        let answer = self.call("browsingContext.captureScreenshot", json!({ "context": self.context }))?;
        Ok(STANDARD.decode(answer["data"].as_str().context("no picture")?)?)
    }

    fn cookies(&self) -> Result<Vec<Cookie>> {
        let partition = json!({ "type": "context", "context": self.context });
        let answer = self.call("storage.getCookies", json!({ "partition": partition }))?;
        let text = |cookie: &Value, name: &str| cookie[name].as_str().unwrap_or_default().to_owned();
        let cookie = |cookie: &Value| Cookie {
            name: text(cookie, "name"),
            value: text(&cookie["value"], "value"),
            domain: text(cookie, "domain"),
            path: text(cookie, "path"),
            expires_s: cookie["expiry"].as_u64(),
        };
        Ok(answer["cookies"].as_array().into_iter().flatten().map(cookie).collect())
    }

    fn close(&self) -> Result<()> {
        self.call("browsingContext.close", json!({ "context": self.context }))?;
        if let Some(user) = &self.user {
            self.call("browser.removeUserContext", json!({ "userContext": user }))?;
        }
        Ok(())
    }
}
