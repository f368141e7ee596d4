//! Context selection: measures on the log's hold-out whether context keys are worth their bytes, by which facts and
//! with which share.

use rayon::prelude::*;
use serde::Serialize;
use shelfwise_core::snapshot::{BuildError, SnapshotBuilder};
use shelfwise_core::{ContextKey, Snapshot};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::{Log, SessionSpan};
use shelfwise_intake::progress::Silent;

use crate::aggregates::contexts::{ContextCounts, FACTS, known_facts};
use crate::aggregates::items::count_items;
use crate::aggregates::own::Part;
use crate::evaluate::Places;
use crate::evaluate::cold_start::{FirstItems, begin, sampled};
use crate::event_weights::EventWeights;
use crate::tables::assortment::Assortment;
use crate::tables::context_keys::{KeyOptions, context_keys};
use crate::tables::indexing::Indexing;
use crate::tables::model::ModelOptions;
use crate::train::Input;
use crate::tune::context_gains::{CLEAR, ContextGain, Replays};
use crate::tune::fit::MARGIN;
use crate::tune::hold_out::{HoldOut, split};
use crate::tune::tradeoff::CurveInput;

/// The shares that are tried, in 256ths.
const SHARES: [u8; 4] = [64, 128, 192, 240];

/// Length of the list.
const AT: usize = 20;

/// Maximum number of visits: more cost time and do not change a choice.
const MAX_VISITS: usize = 5_000;

/// Maximum number of visits of [`measure`]: the newest ones.
const MOST_SESSIONS: usize = 300_000;

/// Support floor of [`measure`].
const FLOOR: u32 = 2;

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
    /// What the keys of the chosen candidate gain, or if none was chosen those of the best one, that of most visits first.
    pub keys: Vec<ContextGain>,
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
    /// What it gains for the visits of which any of the facts is known.
    pub gain: ContextGain,
}

impl ContextSelection {
    /// Returns the best candidate of each choice of facts, in their order.
    pub fn best_by_facts(&self) -> impl Iterator<Item = &ContextCandidate> {
        let score = |tried: &ContextCandidate| tried.first.hr + tried.first.mrr;
        FACTS.iter().filter_map(move |(facts, _)| {
            let mut own = self.tried.iter().filter(|tried| tried.facts == *facts);
            let first = own.next()?;
            Some(own.fold(
                first,
                |best, tried| if score(tried) > score(best) { tried } else { best },
            ))
        })
    }
}

/// A candidate under measurement.
struct Trial {
    options: KeyOptions,
    facts: &'static str,
    cells: usize,
    begun: FirstItems,
}

/// All candidates under measurement.
struct Trials<'a> {
    builder: &'a SnapshotBuilder,
    contexts: &'a [ContextCounts],
    after: &'a Log,
    without: FirstItems,
    tried: Vec<Trial>,
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
    let trials = Trials::of(builder, contexts, hold_out.after)?;
    let mut taken = trials.best();
    let mut later = None;
    if let Some(chosen) = taken {
        let tuning_score = |builder: &SnapshotBuilder| {
            let places = hold_out.evaluate(builder.build()?).places;
            Ok::<_, BuildError>(places.hr + places.mrr)
        };
        let (with, _) = with(builder, contexts, trials.tried[chosen].options);
        let [before, after] = [tuning_score(builder)?, tuning_score(&with)?];
        later = Some([before, after]);
        taken = taken.filter(|_| after >= before * (1.0 - MARGIN));
    }
    let options = taken.map(|taken| trials.tried[taken].options);
    let selection = ContextSelection {
        later,
        ..trials.report(taken)
    };
    Ok((options, selection))
}

/// Measures on the newest 12 % of a log where context earns its place, without the pairs of a model: before the first event
/// no pair is asked. `None` if the log is too small, or nothing is known of any visit.
///
/// Takes the newest 300,000 visits of a longer log. O(events), with a few copies of these.
///
/// [`BuildError`] if the parts do not form a valid snapshot.
pub fn measure(log: &Log) -> Result<Option<ContextSelection>, BuildError> {
    if known_facts(log) == ContextKey::UNKNOWN {
        return Ok(None);
    }
    let (_, newest) = log.split_last(log.sessions.len().min(MOST_SESSIONS));
    measure_all(&newest)
}

