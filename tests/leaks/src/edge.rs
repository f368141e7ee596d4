//! Leaky edges: the edge worker's own handler behind an HTTP server, and in front of it something that leaks.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::{Context as _, Result, bail, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use serde_json::{Value, json};
use shelfwise_audit::report::{Outcome, Step};
use shelfwise_audit::steps::edge;
use shelfwise_edge::{Asset, Config, ENTROPY_BYTES, Fetched, Host, MAX_BODY_BYTES, Unavailable, answer, refresh};
use shelfwise_sync::sha256;
use shelfwise_witness::EdgeClient;

use super::shown;

/// A grocer's model.
const MODEL: &[u8] = include_bytes!("../../snapshots/v1/good/grocer.swm");
/// What makes the tokens of a trial.
const SALT: &str = "planted";

/// A request with its body.
type Inbound = Request<Vec<u8>>;
/// An answer.
type Outbound = Response<Vec<u8>>;

/// What stands in front of the handler: it sees a request before, and its answer after.
#[derive(Clone, Copy)]
struct Front {
    before: fn(&mut Inbound, &mut Vec<String>),
    after: fn(&Inbound, &mut Outbound),
}

/// The handler as it is passes.
pub fn honest() -> Result<()> {
    let step = tried(Front {
        before: |_, _| {},
        after: |_, _| {},
    })?;
    println!("honest  {:<13}{}", step.name, step.outcome.words());
    ensure!(
        step.outcome == Outcome::Passed && step.tried.iter().any(|line| line.contains("changes the order")),
        "step edge does not pass on the edge as it is: {}",
        shown(&step)
    );
    Ok(())
}

/// Asks the leaky edge of this name.
pub fn planted(name: &str) -> Result<Step> {
    let nothing_before: fn(&mut Inbound, &mut Vec<String>) = |_, _| {};
    let nothing_after: fn(&Inbound, &mut Outbound) = |_, _| {};
    let after = |after| Front {
        before: nothing_before,
        after,
    };
    let before = |before| Front {
        before,
        after: nothing_after,
    };
    tried(match name {
        "cookie" => after(|_, answer| set(answer, "set-cookie", "lb=machine-7; path=/")),
        "trace" => after(|_, answer| set(answer, "x-trace-id", &chance())),
        "reports" => after(|_, answer| {
            set(answer, "nel", r#"{"report_to":"n","max_age":604800}"#);
        }),
        "cache" => after(|_, answer| set(answer, "cache-control", "public, max-age=300")),
        "echo" => after(|request, answer| {
            if answer.status() == StatusCode::BAD_REQUEST {
                *answer.body_mut() = json!({ "not understood": String::from_utf8_lossy(request.body()) })
                    .to_string()
                    .into_bytes();
            }
        }),
        "signals" => before(|request, _| {
            request.headers_mut().remove("sec-gpc");
        }),
        "remembers" => before(|request, kept| recent(request, |own| kept_in(kept, own))),
        "account" => before(|request, kept| {
            let is_known = request.headers().contains_key("cookie");
            recent(request, |own| if is_known { kept_in(kept, own) } else { own });
        }),
        _ => bail!("there is no leaky edge {name}"),
    })
}

/// Keeps the items of a visit, and returns what was kept where a request has none.
fn kept_in(kept: &mut Vec<String>, own: Vec<String>) -> Vec<String> {
    if !own.is_empty() {
        *kept = own;
    }
    kept.clone()
}

/// Changes the items of the visit in a body that has a list.
fn recent(request: &mut Inbound, change: impl FnOnce(Vec<String>) -> Vec<String>) {
    let Ok(mut body) = serde_json::from_slice::<Value>(request.body()) else {
        return;
    };
    if body["items"].is_array() {
        let own: Vec<String> = serde_json::from_value(body["recent"].take()).unwrap_or_default();
        body["recent"] = json!(change(own));
        *request.body_mut() = body.to_string().into_bytes();
    }
}

fn set(answer: &mut Outbound, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(HeaderName::from_static(name), value);
    }
}

/// Digits that no other call returns.
fn chance() -> String {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(0).to_string()
}

fn tried(front: Front) -> Result<Step> {
    let address = serve(front)?;
    Ok(edge::step(&EdgeClient::of(&format!("http://{address}"))?, SALT))
}

/// Serves the handler with its model behind a front, until the program ends.
fn serve(front: Front) -> Result<SocketAddr> {
    let hash: String = sha256(MODEL).iter().map(|byte| format!("{byte:02x}")).collect();
    let config = Config::read(|name| match name {
        "snapshot_url" => Some("https://origin.example/model.swm".to_owned()),
        "snapshot_sha256" => Some(hash.clone()),
        "recent" => Some("on".to_owned()),
        _ => None,
    });
    let config = config.map_err(|why| anyhow::anyhow!("the settings are invalid: {why}"))?;
    let memory = Arc::new(Memory::default());
    pollster::block_on(refresh(&*memory, &config));
    let kept = Arc::new(Mutex::new(Vec::new()));
    let config = Arc::new(Ok(config));
    let router = Router::new().fallback(move |request: Request<Body>| {
        let (memory, config, kept) = (Arc::clone(&memory), Arc::clone(&config), Arc::clone(&kept));
        async move {
            let (head, body) = request.into_parts();
            let body = to_bytes(body, MAX_BODY_BYTES + 1).await.unwrap_or_default();
            let mut request = Request::from_parts(head, body.to_vec());
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            (front.before)(&mut request, &mut kept);
            let mut response = pollster::block_on(answer(&*memory, &config, &request));
            (front.after)(&request, &mut response);
            response.map(Body::from)
        }
    });
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot listen on 127.0.0.1")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async { axum::serve(tokio::net::TcpListener::from_std(listener)?, router).await })
    });
    Ok(address)
}

/// A store in memory, and an origin that has the model.
#[derive(Default)]
struct Memory(Mutex<BTreeMap<String, Vec<u8>>>);

impl Memory {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host for Memory {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        Ok(self.lock().get(key).cloned())
    }

    async fn set(&self, key: &str, bytes: &[u8]) -> Result<(), Unavailable> {
        self.lock().insert(key.to_owned(), bytes.to_vec());
        Ok(())
    }

    async fn fetch(&self, _url: &str, _at_most: usize) -> Result<Fetched, Unavailable> {
        Ok(Fetched::File(MODEL.to_vec()))
    }

    fn entropy(&self) -> Option<[u8; ENTROPY_BYTES]> {
        None
    }

    fn now_ms(&self) -> i64 {
        // Any time: the model is not dated.
        1_767_225_601_000
    }

    fn asset(&self, name: &str) -> Option<Asset> {
        (name == "worker.js").then_some(Asset {
            name: "worker.js",
            bytes: b"self.onmessage = null;",
            sha256: [7; 32],
        })
    }
}
