//! The pictures of customers over weeks: a line an arm, and the figures as a table.

use std::fmt::Write as _;

use serde::Serialize;
use shelfwise_page::words::{percent, thousands};

use super::scale::round;
use crate::read::{CohortArm, CohortPoint, CohortReport};
use crate::stats::Interval;

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 110.0;

/// Weeks of the table.
const WEEKS: [usize; 6] = [0, 1, 4, 8, 12, 26];

/// Customers by arm, as pictures and table.
#[derive(Serialize)]
pub struct CohortView {
    curves: Vec<CurveView>,
    weeks: Vec<usize>,
    rows: Vec<RowView>,
    switched: Option<String>,
}

#[derive(Serialize)]
struct CurveView {
    title: &'static str,
    top: String,
    weeks: usize,
    lines: Vec<LineView>,
}

#[derive(Serialize)]
struct LineView {
    arm: String,
    /// SVG paths of the line and of its band.
    line: String,
    band: String,
}

#[derive(Serialize)]
struct RowView {
    arm: String,
    customers: String,
    /// For each week of the table.
    cells: Vec<String>,
}

/// Returns the view.
pub fn cohorts(report: &CohortReport, currency: &str) -> CohortView {
    let repeated = |point: &CohortPoint| Some((point.repeated, point.repeated_between));
    let value = |point: &CohortPoint| point.value.zip(point.value_between);
    let money = |top: f64| format!("{top:.2} {currency}").trim_end().to_owned();
    let curves = [
        curve(report, "Customers who ordered again", repeated, percent),
        curve(report, "What a customer brought", value, money),
    ];
    let weeks: Vec<usize> = WEEKS.into_iter().filter(|week| *week <= report.weeks).collect();
    let cell = |point: &CohortPoint| {
        let value = point.value.map_or_else(String::new, |value| format!(" · {value:.2}"));
        format!("{}{value}", percent(point.repeated))
    };
    let row = |arm: &CohortArm| RowView {
        arm: arm.arm.clone(),
        customers: thousands(arm.customers),
        cells: weeks.iter().map(|week| cell(&arm.points[*week])).collect(),
    };
    CohortView {
        curves: curves.into_iter().flatten().collect(),
        rows: report.arms.iter().map(row).collect(),
        weeks: weeks.clone(),
        switched: (report.switched > 0).then(|| thousands(report.switched)),
    }
}

fn curve(
    report: &CohortReport,
    title: &'static str,
    figure: impl Fn(&CohortPoint) -> Option<(f64, Interval)>,
    words: impl Fn(f64) -> String,
) -> Option<CurveView> {
    let figures = |arm: &CohortArm| arm.points.iter().map(&figure).collect::<Option<Vec<_>>>();
    let all: Vec<Vec<(f64, Interval)>> = report.arms.iter().map(figures).collect::<Option<_>>()?;
    let top = all
        .iter()
        .flatten()
        .map(|(_, between)| between.high)
        .fold(0.0, f64::max);
    if top <= 0.0 {
        return None;
    }
    let x = |week: usize| round(week as f64 / report.weeks as f64 * WIDTH);
    let y = |value: f64| round(HEIGHT * (1.0 - (value / top).clamp(0.0, 1.0)));
    let path = |points: &mut dyn Iterator<Item = (usize, f64)>| {
        let mut path = String::new();
        for (week, value) in points {
            let _ = write!(
                path,
                "{}{} {} ",
                if path.is_empty() { 'M' } else { 'L' },
                x(week),
                y(value)
            );
        }
        path
    };
    let line = |(arm, points): (&CohortArm, &Vec<(f64, Interval)>)| {
        let high = points
            .iter()
            .enumerate()
            .map(|(week, (_, between))| (week, between.high));
        let low = points
            .iter()
            .enumerate()
            .rev()
            .map(|(week, (_, between))| (week, between.low));
        LineView {
            arm: arm.arm.clone(),
            line: path(&mut points.iter().enumerate().map(|(week, (mean, _))| (week, *mean))),
            band: path(&mut high.chain(low)) + "Z",
        }
    };
    Some(CurveView {
        title,
        top: words(top),
        weeks: report.weeks,
        lines: report.arms.iter().zip(&all).map(line).collect(),
    })
}
