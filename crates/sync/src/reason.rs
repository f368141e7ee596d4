//! Why a release was not taken over.

use core::fmt;

use crate::key::KeyId;
use crate::version::EngineVersion;

/// The part of a release that something is wrong with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The signed record.
    Release,
    /// The policy key's signature, inside the record.
    PolicySignature,
    /// The model.
    Snapshot,
    /// The merchandiser's rules.
    Policy,
}

impl What {
    /// In a shop's words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Release => "the release",
            Self::PolicySignature => "the policy's signature",
            Self::Snapshot => "the snapshot",
            Self::Policy => "the policy",
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::PolicySignature => "policy-signature",
            Self::Snapshot => "snapshot",
            Self::Policy => "policy",
        }
    }
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The host got no answer, or one that was cut off.
    Unreachable,
    /// The server has no such file.
    Missing,
    /// More bytes came than the release says, before or after decompression.
    TooLong {
        /// Where reading stopped.
        at_most: u32,
    },
    /// Fewer bytes came than the release says.
    CutShort {
        /// Bytes that the release says.
        expected: u32,
        /// Bytes that came.
        got: u32,
    },
    /// As many bytes as expected, but others.
    Damaged,
    /// The bytes of another file that this client knows: of the last release, or of another place in this one.
    MixAndMatch,
    /// Not what the path promises: a page of HTML, an empty file.
    NotRecognized,
    /// Written for later clients.
    LaterFormat {
        /// The version that it has.
        version: u8,
    },
    /// Signed by a key that this client does not know.
    UnknownKey {
        /// The key's id.
        key: KeyId,
    },
    /// Signed by a key that this client knows for something else.
    WrongRole {
        /// The key's id.
        key: KeyId,
    },
    /// The signature does not fit: not signed by that key, or damaged since.
    Forged,
    /// Signed, and yet not to be read.
    Malformed,
    /// Older than what this client has had already, or another one under the same number.
    RolledBack {
        /// Its epoch.
        epoch: u64,
        /// The highest epoch that this client has had of that key.
        seen: u64,
    },
    /// Over.
    Expired {
        /// Since when, in milliseconds since 1970.
        at_ms: u64,
    },
    /// Made to live longer than is allowed.
    ValidityTooLong,
    /// Made more than a day from now: a clock is wrong.
    FromTheFuture,
    /// Made for a later engine.
    EngineTooOld {
        /// The least version that it needs.
        needs: EngineVersion,
    },
    /// Larger than a client takes, by its own word.
    OverTheLimit {
        /// Bytes that the release says.
        bytes: u32,
        /// The most that a client takes.
        limit: u32,
    },
}

impl Why {
    /// What is wrong and what to do, in a shop's words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unreachable => "could not be fetched: look at the network and the server",
            Self::Missing => "is not on the server: publish again",
            Self::TooLong { .. } => "is longer than it should be: look at what the server sends, publish again",
            Self::CutShort { .. } => "was cut short: look at what the server sends, publish again",
            Self::Damaged => "has other bytes than were signed: look at what stands between server and client",
            Self::MixAndMatch => "is a file of another release, or of another place: clear caches, publish again",
            Self::NotRecognized => "is something else: look at what the server sends in its place",
            Self::LaterFormat { .. } => "is written for later clients: update Shelfwise here",
            Self::UnknownKey { .. } => {
                "is signed by a key that is not pinned here: sign with the pinned key, or pin the new one"
            }
            Self::WrongRole { .. } => {
                "is signed by a key for something else: sign releases with the release key, policies with the policy key"
            }
            Self::Forged => "is not signed by the key that it names, or was changed afterwards",
            Self::Malformed => "is signed, but cannot be read: publish with the `shelfwise` of this version",
            Self::RolledBack { .. } => "is older than one that was here already: publish a new one",
            Self::Expired { .. } => "has expired: publish, or sign, a new one",
            Self::ValidityTooLong => {
                "is made to live longer than is allowed: 7 days for a release, 31 for a policy's signature"
            }
            Self::FromTheFuture => "is made more than a day from now: set the clocks right",
            Self::EngineTooOld { .. } => "needs a later engine: update Shelfwise here",
            Self::OverTheLimit { .. } => "is larger than clients take: train a smaller model",
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Missing => "missing",
            Self::TooLong { .. } => "too-long",
            Self::CutShort { .. } => "cut-short",
            Self::Damaged => "damaged",
            Self::MixAndMatch => "mixed",
            Self::NotRecognized => "not-recognized",
            Self::LaterFormat { .. } => "later-format",
            Self::UnknownKey { .. } => "unknown-key",
            Self::WrongRole { .. } => "wrong-role",
            Self::Forged => "forged",
            Self::Malformed => "malformed",
            Self::RolledBack { .. } => "rolled-back",
            Self::Expired { .. } => "expired",
            Self::ValidityTooLong => "lives-too-long",
            Self::FromTheFuture => "from-the-future",
            Self::EngineTooOld { .. } => "engine-too-old",
            Self::OverTheLimit { .. } => "over-the-limit",
        }
    }
}

/// Why a release was not taken over: which part, and what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The part.
    pub what: What,
    /// What is wrong.
    pub why: Why,
}

impl Reason {
    /// Both as codes, for machines: `release` and `forged`.
    #[must_use]
    pub const fn codes(self) -> (&'static str, &'static str) {
        (self.what.code(), self.why.code())
    }
}

/// For `map_err`: what is wrong becomes a reason by the part that it is wrong with.
pub(crate) fn of(what: What) -> impl Fn(Why) -> Reason {
    move |why| Reason { what, why }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.what.words(), self.why.words())?;
        match self.why {
            Why::TooLong { at_most } => write!(f, " (more than {at_most} bytes)"),
            Why::CutShort { expected, got } => write!(f, " ({got} of {expected} bytes)"),
            Why::LaterFormat { version } => write!(f, " (version {version}, this reads 1)"),
            Why::UnknownKey { key } | Why::WrongRole { key } => write!(f, " (key {key})"),
            Why::RolledBack { epoch, seen } => write!(f, " (epoch {epoch}, had {seen})"),
            Why::EngineTooOld { needs } => write!(f, " (at least {needs})"),
            Why::OverTheLimit { bytes, limit } => write!(f, " ({bytes} bytes, at most {limit})"),
            _ => Ok(()),
        }
    }
}

impl core::error::Error for Reason {}
