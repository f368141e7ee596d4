//! Randomized reports of visits, for who cannot wait for orders: each visit tells at most once which option of an experiment it
//! saw and whether it answered, with noise that hides any single visit.
//!
//! * [`mechanism()`]: which noise an ε takes, in whole numbers.
//! * [`Report`]: its text, of the same length whatever the answer.
//! * [`decode()`]: many reports, estimates with intervals.
//! * [`audit()`]: how much one report gives away, by trial.
//!
//! The noise is added by [`shelfwise_core::report`], the code that devices run.

mod audit;
mod decode;
mod mechanism;
mod text;

pub use audit::{Leak, SAMPLES, audit};
pub use decode::{Decoded, OptionRate, Rate, SIGMAS, decode};
pub use mechanism::{MAX_EPSILON, epsilon_of, mechanism};
pub use text::{Report, ReportError, file};

use crate::declaration::Experiment;

/// The answer of a visit that did not see the experiment's place.
pub const UNSEEN: u8 = 0;

/// Returns the number of answers of an experiment: unseen, and for each option seen without and with an answer to it.
#[must_use]
pub fn buckets(experiment: &Experiment) -> usize {
    1 + 2 * experiment.arms.len()
}

/// Returns a visit's answer.
#[must_use]
pub const fn answer(option: u8, is_answered: bool) -> u8 {
    1 + 2 * option + is_answered as u8
}
