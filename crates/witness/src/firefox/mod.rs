//! Firefox over WebDriver BiDi.

mod events;
mod moz_log;
mod preferences;
mod tab;

use std::fs;
use std::io::BufReader;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use shelfwise_audit::observed::Request;

use self::tab::FirefoxTab;
use crate::browser::{Engine, NetworkLog, Options, Profile};
use crate::find::Found;
use crate::process::Process;
use crate::rpc::Connection;
use crate::tab::Tab;

/// Where Firefox writes its port.
const PORT_FILE: &str = "WebDriverBiDiServer.json";
/// The log of its network stack, in the profile's folder; Firefox adds its own ending, and one file a process.
const LOG: &str = "network";
/// Certificates that are accepted though nobody has signed them, in the profile's folder.
const OVERRIDES: &str = "cert_override.txt";
/// What is logged: names that are looked up, and addresses that sockets try.
const MODULES: &str = "timestamp,sync,nsHostResolver:4,nsSocketTransport:4";
/// How long it may take to close.
const CLOSE: Duration = Duration::from_secs(10);
/// What neither the log nor the protocol tells.
const BLIND: &str = "Firefox does not log the addresses that WebRTC sends to without looking up a name; Chromium does.";

/// A running Firefox.
pub struct Firefox {
    connection: Arc<Connection>,
    requests: Arc<Mutex<Vec<Request>>>,
    // Dropped last: it takes everything else with it.
    process: Process,
}

impl Firefox {
    /// Starts it.
    pub fn start(found: &Found, sink: SocketAddr, options: &Options) -> Result<Self> {
        let mut process = Process::start(&found.path, |folder, command| {
            let preferences = preferences::text(sink, options);
            fs::write(folder.join("user.js"), preferences).context("cannot write the browser's preferences")?;
            if let Some(certificate) = &options.certificate {
                let overrides = certificate.firefox_overrides();
                fs::write(folder.join(OVERRIDES), overrides).context("cannot write the browser's certificates")?;
            }
            command.args(["--headless", "--no-remote", "--remote-debugging-port=0", "--profile"]);
            command.arg(folder).arg("about:blank");
            command.env("MOZ_LOG", MODULES).env("MOZ_LOG_FILE", folder.join(LOG));
            let (width, height) = options.window;
            command
                .env("MOZ_HEADLESS_WIDTH", width.to_string())
                .env("MOZ_HEADLESS_HEIGHT", height.to_string());
            Ok(())
        })?;
        let port = process.wait_for(options.limit, port)?;
        let requests = Arc::new(Mutex::new(Vec::new()));
        let own = Arc::clone(&requests);
        let connection = Connection::open(port, "/session", options.limit, move |_, event| {
            events::take(&own, &event);
        })?;
        connection.call("session.new", json!({ "capabilities": {} }), None)?;
        let events = ["network.beforeRequestSent", "network.responseCompleted"];
        connection.call("session.subscribe", json!({ "events": events }), None)?;
        Ok(Self {
            connection: Arc::new(connection),
            requests,
            process,
        })
    }
}

impl Engine for Firefox {
    fn tab(&self, profile: Profile) -> Result<Box<dyn Tab>> {
        let text = |answer: &Value, name: &str| answer[name].as_str().map(str::to_owned);
        let user = match profile {
            Profile::Shared => None,
            Profile::Own => text(
                &self.connection.call("browser.createUserContext", json!({}), None)?,
                "userContext",
            ),
        };
        let mut create = json!({ "type": "tab" });
        if let Some(user) = &user {
            create["userContext"] = user.as_str().into();
        }
        let made = self.connection.call("browsingContext.create", create, None)?;
        let context = text(&made, "context").context("browsingContext.create names no tab")?;
        Ok(Box::new(FirefoxTab {
            connection: Arc::clone(&self.connection),
            context,
            user,
        }))
    }

    fn reported(&self) -> Vec<Request> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn end(mut self: Box<Self>) -> Result<NetworkLog> {
        // It answers, or closes the connection before it does.
        let _ = self.connection.call("browser.close", json!({}), None);
        self.process.has_ended_within(CLOSE);
        let raw = logs(self.process.folder())?;
        let mut found = moz_log::parse(&raw);
        let raw = raw.into_bytes();
        found.blind_spots.push(BLIND.to_owned());
        Ok(NetworkLog { found, raw })
    }
}

/// The port, once Firefox has written it.
fn port(folder: &Path) -> Option<u16> {
    let server: Value = serde_json::from_slice(&fs::read(folder.join(PORT_FILE)).ok()?).ok()?;
    server["ws_port"].as_u64()?.try_into().ok()
}

/// What the logs of all its processes say of names and addresses, one after the other. Most of their lines are about the loop
/// that waits for sockets, and in a minute there are megabytes of them: no log is ever in memory as a whole.
fn logs(folder: &Path) -> Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).context("cannot list the browser's folder")? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(LOG) && name.ends_with(".moz_log") {
            names.push(path);
        }
    }
    names.sort();
    let (mut kept, mut bytes) = (String::new(), 0);
    for path in &names {
        let file = fs::File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        bytes += file.metadata()?.len();
        moz_log::keep(BufReader::new(file), &mut kept).with_context(|| format!("cannot read {}", path.display()))?;
    }
    anyhow::ensure!(
        bytes > 0,
        "Firefox has not written the log of its network stack: look whether the disk of {} is full, or set TMPDIR to another one",
        folder.display()
    );
    Ok(kept)
}
