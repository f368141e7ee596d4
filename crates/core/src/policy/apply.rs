//! Rules at work: a ranked order becomes the items of a slate, in three stages.

use alloc::vec::Vec;
use core::iter;

use super::Verb;
use super::adjust::{adjust, is_adjusted};
use super::admit::PolicyContext;
use super::arrange::{Supply, admitted_pins, arrange};
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
    let mut pool = Pool::new(context);
    let pins = admitted_pins(&mut pool, pinned, trace);
    let slate = if is_adjusted(context) {
        let order = adjusted(context, &mut pool, ranked, trace);
        let supply = Supply {
            ready: order.into_iter(),
            read: 0..0,
            ranked: &mut iter::empty(),
        };
        arrange(context, &mut pool, supply, pins, trace)
    } else {
        let supply = Supply {
            ready: Vec::new().into_iter(),
            read: 0..0,
            ranked,
        };
        arrange(context, &mut pool, supply, pins, trace)
    };
    let slate = pool.take(&slate);
    for item in &slate {
        trace_pin(context, item, trace);
    }
    slate
}

/// Returns all candidates that may be shown, in the order behind the adjust stage.
pub fn admitted_and_adjusted<'a, T: Trace>(
    context: &PolicyContext<'_, '_>,
    ranked: &mut dyn Iterator<Item = Candidate<'a>>,
    trace: &mut T,
) -> Vec<Candidate<'a>> {
    let mut pool = Pool::new(context);
    let order = adjusted(context, &mut pool, ranked, trace);
    pool.take(&order)
}

/// Reads all candidates; returns the rows of those that may be shown, in the order behind the adjust stage.
fn adjusted<'a, T: Trace>(
    context: &PolicyContext<'_, '_>,
    pool: &mut Pool<'_, 'a>,
    ranked: &mut dyn Iterator<Item = Candidate<'a>>,
    trace: &mut T,
) -> Vec<usize> {
    let rows = pool.read(ranked, usize::MAX);
    let admitted = rows.filter(|row| pool.admits(*row, trace)).collect();
    adjust(context, pool, admitted, trace)
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
