//! One visit: a browser with a fresh profile does what the plan says.

use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;
use shelfwise_audit::observed::{Build, Kept, Visit};
use shelfwise_witness::{Answer, Browser, Found, Options, Page, Sink, Subject};

use super::plan::{Action, Plan, Shopper};
use crate::time;

/// Time for what a page asks for late: workers, models, images of an ordered list.
const SETTLE: Duration = Duration::from_millis(1_500);
/// How long a plan waits for an element or an expression.
const WAIT: Duration = Duration::from_secs(20);
/// Links of the start page that are opened.
const MOST_LINKS: usize = 4;

/// What pages keep, by place, name and length. What a page may not read has nothing kept.
const KEPT: &str = "(async () => { const of = async read => { try { return await read() } catch { return [] } }; \
    const keys = (place, store) => Object.keys(store).map(key => [place, key, store.getItem(key).length]); return [\
    ...await of(() => keys('localStorage', localStorage)), ...await of(() => keys('sessionStorage', sessionStorage)), \
    ...await of(async () => (await indexedDB.databases()).map(own => ['indexedDB', own.name, 0])), \
    ...await of(async () => (await caches.keys()).map(own => ['caches', own, 0]))]; })()";
/// Links to other pages of the same origin.
const LINKS: &str = "[...new Set([...document.links].filter(link => link.origin === location.origin && !link.download && \
    link.pathname !== location.pathname && !/logout|signout/i.test(link.href)).map(link => link.pathname + link.search))]";

/// Who visits what.
pub struct Visitor<'a> {
    pub found: &'a Found,
    pub options: &'a Options,
    pub subject: &'a Subject,
    /// Paths of scripts that are refused, so that the page is seen without Shelfwise.
    pub refused: &'a [String],
}

/// A visit, with what belongs into the evidence.
pub struct Visited {
    pub visit: Visit,
    /// The log of the browser's network stack, as it was written.
    pub log: Vec<u8>,
    /// The last page, as PNG.
    pub screenshot: Vec<u8>,
}

impl Visitor<'_> {
    /// Does what a shopper does, and then opens the last page.
    pub fn visit(&self, plan: &Plan, shopper: &Shopper) -> Result<Visited> {
        let (sink, browser) = self.start()?;
        let page = browser.page()?;
        let mut pages = Vec::new();
        act(&page, sink.origin(), &plan.before, &mut Vec::new()).context("before anything counts")?;
        let from_ms = time::now_ms()?;
        act(&page, sink.origin(), &shopper.steps, &mut pages).with_context(|| format!("shopper `{}`", shopper.name))?;
        thread::sleep(SETTLE);
        let last_from_ms = time::now_ms()?;
        act(&page, sink.origin(), &plan.last, &mut pages).context("on the last page")?;
        thread::sleep(SETTLE);
        let kept = kept(&page)?;
        let screenshot = page.screenshot()?;
        page.close()?;
        let (recording, log) = browser.finish_with_log()?;
        let build = if self.refused.is_empty() {
            Build::AsDeployed
        } else {
            Build::WithoutShelfwise
        };
        let shopper = shopper.name.clone();
        let visit = Visit {
            shopper,
            build,
            from_ms,
            last_from_ms,
            pages,
            kept,
            recording,
        };
        Ok(Visited { visit, log, screenshot })
    }

    /// Links of the start page, which make a plan where no script was given.
    pub fn links(&self, start: &str) -> Result<Vec<String>> {
        let (sink, browser) = self.start()?;
        let page = browser.page()?;
        page.goto(&format!("{}{start}", sink.origin()))?;
        let found = page.eval(LINKS)?;
        page.close()?;
        let links = found.as_array().into_iter().flatten().filter_map(Value::as_str);
        Ok(links.map(str::to_owned).take(MOST_LINKS).collect())
    }

    fn start(&self) -> Result<(Sink, Browser)> {
        let sink = Sink::start(self.subject)?;
        for path in self.refused {
            sink.handle(&format!("/{path}"), |_| Answer {
                status: 403,
                ..Answer::default()
            });
        }
        let browser = Browser::start(self.found, &sink, self.options)?;
        Ok((sink, browser))
    }
}

fn act(page: &Page, origin: &str, actions: &[Action], pages: &mut Vec<String>) -> Result<()> {
    for action in actions {
        match action {
            Action::Goto(path) => {
                page.goto(&format!("{origin}{path}"))?;
                pages.push(path.clone());
            }
            Action::Click(selector) => page.click(selector)?,
            Action::Type { into, text } => page.type_text(into, &text.get()?)?,
            Action::WaitFor(selector) => page.wait_for(selector, WAIT)?,
            Action::Wait(milliseconds) => thread::sleep(Duration::from_millis(*milliseconds)),
            Action::Press(key) => page.press(key)?,
            Action::Expect(expression) => page.wait_until(expression, WAIT)?,
        }
    }
    Ok(())
}

fn kept(page: &Page) -> Result<Vec<Kept>> {
    let found = page.eval(KEPT)?;
    let row = |row: &Value| Kept {
        place: row[0].as_str().unwrap_or_default().to_owned(),
        name: row[1].as_str().unwrap_or_default().to_owned(),
        characters: row[2]
            .as_u64()
            .and_then(|length| usize::try_from(length).ok())
            .unwrap_or_default(),
    };
    let cookies = page.cookies()?.into_iter();
    let cookies = cookies.map(|cookie| Kept {
        place: "cookie".to_owned(),
        characters: cookie.value.chars().count(),
        name: cookie.name,
    });
    Ok(found.as_array().into_iter().flatten().map(row).chain(cookies).collect())
}
