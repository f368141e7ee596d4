//! Chromium over CDP.

mod events;
mod flags;
mod net_log;
mod tab;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::json;
use shelfwise_audit::observed::Request;

use self::events::Events;
use self::tab::ChromiumTab;
use crate::browser::{Engine, NetworkLog, Options, Profile};
use crate::find::Found;
use crate::process::Process;
use crate::rpc::Connection;
use crate::tab::Tab;

/// The NetLog, in the profile's folder.
const NET_LOG: &str = "net-log.json";
/// Where Chromium writes its port, and the path of its web socket.
const PORT_FILE: &str = "DevToolsActivePort";
/// How long it may take to close, with its log written.
const CLOSE: Duration = Duration::from_secs(10);

/// A running Chromium.
pub struct Chromium {
    connection: Arc<Connection>,
    events: Arc<Events>,
    sink: SocketAddr,
    limit: Duration,
    // Dropped last: it takes everything else with it.
    process: Process,
}

impl Chromium {
    /// Starts it.
    pub fn start(found: &Found, sink: SocketAddr, options: &Options) -> Result<Self> {
        let mut process = Process::start(&found.path, |folder, command| {
            command.args(flags::flags(folder, sink, options)).arg("about:blank");
            Ok(())
        })?;
        let (port, path) = process.wait_for(options.limit, address)?;
        let events = Arc::new(Events::default());
        let own = Arc::clone(&events);
        let connection = Connection::open(port, &path, options.limit, move |wire, event| own.take(wire, event))?;
        // Every page, frame and worker is held until its events are reported.
        let attach = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
        connection.call("Target.setAutoAttach", attach, None)?;
        Ok(Self {
            connection: Arc::new(connection),
            events,
            sink,
            limit: options.limit,
            process,
        })
    }
}

impl Engine for Chromium {
    fn tab(&self, profile: Profile) -> Result<Box<dyn Tab>> {
        let context = match profile {
            Profile::Shared => None,
            Profile::Own => {
                let made =
                    self.connection
                        .call("Target.createBrowserContext", json!({ "disposeOnDetach": true }), None)?;
                made["browserContextId"].as_str().map(str::to_owned)
            }
        };
        let mut target = json!({ "url": "about:blank" });
        if let Some(context) = &context {
            target["browserContextId"] = context.as_str().into();
        }
        let made = self.connection.call("Target.createTarget", target, None)?;
        let target = made["targetId"]
            .as_str()
            .context("Target.createTarget names no target")?
            .to_owned();
        let session = self.events.session_of(&target, self.limit)?;
        let (connection, events) = (Arc::clone(&self.connection), Arc::clone(&self.events));
        Ok(Box::new(ChromiumTab {
            connection,
            events,
            session,
            target,
            context,
        }))
    }

    fn reported(&self) -> Vec<Request> {
        self.events.reported()
    }

    fn end(mut self: Box<Self>) -> Result<NetworkLog> {
        // It answers, or closes the connection before it does.
        let _ = self.connection.call("Browser.close", json!({}), None);
        self.process.has_ended_within(CLOSE);
        let path = self.process.folder().join(NET_LOG);
        let raw = fs::read(&path).context("Chromium has not written its NetLog")?;
        let found = net_log::parse(&raw, &self.sink.to_string())?;
        Ok(NetworkLog { found, raw })
    }
}

/// Port and path, once Chromium has written both.
fn address(folder: &Path) -> Option<(u16, String)> {
    let text = fs::read_to_string(folder.join(PORT_FILE)).ok()?;
    let (port, path) = text.split_once('\n')?;
    let path = path.trim();
    (!path.is_empty()).then_some((port.parse().ok()?, path.to_owned()))
}
