//! Rules at work: a ranked order becomes the items of a slate, in three stages.

use alloc::vec::Vec;

use super::Verb;
use super::adjust::{adjust, is_adjusted};
use super::admit::PolicyContext;
use super::arrange::{Supply, admitted_pins, arrange, by_position};
use super::candidate::Candidate;
use super::pool::Pool;
use crate::explain::trace::{Effect, Trace};

/// Admits, adjusts and arranges candidates, which come best first, and tells what each rule did.
///
/// `pinned` has the items that rules pin, with their places from 1. Unless a rule adjusts the order, hardly more candidates
/// are read than it takes to fill the slate.
pub fn apply<'a, T: Trace>(
    context: &PolicyContext<'_, '_>,
    ranked: &mut dyn Iterator<Item = Candidate<'a>>,
    pinned: Vec<(usize, Candidate<'a>)>,
    trace: &mut T,
) -> Vec<Candidate<'a>> {
    if context.is_free() && pinned.is_empty() {
        // Nothing to arrange: a list of a thousand items is spared the way through the arranger.
        let mut slate = Vec::with_capacity(context.limit.min(1024));
        while slate.len() < context.limit {
            let Some(item) = ranked.next() else { break };
            if context.shopper_admits(&item, trace) {
                slate.push(item);
            }
        }
        return slate;
    }
    let (positions, pinned) = by_position(pinned);
    let pins = 0..positions.len();
    let mut pool = Pool::new(context);
    let mut order = Vec::new();
    if is_adjusted(context) {
        // Pins and all others at once: the rules are asked about as few blocks as can be.
        let rows = pool.read(&mut pinned.into_iter().chain(&mut *ranked), usize::MAX);
        order.extend(pins.end..rows.end);
    } else {
        pool.read(&mut pinned.into_iter(), usize::MAX);
    }
    let pins = admitted_pins(&pool, positions.into_iter().zip(pins), trace);
    if !order.is_empty() {
        order.retain(|row| pool.admits(*row, trace));
        order = adjust(context, &mut pool, order, trace);
    }
    let supply = Supply {
        ready: order.into_iter(),
        read: 0..0,
        ranked,
    };
    let slate = arrange(context, &mut pool, supply, pins, trace);
    let slate = pool.take(&slate);
    for item in &slate {
        trace_pin(context, item, trace);
    }
    slate
}

/// Tells by which rule the item was pinned, or put where somebody pays for it.
fn trace_pin(context: &PolicyContext<'_, '_>, item: &Candidate<'_>, trace: &mut dyn Trace) {
    for number in item.rules.iter() {
        let rule = context.policy.rules.get(usize::from(*number));
        match rule.map(|rule| rule.action.verb()) {
            Some(Verb::Pin) => trace.adjusted(&item.id, *number, Effect::Pinned),
            Some(Verb::Sponsored) => trace.adjusted(&item.id, *number, Effect::Placed),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
