//! The policy as a merchandiser writes it, checked and turned into [`Policy`].

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Unexpected, Visitor};

use super::lint::{self, Finding, LintContext, SourceError};
use super::{Action, Attribute, Exclusion, Limits, Policy, Rule, Selector};
use crate::placement::Placement;

/// `policy.toml`: any serde format with named fields will do.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "tables [[placement]], [[rule]] and [limits]")]
pub struct PolicySource {
    /// `[[placement]]`
    #[serde(default, rename = "placement")]
    pub(super) placements: Vec<Placement>,
    /// `[[rule]]`
    #[serde(default, rename = "rule")]
    pub(super) rules: Vec<RuleSource>,
    /// `[limits]`
    #[serde(default)]
    pub limits: Limits,
}

/// One rule: exactly one of `hide`, `exclude`, `cap`, `pin`.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a rule: `id` and one of `hide`, `exclude`, `cap`, `pin`"
)]
pub(super) struct RuleSource {
    pub(super) id: String,
    pub(super) placements: Option<Vec<String>>,
    hide: Option<Selector>,
    exclude: Option<Exclusion>,
    cap: Option<CapSource>,
    pin: Option<PinSource>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "such as { by = \"category\", max = 2 }")]
struct CapSource {
    by: Attribute,
    #[serde(deserialize_with = "count")]
    max: u16,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "such as { item = \"1082185\", position = 1 }")]
struct PinSource {
    #[serde(deserialize_with = "item_id")]
    item: String,
    #[serde(deserialize_with = "count")]
    position: u16,
}

impl PolicySource {
    /// Checks the source and returns the policy that engines read, without lists: [`Policy::with_items_of`] adds them.
    ///
    /// ```
    /// use shelfwise_core::policy::PolicySource;
    ///
    /// let text = r#"
    ///     [[rule]]
    ///     id = "no-sold-out"
    ///     exclude = "out_of_stock"
    /// "#;
    /// let policy = toml::from_str::<PolicySource>(text)?.check()?;
    /// assert_eq!(policy.rules[0].id, "no-sold-out");
    ///
    /// let text = text.replace("out_of_stock\"", "out_of_stock\"\nhide = { item = \"1\" }");
    /// let error = toml::from_str::<PolicySource>(&text)?.check().unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "rule `no-sold-out` has 2 actions: give it exactly one of hide, exclude, cap, pin"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`SourceError`] for the first rule that no engine could obey; [`lint`](Self::lint) finds more.
    pub fn check(self) -> Result<Policy, SourceError> {
        if let Some(error) = lint::first_error(&self) {
            return Err(error);
        }
        let rules = self.rules.iter().filter_map(RuleSource::rule).collect();
        Ok(Policy {
            placements: self.placements,
            rules,
        })
    }

    /// Returns all that is wrong or doubtful, in the order of the checks. About a second for 10,000 rules.
    #[must_use]
    pub fn lint(&self, against: &LintContext<'_>) -> Vec<Finding> {
        lint::all(self, against)
    }
}

impl RuleSource {
    /// Returns what the rule does; more or less than one thing where it is wrong.
    pub(super) fn actions(&self) -> impl Iterator<Item = Action> {
        let actions = [
            self.hide.clone().map(Action::hide),
            self.exclude.map(Action::Exclude),
            self.cap.as_ref().map(|cap| Action::Cap {
                by: cap.by,
                max: cap.max,
            }),
            self.pin.as_ref().map(|pin| Action::Pin {
                item: pin.item.clone(),
                position: pin.position,
            }),
        ];
        actions.into_iter().flatten()
    }

    /// Returns the rule, if it does exactly one thing.
    pub(super) fn rule(&self) -> Option<Rule> {
        let mut actions = self.actions();
        let action = actions.next().filter(|_| actions.next().is_none())?;
        Some(Rule {
            id: self.id.clone(),
            placements: self.placements.clone().unwrap_or_default(),
            action,
        })
    }
}

/// Reads a number of items or a place, and says in the shop's words what is expected.
fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    deserializer.deserialize_u16(Count)
}

struct Count;

impl Visitor<'_> for Count {
    type Value = u16;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from 0 to {}, such as 2", u16::MAX)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<u16, E> {
        u16::try_from(number).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<u16, E> {
        u16::try_from(number).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }
}

/// Reads an item's id, which is text even where it looks like a number.
fn item_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    deserializer.deserialize_str(ItemId)
}

struct ItemId;

impl Visitor<'_> for ItemId {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an item's id in quotes, such as \"1082185\"")
    }

    fn visit_str<E: Error>(self, id: &str) -> Result<String, E> {
        Ok(id.into())
    }
}
