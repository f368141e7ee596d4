use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt as _, SeedableRng as _};
use shelfwise_intake::orders::{OptionalColumns, Order};

use super::*;
use crate::Measure;
use crate::tag::{Tag, TaggedArm, letters};

const FILE: &str = "[[experiment]]\nid = \"winter\"\nunit = \"visit\"\n\
    arms = [{ name = \"old\", weight = 1 }, { name = \"new\", weight = 1 }]\nread = [\"orders\", \"revenue\"]\ncap = 200.0\n";

fn declared(text: &str) -> Experiments {
    crate::declaration::parse(text).unwrap()
}

fn tag(experiments: &Experiments, arm: u8) -> String {
    let own = &experiments.experiments[0];
    let arm = TaggedArm {
        experiment: own.id.clone(),
        version: own.version,
        arm,
    };
    Tag {
        is_held_out: false,
        arms: vec![arm],
    }
    .write()
}

/// A shop whose second arm converts `1 + lift` times as often; one order every ten minutes from 2026-11-02 on.
fn orders(experiments: &Experiments, count: usize, lift: f64, seed: u64) -> OrderLog {
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed);
    let order = |at: usize| {
        let is_new = dice.random_bool((1.0 + lift) / (2.0 + lift));
        Order {
            line: at as u64 + 2,
            time_ms: 1_793_577_600_000 + at as i64 * 600_000,
            value: Some(dice.random_range(10.0..90.0)),
            tag: tag(experiments, u8::from(is_new)),
            ..Order::default()
        }
    };
    OrderLog {
        files: vec!["orders.csv".into()],
        orders: (0..count).map(order).collect(),
        currency: "€".into(),
        keys: Vec::new(),
        has: OptionalColumns {
            value: true,
            ..OptionalColumns::default()
        },
    }
}

fn report(log: &OrderLog, experiments: &Experiments) -> ExperimentReport {
    read(experiments, log, &[], OtherVersions::Refuse)
        .unwrap()
        .experiments
        .remove(0)
}

#[test]
fn lift_that_is_there_is_found_and_shipped() {
    let experiments = declared(FILE);
    let report = report(&orders(&experiments, 8_000, 0.15, 1), &experiments);
    let lift = &report.lifts[0];
    assert!(lift.interval.contains(0.15) && lift.interval.low > 0.0, "{lift:?}");
    assert!(report.p_value.unwrap() < 0.05);
    assert_eq!(
        (report.decision.verdict, report.decision.arm.as_deref()),
        (Verdict::Ship, Some("new"))
    );
    let money = &report.money[0];
    assert!(money.per_draw.unwrap().interval.unwrap().contains(0.15), "{money:?}");
    assert!(money.per_order.unwrap().interval.unwrap().contains(0.0));
}

#[test]
fn arm_that_sells_less_is_not_shipped() {
    let experiments = declared(FILE);
    let report = report(&orders(&experiments, 8_000, -0.2, 2), &experiments);
    assert_eq!(
        (report.decision.verdict, report.decision.arm.as_deref()),
        (Verdict::Keep, Some("old"))
    );
}

#[test]
fn few_orders_say_when_it_can_be_told() {
    let experiments = declared(FILE);
    let report = report(&orders(&experiments, 900, 0.0, 3), &experiments);
    assert_eq!(report.decision.verdict, Verdict::GoOn);
    let needed = report.decision.orders_needed.unwrap();
    assert!((20_000..27_000).contains(&needed), "{needed}");
    assert!(
        report.money[0].per_draw.unwrap().interval.is_none(),
        "before the burn-in"
    );
    let ending = declared(&format!("{FILE}until = 2026-12-01"));
    let late = self::report(&orders(&ending, 900, 0.0, 3), &ending);
    assert_eq!(late.decision.verdict, Verdict::NotBefore);
    assert!(late.decision.decided_by_ms.unwrap() > ending.experiments[0].until_ms.unwrap());
}

#[test]
fn arms_that_are_surely_alike_end_the_experiment() {
    let experiments = declared(&format!("{FILE}worth = 0.2"));
    let report = report(&orders(&experiments, 8_000, 0.0, 4), &experiments);
    assert_eq!(report.decision.verdict, Verdict::NoDifference);
}

