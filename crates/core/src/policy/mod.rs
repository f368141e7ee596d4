//! The merchandiser's rules: what may be shown, how often, and what stands where.
//!
//! The policy always wins over the model. It is an artefact of its own, written by `shelfwise policy build`.

mod adjust;
mod admit;
mod apply;
mod arrange;
mod candidate;
mod hidden;
#[cfg(feature = "build")]
mod limits;
#[cfg(feature = "build")]
pub mod lint;
#[cfg(feature = "build")]
mod listing;
mod objective;
mod record;
#[cfg(feature = "build")]
mod source;
mod verb;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

#[cfg(test)]
pub(crate) use adjust::Adjuster;
pub(crate) use adjust::{Adjusters, adjuster_of, is_adjusted};
pub(crate) use admit::PolicyContext;
pub(crate) use apply::{admitted_and_adjusted, apply};
pub(crate) use candidate::Candidate;
pub use hidden::HiddenIds;
#[cfg(feature = "build")]
pub use limits::Limits;
#[cfg(feature = "build")]
pub use lint::SourceError;
pub use objective::reorder;
#[cfg(feature = "build")]
pub use source::PolicySource;
pub use verb::Verb;

use crate::placement::{CurrentItem, Placement};
use crate::wire::Reader;

/// First bytes of a policy file.
const MAGIC: [u8; 3] = *b"SWP";

/// The version of the policy format that this engine reads and writes; it stands behind the magic.
const VERSION: u8 = 2;

/// First bytes of every file that this engine reads: for readers in other languages.
pub const FILE_HEAD: [u8; 4] = [MAGIC[0], MAGIC[1], MAGIC[2], VERSION];

/// The most rules of a policy: slates and traces speak of a rule by its place, a `u16`.
pub const MAX_RULES: usize = u16::MAX as usize;

/// Separates the levels of a category path.
pub const CATEGORY_SEPARATOR: &str = " > ";

/// What items a rule is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selector {
    /// The item of that id.
    Item(String),
    /// Every item of that category, and of the categories below it.
    Category(String),
    /// Every item of that brand.
    Brand(String),
}

impl Selector {
    /// Returns whether the item is meant.
    #[must_use]
    pub fn matches(&self, id: &str, category: Option<&str>, brand: Option<&str>) -> bool {
        match self {
            Self::Item(wanted) => wanted == id,
            Self::Brand(wanted) => brand == Some(wanted),
            Self::Category(wanted) => category.is_some_and(|path| is_in_category(path, wanted)),
        }
    }
}

/// Returns whether the category `path` is `wanted` or below it.
#[must_use]
pub fn is_in_category(path: &str, wanted: &str) -> bool {
    path.strip_prefix(wanted)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(CATEGORY_SEPARATOR))
}

/// Facts of the moment for which items are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// Items in the shopper's cart.
    InCart,
    /// Items that the caller says are sold out.
    OutOfStock,
}

/// What a cap counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attribute {
    /// Items of one category.
    Category,
    /// Items of one brand.
    Brand,
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Action {
    /// Never show these.
    Hide {
        /// Who they are, by what the model or the page says of an item.
        what: Selector,
        /// Ids of the items that were meant when the policy was built, rising bytewise: they stay hidden whatever a
        /// model says of them. `None` where nobody listed them.
        items: Option<Vec<String>>,
    },
    /// Leave out items for a fact of the moment.
    Exclude(Exclusion),
    /// At most `max` items of one category or brand; gives way before a place stays empty.
    Cap {
        /// What is counted.
        by: Attribute,
        /// How many; at 0 the items come only where nothing else is left.
        max: u16,
    },
    /// This item at this place, if it may be shown at all.
    Pin {
        /// The store's id.
        item: String,
        /// From 1.
        position: u16,
    },
}

impl Action {
    /// Hides without a list: what a category or a brand means is up to the model.
    #[must_use]
    pub const fn hide(what: Selector) -> Self {
        Self::Hide { what, items: None }
    }

    /// Returns whether a list can be searched by halves.
    fn is_in_order(&self) -> bool {
        match self {
            Self::Hide { items: Some(items), .. } => items.is_sorted_by(|id, next| id < next),
            _ => true,
        }
    }
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// The name by which slates and explanations speak of it.
    pub id: String,
    /// Names of the placements where it holds; everywhere if empty.
    pub placements: Vec<String>,
    /// What it does.
    pub action: Action,
}

impl Rule {
    /// Returns whether the rule holds at a placement.
    #[must_use]
    pub fn holds_at(&self, placement: &str) -> bool {
        self.placements.is_empty() || self.placements.iter().any(|name| name == placement)
    }
}

/// Placements and rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// What the shop's placements mean. One that is not named here may show the current item.
    pub placements: Vec<Placement>,
    /// The rules. Hide and exclude hold first, then pins, then caps in this order.
    pub rules: Vec<Rule>,
}

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
    /// The record is cut off, damaged or too long, or a list of items is not in order.
    Malformed,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAPolicy => write!(
                f,
                "not a policy of version {VERSION}: give the file that `shelfwise policy build` wrote"
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
        match (version, record) {
            (&VERSION, _) => {}
            // Every format that is still to come says behind its version which engine it needs.
            (VERSION.., [major, minor, patch, ..]) => {
                let version = [*major, *minor, *patch];
                return Err(PolicyError::NeedsEngine { version });
            }
            _ => return Err(PolicyError::NotAPolicy),
        }
        let mut reader = Reader(record);
        let policy = reader
            .policy()
            .filter(|policy| reader.0.is_empty() && policy.is_sound());
        policy.ok_or(PolicyError::Malformed)
    }

    fn is_sound(&self) -> bool {
        self.rules.len() <= MAX_RULES && self.rules.iter().all(|rule| rule.action.is_in_order())
    }

    /// Writes a policy file. The same policy gives the same bytes.
    #[cfg(feature = "build")]
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        // A Vec takes any number of bytes, and every type of the record can be encoded: this has no way to fail.
        postcard::to_extend(self, [MAGIC.as_slice(), &[VERSION]].concat()).unwrap_or_default()
    }

    /// Returns whether the current item may be shown at a placement.
    #[must_use]
    pub fn current_item_at(&self, placement: &str) -> CurrentItem {
        let known = self.placements.iter().find(|known| known.name == placement);
        known.map_or(CurrentItem::Show, |known| known.current_item)
    }
}
