//! Rules at work: a ranked order becomes the items of a slate, in three stages.

use alloc::vec::Vec;

use super::Verb;
use super::adjust::{adjust, is_adjusted};
use super::admit::PolicyContext;
use super::arrange::{admitted_pins, arrange};
use super::candidate::Candidate;
use crate::explain::trace::{Effect, Trace};

/// Admits, adjusts and arranges candidates, which come best first, and tells what each rule did.
///
/// `pinned` has the items that rules pin, with their places from 1. Unless a rule adjusts the order, only as many
/// candidates are read as it takes to fill the slate.
pub fn apply<'a, T: Trace>(
    context: &PolicyContext<'_, '_>,
    ranked: &mut dyn Iterator<Item = Candidate<'a>>,
    pinned: Vec<(usize, Candidate<'a>)>,
    trace: &mut T,
) -> Vec<Candidate<'a>> {
    if pinned.is_empty() && context.rules().next().is_none() {
        // Nothing to arrange: a list of a thousand items is spared the way through the arranger.
        let mut slate = Vec::with_capacity(context.limit.min(1024));
        while slate.len() < context.limit {
            let Some(item) = ranked.next() else { break };
            if context.admits(&item, trace) {
                slate.push(item);
            }
        }
        return slate;
    }
    let pinned = admitted_pins(context, pinned, trace);
    let slate = if is_adjusted(context) {
        let mut order = admitted_and_adjusted(context, ranked, trace).into_iter();
        arrange(context, &mut |_| order.next(), pinned, trace)
    } else {
        let mut next = |trace: &mut T| {
            loop {
                let item = ranked.next()?;
                if context.admits(&item, trace) {
                    return Some(item);
                }
            }
        };
        arrange(context, &mut next, pinned, trace)
    };
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
    let admitted = ranked.filter(|item| context.admits(item, trace)).collect();
    adjust(context, admitted, trace)
}

/// Tells by which rule the item was pinned, or put where somebody pays for it.
fn trace_pin(context: &PolicyContext<'_, '_>, item: &Candidate<'_>, trace: &mut dyn Trace) {
    for number in &item.rules {
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
