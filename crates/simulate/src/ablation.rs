//! What each rule is good for: slates that would be others without it.
//!
//! A rule can act and change nothing, because another rule does the same. So each rule is left out once, and slates are
//! ranked again, of a sample of moments.

use rayon::prelude::*;
use shelfwise_core::snapshot::SnapshotError;
use shelfwise_core::{Engine, Policy};
use shelfwise_intake::progress::{Amount, Progress};

use crate::moment::Moment;
use crate::replay::{Replay, Replayed};

/// Rankings that ablation may cost in all: a few seconds.
const BUDGET: usize = 20_000;
/// The fewest moments a rule is tried on, whatever the budget.
const LEAST: usize = 50;
/// The most: the share is known to about two points then.
const MOST: usize = 1_000;

/// Of each rule, how many slates of how many would be others without it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effectiveness {
    /// Slates that would be others.
    pub changed: u64,
    /// Slates that were tried.
    pub tried: u64,
}

/// Leaves out each rule of a policy once. `replayed` has its slates as the new ones.
///
/// # Errors
/// [`SnapshotError`] if the bytes are not a snapshot.
pub fn ablation(
    replay: &Replay<'_>,
    policy: &Policy,
    moments: &[Moment],
    replayed: &Replayed,
    progress: &dyn Progress,
) -> Result<Vec<Effectiveness>, SnapshotError> {
    let slots = (policy.rules.len() * replay.shelves.len()).max(1);
    let sample = (BUDGET / slots).clamp(LEAST, MOST);
    let stride = moments.len().div_ceil(sample).max(1);
    progress.start(
        "leaving out one rule after the other",
        Amount::Steps(policy.rules.len() as u64),
    );
    let all = (0..policy.rules.len())
        .into_par_iter()
        .map(|rule| {
            let mut without = policy.clone();
            without.rules.remove(rule);
            let mut engine = replay.engine(&without)?;
            let mut effect = Effectiveness::default();
            let holds = &policy.rules[rule];
            for (at, moment) in moments.iter().enumerate().step_by(stride) {
                for (shelf, shown) in replay.shelves.iter().zip(&replayed.slates[at]) {
                    if holds.holds_at(&shelf.placement) {
                        let question = replay.question(*moment, shelf);
                        let slate = slate(replay, &question, &mut engine, *moment);
                        effect.tried += 1;
                        effect.changed += u64::from(slate != shown.after);
                    }
                }
            }
            progress.advance(1);
            Ok(effect)
        })
        .collect();
    progress.finish();
    all
}

fn slate(
    replay: &Replay<'_>,
    question: &crate::request::Question<'_>,
    engine: &mut Engine<&[u8]>,
    moment: Moment,
) -> Vec<u32> {
    question.ask(engine, &replay.session(moment), &mut (), |items| {
        items.iter().map(|item| replay.shop.number(&item.item_id)).collect()
    })
}
