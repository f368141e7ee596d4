//! What is tried in a request. Each request draws anew, for itself: the worker keeps no visit and no device, so that only experiments
//! by page are drawn here, and windows, whose arms follow from the time.

use shelfwise_core::allocation::{Allocation, Draws, ENTROPY_BYTES, Unit};
use shelfwise_core::{Engine, Policy, Visit};

use crate::host::Host;
use crate::model;
use crate::record::Record;

/// Returns the random bytes of a request, of a host that has them by the word.
pub fn entropy(word: fn() -> u64) -> [u8; ENTROPY_BYTES] {
    (u128::from(word()) << 64 | u128::from(word())).to_le_bytes()
}

/// Returns whether answers depend on what is tried: whatever was drawn, no cache outside may keep such an answer for somebody else.
pub fn run(allocation: &Allocation, now_ms: i64) -> bool {
    allocation.experiments().any(|experiment| experiment.is_running(now_ms))
}

/// Draws for the page of a request. Without random bytes nothing is tried but windows.
pub fn draw(host: &impl Host, engine: &Engine<Vec<u8>>, visit: &mut Visit, now_ms: i64) {
    if run(&engine.policy().allocation, now_ms)
        && let Some(entropy) = host.entropy()
    {
        visit.draw_page(engine, &entropy, now_ms);
    }
}

/// Returns what distinguishes an answer from others with the same page: its arms, by the draws that [`draw`] makes for this request.
/// Empty where nothing runs; `None` if the policy cannot be read. Costs one more read of the store where something may run.
pub async fn key(host: &impl Host, record: &Record, now_ms: i64) -> Option<String> {
    let Some(policy) = record.policy.filter(|_| record.is_tried) else {
        return Some(String::new());
    };
    let mut policy = Policy::decode(&model::read(host, policy).await.ok()?).ok()?;
    // As the engine does that answers: the same draw is then the same arm.
    policy.allocation.learn(record.shares.iter().map(Vec::as_slice));
    let mut draws = Draws::default();
    if let Some(entropy) = host.entropy() {
        draws.complete(&policy.allocation, now_ms, |unit| unit == Unit::Page, &entropy);
    }
    Some(policy.allocation.tag(&policy.allocation.assign(&draws, now_ms)))
}
