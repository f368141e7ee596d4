//! Canary tokens: texts that occur nowhere else, one for every field in which a page can hand over something.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shelfwise_sync::sha256;

/// Whose a token is: what may hold it depends on that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// What the shopper did: the manifest's keys may hold it, in the modes that it names.
    Event,
    /// What Shelfwise must not even take: fields that it does not name, and ids that it refuses.
    Unread,
    /// What the page asks and shows: nothing may keep it or send it.
    Request,
    /// The page's address: the browser itself sends it as the referrer of what the page loads.
    Address,
}

/// Why a field of the contract has no token.
pub type Untold = &'static str;

/// Every field of the records in which a page hands something over, as the contract names them.
pub const FIELDS: &[(&str, &str, Result<Class, Untold>)] = &[
    (
        "EngineEvent",
        "event",
        Err("one of a few words: the step noninterfere compares shoppers with different ones"),
    ),
    ("EngineEvent", "item_ids", Ok(Class::Event)),
    ("EngineEvent", "at_ms", Ok(Class::Event)),
    ("EngineRequest", "placement", Ok(Class::Request)),
    ("EngineRequest", "item", Ok(Class::Request)),
    ("EngineRequest", "category", Ok(Class::Request)),
    ("EngineRequest", "cell", Ok(Class::Request)),
    (
        "EngineRequest",
        "limit",
        Err("a small number, which other numbers equal by chance"),
    ),
    (
        "EngineRequest",
        "now_ms",
        Err("the present, which is everywhere; the time of an event has a token"),
    ),
    ("EngineRequest", "items", Err("its entries have tokens: ListedItem")),
    ("EngineRequest", "sold_out", Ok(Class::Request)),
    ("ListedItem", "item_id", Ok(Class::Request)),
    ("ListedItem", "in_stock", Err("true or false")),
    (
        "ListedItem",
        "stock",
        Err("a small number, which other numbers equal by chance"),
    ),
    (
        "ListedItem",
        "price",
        Err("of the shop's goods, which its pages show anyway"),
    ),
    ("ListedItem", "item_category", Ok(Class::Request)),
    ("ListedItem", "item_brand", Ok(Class::Request)),
];

/// Fields beside the contract: of GA4's events, which Shelfwise must not even read, and of the page.
const OTHERS: &[(&str, &str, Class)] = &[
    ("GA4", "item_name", Class::Unread),
    ("GA4", "user_id", Class::Unread),
    ("GA4", "search_term", Class::Unread),
    ("GA4", "transaction_id", Class::Unread),
    ("GA4", "item_id", Class::Event),
    ("refused", "item_id", Class::Unread),
    ("hidden", "item_id", Class::Event),
    ("grant", "receipt", Class::Event),
    ("page", "query", Class::Address),
    ("page", "fragment", Class::Address),
];

/// The time of the canary's events, in milliseconds since 1970: a number that nothing else has.
pub const EVENT_MS: u64 = 1_767_254_839_571;

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Record and field.
    pub field: String,
    /// Whose it is.
    pub class: Class,
    /// The text.
    pub text: String,
}

/// Returns all tokens of a trial; `salt` makes them differ from those of another one.
pub fn tokens(salt: &str) -> Vec<Token> {
    let fields = FIELDS
        .iter()
        .filter_map(|(record, field, class)| Some((*record, *field, (*class).ok()?)));
    let all = fields.chain(OTHERS.iter().copied());
    all.map(|(record, field, class)| {
        let field = format!("{record}.{field}");
        let text = if field == "EngineEvent.at_ms" {
            EVENT_MS.to_string()
        } else {
            text(&field, salt)
        };
        Token { field, class, text }
    })
    .collect()
}

/// Letters and digits alone: no form of an address changes them.
pub(crate) fn text(field: &str, salt: &str) -> String {
    let hash = STANDARD.encode(sha256(format!("{salt} {field}").as_bytes()));
    let letters = hash.chars().filter(char::is_ascii_alphanumeric).take(18);
    format!("swc{}", letters.collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const CONTRACT: &str = include_str!("../../../web/js/src/contract.ts");

    /// The names of an interface's fields, out of its text.
    fn declared(record: &str) -> BTreeSet<&'static str> {
        let start = CONTRACT.find(&format!("export interface {record} {{")).expect(record);
        let body = CONTRACT[start..].split("\n}").next().unwrap();
        let fields = body
            .lines()
            .skip(1)
            .filter(|line| line.starts_with("    ") && line.ends_with(';'));
        fields
            .filter_map(|line| line.trim().split_once(':'))
            .map(|(name, _)| name.trim_end_matches('?'))
            .collect()
    }

    #[test]
    fn every_field_of_the_contract_has_a_token_or_a_reason() {
        for record in ["EngineEvent", "EngineRequest", "ListedItem"] {
            let own: BTreeSet<_> = FIELDS
                .iter()
                .filter(|(name, ..)| *name == record)
                .map(|(_, field, _)| *field)
                .collect();
            assert_eq!(
                declared(record),
                own,
                "{record}: give each field a token, or say why it can have none"
            );
        }
    }

    #[test]
    fn tokens_differ_from_each_other_and_from_trial_to_trial() {
        let all: BTreeSet<_> = tokens("a")
            .into_iter()
            .chain(tokens("b"))
            .map(|token| token.text)
            .collect();
        assert_eq!(
            all.len(),
            2 * tokens("a").len() - 1,
            "the time of events alone is the same"
        );
        assert!(
            all.iter()
                .all(|text| text.len() >= 13 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        );
    }
}
