//! Which noise an ε takes.

use super::{MAX_BUCKETS, Mechanism, WHOLE};

/// The largest ε of a report: what is above hides little.
pub const MAX_EPSILON: f64 = 4.0;

/// Returns the mechanism of a question with so many answers: randomized response below 3e^ε + 2 answers, bits from there on,
/// which has the smaller variance there (Wang et al. 2017, section 5). Its ε is at most the given one: whole numbers are rounded to that side.
///
/// `None` for an ε that is not above 0 and up to [`MAX_EPSILON`], and for fewer than 2 answers or more than [`MAX_BUCKETS`].
#[must_use]
pub fn mechanism(buckets: usize, epsilon: f64) -> Option<Mechanism> {
    let is_offered = epsilon > 0.0 && epsilon <= MAX_EPSILON;
    let count = u8::try_from(buckets)
        .ok()
        .filter(|count| is_offered && (2..=MAX_BUCKETS).contains(count))?;
    let odds = libm::exp(epsilon);
    let mechanism = if f64::from(count) < 3.0 * odds + 2.0 {
        let exact = odds / (odds + f64::from(count) - 1.0);
        let response = |keep| Mechanism::Response { buckets: count, keep };
        let mut keep = (exact * WHOLE as f64) as u32;
        while epsilon_of(response(keep)) > epsilon {
            keep -= 1;
        }
        response(keep)
    } else {
        let bits = |flip| Mechanism::Bits { buckets: count, flip };
        let mut flip = (WHOLE as f64 / (odds + 1.0)) as u32;
        while epsilon_of(bits(flip)) > epsilon {
            flip += 1;
        }
        bits(flip)
    };
    mechanism.is_sound().then_some(mechanism)
}

/// Returns the ε of a mechanism: how much likelier one answer than another can make a report, as a logarithm.
#[must_use]
pub fn epsilon_of(mechanism: Mechanism) -> f64 {
    let (told, other) = mechanism.odds();
    let ratio = match mechanism {
        Mechanism::Response { .. } => told as f64 / other as f64,
        // Two bits differ between two answers.
        Mechanism::Bits { .. } => told as f64 * (WHOLE - other) as f64 / (other as f64 * (WHOLE - told) as f64),
    };
    libm::log(ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epsilon_is_the_claim_to_a_millionth_and_never_above() {
        for epsilon in [0.5, 1.0, 2.0, 4.0] {
            for buckets in 2..=64 {
                let own = mechanism(buckets, epsilon).unwrap();
                let exact = epsilon_of(own);
                assert!(
                    exact <= epsilon && exact > epsilon - 1e-6,
                    "{buckets} {epsilon} {exact}"
                );
                let is_response = matches!(own, Mechanism::Response { .. });
                assert_eq!(is_response, (buckets as f64) < 3.0 * libm::exp(epsilon) + 2.0);
            }
        }
    }

    #[test]
    fn what_is_not_offered_has_no_mechanism() {
        for (buckets, epsilon) in [(1, 2.0), (65, 2.0), (3, 0.0), (3, 4.1), (3, f64::NAN)] {
            assert_eq!(mechanism(buckets, epsilon), None);
        }
    }
}
