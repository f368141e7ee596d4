//! The adjust stage, between ranking and arranging: rules move admitted items within the ranked order.
//!
//! Every move is counted in places and told to the [`Trace`], so that it shows in explanations; reasons compare the order
//! behind this stage. Verbs act in the order of [`Verb::ALL`].
//!
//! The trace is a type of the caller's, so that the stage is compiled with the engine's module, for size.

use alloc::vec::Vec;

use super::Verb;
use super::admit::{Directed, PolicyContext};
use super::block::BLOCK;
use super::candidate::{Candidate, Zone};
use super::directive::ALL_THE_WAY;
use super::diversify::diversify;
use super::pool::Pool;
use super::reorder;
use crate::explain::trace::{Effect, Trace};

/// The highest of the 16 levels of a value.
const MAX_VALUE: i32 = 15;

/// Returns whether a rule in force adjusts the order. Where none does, the order need not be read to its end.
pub fn is_adjusted(context: &PolicyContext<'_, '_>) -> bool {
    let adjusts = |verb| (Verb::Boost..=Verb::Diversify).contains(&verb);
    context.rules().any(|(_, rule)| adjusts(rule.action.verb()))
}

/// Applies the rules that adjust, verb by verb, and tells each move. `order` has the rows that may be shown.
pub fn adjust<T: Trace + ?Sized>(
    context: &PolicyContext<'_, '_>,
    pool: &mut Pool<'_, '_>,
    order: Vec<usize>,
    trace: &mut T,
) -> Vec<usize> {
    let mut order = shift(context, pool, order, trace);
    for rule in context.directives(Verb::Objective) {
        order = raise(context, rule, pool, order, trace);
    }
    for rule in context.directives(Verb::Diversify) {
        let middle = middle(pool, &order);
        let items: Vec<_> = order.iter().filter_map(|row| pool.item(*row)).collect();
        let places = diversify(context, rule.directive, &items, middle);
        order = reordered(pool, order, &places, rule.number, trace);
    }
    order
}

/// One shift of an item: the rule with the most places of those that mean it.
#[derive(Clone, Copy, Default)]
struct Shift {
    /// When it acts: 1 to 4, or 0 for no shift.
    pass: u8,
    rule: u16,
    places: u16,
}

impl Shift {
    /// First by places, forwards and then backwards, and then all the way.
    fn of(rule: &Directed<'_>) -> Self {
        let is_boost = rule.directive.verb == Verb::Boost;
        Self {
            pass: match (rule.directive.amount, is_boost) {
                (ALL_THE_WAY, true) => 3,
                (ALL_THE_WAY, false) => 4,
                (_, true) => 1,
                (_, false) => 2,
            },
            rule: rule.number,
            places: rule.directive.amount,
        }
    }

    const fn is_boost(self) -> bool {
        self.pass % 2 == 1
    }
}

/// Moves what `boost` and `bury` mean, in four passes. O(items + moved items × places) for each.
fn shift<T: Trace + ?Sized>(
    context: &PolicyContext<'_, '_>,
    pool: &mut Pool<'_, '_>,
    mut order: Vec<usize>,
    trace: &mut T,
) -> Vec<usize> {
    let mut rules = context.directives(Verb::Boost);
    rules.extend(context.directives(Verb::Bury));
    let rules: Vec<(usize, Shift)> = rules.iter().map(|rule| (rule.place, Shift::of(rule))).collect();
    let shifts = shifts(&rules, pool);
    for pass in 1..=4 {
        if rules.iter().all(|(_, shift)| shift.pass != pass) {
            continue;
        }
        let shift_of = |row: usize| shifts.get(row).filter(|shift| shift.pass == pass);
        // Where moved items belong, and their places; they come nearly in that order.
        let mut moved: Vec<(i32, usize)> = Vec::new();
        for (place, row) in order.iter().enumerate() {
            if let Some(shift) = shift_of(*row) {
                let key = key(place as i32, *shift);
                let before = moved.iter().rposition(|(other, _)| *other <= key);
                moved.insert(before.map_or(0, |before| before + 1), (key, place));
            }
        }
        let mut moved = moved.into_iter().peekable();
        let mut next = Vec::with_capacity(order.len());
        let mut move_before = |key: i32, next: &mut Vec<usize>| {
            while let Some((_, from)) = moved.next_if(|(own, _)| *own < key) {
                let Some(row) = order.get(from) else { break };
                if let (Some(shift), Some(item)) = (shifts.get(*row), pool.item_mut(*row)) {
                    tell_shift(item, *shift, from, next.len(), trace);
                }
                next.push(*row);
            }
        };
        for (place, row) in order.iter().enumerate() {
            if shift_of(*row).is_none() {
                move_before(2 * place as i32, &mut next);
                next.push(*row);
            }
        }
        move_before(i32::MAX, &mut next);
        order = next;
    }
    order
}

