//! Words that stand where an id should be. They are never a person, a session or an item.
//!
//! A lone `0` can be either: some shops number from 0. It is decided when all rows are known, by [`is_stand_in`].

/// Words without case, spaces and brackets, from analytics exports, databases, spreadsheets, data frames and scripts.
const WORDS: &[&str] = &[
    "notset",
    "notprovided",
    "notavailable",
    "dataunavailable",
    "datanotavailable",
    "undefined",
    "null",
    "nil",
    "nan",
    "nat",
    "none",
    "na",
    "n/a",
    "#n/a",
    "#ref!",
    "#name?",
    "#value!",
    "n.a.",
    "n.a",
    "\\n",
    "-",
    "--",
    "?",
    "unknown",
    "empty",
    "missing",
    "objectobject",
    "{}",
    "00000000-0000-0000-0000-000000000000",
];

/// Words that stand for everybody who is not logged in.
const GUESTS: &[&str] = &["guest", "anonymous", "anon", "notloggedin"];

/// Longest of the words, so that ids of usual length are passed over quickly.
const LONGEST: usize = 40;

/// Whether a value stands for "no value".
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    plain(value).is_some_and(|word| word.is_empty() || WORDS.contains(&&*word))
}

/// Whether a value stands for nobody in particular.
pub(super) fn is_nobody(value: &[u8]) -> bool {
    plain(value).is_some_and(|word| word.is_empty() || WORDS.contains(&&*word) || GUESTS.contains(&&*word))
}

/// The word without case, spaces, underscores and the brackets and quotes around it.
fn plain(value: &[u8]) -> Option<String> {
    if value.len() > LONGEST || value.is_empty() {
        return None;
    }
    let text = std::str::from_utf8(value).ok()?;
    let bare = text.trim_matches(['(', ')', '[', ']', '<', '>', '"', '\'']);
    let plain = bare.chars().filter(|c| !matches!(c, ' ' | '_'));
    Some(plain.flat_map(char::to_lowercase).collect())
}

/// A `0` among so many times the rows of the most frequent other id is no id.
const MOST_ROWS: u64 = 4;

/// Ids that can be numbers and stand-ins.
pub(super) const ZEROS: [&[u8]; 4] = [b"0", b"0.0", b"-1", b"00000000"];

/// Whether a `0` with so many rows stands for "none", by the other ids and their rows. It is an id only where the others
/// are numbers that go on from it (there is a 1 or a 2) and it is not much more frequent than all of them.
pub(super) fn is_stand_in<'a>(rows: u64, others: impl Iterator<Item = (&'a [u8], u64)>) -> bool {
    let (mut goes_on, mut most) = (false, 0);
    for (id, rows) in others {
        goes_on |= matches!(id, b"1" | b"2" | b"1.0" | b"2.0" | b"00000001" | b"00000002");
        most = most.max(rows);
    }
    !goes_on || rows > MOST_ROWS * most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholder_words_in_any_dress_are_no_ids() {
        for word in [
            "(not set)",
            "(NOT SET)",
            "not_set",
            "undefined",
            "NULL",
            "(null)",
            "<null>",
            "NaN",
            "None",
            "NA",
            "n/a",
            "#N/A",
            "-",
            "\\N",
            "[object Object]",
            "unknown",
        ] {
            assert!(is_placeholder(word.as_bytes()), "{word}");
        }
        for id in ["0", "7", "nano", "NA-12", "nullam", "x-", "none-slip mat", "A"] {
            assert!(!is_placeholder(id.as_bytes()), "{id}");
        }
        assert!(is_nobody(b"Guest") && is_nobody(b"NA") && !is_placeholder(b"guest"));
    }

    #[test]
    fn zero_is_an_id_only_among_its_like() {
        let ids = |ids: &'static [(&str, u64)]| ids.iter().map(|(id, rows)| (id.as_bytes(), *rows));
        assert!(!is_stand_in(5, ids(&[("1", 4), ("2", 6), ("39", 2)])));
        assert!(is_stand_in(90, ids(&[("1", 4), ("2", 6), ("39", 2)])));
        assert!(is_stand_in(5, ids(&[("SKU1", 4), ("SKU2", 6)])));
        assert!(is_stand_in(5, ids(&[("17850", 4), ("17851", 6)])));
    }
}
