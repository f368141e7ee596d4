//! What many reports say together.

use serde::Serialize;
use shelfwise_core::report::{Mechanism, WHOLE};

use super::answer;
use crate::declaration::Experiment;
use crate::stats::{ALPHA, Interval, normal};

/// An estimate that is not so many standard deviations above 0 is not given.
pub const SIGMAS: f64 = 3.0;

/// What reports say of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decoded {
    /// Reports that count.
    pub reports: u64,
    /// ε of one report.
    pub epsilon: f64,
    /// Each option.
    pub options: Vec<OptionRate>,
}

/// An option.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OptionRate {
    /// Its name.
    pub option: String,
    /// Visits that saw it, as estimated; it may be below 0 where few did.
    pub seen: f64,
    /// Of them, visits that answered, as estimated.
    pub answered: f64,
    /// The rate of answers; absent where there is not enough data.
    pub rate: Option<Rate>,
}

/// A rate that can be told.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rate {
    /// Answers of those who saw it.
    pub rate: f64,
    /// Its standard deviation, mostly that of the noise.
    pub deviation: f64,
    /// 95 %, of one look; all options together.
    pub interval: Interval,
}

/// Decodes reports. Unbiased; the standard deviation is that of noise and of visits.
#[must_use]
pub fn decode(experiment: &Experiment, mechanism: Mechanism, reports: impl Iterator<Item = u64>) -> Decoded {
    let mut counts = vec![0_u64; mechanism.buckets().into()];
    let mut total = 0;
    for bits in reports {
        total += 1;
        for (bucket, count) in counts.iter_mut().enumerate() {
            *count += bits >> bucket & 1;
        }
    }
    let counted = Counted::of(mechanism, &counts, total);
    let alpha = ALPHA / experiment.arms.len() as f64;
    let options = (0_u8..).zip(&experiment.arms);
    Decoded {
        reports: total,
        epsilon: super::epsilon_of(mechanism),
        options: options
            .map(|(option, arm)| counted.option(option, &arm.name, alpha))
            .collect(),
    }
}

/// Counts with the odds that they came by.
struct Counted {
    is_response: bool,
    total: f64,
    /// How often the true answer is set, and another one.
    told: f64,
    other: f64,
    /// For each answer, how often it is set, and how often it is true as estimated: of all reports.
    set: Vec<f64>,
    truth: Vec<f64>,
}

impl Counted {
    fn of(mechanism: Mechanism, counts: &[u64], total: u64) -> Self {
        let (told, least) = mechanism.odds();
        let told = told as f64 / WHOLE as f64;
        let is_response = matches!(mechanism, Mechanism::Response { .. });
        let other = if is_response {
            (1.0 - told) / (counts.len() - 1) as f64
        } else {
            least as f64 / WHOLE as f64
        };
        let set: Vec<f64> = counts.iter().map(|count| *count as f64 / total.max(1) as f64).collect();
        Self {
            is_response,
            total: total as f64,
            told,
            other,
            truth: set.iter().map(|set| (set - other) / (told - other)).collect(),
            set,
        }
    }

    fn option(&self, option: u8, name: &str, alpha: f64) -> OptionRate {
        let (plain, clicked) = (usize::from(answer(option, false)), usize::from(answer(option, true)));
        let answered = self.truth[clicked];
        let seen = self.truth[plain] + answered;
        // The rate is a/(a + b): its derivatives are (1 − rate)/seen and −rate/seen.
        let rate = answered / seen;
        let (own, against) = ((1.0 - rate) / seen, -rate / seen);
        let variance = own.powi(2) * self.covariance(clicked, clicked)
            + against.powi(2) * self.covariance(plain, plain)
            + 2.0 * own * against * self.covariance(clicked, plain);
        let of_seen =
            self.covariance(plain, plain) + self.covariance(clicked, clicked) + 2.0 * self.covariance(plain, clicked);
        let is_told = |mean: f64, variance: f64| mean > 0.0 && mean.powi(2) >= SIGMAS.powi(2) * variance;
        let is_enough =
            self.total > 0.0 && is_told(answered, self.covariance(clicked, clicked)) && is_told(seen, of_seen);
        let deviation = variance.sqrt();
        let reach = normal::quantile(1.0 - alpha / 2.0) * deviation;
        OptionRate {
            option: name.to_owned(),
            seen: seen * self.total,
            answered: answered * self.total,
            rate: is_enough.then_some(Rate {
                rate,
                deviation,
                interval: Interval {
                    low: (rate - reach).max(0.0),
                    high: (rate + reach).min(1.0),
                },
            }),
        }
    }

