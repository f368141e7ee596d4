//! Randomized reports of visits, for who cannot wait for orders: each visit tells at most once which option of an experiment it
//! saw and whether it answered, with noise that hides any single visit.
//!
//! * [`mechanism()`]: which noise an ε takes, in whole numbers.
//! * [`Report`]: its text, as devices write it.
//! * [`decode()`]: many reports, estimates with intervals.
//! * [`audit()`]: how much one report gives away, by trial.
//!
//! What is asked stands in the policy, and the noise is added by [`shelfwise_core::report`], the code that devices run.

mod audit;
mod decode;
mod text;

pub use audit::{Leak, SAMPLES, audit};
pub use decode::{Decoded, OptionRate, Rate, SIGMAS, decode};
pub use shelfwise_core::policy::experiment::EPSILON;
pub use shelfwise_core::report::{MAX_EPSILON, UNSEEN, answer, epsilon_of, mechanism};
pub use text::{Report, ReportError, file};

use crate::declaration::Experiment;

/// Returns the number of answers of an experiment: unseen, and for each option seen without and with an answer to it.
#[must_use]
pub fn buckets(experiment: &Experiment) -> usize {
    shelfwise_core::report::buckets(experiment.arms.len())
}
