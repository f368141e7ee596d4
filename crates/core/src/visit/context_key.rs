//! Context cells: what is coarsely known of a visit before anything happens in it.

use core::fmt;
use core::ops::BitOr;

/// Parts of the day of six hours each, from midnight.
const DAY_PARTS: [&str; 4] = ["night", "morning", "afternoon", "evening"];

/// Parts of the week.
const WEEK_PARTS: [&str; 2] = ["workday", "weekend"];

/// Classes of devices; GA4 says `mobile` for the first.
const DEVICES: [&str; 3] = ["phone", "tablet", "desktop"];

/// The lowest bit of each fact: country, language, device, part of the week, part of the day, and the end.
const SHIFTS: [u32; 6] = [0, LANGUAGE, DEVICE, WEEK_PART, DAY_PART, 27];
const LANGUAGE: u32 = 10;
const DEVICE: u32 = 20;
const WEEK_PART: u32 = 22;
const DAY_PART: u32 = 24;

/// Part of the day, workday or weekend, class of device, language and country, each of them possibly unknown.
///
/// Cells form a tree: a cell's parent leaves out the country, the next one the language, then the device, the part of
/// the week and the part of the day. Nothing in a cell is finer than that; 27 bits hold it all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContextKey(u32);

impl ContextKey {
    /// The cell of which nothing is known; every other one descends from it.
    pub const UNKNOWN: Self = Self(0);

    /// Every fact, as a mask for [`only`](Self::only).
    pub const EVERYTHING: Self = Self((1 << SHIFTS[5]) - 1);

    /// Part of the day and of the week, as a mask.
    pub const TIME: Self = Self(Self::EVERYTHING.0 >> WEEK_PART << WEEK_PART);

    /// Device, language and country, as a mask.
    pub const PLACE: Self = Self((1 << WEEK_PART) - 1);

    /// Each fact with its name and its mask, in the order in which [`parse`](Self::parse) reads them.
    pub const FACTS: [(&'static str, Self); 5] = [
        ("day_part", Self::between(DAY_PART, SHIFTS[5])),
        ("week_part", Self::between(WEEK_PART, DAY_PART)),
        ("device", Self::between(DEVICE, WEEK_PART)),
        ("language", Self::between(LANGUAGE, DEVICE)),
        ("country", Self::between(0, LANGUAGE)),
    ];

    /// Reads `day part,part of the week,device,language,country`, such as `evening,weekend,phone,en,GB`.
    ///
    /// For the first two also the local hour from 0 to 23 and the weekday from 0 (Sunday) to 6 will do; of a language
    /// such as `en-GB` only `en` is taken. Whatever is empty, missing or none of the words is unknown.
    ///
    /// ```
    /// use shelfwise_core::ContextKey;
    ///
    /// let key = ContextKey::parse("20,6,mobile,en-GB,gb");
    /// assert_eq!(key.to_string(), "evening,weekend,phone,en,GB");
    /// assert_eq!(ContextKey::parse("noon,holiday"), ContextKey::UNKNOWN);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::of(text.as_bytes().split(|byte| *byte == b','))
    }

    /// Returns the same of words one by one.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut words = words.into_iter();
        let mut next = || words.next().unwrap_or_default();
        let day_part = part(&DAY_PARTS, next(), |hour| hour / 6) << DAY_PART;
        let week_part = part(&WEEK_PARTS, next(), week_part) << WEEK_PART;
        let device = match next() {
            b"mobile" => 1,
            word => place(&DEVICES, word),
        };
        let language = next().split(|byte| !byte.is_ascii_alphabetic()).next();
        let (language, country) = (letters(language.unwrap_or_default()), letters(next()));
        Self(day_part | week_part | device << DEVICE | language << LANGUAGE | country)
    }

    /// Returns the cell as a number, country in the lowest bits: an ancestor is never greater.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Returns the cell of a number.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Returns what the mask holds of it.
    #[must_use]
    pub const fn only(self, mask: Self) -> Self {
        Self(self.0 & mask.0)
    }

    /// Itself, its parent, and so on up to the unknown one; where a fact is not known, the same cell again.
    pub fn lineage(self) -> impl Iterator<Item = Self> {
        SHIFTS.into_iter().map(move |shift| Self(self.0 >> shift << shift))
    }

    /// Returns the parts that are known of it, as a mask.
    #[must_use]
    pub fn known(self) -> Self {
        let mut known = 0;
        for pair in SHIFTS.windows(2) {
            if let [from, to] = *pair {
                let mask = (1 << to) - (1 << from);
                known |= if self.0 & mask == 0 { 0 } else { mask };
            }
        }
        Self(known)
    }

    /// Returns the mask from one bit up to another.
    const fn between(from: u32, to: u32) -> Self {
        Self((1 << to) - (1 << from))
    }

    fn field(self, shift: u32, bits: u32) -> u32 {
        self.0 >> shift & ((1 << bits) - 1)
    }
}

