//! The adjust stage, between ranking and arranging: rules move admitted items within the ranked order.
//!
//! Every move is counted in places and told to the [`Trace`], so that it shows in explanations; reasons compare the
//! order behind this stage. A verb joins by an adjuster in [`adjuster_of`]; verbs act in the order of [`Verb::ALL`],
//! rules of one verb in the order of the policy.

use alloc::vec::Vec;

use super::admit::PolicyContext;
use super::candidate::Candidate;
use super::{Rule, Verb};
use crate::explain::trace::{Effect, Trace};

/// Returns the moves that a rule makes in an order of admitted candidates, each as the place of the item and its new
/// place, both from 0. Moves are made one after the other: each counts places behind the one before.
pub type Adjuster = fn(&Rule, &[Candidate<'_>]) -> Vec<(usize, usize)>;

/// The table of the stage: the adjuster of each verb that has one.
pub type Adjusters = fn(Verb) -> Option<Adjuster>;

/// Returns the verbs that adjust the order; today's decide what may be shown, or fill the slate's places.
pub const fn adjuster_of(verb: Verb) -> Option<Adjuster> {
    match verb {
        Verb::Hide | Verb::Exclude | Verb::Cap | Verb::Pin => None,
    }
}

/// Returns whether a rule in force adjusts the order. Where none does, the order need not be read to its end.
pub fn is_adjusted(context: &PolicyContext<'_, '_>) -> bool {
    let mut rules = context.rules();
    rules.any(|(_, rule)| (context.adjusters)(rule.action.verb()).is_some())
}

/// Applies the rules that adjust, verb by verb, and tells each move. O(rules × items).
pub fn adjust<'a>(
    context: &PolicyContext<'_, '_>,
    mut order: Vec<Candidate<'a>>,
    trace: &mut dyn Trace,
) -> Vec<Candidate<'a>> {
    for verb in Verb::ALL {
        let Some(moves) = (context.adjusters)(verb) else {
            continue;
        };
        for (number, rule) in context.rules().filter(|(_, rule)| rule.action.verb() == verb) {
            for (from, to) in moves(rule, &order) {
                move_item(&mut order, number, from, to, trace);
            }
        }
    }
    order
}

/// Moves one item, if both places exist.
fn move_item(order: &mut Vec<Candidate<'_>>, rule: u16, from: usize, to: usize, trace: &mut dyn Trace) {
    if from == to || from.max(to) >= order.len() {
        return;
    }
    let mut item = order.remove(from);
    item.rules.push(rule);
    trace.adjusted(&item.id, rule, Effect::Moved { from, to });
    order.insert(to, item);
}
