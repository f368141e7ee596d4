//! The policy file: format 2; format 3, which adds conditions and the verbs that are [`Directive`](super::Directive)s; and
//! format 4, which adds sections that are not about rules.
//!
//! Format 3 has its guarded rules ([`Verb::is_guarded`](super::Verb::is_guarded)) in a section of their own, in front of the
//! others and without a reference to them:
//!
//! | offset | bytes | what |
//! | --: | --: | --- |
//! | 0 | 3 | `SWP` |
//! | 3 | 1 | the format, 3 |
//! | 4 | 3 | the lowest engine that obeys the file |
//! | 7 | 4 | length `n` of the guarded section, little-endian |
//! | 11 | n | guarded section: names of columns, texts, rules, and of each rule its condition |
//! | 11 + n | | placements; then the ordinary section, to the end, as the guarded one |
//!
//! Format 4 begins in the same way, with a 4 as its format. Behind the guarded section stand the length of what format 3 has
//! there (four bytes), that, the number of further sections (one byte), and these: a tag of one byte, the length of the content
//! (four bytes), and the content.
//!
//! | tag | content |
//! | --: | --- |
//! | 1 | the [allocation](crate::allocation): experiments, and their shares of the draws |
//! | 2 | the [content](crate::content): banners, messages, offers and their like |
//! | 3 | the menu of [questions](crate::report) that randomized reports answer |
//!
//! A section of another tag needs a later engine: a policy is obeyed as a whole or not at all.
//!
//! Numbers of columns and texts go on in the ordinary section: its rules may speak of those of the guarded one, not the
//! other way round. So the first 11 + n bytes, [`guarded_prefix`], say all that guarded rules do, and a second key can sign
//! them.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

#[cfg(feature = "build")]
use super::program::{BUILT_IN, TEXT};
use super::{Action, Policy, Rule};
#[cfg(feature = "build")]
use super::{Condition, Vocabulary};
use crate::allocation::Allocation;
use crate::report::are_sound;
use crate::wire::Reader;

/// First bytes of a policy file.
const MAGIC: [u8; 3] = *b"SWP";

/// The first format that this engine reads; it stands behind the magic. Policies that need nothing newer are written in it.
const FIRST_VERSION: u8 = 2;

/// The format with a guarded section. Behind its version stand three bytes, as in each later format: the lowest engine that
/// obeys the file.
const GUARDED_VERSION: u8 = 3;

/// The last format that this engine reads, with further sections.
const VERSION: u8 = 4;

/// The tag of the allocation's section.
const ALLOCATION: u8 = 1;

/// The tag of the content's section.
const CONTENT: u8 = 2;

/// The tag of the section of questions.
const QUESTIONS: u8 = 3;

/// First bytes of a file of format 2, for readers in other languages; the last byte of formats 3 and 4 is greater by 1 and 2.
pub const FILE_HEAD: [u8; 4] = [MAGIC[0], MAGIC[1], MAGIC[2], FIRST_VERSION];

/// The engine that obeys all of formats 3 and 4.
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
                "not a policy of version {FIRST_VERSION} to {VERSION}: give the file that `shelfwise policy build` wrote"
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

/// Where the guarded section begins, behind its length of [`LENGTH_BYTES`].
const SECTION: usize = 11;

/// Bytes of the length of a section.
const LENGTH_BYTES: usize = 4;

/// Returns the front of a file of format 3 or 4 that says all about its guarded rules, for a key of their own to sign; `None` for
/// files of other formats, and for one that is cut off.
///
/// ```
/// use shelfwise_core::policy::{Policy, guarded_prefix};
///
/// let file = Policy::default().encode_in_sections();
/// assert_eq!(guarded_prefix(&file), Some(&file[..15]));
/// assert_eq!(guarded_prefix(&Policy::default().encode()), None);
/// ```
#[must_use]
pub fn guarded_prefix(file: &[u8]) -> Option<&[u8]> {
    let (version, rest) = file.strip_prefix(&MAGIC)?.split_first()?;
    if !matches!(*version, GUARDED_VERSION | VERSION) {
        return None;
    }
    let (length, _) = rest.get(ENGINE_BYTES..)?.split_first_chunk::<LENGTH_BYTES>()?;
    file.get(..SECTION.checked_add(u32::from_le_bytes(*length) as usize)?)
}

/// Returns the content of the section about experiments, of a file of format 4 that has one.
#[must_use]
pub fn allocation_section(file: &[u8]) -> Option<&[u8]> {
    let rest = file.strip_prefix(&MAGIC)?.strip_prefix(&[VERSION])?;
    let sections = further_sections(rest.get(ENGINE_BYTES..)?)?;
    let (_, content) = sections.into_iter().find(|(tag, _)| *tag == ALLOCATION)?;
    Some(content)
}

