//! Reasons: which of the shopper's events brought an item to its place.
//!
//! A reason is counterfactual ([Ghazimatin et al. 2020](https://doi.org/10.1145/3336191.3371824)): the engine leaves an event out
//! and ranks again, and the event is a reason if the item stands lower without it. The scores of trees have no parts that
//! add up, so that nothing less would be true.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::explain::score_trace::{ScoreStep, ScoreTrace};
use crate::explain::trace::Source;
use crate::item::ItemIndex;
use crate::names::named_enum;
use crate::policy::AdjustStage;
use crate::rank::ranking::{Ranking, in_order};
use crate::snapshot::Snapshot;
use crate::visit::event::EventKind;
use crate::visit::signal::{LeftOut, Signal};

named_enum! {
    /// Why an item is shown, from the shopper's own actions: never an inferred trait.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum ReasonCode {
        /// It goes with an item that the shopper viewed.
        BecauseYouViewed => "because_you_viewed",
        /// It goes with an item in the cart.
        BecauseYouAdded => "because_you_added",
        /// It goes with an item on the wish list.
        BecauseYouSaved => "because_you_saved",
        /// It goes with an item that the shopper bought in this visit.
        BecauseYouBought => "because_you_bought",
        /// It goes with the item whose page this is.
        GoesWithThis => "goes_with_this",
        /// The shopper saw it before in this visit.
        SeenBefore => "seen_before",
        /// It is like the item.
        SimilarTo => "similar_to",
        /// It is popular in the category at hand.
        PopularInCategory => "popular_in_category",
        /// It is popular in the shop.
        Popular => "popular",
        /// It goes with an item of an earlier visit, or is that item.
        FromEarlierVisit => "from_earlier_visit",
        /// Somebody pays for its place, whatever the visit says.
        Sponsored => "sponsored",
    }
}

/// A reason with its evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// What kind of reason.
    pub code: ReasonCode,
    /// The store's id of the shopper's item that is the reason, if the reason is an item.
    pub evidence: Option<String>,
    /// What it is worth among the item's reasons, which together are worth 1.
    pub share: f32,
}

impl Reason {
    /// Returns the reason for an item at a place that somebody pays for: the page alone chose it, so nothing of the visit is one.
    pub(crate) const fn of_paid_place() -> Self {
        Self {
            code: ReasonCode::Sponsored,
            evidence: None,
            share: 1.0,
        }
    }
}

/// What was ranked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RankingInput<'a> {
    /// The catalog, on a page with these facts.
    Catalog(&'a crate::visit::context::Context<'a>),
    /// A caller's list.
    List(&'a [Option<ItemIndex>]),
}

/// Position and score of an item before any rule; past all positions if it has no score.
#[derive(Clone, Copy, Debug)]
struct Standing {
    place: usize,
    score: f32,
    /// Whether a rule moved it there.
    is_moved: bool,
}

impl Standing {
    const UNRANKED: Self = Self {
        place: usize::MAX,
        score: 0.0,
        is_moved: false,
    };
}

