//! What the rules hide, for requests that are answered in the shop's own order: a rule that hides never fails open.
//!
//! The list is that of the policy that was verified last. It stands in the store under a key of its own, so that it holds
//! where the model is gone, damaged or over.

use serde::{Deserialize, Serialize};
use shelfwise_core::Policy;
use shelfwise_core::policy::HiddenIds;
use shelfwise_sync::HiddenList;

use crate::host::Host;

/// The key of it.
const GUARDRAILS: &str = "shelfwise/guardrails";

/// A list of hidden ids, as it stands in the store. Nothing of a shopper is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guardrails {
    version: u8,
    /// Epoch of the policy's statement; 0 for a policy whose hash stands in the settings.
    policy_epoch: u64,
    /// The list, as JSON.
    pub list: Vec<u8>,
}

impl Guardrails {
    const VERSION: u8 = 1;

    /// The list that a policy key signed.
    pub fn signed(list: HiddenList) -> Self {
        Self {
            version: Self::VERSION,
            policy_epoch: list.policy_epoch,
            list: list.bytes,
        }
    }

    /// The list that follows from rules: of a release without a list of its own, or without a release.
    pub fn of_rules(policy: &Policy, policy_epoch: u64) -> Self {
        Self {
            version: Self::VERSION,
            policy_epoch,
            // A list of texts has no way to fail.
            list: serde_json::to_vec(&policy.hidden_ids()).unwrap_or_default(),
        }
    }

    /// What stands in the store, if anything does.
    pub async fn read(host: &impl Host) -> Option<Self> {
        let bytes = host.get_latest(GUARDRAILS).await.ok().flatten()?;
        let (guardrails, rest) = postcard::take_from_bytes::<Self>(&bytes).ok()?;
        (guardrails.version == Self::VERSION && rest.is_empty()).then_some(guardrails)
    }

    /// Puts it into the store, unless a later one stands there. A store that takes nothing is found out by whoever puts
    /// the model there.
    pub async fn put(&self, host: &impl Host) {
        let stored = Self::read(host).await;
        let is_older = stored
            .as_ref()
            .is_some_and(|stored| stored.policy_epoch > self.policy_epoch);
        // Settings that name hashes are an operator's word of now.
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

    /// The ids; `None` for a form that this engine does not read.
    pub fn ids(&self) -> Option<HiddenIds> {
        let ids: HiddenIds = serde_json::from_slice(&self.list).ok()?;
        ids.is_current().then_some(ids)
    }
}

/// The ids of the policy that was verified last; `None` if none ever was.
pub async fn hidden_ids(host: &impl Host) -> Option<HiddenIds> {
    Guardrails::read(host).await?.ids()
}
