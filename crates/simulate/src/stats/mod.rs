//! Measures of published papers, each tested against figures that were published with it.

pub mod bootstrap;
pub mod concentration;
pub mod overlap;

/// Returns the mean of numbers in their order; 0 of none.
#[must_use]
pub fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0_usize);
    for value in values {
        sum += value;
        count += 1;
    }
    if count == 0 { 0.0 } else { sum / count as f64 }
}
