//! Where a lift stands in a picture.

use crate::stats::Interval;

/// Left and right end of the line.
const LEFT: f64 = 8.0;
const RIGHT: f64 = 312.0;

/// A symmetric scale around no lift.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    reach: f64,
}

impl Scale {
    /// A scale on which all of these are seen; what is larger than 100 % ends at the border.
    pub fn of(lifts: impl Iterator<Item = f64>) -> Self {
        let most = lifts.filter(|lift| lift.is_finite()).map(f64::abs).fold(0.0, f64::max);
        Self {
            reach: (most * 1.1).clamp(0.02, 1.0),
        }
    }

    /// Returns the largest lift that it shows.
    pub const fn reach(self) -> f64 {
        self.reach
    }

    /// Returns the place of a lift between 0 and 320.
    pub fn x(self, lift: f64) -> f64 {
        let part = (lift / self.reach).clamp(-1.0, 1.0);
        round(f64::midpoint(LEFT, RIGHT) + part * (RIGHT - LEFT) / 2.0)
    }

    /// Returns the place of a lift between 0 at the top and `height` at the bottom.
    pub fn y(self, lift: f64, height: f64) -> f64 {
        let part = (lift / self.reach).clamp(-1.0, 1.0);
        round(height / 2.0 * (1.0 - part))
    }
}

/// Returns the ends of an interval, and its middle where nothing else is known.
pub fn ends(interval: Interval) -> [f64; 2] {
    [interval.low, interval.high]
}

/// A tenth of a pixel is enough.
pub fn round(value: f64) -> f64 {
    (10.0 * value).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scale_shows_all_and_clips_what_is_infinite() {
        let scale = Scale::of([0.1, -0.05, f64::INFINITY].into_iter());
        assert!((scale.reach() - 0.11).abs() < 1e-12);
        assert_eq!(
            [scale.x(0.0), scale.x(f64::INFINITY), scale.x(-0.2)],
            [160.0, RIGHT, LEFT]
        );
        assert_eq!([scale.y(0.11, 100.0), scale.y(-0.11, 100.0)], [0.0, 100.0]);
    }
}
