//! The report's figures as texts and places of the pictures.

use serde::Serialize;
use shelfwise_page::words::{percent, thousands};

use super::curves::{CohortView, cohorts};
use super::scale::{Scale, ends, round};
use super::trail::{TrailView, trail};
use super::words;
use crate::declaration::{Experiments, Unit};
use crate::read::{Estimate, ExperimentReport, HoldoutReport, MoneyReport, Report, StrataReport, Verdict};
use crate::stats::Interval;

/// What the page shows.
#[derive(Serialize)]
pub struct View {
    orders: String,
    tagged: String,
    held_out: String,
    holdout: Option<HoldoutView>,
    notes: Vec<String>,
    problems: Vec<ProblemView>,
    experiments: Vec<ExperimentView>,
}

#[derive(Serialize)]
struct ProblemView {
    text: String,
    orders: String,
    first: String,
}

#[derive(Serialize)]
struct HoldoutView {
    share: String,
    held_out: String,
    others: String,
    after_end: Option<String>,
    lifts: Vec<LiftView>,
}

#[derive(Serialize)]
struct StrataView {
    by: String,
    lifts: Vec<LiftView>,
    adjusted: Vec<LiftView>,
    without_key: Option<String>,
}

#[derive(Serialize)]
struct ExperimentView {
    id: String,
    class: &'static str,
    word: &'static str,
    text: String,
    by: Option<String>,
    lead: Vec<String>,
    arms: Vec<ArmView>,
    lifts_title: &'static str,
    lifts: Vec<LiftView>,
    p_value: Option<String>,
    trails: Vec<TrailView>,
    money: Vec<LiftView>,
    strata: Option<StrataView>,
    cohorts: Option<CohortView>,
    split: Option<String>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct ArmView {
    name: String,
    orders: String,
    share: String,
    /// Length of the bar, and place of the mark where it would end if all arms converted alike, of 320.
    length: f64,
    expected: f64,
}

#[derive(Serialize)]
struct LiftView {
    class: &'static str,
    name: String,
    figure: String,
    low: f64,
    high: f64,
    mean: f64,
    text: String,
}

impl View {
    /// Returns what the page shows.
    pub fn of(report: &Report, experiments: &Experiments) -> Self {
        let problem = |problem: &crate::read::TagProblem| ProblemView {
            text: problem.problem.clone(),
            orders: thousands(problem.orders),
            first: problem.first.clone(),
        };
        let declared = experiments.experiments.iter();
        Self {
            orders: thousands(report.orders),
            tagged: thousands(report.tagged),
            held_out: thousands(report.held_out),
            holdout: report.holdout.as_ref().map(holdout),
            notes: report.notes.clone(),
            problems: report.problems.iter().map(problem).collect(),
            experiments: report
                .experiments
                .iter()
                .zip(declared)
                .map(|(report_of_one, declared)| experiment(report_of_one, declared.worth, &report.currency))
                .collect(),
        }
    }
}

fn experiment(report: &ExperimentReport, worth: f64, currency: &str) -> ExperimentView {
    let class = match report.decision.verdict {
        Verdict::Ship => "good",
        Verdict::Mend => "bad",
        _ => "",
    };
    let by = report.decision.decided_by_ms.map(|ms| {
        if report.decision.verdict == Verdict::GoOn {
            format!("At the present rate that is on {}.", words::day(ms))
        } else {
            format!("Cannot be told before {}.", words::day(ms))
        }
    });
    ExperimentView {
        id: report.id.clone(),
        class,
        word: report.decision.verdict.words(),
        text: report.decision.text.clone(),
        by,
        lead: lead(report),
        arms: arms(report),
        lifts_title: title(report),
        lifts: lifts(report, worth),
        p_value: report.p_value.map(words::p),
        trails: trails(report),
        money: money(&report.money, worth, currency),
        strata: report.strata.as_ref().map(|own| strata(own, worth)),
        cohorts: report.cohorts.as_ref().map(|own| cohorts(own, currency)),
        split: report.split.as_ref().map(split),
        notes: report.notes.clone(),
    }
}

fn holdout(report: &HoldoutReport) -> HoldoutView {
    let own = &report.lift;
    let revenue = report.revenue.and_then(|own| own.interval);
    let all = ends(own.interval).into_iter().chain(revenue.into_iter().flat_map(ends));
    let scale = Scale::of(all);
    let mut lifts = vec![lift("orders", own.lift, own.interval, Some(own.p_value), scale)];
    lifts.extend(
        report
            .revenue
            .map(|own| estimate("revenue in all", own, "up to the cap", scale)),
    );
    HoldoutView {
        share: percent(report.share),
        held_out: thousands(report.held_out),
        others: thousands(report.others),
        after_end: (report.after_end > 0).then(|| thousands(report.after_end)),
        lifts,
    }
}

fn strata(report: &StrataReport, worth: f64) -> StrataView {
    let all = || report.strata.iter().flat_map(|own| &own.lifts);
    let of_lifts = Scale::of(all().flat_map(|lift| ends(lift.interval)).chain([worth]));
    let mut lifts = Vec::new();
    for stratum in &report.strata {
        lifts.extend(stratum.lifts.iter().map(|own| {
            let name = format!("{}, {}", stratum.key, own.arm);
            let mut view = lift(&name, own.lift, own.interval, None, of_lifts);
            view.text = format!("{}; {} orders", view.text, thousands(stratum.orders));
            view
        }));
    }
    let known = || {
        report
            .adjusted
            .iter()
            .filter_map(|own| Some((own, own.raw?, own.adjusted?)))
    };
    let intervals = known().flat_map(|(_, raw, adjusted)| [raw.interval, adjusted.interval]);
    let of_means = Scale::of(intervals.flatten().flat_map(ends).chain([worth]));
    let adjusted = known().map(|(own, raw, adjusted)| {
        let name = format!("{} per order, {}", own.measure.name(), own.arm);
        estimate(
            &name,
            adjusted,
            &format!("{} as orders came", words::signed(raw.lift)),
            of_means,
        )
    });
    StrataView {
        by: report.by.clone(),
        adjusted: adjusted.collect(),
        lifts,
        without_key: (report.without_key > 0).then(|| thousands(report.without_key)),
    }
}

const fn title(report: &ExperimentReport) -> &'static str {
    if report.is_interleaved {
        "Answers won"
    } else if report.switchback.is_some() {
        "Lift an hour"
    } else {
        "Lift in orders"
    }
}

