//! The keys that a client trusts.

use alloc::vec::Vec;
use core::fmt;

use crate::key::{KeyError, KeyId, PublicKey, Role};
use crate::layout::{MAX_TRUSTED, MIN_ROOT_KEYS};
use crate::root::RoleKeys;

/// The trusted keys by role, with a threshold each: either release keys and policy keys, with facts keys where the shop has
/// facts and lead keys where guarded rules need an approval, or root keys, whose statement lists the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKeys(Vec<TrustedRole>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct TrustedRole {
    role: Role,
    /// Threshold: how many of the keys must sign.
    threshold: usize,
    keys: Vec<PublicKey>,
}

/// Why a set of keys cannot be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustError {
    /// An invalid key.
    Key(KeyError),
    /// A role has no key; of root keys, fewer than [`MIN_ROOT_KEYS`].
    None(Role),
    /// A role has more keys than a client may trust.
    TooMany(Role),
    /// One key has two roles: its holder could change both model and policy.
    BothRoles,
    /// Root keys are mixed with keys of other roles.
    RootAndOthers,
}

impl TrustError {
    /// Returns what is wrong and what to do, in a sentence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Key(error) => error.words(),
            Self::None(Role::Release) => "no release key: give the one that signs your releases",
            Self::None(Role::Policy) => {
                "no policy key: give the one that signs your policies, every release has a policy"
            }
            Self::None(Role::Root | Role::Facts | Role::Lead) => {
                "one root key: give at least two, so that no single one can be stolen or lost"
            }
            Self::TooMany(_) => "more than 4 keys of one role: give the one in use and the next",
            Self::BothRoles => "one key in two roles: make a key for each, and keep them with different people",
            Self::RootAndOthers => "root keys together with others: give root keys alone, they list the others",
        }
    }
}

impl fmt::Display for TrustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

impl core::error::Error for TrustError {}

impl TrustedKeys {
    /// Creates the set of keys shipped with a client, in any order: release keys and policy keys, and facts keys and lead keys if
    /// there are some, with a threshold of one; or root keys, with a majority as threshold.
    ///
    /// # Errors
    /// [`TrustError`] if a role has no key, more than [`MAX_TRUSTED`], or one key has two roles.
    pub fn new(keys: &[PublicKey]) -> Result<Self, TrustError> {
        let of = |role| {
            let of_role = keys.iter().filter(|key| key.role() == role);
            of_role.copied().collect::<Vec<_>>()
        };
        let roots = of(Role::Root);
        let trusted = |role, threshold, keys| TrustedRole { role, threshold, keys };
        let (roles, least) = match roots.len() {
            0 => (
                [Role::Release, Role::Policy, Role::Facts, Role::Lead]
                    .into_iter()
                    .map(|role| trusted(role, 1, of(role)))
                    .filter(|trusted| !trusted.role.is_optional() || !trusted.keys.is_empty())
                    .collect(),
                1,
            ),
            count if count < keys.len() => return Err(TrustError::RootAndOthers),
            count => (Vec::from([trusted(Role::Root, count / 2 + 1, roots)]), MIN_ROOT_KEYS),
        };
        Self(roles).checked(least)
    }

    /// Creates the set of keys listed by a root statement; `None` if it is invalid, a role but those of facts and lead is missing, or has a
    /// threshold that its keys cannot meet. Roles that this engine does not know are skipped.
    pub(crate) fn listed(roles: &[RoleKeys]) -> Option<Self> {
        let trusted = |role: Role| {
            let listed = roles.iter().find(|listed| listed.role == role as u8)?;
            let keys = listed.keys.iter().map(|key| PublicKey::from_bytes(role, *key).ok());
            let keys = keys.collect::<Option<Vec<_>>>()?;
            let threshold = usize::from(listed.threshold);
            let is_met = (1..=keys.len()).contains(&threshold);
            is_met.then_some(TrustedRole { role, threshold, keys })
        };
        let is_listed = |role: Role| roles.iter().any(|listed| listed.role == role as u8);
        let wanted = Role::ALL
            .into_iter()
            .filter(|role| !role.is_optional() || is_listed(*role));
        let roles = wanted.map(trusted).collect::<Option<_>>()?;
        Self(roles).checked(1).ok()
    }