/// What is known by either; of two different facts of a kind it makes nothing sensible.
impl BitOr for ContextKey {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// In the words that [`ContextKey::parse`] reads.
impl fmt::Display for ContextKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |words: &'static [&'static str], place: u32| {
            let at = (place as usize).checked_sub(1);
            at.and_then(|at| words.get(at)).copied().unwrap_or_default()
        };
        let (day_part, week_part) = (self.field(DAY_PART, 3), self.field(WEEK_PART, 2));
        let (day_part, week_part) = (word(&DAY_PARTS, day_part), word(&WEEK_PARTS, week_part));
        let device = word(&DEVICES, self.field(DEVICE, 2));
        write!(f, "{day_part},{week_part},{device},")?;
        write_letters(f, self.field(LANGUAGE, 10), b'a')?;
        f.write_str(",")?;
        write_letters(f, self.field(0, 10), b'A')
    }
}

fn write_letters(f: &mut fmt::Formatter<'_>, letters: u32, first: u8) -> fmt::Result {
    if letters == 0 {
        return Ok(());
    }
    let letter = |number: u32| char::from(first.wrapping_add((number & 31) as u8).wrapping_sub(1));
    write!(f, "{}{}", letter(letters >> 5), letter(letters))
}

/// Returns the place of a word from 1, or what a number says from 0; 0 where it is neither.
fn part(words: &[&str], word: &[u8], of_number: fn(u32) -> u32) -> u32 {
    let named = place(words, word);
    let digits = matches!(word, [b'0'..=b'9'] | [b'0'..=b'9', b'0'..=b'9']);
    if named > 0 || !digits {
        return named;
    }
    let number = word.iter().fold(0, |number, digit| number * 10 + u32::from(digit & 15));
    let said = of_number(number) + 1;
    if said as usize <= words.len() { said } else { 0 }
}

/// Sunday is 0 and Saturday 6; past that is no day.
const fn week_part(day: u32) -> u32 {
    match day {
        0 | 6 => 1,
        1..=5 => 0,
        _ => 2,
    }
}

fn place(words: &[&str], word: &[u8]) -> u32 {
    (1..)
        .zip(words)
        .find(|(_, known)| known.as_bytes() == word)
        .map_or(0, |(place, _)| place)
}

/// Two letters as ten bits, in either case; 0 for anything else.
fn letters(word: &[u8]) -> u32 {
    match word {
        [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => u32::from(a & 31) << 5 | u32::from(b & 31),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn words_come_back_as_they_were_said() {
        for text in [
            "evening,weekend,phone,en,GB",
            ",,,,",
            "night,,desktop,,",
            ",workday,,pl,",
            ",,tablet,,CZ",
        ] {
            assert_eq!(ContextKey::parse(text).to_string(), text);
        }
    }

    #[test]
    fn hours_and_weekdays_will_do_for_words() {
        let at = |text| ContextKey::parse(text).to_string();
        assert_eq!(at("0,0"), "night,weekend,,,");
        assert_eq!(at("5,1"), "night,workday,,,");
        assert_eq!(at("06,5"), "morning,workday,,,");
        assert_eq!(at("23,6"), "evening,weekend,,,");
        assert_eq!(at("24,7"), ",,,,");
        assert_eq!(at("111,12"), ",,,,");
    }

    #[test]
    fn of_a_language_only_the_language_is_taken() {
        let at = |text| ContextKey::parse(text).to_string();
        assert_eq!(at(",,mobile,en-GB,gb"), ",,phone,en,GB");
        assert_eq!(at(",,,PT_br,"), ",,,pt,");
        assert_eq!(at(",,,fil,GBR"), ",,,,");
    }

    #[test]
    fn context_key_unknown_words_are_absent() {
        for text in [
            "",
            "noon",
            "noon,holiday,fridge,e1,4G",
            ",,,,,,,,",
            "Evening",
            "-1,+2",
            "\u{e9}vening,,,\u{e9}n,\u{e9}",
        ] {
            assert_eq!(ContextKey::parse(text), ContextKey::UNKNOWN, "{text}");
        }
    }

    #[test]
    fn context_key_parents_follow_the_documented_order() {
        let lineage: alloc::vec::Vec<_> = ContextKey::parse("evening,weekend,phone,en,GB")
            .lineage()
            .map(|cell| cell.to_string())
            .collect();
        let expected = [
            "evening,weekend,phone,en,GB",
            "evening,weekend,phone,en,",
            "evening,weekend,phone,,",
            "evening,weekend,,,",
            "evening,,,,",
            ",,,,",
        ];
        assert_eq!(lineage, expected);
    }

    #[test]
    fn masks_hold_what_they_say() {
        let cell = ContextKey::parse("evening,weekend,phone,en,GB");
        assert_eq!(cell.only(ContextKey::TIME), ContextKey::parse("evening,weekend"));
        assert_eq!(cell.only(ContextKey::PLACE), ContextKey::parse(",,phone,en,GB"));
        assert_eq!(cell.known(), ContextKey::EVERYTHING);
        assert_eq!(ContextKey::parse("evening,workday").known(), ContextKey::TIME);
        assert_eq!(ContextKey::UNKNOWN.known(), ContextKey::UNKNOWN);
    }
}