fn lead(report: &ExperimentReport) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some((first, last)) = report.first_ms.zip(report.last_ms) {
        let rate = report
            .orders_a_week
            .map(|rate| format!(", {} a week", thousands(rate.round() as u64)));
        lines.push(format!(
            "{} orders from {} to {}{}; drawn by {}.",
            thousands(report.orders),
            words::day(first),
            words::day(last),
            rate.unwrap_or_default(),
            report.unit.name()
        ));
    }
    let others: u64 = report.other_versions.iter().map(|other| other.orders).sum();
    for (count, what) in [
        (
            report.repeat_orders,
            "further orders of customers whose device keeps its arm",
        ),
        (report.outside_time, "orders before its begin or after its end"),
        (others, "orders of another version of it"),
    ] {
        if count > 0 {
            lines.push(format!("{} {what} do not count.", thousands(count)));
        }
    }
    if let Some(switchback) = &report.switchback {
        let blocks = &switchback.blocks;
        lines.push(format!(
            "{} blocks with {} orders; {} orders of the washout, {} with another arm than their block, {} blocks without an order.",
            thousands(blocks.used),
            thousands(blocks.orders),
            thousands(blocks.washed_out),
            thousands(blocks.strays),
            thousands(blocks.without_orders)
        ));
    }
    lines
}

fn arms(report: &ExperimentReport) -> Vec<ArmView> {
    let most = report
        .arms
        .iter()
        .map(|arm| arm.expected.max(arm.orders as f64))
        .fold(1.0, f64::max);
    let view = |arm: &crate::read::ArmReport| ArmView {
        name: arm.name.clone(),
        orders: thousands(arm.orders),
        share: if report.is_interleaved {
            String::new()
        } else {
            format!("{:.1} % of draws", 100.0 * arm.share)
        },
        length: round(arm.orders as f64 / most * 320.0),
        // Ties of an interleaving have no expectation, and draws by the clock none in orders.
        expected: if report.is_interleaved || report.unit == Unit::Window {
            -10.0
        } else {
            round(arm.expected / most * 320.0)
        },
    };
    report.arms.iter().map(view).collect()
}

