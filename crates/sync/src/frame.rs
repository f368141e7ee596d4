//! The frame around everything that is signed: magic, role, signatures, payload. The payload is parsed only after a
//! signature has been verified.

use alloc::vec::Vec;

use crate::key::{KeyId, PublicKey, Role};
#[cfg(feature = "build")]
use crate::layout::FRAME_HEAD_BYTES;
use crate::layout::{KEY_ID_BYTES, MAGIC, MAGIC_OF_FORMAT_1, MAX_SIGNATURES, SIGNATURE_BYTES};
use crate::reason::Defect;
use crate::trusted_keys::TrustedKeys;

/// A signature with the id of the key that claims to have made it.
struct Signature<'a> {
    id: KeyId,
    bytes: &'a [u8; SIGNATURE_BYTES],
}

/// A parsed frame; nothing is verified yet.
struct Frame<'a> {
    role: u8,
    signatures: Vec<Signature<'a>>,
    payload: &'a [u8],
}

/// Returns the payload of a frame that was signed by enough trusted keys of the role (its threshold), and these keys.
///
/// Signatures of keys unknown to this client are skipped, so that a frame can be signed with the old key and the new
/// one. One invalid signature of a trusted key refuses the frame; two by the same key count once.
///
/// # Errors
/// [`Defect`]: not a frame, another version, no trusted key of the role, fewer than its threshold, or an invalid
/// signature.
pub fn open<'a>(role: Role, bytes: &'a [u8], trusted_keys: &TrustedKeys) -> Result<(&'a [u8], Vec<KeyId>), Defect> {
    let frame = of_role(role, bytes)?;
    let mut signed_by = Vec::new();
    for signature in &frame.signatures {
        if let Some(key) = trusted_keys.key(role, signature.id) {
            verify(key, signature, frame.payload)?;
            if !signed_by.contains(&signature.id) {
                signed_by.push(signature.id);
            }
        }
    }
    match (signed_by.len(), trusted_keys.threshold(role)) {
        (0, _) => Err(untrusted(role, &frame, trusted_keys)),
        (got, needs) if got < needs => Err(Defect::TooFewSignatures { got, needs }),
        _ => Ok((frame.payload, signed_by)),
    }
}

/// Returns the payload of a frame of this role without verification.
///
/// # Errors
/// [`Defect`]: not a frame of this role, or another version.
pub(crate) fn unverified_payload(role: Role, bytes: &[u8]) -> Result<&[u8], Defect> {
    of_role(role, bytes).map(|frame| frame.payload)
}

fn of_role(role: Role, bytes: &[u8]) -> Result<Frame<'_>, Defect> {
    let frame = parse(bytes)?;
    let is_of_role = frame.role == role as u8;
    is_of_role.then_some(frame).ok_or(Defect::NotRecognized)
}

/// Returns the payload of a frame that was signed by this key.
///
/// # Errors
/// [`Defect`], as [`open`].
#[cfg(feature = "build")]
pub fn open_by<'a>(key: &PublicKey, bytes: &'a [u8]) -> Result<&'a [u8], Defect> {
    let frame = of_role(key.role(), bytes)?;
    let signature = frame.signatures.iter().find(|signature| signature.id == key.id());
    let other = Defect::UnknownKey { key: first(&frame) };
    verify(key, signature.ok_or(other)?, frame.payload).map(|()| frame.payload)
}

/// Returns the role number in the header of a frame without verification.
pub(crate) fn role_of(bytes: &[u8]) -> Result<u8, Defect> {
    parse(bytes).map(|frame| frame.role)
}

fn parse(bytes: &[u8]) -> Result<Frame<'_>, Defect> {
    let (magic, rest) = bytes.split_first_chunk::<4>().ok_or(Defect::NotRecognized)?;
    check_magic(*magic)?;
    let (&[role, count], mut rest) = rest.split_first_chunk::<2>().ok_or(Defect::Malformed)?;
    if count == 0 || usize::from(count) > MAX_SIGNATURES {
        return Err(Defect::Malformed);
    }
    let mut signatures = Vec::new();
    for _ in 0..count {
        let (id, after) = rest.split_first_chunk::<KEY_ID_BYTES>().ok_or(Defect::Malformed)?;
        let (bytes, after) = after.split_first_chunk().ok_or(Defect::Malformed)?;
        signatures.push(Signature { id: KeyId(*id), bytes });
        rest = after;
    }
    Ok(Frame {
        role,
        signatures,
        payload: rest,
    })
}

fn check_magic(magic: [u8; 4]) -> Result<(), Defect> {
    let [.., version] = magic;
    let [.., current] = MAGIC;
    let same_kind = magic.first_chunk::<3>() == MAGIC.first_chunk::<3>();
    match same_kind {
        true if version == current => Ok(()),
        true if version > current => Err(Defect::LaterFormat { version }),
        true => Err(Defect::EarlierFormat { version }),
        false if magic == MAGIC_OF_FORMAT_1 => Err(Defect::EarlierFormat { version }),
        false => Err(Defect::NotRecognized),
    }
}

