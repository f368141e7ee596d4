//! What is declared of the edge worker, where a shop runs one: who asks it for what, what it asks for, what it keeps.

use serde::Serialize;

/// Everything about the worker.
#[derive(Debug, Serialize)]
pub struct Edge {
    exists: &'static str,
    memory: &'static str,
    #[serde(rename = "asked")]
    inbound: &'static [InboundRequest],
    #[serde(rename = "asks")]
    outbound: &'static [OutboundRequest],
    store: &'static [Stored],
}

/// A request to the worker.
#[derive(Debug, Serialize)]
pub struct InboundRequest {
    route: &'static str,
    by: &'static str,
    carries: &'static str,
    read: &'static str,
    kept: &'static str,
}

/// A request of the worker's own.
#[derive(Debug, Serialize)]
pub struct OutboundRequest {
    method: &'static str,
    address: &'static str,
    trigger: &'static str,
    carries: &'static str,
}

/// A key of the worker's store.
#[derive(Debug, Serialize)]
pub struct Stored {
    key: &'static str,
    what: &'static str,
    of_a_shopper: &'static str,
}

const NOTHING: &str = "nothing";
const READ: &str = "these; where they name no cell of the context, the first language of Accept-Language, the country of \
                    shelfwise-country or CF-IPCountry, and whether User-Agent or Sec-CH-UA-Mobile say phone, tablet or \
                    desktop, as far as the model tells them apart; no cookie, address or identifier";

/// The declaration.
pub const EDGE: Edge = Edge {
    exists: "where the shop runs the edge worker; the browser's package asks it for nothing but files",
    memory: "none: it has no mode remembered, and what a browser remembers of earlier visits is sent to nobody",
    inbound: &[
        InboundRequest {
            route: "GET /v1/recommend",
            by: "the shop's server, or a page of the shop's",
            carries: "placement, the page's item and category, how many; beside what every request carries",
            read: READ,
            kept: NOTHING,
        },
        InboundRequest {
            route: "POST /v1/rerank",
            by: "the shop's server, or a page of the shop's",
            carries: "the same, and the shop's own list",
            read: READ,
            kept: NOTHING,
        },
        InboundRequest {
            route: "POST /v1/rerank with recent",
            by: "the shop's server, where it renders lists and its own law allows it",
            carries: "at most 20 ids of items of the visit",
            read: "only where the setting recent is on, and neither Sec-GPC: 1 nor DNT: 1 comes with the request",
            kept: NOTHING,
        },
        InboundRequest {
            route: "GET /shelfwise/*",
            by: "browsers",
            carries: "what every request for a file carries",
            read: "If-None-Match",
            kept: NOTHING,
        },
    ],
    outbound: &[
        OutboundRequest {
            method: "GET",
            address: "release_url of the settings",
            trigger: "with a request, at most once a minute while a model is held, and every 5 seconds while none is: after \
                      the answer on Spin and Cloudflare, before the first one of an instance where no store outlives it",
            carries: "nothing of a request that came in",
        },
        OutboundRequest {
            method: "GET",
            address: "the model, the rules and the list of hidden ids that the release names, in its folder; or \
                      snapshot_url and policy_url of the settings",
            trigger: "the same, where the store does not have what the release or the settings name",
            carries: "nothing of a request that came in",
        },
    ],
    store: &[
        Stored {
            key: "shelfwise/guardrails",
            what: "the ids that the rules hide which were verified last, for answers in the shop's own order",
            of_a_shopper: NOTHING,
        },
        Stored {
            key: "shelfwise/current",
            what: "which model and rules were admitted, with their hashes, and when; the release that named them, and which \
                   release was the latest",
            of_a_shopper: NOTHING,
        },
        Stored {
            key: "shelfwise/look",
            what: "when the origin was asked last, and why what it has was not admitted",
            of_a_shopper: NOTHING,
        },
        Stored {
            key: "shelfwise/HASH/N",
            what: "their bytes, in pieces of at most 1 MiB",
            of_a_shopper: NOTHING,
        },
    ],
};
