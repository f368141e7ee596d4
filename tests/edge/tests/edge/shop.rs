//! A component with its origin and its store, and the handler alone for comparison.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use http::Response;
use http::request::Builder;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use shelfwise_edge_host::client::Client;
use shelfwise_edge_host::origin::{Behaviour, Origin};
use shelfwise_edge_host::platform::{NOW_MS, Platform};
use shelfwise_edge_host::server::Server;

/// The grocer's model.
pub const GROCER: &[u8] = include_bytes!("../../../snapshots/v1/good/grocer.swm");
/// The component for Spin, and the one for hosts of wasi:http 0.2.
pub const COMPONENTS: [&str; 2] = ["spin", "wasi"];
/// A list that the grocer's model re-ranks.
pub const BODY: &str = r#"{"placement":"category","items":["soap","butter"],"context":{"item":"bread"}}"#;
/// The shop's own order.
pub const SHOP_ORDER: [&str; 2] = ["soap", "butter"];

/// A component with its origin.
pub struct Shop {
    pub server: Server,
    pub origin: Origin,
}

impl Shop {
    /// Starts the component with the grocer's model at its origin.
    pub fn new(component: &str) -> Self {
        Self::of(component, GROCER, &[])
    }

    /// Starts the component with this model at its origin, and these settings in addition to its address.
    pub fn of(component: &str, model: &[u8], settings: &[(&str, &str)]) -> Self {
        let origin = Origin::start(Behaviour::File(model.to_vec())).unwrap();
        let (url, hash) = (origin.url(), sha256(model));
        let usual = [("snapshot_url", url.as_str()), ("snapshot_sha256", hash.as_str())];
        Self::before(component, origin, &[&usual, settings].concat())
    }

    /// Starts the component with these settings and a running origin.
    pub fn before(component: &str, origin: Origin, settings: &[(&str, &str)]) -> Self {
        let platform = Platform::default();
        for (name, value) in settings {
            platform.set(name, value);
        }
        let server = Server::start(&built("EDGE", "edge", component), &platform, ([127, 0, 0, 1], 0).into()).unwrap();
        Self { server, origin }
    }

    /// Starts the component and sends a first request, so that the store has the model, if there is a store.
    pub fn ready(component: &str, settings: &[(&str, &str)]) -> Self {
        let shop = Self::of(component, GROCER, settings);
        if component == "spin" {
            shop.get("/healthz");
            shop.until(|shop| shop.server.platform.store().contains_key("shelfwise/current"));
        }
        shop
    }

    /// Waits for something that happens after a response.
    pub fn until(&self, there: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !there(self) {
            assert!(
                start.elapsed() < Duration::from_secs(20),
                "it does not come: {:?}",
                self.server.platform.traps()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn get(&self, path: &str) -> Response<Vec<u8>> {
        self.send(http::Request::get(path), "")
    }

    pub fn rerank(&self, body: &str) -> Response<Vec<u8>> {
        self.send(http::Request::post("/v1/rerank"), body)
    }

    /// Sends a request; no request may fail the component.
    pub fn send(&self, request: Builder, body: &str) -> Response<Vec<u8>> {
        let mut client = Client::connect(self.server.address).unwrap();
        let response = client.send(request.body(body.as_bytes().to_vec()).unwrap()).unwrap();
        assert!(
            !response.status().is_server_error(),
            "{:?}",
            self.server.platform.traps()
        );
        response
    }
}

/// The handler without any component, with the grocer's model.
pub struct Alone(&'static str);

/// The handler's response.
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Alone {
    /// Creates the handler with this value of `recent`.
    pub fn new(recent: &'static str) -> Self {
        Self(recent)
    }

    pub fn send(&self, request: Builder, body: &str) -> Answer {
        let request = request.body(()).unwrap();
        let headers: Vec<_> = request
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
            .collect();
        let question = serde_json::json!({
            "method": request.method().as_str(),
            "uri": request.uri().to_string(),
            "headers": headers,
            "body": body,
            "now_ms": NOW_MS,
        });
        let model = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../snapshots/v1/good/grocer.swm");
        let usual = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/debug/examples/answers");
        let program = std::env::var_os("NATIVE").map_or(usual, PathBuf::from);
        let mut child = Command::new(program)
            .arg(model)
            .arg(self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        writeln!(child.stdin.take().unwrap(), "{question}").unwrap();
        let text: Value = serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap();
        let headers = text["headers"].as_object().unwrap().iter();
        Answer {
            status: text["status"].as_u64().unwrap() as u16,
            headers: headers
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                .collect(),
            body: text["body"].as_str().unwrap().to_owned(),
        }
    }
}

/// Returns the path of a built component; `cargo xtask test --only edge` sets the variables.
pub fn built(variable: &str, folder: &str, name: &str) -> PathBuf {
    let usual = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../target/shelfwise")
        .join(folder);
    let folder = std::env::var_os(variable).map_or(usual, PathBuf::from);
    folder.join(name).with_extension("wasm")
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn json(response: &Response<Vec<u8>>) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

/// Returns the items in the order of the response.
pub fn ids(response: &Response<Vec<u8>>) -> Vec<String> {
    let slate = json(response);
    let items = slate["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["item_id"].as_str().unwrap().to_owned())
        .collect()
}

/// Asserts the shop's own order, with this reason.
pub fn in_shop_order(response: &Response<Vec<u8>>, reason: &str) {
    assert_eq!(
        (response.status().as_u16(), ids(response)),
        (200, SHOP_ORDER.map(str::to_owned).to_vec())
    );
    assert_eq!(json(response)["fallback_reason"], reason);
}
