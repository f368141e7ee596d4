//! What can be wrong with a policy or doubtful in it: each says what it is, and how to mend it.

use alloc::format;
use alloc::string::String;
use core::fmt;

use super::catalog_index::Named;
use super::content_problem::ContentProblem;
use super::problem::{FactProblem, RuleError, RuleWarning};
use crate::policy::experiment::ExperimentProblem;
use crate::policy::{Attribute, ExpressionError, MAX_RULES};

/// Why a policy source is refused. The last three are found by the linter alone: an engine could obey such rules, and
/// hiding would win.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceError {
    /// Two rules, placements, options of content, layers, experiments, or arms of an experiment, of one name; two questions about one experiment.
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
        /// The other rule.
        by: String,
    },
    /// A pin at place 0.
    Pin {
        /// The rule.
        rule: String,
    },
    /// A pinned item that another rule hides at the same placement.
    HiddenPin {
        /// The rule that pins.
        rule: String,
        /// The item.
        item: String,
        /// The rule that hides.
        by: String,
    },
    /// A pinned item that the shop does not sell.
    NotSold {
        /// The rule.
        rule: String,
        /// The item.
        item: String,
    },
    /// A condition on items that is none.
    Condition {
        /// The rule.
        rule: String,
        /// What is wrong with it, and where in its text.
        error: ExpressionError,
    },
    /// Something that one rule cannot do.
    Rule {
        /// The rule.
        rule: String,
        /// What it is.
        problem: RuleError,
    },
    /// A fact or a value that cannot be.
    Fact(FactProblem),
    /// Experiments that cannot be.
    Experiment(ExperimentProblem),
    /// An option of content that cannot be.
    Content {
        /// The option.
        id: String,
        /// What is wrong with it.
        problem: ContentProblem,
    },
    /// A placement where every item of the shop is hidden.
    NothingLeft {
        /// The placement; everywhere if there is none.
        placement: Option<String>,
    },
}

/// What can be built, and hardly does what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A rule whose list of placements is empty.
    EmptyPlacements {
        /// The rule.
        rule: String,
    },
    /// A placement that stands twice in one rule.
    PlacementTwice {
        /// The rule.
        rule: String,
        /// The placement.
        placement: String,
    },
    /// A rule for items without a name.
    Nameless {
        /// The rule.
        rule: String,
    },
    /// A rule that does nothing which another one does not do already.
    Covered {
        /// The rule.
        rule: String,
        /// The other one.
        by: String,
    },
    /// A rule about a category or a brand without the catalog: the model says which items that are.
    Unlisted {
        /// The rule.
        rule: String,
        /// What it goes by.
        named: Named,
    },
    /// The same with a snapshot in place of the catalog: the items are listed, and a model said which.
    ListedByModel {
        /// The rule.
        rule: String,
        /// What it goes by.
        named: Named,
    },
    /// A pin beyond the end of every slate.
    FarPin {
        /// The rule.
        rule: String,
        /// Its place.
        position: u16,
        /// The places of a slate.
        places: u16,
    },
    /// A cap beside a stricter one.
    LooserCap {
        /// The rule.
        rule: String,
        /// The stricter one.
        by: String,
    },
    /// A cap that no slate and no catalog can reach.
    HighCap {
        /// The rule.
        rule: String,
        /// Items that may stand there.
        max: u16,
        /// Items that could.
        most: usize,
    },
    /// A cap of nothing.
    NothingCapped {
        /// The rule.
        rule: String,
    },
    /// A cap by what no item has.
    NothingToCount {
        /// The rule.
        rule: String,
        /// What it counts.
        by: Attribute,
    },
    /// More pins of one category or brand than a cap admits.
    CapUnderPins {
        /// The rule.
        rule: String,
        /// The category or brand.
        name: String,
        /// Items that are pinned.
        pins: usize,
        /// Items that may stand there.
        max: u16,
    },
    /// A name that the shop's goods do not have.
    Unknown {
        /// The rule.
        rule: String,
        /// What it would name.
        named: Named,
        /// The name.
        name: String,
    },
    /// A pinned item that the snapshot does not know.
    NewPin {
        /// The rule.
        rule: String,
        /// The item.
        item: String,
    },
    /// Something doubtful in one rule.
    Rule {
        /// The rule.
        rule: String,
        /// What it is.
        problem: RuleWarning,
    },
    /// A fact that is doubtful.
    Fact(FactProblem),
    /// Experiments that are doubtful.
    Experiment(ExperimentProblem),
    /// An option of content that is doubtful.
    Content {
        /// The option.
        id: String,
        /// What is doubtful in it.
        problem: ContentProblem,
    },
    /// A placement where fewer items are left than a slate has places.
    FewLeft {
        /// The placement; everywhere if there is none.
        placement: Option<String>,
        /// Items that may be shown.
        left: usize,
        /// The places of a slate.
        places: u16,
    },
}

