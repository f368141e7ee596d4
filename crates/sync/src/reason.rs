//! Why a release was not taken over.

use core::fmt;

use crate::key::KeyId;
use crate::version::EngineVersion;

/// The part of a release that something is wrong with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The signed record.
    Release,
    /// The root statement, inside the record.
    Root,
    /// The policy key's signature, inside the record.
    PolicySignature,
    /// The model.
    Snapshot,
    /// The merchandiser's rules.
    Policy,
    /// The list of ids that they hide.
    Hidden,
}

impl Part {
    /// In a shop's words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Release => "the release",
            Self::Root => "the root statement",
            Self::PolicySignature => "the policy's signature",
            Self::Snapshot => "the snapshot",
            Self::Policy => "the policy",
            Self::Hidden => "the list of hidden items",
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Root => "root",
            Self::PolicySignature => "policy-signature",
            Self::Snapshot => "snapshot",
            Self::Policy => "policy",
            Self::Hidden => "hidden",
        }
    }
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
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
    /// Written by an earlier Shelfwise.
    EarlierFormat {
        /// The version that it has.
        version: u8,
    },
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
    /// Fewer keys signed it than must.
    TooFewSignatures {
        /// Keys of the role that signed.
        got: usize,
        /// How many must: the role's threshold.
        needs: usize,
    },
    /// Signed, and yet not to be read.
    Malformed,
    /// Older than what this client has had already, or another one under the same number.
    RolledBack {
        /// Its epoch.
        epoch: u64,
        /// The highest epoch that this client has had of the role, whichever key signed it.
        seen: u64,
    },
    /// Over.
    Expired {
        /// Since when, in milliseconds since 1970.
        at_ms: u64,
    },
    /// Made to live longer than is allowed.
    ValidityTooLong,
    /// Made, or numbered, more than a day ahead of now: a clock is wrong, or somebody tries to use all epochs up.
    FromTheFuture,
    /// Made for a later engine.
    EngineTooOld {
        /// The least version that it needs.
        needs: EngineVersion,
    },
    /// It has something that only later engines know, and that no client may pass over.
    Unsupported {
        /// What.
        feature: Feature,
    },
    /// Larger than a client takes, by its own word.
    OverTheLimit {
        /// Bytes that the release says.
        bytes: u32,
        /// The most that a client takes.
        limit: u32,
    },
}

/// What only later engines know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// A required artefact of this kind.
    Artefact(u8),
    /// A required statement of this role.
    Statement(u8),
    /// A file in parts.
    Parts,
    /// These flags.
    Flags(u8),
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Artefact(kind) => write!(f, "artefact of kind {kind}"),
            Self::Statement(role) => write!(f, "statement of role {role}"),
            Self::Parts => f.write_str("a file in parts"),
            Self::Flags(flags) => write!(f, "flags {flags}"),
        }
    }
}

impl Defect {
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
            Self::EarlierFormat { .. } => {
                "was written by an earlier Shelfwise: sign and publish again with the `shelfwise` of this version"
            }
            Self::LaterFormat { .. } => "is written for later clients: update Shelfwise here",
            Self::UnknownKey { .. } => {
                "is signed by a key that is not pinned here: sign with the pinned key, or pin the new one"
            }
            Self::WrongRole { .. } => {
                "is signed by a key for something else: sign releases with the release key, policies with the policy key"
            }
            Self::Forged => "is not signed by the key that it names, or was changed afterwards",
            Self::TooFewSignatures { .. } => {
                "is signed by too few keys: let holders of the role's other keys sign it too"
            }
            Self::Malformed => "is signed, but cannot be read: publish with the `shelfwise` of this version",
            Self::RolledBack { .. } => "is older than one that was here already: publish a new one",
            Self::Expired { .. } => "has expired: publish, or sign, a new one",
            Self::ValidityTooLong => {
                "is made to live longer than is allowed: 7 days for a release, 31 for a policy's signature, \
                 365 for a root statement"
            }
            Self::FromTheFuture => {
                "is dated, or numbered, more than a day ahead of now: set the clocks right, sign and publish again"
            }
            Self::EngineTooOld { .. } => "needs a later engine: update Shelfwise here",
            Self::Unsupported { .. } => "needs a later engine: update Shelfwise here, or publish without it",
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
            Self::EarlierFormat { .. } => "earlier-format",
            Self::LaterFormat { .. } => "later-format",
            Self::UnknownKey { .. } => "unknown-key",
            Self::WrongRole { .. } => "wrong-role",
            Self::Forged => "forged",
            Self::TooFewSignatures { .. } => "too-few-signatures",
            Self::Malformed => "malformed",
            Self::RolledBack { .. } => "rolled-back",
            Self::Expired { .. } => "expired",
            Self::ValidityTooLong => "lives-too-long",
            Self::FromTheFuture => "from-the-future",
            Self::EngineTooOld { .. } => "engine-too-old",
            Self::Unsupported { .. } => "unsupported",
            Self::OverTheLimit { .. } => "over-the-limit",
        }
    }
}

/// Why a release was not taken over: which part, and what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The part.
    pub part: Part,
    /// What is wrong.
    pub defect: Defect,
}

impl Reason {
    /// Both as codes, for machines: `release` and `forged`.
    #[must_use]
    pub const fn codes(self) -> (&'static str, &'static str) {
        (self.part.code(), self.defect.code())
    }
}

/// For `map_err`: what is wrong becomes a reason by the part that it is wrong with.
pub(crate) fn of(part: Part) -> impl Fn(Defect) -> Reason {
    move |defect| Reason { part, defect }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.part.words(), self.defect.words())?;
        match self.defect {
            Defect::TooLong { at_most } => write!(f, " (more than {at_most} bytes)"),
            Defect::CutShort { expected, got } => write!(f, " ({got} of {expected} bytes)"),
            Defect::EarlierFormat { version } | Defect::LaterFormat { version } => {
                write!(f, " (format {version}, this reads 2)")
            }
            Defect::UnknownKey { key } | Defect::WrongRole { key } => write!(f, " (key {key})"),
            Defect::TooFewSignatures { got, needs } => write!(f, " ({got} of {needs})"),
            Defect::RolledBack { epoch, seen } => write!(f, " (epoch {epoch}, had {seen})"),
            Defect::EngineTooOld { needs } => write!(f, " (at least {needs})"),
            Defect::Unsupported { feature } => write!(f, " ({feature})"),
            Defect::OverTheLimit { bytes, limit } => write!(f, " ({bytes} bytes, at most {limit})"),
            _ => Ok(()),
        }
    }
}

impl core::error::Error for Reason {}
