//! A page in a tab.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use shelfwise_audit::observed::{Cookie, Hint};

use crate::tab::Tab;

/// How often a selector is looked for.
const POLL: Duration = Duration::from_millis(50);
/// The first element of a selector, in which ` >>> ` leads into the shadow tree of what was found before it.
const FIND: &str = "(selector => selector.split(' >>> ').reduce((root, part) => root && \
    (root.shadowRoot ?? root).querySelector(part), document))";
/// Hints in the document.
const HINTS: &str = "[...document.querySelectorAll('link[rel][href], script[type=speculationrules]')].flatMap(node => \
    node.localName === 'script' ? [['speculationrules', node.text]] : [...node.relList].filter(rel => \
    /^(dns-prefetch|preconnect|prefetch|prerender|preload|modulepreload)$/.test(rel)).map(rel => [rel, node.href]))";

/// A page in a tab of a browser.
pub struct Page {
    tab: Box<dyn Tab>,
    limit: Duration,
    hints: Arc<Mutex<Vec<Hint>>>,
    open: RefCell<bool>,
}

impl Page {
    pub(crate) fn new(tab: Box<dyn Tab>, limit: Duration, hints: Arc<Mutex<Vec<Hint>>>) -> Self {
        Self {
            tab,
            limit,
            hints,
            open: RefCell::new(true),
        }
    }

    /// Runs the script before any other in each document that is opened from now on.
    ///
    /// # Errors
    /// If the browser refuses.
    pub fn preload(&self, script: &str) -> Result<()> {
        self.tab.preload(script)
    }

    /// Opens an address, and waits until it is loaded.
    ///
    /// # Errors
    /// If it cannot be reached, or is not loaded in time.
    pub fn goto(&self, url: &str) -> Result<()> {
        self.keep_hints();
        self.tab
            .goto(url, self.limit)
            .with_context(|| format!("cannot open {url}"))
    }

    /// Returns the value of an expression as JSON, once it is settled. What JSON has no word for is null.
    ///
    /// # Errors
    /// If it throws, with what was thrown, or does not settle in time.
    pub fn eval(&self, expression: &str) -> Result<Value> {
        self.tab.eval(expression)
    }

    /// Waits until an element is in the page.
    ///
    /// # Errors
    /// If none is there in time.
    pub fn wait_for(&self, selector: &str, limit: Duration) -> Result<()> {
        let expression = format!("!!{FIND}({})", Value::from(selector));
        let what = || format!("no element `{selector}` after {} ms", limit.as_millis());
        self.wait_until(&expression, limit).with_context(what)
    }

    /// Waits until an expression is true. While a document is being left it cannot be asked, which is no error.
    ///
    /// # Errors
    /// If it is not in time; with what it threw last.
    pub fn wait_until(&self, expression: &str, limit: Duration) -> Result<()> {
        let start = Instant::now();
        loop {
            let value = self.eval(expression);
            if matches!(value, Ok(Value::Bool(true))) {
                return Ok(());
            }
            if start.elapsed() > limit {
                value.with_context(|| format!("`{expression}` is not true after {} ms", limit.as_millis()))?;
                bail!("`{expression}` is not true after {} ms", limit.as_millis());
            }
            thread::sleep(POLL);
        }
    }

    /// Clicks the middle of an element, as a person does; waits for it first.
    ///
    /// # Errors
    /// If there is none in time, or it has no place on the screen.
    pub fn click(&self, selector: &str) -> Result<()> {
        self.wait_for(selector, self.limit)?;
        let expression = format!(
            "(element => {{ element.scrollIntoView({{ block: 'center', inline: 'center', behavior: 'instant' }}); \
             const box = element.getBoundingClientRect(); return box.width && box.height \
             ? [box.x + box.width / 2, box.y + box.height / 2] : null; }})({FIND}({}))",
            Value::from(selector)
        );
        let place = self.eval(&expression)?;
        match (place[0].as_f64(), place[1].as_f64()) {
            (Some(x), Some(y)) => self.tab.click_at(x, y),
            _ => bail!("`{selector}` has no place on the screen: name an element that can be seen"),
        }
    }

    /// Clicks an element, and types into it.
    ///
    /// # Errors
    /// As [`Page::click`].
    pub fn type_text(&self, selector: &str, text: &str) -> Result<()> {
        self.click(selector)?;
        self.tab.type_text(text)
    }

    /// Presses a key: `Enter`, `Tab`, `Escape`, `ArrowDown`, or one character.
    ///
    /// # Errors
    /// If the key is not known.
    pub fn press(&self, key: &str) -> Result<()> {
        self.tab.press(key)
    }

    /// What is seen, as PNG.
    ///
    /// # Errors
    /// If the browser refuses.
    pub fn screenshot(&self) -> Result<Vec<u8>> {
        self.tab.screenshot()
    }

    /// Cookies that the browser keeps for this page and all others of its profile.
    ///
    /// # Errors
    /// If the browser refuses.
    pub fn cookies(&self) -> Result<Vec<Cookie>> {
        self.tab.cookies()
    }

    /// Closes the tab, so that the page is left as by a shopper.
    ///
    /// # Errors
    /// If the browser refuses.
    pub fn close(self) -> Result<()> {
        self.keep_hints();
        *self.open.borrow_mut() = false;
        self.tab.close()
    }

    /// Keeps what the document hints at, before it is left. A document that cannot be asked has none left.
    fn keep_hints(&self) {
        let expression = format!("[location.href, {HINTS}]");
        let Ok(found) = self.eval(&expression) else { return };
        let page = found[0].as_str().unwrap_or_default();
        let hint = |hint: &Value| Hint {
            kind: hint[0].as_str().unwrap_or_default().to_owned(),
            target: hint[1].as_str().unwrap_or_default().to_owned(),
            page: page.to_owned(),
        };
        let hints = found[1].as_array().into_iter().flatten().map(hint);
        self.hints.lock().unwrap_or_else(PoisonError::into_inner).extend(hints);
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if self.open.replace(false) {
            // The browser may be gone already, and its tab with it.
            let _ = self.tab.close();
        }
    }
}