/// Returns the shift of each row: that of the most places, of equal ones that of the first rule. `rules` has the places of
/// the rules among those in force.
fn shifts(rules: &[(usize, Shift)], pool: &Pool<'_, '_>) -> Vec<Shift> {
    let mut shifts = alloc::vec![Shift::default(); pool.len()];
    for (place, own) in rules {
        for (words, shifts) in pool.blocks().zip(shifts.chunks_mut(BLOCK)) {
            let mut meant = words.get(*place).copied().unwrap_or_default();
            while let Some(shift) = shifts.get_mut(meant.trailing_zeros() as usize) {
                meant &= meant - 1;
                let is_first = own.places == shift.places && own.rule < shift.rule;
                if shift.pass == 0 || own.places > shift.places || is_first {
                    *shift = *own;
                }
            }
        }
    }
    shifts
}

/// Returns what a moved item is sorted by, least first; one that stays, by 2 × its place. An item that is moved by `n`
/// places passes `n` others at most: it comes before the item at its new place where it moves to the front, and behind that
/// where it moves to the end.
fn key(place: i32, shift: Shift) -> i32 {
    const FAR: i32 = i32::MAX - 1;
    let places = i32::from(shift.places);
    match (shift.places, shift.is_boost()) {
        (ALL_THE_WAY, true) => -FAR,
        (ALL_THE_WAY, false) => FAR,
        (_, true) => (2 * (place - places)).max(0) - 1,
        (_, false) => 2 * (place + places) + 1,
    }
}

/// Names the rule of an item that its shift moves, and marks one that stands all the way in front or behind.
fn tell_shift<T: Trace + ?Sized>(item: &mut Candidate<'_>, shift: Shift, from: usize, to: usize, trace: &mut T) {
    let is_boost = shift.is_boost();
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
fn raise<T: Trace + ?Sized>(
    context: &PolicyContext<'_, '_>,
    rule: Directed<'_>,
    pool: &mut Pool<'_, '_>,
    order: Vec<usize>,
    trace: &mut T,
) -> Vec<usize> {
    let (Some(operation), Some(hits)) = (rule.directive.goods.0.first(), context.hits) else {
        return order;
    };
    let (_, end) = middle(pool, &order);
    let items = order
        .iter()
        .take(end.min(OBJECTIVE_ITEMS))
        .filter_map(|row| pool.item(*row));
    let values = items.map(|item| {
        let value = context.facts.value(operation.column, item).unwrap_or(0);
        let value = if item.zone == Zone::Front { MAX_VALUE } else { value };
        value.clamp(0, MAX_VALUE) as u8
    });
    let values: Vec<u8> = values.collect();
    let hits: Vec<u16> = (0..values.len()).map(|rank| hits.at(rank)).collect();
    let mut places = reorder(&hits, &values, context.limit, rule.directive.amount);
    places.extend(values.len()..order.len());
    reordered(pool, order, &places, rule.number, trace)
}

/// Returns the places between those that stand all the way in front and behind: what later verbs may reorder.
fn middle(pool: &Pool<'_, '_>, order: &[usize]) -> (usize, usize) {
    let is_in = |row: &usize, zone| pool.item(*row).is_some_and(|item| item.zone == zone);
    let start = order.iter().take_while(|row| is_in(row, Zone::Front)).count();
    let end = order.iter().rev().take_while(|row| is_in(row, Zone::End)).count();
    (start, (order.len() - end).max(start))
}

/// Puts rows in a new order, and names the rule of each that comes further to the front.
#[inline(never)]
fn reordered<T: Trace + ?Sized>(
    pool: &mut Pool<'_, '_>,
    order: Vec<usize>,
    places: &[usize],
    rule: u16,
    trace: &mut T,
) -> Vec<usize> {
    let mut next = Vec::with_capacity(order.len());
    for (to, from) in places.iter().enumerate() {
        let Some(row) = order.get(*from) else { continue };
        if let Some(item) = pool.item_mut(*row).filter(|_| *from > to) {
            name(item, rule, Effect::Moved { from: *from, to }, trace);
        }
        next.push(*row);
    }
    next
}

/// Names a rule with an item, and tells what it did.
#[inline(never)]
pub fn name<T: Trace + ?Sized>(item: &mut Candidate<'_>, rule: u16, effect: Effect, trace: &mut T) {
    item.rules.push(rule);
    trace.adjusted(&item.id, rule, effect);
}
