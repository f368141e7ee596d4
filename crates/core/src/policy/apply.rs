//! Rules at work: a ranked order becomes the items of a slate, in three stages.

use alloc::vec::Vec;

use super::adjust::{adjust, is_adjusted};
use super::admit::PolicyContext;
use super::arrange::{admitted_pins, arrange};
use super::candidate::Candidate;
use super::{Action, Rule, Verb};
use crate::explain::trace::{Effect, Trace};

/// Admits, adjusts and arranges candidates, which come best first, and tells what each rule did.
///
/// `pinned` has the items that rules pin, with their places from 1. Unless a rule adjusts the order, only as many
/// candidates are read as it takes to fill the slate.
pub fn apply<'a>(
    context: &PolicyContext<'_, '_>,
    ranked: &mut dyn Iterator<Item = Candidate<'a>>,
    pinned: Vec<(usize, Candidate<'a>)>,
    trace: &mut dyn Trace,
) -> Vec<Candidate<'a>> {
    let admits_only = |rule: &Rule| matches!(rule.action, Action::Hide { .. } | Action::Exclude(_));
    if pinned.is_empty() && !is_adjusted(context) && context.rules().all(|(_, rule)| admits_only(rule)) {
        // Nothing to arrange: a list of a thousand items is spared the way through the arranger.
        let mut slate = Vec::with_capacity(context.limit.min(1024));
        slate.extend(ranked.filter(|item| context.admits(item, trace)).take(context.limit));
        return slate;
    }
    let pinned = admitted_pins(context, pinned, trace);
    let (slate, held_back) = if is_adjusted(context) {
        let order = admitted_and_adjusted(context, ranked, trace);
        arrange(context, &mut order.into_iter(), pinned)
    } else {
        arrange(context, &mut ranked.filter(|item| context.admits(item, trace)), pinned)
    };
    for item in &slate {
        trace_rules(context, item, trace);
    }
    for item in &held_back {
        trace_rules(context, item, trace);
    }
    slate
}

/// Returns all candidates that may be shown, in the order behind the adjust stage.
pub fn admitted_and_adjusted<'a>(
    context: &PolicyContext<'_, '_>,
    ranked: &mut dyn Iterator<Item = Candidate<'a>>,
    trace: &mut dyn Trace,
) -> Vec<Candidate<'a>> {
    let admitted = ranked.filter(|item| context.admits(item, trace)).collect();
    adjust(context, admitted, trace)
}

/// Tells by which rules the item was pinned or held back.
fn trace_rules(context: &PolicyContext<'_, '_>, item: &Candidate<'_>, trace: &mut dyn Trace) {
    for number in &item.rules {
        let rule = context.policy.rules.get(usize::from(*number));
        match rule.map(|rule| rule.action.verb()) {
            Some(Verb::Pin) => trace.adjusted(&item.id, *number, Effect::Pinned),
            Some(Verb::Cap) => trace.adjusted(&item.id, *number, Effect::HeldBack),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
