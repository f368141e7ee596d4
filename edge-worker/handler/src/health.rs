//! `GET /healthz`: whether a model is in use, since when, and what was wrong with a later one. Nothing of a shopper, no
//! counters.

use serde_json::json;

use crate::answer;
use crate::config::{Config, ConfigError};
use crate::host::Host;
use crate::model;
use crate::poll_state::PollState;
use crate::route::Response;

/// Returns the state of this worker's store.
pub async fn respond(host: &impl Host, config: &Result<Config, ConfigError>) -> Response {
    let last = PollState::last(host).await;
    let polled_ms = last.as_ref().map(|poll| poll.at_ms);
    let refused = last.and_then(|poll| poll.refusal).map(|why| why.0);
    let state = match model::record(host).await {
        Ok(record) => json!({
            "status": "ok",
            "snapshot_sha256": record.snapshot.hash.digits(),
            "policy_sha256": record.policy.map(|policy| policy.hash.digits()),
            "snapshot_bytes": record.snapshot.bytes,
            "facts_sha256": record.facts.map(|facts| facts.file.hash.digits()),
            "facts_refused": record.facts_refused,
            "admitted_ms": record.admitted_ms,
            "release_epoch": record.release.as_ref().map(|release| release.epoch),
            "serves_until_ms": record.release.as_ref().map(|release| release.serves_until_ms),
            "looked_ms": polled_ms,
            "refused": refused,
        }),
        Err(why) => json!({
            "status": "store_order",
            "reason": why.name(),
            "looked_ms": polled_ms,
            "refused": refused,
            "setting": config.as_ref().err().map(ToString::to_string),
        }),
    };
    answer::json(&state, "no-store")
}
