//! The requests of the package, declared.

use serde::Serialize;

/// A request that leaves the page.
#[derive(Debug, Serialize)]
pub struct Egress {
    pub method: &'static str,
    pub address: &'static str,
    pub trigger: &'static str,
    pub carries: &'static str,
    pub bits_of_the_shopper: u32,
}

pub const EGRESS: &[Egress] = &[
    Egress {
        method: "GET",
        address: "shelfwise_bg.wasm, the shop's model and the shop's policy, at addresses that the shop or its bundler has set",
        trigger: "once a page, when Shelfwise is made in a mode other than off or leaves off; where that failed, again at \
                  most 5 times, when the browser has a network again, the page is shown again, or setMode is called",
        carries: "what the browser adds to every request of a page: address, headers, and cookies of the shop's own origin",
        bits_of_the_shopper: 0,
    },
    Egress {
        method: "GET",
        address: "release.js, shelfwise_release.wasm and, in place of model and policy above, the shop's signed release \
                  and the files that it names (model, policy, list of hidden ids): where the shop has set release",
        trigger: "once a page, as above; the release again every refreshMs (a quarter of an hour where nothing is said) \
                  whether the page is seen or not, but for looks that come more than 90 seconds late because the browser or \
                  the machine slept; its files when a new release names them",
        carries: "the same",
        bits_of_the_shopper: 0,
    },
    Egress {
        method: "GET",
        address: "worker.js or inline.js",
        trigger: "the same; the worker's script again when the engine is built anew: after it stopped, and when the mode is \
                  raised from off (browsers answer from their cache). The browser adds the Referer that the page's own policy \
                  says, here alone",
        carries: "the same",
        bits_of_the_shopper: 0,
    },
    Egress {
        method: "POST",
        address: "the address of the shop's own origin that the shop has set as reports; nothing is sent without it",
        trigger: "once a visit, when the shop calls report() in mode session or remembered, and the signed policy asks a question; not for \
                  arms that a tester forced. Another visit begins after half an hour without an event, and after forget()",
        carries: "a text of one length for all answers to a question: the experiment, its version, and which arm the visit saw and whether it \
                  answered, randomized on the device with an \u{3b5} of at most 4 that the policy states (2 where it says nothing); no cookies and \
                  no referrer. Of one report at most \u{3b5} \u{d7} 1.44 bits can be learned; without storage that is a visit's, not a person's. The \
                  server sees the address that sends it, as with every request",
        bits_of_the_shopper: 6,
    },
];
