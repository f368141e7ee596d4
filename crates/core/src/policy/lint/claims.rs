//! Claims in texts: words that speak of stock, of other shoppers, or of an end. A list of phrases in English, German and French, so
//! that it finds what is usual; whoever approves a text reads the rest.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What a number in front of it makes a claim: of stock or of other shoppers.
const COUNTED: [&str; 28] = [
    "left",
    "remaining",
    "in stock",
    "in basket",
    "in cart",
    "sold",
    "bought",
    "viewing",
    "watching",
    "looking",
    "people are",
    "people have",
    "others",
    "shoppers",
    "customers",
    "reviews",
    "stars",
    "übrig",
    "auf lager",
    "verkauft",
    "gekauft",
    "kunden",
    "bewertungen",
    "sterne",
    "restant",
    "en stock",
    "vendus",
    "clients",
];

/// What is a claim without a number.
const VAGUE: [&str; 16] = [
    "almost gone",
    "nearly gone",
    "selling fast",
    "going fast",
    "sold out soon",
    "few left",
    "last few",
    "last ones",
    "high demand",
    "everyone is buying",
    "nur noch wenige",
    "fast ausverkauft",
    "sehr gefragt",
    "letzte exemplare",
    "bientôt épuisé",
    "derniers exemplaires",
];

/// What speaks of an end.
const ENDS: [&str; 19] = [
    "ends in",
    "ends soon",
    "ends today",
    "ends tonight",
    "ends tomorrow",
    "today only",
    "only today",
    "last day",
    "last chance",
    "last hours",
    "hurry",
    "countdown",
    "expires",
    "nur heute",
    "nur noch heute",
    "endet",
    "letzte chance",
    "dernier jour",
    "se termine",
];

/// How many words may stand between a number and what it counts.
const BETWEEN: usize = 2;

/// Returns the words that claim something of stock or of other shoppers without a fact, if some do.
pub fn claim(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let vague = VAGUE.into_iter().find(|phrase| has_words(&text, phrase));
    vague.map(String::from).or_else(|| counted(&text))
}

/// Returns the words that speak of an end, if some do.
pub fn end(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    ENDS.into_iter().find(|phrase| has_words(&text, phrase))
}

/// A number, and soon behind it what it counts.
fn counted(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.iter().enumerate().find_map(|(at, word)| {
        let is_number = word.starts_with(|first: char| first.is_ascii_digit());
        let behind = words.get(at + 1..).filter(|_| is_number)?;
        (0..=BETWEEN).find_map(|skipped| {
            let rest = behind.get(skipped..)?.join(" ");
            let counted = COUNTED.into_iter().find(|phrase| begins_with_words(&rest, phrase))?;
            Some(format!("{word} … {counted}"))
        })
    })
}

/// Returns whether the phrase stands in the text, at the beginning of a word.
fn has_words(text: &str, phrase: &str) -> bool {
    let starts = text.match_indices(phrase).map(|(at, _)| at);
    let is_word = |at: usize| {
        text.get(..at)
            .is_some_and(|before| !before.ends_with(char::is_alphanumeric))
    };
    starts.into_iter().any(is_word)
}

/// Returns whether the text begins with the phrase as whole words, or with a plural of it.
fn begins_with_words(text: &str, phrase: &str) -> bool {
    text.strip_prefix(phrase).is_some_and(|rest| {
        let rest = rest.strip_prefix('s').unwrap_or(rest);
        !rest.starts_with(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_found_and_plain_texts_pass() {
        for text in [
            "Only 3 left",
            "12 in baskets",
            "In 12 carts: 4 people are viewing this",
            "Nur noch 2 auf Lager",
            "Plus que 3 en stock",
            "Selling fast!",
            "2 hours left",
        ] {
            assert!(claim(text).is_some(), "{text}");
        }
        for text in [
            "Only {stock} left",
            "Turn left at aisle 3",
            "Sold in packs of 6",
            "A tent for 2 people",
            "Save 20 % on 3 or more",
            "Breakfast in 10 minutes",
        ] {
            assert_eq!(claim(text), None, "{text}");
        }
    }

    #[test]
    fn words_of_an_end_are_found() {
        assert_eq!(end("The sale ENDS TODAY"), Some("ends today"));
        assert_eq!(end("Weekends in June"), None);
        assert_eq!(end("Free delivery from $30"), None);
    }
}
