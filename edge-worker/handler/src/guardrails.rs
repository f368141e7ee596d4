//! What the rules hide, for requests that are answered in the shop's own order: a rule that hides never fails open.
//!
//! The list is that of the policy that was verified last. It is stored under its own key, so that it applies
//! if the model is gone, damaged or expired.

use serde::{Deserialize, Serialize};
use shelfwise_core::Policy;
use shelfwise_core::policy::HiddenIds;
use shelfwise_sync::HiddenList;

use crate::host::Host;

/// The key of it.
const GUARDRAILS: &str = "shelfwise/guardrails";

/// A list of hidden ids as it is stored. Holds nothing of a shopper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guardrails {
    version: u8,
    /// Epoch of the policy's statement; 0 for a policy that the settings name by its hash.
    policy_epoch: u64,
    /// The list, as JSON.
    pub list: Vec<u8>,
}

impl Guardrails {
    const VERSION: u8 = 1;

    /// Returns the list that a policy key signed.
    pub fn signed(list: HiddenList) -> Self {
        Self {
            version: Self::VERSION,
            policy_epoch: list.policy_epoch,
            list: list.bytes,
        }
    }

    /// Returns the list that follows from rules, for a release without a list of its own, or without a release.
    pub fn of_rules(policy: &Policy, policy_epoch: u64) -> Self {
        Self {
            version: Self::VERSION,
            policy_epoch,
            // Cannot fail for a list of texts.
            list: serde_json::to_vec(&policy.hidden_ids()).unwrap_or_default(),
        }
    }

    /// Reads the stored list, if there is one.
    pub async fn read(host: &impl Host) -> Option<Self> {
        let bytes = host.get_latest(GUARDRAILS).await.ok().flatten()?;
        let (guardrails, rest) = postcard::take_from_bytes::<Self>(&bytes).ok()?;
        (guardrails.version == Self::VERSION && rest.is_empty()).then_some(guardrails)
    }

    /// Stores the list, unless a later one is stored. A store that fails is noticed when the model is stored.
    pub async fn put(&self, host: &impl Host) {
        let stored = Self::read(host).await;
        let is_older = stored
            .as_ref()
            .is_some_and(|stored| stored.policy_epoch > self.policy_epoch);
        // Settings that name hashes are always the operator's latest decision.
        if self.policy_epoch != 0 && is_older || stored.as_ref() == Some(self) {
            return;
        }
        self.replace(host).await;
    }

    /// Puts it into the store, whatever stands there.
    pub async fn replace(&self, host: &impl Host) {
        let bytes = postcard::to_allocvec(self).unwrap_or_default();
        let _ = host.set(GUARDRAILS, &bytes).await;
    }

    /// Returns the ids; `None` for a format that this engine does not read.
    pub fn ids(&self) -> Option<HiddenIds> {
        let ids: HiddenIds = serde_json::from_slice(&self.list).ok()?;
        ids.is_current().then_some(ids)
    }
}

/// Returns the hidden ids of the policy that was verified last; `None` if none ever was.
pub async fn hidden_ids(host: &impl Host) -> Option<HiddenIds> {
    Guardrails::read(host).await?.ids()
}
