//! A report as text: `sr1.hero_007.2a.` and a check, as in the order tag.

use alloc::string::String;

use super::Mechanism;
use crate::allocation::Experiment;
use crate::allocation::tag::{fold, push_digit, push_letters};

/// What a report begins with, and its format.
pub const PREFIX: &str = "sr1";

/// Returns the text of a report about an experiment, of the same length whatever the report says.
///
/// ```
/// use shelfwise_core::allocation::Experiment;
/// use shelfwise_core::report::{Mechanism, text};
///
/// let experiment = Experiment {
///     id: "hero".into(),
///     version: 7,
///     from_ms: None,
///     until_ms: None,
///     block_ms: 0,
///     is_interleaved: false,
///     first: 0,
///     arms: vec![],
/// };
/// let how = Mechanism::Bits { buckets: 5, flip: 1 << 29 };
/// assert!(text(&experiment, how, 0b1_0010).starts_with("sr1.hero_007.12."));
/// ```
#[must_use]
pub fn text(experiment: &Experiment, mechanism: Mechanism, bits: u64) -> String {
    let mut text = String::from(PREFIX);
    text.push('.');
    text.push_str(&experiment.id);
    text.push('_');
    push_letters(&mut text, experiment.version);
    text.push('.');
    for place in (0..mechanism.buckets().div_ceil(4)).rev() {
        push_digit(&mut text, ((bits >> (4 * place)) & 15) as u16);
    }
    let check = fold(text.as_bytes());
    text.push('.');
    push_letters(&mut text, check);
    text
}
