//! Context selection: measures on the log's hold-out whether context keys are worth their bytes, by which facts and
//! with which share.

use rayon::prelude::*;
use serde::Serialize;
use shelfwise_core::snapshot::{BuildError, SnapshotBuilder};
use shelfwise_core::{ContextKey, Snapshot};
use shelfwise_intake::log::Log;

use crate::aggregates::contexts::{ContextCounts, FACTS};
use crate::evaluate::Places;
use crate::evaluate::cold_start::{FirstItems, begin};
use crate::tables::context_keys::{KeyOptions, context_keys};
use crate::tune::fit::MARGIN;
use crate::tune::hold_out::HoldOut;

/// The shares that are tried, in 256ths.
const SHARES: [u8; 4] = [64, 128, 192, 240];

/// Length of the list.
const AT: usize = 20;

/// Maximum number of visits: more cost time and do not change a choice.
const MAX_VISITS: usize = 5_000;

/// A gain of fewer standard errors than this is considered chance.
const CLEAR: f64 = 2.0;

/// Measurements of context keys on the hold-out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContextSelection {
    /// Accuracy for the first item of a visit by overall popularity alone.
    pub without: Places,
    /// The candidates; facts that the log does not have are left out.
    pub tried: Vec<ContextCandidate>,
    /// Index of the chosen candidate.
    pub taken: Option<usize>,
    /// HR + MRR of every later item without context keys, and with the best candidate.
    pub later: Option<[f64; 2]>,
}

/// A candidate for context keys.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContextCandidate {
    /// The facts that distinguish context keys.
    pub facts: &'static str,
    /// Weight of a context key's list in the popularity of items.
    pub share: f64,
    /// Number of context keys.
    pub cells: usize,
    /// Accuracy for the first item of a visit.
    pub first: Places,
}

/// A candidate under measurement.
struct Trial {
    options: KeyOptions,
    placed: ContextCandidate,
    begun: FirstItems,
}

/// Chooses the context keys of a model whose tables have counted the sessions before the hold-out.
///
/// Context keys must beat overall popularity by the margin, and also the list of all visits together, which has no
/// context; each time by more than chance. They are rejected if later items lose more than the margin.
///
/// [`BuildError`] if the parts do not form a valid snapshot.
pub fn choose(
    builder: &SnapshotBuilder,
    contexts: &[ContextCounts],
    hold_out: &HoldOut<'_>,
) -> Result<(Option<KeyOptions>, ContextSelection), BuildError> {
    let without = first(builder, hold_out.after)?;
    let trials: Vec<Option<Trial>> = candidates(contexts)
        .into_par_iter()
        .map(|(facts, options)| try_keys(builder, contexts, hold_out, facts, options))
        .collect::<Result<_, _>>()?;
    let trials: Vec<Trial> = trials.into_iter().flatten().collect();
    let mut taken = best(&without, &trials);
    let mut later = None;
    if let Some(chosen) = taken {
        let tuning_score = |builder: &SnapshotBuilder| {
            let places = hold_out.evaluate(builder.build()?).places;
            Ok::<_, BuildError>(places.hr + places.mrr)
        };
        let (with, _) = with(builder, contexts, trials[chosen].options);
        let [before, after] = [tuning_score(builder)?, tuning_score(&with)?];
        later = Some([before, after]);
        taken = taken.filter(|_| after >= before * (1.0 - MARGIN));
    }
    let options = taken.map(|taken| trials[taken].options);
    let placing = ContextSelection {
        without: without.places,
        tried: trials.into_iter().map(|trial| trial.placed).collect(),
        taken,
        later,
    };
    Ok((options, placing))
}

