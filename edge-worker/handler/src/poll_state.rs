//! The last poll of the origin: when it was, and what was wrong with what it served.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use shelfwise_sync::Role;

use crate::config::{Config, Source};
use crate::host::{Host, Unavailable};
use crate::record::Hash;

/// The key of it.
const POLL_KEY: &str = "shelfwise/look";

/// Time between two polls, in milliseconds.
const PAUSE_MS: i64 = 60_000;

/// The same while there is no model.
const SHORT_PAUSE_MS: i64 = 5_000;

/// A poll of the origin. Holds nothing of a shopper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollState {
    version: u8,
    /// Hash of what was polled: changed settings are polled at once.
    source: Hash,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Why nothing was admitted, if something was wrong.
    pub refusal: Option<Unavailable>,
}

impl PollState {
    const VERSION: u8 = 1;

    /// Returns a poll that begins now.
    pub fn now(host: &impl Host, config: &Config) -> Self {
        Self {
            version: Self::VERSION,
            source: identity(&config.source),
            at_ms: host.now_ms(),
            refusal: None,
        }
    }

    /// Reads the last poll, if it is stored.
    pub async fn last(host: &impl Host) -> Option<Self> {
        let bytes = host.get(POLL_KEY).await.ok().flatten()?;
        let (poll, rest) = postcard::take_from_bytes::<Self>(&bytes).ok()?;
        (poll.version == Self::VERSION && rest.is_empty()).then_some(poll)
    }

    /// Returns whether this poll comes too soon after that one.
    pub fn is_too_soon_after(&self, last: &Self, holds_something: bool) -> bool {
        let pause_ms = if holds_something { PAUSE_MS } else { SHORT_PAUSE_MS };
        self.source == last.source && (0..pause_ms).contains(&self.at_ms.saturating_sub(last.at_ms))
    }

    /// Stores it. A store that fails is noticed when files are stored.
    pub async fn remember(&self, host: &impl Host) {
        let bytes = postcard::to_allocvec(self).unwrap_or_default();
        let _ = host.set(POLL_KEY, &bytes).await;
    }
}

fn identity(source: &Source) -> Hash {
    let mut hash = Sha256::new();
    match source {
        Source::None => {}
        Source::Pinned { snapshot, policy } => {
            for file in [Some(snapshot), policy.as_ref()].into_iter().flatten() {
                hash.update(&file.url);
                hash.update(file.hash.0);
            }
        }
        Source::Release(releases) => {
            hash.update(&releases.folder);
            for key in Role::ALL.iter().flat_map(|role| releases.trusted_keys.of(*role)) {
                hash.update(key.as_bytes());
            }
        }
    }
    Hash(hash.finalize().into())
}
