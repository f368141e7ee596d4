//! What can be wrong with one rule or doubtful in it, as far as it is about the verbs and conditions of policy 3.

use alloc::format;
use alloc::string::String;

use crate::policy::source::{MIN_ITEMS_OF_A_LEVEL, VALUE_LEVELS};

/// The engine that is to know a word that means nothing yet.
const LATER_ENGINE: &str = "a later engine";

/// Why a rule is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleError {
    /// A number or a word that its verb cannot have.
    Number {
        /// The word.
        word: &'static str,
        /// What it may be.
        wanted: &'static str,
    },
    /// A value of `when` that its fact cannot have.
    When {
        /// The fact.
        fact: &'static str,
        /// The word.
        word: String,
        /// What it may be.
        wanted: &'static str,
    },
    /// An attribute that items are not compared by.
    Attribute(String),
    /// It ends before it begins.
    EndsBeforeItBegins,
    /// It asks for a secret, and nobody gave the goods that it means.
    SecretWithoutCatalog,
    /// Another rule moves the same items as far the other way.
    Opposed {
        /// The other rule.
        by: String,
        /// One of the items.
        item: String,
    },
    /// A position that another rule fills at the same placement.
    PositionTaken {
        /// The position.
        position: u16,
        /// The other rule.
        by: String,
    },
    /// Shares that need more positions than there are.
    SharesTooLarge {
        /// What they need together.
        needed: usize,
        /// The positions.
        of_first: u16,
    },
    /// An objective that raises what is no value.
    RaisesNoValue(String),
}

/// What is doubtful in a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleWarning {
    /// It has ended.
    Expired(String),
    /// A boost that never ends.
    Endless,
    /// Times without a zone.
    NoZone,
    /// No item of the shop fits its condition.
    FitsNothing,
    /// Every item of the shop fits its condition.
    FitsEverything,
    /// Items without a value in a fact that it asks for.
    Missing {
        /// The fact.
        fact: String,
        /// How many have none.
        items: usize,
        /// How many there are.
        of: usize,
    },
    /// A word that means nothing yet.
    NotYet(&'static str),
    /// A fallback, where no placement has a kind that could run out.
    NoKinds,
    /// It asks for a secret, and lists what it means.
    SecretListed {
        /// How many items.
        items: usize,
    },
    /// Every item that it means is moved further by another rule.
    Outdone(String),
    /// A position beyond the end of every slate.
    FarPosition {
        /// The position.
        position: u16,
        /// The places of a slate.
        places: u16,
    },
    /// A sponsored slot without a label of its own.
    NoLabel,
    /// An objective without a measured hit curve.
    NoHitCurve,
    /// A condition over facts without the goods: what it means was not checked.
    Unchecked,
}

impl RuleError {
    /// Returns what is the matter with the rule, and what to do.
    pub(super) fn words(&self, rule: &str) -> (String, &'static str) {
        match self {
            Self::Number { word, wanted } => (
                format!("rule `{rule}`: `{word}` must be {wanted}"),
                "correct it; see docs/policy.md for what each verb takes",
            ),
            Self::When { fact, word, wanted } => (
                format!("rule `{rule}`: `{word}` is no {fact}, which is {wanted}"),
                "correct the word: the rule would never apply",
            ),
            Self::Attribute(name) => (
                format!("rule `{rule}` compares items by `{name}`"),
                "use category or brand, or in `diversify` also price",
            ),
            Self::EndsBeforeItBegins => (
                format!("rule `{rule}` ends before it begins"),
                "correct `from` or `until`",
            ),
            Self::SecretWithoutCatalog => (
                format!("rule `{rule}` asks for a secret fact, and without the goods nobody knows what it means"),
                "give `--catalog`: the policy then lists the items, and the fact stays here",
            ),
            Self::Opposed { by, item } => (
                format!("rule `{rule}` moves item `{item}` as far as rule `{by}` moves it the other way"),
                "remove one of the two, make one of them stronger, or make their conditions exclude each other",
            ),
            Self::PositionTaken { position, by } => (
                format!("rule `{rule}` fills position {position}, which rule `{by}` fills at the same placement"),
                "choose another position",
            ),
            Self::SharesTooLarge { needed, of_first } => (
                format!("rule `{rule}` and the shares beside it need {needed} of the first {of_first} positions"),
                "lower `at_least` of one of them",
            ),
            Self::RaisesNoValue(name) => (
                format!("rule `{rule}` raises `{name}`, which is no [[value]]"),
                "add a [[value]] of that name: it has the 16 levels that an objective needs",
            ),
        }
    }
}

