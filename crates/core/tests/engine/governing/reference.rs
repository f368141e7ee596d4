//! What the rules ask for, by sorting and searching.

use std::collections::BTreeSet;

use shelfwise_core::Stock;
use shelfwise_core::policy::reorder;

use super::goods::{Goods, Shop};
use super::rules::Does;

/// What the reference keeps of an item while it works.
#[derive(Clone)]
struct Standing<'g> {
    goods: &'g Goods,
    zone: i8,
}

/// The slate that the rules ask for, and how many items may be shown.
pub fn reference(
    rules: &[Does],
    order: &[&Goods],
    of_page: &[&Goods],
    shop: &Shop,
    cart: &str,
    limit: usize,
) -> Vec<String> {
    let goods = &shop.goods;
    let admitted = |item: &Goods| {
        rules.iter().all(|rule| match rule {
            Does::Hide(fits) | Does::Exclude(fits) => !fits.holds(item),
            Does::Only(fits) => fits.holds(item),
            Does::InCart => item.id != cart,
            Does::SoldOut => item.stock != Stock::Out,
            Does::Backorder => item.stock != Stock::Backorder,
            Does::StockBelow(units) => item.units.is_none_or(|found| found >= *units),
            _ => true,
        })
    };
    let kept = order.iter().filter(|item| admitted(item));
    let mut order: Vec<Standing<'_>> = kept.map(|goods| Standing { goods, zone: 0 }).collect();
    shift(rules, &mut order);
    raise(rules, &mut order, &shop.hit_curve, limit);
    diversify(rules, &mut order, limit);
    let pins = pins(rules, &order, of_page, goods, &admitted);
    arrange(rules, order, pins, limit)
}

fn shift(rules: &[Does], order: &mut Vec<Standing<'_>>) {
    const FAR: usize = usize::MAX;
    let shift_of = |item: &Goods| {
        let mut largest: Option<(bool, usize)> = None;
        for rule in rules {
            let (fits, forwards, places) = match rule {
                Does::Boost(fits, places) => (fits, true, places.unwrap_or(FAR)),
                Does::Bury(fits, places) => (fits, false, places.unwrap_or(FAR)),
                _ => continue,
            };
            if fits.holds(item) && largest.is_none_or(|(_, most)| places > most) {
                largest = Some((forwards, places));
            }
        }
        largest
    };
    for (forwards, far) in [(true, false), (false, false), (true, true), (false, true)] {
        let mut keyed: Vec<_> = order.drain(..).enumerate().collect();
        for (_, item) in &mut keyed {
            if far && shift_of(item.goods) == Some((forwards, FAR)) {
                item.zone = if forwards { -1 } else { 1 };
            }
        }
        keyed.sort_by_key(|(place, item)| {
            let place = *place as i64;
            match shift_of(item.goods) {
                Some((way, places)) if way == forwards && (places == FAR) == far => match (way, far) {
                    (true, true) => (-1, 0),
                    (false, true) => (i64::MAX, 0),
                    (true, false) => ((place - places as i64).max(0), 0),
                    (false, false) => (place + places as i64, 2),
                },
                _ => (place, 1),
            }
        });
        order.extend(keyed.into_iter().map(|(_, item)| item));
    }
}