/// Returns the choices of facts that distinguish visits in different ways, each with every share.
fn candidates(contexts: &[ContextCounts]) -> Vec<(&'static str, KeyOptions)> {
    let mut differing: Vec<(&'static str, &ContextCounts)> = Vec::new();
    for (counts, (name, _)) in contexts.iter().zip(FACTS) {
        if differing.iter().all(|(_, other)| other.known != counts.known) {
            differing.push((name, counts));
        }
    }
    let all = |(name, counts): (&'static str, &ContextCounts)| {
        let facts = counts.chosen;
        SHARES.map(|share| (name, KeyOptions { facts, share }))
    };
    differing.into_iter().flat_map(all).collect()
}

fn best(without: &FirstItems, trials: &[Trial]) -> Option<usize> {
    let best = |knowing: bool| {
        let of_kind = (0..trials.len()).filter(|at| (trials[*at].options.facts != ContextKey::UNKNOWN) == knowing);
        of_kind.reduce(|a, b| {
            if trials[b].begun.tuning_score() > trials[a].begun.tuning_score() {
                b
            } else {
                a
            }
        })
    };
    let all_as_one = best(false).map(|at| &trials[at].begun);
    let beats = |at: &usize, other: &FirstItems| {
        let (gain, error) = trials[*at].begun.gain_over(other);
        gain > (other.tuning_score() * MARGIN).max(error * CLEAR)
    };
    best(true).filter(|at| beats(at, without) && all_as_one.is_none_or(|other| beats(at, other)))
}

fn try_keys(
    builder: &SnapshotBuilder,
    contexts: &[ContextCounts],
    hold_out: &HoldOut<'_>,
    facts: &'static str,
    options: KeyOptions,
) -> Result<Option<Trial>, BuildError> {
    let (builder, cells) = with(builder, contexts, options);
    if cells == 0 {
        return Ok(None);
    }
    let begun = first(&builder, hold_out.after)?;
    let placed = ContextCandidate {
        facts,
        share: f64::from(options.share) / 256.0,
        cells,
        first: begun.places,
    };
    Ok(Some(Trial { options, placed, begun }))
}

fn with(builder: &SnapshotBuilder, contexts: &[ContextCounts], options: KeyOptions) -> (SnapshotBuilder, usize) {
    let mut builder = builder.clone();
    builder.cells = context_keys(contexts, builder.meta.min_support, options);
    let count = builder.cells.as_ref().map_or(0, |table| table.cells.len());
    (builder, count)
}

fn first(builder: &SnapshotBuilder, log: &Log) -> Result<FirstItems, BuildError> {
    let bytes = builder.build()?;
    let snapshot = Snapshot::open(&*bytes).map_err(BuildError::Unreadable)?;
    Ok(begin(snapshot, log, ContextKey::EVERYTHING, AT, Some(MAX_VISITS)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregates::contexts::count_contexts;
    use crate::shop::{assortment, log, plain_options};
    use crate::tune::tradeoff::CurveInput;

    /// Returns visits that begin with tea or wine, and the context key of each.
    fn visits(count: usize, cell: impl Fn(usize) -> &'static str) -> Log {
        let sessions: Vec<&[&str]> = (0..count)
            .map(|at| {
                if at % 2 == 0 {
                    &["tea", "mug"][..]
                } else {
                    &["wine", "mug"][..]
                }
            })
            .collect();
        let mut shop = log(&sessions);
        for (at, session) in shop.sessions.iter_mut().enumerate() {
            session.cell = ContextKey::parse(cell(at));
        }
        shop
    }

    fn chosen(before: &Log, after: &Log) -> (Option<KeyOptions>, ContextSelection) {
        let assortment = assortment(before);
        let input = CurveInput {
            hold_out: HoldOut {
                before,
                after,
                most: usize::MAX,
            },
            assortment: &assortment,
            options: plain_options(),
        };
        let aggregates = input.count(None);
        let builder = input.model(&aggregates, 2, None);
        choose(&builder, &aggregates.contexts, &input.hold_out).unwrap()
    }

    fn by_hour(at: usize) -> &'static str {
        if at.is_multiple_of(2) { "morning" } else { "evening" }
    }

    fn by_chance(at: usize) -> &'static str {
        if (at / 2).is_multiple_of(2) {
            "morning"
        } else {
            "evening"
        }
    }

    #[test]
    fn hour_that_predicts_how_visits_begin_is_chosen() {
        let (options, placing) = chosen(&visits(400, by_hour), &visits(100, by_hour));
        assert_eq!(options.unwrap().facts, ContextKey::TIME);
        let taken = &placing.tried[placing.taken.unwrap()];
        assert!(
            taken.facts == "time" && taken.first.mrr > placing.without.mrr,
            "{placing:?}"
        );
        assert!(placing.later.is_some());
    }

    #[test]
    fn hour_that_predicts_nothing_ships_nothing() {
        let (options, placing) = chosen(&visits(400, by_chance), &visits(100, by_chance));
        assert_eq!((options, placing.taken), (None, None));
        assert!(placing.tried.iter().any(|placed| placed.facts == "none"), "{placing:?}");
    }

    #[test]
    fn gain_that_may_be_chance_is_not_chosen() {
        let rather_often = |at| by_hour(if at < 54 { at } else { at + 1 });
        let (options, placing) = chosen(&visits(400, by_hour), &visits(100, rather_often));
        let tuning_score = |places: &Places| places.hr + places.mrr;
        let best = placing
            .tried
            .iter()
            .map(|placed| tuning_score(&placed.first))
            .fold(0.0, f64::max);
        assert!(best > tuning_score(&placing.without) * (1.0 + MARGIN), "{placing:?}");
        assert!(options.is_none());
    }

    #[test]
    fn facts_missing_in_the_log_are_not_tried() {
        let counting = plain_options().counting(usize::MAX);
        let tried = |cell: &'static str| {
            let names = candidates(&count_contexts(&visits(4, |_| cell), &counting))
                .into_iter()
                .map(|(name, _)| name);
            names.step_by(SHARES.len()).collect::<Vec<_>>()
        };
        assert_eq!(tried(""), ["none"]);
        assert_eq!(tried("evening"), ["none", "time"]);
        assert_eq!(tried(",,phone"), ["none", "device, language and country"]);
        assert_eq!(tried("night,workday,,,GB").len(), 4);
    }
}