impl RuleWarning {
    /// Returns what is doubtful in the rule, and what to do.
    pub(super) fn words(&self, rule: &str) -> (String, &'static str) {
        match self {
            Self::Expired(until) => (
                format!("rule `{rule}` ended at {until}"),
                "remove it, or set `until` to a later time",
            ),
            Self::Endless => (
                format!("rule `{rule}` boosts without an end"),
                "set `until`: boosts that nobody remembers are what shops suffer from most",
            ),
            Self::NoZone => (
                format!("rule `{rule}` has a time of no zone, which is taken as UTC"),
                "write `zone = \"Europe/Berlin\"` at the top of the file, or `Z` behind the time",
            ),
            Self::FitsNothing => (
                format!("no item fits the condition of rule `{rule}`"),
                "correct the condition, remove the rule, or declare `price`, `stock` or `in_stock` as [[fact]] if it asks for one: else only the page knows it",
            ),
            Self::FitsEverything => (
                format!("every item fits the condition of rule `{rule}`"),
                "narrow the condition: what is done to all moves none",
            ),
            Self::Missing { fact, items, of } => (
                format!("rule `{rule}` asks for `{fact}`, which {items} of {of} items do not have"),
                "complete the column, or add `or missing(…)`: a comparison with a missing fact is false",
            ),
            Self::NotYet(word) => (
                format!("rule `{rule}` uses `{word}`, which needs {LATER_ENGINE}: with this one it never applies"),
                "keep the rule for later, or remove it",
            ),
            Self::NoKinds => (
                format!(
                    "rule `{rule}` fills a placement whose kind runs out, which needs {LATER_ENGINE}: with this one a \
                     placement has no kind, and goes on with all goods until its places are full"
                ),
                "keep the rule for later, or remove it; to hold places for these goods today, write `share` or `slot`",
            ),
            Self::SecretListed { items } => (
                format!("rule `{rule}` asks for a secret fact: it is built as a list of {items} items"),
                "build again when the goods change; the fact itself does not travel",
            ),
            Self::Outdone(by) => (
                format!("rule `{rule}` moves nothing: every item that it means is moved further by rule `{by}`"),
                "remove it, or make it stronger",
            ),
            Self::FarPosition { position, places } => (
                format!("rule `{rule}` fills position {position}, and a slate has at most {places}"),
                "choose a position further to the front, or set `--places` if slates are longer",
            ),
            Self::NoLabel => (
                format!("rule `{rule}` has no label, so shoppers read `Sponsored`"),
                "write `label` in the language of the shop",
            ),
            Self::NoHitCurve => (
                format!("rule `{rule}` has an objective, and the snapshot has no hit curve: nothing is raised"),
                "train the model again with this version",
            ),
            Self::Unchecked => (
                format!("rule `{rule}` has a condition that was not compared with the goods"),
                "give `--catalog`: the check then says what it means today",
            ),
        }
    }
}

/// Why the facts and values of a policy are refused, or doubtful.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactProblem {
    /// A name that another fact has, or one that needs no file.
    NameTaken(String),
    /// A name that rules cannot write.
    BadName(String),
    /// A column that the catalog does not have.
    NoColumn {
        /// The fact.
        fact: String,
        /// The column.
        column: String,
    },
    /// A value made of a fact that nobody declares.
    UnknownPart {
        /// The value.
        value: String,
        /// The fact.
        fact: String,
    },
    /// A value made of texts.
    TextPart {
        /// The value.
        value: String,
        /// The fact.
        fact: String,
    },
    /// A value with no parts, or with a weight that is no number.
    NoWeights(String),
    /// Fewer goods than a value needs.
    FewItems {
        /// The value.
        value: String,
        /// How many items have a value.
        items: usize,
    },
    /// A fact that no rule and no value asks for.
    Unused(String),
}

impl FactProblem {
    /// Returns what is the matter, and what to do.
    pub(super) fn words(&self) -> (String, &'static str) {
        match self {
            Self::NameTaken(name) => (
                format!("fact `{name}` has a name that is taken"),
                "choose another one: category, brand and id are known without a file, and each name is given once",
            ),
            Self::BadName(name) => (
                format!("fact `{name}` has a name that rules cannot write"),
                "use small letters, digits and underscores, and begin with a letter",
            ),
            Self::NoColumn { fact, column } => (
                format!("fact `{fact}` is read from column `{column}`, which the catalog does not have"),
                "correct `from`, or add the column",
            ),
            Self::UnknownPart { value, fact } => (
                format!("value `{value}` is made of `{fact}`, which no [[fact]] declares"),
                "add a [[fact]] of that name, or remove the part",
            ),
            Self::TextPart { value, fact } => (
                format!("value `{value}` is made of `{fact}`, which is a text"),
                "make values of numbers, shares, amounts and flags",
            ),
            Self::NoWeights(value) => (
                format!("value `{value}` has no parts with a weight"),
                "write such as `of = { margin = 0.7, season = 0.3 }`",
            ),
            Self::FewItems { value, items } => (
                format!(
                    "value `{value}` has {VALUE_LEVELS} levels over {items} items, and each needs \
                     {MIN_ITEMS_OF_A_LEVEL} at least"
                ),
                "leave it out until the catalog is larger: a level of few items tells what it is made of",
            ),
            Self::Unused(fact) => (
                format!("fact `{fact}` is asked for by no rule and no value"),
                "remove it: what travels to browsers costs bytes",
            ),
        }
    }
}
