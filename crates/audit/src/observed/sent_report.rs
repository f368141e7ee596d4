//! A randomized report, as it was sent.

use shelfwise_core::allocation::tag::{fold, letters};
use shelfwise_core::report::PREFIX;

/// A report that a device may write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentReport {
    /// What it answers: the experiment and its version.
    pub question: String,
    /// The answers that it names, in hexadecimal.
    pub bits: String,
}

impl SentReport {
    /// Reads a body; `None` for one that is no report, or has more in it.
    #[must_use]
    pub fn read(body: &[u8]) -> Option<Self> {
        let text = str::from_utf8(body).ok()?;
        let (said, check) = text.rsplit_once('.')?;
        let (question, bits) = said.strip_prefix(PREFIX)?.strip_prefix('.')?.split_once('.')?;
        let is_hex = (1..=16).contains(&bits.len()) && bits.bytes().all(|byte| byte.is_ascii_hexdigit());
        (is_hex && letters(fold(said.as_bytes())) == check).then(|| Self {
            question: question.to_owned(),
            bits: bits.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn report_is_read_and_anything_more_is_none() {
        let said = "sr1.hero_007.12";
        let text = format!("{said}.{}", letters(fold(said.as_bytes())));
        let read = SentReport::read(text.as_bytes()).unwrap();
        assert_eq!((&*read.question, &*read.bits), ("hero_007", "12"));
        for other in [
            format!("{text} "),
            format!("{text}0"),
            text.replace("12", "13"),
            "sr1.hero_007".into(),
        ] {
            assert_eq!(SentReport::read(other.as_bytes()), None, "{other}");
        }
    }
}