/// Bytes of the version of an engine.
const ENGINE_BYTES: usize = 3;

/// Rules of format 3, as they are written.
#[cfg(feature = "build")]
#[derive(serde::Serialize)]
struct Section<'p> {
    columns: &'p [String],
    texts: &'p [(u16, String)],
    rules: Vec<&'p Rule>,
    /// Of each rule, in their order.
    conditions: Vec<&'p Condition>,
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
        let policy = match (version, record) {
            (&FIRST_VERSION, record) => first_format(record),
            (&GUARDED_VERSION, [_, _, _, record @ ..]) => sections(record),
            // Every format that is still to come says behind its version which engine it needs.
            (VERSION.., [major, minor, patch, record @ ..]) => {
                let is_known = *version == VERSION;
                let version = [*major, *minor, *patch];
                if !is_known
                    || further_sections(record)
                        .is_some_and(|all| all.iter().any(|(tag, _)| !matches!(*tag, ALLOCATION..=QUESTIONS)))
                {
                    return Err(PolicyError::NeedsEngine { version });
                }
                all_sections(record)
            }
            _ => return Err(PolicyError::NotAPolicy),
        };
        policy
            .filter(|policy| policy.rules.len() <= MAX_RULES)
            .ok_or(PolicyError::Malformed)
    }

    /// Returns whether the rules from `first` on say what rules can say.
    fn is_sound(&self, first: usize) -> bool {
        let is_sound = |rule: &Rule| match &rule.action {
            Action::Direct(directive) => {
                is_rising(directive.items.as_deref())
                    && directive.goods.is_sound(&self.vocabulary)
                    && directive.positions.is_sorted_by(|position, next| position < next)
            }
            Action::Hide { items, .. } => is_rising(items.as_deref()),
            _ => true,
        };
        self.rules.iter().skip(first).all(is_sound)
    }

    /// Writes a policy file, in the lowest format that holds it. The same policy gives the same bytes.
    #[cfg(feature = "build")]
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let needs_sections = |rule: &Rule| matches!(rule.action, Action::Direct(_)) || !rule.condition.is_always();
        if self.rules.iter().any(needs_sections) || self.has_further_sections() {
            return self.encode_in_sections();
        }
        written(self, Vec::from(FILE_HEAD))
    }

    /// Writes a policy file of format 3 or later, also where an earlier one would hold the policy: for rules that two keys
    /// sign. The guarded rules come first, each part in the order that it has.
    #[cfg(feature = "build")]
    #[must_use]
    pub fn encode_in_sections(&self) -> Vec<u8> {
        let (guarded, ordinary): (Vec<&Rule>, Vec<&Rule>) =
            self.rules.iter().partition(|rule| rule.action.verb().is_guarded());
        let (columns, texts) = self.vocabulary.split(&guarded);
        let section = written(&Section::new(columns.0, texts.0, guarded), Vec::new());
        let has_more = self.has_further_sections();
        let version = if has_more { VERSION } else { GUARDED_VERSION };
        let front = [&MAGIC, [version].as_slice(), &ENGINE, &length(&section), &section].concat();
        let section = Section::new(columns.1, texts.1, ordinary);
        let rest = written(&section, written(&self.placements, Vec::new()));
        if !has_more {
            return [front, rest].concat();
        }
        let mut sections = Vec::new();
        if self.allocation != Allocation::default() {
            sections.push((ALLOCATION, written(&self.allocation, Vec::new())));
        }
        if !self.content.options.is_empty() {
            sections.push((CONTENT, written(&self.content, Vec::new())));
        }
        if !self.questions.is_empty() {
            sections.push((QUESTIONS, written(&self.questions, Vec::new())));
        }
        let mut file = [&front, length(&rest).as_slice(), &rest, &[sections.len() as u8]].concat();
        for (tag, section) in sections {
            file.push(tag);
            file.extend(length(&section));
            file.extend(section);
        }
        file
    }

    /// Returns whether there is something that no rule says.
    #[cfg(feature = "build")]
    fn has_further_sections(&self) -> bool {
        self.allocation != Allocation::default() || !self.content.options.is_empty() || !self.questions.is_empty()
    }
}

#[cfg(feature = "build")]
impl<'p> Section<'p> {
    fn new(columns: &'p [String], texts: &'p [(u16, String)], rules: Vec<&'p Rule>) -> Self {
        Self {
            columns,
            texts,
            conditions: rules.iter().map(|rule| &rule.condition).collect(),
            rules,
        }
    }
}

/// Returns the length of a section as it is written. One that does not fit is that of a file beyond 4 GiB, which no host reads.
#[cfg(feature = "build")]
fn length(section: &[u8]) -> [u8; LENGTH_BYTES] {
    u32::try_from(section.len()).unwrap_or(u32::MAX).to_le_bytes()
}

