//! Keys for answers in a platform's own cache.

use http::Method;
use shelfwise_core::ContextKey;

use crate::config::Config;
use crate::host::Host;
use crate::model;
use crate::recommend::Query;
use crate::route::Request;
use crate::trials;

/// Returns the cache key of the answer: path, query, the admitted files, as much of the context as they distinguish,
/// whether the URL names it, which decides which caches may keep the answer, and the arms that were drawn for this request. `None` for everything but a recommendation by a
/// model. Two requests with one key get the same bytes, whoever sends them.
///
/// The key is a path with a query: append it to a URL of the worker's own. Costs one read of the store, and a second one
/// where the policy has experiments.
pub async fn cache_key(host: &impl Host, config: &Config, request: &Request) -> Option<String> {
    if request.method() != Method::GET || request.uri().path() != "/v1/recommend" {
        return None;
    }
    let query = Query::parse(request.uri().query().unwrap_or_default()).ok()?;
    let record = model::record(host).await.ok()?;
    let policy = record.policy.map(|policy| policy.hash.digits()).unwrap_or_default();
    let facts = record.facts.map(|facts| facts.file.hash.digits());
    let files = [record.snapshot.hash.digits(), policy].into_iter().chain(facts);
    let files = files.collect::<Vec<_>>().join("-");
    let now_ms = host.now_ms();
    let tried = trials::key(host, &record, now_ms).await?;
    let cell = query.cell_or(request.headers(), config, now_ms);
    let cell = cell.only(ContextKey::from_bits(record.cell_facts));
    Some(format!(
        "/v1/recommend?{}&cell_from={}&tried={tried}&files={files}",
        query.normalized(cell),
        query.cell_source()
    ))
}
