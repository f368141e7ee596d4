//! The order tag: the arms of a visit as a short text on the order that the shop takes anyway.
//!
//! `sw1.winter-objective_k3f_2.wtv` is format 1, arm 2 of version `k3f` of the experiment `winter-objective`, and a check of
//! 15 bits. `docs/measure.md` has the grammar. A tag says nothing of a shopper: all tags together have at most
//! [`MAX_STATES`] values at any time.

use alloc::string::String;
use alloc::vec::Vec;
#[cfg(feature = "build")]
use core::fmt;

use super::hash;

/// The most tags that all running experiments together may give: 6 bits.
pub const MAX_STATES: u64 = 64;

/// Stands for the holdout where layers have their key: no fold has the highest bit.
pub const HOLDOUT_KEY: u16 = 1 << 15;

/// Stands for the visit's randomized report in the same way: its draw says which question it answers.
pub const REPORT_KEY: u16 = HOLDOUT_KEY + 1;

/// The longest tag in bytes: what order attributes of common shop systems take.
#[cfg(feature = "build")]
pub const MAX_TAG_BYTES: usize = 255;

/// The longest id of an experiment in bytes.
pub const MAX_ID_BYTES: usize = 32;

/// Crockford's base 32 in lower case: no letter looks like a digit.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

const PREFIX: &str = "sw1";
const HOLDOUT: &str = "holdout";

/// What an order says of its visit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag {
    /// Whether the visit was held out of all experiments.
    pub is_held_out: bool,
    /// The arms, one an experiment that the visit was in.
    pub arms: Vec<TaggedArm>,
}

/// An arm in a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaggedArm {
    /// Id of the experiment.
    pub experiment: String,
    /// Version of its declaration, of 15 bits.
    pub version: u16,
    /// Place of the arm among the declared ones, from 0.
    pub arm: u8,
}

/// Why a text is no tag.
#[cfg(feature = "build")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TagError {
    /// Another version of the format.
    UnknownFormat,
    /// The check does not fit.
    Damaged,
    /// Its parts cannot be read although the check fits.
    Malformed,
    /// Two different tags in one field.
    Several,
}

#[cfg(feature = "build")]
impl fmt::Display for TagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownFormat => {
                "The tag has a format that this version does not read: use the version of shelfwise that the shop runs."
            }
            Self::Damaged => {
                "The tag is damaged, its check does not fit: look whether a system on the way shortens or changes order attributes."
            }
            Self::Malformed => "The tag cannot be read: it was not written by shelf.orderTag().",
            Self::Several => "The field has two different tags: let the shop write one an order.",
        })
    }
}

#[cfg(feature = "build")]
impl core::error::Error for TagError {}

impl Tag {
    /// Returns the tag's text.
    ///
    /// ```
    /// use shelfwise_core::allocation::tag::{Tag, TaggedArm};
    ///
    /// let arm = TaggedArm { experiment: "hero".into(), version: 7, arm: 1 };
    /// let text = Tag { is_held_out: false, arms: vec![arm] }.write();
    /// assert_eq!(text, "sw1.hero_007_1.fyk");
    /// assert_eq!(Tag::parse(&text).unwrap().write(), text);
    /// ```
    #[must_use]
    pub fn write(&self) -> String {
        let mut text = String::from(PREFIX);
        if self.is_held_out {
            text.push('.');
            text.push_str(HOLDOUT);
        }
        for arm in &self.arms {
            text.push('.');
            text.push_str(&arm.experiment);
            text.push('_');
            push_letters(&mut text, arm.version);
            text.push('_');
            push_digit(&mut text, arm.arm.into());
        }
        let check = fold(text.as_bytes());
        text.push('.');
        push_letters(&mut text, check);
        text
    }
}

#[cfg(feature = "build")]
impl Tag {
    /// Reads a tag that stands alone.
    ///
    /// # Errors
    /// [`TagError`]: nothing of a damaged tag is used.
    pub fn parse(text: &str) -> Result<Self, TagError> {
        if !text.starts_with(PREFIX) || text.as_bytes().get(PREFIX.len()) != Some(&b'.') {
            return Err(TagError::UnknownFormat);
        }
        let (body, check) = text.rsplit_once('.').ok_or(TagError::Damaged)?;
        if text.len() > MAX_TAG_BYTES || value(check, 3) != Some(fold(body.as_bytes())) {
            return Err(TagError::Damaged);
        }
        let mut tag = Self::default();
        for part in body.split('.').skip(1) {
            if part == HOLDOUT {
                tag.is_held_out = true;
            } else {
                tag.arms.push(arm(part).ok_or(TagError::Malformed)?);
            }
        }
        if tag.is_held_out && !tag.arms.is_empty() || has_twice(&tag.arms) {
            return Err(TagError::Malformed);
        }
        Ok(tag)
    }

    /// Reads the tag in a field of an order, which may hold other things too, such as all attributes of a Shopify order.
    /// Returns `None` if there is none.
    #[must_use]
    pub fn find(field: &str) -> Option<Result<Self, TagError>> {
        let mut tags = candidates(field);
        let first = tags.next()?;
        if tags.any(|other| other != first) {
            return Some(Err(TagError::Several));
        }
        Some(Self::parse(first))
    }
}

/// Returns a version as its three letters.
#[must_use]
pub fn letters(version: u16) -> String {
    let mut text = String::new();
    push_letters(&mut text, version);
    text
}

pub(crate) fn push_letters(text: &mut String, version: u16) {
    for shift in [10, 5, 0] {
        push_digit(text, version >> shift);
    }
}

