//! The outer frame: magic, key id, signature, payload. Nothing of the payload is read before the signature fits.

use alloc::vec::Vec;

use crate::key::{KeyId, PublicKey, Role};
use crate::layout::{KEY_ID_BYTES, POLICY_CONTEXT, POLICY_MAGIC, RELEASE_CONTEXT, RELEASE_MAGIC, SIGNATURE_BYTES};
use crate::reason::Why;
use crate::trusted_keys::TrustedKeys;

/// Magic and context of what a role signs.
const fn marks(role: Role) -> ([u8; 4], &'static [u8]) {
    match role {
        Role::Release => (RELEASE_MAGIC, RELEASE_CONTEXT),
        Role::Policy => (POLICY_MAGIC, POLICY_CONTEXT),
    }
}

/// A frame in its parts; nothing is verified yet.
struct Parts<'a> {
    id: KeyId,
    signature: &'a [u8; SIGNATURE_BYTES],
    payload: &'a [u8],
}

/// The payload of a frame that a pinned key of the role signed, and that key.
///
/// # Errors
/// [`Why`] not: no such frame, a later version, a key that is not pinned or of the other role, a signature that does
/// not fit.
pub fn open<'a, 'k>(
    role: Role,
    bytes: &'a [u8],
    trusted_keys: &'k TrustedKeys,
) -> Result<(&'a [u8], &'k PublicKey), Why> {
    let parts = parts(role, bytes)?;
    let key = trusted_keys
        .key(role, parts.id)
        .ok_or_else(|| stranger(role, parts.id, trusted_keys))?;
    verified(key, &parts).map(|payload| (payload, key))
}

/// The payload of a frame that this key signed.
///
/// # Errors
/// [`Why`] not, as [`open`].
#[cfg(feature = "build")]
pub fn open_by<'a>(key: &PublicKey, bytes: &'a [u8]) -> Result<&'a [u8], Why> {
    let parts = parts(key.role(), bytes)?;
    if parts.id != key.id() {
        return Err(Why::UnknownKey { key: parts.id });
    }
    verified(key, &parts)
}

fn parts(role: Role, bytes: &[u8]) -> Result<Parts<'_>, Why> {
    let (magic, _) = marks(role);
    let (head, rest) = bytes.split_first_chunk::<4>().ok_or(Why::NotRecognized)?;
    if *head != magic {
        let same_kind = head.first_chunk::<3>() == magic.first_chunk::<3>();
        let [.., version] = *head;
        return Err(if same_kind {
            Why::LaterFormat { version }
        } else {
            Why::NotRecognized
        });
    }
    let (id, rest) = rest.split_first_chunk::<KEY_ID_BYTES>().ok_or(Why::Malformed)?;
    let (signature, payload) = rest.split_first_chunk::<SIGNATURE_BYTES>().ok_or(Why::Malformed)?;
    let id = KeyId(*id);
    Ok(Parts { id, signature, payload })
}

fn verified<'a>(key: &PublicKey, parts: &Parts<'a>) -> Result<&'a [u8], Why> {
    let (_, context) = marks(key.role());
    let fits = key.signed(&message(context, parts.payload), parts.signature);
    fits.then_some(parts.payload).ok_or(Why::Forged)
}

/// Whether a key that is not pinned for this role is pinned for the other one.
fn stranger(role: Role, id: KeyId, trusted_keys: &TrustedKeys) -> Why {
    let other = match role {
        Role::Release => Role::Policy,
        Role::Policy => Role::Release,
    };
    match trusted_keys.key(other, id) {
        Some(_) => Why::WrongRole { key: id },
        None => Why::UnknownKey { key: id },
    }
}

fn message(context: &[u8], payload: &[u8]) -> Vec<u8> {
    [context, payload].concat()
}

/// Signs a payload as what the key's role signs.
///
/// # Errors
/// [`crate::KeyError`] where the key has no usable public half.
#[cfg(feature = "build")]
pub fn seal(key: &crate::SecretKey, payload: &[u8]) -> Result<Vec<u8>, crate::KeyError> {
    let (magic, context) = marks(key.role());
    let signature = key.sign(&message(context, payload));
    Ok([&magic[..], &key.public()?.id().0, &signature, payload].concat())
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
    fn every_flipped_bit_is_seen() {
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
    fn what_one_role_signed_is_nothing_to_the_other() {
        let (release, policy, trusted_keys) = keys();
        assert_eq!(
            open(Role::Policy, &seal(&release, b"p").unwrap(), &trusted_keys).err(),
            Some(Why::NotRecognized)
        );
        // Under the magic of policies, but with the release key: its id tells.
        let mut dressed = seal(&release, b"p").unwrap();
        dressed[..4].copy_from_slice(&POLICY_MAGIC);
        let key = release.public().unwrap().id();
        assert_eq!(
            open(Role::Policy, &dressed, &trusted_keys).err(),
            Some(Why::WrongRole { key })
        );
        // And with the policy key's id: the signature does not fit.
        dressed[4..12].copy_from_slice(&policy.public().unwrap().id().0);
        assert_eq!(open(Role::Policy, &dressed, &trusted_keys).err(), Some(Why::Forged));
    }

    #[test]
    fn a_signature_holds_for_its_context_alone() {
        // The same key bytes in another role sign the same payload; the signatures differ.
        let release = seal(&SecretKey::from_bytes(Role::Release, &[1; 32]), b"p").unwrap();
        let policy = seal(&SecretKey::from_bytes(Role::Policy, &[1; 32]), b"p").unwrap();
        assert_ne!(release[12..76], policy[12..76]);
    }

    #[test]
    fn a_later_version_is_named() {
        let (release, _, trusted_keys) = keys();
        let mut frame = seal(&release, b"p").unwrap();
        frame[3] = 2;
        assert_eq!(
            open(Role::Release, &frame, &trusted_keys).err(),
            Some(Why::LaterFormat { version: 2 })
        );
    }
}
