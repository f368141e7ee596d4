//! A secret key under a passphrase: Argon2id makes a key of it, and XChaCha20-Poly1305 encrypts with that.

use anyhow::{Context, Result, ensure};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};

/// Memory that each guess at a passphrase costs, in KiB, and how often it is gone over: the second recommendation of
/// [RFC 9106](https://www.rfc-editor.org/rfc/rfc9106#section-4), on one lane.
const MEMORY_KIB: u32 = 64 << 10;
const PASSES: u32 = 3;
/// The most that a key file may ask for: somebody else may have written it.
const MAX_MEMORY_KIB: u32 = 1 << 20;
const MAX_PASSES: u32 = 16;
/// A passphrase has at least so many characters.
const MIN_CHARACTERS: usize = 12;

/// An encrypted secret, as a key file has it. Bytes are hexadecimal digits.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    memory_kib: u32,
    passes: u32,
    salt: String,
    nonce: String,
    ciphertext: String,
}

impl Sealed {
    /// Encrypts a secret; `public` is bound to it.
    ///
    /// # Errors
    /// A passphrase that is too short, or no random bytes.
    pub fn seal(secret: &str, public: &str, passphrase: &str) -> Result<Self> {
        ensure!(
            passphrase.chars().count() >= MIN_CHARACTERS,
            "the passphrase is too short: give at least {MIN_CHARACTERS} characters, several words are best"
        );
        let (mut salt, mut nonce) = ([0; 16], [0; 24]);
        for random in [&mut salt[..], &mut nonce] {
            getrandom::fill(random).context("cannot read random bytes from the operating system")?;
        }
        let cipher = cipher(passphrase, &salt, MEMORY_KIB, PASSES)?;
        let payload = Payload {
            msg: secret.as_bytes(),
            aad: public.as_bytes(),
        };
        let ciphertext = cipher.encrypt(&XNonce::from(nonce), payload);
        let ciphertext = ciphertext.map_err(|_| anyhow::anyhow!("cannot encrypt the key"))?;
        Ok(Self {
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            salt: to_hex(&salt),
            nonce: to_hex(&nonce),
            ciphertext: to_hex(&ciphertext),
        })
    }

    /// Decrypts the secret; `None` for another passphrase, or a file that was changed.
    pub fn open(&self, public: &str, passphrase: &str) -> Option<String> {
        if self.memory_kib > MAX_MEMORY_KIB || self.passes > MAX_PASSES {
            return None;
        }
        let nonce: [u8; 24] = from_hex(&self.nonce)?.try_into().ok()?;
        let cipher = cipher(passphrase, &from_hex(&self.salt)?, self.memory_kib, self.passes).ok()?;
        let ciphertext = from_hex(&self.ciphertext)?;
        let payload = Payload {
            msg: &ciphertext,
            aad: public.as_bytes(),
        };
        let secret = cipher.decrypt(&XNonce::from(nonce), payload).ok()?;
        String::from_utf8(secret).ok()
    }
}

fn cipher(passphrase: &str, salt: &[u8], memory_kib: u32, passes: u32) -> Result<XChaCha20Poly1305> {
    let derived = || {
        let params = Params::new(memory_kib, passes, 1, Some(32))?;
        let mut key = [0; 32];
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon2.hash_password_into(passphrase.as_bytes(), salt, &mut key)?;
        Ok::<_, argon2::Error>(key)
    };
    let key = derived().map_err(|error| anyhow::anyhow!("cannot make a key of the passphrase: {error}"))?;
    Ok(XChaCha20Poly1305::new(&key.into()))
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_opens_with_its_passphrase_and_its_public_key_alone() {
        let sealed = Sealed::seal("the secret", "root-1", "correct horse battery").unwrap();
        assert_eq!(
            sealed.open("root-1", "correct horse battery").as_deref(),
            Some("the secret")
        );
        assert_eq!(sealed.open("root-1", "correct horse batterz"), None);
        assert_eq!(sealed.open("root-2", "correct horse battery"), None);
        assert!(!toml::to_string(&sealed).unwrap().contains("the secret"));
    }

    #[test]
    fn damaged_or_greedy_file_opens_nothing() {
        let sealed = |change: fn(&mut Sealed)| {
            let mut sealed = Sealed::seal("the secret", "root-1", "correct horse battery").unwrap();
            change(&mut sealed);
            sealed.open("root-1", "correct horse battery")
        };
        assert_eq!(sealed(|sealed| sealed.memory_kib = u32::MAX), None);
        assert_eq!(sealed(|sealed| sealed.nonce.truncate(10)), None);
        assert_eq!(sealed(|sealed| sealed.ciphertext = "zz".into()), None);
        assert_eq!(sealed(|sealed| sealed.salt.clear()), None);
    }

    #[test]
    fn short_passphrase_is_refused() {
        assert!(Sealed::seal("s", "p", "eleven char").is_err());
    }
}
