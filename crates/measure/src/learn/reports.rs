//! Shares from randomized reports: the rates are known up to the noise, which widens their posteriors.

use rand::SeedableRng as _;
use rand::rngs::Xoshiro256PlusPlus;
use rand_distr::{Distribution as _, Normal};

use super::{KeyShares, LearnError, MAX_OPTIONS, Shares, tempered, whole, wins};
use crate::reports::Decoded;

/// Returns the shares of a slot for everybody; an option whose rate cannot be told has the share of a fresh one. The same reports
/// give the same shares.
///
/// # Errors
/// [`LearnError`].
pub fn learn_reports(slot: &str, decoded: &Decoded) -> Result<Shares, LearnError> {
    let mut options: Vec<_> = decoded.options.iter().collect();
    options.sort_unstable_by(|a, b| a.option.cmp(&b.option));
    if !(2..=MAX_OPTIONS).contains(&options.len()) {
        return Err(LearnError::Options(options.len()));
    }
    let posterior = |rate: crate::reports::Rate| Normal::new(rate.rate, rate.deviation).ok();
    let posteriors: Vec<Option<Normal<f64>>> = options.iter().map(|own| own.rate.and_then(posterior)).collect();
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(0x5EED);
    let best = wins(options.len(), |option| {
        posteriors[option].map_or(f64::NEG_INFINITY, |own| own.sample(&mut dice))
    });
    let is_fresh: Vec<bool> = posteriors.iter().map(Option::is_none).collect();
    Ok(Shares {
        slot: slot.to_owned(),
        options: options.iter().map(|own| own.option.clone()).collect(),
        keys: vec![KeyShares {
            key: String::new(),
            shares: whole(&tempered(&best, &is_fresh)),
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::{OptionRate, Rate};
    use crate::stats::Interval;

    #[test]
    fn option_that_cannot_be_told_is_fresh_and_the_better_one_leads() {
        let option = |name: &str, rate: Option<f64>| OptionRate {
            option: name.into(),
            seen: 1e4,
            answered: 300.0,
            rate: rate.map(|rate| Rate {
                rate,
                deviation: 0.004,
                interval: Interval { low: 0.0, high: 1.0 },
            }),
        };
        let decoded = Decoded {
            reports: 30_000,
            epsilon: 2.0,
            options: vec![
                option("warm", Some(0.04)),
                option("plain", Some(0.02)),
                option("new", None),
            ],
        };
        let shares = learn_reports("hero", &decoded).unwrap();
        assert_eq!(shares.options, ["new", "plain", "warm"]);
        let own = &shares.keys[0].shares;
        assert!(own[0] == 6_553 && own[2] > 55_000, "{own:?}");
    }
}