/// Appends a record. A Vec takes any number of bytes, and every type of the records can be encoded: there is no way to fail.
#[cfg(feature = "build")]
fn written(record: &(impl serde::Serialize + ?Sized), front: Vec<u8>) -> Vec<u8> {
    postcard::to_extend(record, front).unwrap_or_default()
}

/// A list in two parts.
#[cfg(feature = "build")]
type Parts<'v, T> = (&'v [T], &'v [T]);

#[cfg(feature = "build")]
impl Vocabulary {
    /// Returns columns and texts, each up to the last one that one of the rules speaks of, and the others.
    fn split(&self, rules: &[&Rule]) -> (Parts<'_, String>, Parts<'_, (u16, String)>) {
        let (mut columns, mut texts) = (0, 0);
        for rule in rules {
            let Action::Direct(directive) = &rule.action else {
                continue;
            };
            for operation in &directive.goods.0 {
                columns = columns.max((usize::from(operation.column) + 1).saturating_sub(BUILT_IN.len()));
                if operation.code & TEXT != 0 {
                    texts = texts.max(usize::try_from(operation.value).map_or(0, |text| text + 1));
                }
            }
        }
        let columns = self.columns.split_at_checked(columns).unwrap_or((&self.columns, &[]));
        let texts = self.texts.split_at_checked(texts).unwrap_or((&self.texts, &[]));
        (columns, texts)
    }
}

/// Reads format 2 to its end.
fn first_format(record: &[u8]) -> Option<Policy> {
    let mut reader = Reader(record);
    let policy = Policy {
        placements: reader.placements()?,
        rules: reader.rules()?,
        ..Policy::default()
    };
    let is_direct = |rule: &Rule| matches!(rule.action, Action::Direct(_));
    let is_sound = reader.0.is_empty() && policy.is_sound(0) && !policy.rules.iter().any(is_direct);
    is_sound.then_some(policy)
}

/// Reads format 3 to its end, from the length of the guarded section on.
fn sections(record: &[u8]) -> Option<Policy> {
    let (guarded, ordinary) = measured(record)?;
    rules_of(guarded, ordinary)
}

/// Reads format 4 to its end, from the length of the guarded section on.
fn all_sections(record: &[u8]) -> Option<Policy> {
    let (guarded, rest) = measured(record)?;
    let (ordinary, _) = measured(rest)?;
    let mut policy = rules_of(guarded, ordinary)?;
    for (tag, content) in further_sections(record)? {
        if tag == ALLOCATION {
            policy.allocation = Allocation::decode(content)?;
            continue;
        }
        let mut reader = Reader(content);
        if tag == CONTENT {
            policy.content = reader.content_set()?;
        } else {
            policy.questions = reader.list(Reader::question)?;
        }
        if !reader.0.is_empty() {
            return None;
        }
    }
    are_sound(&policy.questions, &policy.allocation).then_some(policy)
}

/// Returns the sections of format 4 that are not about rules, each with its tag; none has the tag of another.
#[inline(never)]
fn further_sections(record: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let (_, rest) = measured(record)?;
    let (_, mut rest) = measured(rest)?;
    let mut sections = Vec::<(u8, &[u8])>::new();
    for _ in 0..*rest.split_off_first()? {
        let tag = rest.split_off_first()?;
        let (content, behind) = measured(rest)?;
        if sections.iter().any(|(known, _)| known == tag) {
            return None;
        }
        sections.push((*tag, content));
        rest = behind;
    }
    rest.is_empty().then_some(sections)
}

/// Splits at the length that stands in front.
#[inline(never)]
fn measured(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH_BYTES>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

/// Reads the rules of both sections, and the placements between them.
#[inline(never)]
fn rules_of(guarded: &[u8], ordinary: &[u8]) -> Option<Policy> {
    let mut policy = Policy::default();
    section(guarded, &mut policy, true)?;
    let mut reader = Reader(ordinary);
    policy.placements = reader.placements()?;
    section(reader.0, &mut policy, false)?;
    Some(policy)
}

/// Reads a section to its end. Its rules are all guarded, or none is, and they speak of nothing that comes behind it.
#[inline(never)]
fn section(bytes: &[u8], policy: &mut Policy, is_guarded: bool) -> Option<()> {
    let (mut reader, first) = (Reader(bytes), policy.rules.len());
    reader.section(policy)?;
    let has_place = |rule: &Rule| rule.action.verb().is_guarded() == is_guarded;
    let is_sound = reader.0.is_empty() && policy.is_sound(first) && policy.rules.iter().skip(first).all(has_place);
    is_sound.then_some(())
}

/// Returns whether a list can be searched by halves.
fn is_rising(items: Option<&[String]>) -> bool {
    items.is_none_or(|items| items.is_sorted_by(|id, next| id < next))
}
