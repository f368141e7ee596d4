//! One update check against the published release, from the first message to its outcome.

use alloc::string::String;
use alloc::vec::Vec;

use shelfwise_sync::{Client, EngineVersion, FetchError, Memory, PublicKey, Role, TrustedKeys, Update};

use crate::begin::Begin;
use crate::verdict::Verdict;

/// The version of the engine in this package.
const ENGINE: EngineVersion = EngineVersion {
    major: part(env!("CARGO_PKG_VERSION_MAJOR")),
    minor: part(env!("CARGO_PKG_VERSION_MINOR")),
    patch: part(env!("CARGO_PKG_VERSION_PATCH")),
};

/// The kind of a message from the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// Starts an update check; the bytes are an encoded `Begin`.
    Begin,
    /// The requested file arrived; the bytes are its content.
    Received,
    /// The requested file did not arrive.
    Failed(FetchError),
}

impl Message {
    /// Returns the kind of this number in the page's encoding.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::Begin,
            1 => Self::Received,
            2 => Self::Failed(FetchError::Unreachable),
            3 => Self::Failed(FetchError::Missing),
            4 => Self::Failed(FetchError::TooLong),
            _ => return None,
        })
    }
}

/// An update check in progress, or none.
#[derive(Debug, Default)]
pub struct UpdateCheck {
    update: Option<Update>,
    /// The path that is requested.
    path: String,
    /// The paths that follow it.
    following: String,
    /// The encoded memory, set at the end of a check.
    memory: Vec<u8>,
}

impl UpdateCheck {
    /// Makes a state without a check in progress.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            update: None,
            path: String::new(),
            following: String::new(),
            memory: Vec::new(),
        }
    }

    /// Processes a message and returns the next step. A message outside of a check changes nothing.
    pub fn take(&mut self, message: Option<Message>, bytes: Vec<u8>) -> Verdict<'_> {
        let answer = match message {
            Some(Message::Begin) => return self.begin(&bytes),
            Some(Message::Received) => Ok(bytes),
            Some(Message::Failed(failure)) => Err(failure),
            None => return Verdict::bad_message(),
        };
        if let Some(update) = &mut self.update {
            update.answer(answer);
        }
        self.verdict()
    }

    fn begin(&mut self, bytes: &[u8]) -> Verdict<'_> {
        let Some(begin) = Begin::read(bytes) else {
            return Verdict::bad_message();
        };
        let Some(trusted_keys) = trusted_keys_of(begin.keys) else {
            return Verdict::bad_keys();
        };
        let client = Client {
            engine: ENGINE,
            installed: begin.installed,
        };
        self.update = Some(Update::new(
            trusted_keys,
            Memory::decode(begin.memory),
            client,
            begin.now_ms,
        ));
        self.verdict()
    }

    fn verdict(&mut self) -> Verdict<'_> {
        let Some(update) = &self.update else {
            return Verdict::bad_message();
        };
        match (update.outcome(), update.request()) {
            (Some(outcome), _) => {
                self.memory = update.memory().encode();
                let epoch = update.release().map_or(0, |release| release.record.epoch);
                let hidden = u32::from(update.hidden().is_some());
                Verdict::ended(outcome, epoch, hidden, &self.memory)
            }
            (None, Some(request)) => {
                self.path = request.path;
                self.following.clear();
                for artefact in (1..).map_while(|nth| update.following(nth)) {
                    self.following.push_str(&artefact.path());
                    self.following.push(' ');
                }
                Verdict::request(&self.path, request.at_most, &self.following)
            }
            (None, None) => Verdict::bad_message(),
        }
    }
}

fn trusted_keys_of(keys: &[[u8; 33]]) -> Option<TrustedKeys> {
    let mut trusted_keys_of = Vec::new();
    for [role, key @ ..] in keys {
        trusted_keys_of.push(PublicKey::from_bytes(Role::from_number(*role)?, *key).ok()?);
    }
    TrustedKeys::new(&trusted_keys_of).ok()
}

/// Parses one part of the version. The fallback is unreachable: cargo refuses a version with other parts than numbers.
const fn part(text: &str) -> u16 {
    match u16::from_str_radix(text, 10) {
        Ok(part) => part,
        Err(_) => 0,
    }
}
