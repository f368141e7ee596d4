//! Tokens in every form in which something could carry them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use shelfwise_sync::sha256;

use super::token::{EVENT_MS, Token};
use super::unpack::unpacked;

/// How a token is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// As it is.
    Raw,
    /// In base64, at one of three alignments.
    Base64,
    /// In hexadecimal digits.
    Hex,
    /// Every byte as `%` and two digits.
    Percent,
    /// Two bytes for each character, in either order.
    Utf16,
    /// Backwards.
    Reversed,
    /// As its SHA-256, in hexadecimal digits or base64.
    Hash,
    /// As a number of eight bytes.
    Number,
}

impl Form {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Raw => "as it is",
            Self::Base64 => "in base64",
            Self::Hex => "in hexadecimal",
            Self::Percent => "percent-encoded",
            Self::Utf16 => "in UTF-16",
            Self::Reversed => "backwards",
            Self::Hash => "as its SHA-256",
            Self::Number => "as a number",
        }
    }
}

/// Tokens in all their forms. Bytes are searched as Latin-1 text, because the standard library searches text fast.
#[derive(Debug)]
pub struct Needles {
    tokens: Vec<(Token, Vec<(Form, String)>)>,
}

impl Needles {
    /// Writes each token in each form.
    pub fn of(tokens: &[Token]) -> Self {
        let tokens = tokens.iter().map(|token| (token.clone(), forms(&token.text)));
        Self {
            tokens: tokens.collect(),
        }
    }

    /// The number of texts that are looked for.
    pub fn count(&self) -> usize {
        self.tokens.iter().map(|(_, forms)| forms.len()).sum()
    }

    /// Returns the tokens that are in bytes, or in what the bytes become when they are decoded, each with its first form.
    pub fn found(&self, bytes: &[u8]) -> Vec<(&Token, Form)> {
        let texts: Vec<_> = unpacked(bytes).iter().map(|bytes| latin1(bytes)).collect();
        let found = self.tokens.iter().filter_map(|(token, forms)| {
            let is_in = |text: &String| texts.iter().any(|haystack| haystack.contains(text.as_str()));
            Some((token, forms.iter().find(|(_, text)| is_in(text))?.0))
        });
        found.collect()
    }
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

fn forms(text: &str) -> Vec<(Form, String)> {
    let bytes = text.as_bytes();
    let mut all = vec![
        (Form::Raw, text.to_owned()),
        (Form::Reversed, text.chars().rev().collect()),
    ];
    all.extend(base64(bytes).map(|text| (Form::Base64, text)));
    all.push((Form::Hex, hex(bytes)));
    all.push((Form::Hex, hex(bytes).to_uppercase()));
    let percent: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
    all.extend([(Form::Percent, percent.to_uppercase()), (Form::Percent, percent)]);
    let little: Vec<_> = bytes.iter().flat_map(|byte| [*byte, 0]).collect();
    let big: Vec<_> = bytes.iter().flat_map(|byte| [0, *byte]).collect();
    all.extend([little, big].map(|bytes| (Form::Utf16, latin1(&bytes))));
    let hash = sha256(bytes);
    all.extend([hex(&hash), hex(&hash).to_uppercase(), STANDARD_NO_PAD.encode(hash)].map(|text| (Form::Hash, text)));
    if text == EVENT_MS.to_string() {
        let (little, big) = (EVENT_MS.to_le_bytes(), EVENT_MS.to_be_bytes());
        let double = (EVENT_MS as f64).to_le_bytes();
        // The upper bytes are zeros in many numbers: six tell this one from others.
        for bytes in [little.get(..6), big.get(2..), Some(&double[..])].into_iter().flatten() {
            all.push((Form::Number, latin1(bytes)));
        }
    }
    all
}

/// What of a text's base64 does not depend on what stands before and after it, for each place where it can begin.
fn base64(bytes: &[u8]) -> impl Iterator<Item = String> {
    (0..3).map(|before| {
        let padded = [&vec![0; before][..], bytes].concat();
        let text = STANDARD.encode(&padded);
        let from = [0, 2, 3].get(before).copied().unwrap_or_default();
        let whole = padded.len() / 3 * 4;
        text.get(from..whole).unwrap_or_default().to_owned()
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::token::{Class, tokens};
    use super::*;

    fn found(bytes: &[u8]) -> Vec<Form> {
        let token = Token {
            field: "x".to_owned(),
            class: Class::Event,
            text: "swcAbCdEfGh0123456789".to_owned(),
        };
        Needles::of(&[token])
            .found(bytes)
            .into_iter()
            .map(|(_, form)| form)
            .collect()
    }

    #[test]
    fn a_token_is_found_in_every_form() {
        let text = b"swcAbCdEfGh0123456789";
        for before in ["", "a", "ab", "abc"] {
            let inside = [before.as_bytes(), text, b"zz"].concat();
            // Too short a run of base64 around it is left to the forms.
            assert_eq!(found(STANDARD.encode(&inside).as_bytes()).len(), 1, "{before}");
        }
        assert_eq!(found(b"?q=swcAbCdEfGh0123456789&x"), [Form::Raw]);
        assert_eq!(found(hex(text).as_bytes()), [Form::Hex]);
        assert_eq!(
            found(&text.iter().flat_map(|byte| [*byte, 0]).collect::<Vec<_>>()),
            [Form::Utf16]
        );
        assert_eq!(found(hex(&sha256(text)).as_bytes()), [Form::Hash]);
        assert_eq!(found(b"9876543210hGfEdCbAcws"), [Form::Reversed]);
        let percent: String = text.iter().map(|byte| format!("%{byte:02X}")).collect();
        assert_eq!(found(percent.as_bytes()).len(), 1);
    }

    #[test]
    fn the_time_of_an_event_is_found_as_a_number() {
        let needles = Needles::of(&tokens("t"));
        let bytes = [&[7, 1][..], &EVENT_MS.to_le_bytes()].concat();
        let found: Vec<_> = needles
            .found(&bytes)
            .into_iter()
            .map(|(token, form)| (token.field.as_str(), form))
            .collect();
        assert_eq!(found, [("EngineEvent.at_ms", Form::Number)]);
        assert_eq!(
            needles
                .found(STANDARD.encode([&bytes[..], &[0; 9]].concat()).as_bytes())
                .len(),
            1
        );
    }

    #[test]
    fn nothing_is_found_in_other_texts() {
        assert_eq!(found(b"swcAbCdEfGh012345678"), []);
        assert!(
            Needles::of(&tokens("t"))
                .found(b"GET /package/index.js 1767254839570")
                .is_empty()
        );
    }
}
