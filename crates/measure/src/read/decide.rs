//! What to decide: stop, go on, or that it cannot be told with these orders before a date.

use serde::Serialize;

use super::money::MoneyReport;
use super::report::{ExperimentReport, WEEK_MS};
use crate::declaration::{Experiment, Measure, Unit};
use crate::plan;
use crate::stats::{ALPHA, Interval};

/// What to do.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Decision {
    /// In one word.
    pub verdict: Verdict,
    /// In a sentence.
    pub text: String,
    /// The arm that it is about.
    pub arm: Option<String>,
    /// Orders of the experiment after which a lift worth having would be found, in four of five cases.
    pub orders_needed: Option<u64>,
    /// When they will have come at the present rate, in milliseconds since 1970.
    pub decided_by_ms: Option<i64>,
}

/// What to do, in one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Stop, and give everybody the arm.
    Ship,
    /// Stop, and keep the first arm.
    Keep,
    /// Stop: no arm differs by as much as would be worth it.
    NoDifference,
    /// Go on.
    #[default]
    GoOn,
    /// It cannot be told before a date.
    NotBefore,
    /// Mend the experiment first.
    Mend,
}

impl Verdict {
    /// Returns the words for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Ship => "Stop and ship",
            Self::Keep => "Stop and keep",
            Self::NoDifference => "Stop",
            Self::GoOn => "Go on",
            Self::NotBefore => "Not yet",
            Self::Mend => "Mend it first",
        }
    }
}

/// An arm's interval of the measure that decides.
struct Contender {
    arm: String,
    lift: f64,
    interval: Option<Interval>,
}

/// Decides.
pub fn decide(experiment: &Experiment, report: &ExperimentReport) -> Decision {
    if report.orders == 0 {
        return say(Verdict::GoOn, "No order yet.");
    }
    if report.split.as_ref().is_some_and(|split| split.is_broken) {
        return say(
            Verdict::Mend,
            "Believe nothing of this: the arms were not served in the declared shares. Find out why, then begin anew under another id.",
        );
    }
    if let Some(switchback) = &report.switchback {
        if switchback.is_broken {
            return say(
                Verdict::Mend,
                "Believe nothing of this: blocks mix arms, or too many have no order. Look at caches and clocks, or take longer blocks.",
            );
        }
        if !switchback.is_complete {
            let mut decision = say(Verdict::NotBefore, "Blocks are read once, when the last one has ended.");
            decision.decided_by_ms = experiment.until_ms;
            return decision;
        }
    }
    let contenders = contenders(experiment, report);
    resolved(experiment, report, &contenders).unwrap_or_else(|| open(experiment, report))
}

fn say(verdict: Verdict, text: &str) -> Decision {
    Decision {
        verdict,
        text: text.to_owned(),
        ..Decision::default()
    }
}

fn contenders(experiment: &Experiment, report: &ExperimentReport) -> Vec<Contender> {
    if let Some(switchback) = &report.switchback {
        let arms = switchback.arms.iter();
        return arms
            .map(|arm| Contender {
                arm: arm.arm.clone(),
                lift: arm.lift,
                interval: Some(arm.interval),
            })
            .collect();
    }
    let first = primary(experiment);
    if first == Measure::Orders || experiment.is_interleaved {
        let lifts = report.lifts.iter();
        return lifts
            .map(|lift| Contender {
                arm: lift.arm.clone(),
                lift: lift.lift,
                interval: Some(lift.interval),
            })
            .collect();
    }
    let money = report.money.iter().filter(|money| money.measure == first);
    money
        .map(|money| Contender {
            arm: money.arm.clone(),
            lift: money.per_draw.map_or(0.0, |estimate| estimate.lift),
            interval: money.per_draw.and_then(|estimate| estimate.interval),
        })
        .collect()
}

fn primary(experiment: &Experiment) -> Measure {
    experiment.measures.first().copied().unwrap_or(Measure::Orders)
}

