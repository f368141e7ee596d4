//! What a component costs beside one that does nothing, on the same host in the same run.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use sha2::{Digest as _, Sha256};

use crate::client::Client;
use crate::large;
use crate::origin::{Manner, Origin};
use crate::platform::Platform;
use crate::server::Server;

/// Items of the list that is ordered.
const LISTED: u32 = 200;
/// Connections at once, for throughput.
const CONNECTIONS: usize = 4;
/// The longest that the store may take to get its model.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// A component that does nothing, in a fresh instance.
    Nothing,
    /// The worker's own answer without a model: a path that it does not have.
    NotFound,
    /// Twelve items for a product's page.
    Recommend,
    /// A list of 200 in a better order.
    Rerank,
}

/// What one case took.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which.
    pub case: Case,
    /// Half of the answers came within so many milliseconds, one after the other.
    pub p50_ms: f64,
    /// 99 of 100 did.
    pub p99_ms: f64,
    /// Answers a second, over four connections.
    pub per_second: f64,
    /// The largest memory of an instance, in bytes.
    pub peak_bytes: usize,
}

/// All cases.
#[derive(Clone, Debug)]
pub struct Figures {
    /// The model in the store.
    pub model_bytes: usize,
    /// The cases in their order.
    pub rows: Vec<Row>,
}

/// Asks each case so often, in turns: what else the machine does meets all of them.
///
/// # Errors
/// Where a component fails.
pub fn figures(worker: &Path, empty: &Path, times: usize) -> Result<Figures> {
    let model = large::model()?;
    let model_bytes = model.len();
    let origin = Origin::start(Manner::File(model.clone()))?;
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

/// Until answers are ranked.
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
        let asked = request(case)?;
        let start = Instant::now();
        let answer = client.send(asked)?;
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