    /// Returns the covariance of the estimates of two answers.
    fn covariance(&self, a: usize, b: usize) -> f64 {
        let both = if a == b {
            self.set[a]
        } else if self.is_response {
            0.0
        } else {
            // One of the two is true, or none: the other bits are independent.
            let one = (self.truth[a] + self.truth[b]).clamp(0.0, 1.0);
            one * self.told * self.other + (1.0 - one) * self.other.powi(2)
        };
        (both - self.set[a] * self.set[b]) / (self.total.max(1.0) * (self.told - self.other).powi(2))
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::Xoshiro256PlusPlus;
    use rand::{Rng as _, RngExt as _, SeedableRng as _};
    use shelfwise_core::report::ENTROPY_BYTES;

    use super::*;
    use crate::reports::{UNSEEN, mechanism};

    fn declared(arms: usize) -> Experiment {
        let arms: Vec<String> = (0..arms)
            .map(|at| format!("{{ name = \"o{at}\", weight = 1 }}"))
            .collect();
        let text = format!(
            "[[experiment]]\nid = \"hero\"\nunit = \"visit\"\nread = [\"orders\"]\narms = [{}]\n",
            arms.join(", ")
        );
        crate::declaration::parse(&text).unwrap().experiments.remove(0)
    }

    /// Visits of which four in five see an option, and answer with rates from 2 % on in steps of 1 %.
    fn decoded(experiment: &Experiment, epsilon: f64, visits: usize, seed: u64) -> Decoded {
        let own = mechanism(crate::reports::buckets(experiment), epsilon).unwrap();
        let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut entropy = [0; ENTROPY_BYTES];
        let reports = (0..visits).map(|_| {
            let option = dice.random_range(0..experiment.arms.len()) as u8;
            let is_answered = dice.random_bool(0.02 + 0.01 * f64::from(option));
            let told = if dice.random_bool(0.8) {
                answer(option, is_answered)
            } else {
                UNSEEN
            };
            dice.fill_bytes(&mut entropy);
            own.randomize(told, &entropy)
        });
        decode(experiment, own, reports)
    }

    #[test]
    fn rates_lie_in_their_intervals_and_counts_add_up() {
        let experiment = declared(2);
        let (mut misses, mut told) = (0, 0);
        for seed in 0..60 {
            let decoded = decoded(&experiment, 4.0, 20_000, seed);
            for (at, option) in decoded.options.iter().enumerate() {
                assert!((option.seen - 8_000.0).abs() < 500.0, "{option:?}");
                let Some(rate) = option.rate else { continue };
                told += 1;
                misses += u32::from(!rate.interval.contains(0.02 + 0.01 * at as f64));
            }
        }
        assert!(told > 100 && misses <= 8, "{misses} of {told} at 2.5 %");
    }

    #[test]
    fn bits_of_many_options_are_decoded_too() {
        let experiment = declared(30);
        let decoded = decoded(&experiment, 4.0, 40_000, 7);
        let seen: f64 = decoded.options.iter().map(|option| option.seen).sum();
        assert!((seen - 32_000.0).abs() < 1_500.0, "{seen}");
    }

    #[test]
    fn few_reports_are_not_enough_data() {
        let decoded = decoded(&declared(3), 1.0, 500, 1);
        assert!(
            decoded.options.iter().all(|option| option.rate.is_none()),
            "{decoded:?}"
        );
        let nothing = decode(&declared(3), mechanism(7, 2.0).unwrap(), std::iter::empty());
        assert!(nothing.reports == 0 && nothing.options.iter().all(|option| option.rate.is_none()));
    }
}
