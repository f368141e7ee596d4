//! The colours of a drawn picture: by what the product is called, by what is drawn, or by its id.

/// Beginnings of words that say a colour: the first that is found.
const BY_WORD: [(&str, &str); 46] = [
    ("black", "violet"),
    ("blueberr", "indigo"),
    ("raspberr", "pink"),
    ("red delicious", "red"),
    ("golden delicious", "yellow"),
    ("granny smith", "lime"),
    ("red", "red"),
    ("green", "green"),
    ("white grape", "lime"),
    ("white", "cream"),
    ("yellow", "yellow"),
    ("gold", "yellow"),
    ("russet", "brown"),
    ("sweet potato", "orange"),
    ("onion", "amber"),
    ("lemon", "yellow"),
    ("lime", "lime"),
    ("grapefruit", "pink"),
    ("orange", "orange"),
    ("clementine", "orange"),
    ("tangerine", "orange"),
    ("peach", "amber"),
    ("nectarine", "orange"),
    ("plum", "violet"),
    ("cantaloupe", "orange"),
    ("honeydew", "lime"),
    ("pear", "lime"),
    ("kiwi", "green"),
    ("mango", "amber"),
    ("jalape", "green"),
    ("serrano", "green"),
    ("cauliflower", "cream"),
    ("zucchini", "green"),
    ("squash", "amber"),
    ("radish", "pink"),
    ("tomato", "red"),
    ("ketchup", "red"),
    ("salsa", "red"),
    ("mustard", "yellow"),
    ("chocolate", "brown"),
    ("coffee", "brown"),
    ("grape", "violet"),
    ("apple", "red"),
    ("salmon", "pink"),
    ("shrimp", "pink"),
    ("pickle", "green"),
];

/// What grows or is baked has a colour of its own.
const BY_PICTURE: [(&str, &str); 33] = [
    ("fruit", "red"),
    ("citrus", "orange"),
    ("berries", "red"),
    ("grapes", "violet"),
    ("melon", "red"),
    ("banana", "yellow"),
    ("pineapple", "yellow"),
    ("avocado", "lime"),
    ("tomato", "red"),
    ("pepper", "red"),
    ("root", "brown"),
    ("leaf", "green"),
    ("carrot", "orange"),
    ("cucumber", "green"),
    ("broccoli", "green"),
    ("corn", "yellow"),
    ("mushroom", "brown"),
    ("bread", "amber"),
    ("bun", "amber"),
    ("bagel", "amber"),
    ("cookie", "brown"),
    ("cheese", "yellow"),
    ("eggs", "cream"),
    ("tortilla", "amber"),
    ("pasta", "yellow"),
    ("pizza", "orange"),
    ("steak", "red"),
    ("chicken", "amber"),
    ("ham", "pink"),
    ("bacon", "red"),
    ("sausage", "brown"),
    ("fish", "teal"),
    ("plate", "blue"),
];

/// What packages come in.
const PACKAGES: [&str; 10] = [
    "red", "orange", "amber", "lime", "green", "teal", "blue", "indigo", "violet", "pink",
];

/// The class of `shop.css` that gives a picture its three tones.
pub fn of(title: &str, picture: &str, id: &str) -> &'static str {
    let words = format!(" {}", title.to_lowercase());
    let word = BY_WORD
        .iter()
        .find(|(word, _)| words.match_indices(word).any(|(at, _)| words[..at].ends_with(' ')));
    let drawn = || BY_PICTURE.iter().find(|(drawn, _)| *drawn == picture);
    match word.or_else(drawn) {
        Some((_, tint)) => tint,
        None => PACKAGES[fnv1a(id) as usize % PACKAGES.len()],
    }
}

/// FNV-1a of 32 bits (Fowler, Noll, Vo; RFC 9923): the same colour for a product on every machine.
fn fnv1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_speaks_before_the_picture_and_the_picture_before_the_id() {
        assert_eq!(of("Granny Smith Apples", "fruit", "1"), "lime");
        assert_eq!(
            of("Flavored Bacon", "plate", "1"),
            "blue",
            "a word that holds another one"
        );
        assert_eq!(of("Winter Melon", "melon", "1"), "red");
        assert!(PACKAGES.contains(&of("Cereal", "box", "1")));
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(""), 0x811c_9dc5);
        assert_eq!(fnv1a("foobar"), 0xbf9c_f968);
    }
}