fn measure_all(log: &Log) -> Result<Option<ContextSelection>, BuildError> {
    let (catalog, none) = (Catalog::default(), None::<&Snapshot<Vec<u8>>>);
    let indexing = Indexing::new(&log.items, &count_items(log, None), &catalog, none, FLOOR);
    let assortment = Assortment::new(indexing, &catalog, &Silent);
    let numbered = log.numbered(&assortment.indexing);
    let Some((before, after)) = split(&numbered.log) else {
        return Ok(None);
    };
    let before = Part {
        log: before,
        ..numbered
    };
    let input = CurveInput {
        hold_out: HoldOut {
            before: &before,
            after: &after,
            most: 0,
        },
        assortment: &assortment,
        options: ModelOptions {
            min_support: FLOOR,
            neighbours: 1,
            event_weights: EventWeights::default(),
            pairs_per_session: Some(0),
            backward_weight: 1.0,
            links: None,
        },
    };
    let aggregates = input.count(input.options.pairs_per_session);
    let builder = input.model(&aggregates, FLOOR, None);
    let trials = Trials::of(&builder, &aggregates.contexts, &after)?;
    Ok(Some(trials.report(trials.best())))
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

impl<'a> Trials<'a> {
    fn of(builder: &'a SnapshotBuilder, contexts: &'a [ContextCounts], after: &'a Log) -> Result<Self, BuildError> {
        let without = first(builder, after)?;
        let tried: Vec<Option<Trial>> = candidates(contexts)
            .into_par_iter()
            .map(|(facts, options)| try_keys(builder, contexts, after, facts, options))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            builder,
            contexts,
            after,
            without,
            tried: tried.into_iter().flatten().collect(),
        })
    }

    /// Returns the best candidate that knows something of a visit, if it is beyond chance better than overall popularity
    /// and than all visits as one.
    fn best(&self) -> Option<usize> {
        let all_as_one = self.best_of(false).map(|at| &self.tried[at].begun);
        let beats = |at: &usize, other: &FirstItems| {
            let (gain, error) = self.tried[*at].begun.gain_over(other);
            gain > (other.tuning_score() * MARGIN).max(error * CLEAR)
        };
        self.best_of(true)
            .filter(|at| beats(at, &self.without) && all_as_one.is_none_or(|other| beats(at, other)))
    }

    fn best_of(&self, knowing: bool) -> Option<usize> {
        let tried = &self.tried;
        let of_kind = (0..tried.len()).filter(|at| (tried[*at].options.facts != ContextKey::UNKNOWN) == knowing);
        of_kind.reduce(|a, b| {
            if tried[b].begun.tuning_score() > tried[a].begun.tuning_score() {
                b
            } else {
                a
            }
        })
    }

    fn report(&self, taken: Option<usize>) -> ContextSelection {
        let visits: Vec<&SessionSpan> = sampled(self.after, Some(MAX_VISITS)).collect();
        let replays = |trial| self.replays(&visits, trial);
        let shown = taken.or_else(|| self.best_of(true)).map(|at| &self.tried[at]);
        let keys = shown.and_then(|trial| {
            let table = context_keys(self.contexts, self.builder.meta.min_support, trial.options)?;
            Some(replays(trial).by_key(&table, self.counts(trial.options.facts)?))
        });
        ContextSelection {
            without: self.without.places,
            tried: self
                .tried
                .iter()
                .map(|trial| self.candidate(trial, replays(trial)))
                .collect(),
            taken,
            later: None,
            keys: keys.unwrap_or_default(),
        }
    }

    fn replays<'t>(&'t self, visits: &'t [&'t SessionSpan], trial: &'t Trial) -> Replays<'t> {
        Replays {
            visits,
            without: self.alike(),
            with: &trial.begun,
        }
    }

    /// Returns the better of what is the same for every visit: overall popularity, and what all visits begin with. A key
    /// that beats neither owes its gain to something else than its context.
    fn alike(&self) -> &FirstItems {
        let all_as_one = self.best_of(false).map(|at| &self.tried[at].begun);
        all_as_one
            .filter(|other| other.tuning_score() > self.without.tuning_score())
            .unwrap_or(&self.without)
    }

    fn counts(&self, facts: ContextKey) -> Option<&ContextCounts> {
        self.contexts.iter().find(|counts| counts.chosen == facts)
    }

    fn candidate(&self, trial: &Trial, replays: Replays<'_>) -> ContextCandidate {
        let facts = trial.options.facts;
        let is_known = |cell: ContextKey| facts == ContextKey::UNKNOWN || cell.only(facts) != ContextKey::UNKNOWN;
        let carried = self.counts(facts).map_or(0, ContextCounts::carried);
        ContextCandidate {
            facts: trial.facts,
            share: f64::from(trial.options.share) / 256.0,
            cells: trial.cells,
            first: trial.begun.places,
            gain: replays.gain(trial.facts.to_owned(), carried, is_known),
        }
    }
}

fn try_keys(
    builder: &SnapshotBuilder,
    contexts: &[ContextCounts],
    after: &Log,
    facts: &'static str,
    options: KeyOptions,
) -> Result<Option<Trial>, BuildError> {
    let (builder, cells) = with(builder, contexts, options);
    if cells == 0 {
        return Ok(None);
    }
    Ok(Some(Trial {
        options,
        facts,
        cells,
        begun: first(&builder, after)?,
    }))
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
    use crate::tune::context_gains::Verdict;

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

    /// Whether some key gains and none loses: the list of all visits puts one of two equal items first, and is right for its
    /// key.
    fn is_gain(selection: &ContextSelection) -> bool {
        let verdicts: Vec<Verdict> = selection.keys.iter().map(|key| key.verdict).collect();
        verdicts.contains(&Verdict::Gains) && !verdicts.contains(&Verdict::Loses)
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
        let keys: Vec<_> = placing
            .keys
            .iter()
            .map(|key| (&*key.name, key.visits, key.measured))
            .collect();
        assert_eq!(keys, [("evening,,,,", 200, 50), ("morning,,,,", 200, 50)]);
        assert!(is_gain(&placing));
        assert_eq!((taken.gain.visits, taken.gain.verdict), (400, Verdict::Gains));
    }

    #[test]
    fn measuring_without_pairs_finds_the_same_gain() {
        let mut shop = visits(2_600, by_hour);
        let selection = measure(&shop).unwrap().unwrap();
        assert_eq!(selection.tried[selection.taken.unwrap()].facts, "time");
        assert!(selection.keys.len() == 2 && is_gain(&selection), "{selection:?}");
        let by_chance = measure(&visits(2_600, by_chance)).unwrap().unwrap();
        assert_eq!(by_chance.taken, None);
        assert!(
            by_chance.keys.iter().all(|key| key.verdict != Verdict::Gains),
            "{by_chance:?}"
        );
        assert_eq!(measure(&visits(400, by_hour)).unwrap(), None, "too small");
        shop.sessions
            .iter_mut()
            .for_each(|session| session.cell = ContextKey::UNKNOWN);
        assert_eq!(measure(&shop).unwrap(), None, "nothing is known");
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
