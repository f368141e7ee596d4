//! Encodes the verdict of an update check as numbers, for the worker.

use alloc::vec::Vec;

use shelfwise_web_abi::Module;

use crate::update_check::{Message, UpdateCheck};

/// The length of an encoded verdict: the byte limit, the lower and upper half of the epoch, whether the list of hidden ids
/// was verified, then address and length of each part: path, outcome, what, why, following paths, memory.
const NUMBERS: usize = 4 + 2 * 6;

impl Module<NUMBERS> for UpdateCheck {
    fn take(&mut self, kind: u32, message: Vec<u8>) -> [usize; NUMBERS] {
        let verdict = self.take(Message::from_number(kind), message);
        let texts = [
            verdict.path,
            verdict.outcome,
            verdict.what,
            verdict.why,
            verdict.following,
        ];
        let [path, outcome, what, why, following] = texts.map(str::as_bytes);
        let parts = [path, outcome, what, why, following, verdict.memory];
        let mut numbers = [0; NUMBERS];
        let [at_most, lower, upper, hidden, places @ ..] = &mut numbers;
        *at_most = verdict.at_most as usize;
        *hidden = verdict.hidden as usize;
        [*lower, *upper] = [verdict.epoch as usize, (verdict.epoch >> 32) as usize];
        for (place, part) in places.as_chunks_mut().0.iter_mut().zip(parts) {
            *place = [part.as_ptr() as usize, part.len()];
        }
        numbers
    }
}

shelfwise_web_abi::module!(UpdateCheck, 16, UpdateCheck::new());