#[test]
fn experiment_that_was_changed_is_refused_or_read_apart() {
    let experiments = declared(FILE);
    let changed = declared(&FILE.replace("200.0", "300.0"));
    let mut log = orders(&experiments, 100, 0.0, 5);
    log.orders[7].tag = tag(&changed, 0);
    let error = read(&experiments, &log, &[], OtherVersions::Refuse)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("1 orders, the first in orders.csv: line 9, carry version"),
        "{error}"
    );
    assert!(error.contains(&letters(changed.experiments[0].version)));
    let report = read(&experiments, &log, &[], OtherVersions::Apart).unwrap();
    assert_eq!(
        (
            report.experiments[0].orders,
            report.experiments[0].other_versions[0].orders
        ),
        (99, 1)
    );
}

#[test]
fn tags_that_cannot_be_used_are_counted_with_their_place() {
    let experiments = declared(FILE);
    let mut log = orders(&experiments, 100, 0.0, 6);
    log.orders[0].tag.pop();
    log.orders[1].tag = tag(&declared(&FILE.replace("winter", "summer")), 0);
    log.orders[2].tag = String::new();
    log.orders[3].tag = tag(&experiments, 9);
    let report = read(&experiments, &log, &[], OtherVersions::Refuse).unwrap();
    let problems: Vec<_> = report
        .problems
        .iter()
        .map(|problem| (&*problem.first, problem.orders))
        .collect();
    assert_eq!(problems.len(), 3, "{:?}", report.problems);
    assert!(problems.contains(&("orders.csv: line 2", 1)) && problems.contains(&("orders.csv: line 5", 1)));
    assert_eq!((report.tagged, report.experiments[0].orders), (98, 96));
    log.orders.iter_mut().for_each(|order| order.tag.clear());
    let error = read(&experiments, &log, &[], OtherVersions::Refuse)
        .unwrap_err()
        .to_string();
    assert!(error.contains("no order carries an arm"), "{error}");
}

#[test]
fn broken_split_makes_the_report_worthless() {
    let experiments = declared(FILE);
    let log = orders(&experiments, 5_000, 0.15, 7);
    let assigned = |arm: &str, count| Assigned {
        experiment: "winter".into(),
        arm: arm.into(),
        count,
        period: 0,
    };
    let with = |new| {
        read(
            &experiments,
            &log,
            &[assigned("old", 10_000), assigned("new", new)],
            OtherVersions::Refuse,
        )
    };
    assert_eq!(with(10_800).unwrap().experiments[0].decision.verdict, Verdict::Mend);
    assert!(!with(10_050).unwrap().experiments[0].split.as_ref().unwrap().is_broken);
    let unknown = read(&experiments, &log, &[assigned("newer", 1)], OtherVersions::Refuse).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "assignments of `newer`, which is not declared: take one of old, new"
    );
}

#[test]
fn further_orders_of_a_device_are_no_further_coins() {
    let experiments = declared(&FILE.replace("visit", "device"));
    let mut log = orders(&experiments, 1_000, 0.0, 8);
    log.has.customer = true;
    for (at, order) in log.orders.iter_mut().enumerate() {
        order.customer = Some(at as u32 / 4);
    }
    let report = report(&log, &experiments);
    assert_eq!((report.orders, report.repeat_orders), (250, 750));
}

#[test]
fn interleaving_counts_answers_and_no_ties() {
    let experiments = declared(
        "[[experiment]]\nid = \"duel\"\nunit = \"visit\"\ninterleave = [\"today\", \"margin\"]\nread = [\"orders\"]",
    );
    let mut log = orders(&experiments, 3_000, 0.3, 9);
    log.orders
        .iter_mut()
        .step_by(3)
        .for_each(|order| order.tag = tag(&experiments, 2));
    let report = report(&log, &experiments);
    assert_eq!(report.arms[2].orders, 1_000);
    assert_eq!(
        (report.decision.verdict, report.decision.arm.as_deref()),
        (Verdict::Ship, Some("margin"))
    );
}

