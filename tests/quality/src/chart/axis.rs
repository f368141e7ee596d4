//! Axes: maps values to pixels, and chooses round numbers for tick marks.

/// Scale of an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spread {
    /// Linear: equal differences have equal length.
    Linear,
    /// Logarithmic: equal ratios have equal length.
    Logarithmic,
}

/// One axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    spread: Spread,
    low: f64,
    high: f64,
    /// Pixels of the lowest and the highest value.
    pixels: (f64, f64),
}

/// Margin beyond the outermost values, as a share of their distance.
const MARGIN: f64 = 0.08;

/// Minimum range of a linear axis, so that small differences are not exaggerated.
const SHORTEST: f64 = 2.0;

impl Axis {
    /// Returns an axis that covers all values, of which there must be at least one; on a logarithmic axis they must be
    /// above 0.
    pub(super) fn around(values: impl Iterator<Item = f64>, spread: Spread, pixels: (f64, f64)) -> Self {
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        let (low, high) = match spread {
            Spread::Linear => widened(low, high, SHORTEST),
            Spread::Logarithmic => {
                let (low, high) = widened(low.max(f64::MIN_POSITIVE).ln(), high.max(f64::MIN_POSITIVE).ln(), 0.5);
                (low.exp(), high.exp())
            }
        };
        Self {
            spread,
            low,
            high,
            pixels,
        }
    }

    /// Returns the pixel of a value.
    pub(super) fn place(&self, value: f64) -> f64 {
        let share = match self.spread {
            Spread::Linear => (value - self.low) / (self.high - self.low),
            Spread::Logarithmic => (value / self.low).ln() / (self.high / self.low).ln(),
        };
        self.pixels.0 + share * (self.pixels.1 - self.pixels.0)
    }

    /// Returns round numbers within the axis, few enough to be readable.
    pub(super) fn ticks(&self) -> Vec<f64> {
        match self.spread {
            Spread::Linear => self.even_ticks(),
            Spread::Logarithmic => self.ratio_ticks(),
        }
    }

    fn even_ticks(&self) -> Vec<f64> {
        let steps = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0];
        let fits = |step: &f64| (self.high - self.low) / step <= 6.0;
        let step = steps.into_iter().find(fits).unwrap_or(50.0);
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        (first..=last).map(|at| at as f64 * step).collect()
    }

    fn ratio_ticks(&self) -> Vec<f64> {
        let decades = [0.1, 1.0, 10.0, 100.0, 1000.0];
        let all = decades
            .into_iter()
            .flat_map(|decade| [1.0, 2.0, 3.0, 5.0, 7.0].map(|tick| tenths(tick * decade)));
        all.filter(|tick| (self.low..=self.high).contains(tick)).collect()
    }
}

/// Rounds to tenths, because 7 · 0.1 is 0.7000000000000001 in floating point.
fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn widened(low: f64, high: f64, shortest: f64) -> (f64, f64) {
    let missing = (shortest - (high - low)).max(0.0) / 2.0;
    let margin = (high - low) * MARGIN + missing;
    (low - margin, high + margin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axis_contains_all_values() {
        for spread in [Spread::Linear, Spread::Logarithmic] {
            let axis = Axis::around([3.0, 40.0].into_iter(), spread, (100.0, 200.0));
            assert!(axis.place(3.0) > 100.0 && axis.place(40.0) < 200.0);
        }
    }

    #[test]
    fn axis_of_a_single_value_has_a_range() {
        let axis = Axis::around([7.0].into_iter(), Spread::Logarithmic, (0.0, 10.0));
        assert!((axis.place(7.0) - 5.0).abs() < 1e-9);
    }

    #[test]
    fn axis_ticks_are_round_and_few() {
        let axis = Axis::around([50.2, 55.9].into_iter(), Spread::Linear, (0.0, 100.0));
        assert_eq!(axis.ticks(), [50.0, 52.0, 54.0, 56.0]);
        let axis = Axis::around([3.2, 45.0].into_iter(), Spread::Logarithmic, (0.0, 100.0));
        assert_eq!(axis.ticks(), [3.0, 5.0, 7.0, 10.0, 20.0, 30.0, 50.0]);
        let axis = Axis::around([0.7, 1.1].into_iter(), Spread::Logarithmic, (0.0, 100.0));
        assert_eq!(axis.ticks(), [0.7, 1.0]);
    }
}