/// Returns the reasons for each item that the question is about, strongest first. `all` has the signals of the
/// request, `without` gives them without one item.
///
/// Ranks once more for each signal. An item that stands at its place without any of the events too, because it is
/// popular, has what contributed most to its score as its reason: an event, or what is popular. An item that a rule moved
/// has none then: the rule is named with it.
pub(crate) fn reasons<'a, B: AsRef<[u8]>>(
    mut query: ReasonQuery<'_, '_, B>,
    all: &[Signal<'a>],
    without: impl Fn(Option<LeftOut<'_>>) -> Vec<Signal<'a>>,
) -> Vec<Vec<Reason>> {
    let mut record = Some(ScoreTrace::default());
    let before = query.standings(all, usize::MAX, &mut record);
    let record = Contributions::of(&record.unwrap_or_default(), &query.entries, all.len());
    let deepest = before
        .iter()
        .map(|standing| standing.place)
        .filter(|place| *place < usize::MAX)
        .max();
    let entry_of = core::mem::take(&mut query.entry_of);
    let mut found: Vec<Vec<Reason>> = entry_of.iter().map(|_| Vec::new()).collect();
    for (rank, signal) in all.iter().enumerate().filter(|(_, signal)| signal.index.is_some()) {
        let others = without(Some(LeftOut {
            id: signal.id,
            known: all,
        }));
        let after = query.standings(&others, deepest.unwrap_or(0), &mut None);
        for (reasons, entry) in found.iter_mut().zip(&entry_of) {
            let (Some(before), Some(after)) = (before.get(*entry), after.get(*entry)) else {
                continue;
            };
            if after.place > before.place {
                reasons.push(Reason {
                    code: record.code(*entry, rank, signal),
                    evidence: Some(signal.id.to_owned()),
                    share: (before.score - after.score).max(f32::EPSILON),
                });
            }
        }
    }
    let finish = |(reasons, entry): (Vec<Reason>, &usize)| {
        if reasons.is_empty() {
            let is_moved = before.get(*entry).is_some_and(|standing| standing.is_moved);
            let most = record.strongest(*entry, all).filter(|_| !is_moved);
            most.into_iter().collect()
        } else {
            shares(strongest_first(reasons))
        }
    };
    found.into_iter().zip(&entry_of).map(finish).collect()
}

/// Items that are shown, each with the first of its places in the slate: its entry.
struct Entries {
    /// By rising index.
    by_item: Vec<(ItemIndex, usize)>,
    shown: usize,
}

impl Entries {
    fn new(shown: &[Option<ItemIndex>]) -> Self {
        let mut by_item: Vec<(ItemIndex, usize)> = Vec::with_capacity(shown.len());
        for (entry, item) in shown.iter().enumerate() {
            let Some(item) = item else { continue };
            // Each in its place: a sort would cost browsers 2 KB.
            let at = by_item.partition_point(|(other, _)| other < item);
            if by_item.get(at).is_none_or(|(other, _)| other != item) {
                by_item.insert(at, (*item, entry));
            }
        }
        Self {
            by_item,
            shown: shown.len(),
        }
    }

    fn of(&self, item: ItemIndex) -> Option<usize> {
        let at = self.by_item.partition_point(|(other, _)| *other < item);
        let (known, entry) = self.by_item.get(at)?;
        (*known == item).then_some(*entry)
    }
}

/// A ranking that is run again and again, and the items whose places are wanted.
pub(crate) struct ReasonQuery<'q, 'c, B> {
    snapshot: &'q Snapshot<B>,
    ranking: &'q mut Ranking,
    ranked: RankingInput<'q>,
    adjusting: Option<AdjustStage<'q, 'c>>,
    entries: Entries,
    /// Of every item that is shown: its entry.
    entry_of: Vec<usize>,
    /// Of a list: the entry of the item at each position, at the first that it has.
    listed: Vec<Option<usize>>,
}

impl<'q, 'c, B: AsRef<[u8]>> ReasonQuery<'q, 'c, B> {
    /// Returns a question about the items `shown`; without `adjusting`, their places are those of the ranking alone.
    pub fn new(
        snapshot: &'q Snapshot<B>,
        ranking: &'q mut Ranking,
        ranked: RankingInput<'q>,
        adjusting: Option<AdjustStage<'q, 'c>>,
        shown: &[Option<ItemIndex>],
    ) -> Self {
        let entries = Entries::new(shown);
        let entry = |(at, item): (usize, &Option<ItemIndex>)| item.and_then(|item| entries.of(item)).unwrap_or(at);
        let entry_of = shown.iter().enumerate().map(entry).collect();
        let mut met = alloc::vec![false; entries.shown];
        let mut first = |item: &Option<ItemIndex>| {
            let entry = entries.of((*item)?)?;
            let met = met.get_mut(entry)?;
            (!core::mem::replace(met, true)).then_some(entry)
        };
        let listed = match ranked {
            RankingInput::Catalog(_) => Vec::new(),
            RankingInput::List(listed) => listed.iter().map(&mut first).collect(),
        };
        Self {
            snapshot,
            ranking,
            ranked,
            adjusting,
            entries,
            entry_of,
            listed,
        }
    }

    /// Returns where each of the items stands; those that stand deeper than `deepest` are nowhere.
    fn standings(&mut self, signals: &[Signal<'_>], deepest: usize, trace: &mut Option<ScoreTrace>) -> Vec<Standing> {
        let (entries, listed) = (&self.entries, &self.listed);
        let mut standings = alloc::vec![Standing::UNRANKED; entries.shown];
        let mut read = |order: &mut dyn Iterator<Item = (Option<usize>, f32, bool)>| {
            read_standings(
                &mut standings,
                entries.by_item.len(),
                &mut order.take(deepest.saturating_add(1)),
            );
        };
        match self.ranked {
            RankingInput::Catalog(context) => {
                let mut order = self.ranking.catalog(self.snapshot, context, signals, trace);
                let entry = |item: Option<ItemIndex>| item.and_then(|item| entries.of(item));
                match &mut self.adjusting {
                    None => read(&mut order.map(|next| (entry(Some(next.item())), next.score, false))),
                    Some(stage) => read(
                        &mut stage
                            .order(&mut order)
                            .map(|item| (entry(item.index), item.score, !item.rules.is_empty())),
                    ),
                }
            }
            RankingInput::List(all) => {
                let scores = self.ranking.list(self.snapshot, signals, all, trace);
                let mut places = in_order(scores);
                let mut order = core::iter::from_fn(|| places.pop());
                let entry = |place: u32| listed.get(place as usize).copied().flatten();
                match &mut self.adjusting {
                    None => read(&mut order.map(|next| (entry(next.place), next.score, false))),
                    Some(stage) => {
                        let order = stage.order(&mut order);
                        read(
                            &mut order
                                .map(|item| (item.from_position.and_then(entry), item.score, !item.rules.is_empty())),
                        );
                    }
                }
            }
        }
        standings
    }
}

/// Reads an order of entries, with their scores and whether a rule moved them, until so many were found.
fn read_standings(
    standings: &mut [Standing],
    mut missing: usize,
    order: &mut dyn Iterator<Item = (Option<usize>, f32, bool)>,
) {
    for (place, (entry, score, is_moved)) in order.enumerate() {
        if let Some(standing) = entry.and_then(|entry| standings.get_mut(entry)) {
            *standing = Standing { place, score, is_moved };
            missing = missing.saturating_sub(1);
        }
        if missing == 0 {
            return;
        }
    }
}

/// For each item that is shown, and for each signal and what is popular, how much it contributed in all, and the source of
/// its largest contribution.
struct Contributions {
    /// Of every entry: what is popular, then the signals by rank.
    cells: Vec<Option<Contributed>>,
    columns: usize,
}

#[derive(Clone, Copy)]
struct Contributed {
    total: f32,
    largest: f32,
    source: Source,
}

impl Contributions {
    fn of(record: &ScoreTrace, entries: &Entries, signals: usize) -> Self {
        let columns = signals + 1;
        let mut contributions = Self {
            cells: alloc::vec![None; entries.shown * columns],
            columns,
        };
        for step in record.all() {
            let Some(entry) = entries.of(step.item) else { continue };
            let at = entry * columns + step.signal.map_or(0, |rank| rank + 1);
            if let Some(cell) = contributions.cells.get_mut(at) {
                add(cell, step);
            }
        }
        contributions
    }

    fn source(&self, entry: usize, column: usize) -> Option<Source> {
        let cell = self.cells.get(entry * self.columns + column)?;
        cell.map(|contributed| contributed.source)
    }

    /// Returns the reason code of an event, by the source in which it contributed most to the item.
    fn code(&self, entry: usize, rank: usize, signal: &Signal<'_>) -> ReasonCode {
        match self.source(entry, rank + 1) {
            _ if signal.is_earlier => ReasonCode::FromEarlierVisit,
            Some(Source::Seen) => ReasonCode::SeenBefore,
            Some(Source::Alike) => ReasonCode::SimilarTo,
            _ => because(signal.kind),
        }
    }

    /// Returns what contributed most to an item that is popular too; among equals a signal before what is popular,
    /// the most recent first.
    fn strongest(&self, entry: usize, signals: &[Signal<'_>]) -> Option<Reason> {
        let total = |column: usize| Some(self.cells.get(entry * self.columns + column)?.as_ref()?.total);
        total(0)?;
        let mut most: Option<(usize, f32)> = None;
        for column in (1..self.columns).chain([0]) {
            if let Some(total) = total(column)
                && most.is_none_or(|(_, most)| total > most)
            {
                most = Some((column, total));
            }
        }
        let (column, _) = most?;
        let signal = column.checked_sub(1).and_then(|rank| Some((rank, signals.get(rank)?)));
        let code = match (signal, self.source(entry, column)?) {
            (Some((rank, signal)), _) => self.code(entry, rank, signal),
            (None, Source::PopularInCategory) => ReasonCode::PopularInCategory,
            (None, _) => ReasonCode::Popular,
        };
        Some(Reason {
            code,
            evidence: signal.map(|(_, signal)| signal.id.to_owned()),
            share: 1.0,
        })
    }
}

/// Adds one step of the scorer; of equal steps the first one names the source.
fn add(cell: &mut Option<Contributed>, step: &ScoreStep) {
    let before = *cell;
    let largest = before.map_or(0.0, |before| before.largest);
    *cell = Some(Contributed {
        total: before.map_or(0.0, |before| before.total) + step.amount,
        largest: largest.max(step.amount),
        source: before
            .filter(|_| step.amount <= largest)
            .map_or(step.source, |before| before.source),
    });
}

fn shares(mut reasons: Vec<Reason>) -> Vec<Reason> {
    let total: f32 = reasons.iter().map(|reason| reason.share).sum();
    reasons.iter_mut().for_each(|reason| reason.share /= total);
    reasons
}

/// Puts each in its place; what came first stays first among equals. A sort would cost browsers 2 KB for few items.
fn strongest_first(reasons: Vec<Reason>) -> Vec<Reason> {
    let mut ordered: Vec<Reason> = Vec::with_capacity(reasons.len());
    for reason in reasons {
        let stronger = ordered.partition_point(|other| other.share.total_cmp(&reason.share).is_ge());
        ordered.insert(stronger, reason);
    }
    ordered
}

/// Returns the reason code of something that the shopper did; `None` is the page's own item.
pub(crate) const fn because(kind: Option<EventKind>) -> ReasonCode {
    match kind {
        None => ReasonCode::GoesWithThis,
        Some(EventKind::AddToCart) => ReasonCode::BecauseYouAdded,
        Some(EventKind::AddToWishlist) => ReasonCode::BecauseYouSaved,
        Some(EventKind::Purchase) => ReasonCode::BecauseYouBought,
        Some(_) => ReasonCode::BecauseYouViewed,
    }
}