/// The order of the objective is the engine's own, which is held against the best of all orders elsewhere; that it costs no slate more
/// than it may is asserted here.
fn raise(rules: &[Does], order: &mut Vec<Standing<'_>>, hit_curve: &[u16], limit: usize) {
    for rule in rules {
        let Does::Objective(percent) = rule else { continue };
        let behind = order.split_off(order.iter().take_while(|item| item.zone < 1).count());
        let hit: Vec<u16> = (0..order.len())
            .map(|rank| hit_curve[rank.min(hit_curve.len() - 1)])
            .collect();
        let worth = |item: &Standing<'_>| {
            if item.zone < 0 {
                15
            } else {
                item.goods.worth.unwrap_or(0) as u8
            }
        };
        let values: Vec<u8> = order.iter().map(worth).collect();
        let may_cost = (f64::from(*percent) / 100.0 * 65_536.0) as u16;
        let places = reorder(&hit, &values, limit, may_cost);
        let expected_hits = |places: &[usize]| {
            let shown = places.iter().take(limit).enumerate();
            shown
                .map(|(place, from)| u64::from(hit[*from]) * discount(place))
                .sum::<u64>()
        };
        let (raised, before) = (
            expected_hits(&places),
            expected_hits(&(0..hit.len()).collect::<Vec<_>>()),
        );
        let least = before * (65_536 - u64::from(may_cost));
        assert!(
            raised << 16 >= least,
            "{raised} of {before} expected hits are left, at {percent} %"
        );
        let ranked = order.clone();
        *order = places.into_iter().map(|from| ranked[from].clone()).collect();
        order.extend(behind);
    }
}

/// 65,536 ÷ log₂(2 + place), by the line that the engine documents in place of the curve.
fn discount(place: usize) -> u64 {
    let number = place as f64 + 2.0;
    let exponent = number.log2().floor();
    let part = (number / exponent.exp2() * 256.0).floor() as u64 - 256;
    (1 << 24) / ((exponent as u64) * 256 + part + part * (256 - part) * 87 / 65_536)
}

fn diversify(rules: &[Does], order: &mut Vec<Standing<'_>>, limit: usize) {
    for rule in rules {
        let Does::Diversify(strength) = rule else { continue };
        let front = order.iter().take_while(|item| item.zone < 0).count();
        let end = order.iter().filter(|item| item.zone > 0).count();
        let mut rest = order.split_off(front);
        let behind = rest.split_off(rest.len() - end);
        let ranked = rest.clone();
        let window = ranked.len();
        let mut chosen: Vec<usize> = vec![];
        while chosen.len() < limit.min(window) {
            let worth = |at: usize| {
                let alike = chosen
                    .iter()
                    .map(|other| alike(ranked[at].goods, ranked[*other].goods))
                    .max();
                (1000 - strength) * (1000 - (at * 1000 / window) as i32) - strength * alike.unwrap_or(0)
            };
            let left = (0..window).filter(|at| !chosen.contains(at));
            let best = left.max_by_key(|at| (worth(*at), std::cmp::Reverse(*at)));
            chosen.push(best.unwrap());
        }
        let left: Vec<_> = (0..window).filter(|at| !chosen.contains(at)).collect();
        order.extend(chosen.into_iter().chain(left).map(|at| ranked[at].clone()));
        order.extend(behind);
    }
}

fn alike(one: &Goods, other: &Goods) -> i32 {
    let category = one.category.is_some() && one.category == other.category;
    let brand = one.brand.is_some() && one.brand == other.brand;
    let price = matches!((one.price, other.price), (Some(a), Some(b)) if (a - b).abs() <= a.max(b) / 10);
    [category, brand, price].into_iter().filter(|same| *same).count() as i32 * 1000 / 3
}

