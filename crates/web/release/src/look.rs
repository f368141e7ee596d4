//! One look at what is published, from the first message to its end.

use alloc::vec::Vec;

use shelfwise_sync::{Client, EngineVersion, Failure, Memory, Pins, PublicKey, Role, Update};

use crate::begin::Begin;
use crate::verdict::Verdict;

/// The engine of this package.
const ENGINE: EngineVersion = EngineVersion {
    major: part(env!("CARGO_PKG_VERSION_MAJOR")),
    minor: part(env!("CARGO_PKG_VERSION_MINOR")),
    patch: part(env!("CARGO_PKG_VERSION_PATCH")),
};

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// A look begins; the bytes are `Begin`.
    Begin,
    /// What was asked for came; the bytes are it.
    Came,
    /// It did not.
    Failed(Failure),
}

impl Message {
    /// Kinds as the page numbers them.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::Begin,
            1 => Self::Came,
            2 => Self::Failed(Failure::Unreachable),
            3 => Self::Failed(Failure::Missing),
            4 => Self::Failed(Failure::TooLong),
            _ => return None,
        })
    }
}

/// A look under way, or none.
#[derive(Debug, Default)]
pub struct Look(Option<Update>);

impl Look {
    /// None under way.
    #[must_use]
    pub const fn new() -> Self {
        Self(None)
    }

    /// Takes a message and says what comes next. A message that belongs to no look changes nothing.
    pub fn take(&mut self, message: Option<Message>, bytes: Vec<u8>) -> Verdict {
        match message {
            Some(Message::Begin) => self.begin(&bytes),
            Some(Message::Came) => self.answer(Ok(bytes)),
            Some(Message::Failed(failure)) => self.answer(Err(failure)),
            None => Verdict::confused(),
        }
    }

    fn begin(&mut self, bytes: &[u8]) -> Verdict {
        let Some(begin) = Begin::read(bytes) else {
            return Verdict::confused();
        };
        let Some(pins) = pinned(&begin.keys) else {
            return Verdict::bad_keys();
        };
        let client = Client {
            engine: ENGINE,
            holding: begin.holding,
        };
        self.say(Update::new(pins, Memory::decode(begin.memory), client, begin.now_ms))
    }

    fn answer(&mut self, answer: Result<Vec<u8>, Failure>) -> Verdict {
        let Some(mut update) = self.0.take() else {
            return Verdict::confused();
        };
        update.answer(answer);
        self.say(update)
    }

    fn say(&mut self, update: Update) -> Verdict {
        if let Some(ask) = update.ask() {
            let verdict = Verdict::asking(&ask);
            self.0 = Some(update);
            return verdict;
        }
        update
            .end()
            .map_or_else(Verdict::confused, |ended| Verdict::ended(&ended))
    }
}

fn pinned(keys: &[(Role, [u8; 32])]) -> Option<Pins> {
    let keys = keys
        .iter()
        .map(|(role, bytes)| PublicKey::from_bytes(*role, *bytes).ok());
    Pins::new(&keys.collect::<Option<Vec<_>>>()?).ok()
}

/// A part of the version: cargo refuses a version whose parts are no numbers.
const fn part(text: &str) -> u16 {
    match u16::from_str_radix(text, 10) {
        Ok(part) => part,
        Err(_) => 0,
    }
}
