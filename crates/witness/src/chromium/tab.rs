//! A tab of Chromium.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use shelfwise_audit::observed::Cookie;

use super::events::Events;
use crate::rpc::Connection;
use crate::tab::Tab;

/// A tab, with its session.
pub struct ChromiumTab {
    pub(super) connection: Arc<Connection>,
    pub(super) events: Arc<Events>,
    pub(super) session: String,
    pub(super) target: String,
    /// Its profile, where it has one of its own.
    pub(super) context: Option<String>,
}

impl ChromiumTab {
    fn call(&self, method: &str, params: Value) -> Result<Value> {
        self.connection.call(method, params, Some(&self.session))
    }

    fn mouse(&self, kind: &str, x: f64, y: f64) -> Result<()> {
        let clicks = if kind == "mouseMoved" { 0 } else { 1 };
        let button = if kind == "mouseMoved" { "none" } else { "left" };
        let event = json!({ "type": kind, "x": x, "y": y, "button": button, "clickCount": clicks });
        self.call("Input.dispatchMouseEvent", event).map(drop)
    }
}

impl Tab for ChromiumTab {
    fn preload(&self, script: &str) -> Result<()> {
        self.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }))
            .map(drop)
    }

    fn goto(&self, url: &str, limit: Duration) -> Result<()> {
        let before = self.events.loads(&self.session);
        let answer = self.call("Page.navigate", json!({ "url": url }))?;
        if let Some(error) = answer["errorText"].as_str().filter(|error| !error.is_empty()) {
            bail!("{error}");
        }
        if answer["loaderId"].is_null() {
            // Another place in the same document.
            return Ok(());
        }
        self.events.wait_for_load(&self.session, before, limit)
    }

    fn eval(&self, expression: &str) -> Result<Value> {
        let expression = crate::tab::as_json(expression);
        let call =
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": false });
        let answer = self.call("Runtime.evaluate", call)?;
        if let Some(thrown) = answer.get("exceptionDetails") {
            let text = thrown["exception"]["description"].as_str().or(thrown["text"].as_str());
            bail!("the page throws: {}", text.unwrap_or("something without words"));
        }
        let text = answer["result"]["value"].as_str().context("the page gives no value")?;
        Ok(serde_json::from_str(text)?)
    }

    fn click_at(&self, x: f64, y: f64) -> Result<()> {
        ["mouseMoved", "mousePressed", "mouseReleased"]
            .iter()
            .try_for_each(|kind| self.mouse(kind, x, y))
    }

    fn type_text(&self, text: &str) -> Result<()> {
        self.call("Input.insertText", json!({ "text": text })).map(drop)
    }

    fn press(&self, key: &str) -> Result<()> {
        let (text, code) = match key {
            "Enter" => ("\r", 13),
            "Tab" => ("\t", 9),
            "Escape" => ("", 27),
            "ArrowUp" => ("", 38),
            "ArrowDown" => ("", 40),
            key if key.chars().count() == 1 => (key, 0),
            key => bail!("the key `{key}` is not known: name Enter, Tab, Escape, ArrowUp, ArrowDown, or one character"),
        };
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code });
            if kind == "keyDown" && !text.is_empty() {
                event["text"] = text.into();
            }
            self.call("Input.dispatchKeyEvent", event)?;
        }
        Ok(())
    }

    fn screenshot(&self) -> Result<Vec<u8>> {
        let answer = self.call("Page.captureScreenshot", json!({ "format": "png" }))?;
        Ok(STANDARD.decode(answer["data"].as_str().context("no picture")?)?)
    }

    fn cookies(&self) -> Result<Vec<Cookie>> {
        let mut params = json!({});
        if let Some(context) = &self.context {
            params["browserContextId"] = context.as_str().into();
        }
        let answer = self.connection.call("Storage.getCookies", params, None)?;
        let text = |cookie: &Value, name: &str| cookie[name].as_str().unwrap_or_default().to_owned();
        let cookie = |cookie: &Value| Cookie {
            name: text(cookie, "name"),
            value: text(cookie, "value"),
            domain: text(cookie, "domain"),
            path: text(cookie, "path"),
            // A cookie of the session has -1.
            expires_s: cookie["expires"]
                .as_f64()
                .filter(|end| *end > 0.0)
                .map(|end| end as u64),
        };
        Ok(answer["cookies"].as_array().into_iter().flatten().map(cookie).collect())
    }

    fn close(&self) -> Result<()> {
        self.connection
            .call("Target.closeTarget", json!({ "targetId": self.target }), None)?;
        if let Some(context) = &self.context {
            self.connection.call(
                "Target.disposeBrowserContext",
                json!({ "browserContextId": context }),
                None,
            )?;
        }
        Ok(())
    }
}
