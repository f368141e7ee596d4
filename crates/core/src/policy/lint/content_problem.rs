//! What can be wrong with an option of content or doubtful in it.

use alloc::format;
use alloc::string::String;

use super::catalog_index::Named;
use crate::content::{MAX_CONTENT, MAX_PER_VISIT};
use crate::policy::RequestFact;

/// Why an option is refused, or doubtful.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContentProblem {
    /// More options than a policy holds.
    TooMany(usize),
    /// An id that no event can have.
    BadContentId,
    /// No placement.
    Nowhere,
    /// A placement that the policy does not name.
    UnknownPlacement(String),
    /// No text, or an empty one.
    NoTexts,
    /// Words that speak of stock or of other shoppers, without a fact.
    Claim(String),
    /// A fact in braces that counts nothing, is rounded or secret, or that nobody declares.
    UnknownFact(String),
    /// A fact in braces, and no item that it could be of.
    FactOfNoItem(String),
    /// A brace that is not closed.
    OpenBrace,
    /// Words that speak of an end, without one.
    NoEnd(String),
    /// It ends before it begins.
    EndsBeforeItBegins,
    /// A number that its word cannot have.
    Number {
        /// The word.
        word: &'static str,
        /// What it may be.
        wanted: &'static str,
    },
    /// A word of `when` that its fact cannot have.
    When {
        /// The fact.
        fact: &'static str,
        /// The word.
        word: String,
        /// What it may be.
        wanted: &'static str,
    },
    /// An offer for some shoppers only.
    OfferFor(RequestFact),
    /// An offer that does not say what it takes.
    NoConditions,
    /// Conditions of what is no offer.
    ConditionsOfNoOffer,
    /// It has ended.
    Expired(String),
    /// Times without a zone.
    NoZone,
    /// A word that means nothing yet.
    NotYet(&'static str),
    /// Two variants of the same texts.
    SameTexts,
    /// An id that an item has: what is done with one would count for the other.
    IsItem,
    /// It is about what the shop does not have.
    UnknownAbout {
        /// What it would name.
        named: Named,
        /// The name.
        name: String,
    },
}

impl ContentProblem {
    /// Returns what is the matter with the option, and what to do.
    pub(super) fn words(&self, id: &str) -> (String, &'static str) {
        match self {
            Self::TooMany(got) => (
                format!("{got} options of content; a policy has at most {MAX_CONTENT}"),
                "remove those that have ended",
            ),
            Self::BadContentId => (
                format!("content `{id}` has an id that events cannot have"),
                "give it an id of 1 to 255 bytes",
            ),
            Self::Nowhere => (
                format!("content `{id}` names no placement, so it is never shown"),
                "write such as `placements = [\"hero\"]`",
            ),
            Self::UnknownPlacement(placement) => (
                format!("content `{id}` names placement `{placement}`, which has no [[placement]]"),
                "add one, or correct the name",
            ),
            Self::NoTexts => (
                format!("content `{id}` has no text, or an empty one"),
                "write such as `texts = { title = \"Spring\" }`: what is shown is written and approved by people",
            ),
            Self::Claim(words) => (
                format!("content `{id}` says `{words}`, and no fact says so"),
                "write the number as a fact of the item, such as `Only {stock} left`, or leave the claim out",
            ),
            Self::UnknownFact(fact) => (
                format!(
                    "content `{id}` speaks of `{{{fact}}}`, which is no [[fact]] of kind \"count\" that travels as it is"
                ),
                "declare it, without `steps` and not `secret`, or correct the name: the number comes from the signed facts",
            ),
            Self::FactOfNoItem(fact) => (
                format!("content `{id}` speaks of `{{{fact}}}`, and of no item"),
                "write the item as the first of `about = { items = [\"SKU1\"] }`",
            ),
            Self::OpenBrace => (
                format!("content `{id}` has a brace that is not closed"),
                "write facts as `{stock}`",
            ),
            Self::NoEnd(words) => (
                format!("content `{id}` says `{words}`, and has no end"),
                "set `until` to the real end, or leave the words out",
            ),
            Self::EndsBeforeItBegins => (
                format!("content `{id}` ends before it begins"),
                "correct `from` or `until`",
            ),
            Self::Number { word, wanted } => (
                format!("content `{id}`: `{word}` must be {wanted}"),
                "correct the number; see docs/content.md",
            ),
            Self::When { fact, word, wanted } => (
                format!("content `{id}`: `{word}` is no {fact}, which is {wanted}"),
                "correct the word: the option would never be shown",
            ),
            Self::OfferFor(fact) => (
                format!("offer `{id}` depends on `{}`", fact.name()),
                "remove it: everybody may have an offer who asks, whatever they can pay, use, are about to do, or live",
            ),
            Self::NoConditions => (
                format!("offer `{id}` does not say what it takes to have it"),
                "write `conditions`: they are published, and hold for everybody",
            ),
            Self::ConditionsOfNoOffer => (
                format!("content `{id}` has `conditions`, and is no offer"),
                "set `kind = \"offer\"`, or use `when`",
            ),
            Self::Expired(until) => (
                format!("content `{id}` ended at {until}"),
                "remove it, or set `until` to a later time",
            ),
            Self::NoZone => (
                format!("content `{id}` has a time of no zone, which is taken as UTC"),
                "write `zone = \"Europe/Berlin\"` at the top of the file, or `Z` behind the time",
            ),
            Self::NotYet(word) => (
                format!("content `{id}` uses `{word}`, which needs a later engine: with this one it is never shown"),
                "keep it for later, or remove it",
            ),
            Self::SameTexts => (
                format!("content `{id}` has the same texts twice"),
                "remove one: variants are shown equally often",
            ),
            Self::IsItem => (
                format!("content `{id}` has the id of an item of the shop"),
                "choose another id: hiding the item would hide the content too",
            ),
            Self::UnknownAbout { named, name } => (
                format!(
                    "content `{id}` is about {} `{name}`, which does not occur",
                    named.name()
                ),
                "correct the name: no visit leads there",
            ),
        }
    }
}

/// What the numbers of an option may be.
pub(super) const CAP: &str = "a whole number from 1 to 20";
const _: () = assert!(MAX_PER_VISIT == 20, "the text above says so");
