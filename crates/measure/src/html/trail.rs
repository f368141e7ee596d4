//! The picture of intervals as orders came.

use std::fmt::Write as _;

use serde::Serialize;
use shelfwise_page::words::thousands;

use super::scale::{Scale, ends, round};
use super::words;
use crate::read::TrailPoint;

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 120.0;

/// A band that narrows.
#[derive(Serialize)]
pub struct TrailView {
    arm: String,
    /// SVG path of the band.
    band: String,
    /// Height of no lift.
    zero: f64,
    top: String,
    bottom: String,
    orders: String,
}

/// Returns the picture of one arm. The scale is that of the last half: the first intervals are wider than any picture.
pub fn trail(points: &[TrailPoint], place: usize, arm: &str) -> TrailView {
    let late = points[points.len() / 2..]
        .iter()
        .flat_map(|point| point.intervals.get(place));
    let scale = Scale::of(late.flat_map(|interval| ends(*interval)));
    let most = points.last().map_or(1, |point| point.orders).max(1) as f64;
    let x = |orders: u64| round(orders as f64 / most * WIDTH);
    let mut band = String::new();
    let known = || {
        points
            .iter()
            .filter_map(|point| Some((x(point.orders), point.intervals.get(place)?)))
    };
    for (at, (x, interval)) in known().enumerate() {
        let _ = write!(
            band,
            "{}{x} {} ",
            if at == 0 { "M" } else { "L" },
            scale.y(interval.high, HEIGHT)
        );
    }
    for (x, interval) in known().collect::<Vec<_>>().into_iter().rev() {
        let _ = write!(band, "L{x} {} ", scale.y(interval.low, HEIGHT));
    }
    band.push('Z');
    TrailView {
        arm: arm.to_owned(),
        band,
        zero: scale.y(0.0, HEIGHT),
        top: words::signed(scale.reach()),
        bottom: words::signed(-scale.reach()),
        orders: thousands(most as u64),
    }
}
