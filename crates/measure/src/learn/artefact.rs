//! The shares as bytes, for a release.

use serde::{Deserialize, Serialize};

use crate::declaration::DRAWS;

/// The first byte of the artefact.
const FORMAT: u8 = 1;

/// Shares of a slot's options.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shares {
    /// The slot.
    pub slot: String,
    /// The options.
    pub options: Vec<String>,
    /// For each key the shares; the first key is empty, for everybody else.
    pub keys: Vec<KeyShares>,
}

/// Shares under a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyShares {
    /// The key.
    pub key: String,
    /// A share of 65,536 for each option; together all of them.
    pub shares: Vec<u32>,
}

/// Why bytes are no shares.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArtefactError {
    /// Another format.
    #[error("shares of format {0}, and this version reads {FORMAT}: learn them anew")]
    Format(u8),
    /// Damaged.
    #[error("the shares are damaged: learn them anew")]
    Damaged,
}

/// As written: the last share of each key follows from the others.
#[derive(Serialize, Deserialize)]
struct Written {
    format: u8,
    slot: String,
    options: Vec<String>,
    keys: Vec<(String, Vec<u32>)>,
}

impl Shares {
    /// Returns the bytes: about 2 for each share and key.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let key = |own: &KeyShares| {
            let known = own.shares.len().saturating_sub(1);
            (own.key.clone(), own.shares[..known].to_vec())
        };
        let written = Written {
            format: FORMAT,
            slot: self.slot.clone(),
            options: self.options.clone(),
            keys: self.keys.iter().map(key).collect(),
        };
        postcard::to_allocvec(&written).unwrap_or_default()
    }

    /// Reads bytes.
    ///
    /// # Errors
    /// [`ArtefactError`]: any bytes are read without a panic.
    pub fn read(bytes: &[u8]) -> Result<Self, ArtefactError> {
        match bytes.first() {
            Some(&FORMAT) => {}
            Some(&other) => return Err(ArtefactError::Format(other)),
            None => return Err(ArtefactError::Damaged),
        }
        let written: Written = postcard::from_bytes(bytes).map_err(|_| ArtefactError::Damaged)?;
        let options = written.options.len();
        let key = |(key, mut shares): (String, Vec<u32>)| {
            let sum = shares.iter().try_fold(0_u32, |sum, share| sum.checked_add(*share));
            let last = sum
                .and_then(|sum| DRAWS.checked_sub(sum))
                .ok_or(ArtefactError::Damaged)?;
            shares.push(last);
            if shares.len() == options {
                Ok(KeyShares { key, shares })
            } else {
                Err(ArtefactError::Damaged)
            }
        };
        Ok(Self {
            slot: written.slot,
            options: written.options,
            keys: written.keys.into_iter().map(key).collect::<Result<_, _>>()?,
        })
    }
}
