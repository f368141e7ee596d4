//! What the clients of a shop trust: release and policy keys, root keys, or, while they go over, some these and some those.

use anyhow::Result;
use shelfwise_sync::{PublicKey, Release, Role, RootStatement, TrustedKeys, Validity};

use super::Publish;
use crate::files;
use crate::keys::{Signer, parse_public, trusted_keys};
use crate::table::date;
use crate::time::DAY_MS;

/// A root statement that ends in less than this time is worth a warning: its signers have to meet.
const WARN_MS: u64 = 30 * DAY_MS;

/// Whom clients believe.
pub struct Trust {
    /// By kind of client: root keys first.
    pub of_clients: Vec<TrustedKeys>,
    /// The policy keys.
    pub policy_keys: Vec<PublicKey>,
    /// The root statement; empty if there is none.
    pub root: Vec<u8>,
}

impl Trust {
    /// Reads the keys that the arguments name.
    pub fn of(arguments: &Publish, signers: &[Signer]) -> Result<Self> {
        let mut trust = Self {
            of_clients: Vec::new(),
            policy_keys: Vec::new(),
            root: Vec::new(),
        };
        if let Some(path) = &arguments.root {
            let roots = trusted_keys(&arguments.root_keys)?;
            trust.root = files::read(path)?;
            let statement = RootStatement::open(&trust.root, &roots);
            let statement = statement.map_err(|reason| anyhow::anyhow!("{}: {reason}", path.display()))?;
            trust.policy_keys.extend(statement.keys.of(Role::Policy));
            trust.of_clients.push(roots);
        }
        if let Some(text) = &arguments.policy_key {
            let policy_key = parse_public(text)?;
            let mut keys: Vec<_> = signers.iter().map(Signer::public).collect::<Result<_>>()?;
            keys.push(policy_key);
            keys.extend(arguments.facts_key.as_deref().map(parse_public).transpose()?);
            for lead in &arguments.lead_keys {
                keys.push(parse_public(lead)?);
            }
            trust.of_clients.push(TrustedKeys::new(&keys)?);
            trust.policy_keys.push(policy_key);
        }
        Ok(trust)
    }
}

/// What to say of a root statement that ends soon.
pub fn warning(release: &Release) -> Option<String> {
    let root = release.root.as_ref()?;
    let Validity { created_ms, .. } = release.record.validity;
    let soon = root.validity.expires_ms < created_ms.saturating_add(WARN_MS);
    soon.then(|| {
        format!(
            "the root statement is signed until {} only, and every release ends with it: renew it with `shelfwise keys \
             root rotate`",
            date(root.validity.expires_ms as i64)
        )
    })
}
