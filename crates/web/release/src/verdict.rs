//! What a look says.

use shelfwise_sync::Outcome;

/// What the page shall do: ask for a path, or act on how the look ended. In parts, for the page to put together: every
/// text here is a code or a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict<'a> {
    /// What to ask for; empty where the look ended.
    pub path: &'a str,
    /// The most bytes to take of it.
    pub at_most: u32,
    /// How the look ended; empty where it goes on.
    pub outcome: &'static str,
    /// The part that something is wrong with, and what is wrong; empty where nothing is.
    pub what: &'static str,
    /// What is wrong with it.
    pub why: &'static str,
    /// The epoch of the release whose files came; 0 where none did.
    pub epoch: u64,
    /// 1 if the list of hidden ids came as it was signed, and is to be applied to the shop's own order; else 0.
    pub hidden: u32,
    /// What to remember, once the engine has taken the release. Empty where the look goes on.
    pub memory: &'a [u8],
}

impl<'a> Verdict<'a> {
    /// Something is asked for.
    pub fn asking(path: &'a str, at_most: u32) -> Self {
        Self {
            path,
            at_most,
            ..Self::default()
        }
    }

    /// It ended.
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

    /// It never began, because of the keys.
    pub fn bad_keys() -> Self {
        Self::only("bad-keys")
    }

    /// A message came that is none.
    pub fn confused() -> Self {
        Self::only("confused")
    }

    fn only(outcome: &'static str) -> Self {
        Self {
            outcome,
            ..Self::default()
        }
    }
}
