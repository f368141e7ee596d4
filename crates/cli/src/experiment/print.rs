//! The report for a terminal.

use shelfwise_intake::orders::OrderReport;
use shelfwise_measure::read::{
    CohortReport, Decision, Estimate, ExperimentReport, HoldoutReport, MoneyReport, Report, StrataReport,
};
use shelfwise_measure::stats::Interval;

use crate::output::printable;
use crate::print_line;
use crate::table::{count, date, percent, table};

/// Prints the report.
pub fn report(report: &Report, orders: &OrderReport) {
    print_line!(
        "{} orders of {} rows, {} with a tag",
        count(report.orders),
        count(orders.rows),
        count(report.tagged)
    );
    for (number, what) in [
        (orders.duplicates, "stand twice and count once"),
        (orders.cancelled, "cancelled, refunded or unpaid, left out"),
        (orders.tests, "tests, left out"),
        (orders.without_value, "without a value, count as orders only"),
        (orders.other_currency, "in another currency, count as orders only"),
        (report.held_out, "of visits that see no experiment"),
    ] {
        if number > 0 {
            print_line!("  {} {what}", count(number));
        }
    }
    for problem in &report.problems {
        print_line!(
            "  {} orders: {} The first: {}",
            count(problem.orders),
            problem.problem,
            problem.first
        );
    }
    for note in &report.notes {
        print_line!("note: {note}");
    }
    if let Some(own) = &report.holdout {
        holdout(own);
    }
    report.experiments.iter().for_each(experiment);
}

fn holdout(report: &HoldoutReport) {
    print_line!();
    print_line!(
        "everybody else beside the holdout of {}: {} in orders, 95 % at all times {}, p = {:.4}",
        percent(report.share),
        percent(report.lift.lift),
        between(report.lift.interval),
        report.lift.p_value
    );
    if let Some(revenue) = report.revenue {
        let interval = revenue.interval.map_or_else(|| "before burn-in".to_owned(), between);
        print_line!("  revenue: {}, 95 % at all times {interval}", percent(revenue.lift));
    }
}

fn experiment(report: &ExperimentReport) {
    print_line!();
    let decision = &report.decision;
    print_line!(
        "experiment {} (version {}): {}. {}",
        printable(&report.id),
        report.version,
        decision.verdict.words(),
        decision.text
    );
    by(decision);
    arms(report);
    if let Some(p_value) = report.p_value {
        print_line!("any difference between arms: p = {p_value:.4}, at all looks");
    }
    money(&report.money);
    if let Some(own) = &report.strata {
        strata(own);
    }
    if let Some(own) = &report.cohorts {
        cohorts(own);
    }
    if let Some(split) = &report.split {
        let word = if split.is_broken {
            "BROKEN"
        } else {
            "no sign of a broken split"
        };
        print_line!("counted assignments: {word}, p = {:.4}", split.p_value);
    }
    for note in &report.notes {
        print_line!("note: {note}");
    }
}

fn by(decision: &Decision) {
    if let Some(ms) = decision.decided_by_ms {
        print_line!("  about {}", date(ms));
    }
}

fn arms(report: &ExperimentReport) {
    let mut table = table(&["arm", "share", "orders", "if alike", "lift", "95 % at all times"]);
    for arm in &report.arms {
        let lift = report.lifts.iter().find(|lift| lift.arm == arm.name);
        let block = report
            .switchback
            .as_ref()
            .and_then(|own| own.arms.iter().find(|own| own.arm == arm.name));
        let known = lift
            .map(|lift| (lift.lift, lift.interval))
            .or(block.map(|block| (block.lift, block.interval)));
        table.add_row([
            printable(&arm.name),
            percent(arm.share),
            count(arm.orders),
            count(arm.expected.round() as u64),
            known.map_or_else(String::new, |(lift, _)| percent(lift)),
            known.map_or_else(String::new, |(_, interval)| between(interval)),
        ]);
    }
    print_line!("{table}");
}

fn money(rows: &[MoneyReport]) {
    if rows.is_empty() {
        return;
    }
    let mut table = table(&[
        "measure",
        "arm",
        "in all",
        "95 % at all times",
        "per order",
        "95 % at all times",
    ]);
    let cells = |estimate: Option<Estimate>| {
        let interval = estimate.and_then(|estimate| estimate.interval);
        [
            estimate.map_or_else(String::new, |estimate| percent(estimate.lift)),
            interval.map_or_else(|| "before burn-in".to_owned(), between),
        ]
    };
    for row in rows {
        let ([all, all_between], [order, order_between]) = (cells(row.per_draw), cells(row.per_order));
        table.add_row([
            row.measure.name().to_owned(),
            printable(&row.arm),
            all,
            all_between,
            order,
            order_between,
        ]);
    }
    print_line!("{table}");
}

fn strata(report: &StrataReport) {
    let by = printable(&report.by);
    let mut lifts = table(&[&by, "orders", "arm", "lift", "95 % at all times"]);
    for stratum in &report.strata {
        for lift in &stratum.lifts {
            lifts.add_row([
                printable(&stratum.key),
                count(stratum.orders),
                printable(&lift.arm),
                percent(lift.lift),
                between(lift.interval),
            ]);
        }
    }
    print_line!("{lifts}");
    for own in &report.adjusted {
        if let Some((adjusted, interval)) = own.adjusted.and_then(|own| Some((own, own.interval?))) {
            print_line!(
                "{} per order of {}, at the same mix of {by}: {}, 95 % at all times {}",
                own.measure.name(),
                printable(&own.arm),
                percent(adjusted.lift),
                between(interval)
            );
        }
    }
}

fn cohorts(report: &CohortReport) {
    let mut rows = table(&[
        "arm",
        "customers",
        "weeks",
        "seen so long",
        "ordered again",
        "value of one",
    ]);
    for arm in &report.arms {
        for week in [0, 1, 4, 8, 12, 26].into_iter().filter(|week| *week <= report.weeks) {
            let point = arm.points[week];
            rows.add_row([
                printable(&arm.arm),
                count(arm.customers),
                week.to_string(),
                count(point.customers),
                percent(point.repeated),
                point.value.map_or_else(String::new, |value| format!("{value:.2}")),
            ]);
        }
    }
    print_line!("{rows}");
}

fn between(interval: Interval) -> String {
    if interval.is_empty() {
        return "changed over time".to_owned();
    }
    format!("{} to {}", percent(interval.low), percent(interval.high))
}