/// Something that is wrong, or doubtful.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Diagnostic {
    /// Wrong: no policy is made of it.
    Error(SourceError),
    /// Doubtful: the policy can be built.
    Warning(Warning),
}

impl From<SourceError> for Diagnostic {
    fn from(error: SourceError) -> Self {
        Self::Error(error)
    }
}

impl From<Warning> for Diagnostic {
    fn from(warning: Warning) -> Self {
        Self::Warning(warning)
    }
}

/// What it is, and how to mend it.
type Words = (String, &'static str);

impl Diagnostic {
    /// Returns what is the matter.
    #[must_use]
    pub fn what(&self) -> String {
        self.words().0
    }

    /// Returns what to do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        self.words().1
    }

    fn words(&self) -> Words {
        match self {
            Self::Error(error) => error.words(),
            Self::Warning(warning) => warning.words(),
        }
    }

    /// Returns the other one of two rules that do not go together.
    #[must_use]
    pub fn other_rule(&self) -> Option<&str> {
        match self {
            Self::Error(
                SourceError::PinnedTwice { by, .. }
                | SourceError::HiddenPin { by, .. }
                | SourceError::Rule {
                    problem: RuleError::Opposed { by, .. } | RuleError::PositionTaken { by, .. },
                    ..
                },
            )
            | Self::Warning(
                Warning::Covered { by, .. }
                | Warning::LooserCap { by, .. }
                | Warning::Rule {
                    problem: RuleWarning::Outdone(by),
                    ..
                },
            ) => Some(by),
            _ => None,
        }
    }
}

impl SourceError {
    fn words(&self) -> Words {
        match self {
            Self::Twice(name) => (format!("`{name}` is used twice"), "give each its own name"),
            Self::NotOneAction { rule, got } => (
                format!("rule `{rule}` has {got} verbs"),
                "give it exactly one, such as hide, boost, cap or pin",
            ),
            Self::UnknownPlacement { rule, placement } => (
                format!("rule `{rule}` names placement `{placement}`, which has no [[placement]]"),
                "add one, or correct the name",
            ),
            Self::TooManyRules { got } => (
                format!("{got} rules; a policy has at most {MAX_RULES}"),
                "merge some of them",
            ),
            Self::PinnedTwice { rule, item, by } => (
                format!("rule `{rule}` pins item `{item}`, which rule `{by}` pins at the same placement"),
                "keep one of them",
            ),
            Self::Pin { rule } => (
                format!("rule `{rule}` pins to position 0, which does not exist"),
                "positions count from 1",
            ),
            Self::HiddenPin { rule, item, by } => (
                format!("rule `{rule}` pins item `{item}`, which rule `{by}` hides at the same placement"),
                "hiding wins: remove one of the two, or name placements where only one of them applies",
            ),
            Self::NotSold { rule, item } => (
                format!("rule `{rule}` pins item `{item}`, which is not in the catalog"),
                "correct the id, or remove the rule: the item would be shown all the same",
            ),
            Self::Condition { rule, error } => (format!("rule `{rule}`: {}", error.problem), error.problem.help()),
            Self::Rule { rule, problem } => problem.words(rule),
            Self::Fact(problem) => problem.words(),
            Self::Experiment(problem) => problem.words(),
            Self::Content { id, problem } => problem.words(id),
            Self::NothingLeft { placement } => (
                format!("every item is hidden {}", at(placement.as_deref())),
                "hide less there: slates would stay empty",
            ),
        }
    }
}

