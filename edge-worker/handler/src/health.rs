//! `GET /healthz`: whether a model is there, and since when. Nothing of a shopper, nothing counted.

use serde_json::json;

use crate::answer;
use crate::config::{Config, ConfigError};
use crate::host::Host;
use crate::model;
use crate::route::Response;

/// The state of this worker's store.
pub async fn respond(host: &impl Host, config: &Result<Config, ConfigError>) -> Response {
    let state = match model::record(host).await {
        Ok(record) => json!({
            "status": "ok",
            "snapshot_sha256": record.snapshot.hash.digits(),
            "policy_sha256": record.policy.map(|policy| policy.hash.digits()),
            "snapshot_bytes": record.snapshot.bytes,
            "admitted_ms": record.admitted_ms,
        }),
        Err(why) => json!({
            "status": "store_order",
            "reason": why.name(),
            "setting": config.as_ref().err().map(ToString::to_string),
        }),
    };
    answer::json(&state, "no-store")
}
