//! Placeholder words in id columns. They are never a person, a session or an item.
//!
//! A single `0` can be either: some shops number from 0. [`is_stand_in`] decides once all rows are known.

use super::normalize;

/// Placeholders without case, spaces and brackets, from analytics exports, databases, spreadsheets, data frames and
/// scripts.
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
    "#n/v",
    "#nv",
    "#n/d",
    "n/v",
    "n.v.",
    "n/d",
    "n.d.",
    "n.a.",
    "n.a",
    "k.a.",
    "k.a",
    "s/d",
    "true",
    "false",
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

/// The same in other languages: nothing, none, unknown, not set, empty.
const WORDS_ELSEWHERE: &[&str] = &[
    "unbekannt",
    "keine",
    "keiner",
    "keineangabe",
    "keineangaben",
    "ohne",
    "leer",
    "nichtgesetzt",
    "nichtverfügbar",
    "inconnu",
    "inconnue",
    "aucun",
    "aucune",
    "vide",
    "nondéfini",
    "indéfini",
    "nonrenseigné",
    "desconocido",
    "desconocida",
    "ninguno",
    "ninguna",
    "vacío",
    "sindatos",
    "sindefinir",
    "nodefinido",
    "nodisponible",
    "sconosciuto",
    "nessuno",
    "vuoto",
    "nondefinito",
    "desconhecido",
    "nenhum",
    "vazio",
    "nãodefinido",
    "onbekend",
    "geen",
    "leeg",
    "okänd",
    "ingen",
    "ukjent",
    "ukendt",
    "tuntematon",
    "nieznany",
    "brak",
    "neznámý",
    "žádný",
    "ismeretlen",
    "bilinmiyor",
    "неизвестно",
    "незадано",
    "неуказано",
    "нет",
    "未知",
    "未设置",
    "不明",
    "なし",
    "없음",
];

/// Words for visitors who are not logged in.
const GUESTS: &[&str] = &[
    "guest",
    "anonymous",
    "anon",
    "notloggedin",
    "visitor",
    "gast",
    "gäste",
    "anonym",
    "nichtangemeldet",
    "invité",
    "visiteur",
    "anonyme",
    "invitado",
    "anónimo",
    "visitante",
    "ospite",
    "anonimo",
    "convidado",
    "anônimo",
    "gäst",
    "gjest",
    "gæst",
    "gość",
    "гость",
    "аноним",
    "游客",
    "匿名",
    "ゲスト",
];

/// Longest of the words, so that ids of usual length are skipped quickly.
const LONGEST: usize = 40;

/// Returns whether a value stands for "no value".
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    Word::of(value).is_some_and(|word| word.is_placeholder())
}

/// Returns whether a value stands for no particular person.
pub(super) fn is_unknown_person(value: &[u8]) -> bool {
    Word::of(value).is_some_and(|word| word.is_placeholder() || GUESTS.contains(&&*word.plain))
}

/// A short value, normalized to lower case.
struct Word {
    /// Without spaces, underscores, invisible characters, and surrounding brackets and quotes.
    plain: String,
    /// Whether it consists of letters and spaces in brackets, such as `(other)`: no shop has such ids.
    is_remark: bool,
}

impl Word {
    fn of(value: &[u8]) -> Option<Self> {
        if value.len() > LONGEST || value.is_empty() {
            return None;
        }
        let text = normalize::normalized(std::str::from_utf8(value).ok()?);
        let bare = text.trim().trim_matches(['(', ')', '[', ']', '<', '>', '"', '\'']);
        let is_remark = ["()", "<>"]
            .iter()
            .any(|pair| text.trim().starts_with(&pair[..1]) && text.trim().ends_with(&pair[1..]))
            && bare.chars().all(|c| c.is_alphabetic() || c == ' ');
        let plain = bare.chars().filter(|c| !c.is_whitespace() && *c != '_');
        Some(Self {
            plain: plain.flat_map(char::to_lowercase).collect(),
            is_remark,
        })
    }

