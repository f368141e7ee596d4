//! Reasons why a release was refused.

use core::fmt;

use crate::artefact::Kind;
use crate::key::KeyId;
use crate::version::EngineVersion;

/// The part of a release that has a defect.
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
    /// The list of hidden ids.
    Hidden,
    /// The facts key's signature, inside the record.
    FactsSignature,
    /// The facts of items.
    Facts,
    /// The lead keys' approval, inside the record.
    Approval,
}

impl Part {
    /// Returns the part that a file of a kind is.
    pub(crate) const fn of_kind(kind: Kind) -> Self {
        match kind {
            Kind::HIDDEN => Self::Hidden,
            Kind::POLICY => Self::Policy,
            Kind::FACTS => Self::Facts,
            _ => Self::Snapshot,
        }
    }

    /// Returns the name in user-facing text.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Release => "the release",
            Self::Root => "the root statement",
            Self::PolicySignature => "the policy's signature",
            Self::Snapshot => "the snapshot",
            Self::Policy => "the policy",
            Self::Hidden => "the list of hidden items",
            Self::FactsSignature => "the facts' signature",
            Self::Facts => "the facts of items",
            Self::Approval => "the approval",
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
            Self::FactsSignature => "facts-signature",
            Self::Facts => "facts",
            Self::Approval => "approval",
        }
    }
}

/// The defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// The host received no response, or a truncated one.
    Unreachable,
    /// The server has no such file.
    Missing,
    /// More bytes were received than the release declares, before or after decompression.
    TooLong {
        /// The limit at which reading stopped.
        at_most: u32,
    },
    /// Fewer bytes were received than the release declares.
    CutShort {
        /// Declared length in bytes.
        expected: u32,
        /// Received length in bytes.
        got: u32,
    },
    /// The length is right, but the hash differs.
    Damaged,
    /// The content of another file that this client knows: of the last release, or of another path in this one.
    MixAndMatch,
    /// Not the expected format: an HTML page, an empty file.
    NotRecognized,
    /// A version of an earlier Shelfwise.
    EarlierFormat {
        /// The version found.
        version: u8,
    },
    /// A version for later clients.
    LaterFormat {
        /// The version found.
        version: u8,
    },
    /// Signed by an unknown key.
    UnknownKey {
        /// The key's id.
        key: KeyId,
    },
    /// Signed by a known key of another role.
    WrongRole {
        /// The key's id.
        key: KeyId,
    },
    /// The signature is invalid: not made by that key, or the content was changed.
    Forged,
    /// Fewer keys signed it than the role's threshold.
    TooFewSignatures {
        /// Number of keys of the role that signed.
        got: usize,
        /// The role's threshold.
        needs: usize,
    },
    /// Its guarded rules, or what they hide, are not those that the lead approved.
    NotApproved,
    /// Signed, but the payload cannot be parsed.
    Malformed,
    /// Older than what this client accepted before, or another payload with the same epoch.
    RolledBack {
        /// Its epoch.
        epoch: u64,
        /// The highest epoch of the role accepted by this client, whichever key signed it.
        seen: u64,
    },
    /// Past its expiry.
    Expired {
        /// Time of expiry, in milliseconds since 1970.
        at_ms: u64,
    },
    /// The time from creation to expiry exceeds the limit.
    ValidityTooLong,
    /// Creation time or epoch more than a day ahead of the clock: a clock is wrong, or somebody tries to exhaust the
    /// epochs.
    FromTheFuture,
    /// Requires a later engine.
    EngineTooOld {
        /// The minimum version required.
        needs: EngineVersion,
    },
    /// It requires a feature that only later engines know.
    Unsupported {
        /// The feature.
        feature: Feature,
    },
    /// Its declared length exceeds the limit of clients.
    OverTheLimit {
        /// Declared length in bytes.
        bytes: u32,
        /// The limit in bytes.
        limit: u32,
    },
}

/// Features that only later engines know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// A required artefact of this kind.
    Artefact(u8),
    /// A required statement of this role.
    Statement(u8),
    /// A file split in parts.
    Parts,
    /// Unknown flags.
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
    /// Returns what is wrong and what to do, in user-facing text.
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
                "is signed by a key for something else: sign releases with the release key, policies with the policy key, facts with the facts key"
            }
            Self::Forged => "is not signed by the key that it names, or was changed afterwards",
            Self::TooFewSignatures { .. } => {
                "is signed by too few keys: let holders of the role's other keys sign it too"
            }
            Self::NotApproved => {
                "has guarded rules that were not approved: run `shelfwise policy approve`, then publish"
            }
            Self::Malformed => "is signed, but cannot be read: publish with the `shelfwise` of this version",
            Self::RolledBack { .. } => "is older than one that was here already: publish a new one",
            Self::Expired { .. } => "has expired: publish, or sign, a new one",
            Self::ValidityTooLong => {
                "is made to live longer than is allowed: 7 days for a release, 31 for a policy's signature, \
                 365 for an approval or a root statement"
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
            Self::NotApproved => "not-approved",
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

/// Why a release was refused: the part, and its defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The part.
    pub part: Part,
    /// The defect.
    pub defect: Defect,
}

impl Reason {
    /// Returns part and defect as codes for machines, such as `release` and `forged`.
    #[must_use]
    pub const fn codes(self) -> (&'static str, &'static str) {
        (self.part.code(), self.defect.code())
    }
}

/// Returns a function for `map_err` that adds the part to a defect.
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
