//! Keys and their roles.

use alloc::string::String;
use core::fmt;

use ed25519_dalek::{Signature, VerifyingKey};

use crate::artefact::sha256;
use crate::layout::{KEY_ID_BYTES, SIGNATURE_BYTES};

/// What a key may sign. A key has one role; clients refuse the same key in two roles.
///
/// The format reserves one more, by number: trend 4. This engine does not use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Role {
    /// Releases: signed by the pipeline that trains and publishes.
    Release = 0,
    /// Policies: signed by whoever is responsible for what the shop shows.
    Policy = 1,
    /// Facts of items: signed by whoever keeps the catalog.
    Facts = 2,
    /// Approvals of guarded rules: signed by whoever is responsible for what must never be shown, and for what a profit may cost.
    Lead = 3,
    /// Root statements, which list the keys of the other roles: signed by people who keep their keys offline.
    Root = 5,
}

/// Role of the format that is reserved for later engines.
const LATER_ROLE: &str = "trend";

impl Role {
    /// All roles that this engine knows.
    pub const ALL: [Self; 5] = [Self::Release, Self::Policy, Self::Root, Self::Facts, Self::Lead];

    /// Returns the role with a number of the format; `None` for those of later engines.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|role| *role as u8 == number)
    }

    /// Returns whether clients do without keys of the role.
    #[must_use]
    pub const fn is_optional(self) -> bool {
        matches!(self, Self::Facts | Self::Lead)
    }

    /// Returns the prefix of the role's keys in text form.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Policy => "policy",
            Self::Facts => "facts",
            Self::Lead => "lead",
            Self::Root => "root",
        }
    }
}

/// Key id: the first bytes of the public key's SHA-256. Selects the key to try; proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId(pub [u8; KEY_ID_BYTES]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The public half of a key, with its role. As text: `release-`, `policy-`, `facts-`, `lead-` or `root-`, and 64
/// hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey {
    role: Role,
    id: KeyId,
    key: VerifyingKey,
}

/// Why a text is not a public key, or a signature not one of this key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// It begins with none of `release-`, `policy-`, `facts-`, `lead-` and `root-`.
    Role,
    /// It has a role of later engines.
    LaterRole,
    /// What follows is not 64 hexadecimal digits.
    Digits,
    /// The digits are not a point of the curve, or one for which any signature is valid.
    Weak,
    /// A signature that this key did not make.
    Signature,
}

impl KeyError {
    /// Returns what is wrong and what to do, in a sentence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Role => {
                "a public key begins with `release-`, `policy-`, `facts-`, `lead-` or `root-`: give the line that `shelfwise keys show` prints"
            }
            Self::LaterRole => "keys of this role need a later engine: give release keys and policy keys, or root keys",
            Self::Digits => {
                "a public key has 64 hexadecimal digits: copy the whole line that `shelfwise keys show` prints"
            }
            Self::Weak => "these digits are no usable key: copy the line that `shelfwise keys show` prints again",
            Self::Signature => "the signature is not of this key: look at which key the signer has",
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

impl core::error::Error for KeyError {}

