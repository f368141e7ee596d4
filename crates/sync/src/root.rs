//! The root statement: the keys of each role, and its threshold.

use alloc::vec::Vec;

use crate::artefact::{Hash, sha256};
use crate::frame;
#[cfg(feature = "build")]
use crate::key::PublicKey;
use crate::key::{KeyId, Role};
use crate::layout::MAX_ROOT_LIFE_MS;
use crate::reason::{Defect, Part, Reason, of};
use crate::trusted_keys::TrustedKeys;
use crate::validity::Validity;
use crate::wire::Reader;

/// The payload of a root statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Increases with every root statement, whichever keys sign it.
    pub epoch: u64,
    /// Period of validity.
    pub validity: Validity,
    /// The keys, by role.
    pub roles: Vec<RoleKeys>,
}

/// The keys of a role, as a root statement lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleKeys {
    /// The role, by number: [`Role`], or one that only later engines know.
    pub role: u8,
    /// Threshold: how many of the keys must sign.
    pub threshold: u8,
    /// The public keys.
    pub keys: Vec<[u8; 32]>,
}

impl RoleKeys {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let [role, threshold] = reader.array()?;
        Some(Self {
            role,
            threshold,
            keys: reader.list(Reader::array)?,
        })
    }
}

impl Root {
    /// Reads the payload of a root statement without verification: to show it, or to derive the next one.
    ///
    /// # Errors
    /// [`Defect`]: not a frame of a root statement, another version, or a payload that cannot be parsed.
    #[cfg(feature = "build")]
    pub fn read_unverified(frame: &[u8]) -> Result<Self, Defect> {
        let payload = frame::unverified_payload(Role::Root, frame)?;
        Self::decode(payload).ok_or(Defect::Malformed)
    }

    /// Returns whether clients accept its list: each role that this engine knows has 1 to 4 keys and a threshold that
    /// they can meet, and no key has two roles.
    #[cfg(feature = "build")]
    #[must_use]
    pub fn is_sound(&self) -> bool {
        TrustedKeys::listed(&self.roles).is_some()
    }

    /// Returns the root keys of its own list that signed this frame of it.
    #[cfg(feature = "build")]
    #[must_use]
    pub fn signed_by(&self, frame: &[u8]) -> Vec<KeyId> {
        let listed = self.roles.iter().filter(|listed| listed.role == Role::Root as u8);
        let keys = listed.flat_map(|listed| &listed.keys);
        let keys = keys.filter_map(|bytes| PublicKey::from_bytes(Role::Root, *bytes).ok());
        keys.filter(|key| frame::open_by(key, frame).is_ok())
            .map(|key| key.id())
            .collect()
    }

    fn decode(payload: &[u8]) -> Option<Self> {
        let mut reader = Reader(payload);
        let root = Self {
            epoch: reader.u64()?,
            validity: Validity::read(&mut reader)?,
            roles: reader.list(RoleKeys::read)?,
        };
        reader.end(root)
    }

    /// Returns the payload in its signed encoding.
    #[cfg(feature = "build")]
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = crate::wire::Writer::of_head(self.epoch, &self.validity);
        writer.list(&self.roles, |writer, of_role| {
            writer.array(&[of_role.role, of_role.threshold]);
            writer.list(&of_role.keys, |writer, key| writer.array(key));
        });
        writer.0
    }
}

/// A verified root statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootStatement {
    /// Its epoch.
    pub epoch: u64,
    /// Period of validity.
    pub validity: Validity,
    /// The root keys that signed it, of those shipped with this client.
    pub signed_by: Vec<KeyId>,
    /// SHA-256 of the payload: distinguishes statements with the same epoch.
    pub digest: Hash,
    /// The listed keys of every role that this engine knows.
    pub keys: TrustedKeys,
}

impl RootStatement {
    /// Opens a root statement, signatures first: it must be signed by a threshold of the root keys shipped with the
    /// client, and by a threshold of the root keys that it lists itself.
    ///
    /// # Errors
    /// [`Reason`] of [`Part::Root`].
    pub fn open(bytes: &[u8], trusted_keys: &TrustedKeys) -> Result<Self, Reason> {
        Self::verify(bytes, trusted_keys).map_err(of(Part::Root))
    }

    fn verify(bytes: &[u8], trusted_keys: &TrustedKeys) -> Result<Self, Defect> {
        let (payload, signed_by) = frame::open(Role::Root, bytes, trusted_keys)?;
        let root = Root::decode(payload).ok_or(Defect::Malformed)?;
        let keys = TrustedKeys::listed(&root.roles).ok_or(Defect::Malformed)?;
        check_threshold(bytes, &keys)?;
        Ok(Self {
            epoch: root.epoch,
            validity: root.validity,
            signed_by,
            digest: sha256(payload),
            keys,
        })
    }

    /// Checks that the next statement is signed by a threshold of the root keys that this one lists.
    pub(crate) fn check_successor(&self, frame: &[u8]) -> Result<(), Reason> {
        check_threshold(frame, &self.keys).map_err(of(Part::Root))
    }

    /// Checks that it is valid now, with a grace period after expiry.
    pub(crate) fn holds(&self, now_ms: u64, grace_ms: u64) -> Result<(), Reason> {
        let holds = self.validity.holds(MAX_ROOT_LIFE_MS, now_ms, grace_ms);
        holds.map_err(of(Part::Root))
    }

    /// Returns the highest epoch of a role that a client still enforces when this statement follows another one.
    ///
    /// No limit, unless this statement removes a key from the role. That key may have been stolen and used to sign
    /// epochs far ahead, so that nothing could follow: these count only up to the epoch of this statement. What was
    /// signed before the statement stays refused. (TUF forgets all epochs of the role:
    /// <https://theupdateframework.github.io/specification/latest/#update-root>, 5.3.11.)
    pub(crate) fn epoch_limit(&self, role: Role, before: Option<&Self>) -> u64 {
        let takes = |before: &Self| {
            before
                .keys
                .of(role)
                .any(|key| self.keys.key(role, key.id()) != Some(key))
        };
        if before.is_some_and(takes) {
            self.epoch
        } else {
            u64::MAX
        }
    }
}

/// Checks that a frame is signed by a threshold of these root keys; without any of them the defect is too few
/// signatures, whoever else signed.
fn check_threshold(frame: &[u8], keys: &TrustedKeys) -> Result<(), Defect> {
    match frame::open(Role::Root, frame, keys) {
        Ok(_) => Ok(()),
        Err(Defect::UnknownKey { .. } | Defect::WrongRole { .. }) => Err(Defect::TooFewSignatures {
            got: 0,
            needs: keys.threshold(Role::Root),
        }),
        Err(defect) => Err(defect),
    }
}
