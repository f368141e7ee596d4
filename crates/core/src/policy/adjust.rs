//! The adjust stage, between ranking and arranging: rules move admitted items within the ranked order.
//!
//! Every move is counted in places and told to the [`Trace`], so that it shows in explanations; reasons compare the order
//! behind this stage. Verbs act in the order of [`Verb::ALL`].
//!
//! The trace is a type of the caller's, so that the stage is compiled with the engine's module, for size.

use alloc::vec::Vec;
use core::mem;

use super::Verb;
use super::admit::PolicyContext;
use super::candidate::{Candidate, Zone};
use super::directive::{ALL_THE_WAY, Directive};
use super::diversify::diversify;
use super::reorder;
use crate::explain::trace::{Effect, Trace};
use crate::rank::ranking::in_order;

/// The highest of the 16 levels of a value.
const MAX_VALUE: i32 = 15;

/// Returns whether a rule in force adjusts the order. Where none does, the order need not be read to its end.
pub fn is_adjusted(context: &PolicyContext<'_, '_>) -> bool {
    let adjusts = |verb| (Verb::Boost..=Verb::Diversify).contains(&verb);
    context.rules().any(|(_, rule)| adjusts(rule.action.verb()))
}

/// Applies the rules that adjust, verb by verb, and tells each move.
pub fn adjust<'a, T: Trace + ?Sized>(
    context: &PolicyContext<'_, '_>,
    order: Vec<Candidate<'a>>,
    trace: &mut T,
) -> Vec<Candidate<'a>> {
    let mut order = shift(context, order, trace);
    for (rule, directive) in context.directives(Verb::Objective) {
        order = raise(context, rule, directive, order, trace);
    }
    for (rule, directive) in context.directives(Verb::Diversify) {
        let middle = middle(&order);
        let places = diversify(context, directive, &order, middle);
        order = reordered(order, &places, rule, trace);
    }
    order
}

/// One shift of an item: the rule with the most places of those that mean it.
#[derive(Clone, Copy)]
struct Shift {
    rule: u16,
    verb: Verb,
    places: u16,
}

/// Moves what `boost` and `bury` mean: first by places, forwards and then backwards, and then all the way. O(items ×
/// (rules + log items)).
fn shift<'a, T: Trace + ?Sized>(
    context: &PolicyContext<'_, '_>,
    mut order: Vec<Candidate<'a>>,
    trace: &mut T,
) -> Vec<Candidate<'a>> {
    let mut rules = context.directives(Verb::Boost);
    rules.extend(context.directives(Verb::Bury));
    if rules.is_empty() {
        return order;
    }
    let shifts: Vec<Option<Shift>> = order.iter().map(|item| largest(context, &rules, item)).collect();
    let shift_of = |item: usize| shifts.get(item).copied().flatten();
    // Items by their first places, in the order that they have now.
    let mut places: Vec<usize> = (0..order.len()).collect();
    for (verb, is_all_the_way) in [
        (Verb::Boost, false),
        (Verb::Bury, false),
        (Verb::Boost, true),
        (Verb::Bury, true),
    ] {
        let acts = |shift: &Shift| shift.verb == verb && (shift.places == ALL_THE_WAY) == is_all_the_way;
        if !shifts.iter().flatten().any(acts) {
            continue;
        }
        let keys = (0..)
            .zip(&places)
            .map(|(place, item)| key(place, shift_of(*item).filter(acts)));
        let mut moved = in_order(keys.collect());
        let mut next = Vec::with_capacity(places.len());
        while let Some(moved) = moved.pop() {
            let from = moved.place as usize;
            let Some(item) = places.get(from).copied() else { break };
            if let (Some(shift), Some(item)) = (shift_of(item).filter(acts), order.get_mut(item)) {
                tell_shift(item, shift, from, next.len(), trace);
            }
            next.push(item);
        }
        places = next;
    }
    permuted(order, &places)
}

/// Returns the shift of the most places; of equal ones that of the first rule.
fn largest(context: &PolicyContext<'_, '_>, rules: &[(u16, &Directive)], item: &Candidate<'_>) -> Option<Shift> {
    let mut largest: Option<Shift> = None;
    for (rule, directive) in rules {
        let is_larger = largest.is_none_or(|other| {
            directive.amount > other.places || (directive.amount == other.places && *rule < other.rule)
        });
        if is_larger && context.means(directive, item) {
            largest = Some(Shift {
                rule: *rule,
                verb: directive.verb,
                places: directive.amount,
            });
        }
    }
    largest
}

