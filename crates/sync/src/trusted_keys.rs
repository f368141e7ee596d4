//! The keys that a client believes.

use alloc::vec::Vec;
use core::fmt;

use crate::key::{KeyError, KeyId, PublicKey, Role};
use crate::layout::MAX_TRUSTED;

/// The keys that a client was shipped with, by role.
#[derive(Clone, Debug)]
pub struct TrustedKeys(Vec<PublicKey>);

/// Why keys cannot be trusted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustError {
    /// A text that is no key.
    Key(KeyError),
    /// No key of a role.
    None(Role),
    /// More keys of a role than a client holds.
    TooMany(Role),
    /// One key in both roles: whoever has it could change model and policy.
    BothRoles,
}

impl TrustError {
    /// What is wrong and what to do, in a sentence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Key(error) => error.words(),
            Self::None(Role::Release) => "no release key: give the one that signs your releases",
            Self::None(Role::Policy) => {
                "no policy key: give the one that signs your policies, every release has a policy"
            }
            Self::TooMany(_) => "more than 4 keys of one role: give the one in use and the next",
            Self::BothRoles => {
                "one key in both roles: make a policy key of its own, and keep it away from the pipeline"
            }
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
    /// Takes keys of both roles, in any order.
    ///
    /// # Errors
    /// [`TrustError`] where a role has no key, more than [`MAX_TRUSTED`], or one key has both roles.
    pub fn new(keys: &[PublicKey]) -> Result<Self, TrustError> {
        let trusted_keys = Self(keys.to_vec());
        for role in [Role::Release, Role::Policy] {
            match trusted_keys.of(role).count() {
                0 => return Err(TrustError::None(role)),
                1..=MAX_TRUSTED => {}
                _ => return Err(TrustError::TooMany(role)),
            }
        }
        let in_both = |key: &PublicKey| {
            trusted_keys
                .of(Role::Policy)
                .any(|other| other.as_bytes() == key.as_bytes())
        };
        if trusted_keys.of(Role::Release).any(in_both) {
            return Err(TrustError::BothRoles);
        }
        Ok(trusted_keys)
    }

    /// Takes the texts of keys.
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

    /// The key of that id and role.
    #[must_use]
    pub fn key(&self, role: Role, id: KeyId) -> Option<&PublicKey> {
        self.of(role).find(|key| key.id() == id)
    }

    /// All keys of a role.
    pub fn of(&self, role: Role) -> impl Iterator<Item = &PublicKey> {
        self.0.iter().filter(move |key| key.role() == role)
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
