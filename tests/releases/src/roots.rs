//! A shop whose clients trust root keys: the statements that list its keys, and the releases under them.

use shelfwise_sync::{KeyError, PublicKey, Role, RoleKeys, Root, SecretKey, Validity, cosign, seal};

use crate::draft::{DAY_MS, Draft, Shop};

/// Epoch of the root statement that clients have.
const LAST_ROOT_EPOCH: u64 = 10;
/// Epoch of the release that they have: the thief of the release key has used up many.
const STOLEN_EPOCH: u64 = 500;

/// The root keys of a shop.
pub struct Roots {
    /// Those shipped with clients. The third has been revoked.
    pub shipped: [SecretKey; 3],
    /// The replacement of the third.
    pub later: SecretKey,
    /// Keys of somebody else.
    pub strangers: [SecretKey; 2],
}

impl Roots {
    /// Returns the root keys of the test shop: from public seeds, so nobody may trust them.
    #[must_use]
    pub fn of_tests() -> Self {
        let root = |seed| SecretKey::from_bytes(Role::Root, seed);
        Self {
            shipped: [
                root(b"shelfwise test key of the root 1"),
                root(b"shelfwise test key of the root 2"),
                root(b"shelfwise test key of the root 3"),
            ],
            later: root(b"shelfwise test key of the root 4"),
            strangers: [
                root(b"shelfwise test key of stranger 1"),
                root(b"shelfwise test key of stranger 2"),
            ],
        }
    }

    /// Returns the keys that clients trust: two of three must sign.
    ///
    /// # Errors
    /// If a seed gives no usable key.
    pub fn trusted(&self) -> Result<[PublicKey; 3], KeyError> {
        let [one, two, three] = &self.shipped;
        Ok([one.public()?, two.public()?, three.public()?])
    }

    /// Returns the statement that clients have: the shop's release key and policy key, and a replacement of the third
    /// root key.
    ///
    /// # Errors
    /// If a seed gives no usable key.
    pub fn last(&self, shop: &Shop) -> Result<Root, KeyError> {
        let made = shop.now_ms - 30 * DAY_MS;
        let [one, two, _] = &self.shipped;
        Ok(Root {
            epoch: LAST_ROOT_EPOCH,
            validity: Validity {
                created_ms: made,
                expires_ms: made + 365 * DAY_MS,
            },
            roles: vec![
                listed(Role::Root, 2, &[one, two, &self.later])?,
                listed(Role::Release, 1, &[&shop.release])?,
                listed(Role::Policy, 1, &[&shop.policy])?,
            ],
        })
    }

    /// Returns the next statement: another release key and another policy key.
    ///
    /// # Errors
    /// If a seed gives no usable key.
    pub fn next(&self, shop: &Shop) -> Result<Root, KeyError> {
        let last = self.last(shop)?;
        let created_ms = shop.now_ms - DAY_MS;
        Ok(Root {
            epoch: last.epoch + 1,
            validity: Validity {
                created_ms,
                expires_ms: created_ms + 365 * DAY_MS,
            },
            ..last
        }
        .with(listed(Role::Release, 1, &[&shop.other_release])?)
        .with(listed(Role::Policy, 1, &[&shop.other_policy])?))
    }

    /// Returns the frame of a statement, signed by the first two of the keys shipped with clients.
    ///
    /// # Errors
    /// If a key is unusable.
    pub fn signed(&self, root: &Root) -> Result<Vec<u8>, KeyError> {
        let [one, two, _] = &self.shipped;
        signed_by(root, &[one, two])
    }
}

/// Changes to a root statement, for cases.
pub trait With {
    /// Replaces the keys of a role.
    #[must_use]
    fn with(self, keys: RoleKeys) -> Self;
}

impl With for Root {
    fn with(mut self, keys: RoleKeys) -> Self {
        self.roles.retain(|listed| listed.role != keys.role);
        self.roles.push(keys);
        self
    }
}

/// Returns the keys of a role, as a root statement lists them.
///
/// # Errors
/// If a key is unusable.
pub fn listed(role: Role, threshold: u8, keys: &[&SecretKey]) -> Result<RoleKeys, KeyError> {
    let keys: Result<_, KeyError> = keys.iter().map(|key| Ok(*key.public()?.as_bytes())).collect();
    Ok(RoleKeys {
        role: role as u8,
        threshold,
        keys: keys?,
    })
}

/// Returns the frame of a root statement, signed by these keys.
///
/// # Errors
/// If a key is unusable.
pub fn signed_by(root: &Root, keys: &[&SecretKey]) -> Result<Vec<u8>, KeyError> {
    let (first, others) = keys.split_first().ok_or(KeyError::Role)?;
    let frame = seal(first, &root.encode())?;
    others.iter().try_fold(frame, |frame, key| cosign(key, &frame))
}

impl Shop {
    /// Returns the release that clients of root keys have.
    ///
    /// # Errors
    /// If a key is unusable.
    pub fn last_of_roots(&self, roots: &Roots) -> Result<Draft, KeyError> {
        Ok(Draft {
            epoch: STOLEN_EPOCH,
            root: roots.signed(&roots.last(self)?)?,
            ..self.last()
        })
    }

    /// Returns the next release under this root statement, whichever keys sign it.
    #[must_use]
    pub fn next_of_roots(&self, root: Vec<u8>) -> Draft {
        Draft {
            epoch: STOLEN_EPOCH + 1,
            root,
            ..self.next()
        }
    }
}
