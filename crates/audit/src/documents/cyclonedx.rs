//! The services part of a CycloneDX document: who exchanges which data with whom.
//!
//! Components and their hashes are in the documents that `cargo xtask reproduce` writes. There is no serial number and no
//! time, so that the same manifest gives the same bytes.

use serde_json::{Value, json};

use super::entries;

/// File name of the document.
pub const NAME: &str = "dataflow.cdx.json";

/// Returns the document of a manifest.
pub fn document(manifest: &Value) -> Value {
    let version = string(manifest, "version");
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": { "type": "application", "bom-ref": "shelfwise", "name": "shelfwise", "version": version },
            "properties": [{ "name": "shelfwise:claim", "value": string(manifest, "claim") }],
        },
        "services": [page(manifest), files(manifest), edge(manifest)],
    })
}

/// The package on the page: what it reads, and what it holds. Nothing of it crosses the device's boundary.
fn page(manifest: &Value) -> Value {
    let reads = entries(manifest, "reads")
        .iter()
        .map(|read| data("inbound", "read by a script on the page", read, "api", "why"));
    let state = entries(manifest, "state").iter().map(|row| {
        let classification = format!("held from mode {}", string(row, "lowest_mode"));
        data("bi-directional", &classification, row, "name", "what")
    });
    json!({
        "bom-ref": "page",
        "name": "Shelfwise on the page",
        "description": "Scripts and engine in the shopper's browser.",
        "x-trust-boundary": false,
        "data": reads.chain(state).collect::<Vec<_>>(),
    })
}

/// The server of the shop's files: what requests carry to it.
fn files(manifest: &Value) -> Value {
    let egress = entries(manifest, "egress").iter().map(|request| {
        let bits = request.get("bits_of_the_shopper").and_then(Value::as_u64);
        let bits = bits.map_or_else(|| "unknown".to_owned(), |bits| bits.to_string());
        data(
            "inbound",
            &format!("bits of the shopper: {bits}"),
            request,
            "address",
            "carries",
        )
    });
    json!({
        "bom-ref": "files",
        "name": "Server of the shop's files",
        "description": "Whatever serves the addresses that the shop has set.",
        "x-trust-boundary": true,
        "data": egress.collect::<Vec<_>>(),
    })
}

/// The edge worker: what is asked of it, and what it asks for.
fn edge(manifest: &Value) -> Value {
    let edge = manifest.get("edge").unwrap_or(&Value::Null);
    let incoming = entries(edge, "asked").iter().map(|route| {
        let classification = format!("kept: {}", string(route, "kept"));
        data("inbound", &classification, route, "route", "read")
    });
    let outgoing = entries(edge, "asks").iter().map(|request| {
        data(
            "outbound",
            "fetched from the shop's origin",
            request,
            "address",
            "carries",
        )
    });
    let stored = entries(edge, "store").iter().map(|row| {
        let classification = format!("of a shopper: {}", string(row, "of_a_shopper"));
        data("bi-directional", &classification, row, "key", "what")
    });
    json!({
        "bom-ref": "edge",
        "name": "Edge worker",
        "description": format!("Exists {}.", string(edge, "exists")),
        "x-trust-boundary": true,
        "data": incoming.chain(outgoing).chain(stored).collect::<Vec<_>>(),
    })
}

/// One flow of a service, with the fields of a row as its name and description. The direction is relative to the service.
fn data(flow: &str, classification: &str, row: &Value, name: &str, description: &str) -> Value {
    json!({
        "flow": flow,
        "classification": classification,
        "name": string(row, name),
        "description": string(row, description),
    })
}

fn string<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
