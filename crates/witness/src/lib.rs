//! Starts the browsers of this machine, does what a plan says, and records everything that leaves them.
//!
//! Three witnesses look at a browser from different places, so that what one of them cannot see another one does:
//!
//! * [`Sink`]: a server and forward proxy on this machine. Every request of the browser has to pass it; nothing but the
//!   audited origin answers, and nothing is sent elsewhere.
//! * The log of the browser's own network stack, which knows of sockets, lookups and WebRTC too.
//! * Events of the remote protocol (CDP, WebDriver BiDi), which know the script that asked.
//!
//! Nothing is patched in the page. The interface blocks, and everything has a time limit. A [`Browser`] has a fresh profile,
//! which is deleted with it; Chromium is driven over CDP (<https://chromedevtools.github.io/devtools-protocol/>), Firefox
//! over WebDriver BiDi (<https://w3c.github.io/webdriver-bidi/>), both without a driver program: the two protocols are JSON
//! on a web socket, and a library for either would bring an asynchronous runtime and thousands of generated types for a
//! dozen calls.
//!
//! ```no_run
//! use shelfwise_witness::{Browser, Kind, Options, Sink, Subject};
//!
//! # fn main() -> anyhow::Result<()> {
//! let sink = Sink::start(&Subject::Folder("public".into()))?;
//! let found = Browser::find(Kind::Chromium).ok_or_else(|| anyhow::anyhow!("install Chromium"))?;
//! let browser = Browser::start(&found, &sink, &Options::default())?;
//! let page = browser.page()?;
//! page.goto(&format!("{}/index.html", sink.origin()))?;
//! let title = page.eval("document.title")?;
//! page.close()?;
//! let recording = browser.finish()?;
//! println!("{title}: {} requests", recording.requests.len());
//! # Ok(()) }
//! ```
#![forbid(unsafe_code)]

mod address;
mod browser;
mod certificate;
mod chromium;
mod edge;
mod find;
mod firefox;
pub mod lab;
mod merge;
mod own_traffic;
mod page;
mod process;
mod rpc;
mod sink;
mod tab;

pub use self::browser::{Browser, Options};
pub use self::certificate::OwnCertificate;
pub use self::edge::EdgeClient;
pub use self::find::{Found, Kind};
pub use self::page::Page;
pub use self::sink::{Answer, Sink, Subject};
