//! Why an item stands where it stands, in the words of the code that scored it.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::event::EventKind;
use crate::item::ItemIndex;
use crate::signal::Signal;
use crate::trace::{RuledOut, Source, Trace};

/// One step of the scorer: so much for this item, by this way, for this signal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution {
    /// The item.
    pub item: ItemIndex,
    /// The way.
    pub source: Source,
    /// Rank of the signal, 0 the most recent; `None` where no signal was needed.
    pub signal: Option<usize>,
    /// What was added to the score.
    pub amount: f32,
}

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
    /// Share of the score that this reason has, from 0 to 1.
    pub share: f32,
}

/// Records what the scorer and the policy say.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    contributions: Vec<Contribution>,
    ruled_out: Vec<(String, RuledOut)>,
}

impl Trace for Explanation {
    fn contribution(&mut self, item: ItemIndex, source: Source, signal: Option<usize>, amount: f32) {
        self.contributions.push(Contribution {
            item,
            source,
            signal,
            amount,
        });
    }

    fn ruled_out(&mut self, id: &str, why: RuledOut) {
        self.ruled_out.push((id.to_owned(), why));
    }
}

impl Explanation {
    /// What was added to the item's score, in the order in which it was added: summed up in `f32`, it is the score.
    pub fn contributions(&self, item: ItemIndex) -> impl Iterator<Item = &Contribution> {
        self.contributions
            .iter()
            .filter(move |contribution| contribution.item == item)
    }

    /// Why the item of that id was left out, if it was.
    #[must_use]
    pub fn ruled_out(&self, id: &str) -> Option<RuledOut> {
        self.ruled_out
            .iter()
            .find(|(known, _)| known == id)
            .map(|(_, why)| *why)
    }

    /// The reasons for an item, strongest first: one for each signal that speaks for it.
    #[must_use]
    pub fn reasons(&self, item: ItemIndex, signals: &[Signal<'_>]) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = Vec::new();
        let mut total = 0.0;
        for contribution in self.contributions(item) {
            total += contribution.amount;
            let (code, evidence) = reason(contribution, signals);
            let known = |known: &&mut Reason| known.code == code && known.evidence.as_deref() == evidence;
            match reasons.iter_mut().find(known) {
                Some(known) => known.share += contribution.amount,
                None => reasons.push(Reason {
                    code,
                    evidence: evidence.map(ToOwned::to_owned),
                    share: contribution.amount,
                }),
            }
        }
        let mut reasons = strongest_first(reasons);
        reasons.iter_mut().for_each(|reason| reason.share /= total);
        reasons
    }
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

fn reason<'a>(contribution: &Contribution, signals: &[Signal<'a>]) -> (ReasonCode, Option<&'a str>) {
    let signal = contribution.signal.and_then(|rank| signals.get(rank));
    let code = match (contribution.source, signal) {
        (Source::Seen, _) => ReasonCode::SeenBefore,
        (Source::Alike, _) => ReasonCode::SimilarTo,
        (Source::PopularInCategory, _) => ReasonCode::PopularInCategory,
        (_, Some(signal)) => because(signal.kind),
        (_, None) => ReasonCode::Popular,
    };
    (code, signal.map(|signal| signal.id))
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
