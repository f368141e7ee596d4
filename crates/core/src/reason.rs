//! Reasons: which of the shopper's events brought an item to its place.
//!
//! Found by leaving each event out and ranking again with the very code that ranked: an event is a reason if the
//! item stands lower without it. Trees have no parts that add up, so nothing less would be true.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::event::EventKind;
use crate::explanation::Explanation;
use crate::item::ItemIndex;
use crate::ranking::{Ranking, Scored};
use crate::signal::Signal;
use crate::snapshot::Snapshot;
use crate::trace::Source;

/// Why an item is shown, from the shopper's own actions: never an inferred trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReasonCode {
    /// It goes with an item that the shopper viewed.
    BecauseYouViewed,
    /// It goes with an item in the cart.
    BecauseYouAdded,
    /// It goes with an item on the wish list.
    BecauseYouSaved,
    /// It goes with an item that the shopper bought in this visit.
    BecauseYouBought,
    /// It goes with the item whose page this is.
    GoesWithThis,
    /// The shopper saw it before in this visit.
    SeenBefore,
    /// It is like the item.
    SimilarTo,
    /// It is popular in the category at hand.
    PopularInCategory,
    /// It is popular in the shop.
    Popular,
}

impl ReasonCode {
    /// Its name in results and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BecauseYouViewed => "because_you_viewed",
            Self::BecauseYouAdded => "because_you_added",
            Self::BecauseYouSaved => "because_you_saved",
            Self::BecauseYouBought => "because_you_bought",
            Self::GoesWithThis => "goes_with_this",
            Self::SeenBefore => "seen_before",
            Self::SimilarTo => "similar_to",
            Self::PopularInCategory => "popular_in_category",
            Self::Popular => "popular",
        }
    }
}

/// A reason with its evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// What kind of reason.
    pub code: ReasonCode,
    /// The store's id of the shopper's item that speaks, if the reason is one.
    pub evidence: Option<String>,
    /// What it is worth among the item's reasons, which together are worth 1.
    pub share: f32,
}

/// What was ranked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ranked<'a> {
    /// The catalog, on a page with these facts.
    Catalog(&'a crate::context::Context<'a>),
    /// A caller's list.
    List(&'a [Option<ItemIndex>]),
}

/// Where an item stands before any rule: its place and score; past all places where nothing speaks for it.
#[derive(Clone, Copy, Debug)]
struct Standing {
    place: usize,
    score: f32,
}

impl Standing {
    const NOWHERE: Self = Self {
        place: usize::MAX,
        score: 0.0,
    };
}

/// The reasons for each of `shown`, strongest first. `signals` gives those of the request, all or without one item.
///
/// Ranks once more for each signal. An item for which no single event is a reason has what is popular as its reason,
/// if that spoke for it, or none.
pub(crate) fn reasons<'a, B: AsRef<[u8]>>(
    snapshot: &Snapshot<B>,
    ranking: &mut Ranking,
    ranked: Ranked<'_>,
    signals: impl Fn(Option<&str>) -> Vec<Signal<'a>>,
    shown: &[Option<ItemIndex>],
) -> Vec<Vec<Reason>> {
    let (all, mut record) = (signals(None), Some(Explanation::default()));
    let mut question = Question {
        snapshot,
        ranking,
        ranked,
        shown,
    };
    let before = question.standings(&all, usize::MAX, &mut record);
    let record = record.unwrap_or_default();
    let deepest = before
        .iter()
        .map(|standing| standing.place)
        .filter(|place| *place < usize::MAX)
        .max();
    let mut found: Vec<Vec<Reason>> = shown.iter().map(|_| Vec::new()).collect();
    for (rank, signal) in all.iter().enumerate().filter(|(_, signal)| signal.index.is_some()) {
        let others = signals(Some(signal.id));
        let after = question.standings(&others, deepest.unwrap_or(0), &mut None);
        for (((item, reasons), before), after) in shown.iter().zip(&mut found).zip(&before).zip(&after) {
            let Some(item) = item.filter(|_| after.place > before.place) else {
                continue;
            };
            let code = code(&record, item, rank, signal);
            let worth = (before.score - after.score).max(f32::EPSILON);
            reasons.push(Reason {
                code,
                evidence: Some(signal.id.to_owned()),
                share: worth,
            });
        }
    }
    let finish = |(reasons, item): (Vec<Reason>, &Option<ItemIndex>)| match item {
        Some(item) if reasons.is_empty() => popular(&record, *item),
        _ => shares(strongest_first(reasons)),
    };
    found.into_iter().zip(shown).map(finish).collect()
}

