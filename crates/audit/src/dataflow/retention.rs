//! Declared: when what is known of a shopper ends, and what the manifest does not speak of.

use serde::Serialize;

/// When something ends.
#[derive(Debug, Serialize)]
pub struct Retention {
    pub what: &'static str,
    pub until: &'static str,
}

pub const RETENTION: &[Retention] = &[
    Retention {
        what: "lifetime page",
        until: "the page is left, the mode changes, or forget() is called",
    },
    Retention {
        what: "lifetime visit, in memory",
        until: "the page is left, half an hour passes without an event, the mode is lowered, or forget() is called",
    },
    Retention {
        what: "lifetime visit, kept in the tab's storage",
        until: "the tab is closed, or as in memory; what is older than half an hour is not taken up",
    },
    Retention {
        what: "lifetime grant",
        until: "the grant's days are over (30 where nothing is said, at most 180, counted from the day of the grant), forget() is \
                called, consent is denied, or a signal or the shopper lowers the mode",
    },
    Retention {
        what: "anything beyond one visit without the shopper's grant",
        until: "it is never kept",
    },
];

pub const OUT_OF_SCOPE: &[&str] = &[
    "the shop's own requests, cookies and logs, and every other script on its pages",
    "whoever serves the files: they could serve others",
    "browser extensions, developer tools and people with the device in their hands",
    "what the origin's log, from which the model is trained, holds of past shoppers",
];