fn verify(key: &PublicKey, signature: &Signature<'_>, payload: &[u8]) -> Result<(), Defect> {
    let fits = key.signed(&message(key.role(), payload), signature.bytes);
    fits.then_some(()).ok_or(Defect::Forged)
}

/// Returns why no signature counts: a key of another role, or an unknown key.
fn untrusted(role: Role, frame: &Frame<'_>, trusted_keys: &TrustedKeys) -> Defect {
    let key = first(frame);
    let mut others = Role::ALL.into_iter().filter(|other| *other != role);
    if others.any(|other| trusted_keys.key(other, key).is_some()) {
        return Defect::WrongRole { key };
    }
    Defect::UnknownKey { key }
}

fn first(frame: &Frame<'_>) -> KeyId {
    let first = frame.signatures.first();
    first.map_or(KeyId([0; KEY_ID_BYTES]), |signature| signature.id)
}

/// Returns the signed message: a context, so that a signature of one role is invalid for another, and the payload.
fn message(role: Role, payload: &[u8]) -> Vec<u8> {
    [b"shelfwise ", role.name().as_bytes(), b" v2\0", payload].concat()
}

/// Signs a payload in the role of the key.
///
/// # Errors
/// [`crate::KeyError`] if the key has no usable public half.
#[cfg(feature = "build")]
pub fn seal(key: &crate::SecretKey, payload: &[u8]) -> Result<Vec<u8>, crate::KeyError> {
    let unsigned = UnsignedFrame::new(key.role(), payload);
    unsigned.signed(&key.public()?, &key.sign(unsigned.message()))
}

/// Adds a signature to a frame: by the next key in a key rotation, or by another person.
///
/// # Errors
/// [`crate::KeyError::Role`] if the bytes are not a frame of the key's role, or already have the maximum number of
/// signatures.
#[cfg(feature = "build")]
pub fn cosign(key: &crate::SecretKey, frame: &[u8]) -> Result<Vec<u8>, crate::KeyError> {
    let unsigned = UnsignedFrame::of(key.role(), frame)?;
    unsigned.signed(&key.public()?, &key.sign(unsigned.message()))
}

/// A frame waiting for one more signature: for keys held by another program.
///
/// ```
/// use shelfwise_sync::{Role, SecretKey, UnsignedFrame, seal};
///
/// let key = SecretKey::from_bytes(Role::Policy, &[7; 32]);
/// let unsigned = UnsignedFrame::new(Role::Policy, b"payload");
/// let signature = key.sign(unsigned.message());
/// assert_eq!(unsigned.signed(&key.public()?, &signature)?, seal(&key, b"payload")?);
/// # Ok::<(), shelfwise_sync::KeyError>(())
/// ```
#[cfg(feature = "build")]
#[derive(Clone, Debug)]
pub struct UnsignedFrame {
    role: Role,
    /// The signatures so far, with their key ids.
    signatures: Vec<u8>,
    message: Vec<u8>,
    payload: Vec<u8>,
}

#[cfg(feature = "build")]
impl UnsignedFrame {
    /// Creates a frame of the payload without signatures.
    #[must_use]
    pub fn new(role: Role, payload: &[u8]) -> Self {
        Self {
            role,
            signatures: Vec::new(),
            message: message(role, payload),
            payload: payload.into(),
        }
    }

    /// Reads a frame with signatures, which are not verified.
    ///
    /// # Errors
    /// [`crate::KeyError::Role`] if the bytes are not a frame of the role, or already have the maximum number of
    /// signatures.
    pub fn of(role: Role, frame: &[u8]) -> Result<Self, crate::KeyError> {
        let parsed = of_role(role, frame).map_err(|_| crate::KeyError::Role)?;
        if parsed.signatures.len() >= MAX_SIGNATURES {
            return Err(crate::KeyError::Role);
        }
        let signatures = frame.get(FRAME_HEAD_BYTES..frame.len() - parsed.payload.len());
        Ok(Self {
            signatures: signatures.unwrap_or_default().into(),
            ..Self::new(role, parsed.payload)
        })
    }

    /// Returns the message to sign: a context and the payload.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// Returns the frame with this signature. A second signature by the same key replaces the first.
    ///
    /// # Errors
    /// [`crate::KeyError::Role`] if the key is of another role; [`crate::KeyError::Signature`] if it did not make the
    /// signature.
    pub fn signed(&self, key: &PublicKey, signature: &[u8; SIGNATURE_BYTES]) -> Result<Vec<u8>, crate::KeyError> {
        if key.role() != self.role {
            return Err(crate::KeyError::Role);
        }
        if !key.signed(&self.message, signature) {
            return Err(crate::KeyError::Signature);
        }
        let mut signatures: Vec<u8> = Vec::new();
        for one in self.signatures.chunks(KEY_ID_BYTES + SIGNATURE_BYTES) {
            if !one.starts_with(&key.id().0) {
                signatures.extend_from_slice(one);
            }
        }
        signatures.extend_from_slice(&key.id().0);
        signatures.extend_from_slice(signature);
        let count = signatures.len() / (KEY_ID_BYTES + SIGNATURE_BYTES);
        let head = [&MAGIC[..], &[self.role as u8, count as u8]].concat();
        Ok([&head, &signatures[..], &self.payload].concat())
    }
}