/// Returns what an item is sorted by, greatest first. An item that is moved by `n` places passes `n` others at most: it
/// comes before the item at its new place where it moves to the front, and behind that where it moves to the end.
fn key(place: i32, shift: Option<Shift>) -> f32 {
    // Exact: a snapshot has fewer than 2^22 items, and the key stays below 2^24.
    const FAR: i32 = 1 << 23;
    let key = match shift {
        None => 2 * place,
        Some(Shift {
            places: ALL_THE_WAY,
            verb: Verb::Boost,
            ..
        }) => -FAR,
        Some(Shift {
            places: ALL_THE_WAY, ..
        }) => FAR,
        Some(Shift {
            places,
            verb: Verb::Boost,
            ..
        }) => (2 * (place - i32::from(places))).max(0) - 1,
        Some(Shift { places, .. }) => 2 * (place + i32::from(places)) + 1,
    };
    -key as f32
}

/// Names the rule of an item that its shift moves, and marks one that stands all the way in front or behind.
fn tell_shift<T: Trace + ?Sized>(item: &mut Candidate<'_>, shift: Shift, from: usize, to: usize, trace: &mut T) {
    let is_boost = shift.verb == Verb::Boost;
    if shift.places == ALL_THE_WAY {
        item.zone = if is_boost { Zone::Front } else { Zone::End };
    }
    // What others do may move it the other way.
    let is_its_way = if is_boost { to < from } else { to > from };
    if is_its_way {
        name(item, shift.rule, Effect::Moved { from, to }, trace);
    }
}

/// How many items an objective looks at.
const OBJECTIVE_ITEMS: usize = 200;

/// Raises items of value within what the rule may cost. Nothing moves without a hit curve, or where no value is known.
///
/// The bound holds over the whole slate. What stands all the way in front counts as of the highest value, so that it stays
/// there; what stands all the way behind is left out.
fn raise<'a, T: Trace + ?Sized>(
    context: &PolicyContext<'_, '_>,
    rule: u16,
    directive: &Directive,
    order: Vec<Candidate<'a>>,
    trace: &mut T,
) -> Vec<Candidate<'a>> {
    let (Some(operation), Some(hits)) = (directive.goods.0.first(), context.hits) else {
        return order;
    };
    let (_, end) = middle(&order);
    let items = order.iter().take(end.min(OBJECTIVE_ITEMS));
    let values = items.map(|item| {
        let value = context.facts.value(operation.column, item).unwrap_or(0);
        let value = if item.zone == Zone::Front { MAX_VALUE } else { value };
        value.clamp(0, MAX_VALUE) as u8
    });
    let values: Vec<u8> = values.collect();
    let hits: Vec<u16> = (0..values.len()).map(|rank| hits.at(rank)).collect();
    let mut places = reorder(&hits, &values, context.limit, directive.amount);
    places.extend(values.len()..order.len());
    reordered(order, &places, rule, trace)
}

/// Returns the places between those that stand all the way in front and behind: what later verbs may reorder.
fn middle(order: &[Candidate<'_>]) -> (usize, usize) {
    let start = order.iter().take_while(|item| item.zone == Zone::Front).count();
    let end = order.iter().rev().take_while(|item| item.zone == Zone::End).count();
    (start, (order.len() - end).max(start))
}

/// Puts items in a new order, and names the rule of each that comes further to the front.
fn reordered<'a, T: Trace + ?Sized>(
    mut order: Vec<Candidate<'a>>,
    places: &[usize],
    rule: u16,
    trace: &mut T,
) -> Vec<Candidate<'a>> {
    for (to, from) in places.iter().enumerate() {
        if let Some(item) = order.get_mut(*from).filter(|_| *from > to) {
            name(item, rule, Effect::Moved { from: *from, to }, trace);
        }
    }
    permuted(order, places)
}

/// Names a rule with an item, and tells what it did.
pub fn name<T: Trace + ?Sized>(item: &mut Candidate<'_>, rule: u16, effect: Effect, trace: &mut T) {
    item.rules.push(rule);
    trace.adjusted(&item.id, rule, effect);
}

/// Returns the items in the order of these places, each of which stands there once.
fn permuted<'a>(mut items: Vec<Candidate<'a>>, places: &[usize]) -> Vec<Candidate<'a>> {
    let taken = places.iter().filter_map(|place| items.get_mut(*place).map(mem::take));
    taken.collect()
}