fn resolved(experiment: &Experiment, report: &ExperimentReport, contenders: &[Contender]) -> Option<Decision> {
    let first = &experiment.arms.first()?.name;
    let what = primary(experiment).name();
    let known = |test: &dyn Fn(&Interval) -> bool| {
        let all = contenders.iter();
        all.map(|own| {
            own.interval
                .filter(|interval| !interval.is_empty() && test(interval))
                .is_some()
        })
        .collect::<Vec<bool>>()
    };
    let better = known(&|interval| interval.low > 0.0);
    let best = contenders
        .iter()
        .zip(&better)
        .filter(|(_, is_better)| **is_better)
        .max_by(|(a, _), (b, _)| a.lift.total_cmp(&b.lift));
    if let Some((best, _)) = best {
        let mut decision = say(
            Verdict::Ship,
            &format!(
                "`{}` brings more {what} than `{first}`.{}",
                best.arm,
                harm(report, &best.arm)
            ),
        );
        decision.arm = Some(best.arm.clone());
        return Some(decision);
    }
    if contenders.is_empty() {
        return None;
    }
    if known(&|interval| interval.high < 0.0).iter().all(|is_worse| *is_worse) {
        let mut decision = say(
            Verdict::Keep,
            &format!("`{first}` brings more {what} than every other arm. Keep it."),
        );
        decision.arm = Some(first.clone());
        return Some(decision);
    }
    let worth = experiment.worth;
    if known(&|interval| interval.low > -worth && interval.high < worth)
        .iter()
        .all(|is_small| *is_small)
    {
        let text = format!(
            "No arm differs from `{first}` in {what} by the {:.1} % that would be worth it. Keep what is simpler.",
            100.0 * worth
        );
        return Some(say(Verdict::NoDifference, &text));
    }
    None
}

/// Returns the measures that fall surely.
fn harm(report: &ExperimentReport, arm: &str) -> String {
    let falls = |money: &&MoneyReport| {
        let estimate = money.per_draw.and_then(|estimate| estimate.interval);
        money.arm == arm && estimate.is_some_and(|interval| interval.high < 0.0)
    };
    let names: Vec<&str> = report
        .money
        .iter()
        .filter(falls)
        .map(|money| money.measure.name())
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(" But it brings less {}: weigh that first.", names.join(" and "))
    }
}

fn open(experiment: &Experiment, report: &ExperimentReport) -> Decision {
    let needed = needed(experiment, report);
    let missing = needed.saturating_sub(report.orders);
    let rate = report.orders_a_week.unwrap_or_default();
    let by_ms = report
        .last_ms
        .filter(|_| rate > 0.0)
        .map(|last| last.saturating_add((missing as f64 / rate * WEEK_MS) as i64));
    let worth = 100.0 * experiment.worth;
    let is_late = experiment.until_ms.zip(by_ms).is_some_and(|(until, by)| by > until);
    let (verdict, text) = if experiment.unit == Unit::Window {
        (
            Verdict::NotBefore,
            "The blocks do not tell: repeat with more of them, or with shorter ones, under another id.".to_owned(),
        )
    } else if is_late {
        (
            Verdict::NotBefore,
            format!(
                "A lift of {worth:.1} % cannot be told with these orders before the declared end: move `until`, or give it up."
            ),
        )
    } else if missing == 0 {
        (
            Verdict::GoOn,
            format!(
                "A lift of {worth:.1} % would probably have been found by now; stop whenever that is enough for you."
            ),
        )
    } else {
        (
            Verdict::GoOn,
            format!(
                "A lift of {worth:.1} % needs about {needed} orders, of which {} have come.",
                report.orders
            ),
        )
    };
    Decision {
        verdict,
        text,
        arm: None,
        orders_needed: Some(needed),
        decided_by_ms: by_ms.filter(|_| missing > 0),
    }
}

/// Returns the orders of the whole experiment that the hardest pair of arms needs.
fn needed(experiment: &Experiment, report: &ExperimentReport) -> u64 {
    let compared = if experiment.is_interleaved {
        2
    } else {
        experiment.arms.len()
    };
    let alpha = ALPHA / (compared - 1) as f64;
    let pair = |arm: usize| {
        let (first, own) = (experiment.share(0), experiment.share(arm));
        let orders = match primary(experiment) {
            Measure::Orders => plan::orders_needed(experiment.worth, first, own, alpha),
            measure => {
                let name = &experiment.arms[arm].name;
                let own = report
                    .money
                    .iter()
                    .find(|money| money.measure == measure && money.arm == *name);
                let variance = own.map_or(8.0, |money| money.variance);
                plan::orders_needed_for_money(experiment.worth, variance, experiment.burn_in, alpha)
            }
        };
        (orders as f64 / (first + own)) as u64
    };
    (1..compared).map(pair).max().unwrap_or_default()
}