/// Returns the role of a frame and the ids of the keys that claim to have signed it, without verification.
///
/// # Errors
/// [`Defect`]: not a frame, or another version.
#[cfg(feature = "build")]
pub fn unverified_signers(bytes: &[u8]) -> Result<(u8, Vec<KeyId>), Defect> {
    let frame = parse(bytes)?;
    Ok((
        frame.role,
        frame.signatures.iter().map(|signature| signature.id).collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SecretKey;

    fn keys() -> (SecretKey, SecretKey, TrustedKeys) {
        let release = SecretKey::from_bytes(Role::Release, &[1; 32]);
        let policy = SecretKey::from_bytes(Role::Policy, &[2; 32]);
        let trusted_keys = TrustedKeys::new(&[release.public().unwrap(), policy.public().unwrap()]).unwrap();
        (release, policy, trusted_keys)
    }

    #[test]
    fn frame_with_any_flipped_bit_is_refused() {
        let (release, _, trusted_keys) = keys();
        let frame = seal(&release, b"payload").unwrap();
        assert_eq!(open(Role::Release, &frame, &trusted_keys).unwrap().0, b"payload");
        for bit in 0..frame.len() * 8 {
            let mut bent = frame.clone();
            bent[bit / 8] ^= 1 << (bit % 8);
            assert!(open(Role::Release, &bent, &trusted_keys).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn frame_of_one_role_is_refused_for_another() {
        let (release, policy, trusted_keys) = keys();
        assert_eq!(
            open(Role::Policy, &seal(&release, b"p").unwrap(), &trusted_keys).err(),
            Some(Defect::NotRecognized)
        );
        // With the number of the policy role, but signed by the release key: its id reveals the role.
        let mut dressed = seal(&release, b"p").unwrap();
        dressed[4] = Role::Policy as u8;
        let key = release.public().unwrap().id();
        assert_eq!(
            open(Role::Policy, &dressed, &trusted_keys).err(),
            Some(Defect::WrongRole { key })
        );
        // With the policy key's id too: the signature is invalid.
        dressed[6..14].copy_from_slice(&policy.public().unwrap().id().0);
        assert_eq!(open(Role::Policy, &dressed, &trusted_keys).err(), Some(Defect::Forged));
    }

    #[test]
    fn key_bytes_in_another_role_give_another_signature() {
        let release = seal(&SecretKey::from_bytes(Role::Release, &[1; 32]), b"p").unwrap();
        let policy = seal(&SecretKey::from_bytes(Role::Policy, &[1; 32]), b"p").unwrap();
        assert_ne!(release[14..78], policy[14..78]);
    }

    #[test]
    fn frame_signed_by_two_keys_is_accepted_by_clients_of_either() {
        let (old, policy, of_old) = keys();
        let new = SecretKey::from_bytes(Role::Release, &[3; 32]);
        let of_new = TrustedKeys::new(&[new.public().unwrap(), policy.public().unwrap()]).unwrap();
        let frame = cosign(&new, &seal(&old, b"p").unwrap()).unwrap();
        for (trusted_keys, key) in [(of_old, &old), (of_new, &new)] {
            let opened = open(Role::Release, &frame, &trusted_keys);
            assert_eq!(opened, Ok((&b"p"[..], Vec::from([key.public().unwrap().id()]))));
        }
        assert_eq!(cosign(&policy, &frame).err(), Some(crate::KeyError::Role));
    }

    #[test]
    fn frame_with_one_bad_signature_of_a_trusted_key_is_refused() {
        let (old, _, trusted_keys) = keys();
        let new = SecretKey::from_bytes(Role::Release, &[3; 32]);
        let mut frame = cosign(&old, &seal(&new, b"p").unwrap()).unwrap();
        frame[6 + 72 + 10] ^= 1;
        assert_eq!(open(Role::Release, &frame, &trusted_keys).err(), Some(Defect::Forged));
    }

    #[test]
    fn frame_of_another_version_is_refused_by_its_number() {
        let (release, _, trusted_keys) = keys();
        let mut frame = seal(&release, b"p").unwrap();
        frame[3] = 3;
        let later = open(Role::Release, &frame, &trusted_keys).err();
        assert_eq!(later, Some(Defect::LaterFormat { version: 3 }));
        frame[3] = 1;
        let earlier = Some(Defect::EarlierFormat { version: 1 });
        assert_eq!(open(Role::Release, &frame, &trusted_keys).err(), earlier);
        frame[..4].copy_from_slice(b"SWS\x01");
        assert_eq!(open(Role::Policy, &frame, &trusted_keys).err(), earlier);
    }
}
