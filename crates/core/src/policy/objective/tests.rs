//! Tests of the objective: its bound on every list, and its gain beside the best order of all.

extern crate std;

use proptest::prelude::*;

use super::*;

/// Value of an order, up to a constant factor.
fn worth(slate: &Slate<'_>, order: &[usize]) -> u64 {
    let places = order.iter().zip(&slate.discounts);
    places
        .map(|(item, discount)| slate.hit(*item) * slate.value(*item) * discount)
        .sum()
}

/// Returns the highest value that an order within the bound has, by trying all.
fn optimum(slate: &Slate<'_>, least: u64, order: &mut Vec<usize>, from: usize) -> u64 {
    if from == order.len() {
        let within = slate.hits(order) << SHARE_BITS >= least;
        return if within { worth(slate, order) } else { 0 };
    }
    let mut best = 0;
    for at in from..order.len() {
        order.swap(from, at);
        best = best.max(optimum(slate, least, order, from + 1));
        order.swap(from, at);
    }
    best
}

/// Numbers without a pattern, the same at every run (a linear congruential generator, Knuth's constants).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Returns the share of the gain of the best order that is reached, over 300 lists of up to 7 items.
fn share_of_optimum(percent: u64) -> f64 {
    let mut numbers = Numbers(percent);
    let may_cost = (percent * 65_536 / 100) as u16;
    let (mut reached, mut possible) = (0, 0);
    for _ in 0..300 {
        let items = 2 + numbers.below(6) as usize;
        let mut hit: Vec<u16> = (0..items).map(|_| 50 + numbers.below(8_000) as u16).collect();
        hit.sort_unstable_by(|a, b| b.cmp(a));
        let value: Vec<u8> = (0..items).map(|_| numbers.below(16) as u8).collect();
        let places = items.min(3 + numbers.below(5) as usize);
        let slate = Slate::new(&hit, &value, places);
        let mut order: Vec<usize> = (0..items).collect();
        let before = worth(&slate, &order);
        let least = slate.hits(&order) * (65_536 - u64::from(may_cost));
        possible += optimum(&slate, least, &mut order, 0) - before;
        reached += worth(&slate, &reorder(&hit, &value, places, may_cost)) - before;
    }
    reached as f64 / possible as f64
}

#[test]
fn objective_reaches_most_of_the_best_order_of_seven() {
    for percent in [1, 2, 5] {
        let share = share_of_optimum(percent);
        std::println!("may cost {percent} %: {:.1} % of the optimum's gain", 100.0 * share);
        assert!(share >= 0.98, "{percent} %: {share}");
    }
}

#[test]
fn objective_without_budget_keeps_the_order() {
    let hit = [900, 800, 700, 10];
    assert_eq!(reorder(&hit, &[0, 5, 15, 15], 4, 0), [0, 1, 2, 3]);
    assert_eq!(reorder(&hit, &[7; 4], 4, u16::MAX), [0, 1, 2, 3]);
    assert_eq!(reorder(&[], &[], 4, 600), [0_usize; 0]);
}

#[test]
fn objective_brings_in_an_item_behind_the_slate() {
    let hit = [4_000, 1_000, 990];
    assert_eq!(reorder(&hit, &[1, 0, 15], 2, 655), [0, 2, 1]);
}

#[test]
fn discount_is_that_of_the_gain_within_half_a_percent() {
    for place in 0..1_000_usize {
        let exact = 65_536.0 / (place as f64 + 2.0).log2();
        let ratio = discount(place) as f64 / exact;
        assert!((0.995..1.005).contains(&ratio), "place {place}: {ratio}");
    }
}

proptest! {
    #[test]
    fn objective_keeps_its_bound_on_every_list(
        mut hit in prop::collection::vec(any::<u16>(), 0..60),
        value in prop::collection::vec(any::<u8>(), 0..70),
        places in 0..80usize,
        may_cost in any::<u16>(),
    ) {
        hit.sort_unstable_by(|a, b| b.cmp(a));
        let slate = Slate::new(&hit, &value, places.min(hit.len()));
        let order = reorder(&hit, &value, places, may_cost);
        let (before, after) = (slate.hits(&(0..hit.len()).collect::<Vec<_>>()), slate.hits(&order));
        prop_assert!(u128::from(after) << 16 >= u128::from(before) * u128::from(65_536 - u32::from(may_cost)));
        let mut sorted = order.clone();
        sorted.sort_unstable();
        prop_assert_eq!(sorted, (0..hit.len()).collect::<Vec<_>>());
        prop_assert!(worth(&slate, &order) >= worth(&slate, &(0..hit.len()).collect::<Vec<_>>()));
    }
}
