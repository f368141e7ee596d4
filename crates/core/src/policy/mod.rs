//! The merchandiser's rules: what may be shown, how often, and what stands where.
//!
//! The policy always wins over the model. It is an artefact of its own, written by `shelfwise policy build`.

mod adjust;
mod adjust_stage;
mod admit;
mod apply;
mod arrange;
mod balance;
mod block;
mod candidate;
mod condition;
mod directive;
mod diversify;
#[cfg(feature = "build")]
pub mod experiment;
#[cfg(feature = "build")]
mod expression;
mod fact_source;
mod fact_view;
mod format;
mod hidden;
#[cfg(feature = "build")]
mod limits;
#[cfg(feature = "build")]
pub mod lint;
#[cfg(feature = "build")]
mod listing;
mod named;
mod objective;
mod pool;
pub mod program;
mod record;
mod rule_numbers;
mod rule_set;
#[cfg(feature = "build")]
mod source;
mod verb;

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

pub(crate) use adjust::is_adjusted;
pub(crate) use adjust_stage::AdjustStage;
pub(crate) use admit::PolicyContext;
pub(crate) use apply::apply;
pub(crate) use candidate::{Candidate, Zone};
pub use condition::{Condition, RequestFact, When};
pub use directive::{ALL_THE_WAY, Directive, attribute};
#[cfg(feature = "build")]
pub use expression::{Comparison, Expression, ExpressionError, ExpressionProblem, Literal, Operand, Test};
pub use fact_source::FactSource;
pub use format::{FILE_HEAD, MAX_RULES, PolicyError, allocation_section, guarded_prefix};
pub use hidden::HiddenIds;
#[cfg(feature = "build")]
pub use limits::Limits;
#[cfg(feature = "build")]
pub use lint::SourceError;
pub use objective::reorder;
pub(crate) use pool::Pool;
pub use program::{Program, Vocabulary};
pub(crate) use rule_numbers::RuleNumbers;
pub(crate) use rule_set::{Occasion, RuleSet};
#[cfg(feature = "build")]
pub use source::{
    ContentSource, FactDeclaration, MIN_ITEMS_OF_A_LEVEL, Minute, PolicySource, VALUE_LEVELS, ValueDeclaration,
};
pub use verb::Verb;

use crate::allocation::Allocation;
use crate::content::ContentSet;
use crate::placement::{CurrentItem, Placement};
use crate::report::Question;

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
    /// A verb of policy 3.
    Direct(Directive),
}

impl Action {
    /// Hides without a list: what a category or a brand means is up to the model.
    #[must_use]
    pub const fn hide(what: Selector) -> Self {
        Self::Hide { what, items: None }
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
    /// When it holds; a file of format 3 has it behind the rules.
    #[serde(skip)]
    pub condition: Condition,
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
    /// The rules; they act in the order of [`Verb::ALL`].
    pub rules: Vec<Rule>,
    /// What conditions on items speak of. A file of format 3 has it by sections.
    #[serde(skip)]
    pub vocabulary: Vocabulary,
    /// What is tried on which share of the draws. A file of format 4 has it in a section of its own.
    #[serde(skip)]
    pub allocation: Allocation,
    /// Banners, messages, offers and their like. A file of format 4 has them in a section of their own.
    #[serde(skip)]
    pub content: ContentSet,
    /// What randomized reports may be asked. A file of format 4 has it in a section of its own.
    #[serde(skip)]
    pub questions: Vec<Question>,
}

impl Policy {
    /// Returns who pays where a rule is one of a sponsored slot, and the label.
    pub(crate) fn sponsor(&self, rule: u16) -> Option<(&str, &str)> {
        match &self.rules.get(usize::from(rule))?.action {
            Action::Direct(directive) if directive.verb == Verb::Sponsored => match directive.texts.as_slice() {
                [by, label] => Some((by, label)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns whether the current item may be shown at a placement.
    #[must_use]
    pub fn current_item_at(&self, placement: &str) -> CurrentItem {
        let known = self.placements.iter().find(|known| known.name == placement);
        known.map_or(CurrentItem::Show, |known| known.current_item)
    }
}
