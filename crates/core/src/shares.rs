//! Learned shares: how often each option of a slot is drawn, by what its orders or reports showed.
//!
//! They are part of the model, not of the rules: whoever writes the policy says what may be drawn, and the model pipeline how
//! often. A file of them is about 200 bytes; a snapshot carries any number in its section `shares`.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::allocation::DRAWS;
use crate::wire::Reader;

/// The first byte of a file.
const FORMAT: u8 = 1;

/// Shares of a slot's options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "build", derive(serde::Serialize))]
pub struct Shares {
    /// The slot: the id of an experiment whose arms are the options.
    pub slot: String,
    /// The options.
    pub options: Vec<String>,
    /// For each key the shares; the first key is empty, for everybody else.
    pub keys: Vec<KeyShares>,
}

/// Shares under a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "build", derive(serde::Serialize))]
pub struct KeyShares {
    /// The key, such as `phone/evening`.
    pub key: String,
    /// A share of [`DRAWS`] for each option; together all of it.
    pub shares: Vec<u32>,
}

/// Why bytes are no shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharesError {
    /// Another format.
    Format(u8),
    /// Damaged.
    Damaged,
}

impl fmt::Display for SharesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format(format) => write!(
                f,
                "shares of format {format}, and this version reads {FORMAT}: learn them anew"
            ),
            Self::Damaged => write!(f, "the shares are damaged: learn them anew"),
        }
    }
}

impl core::error::Error for SharesError {}

impl Shares {
    /// Reads a file.
    ///
    /// # Errors
    /// [`SharesError`]: any bytes are read without a panic.
    pub fn read(bytes: &[u8]) -> Result<Self, SharesError> {
        match bytes.first() {
            Some(&FORMAT) => Self::decode(bytes.get(1..).unwrap_or_default()).ok_or(SharesError::Damaged),
            Some(&other) => Err(SharesError::Format(other)),
            None => Err(SharesError::Damaged),
        }
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let shares = Self {
            slot: reader.text()?,
            options: reader.list(Reader::text)?,
            keys: reader.list(Reader::key_shares)?,
        };
        let has_all = |own: &KeyShares| own.shares.len() == shares.options.len();
        (reader.0.is_empty() && shares.keys.iter().all(has_all)).then_some(shares)
    }

    /// Returns the shares of a key; those of its closest parent if it has none of its own, of which that of everybody is
    /// the last.
    #[must_use]
    pub fn of_key(&self, key: &str) -> Option<&[u32]> {
        let mut key = key;
        loop {
            if let Some(own) = self.keys.iter().find(|own| own.key == key) {
                return Some(&own.shares);
            }
            if key.is_empty() {
                return None;
            }
            key = key.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
    }

    /// Returns the bytes of a file: about 2 for each share and key. The last share of a key follows from the others.
    #[cfg(feature = "build")]
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let key = |own: &KeyShares| {
            let known = own.shares.split_last().map_or(&[][..], |(_, known)| known);
            (own.key.clone(), known.to_vec())
        };
        let keys: Vec<(String, Vec<u32>)> = self.keys.iter().map(key).collect();
        postcard::to_allocvec(&(FORMAT, &self.slot, &self.options, &keys)).unwrap_or_default()
    }
}

impl Reader<'_> {
    fn key_shares(&mut self) -> Option<KeyShares> {
        let key = self.text()?;
        let mut shares = self.list(|reader| reader.number()?.try_into().ok())?;
        let sum = shares.iter().try_fold(0_u32, |sum, share| sum.checked_add(*share))?;
        shares.push(DRAWS.checked_sub(sum)?);
        Some(KeyShares { key, shares })
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn shares() -> Shares {
        let key = |key: &str, shares: [u32; 2]| KeyShares {
            key: key.into(),
            shares: shares.into(),
        };
        Shares {
            slot: "hero".into(),
            options: vec!["plain".into(), "warm".into()],
            keys: vec![key("", [16_384, 49_152]), key("phone", [1_310, 64_226])],
        }
    }

    #[test]
    fn file_is_read_as_it_was_written() {
        let bytes = shares().write();
        assert_eq!(Shares::read(&bytes), Ok(shares()));
        assert!(bytes.len() < 40, "{}", bytes.len());
        for end in 0..bytes.len() {
            assert!(Shares::read(&bytes[..end]).is_err(), "cut after {end}");
        }
        assert_eq!(Shares::read(&[7]), Err(SharesError::Format(7)));
    }

    #[test]
    fn shares_beyond_all_draws_are_damaged() {
        let mut wrong = shares();
        wrong.keys[0].shares[0] = DRAWS + 1;
        assert_eq!(Shares::read(&wrong.write()), Err(SharesError::Damaged));
        wrong.keys[0].shares = vec![1, 2, 3];
        assert_eq!(
            Shares::read(&wrong.write()),
            Err(SharesError::Damaged),
            "one share too many"
        );
    }

    #[test]
    fn key_without_shares_has_those_of_its_parent() {
        let shares = shares();
        assert_eq!(shares.of_key("phone/evening"), Some(&[1_310, 64_226][..]));
        assert_eq!(shares.of_key("desktop"), shares.of_key(""));
        assert_eq!(Shares::default().of_key("phone"), None);
    }
}