    /// Parses keys in text form.
    ///
    /// ```
    /// use shelfwise_sync::{Role, TrustError, TrustedKeys};
    ///
    /// let release = "release-15fd380bfb6409061ac9dad42e0b1d9177adc85596ca14721bf7b90887cd4abd";
    /// let policy = "policy-deb2a7024b9b6ddd8117cc182437eca0da446200bc5f23f083152ef894df5bd8";
    /// assert!(TrustedKeys::parse([release, policy]).is_ok());
    /// assert_eq!(TrustedKeys::parse([release]).err(), Some(TrustError::None(Role::Policy)));
    /// ```
    ///
    /// # Errors
    /// [`TrustError`], as [`TrustedKeys::new`].
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, TrustError> {
        let keys: Result<Vec<_>, _> = texts.into_iter().map(PublicKey::parse).collect();
        Self::new(&keys.map_err(TrustError::Key)?)
    }

    /// Returns the key with this id and role.
    #[must_use]
    pub fn key(&self, role: Role, id: KeyId) -> Option<&PublicKey> {
        self.of(role).find(|key| key.id() == id)
    }

    /// Returns all keys of a role.
    pub fn of(&self, role: Role) -> impl Iterator<Item = &PublicKey> {
        self.role(role).into_iter().flat_map(|trusted| &trusted.keys)
    }

    /// Returns the threshold of a role; 0 if it has no keys.
    #[must_use]
    pub fn threshold(&self, role: Role) -> usize {
        self.role(role).map_or(0, |trusted| trusted.threshold)
    }

    fn role(&self, role: Role) -> Option<&TrustedRole> {
        self.0.iter().find(|trusted| trusted.role == role)
    }

    /// Refuses roles with fewer keys than `least`, or too many, and a key with two roles.
    fn checked(self, least: usize) -> Result<Self, TrustError> {
        for TrustedRole { role, keys, .. } in &self.0 {
            match keys.len() {
                count if count < least => return Err(TrustError::None(*role)),
                count if count > MAX_TRUSTED => return Err(TrustError::TooMany(*role)),
                _ => {}
            }
            let mut others = self
                .0
                .iter()
                .filter(|other| other.role != *role)
                .flat_map(|other| &other.keys);
            if others.any(|other| keys.iter().any(|key| key.as_bytes() == other.as_bytes())) {
                return Err(TrustError::BothRoles);
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SecretKey;

    fn key(role: Role, seed: u8) -> PublicKey {
        SecretKey::from_bytes(role, &[seed; 32]).public().unwrap()
    }

    #[test]
    fn key_in_both_roles_is_refused() {
        let trusted_keys = TrustedKeys::new(&[key(Role::Release, 1), key(Role::Policy, 1)]);
        assert_eq!(trusted_keys.err(), Some(TrustError::BothRoles));
    }

    #[test]
    fn role_without_a_key_is_refused() {
        assert_eq!(
            TrustedKeys::new(&[key(Role::Release, 1)]).err(),
            Some(TrustError::None(Role::Policy))
        );
        assert_eq!(
            TrustedKeys::new(&[key(Role::Policy, 1)]).err(),
            Some(TrustError::None(Role::Release))
        );
        assert!(TrustedKeys::new(&[key(Role::Release, 1), key(Role::Policy, 2)]).is_ok());
        let many: Vec<_> = (1..=6).map(|seed| key(Role::Release, seed)).collect();
        assert_eq!(
            TrustedKeys::new(&[&many[..], &[key(Role::Policy, 9)]].concat()).err(),
            Some(TrustError::TooMany(Role::Release))
        );
    }
}