impl PublicKey {
    /// Parses a key in text form, as `shelfwise keys show` prints it.
    ///
    /// ```
    /// use shelfwise_sync::{KeyError, PublicKey, Role};
    ///
    /// let text = "release-15fd380bfb6409061ac9dad42e0b1d9177adc85596ca14721bf7b90887cd4abd";
    /// assert_eq!(PublicKey::parse(text)?.role(), Role::Release);
    /// assert_eq!(PublicKey::parse("release-15fd"), Err(KeyError::Digits));
    /// # Ok::<(), KeyError>(())
    /// ```
    ///
    /// # Errors
    /// [`KeyError`] for any other text.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (role, digits) = text.split_once('-').ok_or(KeyError::Role)?;
        let known = Role::ALL.into_iter().find(|known| known.name() == role);
        let role = match known {
            Some(role) => role,
            None if role == LATER_ROLE => return Err(KeyError::LaterRole),
            None => return Err(KeyError::Role),
        };
        Self::from_bytes(role, from_hex(digits).ok_or(KeyError::Digits)?)
    }

    /// Reads a key from its 32 bytes.
    ///
    /// # Errors
    /// [`KeyError::Weak`] if these are not a point of the curve, or one of small order.
    pub fn from_bytes(role: Role, bytes: [u8; 32]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::Weak)?;
        if key.is_weak() {
            return Err(KeyError::Weak);
        }
        let mut id = [0; KEY_ID_BYTES];
        id.iter_mut().zip(sha256(&bytes)).for_each(|(to, from)| *to = from);
        Ok(Self {
            role,
            id: KeyId(id),
            key,
        })
    }

    /// Returns the role, that is what the key may sign.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Returns the id that frames use for this key.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Returns its 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Returns whether this key made the signature over the message. Costs about 0.1 ms.
    #[must_use]
    pub fn signed(&self, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        self.key
            .verify_strict(message, &Signature::from_bytes(signature))
            .is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.role.name(), to_hex(self.as_bytes()))
    }
}

/// Returns bytes as lower-case hexadecimal digits.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// Parses 64 hexadecimal digits of either case to 32 bytes.
fn from_hex(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let mut values = digits.chars().map(|digit| digit.to_digit(16));
    for byte in &mut bytes {
        let (high, low) = (values.next()??, values.next()??);
        *byte = (high << 4 | low) as u8;
    }
    values.next().is_none().then_some(bytes)
}

/// A secret key. Its bytes are wiped on drop, and neither `Debug` nor `Display` shows them.
#[cfg(feature = "build")]
pub struct SecretKey {
    role: Role,
    key: ed25519_dalek::SigningKey,
}

#[cfg(feature = "build")]
impl SecretKey {
    /// Makes a key from 32 random bytes.
    #[must_use]
    pub fn from_bytes(role: Role, bytes: &[u8; 32]) -> Self {
        Self {
            role,
            key: ed25519_dalek::SigningKey::from_bytes(bytes),
        }
    }

    /// Reads a key from the 64 hexadecimal digits of its file; `None` for any other text.
    #[must_use]
    pub fn from_digits(role: Role, digits: &str) -> Option<Self> {
        from_hex(digits).map(|bytes| Self::from_bytes(role, &bytes))
    }

    /// Returns the 64 hexadecimal digits, to be written to its file and nowhere else.
    #[must_use]
    pub fn digits(&self) -> String {
        to_hex(self.key.as_bytes())
    }

    /// Returns the public half.
    ///
    /// # Errors
    /// [`KeyError::Weak`] in one of 2²⁵² cases.
    pub fn public(&self) -> Result<PublicKey, KeyError> {
        PublicKey::from_bytes(self.role, self.key.verifying_key().to_bytes())
    }

    /// Returns the role, that is what the key may sign.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Returns a signature over the message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        use ed25519_dalek::Signer as _;
        self.key.sign(message).to_bytes()
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn key_text_round_trips() {
        let key = SecretKey::from_bytes(Role::Policy, &[7; 32]).public().unwrap();
        assert_eq!(PublicKey::parse(&key.to_string()), Ok(key));
        assert!(key.to_string().starts_with("policy-"));
    }

    #[test]
    fn key_text_damaged_gives_the_defect() {
        let key = SecretKey::from_bytes(Role::Release, &[7; 32])
            .public()
            .unwrap()
            .to_string();
        assert_eq!(PublicKey::parse(&key.replace("release", "admin")), Err(KeyError::Role));
        assert_eq!(
            PublicKey::parse(&key.replace("release", "trend")),
            Err(KeyError::LaterRole)
        );
        assert_eq!(PublicKey::parse(&key[..70]), Err(KeyError::Digits));
        assert_eq!(PublicKey::parse(&(key + "0")), Err(KeyError::Digits));
    }

    #[test]
    fn key_of_small_order_is_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(PublicKey::from_bytes(Role::Release, identity), Err(KeyError::Weak));
    }
}