fn lifts(report: &ExperimentReport, worth: f64) -> Vec<LiftView> {
    if let Some(switchback) = &report.switchback {
        let scale = Scale::of(switchback.arms.iter().flat_map(|arm| ends(arm.interval)).chain([worth]));
        let arms = switchback.arms.iter();
        return arms
            .map(|arm| lift(&arm.arm, arm.lift, arm.interval, Some(arm.p_value), scale))
            .collect();
    }
    let scale = Scale::of(report.lifts.iter().flat_map(|lift| ends(lift.interval)).chain([worth]));
    let lifts = report.lifts.iter();
    lifts
        .map(|own| lift(&own.arm, own.lift, own.interval, Some(own.p_value), scale))
        .collect()
}

fn lift(name: &str, value: f64, interval: Interval, p_value: Option<f64>, scale: Scale) -> LiftView {
    LiftView {
        class: class(interval),
        name: name.to_owned(),
        figure: words::signed(value),
        low: scale.x(interval.low),
        high: scale.x(interval.high),
        mean: scale.x(value),
        text: p_value.map_or_else(
            || words::between(interval),
            |p_value| format!("{}, {}", words::between(interval), words::p(p_value)),
        ),
    }
}

fn class(interval: Interval) -> &'static str {
    if interval.is_empty() {
        ""
    } else if interval.low > 0.0 {
        "up"
    } else if interval.high < 0.0 {
        "down"
    } else {
        ""
    }
}

fn trails(report: &ExperimentReport) -> Vec<TrailView> {
    if report.trail.is_empty() {
        return Vec::new();
    }
    let lifts = report.lifts.iter().enumerate();
    lifts
        .map(|(place, lift)| trail(&report.trail, place, &lift.arm))
        .collect()
}

fn money(rows: &[MoneyReport], worth: f64, currency: &str) -> Vec<LiftView> {
    let all = rows.iter().flat_map(|row| [row.per_draw, row.per_order]).flatten();
    let scale = Scale::of(
        all.filter_map(|estimate| estimate.interval)
            .flat_map(ends)
            .chain([worth]),
    );
    let mut views = Vec::new();
    for row in rows {
        let unit = if row.measure.is_money() { currency } else { "" };
        let name = |what: &str| format!("{} {what}, {}", row.measure.name(), row.arm);
        let means = format!("{:.2} → {:.2} {unit} an order", row.mean_of_first, row.mean);
        views.extend(
            row.per_draw
                .map(|own| estimate(&name("in all"), own, &capped(row), scale)),
        );
        views.extend(
            row.per_order
                .map(|own| estimate(&name("per order"), own, means.trim_end(), scale)),
        );
    }
    views
}

fn capped(row: &MoneyReport) -> String {
    if row.capped == 0 {
        format!("{} orders", thousands(row.orders))
    } else {
        format!(
            "{} orders, {} above the cap",
            thousands(row.orders),
            thousands(row.capped)
        )
    }
}

fn estimate(name: &str, estimate: Estimate, detail: &str, scale: Scale) -> LiftView {
    let Some(interval) = estimate.interval else {
        let mean = scale.x(estimate.lift);
        return LiftView {
            class: "",
            name: name.to_owned(),
            figure: words::signed(estimate.lift),
            low: mean,
            high: mean,
            mean,
            text: format!("no interval before the burn-in; {detail}"),
        };
    };
    let mut view = lift(name, estimate.lift, interval, None, scale);
    view.text = format!("{}; {detail}", view.text);
    view
}

fn split(split: &crate::read::SplitReport) -> String {
    let counts: Vec<String> = split.counts.iter().map(|count| thousands(*count)).collect();
    let verdict = if split.is_broken {
        "not the declared split"
    } else {
        "no sign of a broken split"
    };
    format!(
        "Counted assignments {}: {verdict} ({}).",
        counts.join(" : "),
        words::p(split.p_value)
    )
}
