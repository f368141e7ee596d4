//! Different shoppers on the same page: whatever they do, nobody outside may be able to tell them apart.

use serde_json::json;

use super::plan::{Act, call, track};

/// Items that the laboratory's model knows.
pub(crate) const KNOWN: &[&str] = &["bread", "milk", "butter", "candy", "soap", "bagel", "yogurt", "cheddar"];
/// Those of them that alike shoppers touch: a memory holds only what the model knows, and is as long for one as for another.
const AS_LONG: &[&str] = &["bread", "candy", "bagel"];
/// How many shoppers do as much as each other, with other items.
const ALIKE: usize = 4;
/// Events of each of those.
const EVENTS: usize = 4;
/// The bytes of the ids of an event of theirs, in all.
const ID_BYTES: usize = 24;

/// A shopper.
#[derive(Debug, Clone, PartialEq)]
pub struct Shopper {
    /// A name, of letters, digits and `-`.
    pub name: String,
    /// What the shopper does between two orders of the same lists.
    pub deeds: Vec<Act>,
    /// Whether what is kept of this shopper has as many bytes as of the others of whom this is said.
    pub is_alike: bool,
}

/// Returns ten shoppers, which are 45 pairs: four with as many events of as many bytes, and six of whom each does something else.
pub fn shoppers() -> Vec<Shopper> {
    let alike = (0..ALIKE).map(|number| Shopper {
        name: format!("alike-{number}"),
        deeds: alike(number),
        is_alike: true,
    });
    let others = others().into_iter().map(|(name, deeds)| Shopper {
        name: name.to_owned(),
        deeds,
        is_alike: false,
    });
    alike.chain(others).collect()
}

/// Events of two items each: one that the model knows, and a stranger that fills its id up to the same length.
fn alike(number: usize) -> Vec<Act> {
    let kinds = ["view_item", "add_to_cart", "add_to_wishlist", "select_item"];
    let events = (0..EVENTS).zip(kinds).map(|(turn, kind)| {
        let known = AS_LONG
            .get((number + turn * (number % 2 + 1)) % AS_LONG.len())
            .copied()
            .unwrap_or_default();
        let stranger = format!("{:x<1$}", format!("s{number:02}{turn}"), ID_BYTES - known.len());
        track(kind, &[known, &stranger])
    });
    events.collect()
}

fn others() -> Vec<(&'static str, Vec<Act>)> {
    let gift = |on: bool| call("gift", [json!(on)]);
    let many = (0..60).map(|turn| {
        track(
            "view_item",
            &[
                KNOWN.get(turn % 3).copied().unwrap_or_default(),
                &format!("many-{turn}"),
            ],
        )
    });
    let bought = vec![
        track("view_item", &["bread"]),
        track("add_to_cart", &["bread"]),
        track("remove_from_cart", &["bread"]),
        track("add_to_cart", &["milk"]),
        track("begin_checkout", &["milk"]),
        track("purchase", &["milk", "candy"]),
    ];
    let given = vec![
        gift(true),
        track("add_to_cart", &["candy"]),
        gift(false),
        track("search", &[]),
        track("view_cart", &[]),
        track("view_item_list", &["soap", "milk"]),
    ];
    vec![
        ("none", vec![]),
        ("many", many.collect()),
        ("buys", bought),
        ("gives", given),
        (
            "hides",
            vec![track("view_item", &["soap"]), call("lessLike", [json!("butter")])],
        ),
        (
            "long-ids",
            vec![
                track("add_to_cart", &[&"l".repeat(255)]),
                track("add_to_cart", &["butter"]),
            ],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn shoppers_do_different_things_and_make_more_than_twenty_pairs() {
        let all = shoppers();
        let deeds: BTreeSet<_> = all.iter().map(|shopper| json!(shopper.deeds).to_string()).collect();
        assert_eq!((all.len(), deeds.len()), (10, 10));
    }

    #[test]
    fn shoppers_who_are_alike_send_as_many_bytes() {
        let alike = shoppers().into_iter().filter(|shopper| shopper.is_alike);
        let lengths: BTreeSet<_> = alike.map(|shopper| json!(shopper.deeds).to_string().len()).collect();
        assert_eq!(lengths.len(), 1, "{lengths:?}");
    }
}
