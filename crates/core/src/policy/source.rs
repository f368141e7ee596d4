//! The policy as a merchandiser writes it, checked and turned into [`Policy`].

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Deserialize;

use super::{Action, Attribute, Exclusion, MAX_RULES, Policy, Rule, Selector};
use crate::placement::Placement;

/// `policy.toml`: any serde format with named fields will do.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicySource {
    /// `[[placement]]`
    #[serde(default, rename = "placement")]
    placements: Vec<Placement>,
    /// `[[rule]]`
    #[serde(default, rename = "rule")]
    rules: Vec<RuleSource>,
}

/// One rule: exactly one of `hide`, `exclude`, `cap`, `pin`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleSource {
    id: String,
    #[serde(default)]
    placements: Vec<String>,
    hide: Option<Selector>,
    exclude: Option<Exclusion>,
    cap: Option<CapSource>,
    pin: Option<PinSource>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CapSource {
    by: Attribute,
    max: u16,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PinSource {
    item: String,
    position: u16,
}

/// Why a policy source is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceError {
    /// Two rules or two placements of one name.
    Twice(String),
    /// A rule that does not do exactly one thing.
    NotOneAction {
        /// The rule.
        rule: String,
        /// How many things it does.
        got: usize,
    },
    /// A rule for a placement that the policy does not name.
    UnknownPlacement {
        /// The rule.
        rule: String,
        /// The placement.
        placement: String,
    },
    /// More rules than a policy holds.
    TooManyRules {
        /// How many there are.
        got: usize,
    },
    /// A rule that pins an item which another one pins at the same placement.
    PinnedTwice {
        /// The rule.
        rule: String,
        /// The item.
        item: String,
    },
    /// Two pins for one place, or a pin at place 0.
    Pin {
        /// The rule.
        rule: String,
        /// The place.
        position: u16,
    },
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Twice(name) => write!(
                f,
                "`{name}` stands twice: give each rule and placement a name of its own"
            ),
            Self::NotOneAction { rule, got } => {
                write!(
                    f,
                    "rule `{rule}` does {got} things: give it exactly one of hide, exclude, cap, pin"
                )
            }
            Self::UnknownPlacement { rule, placement } => {
                write!(
                    f,
                    "rule `{rule}` names placement `{placement}`, which has no [[placement]]: add one, or mend the name"
                )
            }
            Self::TooManyRules { got } => write!(f, "{got} rules, at most {MAX_RULES} are taken: join some of them"),
            Self::PinnedTwice { rule, item } => write!(
                f,
                "rule `{rule}` pins item `{item}`, which another rule pins at the same placement: keep one of them"
            ),
            Self::Pin { rule, position } => write!(
                f,
                "rule `{rule}` pins to place {position}, which is taken or does not exist: places count from 1, one item each"
            ),
        }
    }
}

impl core::error::Error for SourceError {}

impl PolicySource {
    /// Checks the source and gives the policy that engines read.
    ///
    /// # Errors
    /// [`SourceError`] for the first rule that contradicts itself or another.
    pub fn check(self) -> Result<Policy, SourceError> {
        if self.rules.len() > MAX_RULES {
            return Err(SourceError::TooManyRules { got: self.rules.len() });
        }
        let names = self.rules.iter().map(|rule| &rule.id);
        first_twice(names)
            .or_else(|| first_twice(self.placements.iter().map(|placement| &placement.name)))
            .map_or(Ok(()), Err)?;
        let placements = self.placements;
        let rules = self
            .rules
            .into_iter()
            .map(|rule| rule.check(&placements))
            .collect::<Result<Vec<_>, _>>()?;
        check_pins(&rules)?;
        Ok(Policy { placements, rules })
    }
}

fn first_twice<'a>(names: impl Iterator<Item = &'a String>) -> Option<SourceError> {
    let mut names: Vec<&String> = names.collect();
    names.sort_unstable();
    names.windows(2).find_map(|pair| match pair {
        [a, b] if a == b => Some(SourceError::Twice(String::clone(a))),
        _ => None,
    })
}

impl RuleSource {
    fn check(self, known: &[Placement]) -> Result<Rule, SourceError> {
        let unknown = self
            .placements
            .iter()
            .find(|name| known.iter().all(|placement| placement.name != **name));
        if let Some(placement) = unknown {
            return Err(SourceError::UnknownPlacement {
                rule: self.id,
                placement: placement.clone(),
            });
        }
        let actions = [
            self.hide.map(Action::Hide),
            self.exclude.map(Action::Exclude),
            self.cap.map(|cap| Action::Cap {
                by: cap.by,
                max: cap.max,
            }),
            self.pin.map(|pin| Action::Pin {
                item: pin.item,
                position: pin.position,
            }),
        ];
        let mut actions: Vec<Action> = actions.into_iter().flatten().collect();
        match (actions.pop(), actions.len()) {
            (Some(action), 0) => Ok(Rule {
                id: self.id,
                placements: self.placements,
                action,
            }),
            (last, others) => Err(SourceError::NotOneAction {
                rule: self.id,
                got: others + usize::from(last.is_some()),
            }),
        }
    }
}

fn check_pins(rules: &[Rule]) -> Result<(), SourceError> {
    for (at, rule) in rules.iter().enumerate() {
        let Some((item, position)) = rule.action.as_pin() else {
            continue;
        };
        let rivals = rules.iter().take(at).filter(|other| overlap(other, rule));
        let mut rivals = rivals.filter_map(|other| other.action.as_pin());
        let rival = rivals.find(|(other, place)| *place == position || *other == item);
        match rival {
            Some((other, place)) if place != position => {
                return Err(SourceError::PinnedTwice {
                    rule: rule.id.clone(),
                    item: other.into(),
                });
            }
            None if position > 0 => {}
            _ => {
                return Err(SourceError::Pin {
                    rule: rule.id.clone(),
                    position,
                });
            }
        }
    }
    Ok(())
}

fn overlap(a: &Rule, b: &Rule) -> bool {
    a.placements.is_empty() || b.placements.is_empty() || a.placements.iter().any(|name| b.placements.contains(name))
}