#[test]
fn switchback_is_read_once_at_its_end() {
    let experiments = declared(
        &FILE
            .replace("unit = \"visit\"", "unit = \"window\"\nwindow = { hours = 4, washout_minutes = 30 }\nfrom = 2026-11-02\nuntil = 2026-12-14")
            .replace(", \"revenue\"", ""),
    );
    let own = &experiments.experiments[0];
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(10);
    let (from, until, block) = (
        own.from_ms.unwrap(),
        own.until_ms.unwrap(),
        own.window.unwrap().block_ms,
    );
    let mut log = orders(&experiments, 0, 0.0, 10);
    for start in (from..until).step_by(block as usize) {
        let is_new = dice.random_bool(0.5);
        for at in 0..if is_new { 50 } else { 40 } {
            log.orders.push(Order {
                time_ms: start + at * block / 50 + dice.random_range(0..block / 50),
                tag: tag(&experiments, u8::from(is_new)),
                ..Order::default()
            });
        }
    }
    log.orders.sort_by_key(|order| order.time_ms);
    let whole = report(&log, &experiments);
    let switchback = whole.switchback.unwrap();
    assert!(
        switchback.arms[0].p_value < 0.01 && switchback.blocks.washed_out > 0,
        "{switchback:?}"
    );
    assert_eq!(whole.decision.verdict, Verdict::Ship);
    log.orders.truncate(2_000);
    let early = report(&log, &experiments);
    assert!(early.switchback.unwrap().arms.is_empty());
    assert_eq!(
        (early.decision.verdict, early.decision.decided_by_ms),
        (Verdict::NotBefore, Some(until))
    );
}

#[test]
fn holdout_is_a_coin_of_its_own() {
    let experiments = declared(&format!(
        "[[holdout]]\nshare = 0.1\ncap = 200.0\nuntil = 2027-06-01\n{FILE}"
    ));
    let mut log = orders(&experiments, 12_000, 0.0, 11);
    let held = Tag {
        is_held_out: true,
        arms: Vec::new(),
    };
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(12);
    // Everybody else orders a quarter more often: of 1 + 9 · 1.25 draws that order, one is held out.
    for order in &mut log.orders {
        if dice.random_bool(1.0 / 12.25) {
            order.tag = held.write();
        }
    }
    let report = read(&experiments, &log, &[], OtherVersions::Refuse).unwrap();
    let holdout = report.holdout.unwrap();
    assert_eq!(holdout.held_out + holdout.others, 12_000);
    let interval = holdout.lift.interval;
    assert!(interval.low > 0.0 && interval.contains(0.25), "{holdout:?}");
    assert!(holdout.revenue.unwrap().interval.unwrap().contains(0.25));
    assert_eq!(
        report.experiments[0].orders, holdout.others,
        "who is held out is in no arm"
    );
}

#[test]
fn key_that_was_declared_is_read_apart() {
    let experiments = declared(&FILE.replace("read =", "by = \"device\"\nread ="));
    let mut log = orders(&experiments, 9_000, 0.0, 13);
    let tags = [tag(&experiments, 0), tag(&experiments, 1)];
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(14);
    log.keys = vec!["phone".into(), "desktop".into()];
    for (at, order) in log.orders.iter_mut().enumerate() {
        let is_phone = at % 3 > 0;
        order.key = Some(u32::from(!is_phone));
        // Half as many orders again on phones, and none more on desktops.
        order.tag = tags[usize::from(dice.random_bool(if is_phone { 0.6 } else { 0.5 }))].clone();
    }
    let without = report(&log, &experiments);
    assert!(without.strata.is_none() && without.notes.iter().any(|note| note.contains("--map key=COLUMN")));
    log.has.key = true;
    let strata = report(&log, &experiments).strata.unwrap();
    let [phone, desktop] = &strata.strata[..] else {
        panic!("{strata:?}")
    };
    assert_eq!((&*phone.key, phone.orders, strata.without_key), ("phone", 6_000, 0));
    assert!(phone.lifts[0].interval.low > 0.0 && phone.lifts[0].interval.contains(0.5));
    assert!(desktop.lifts[0].interval.contains(0.0));
    let own = strata
        .adjusted
        .iter()
        .find(|own| own.measure == Measure::Revenue)
        .unwrap();
    assert!(own.adjusted.unwrap().interval.unwrap().contains(0.0), "{own:?}");
}