/// Positions with their items, in order.
fn pins<'g>(
    rules: &[Does],
    order: &[Standing<'g>],
    of_page: &[&'g Goods],
    goods: &'g [Goods],
    admitted: &dyn Fn(&Goods) -> bool,
) -> Vec<(usize, &'g Goods)> {
    let in_order = |item: &Goods| order.iter().any(|other| other.goods.id == item.id);
    let mut pins: Vec<(usize, &Goods)> = vec![];
    let mut promised = BTreeSet::new();
    for rule in rules {
        if let Does::Pin(item, position, even) = rule {
            promised.insert(goods[*item].id.clone());
            if (*even || goods[*item].stock != Stock::Out) && in_order(&goods[*item]) {
                pins.push((*position, &goods[*item]));
            }
        }
    }
    let mut paid = BTreeSet::new();
    for rule in rules {
        let Does::Sponsored(fits, positions, floor) = rule else {
            continue;
        };
        for position in positions {
            let mut best = of_page.iter().take(*floor);
            let best = best.find(|item| {
                fits.holds(item) && !promised.contains(&item.id) && !paid.contains(&item.id) && admitted(item)
            });
            if let Some(item) = best {
                paid.insert(item.id.clone());
                pins.push((*position, *item));
            }
        }
    }
    pins.sort_by_key(|(position, _)| *position);
    let mut seen = BTreeSet::new();
    pins.retain(|(_, item)| seen.insert(item.id.clone()));
    pins
}

fn arrange(rules: &[Does], order: Vec<Standing<'_>>, mut pins: Vec<(usize, &Goods)>, limit: usize) -> Vec<String> {
    let pinned: BTreeSet<String> = pins.iter().map(|(_, item)| item.id.clone()).collect();
    let mut left: Vec<_> = order
        .into_iter()
        .filter(|item| !pinned.contains(&item.goods.id))
        .collect();
    let mut slate: Vec<&Goods> = vec![];
    while slate.len() < limit {
        let position = slate.len() + 1;
        if pins.first().is_some_and(|(pin, _)| *pin <= position) {
            slate.push(pins.remove(0).1);
            continue;
        }
        let reachable = left.iter().filter(|item| item.zone < 1).count();
        let reach = if reachable > 0 { reachable } else { left.len() };
        let slot = rules.iter().find_map(|rule| match rule {
            Does::Slot(fits, positions) if positions.contains(&position) => Some(fits),
            _ => None,
        });
        let for_slot = slot.and_then(|fits| {
            let mut reachable = left.iter().take(reachable);
            reachable.position(|item| fits.holds(item.goods))
        });
        // What stands in the slate, and what is promised to pins: both count.
        let counted: Vec<&Goods> = slate
            .iter()
            .copied()
            .chain(pins.iter().map(|(_, item)| *item))
            .collect();
        let promised = |end: usize| pins.iter().filter(|(pin, _)| *pin <= end).count();
        let gravest = |item: &Goods| breach(rules, item, &slate, &counted, &promised, limit);
        let best = (0..reach).min_by_key(|at| (gravest(left[*at].goods), *at));
        match for_slot.or(best) {
            Some(at) => slate.push(left.remove(at).goods),
            None if pins.is_empty() => break,
            None => slate.push(pins.remove(0).1),
        }
    }
    slate.into_iter().map(|item| item.id.clone()).collect()
}

/// The gravest breach of an item at the next position: 0 none, 1 spread, 2 share, 3 cap.
fn breach(
    rules: &[Does],
    item: &Goods,
    slate: &[&Goods],
    counted: &[&Goods],
    promised: &dyn Fn(usize) -> usize,
    limit: usize,
) -> u8 {
    let place = slate.len();
    let of = |rule: &Does| match rule {
        Does::Cap(by_category, max) => {
            let name = |item: &Goods| if *by_category { item.category } else { item.brand };
            let same = counted.iter().filter(|other| name(other) == name(item)).count();
            if name(item).is_some() && same >= *max { 3 } else { 0 }
        }
        Does::Share(fits, least, most, first) => {
            let count = counted.iter().filter(|other| fits.holds(other)).count();
            let end = (*first).min(limit);
            let free = end.saturating_sub(place).saturating_sub(promised(end));
            let missing = least.saturating_sub(count);
            let is_needed = missing > 0 && free > 0 && missing >= free && !fits.holds(item);
            let is_full = place < *first && count >= *most && fits.holds(item);
            if is_needed || is_full { 2 } else { 0 }
        }
        Does::Spread(gap) => {
            let mut close = slate.iter().rev().take(*gap);
            u8::from(item.brand.is_some() && close.any(|other| other.brand == item.brand))
        }
        _ => 0,
    };
    rules.iter().map(of).max().unwrap_or(0)
}
