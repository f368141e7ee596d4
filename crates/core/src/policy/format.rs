//! The policy file: format 2, and format 3, which adds conditions and the verbs that are [`Directive`](super::Directive)s.

use alloc::string::String;
#[cfg(feature = "build")]
use alloc::vec::Vec;
use core::fmt;

use super::{Action, Policy, Rule};
#[cfg(feature = "build")]
use super::{Condition, Vocabulary};
use crate::wire::Reader;

/// First bytes of a policy file.
const MAGIC: [u8; 3] = *b"SWP";

/// The first format that this engine reads; it stands behind the magic. Policies that need nothing newer are written in it.
const FIRST_VERSION: u8 = 2;

/// The last format that this engine reads. Behind its version stand three bytes: the lowest engine that obeys the file.
const VERSION: u8 = 3;

/// First bytes of a file of format 2, for readers in other languages; the last byte of format 3 is greater by 1.
pub const FILE_HEAD: [u8; 4] = [MAGIC[0], MAGIC[1], MAGIC[2], FIRST_VERSION];

/// The engine that obeys all of format 3.
#[cfg(feature = "build")]
const ENGINE: [u8; 3] = [0, 1, 0];

/// The most rules of a policy: slates and traces speak of a rule by its place, a `u16`.
pub const MAX_RULES: usize = u16::MAX as usize;

/// Why bytes are not a policy. The caller keeps the one that it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// The bytes do not begin as a policy file of this version does.
    NotAPolicy,
    /// The policy is of a later format: it has a verb that this engine does not know.
    NeedsEngine {
        /// The lowest engine version that obeys all of it: major, minor, patch.
        version: [u8; 3],
    },
    /// The record is cut off, damaged or too long, a list of items is not in order, or a condition is none.
    Malformed,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAPolicy => write!(
                f,
                "not a policy of version {FIRST_VERSION} or {VERSION}: give the file that `shelfwise policy build` wrote"
            ),
            Self::NeedsEngine {
                version: [major, minor, patch],
            } => write!(
                f,
                "the policy needs engine {major}.{minor}.{patch} or later, this is {}: update the engine, or build the \
                 policy with a `shelfwise` of its version",
                env!("CARGO_PKG_VERSION")
            ),
            Self::Malformed => write!(f, "the policy is damaged: fetch it again, or build it again"),
        }
    }
}

impl core::error::Error for PolicyError {}

/// What format 3 has behind the record of format 2.
#[cfg(feature = "build")]
#[derive(serde::Serialize)]
struct Tail {
    vocabulary: Vocabulary,
    /// Of each rule, in their order.
    conditions: Vec<Condition>,
}

impl Policy {
    /// Reads a policy file.
    ///
    /// ```
    /// use shelfwise_core::policy::{Policy, PolicyError};
    ///
    /// assert_eq!(Policy::decode(&Policy::default().encode()), Ok(Policy::default()));
    /// assert_eq!(Policy::decode(b"rules = []"), Err(PolicyError::NotAPolicy));
    /// ```
    ///
    /// # Errors
    /// [`PolicyError`] for any bytes that `shelfwise policy build` did not write.
    pub fn decode(bytes: &[u8]) -> Result<Self, PolicyError> {
        let (version, record) = bytes
            .strip_prefix(&MAGIC)
            .and_then(|rest| rest.split_first())
            .ok_or(PolicyError::NotAPolicy)?;
        let record = match (version, record) {
            (&FIRST_VERSION, record) => record,
            (&VERSION, [_, _, _, record @ ..]) => record,
            // Every format that is still to come says behind its version which engine it needs.
            (VERSION.., [major, minor, patch, ..]) => {
                let version = [*major, *minor, *patch];
                return Err(PolicyError::NeedsEngine { version });
            }
            _ => return Err(PolicyError::NotAPolicy),
        };
        let policy = read(record, *version == VERSION).filter(|policy| policy.is_sound(*version));
        policy.ok_or(PolicyError::Malformed)
    }

    fn is_sound(&self, version: u8) -> bool {
        let is_sound = |rule: &Rule| match &rule.action {
            Action::Direct(directive) => {
                version == VERSION
                    && is_rising(directive.items.as_deref())
                    && directive.goods.is_sound(&self.vocabulary)
                    && directive.positions.is_sorted_by(|position, next| position < next)
            }
            Action::Hide { items, .. } => is_rising(items.as_deref()),
            _ => true,
        };
        self.rules.len() <= MAX_RULES && self.rules.iter().all(is_sound)
    }

    /// Writes a policy file, in the lowest format that holds it. The same policy gives the same bytes.
    #[cfg(feature = "build")]
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let needs_tail = |rule: &Rule| matches!(rule.action, Action::Direct(_)) || !rule.condition.is_always();
        let is_first = !self.rules.iter().any(needs_tail);
        let (version, engine) = if is_first {
            (FIRST_VERSION, [].as_slice())
        } else {
            (VERSION, ENGINE.as_slice())
        };
        let head = [MAGIC.as_slice(), &[version], engine].concat();
        // A Vec takes any number of bytes, and every type of the records can be encoded: this has no way to fail.
        let record = postcard::to_extend(self, head).unwrap_or_default();
        if is_first {
            return record;
        }
        let tail = Tail {
            vocabulary: self.vocabulary.clone(),
            conditions: self.rules.iter().map(|rule| rule.condition.clone()).collect(),
        };
        postcard::to_extend(&tail, record).unwrap_or_default()
    }
}

/// Reads a record to its end.
fn read(record: &[u8], has_tail: bool) -> Option<Policy> {
    let mut reader = Reader(record);
    let mut policy = reader.policy()?;
    if has_tail {
        reader.tail(&mut policy)?;
    }
    reader.0.is_empty().then_some(policy)
}

/// Returns whether a list can be searched by halves.
fn is_rising(items: Option<&[String]>) -> bool {
    items.is_none_or(|items| items.is_sorted_by(|id, next| id < next))
}