/// A ranking to be asked for again and again, and the items whose places are wanted.
struct Question<'q, B> {
    snapshot: &'q Snapshot<B>,
    ranking: &'q mut Ranking,
    ranked: Ranked<'q>,
    shown: &'q [Option<ItemIndex>],
}

impl<B: AsRef<[u8]>> Question<'_, B> {
    /// Where each of the items stands; those that stand deeper than `deepest` are nowhere.
    fn standings(&mut self, signals: &[Signal<'_>], deepest: usize, trace: &mut Option<Explanation>) -> Vec<Standing> {
        match self.ranked {
            Ranked::Catalog(context) => {
                let order = self.ranking.catalog(self.snapshot, context, signals, trace);
                standings_in_order(self.shown, order.take(deepest.saturating_add(1)))
            }
            Ranked::List(listed) => {
                let scores = self.ranking.list(self.snapshot, signals, listed, trace);
                let standing = |item: &Option<ItemIndex>| standing_in_list(listed, &scores, *item);
                self.shown.iter().map(standing).collect()
            }
        }
    }
}

/// Reads the order until every item was met.
fn standings_in_order(shown: &[Option<ItemIndex>], order: impl Iterator<Item = Scored>) -> Vec<Standing> {
    let mut standings: Vec<Standing> = shown.iter().map(|_| Standing::NOWHERE).collect();
    let mut missing = shown.iter().flatten().count();
    for (place, next) in order.enumerate() {
        let wanted = standings
            .iter_mut()
            .zip(shown)
            .filter(|(_, item)| **item == Some(next.item()));
        for (standing, _) in wanted {
            *standing = Standing {
                place,
                score: next.score,
            };
            missing = missing.saturating_sub(1);
        }
        if missing == 0 {
            break;
        }
    }
    standings
}

fn standing_in_list(listed: &[Option<ItemIndex>], scores: &[f32], item: Option<ItemIndex>) -> Standing {
    let position = item.and_then(|_| listed.iter().position(|other| *other == item));
    let Some((position, score)) = position.and_then(|position| Some((position, *scores.get(position)?))) else {
        return Standing::NOWHERE;
    };
    let before =
        |(other, other_score): (usize, &f32)| *other_score > score || (*other_score == score && other < position);
    Standing {
        place: scores.iter().enumerate().filter(|place| before(*place)).count(),
        score,
    }
}

/// In which words the event is a reason: by the way in which it says most for the item.
fn code(record: &Explanation, item: ItemIndex, rank: usize, signal: &Signal<'_>) -> ReasonCode {
    let said = record
        .contributions(item)
        .filter(|contribution| contribution.signal == Some(rank));
    let most = said.reduce(|a, b| if b.amount > a.amount { b } else { a });
    match most.map(|most| most.source) {
        Some(Source::Seen) => ReasonCode::SeenBefore,
        Some(Source::Alike) => ReasonCode::SimilarTo,
        _ => because(signal.kind),
    }
}

fn popular(record: &Explanation, item: ItemIndex) -> Vec<Reason> {
    let said = record
        .contributions(item)
        .filter(|contribution| contribution.signal.is_none());
    let most = said.reduce(|a, b| if b.amount > a.amount { b } else { a });
    let code = most.map(|most| match most.source {
        Source::PopularInCategory => ReasonCode::PopularInCategory,
        _ => ReasonCode::Popular,
    });
    code.map(|code| Reason {
        code,
        evidence: None,
        share: 1.0,
    })
    .into_iter()
    .collect()
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

const fn because(kind: Option<EventKind>) -> ReasonCode {
    match kind {
        None => ReasonCode::GoesWithThis,
        Some(EventKind::AddToCart) => ReasonCode::BecauseYouAdded,
        Some(EventKind::AddToWishlist) => ReasonCode::BecauseYouSaved,
        Some(EventKind::Purchase) => ReasonCode::BecauseYouBought,
        Some(_) => ReasonCode::BecauseYouViewed,
    }
}
