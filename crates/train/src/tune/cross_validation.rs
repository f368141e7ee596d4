//! [Cross-validation](https://en.wikipedia.org/wiki/Cross-validation_(statistics)): chooses the factors of a small log
//! by all its sessions, because the newest ones are too few.
//!
//! With a hundred baskets the newest eighth is a dozen, which is too few to choose by; yet in such logs pairs counted
//! from little data need a small weight. So every session is held out once.

use shelfwise_core::snapshot::{BuildError, Scoring};

use crate::tables::assortment::Assortment;
use crate::tables::model::ModelOptions;
use crate::tune::fit::{FitReport, Trial, fit};
use crate::tune::hold_out::HoldOut;
use crate::tune::tradeoff::CurveInput;

/// Chooses the factors of scoring by parts that are held out in turn.
///
/// # Errors
/// [`BuildError`] if the parts do not form a valid snapshot.
pub fn factors(
    parts: &[HoldOut<'_>],
    assortment: &Assortment<'_>,
    options: ModelOptions,
) -> Result<(Scoring, FitReport), BuildError> {
    let trial = |hold_out: &HoldOut<'_>| {
        let input = CurveInput {
            hold_out: *hold_out,
            assortment,
            options,
        };
        let aggregates = input.count(options.pairs_per_session);
        input.model(&aggregates, options.min_support, None)
    };
    let trials: Vec<Trial<'_>> = parts
        .iter()
        .map(|hold_out| Trial {
            builder: trial(hold_out),
            hold_out: *hold_out,
        })
        .collect();
    let defaults = trials.first().map(|trial| trial.builder.meta.scoring.clone());
    fit(&trials, defaults.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{catalog_item, log};
    use crate::train::{TrainOptions, TrainReport, train};
    use shelfwise_core::Snapshot;
    use shelfwise_intake::catalog::Catalog;
    use shelfwise_intake::progress::Silent;

    /// Trains on sessions over eight items of one category, and returns the report.
    fn trained(sessions: &[Vec<String>]) -> TrainReport {
        let sessions: Vec<Vec<&str>> = sessions
            .iter()
            .map(|ids| ids.iter().map(String::as_str).collect())
            .collect();
        let sessions: Vec<&[&str]> = sessions.iter().map(Vec::as_slice).collect();
        let names = ["apple", "beans", "corn", "dates", "eggs", "flour", "grapes", "honey"];
        let items = (0..40)
            .map(|n| catalog_item(&format!("{n:02}"), names[n % names.len()], "Food", 3.0))
            .collect();
        let (log, catalog) = (log(&sessions), Catalog { items });
        let none = None::<&Snapshot<Vec<u8>>>;
        train(&log, &catalog, none, &TrainOptions::default(), &Silent)
            .unwrap()
            .report
    }

    /// Returns this many sessions of six items, drawn independently: items with a smaller number are likelier.
    fn by_chance(sessions: usize) -> Vec<Vec<String>> {
        let mut state = 1_u64;
        let mut item = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let share = (state >> 40) as f64 / (1_u64 << 24) as f64;
            format!("{:02}", (40.0 * share * share * share) as usize)
        };
        (0..sessions).map(|_| (0..6).map(|_| item()).collect()).collect()
    }

    #[test]
    fn random_pairs_rank_behind_popularity() {
        let report = trained(&by_chance(60));
        assert_eq!(report.fit.parts, 5);
        assert!(report.fit.session_weight().is_some(), "{:?}", report.fit);
    }

    #[test]
    fn predictive_pairs_rank_before_popularity() {
        let pair = |n: usize| -> Vec<String> { [n % 19, 19 + n % 19].map(|item| format!("{item:02}")).into() };
        let report = trained(&(0..120).map(pair).collect::<Vec<_>>());
        assert_eq!((report.fit.parts, report.fit.predictions), (5, 120));
        assert_eq!(report.fit.session_weight(), None, "{:?}", report.fit);
    }

    #[test]
    fn tiny_log_keeps_the_defaults() {
        let report = trained(&by_chance(10));
        assert_eq!(report.fit, FitReport::default());
        assert!(report.hold_out.is_none(), "and no trees are learned");
    }
}