impl Warning {
    fn words(&self) -> Words {
        match self {
            Self::EmptyPlacements { rule } => (
                format!("rule `{rule}` has an empty list of placements, so it applies everywhere"),
                "remove `placements` if that is meant, or name the placements",
            ),
            Self::PlacementTwice { rule, placement } => (
                format!("rule `{rule}` names placement `{placement}` twice"),
                "name it once",
            ),
            Self::Nameless { rule } => (
                format!("rule `{rule}` is about an empty name, which no item has"),
                "write the name, or remove the rule",
            ),
            Self::Covered { rule, by } => (
                format!("rule `{rule}` has no effect beside rule `{by}`"),
                "remove it, or make the other one narrower",
            ),
            Self::Unlisted { rule, named } => (
                format!(
                    "rule `{rule}` hides by {}, and the model decides which items that means",
                    named.name()
                ),
                "give `--catalog`: the policy then lists today's items, and they stay hidden whatever a model says",
            ),
            Self::ListedByModel { rule, named } => (
                format!(
                    "the items that rule `{rule}` hides by {} are those of the snapshot",
                    named.name()
                ),
                "give `--catalog` instead if somebody else makes the model",
            ),
            Self::FarPin { rule, position, places } => (
                format!("rule `{rule}` pins to position {position}, and a slate has at most {places}"),
                "pin further to the front, or set `--places` if slates are longer",
            ),
            Self::LooserCap { rule, by } => (
                format!("rule `{rule}` admits as many as rule `{by}` or more, at no other placement"),
                "remove it: the stricter cap applies",
            ),
            Self::HighCap { rule, max, most } => (
                format!("rule `{rule}` admits {max}, and there are never more than {most}"),
                "lower `max`, or remove the rule",
            ),
            Self::NothingCapped { rule } => (
                format!("rule `{rule}` admits none, so it moves all items to the end alike"),
                "set `max` to 1 or more, or hide what must not be shown",
            ),
            Self::NothingToCount { rule, by } => (
                format!("rule `{rule}` counts by {}, and no item has one", attribute(*by)),
                "give a catalog that has that column, or remove the rule",
            ),
            Self::CapUnderPins { rule, name, pins, max } => (
                format!("rule `{rule}` admits {max} of `{name}`, and {pins} of them are pinned at the same placement"),
                "pins stand all the same: raise `max`, or pin fewer",
            ),
            Self::Unknown { rule, named, name } => (
                format!("rule `{rule}` is about {} `{name}`, which does not occur", named.name()),
                "correct the name, or remove the rule: it has no effect",
            ),
            Self::NewPin { rule, item } => (
                format!("rule `{rule}` pins item `{item}`, which the snapshot does not know"),
                "correct the id, unless the item is new: it is shown all the same",
            ),
            Self::Rule { rule, problem } => problem.words(rule),
            Self::Fact(problem) => problem.words(),
            Self::Experiment(problem) => problem.words(),
            Self::Content { id, problem } => problem.words(id),
            Self::FewLeft {
                placement,
                left,
                places,
            } => (
                format!(
                    "only {} left {}, for slates of {places} positions",
                    items(*left),
                    at(placement.as_deref())
                ),
                "hide less there, or set `--places` if slates are shorter",
            ),
        }
    }
}

fn items(number: usize) -> String {
    if number == 1 {
        "1 item is".into()
    } else {
        format!("{number} items are")
    }
}

fn at(placement: Option<&str>) -> String {
    placement.map_or_else(|| "everywhere".into(), |name| format!("at placement `{name}`"))
}

const fn attribute(by: Attribute) -> &'static str {
    match by {
        Attribute::Category => "category",
        Attribute::Brand => "brand",
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, help) = self.words();
        write!(f, "{what}: {help}")
    }
}

impl core::error::Error for SourceError {}
