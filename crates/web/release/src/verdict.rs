//! What a look says: one line of JSON, and bytes to remember.

use alloc::string::String;
use alloc::vec::Vec;

use shelfwise_sync::{Ask, Ended, Outcome};

/// What the page shall do: ask for a path, or act on how the look ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// JSON: `path` and `at_most` where something is asked for; `outcome` and `reason` where it ended.
    pub text: String,
    /// What to remember, once the engine has taken the release. Empty where the look goes on.
    pub memory: Vec<u8>,
}

impl Verdict {
    /// Something is asked for.
    pub fn asking(ask: &Ask<'_>) -> Self {
        let mut text = String::new();
        // Paths are lower-case letters, digits, `-`, `_`, `.` and `/`.
        push(&mut text, &["{\"path\":\"", ask.path, "\",\"at_most\":"]);
        push_number(&mut text, ask.at_most);
        push(&mut text, &[",\"outcome\":null,\"reason\":\"\"}"]);
        Self {
            text,
            memory: Vec::new(),
        }
    }

    /// It ended.
    pub fn ended(ended: &Ended) -> Self {
        let (outcome, reason) = match &ended.outcome {
            Outcome::New => ("new", None),
            Outcome::Unchanged => ("unchanged", None),
            Outcome::Kept(reason) => ("kept", Some(reason)),
            Outcome::StoreOrder(reason) => ("store-order", Some(reason)),
        };
        let text = match reason {
            Some(reason) => {
                let (what, why) = reason.codes();
                line(outcome, &[what, ": ", why])
            }
            None => line(outcome, &[]),
        };
        Self {
            text,
            memory: ended.memory.encode(),
        }
    }

    /// It never began.
    pub fn bad_keys() -> Self {
        Self {
            text: line("bad-keys", &[]),
            memory: Vec::new(),
        }
    }

    /// A message came that is none.
    pub fn confused() -> Self {
        Self {
            text: line("confused", &[]),
            memory: Vec::new(),
        }
    }
}

/// No reason has a quotation mark, a backslash or a line break in it. Its numbers are left out: the code that writes
/// them would be a tenth of the module.
fn line(outcome: &str, reason: &[&str]) -> String {
    let mut text = String::new();
    push(
        &mut text,
        &[
            "{\"path\":null,\"at_most\":0,\"outcome\":\"",
            outcome,
            "\",\"reason\":\"",
        ],
    );
    push(&mut text, reason);
    push(&mut text, &["\"}"]);
    text
}

fn push(text: &mut String, parts: &[&str]) {
    for part in parts {
        text.push_str(part);
    }
}

fn push_number(text: &mut String, number: u32) {
    if number > 9 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}