/// Folds FNV-1a of 32 bits to 15 (<http://www.isthe.com/chongo/tech/comp/fnv/>): finds a changed letter with a probability of
/// 1 − 2⁻¹⁵, in a few bytes of code on the device. It is no protection against forgery: an order is the shop's own.
#[must_use]
pub fn fold(bytes: &[u8]) -> u16 {
    let hash = hash(bytes.iter().copied());
    (((hash >> 30) ^ (hash >> 15) ^ hash) & 0x7FFF) as u16
}

/// Returns whether a text can be the id of an experiment.
#[must_use]
pub fn is_id(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=MAX_ID_BYTES).contains(&text.len()) && text.bytes().all(is_letter) && text != HOLDOUT
}

/// Appends a digit: below 16 it is that of hexadecimal numbers.
pub(crate) fn push_digit(text: &mut String, value: u16) {
    text.push(digit(value));
}

fn digit(value: u16) -> char {
    let digit = DIGITS.get(usize::from(value % 32));
    digit.map_or('0', |digit| char::from(*digit))
}

#[cfg(feature = "build")]
fn value(text: &str, length: usize) -> Option<u16> {
    if text.len() != length {
        return None;
    }
    text.bytes().try_fold(0, |value, byte| {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        Some(value * 32 + digit as u16)
    })
}

#[cfg(feature = "build")]
fn arm(part: &str) -> Option<TaggedArm> {
    let mut words = part.split('_');
    let (experiment, version, arm) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() || !is_id(experiment) {
        return None;
    }
    Some(TaggedArm {
        experiment: experiment.into(),
        version: value(version, 3)?,
        arm: value(arm, 1)? as u8,
    })
}

#[cfg(feature = "build")]
fn has_twice(arms: &[TaggedArm]) -> bool {
    let mut ids: Vec<&str> = arms.iter().map(|arm| &*arm.experiment).collect();
    ids.sort_unstable();
    ids.windows(2).any(|pair| pair.first() == pair.last())
}

/// Returns the runs of letters that begin as a tag of any format does.
#[cfg(feature = "build")]
fn candidates(field: &str) -> impl Iterator<Item = &str> {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let words = field
        .split(move |c| !is_letter(c))
        .map(|word| word.trim_end_matches('.'));
    words.filter(|word| {
        let format = word.strip_prefix("sw").and_then(|rest| rest.split_once('.'));
        format.is_some_and(|(number, _)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use alloc::borrow::ToOwned;
    use alloc::{format, vec};

    use proptest::prelude::*;

    use super::*;

    fn tag() -> Tag {
        let arm = |experiment: &str, version, arm| TaggedArm {
            experiment: experiment.to_owned(),
            version,
            arm,
        };
        Tag {
            is_held_out: false,
            arms: vec![arm("winter-objective", 0x4CF, 2), arm("hero", 1, 31)],
        }
    }

    #[test]
    fn tag_of_a_shopify_attribute_is_found() {
        let text = tag().write();
        assert!(text.len() < 48, "{text}");
        for field in [
            format!("gift: yes\nshelfwise: {text}\nfloor: 3"),
            format!("[{{\"name\":\"shelfwise\",\"value\":\"{text}\"}}]"),
            format!("tag={text}."),
        ] {
            assert_eq!(Tag::find(&field), Some(Ok(tag())), "{field}");
        }
        assert_eq!(Tag::find("please ring twice. swim.class"), None);
    }

    #[test]
    fn every_single_changed_letter_is_noticed() {
        let text = tag().write();
        for at in 0..text.len() {
            for letter in ["0", "a", "z", "-", "."] {
                let mut changed = text.clone();
                changed.replace_range(at..=at, letter);
                assert!(changed == text || Tag::parse(&changed).is_err(), "{changed}");
            }
        }
    }

    #[test]
    fn tag_that_is_wrong_says_why() {
        assert_eq!(Tag::find("sw2.a_001_0.abc"), Some(Err(TagError::UnknownFormat)));
        assert_eq!(Tag::find("sw1.hero_001"), Some(Err(TagError::Damaged)));
        let two = format!("{} {}", tag().write(), Tag::default().write());
        assert_eq!(Tag::find(&two), Some(Err(TagError::Several)));
        let twice = Tag {
            is_held_out: false,
            arms: [tag().arms, tag().arms].concat(),
        };
        assert_eq!(Tag::parse(&twice.write()), Err(TagError::Malformed));
    }

    #[test]
    fn held_out_visit_has_no_arm() {
        let held = Tag {
            is_held_out: true,
            arms: Vec::new(),
        };
        assert_eq!(Tag::parse(&held.write()), Ok(held));
        let both = Tag {
            is_held_out: true,
            ..tag()
        };
        assert_eq!(Tag::parse(&both.write()), Err(TagError::Malformed));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,80}") {
            let _ = Tag::find(&text);
            let _ = Tag::parse(&format!("sw1.{text}"));
        }

        #[test]
        fn written_tag_is_read_as_it_was(arms in prop::collection::btree_map("[a-z0-9-]{1,12}", (0..0x8000_u16, 0..32_u8), 0..5)) {
            let arms = arms.into_iter().filter(|(id, _)| is_id(id));
            let arms = arms.map(|(experiment, (version, arm))| TaggedArm { experiment, version, arm }).collect();
            let tag = Tag { is_held_out: false, arms };
            prop_assert_eq!(Tag::parse(&tag.write()), Ok(tag));
        }
    }
}
