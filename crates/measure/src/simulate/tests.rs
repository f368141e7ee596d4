use super::*;

/// A hundredth of the full runs: seconds, and enough to notice a test that is looked at too often.
const SHORT: Size = Size {
    runs: 600,
    orders: 3_000,
    seed: 1,
};

#[test]
fn arms_alike_are_told_apart_in_at_most_5_percent() {
    for shares in [&[0.5, 0.5][..], &[0.2, 0.4, 0.4]] {
        let figure = alarms(SHORT, shares);
        assert!(figure.holds() && figure.counted > 0, "{figure:?}");
    }
}

/// The control: a test that is made for one look, looked at after every order, must not pass.
#[test]
fn test_for_one_look_fails_when_it_is_looked_at_all_the_time() {
    let run = |seed| {
        let mut dice = Dice::new(seed);
        let mut heads = 0.0;
        (1..=SHORT.orders).any(|order| {
            heads += f64::from(u8::from(dice.coin(0.5)));
            let order = order as f64;
            order >= 100.0 && (heads - 0.5 * order).abs() / (0.5 * order.sqrt()) > 1.96
        })
    };
    let alarms = count(SHORT, run) as f64 / SHORT.runs as f64;
    assert!(alarms > 0.2, "{alarms}");
}

#[test]
fn lift_lies_in_its_interval_at_all_times() {
    for (lift, share) in [(0.1, 0.5), (-0.05, 0.2)] {
        let figure = coverage(SHORT, lift, share);
        assert!(figure.holds() && figure.counted < figure.runs, "{figure:?}");
    }
}

#[test]
fn lift_of_10_percent_is_found_by_6000_orders() {
    let figure = power(SHORT, 0.1, 6_000);
    assert!(figure.holds() && figure.share() < 0.95, "{figure:?}");
    assert!(!power(SHORT, 0.1, 2_000).holds(), "two thousand are too few");
}

#[test]
fn revenue_lies_in_its_interval_from_the_burn_in_on() {
    for of in [MoneyOf::Draw, MoneyOf::Order] {
        let figure = money(SHORT, BURN_IN, of);
        assert!(figure.holds(), "{figure:?}");
    }
}

#[test]
fn split_of_52_to_48_is_found_and_an_even_one_is_no_alarm() {
    let few = Size { runs: 150, ..SHORT };
    let (found, alarms) = (split_found(few), split_alarms(few));
    assert!(found.holds(), "{found:?}");
    // Of 150 runs 1 % are 1.5: four or more happen once in fifteen times even at the bound.
    assert!(alarms.counted <= 3, "{alarms:?}");
}

#[test]
fn plan_agrees_with_the_simulated_power() {
    let orders = crate::plan::orders_needed(0.1, 0.5, 0.5, ALPHA);
    let share = power(SHORT, 0.1, orders).share();
    assert!((share - 0.8).abs() < 0.06, "{orders} orders find {share}");
}
