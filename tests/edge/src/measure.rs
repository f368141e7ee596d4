//! Measures the cost of a component compared to one that does nothing, on the same host in the same run.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use sha2::{Digest as _, Sha256};

use crate::client::Client;
use crate::large;
use crate::origin::{Behaviour, Origin};
use crate::platform::Platform;
use crate::server::Server;

/// Number of items of the list to re-rank.
const LISTED: u32 = 200;
/// Number of concurrent connections, for throughput.
const CONNECTIONS: usize = 4;
/// Maximum time for the store to receive its model.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// A component that does nothing, in a fresh instance.
    Nothing,
    /// The worker's own response without a model: 404 for an unknown path.
    NotFound,
    /// Twelve recommendations for a product page.
    Recommend,
    /// A list of 200 items, re-ranked.
    Rerank,
}

/// Measurements of one case.
#[derive(Clone, Debug)]
pub struct Row {
    /// The case.
    pub case: Case,
    /// Median time of sequential requests, in milliseconds.
    pub p50_ms: f64,
    /// 99th percentile of the same.
    pub p99_ms: f64,
    /// Responses per second, over four connections.
    pub per_second: f64,
    /// Peak memory of an instance, in bytes.
    pub peak_bytes: usize,
}

/// Measurements of all cases.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Size of the model in the store, in bytes.
    pub model_bytes: usize,
    /// The cases in order.
    pub rows: Vec<Row>,
}

/// Requests each case `times` times, alternating, so that other load on the machine affects all of them.
///
/// # Errors
/// If a component fails.
pub fn figures(worker: &Path, empty: &Path, times: usize) -> Result<Figures> {
    let model = large::model()?;
    let model_bytes = model.len();
    let origin = Origin::start(Behaviour::File(model.clone()))?;
    let platform = Platform::default();
    platform.set("snapshot_url", &origin.url());
    platform.set(
        "snapshot_sha256",
        &Sha256::digest(&model)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>(),
    );
    let any = ([127, 0, 0, 1], 0).into();
    let (worker, empty) = (
        Server::start(worker, &platform, any)?,
        Server::start(empty, &Platform::default(), any)?,
    );
    fill(&worker)?;
    let mut rows = Vec::new();
    for case in [Case::Nothing, Case::NotFound, Case::Recommend, Case::Rerank] {
        let server = if case == Case::Nothing { &empty } else { &worker };
        rows.push(measured(server, case, times)?);
    }
    Ok(Figures { model_bytes, rows })
}

/// Waits until responses are ranked.
fn fill(server: &Server) -> Result<()> {
    let mut client = Client::connect(server.address)?;
    let start = Instant::now();
    while !String::from_utf8_lossy(client.send(request(Case::Rerank)?)?.body()).contains("\"fallback_used\":false") {
        ensure!(
            start.elapsed() < PATIENCE,
            "no ranked answer: {:?}",
            server.platform.traps()
        );
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn measured(server: &Server, case: Case, times: usize) -> Result<Row> {
    let mut client = Client::connect(server.address)?;
    for _ in 0..times / 10 + 1 {
        client.send(request(case)?)?;
    }
    server.platform.take_peak();
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let requests = request(case)?;
        let start = Instant::now();
        let answer = client.send(requests)?;
        took.push(start.elapsed().as_secs_f64() * 1_000.0);
        ensure!(
            answer.status() == if case == Case::NotFound { 404 } else { 200 },
            "{case:?}: {}",
            answer.status()
        );
    }
    took.sort_unstable_by(f64::total_cmp);
    let at = |part: usize| took.get(times * part / 100).copied().unwrap_or_default();
    let start = Instant::now();
    thread::scope(|scope| {
        let all: Vec<_> = (0..CONNECTIONS)
            .map(|_| scope.spawn(|| burst(server, case, times)))
            .collect();
        all.into_iter()
            .try_for_each(|one| one.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a client panicked"))))
    })?;
    let per_second = (CONNECTIONS * times) as f64 / start.elapsed().as_secs_f64();
    Ok(Row {
        case,
        p50_ms: at(50),
        p99_ms: at(99),
        per_second,
        peak_bytes: server.platform.take_peak(),
    })
}

fn burst(server: &Server, case: Case, times: usize) -> Result<()> {
    let mut client = Client::connect(server.address)?;
    for _ in 0..times {
        client.send(request(case)?)?;
    }
    Ok(())
}

fn request(case: Case) -> Result<http::Request<Vec<u8>>> {
    let body = |text: String| text.into_bytes();
    let request = match case {
        Case::Nothing => http::Request::get("/").body(Vec::new()),
        Case::NotFound => http::Request::get("/elsewhere").body(Vec::new()),
        Case::Recommend => {
            http::Request::get(format!("/v1/recommend?placement=pdp&item={}", large::id(17))).body(Vec::new())
        }
        Case::Rerank => {
            let items: Vec<_> = (0..LISTED)
                .map(|item| format!("\"{}\"", large::id(17 + item * 7)))
                .collect();
            let text = format!(
                r#"{{"placement":"category","items":[{}],"context":{{"item":"{}"}}}}"#,
                items.join(","),
                large::id(17)
            );
            http::Request::post("/v1/rerank").body(body(text))
        }
    };
    Ok(request?)
}