    fn is_placeholder(&self) -> bool {
        let word = &*self.plain;
        word.is_empty() || self.is_remark || is_error(word) || WORDS.contains(&word) || WORDS_ELSEWHERE.contains(&word)
    }
}

/// Returns whether a word is a spreadsheet error in any language: `#REF!`, `#NAME?`, `#WERT!`, `#¡VALOR!`.
fn is_error(word: &str) -> bool {
    let inner = word.strip_prefix('#').and_then(|rest| rest.strip_suffix(['!', '?']));
    inner.is_some_and(|inner| {
        !inner.is_empty()
            && inner
                .chars()
                .all(|c| c.is_alphabetic() || matches!(c, '/' | '0' | '¡' | '¿'))
    })
}

/// A `0` with more than this many times the rows of the most frequent other id is not an id.
const MOST_ROWS: u64 = 4;

/// Spellings of zero.
pub(super) const ZEROS: [&[u8]; 9] = [
    b"0",
    b"0.0",
    b"-1",
    b"00",
    b"000",
    b"0000",
    b"000000",
    b"00000000",
    b"0000000000",
];

/// Returns whether a `0` with this many rows stands for "none". It is an id only if the others are consecutive numbers
/// (there is a 1 or a 2) and it is not much more frequent than all of them.
pub(super) fn is_stand_in<'a>(rows: u64, others: impl Iterator<Item = (&'a [u8], u64)>) -> bool {
    let (mut goes_on, mut most) = (false, 0);
    for (id, rows) in others {
        goes_on |= is_one_or_two(id);
        most = most.max(rows);
    }
    !goes_on || rows > MOST_ROWS * most
}

/// Returns whether an id is `1` or `2`, also with leading zeros or a zero fraction.
fn is_one_or_two(id: &[u8]) -> bool {
    let zeros = id.iter().take_while(|b| **b == b'0').count();
    matches!(&id[zeros..], b"1" | b"2" | b"1.0" | b"2.0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholder_in_any_spelling_is_recognized() {
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
            "Unbekannt",
            "k. A.",
            "N/V",
            "inconnu",
            "sin datos",
            "(other)",
            "(data deleted)",
            "<kein Wert>",
            "#NV",
            "#WERT!",
            "#¡VALOR!",
            "#DIV/0!",
            "N\u{200B}A",
            "\u{A0}",
            "true",
            "не задано",
            "未知",
        ] {
            assert!(is_placeholder(word.as_bytes()), "{word}");
        }
        for id in [
            "0",
            "7",
            "nano",
            "NA-12",
            "nullam",
            "x-",
            "none-slip mat",
            "A",
            "(42)",
            "[red]",
            "#7!",
            "ohne Titel",
            "truefit",
        ] {
            assert!(!is_placeholder(id.as_bytes()), "{id}");
        }
        for word in ["Guest", "NA", "Gast", "invité", "游客"] {
            assert!(is_unknown_person(word.as_bytes()), "{word}");
        }
        assert!(!is_placeholder(b"guest"));
    }

    #[test]
    fn zero_is_an_id_only_among_consecutive_numbers() {
        let ids = |ids: &'static [(&str, u64)]| ids.iter().map(|(id, rows)| (id.as_bytes(), *rows));
        assert!(!is_stand_in(5, ids(&[("1", 4), ("2", 6), ("39", 2)])));
        assert!(!is_stand_in(5, ids(&[("0001", 4), ("0017", 6)])), "0000 among its like");
        assert!(is_stand_in(90, ids(&[("1", 4), ("2", 6), ("39", 2)])));
        assert!(is_stand_in(5, ids(&[("SKU1", 4), ("SKU2", 6)])));
        assert!(is_stand_in(5, ids(&[("17850", 4), ("17851", 6)])));
    }
}
