//! The result of one step of an update check.

use shelfwise_sync::Outcome;

/// The page's next action: request a path, or act on the outcome of the check. The reason is in parts that the page
/// joins; every text here is a code or a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict<'a> {
    /// The path to request; empty if the check has ended.
    pub path: &'a str,
    /// The paths to request after it if all goes well, each with a space behind it: the page may load them at the same time.
    pub following: &'a str,
    /// The maximum size of the requested file, in bytes.
    pub at_most: u32,
    /// The outcome of the check; empty while it continues.
    pub outcome: &'static str,
    /// The part of the release that failed; empty if none did.
    pub what: &'static str,
    /// The code of the failure; empty if there is none.
    pub why: &'static str,
    /// The epoch of the release whose files were received; 0 if there is none.
    pub epoch: u64,
    /// 1 if the list of hidden ids was verified and applies to the shop's own order; otherwise 0.
    pub hidden: u32,
    /// The memory to keep once the engine has accepted the release. Empty while the check continues.
    pub memory: &'a [u8],
}

impl<'a> Verdict<'a> {
    /// Requests a file.
    pub fn request(path: &'a str, at_most: u32, following: &'a str) -> Self {
        Self {
            path,
            at_most,
            following,
            ..Self::default()
        }
    }

    /// Ends the check with an outcome.
    pub fn ended(outcome: &Outcome, epoch: u64, hidden: u32, memory: &'a [u8]) -> Self {
        let (outcome, reason) = match outcome {
            Outcome::New => ("new", None),
            Outcome::Unchanged => ("unchanged", None),
            Outcome::Kept(reason) => ("kept", Some(reason)),
            Outcome::StoreOrder(reason) => ("store-order", Some(reason)),
        };
        let (what, why) = reason.map(|reason| reason.codes()).unwrap_or_default();
        Self {
            outcome,
            what,
            why,
            epoch,
            hidden,
            memory,
            ..Self::default()
        }
    }

    /// Refuses to start a check, because the keys cannot be used.
    pub fn bad_keys() -> Self {
        Self::only("bad-keys")
    }

    /// Reports a message that cannot be decoded or belongs to no check.
    pub fn bad_message() -> Self {
        Self::only("bad-message")
    }

    fn only(outcome: &'static str) -> Self {
        Self {
            outcome,
            ..Self::default()
        }
    }
}
