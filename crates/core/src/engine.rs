//! The engine: makes slates from a snapshot and a policy.

pub mod choose;
mod occasion;
mod sponsored;

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::BinaryHeap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use self::occasion::basis;
use self::sponsored::{of_page, sponsored};
use crate::allocation::ArmId;
use crate::candidates::{CatalogCandidates, candidate_of_list, candidates_of_list};
use crate::explain::reason::{RankingInput, Reason, ReasonQuery, reasons};
use crate::explain::trace::{RuledOut, Source, Trace};
use crate::item::Item;
#[cfg(feature = "build")]
use crate::item::ItemIndex;
use crate::policy::program::IN_STOCK;
use crate::policy::{Action, AdjustStage, Candidate, FactSource, Policy, PolicyContext, RuleSet, apply, is_adjusted};
use crate::rank::ranking::{Ranking, Scored, in_order};
use crate::rank::score::Scores;
use crate::slate::{Basis, Slate, SlateItem, Sponsor};
use crate::snapshot::Snapshot;
use crate::visit::context::Context;
use crate::visit::session::Session;
use crate::visit::signal::{LeftOut, Signal, signals};

/// A request to re-rank the caller's own list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rerank<'a> {
    /// Where it is shown.
    pub placement: &'a str,
    /// The list, in the shop's own order.
    pub items: &'a [Item<'a>],
    /// The page's own facts.
    pub context: Context<'a>,
    /// Places in the slate.
    pub limit: usize,
    /// Now, in milliseconds since 1970, by the host's clock.
    pub now_ms: i64,
    /// Arms of experiments that are in force.
    pub arms: &'a [ArmId],
}

/// A request for items of the whole catalog.
#[derive(Clone, Copy, Debug, Default)]
pub struct Recommend<'a> {
    /// Where they are shown.
    pub placement: &'a str,
    /// The page's own facts.
    pub context: Context<'a>,
    /// Ids of items that are sold out, as the caller sees it now.
    pub sold_out: &'a [&'a str],
    /// Places in the slate.
    pub limit: usize,
    /// Now, in milliseconds since 1970, by the host's clock.
    pub now_ms: i64,
    /// Arms of experiments that are in force.
    pub arms: &'a [ArmId],
}

/// The request that made a slate.
#[derive(Clone, Copy, Debug)]
pub enum RankingRequest<'a> {
    /// A new order of the caller's list.
    Rerank(&'a Rerank<'a>),
    /// Items out of the catalog.
    Recommend(&'a Recommend<'a>),
}

impl<'a> RankingRequest<'a> {
    const fn placement(self) -> &'a str {
        match self {
            Self::Rerank(request) => request.placement,
            Self::Recommend(request) => request.placement,
        }
    }

    const fn context(self) -> &'a Context<'a> {
        match self {
            Self::Rerank(request) => &request.context,
            Self::Recommend(request) => &request.context,
        }
    }

    const fn limit(self) -> usize {
        match self {
            Self::Rerank(request) => request.limit,
            Self::Recommend(request) => request.limit,
        }
    }

    pub(crate) const fn arms(self) -> &'a [ArmId] {
        match self {
            Self::Rerank(request) => request.arms,
            Self::Recommend(request) => request.arms,
        }
    }

    const fn now_ms(self) -> i64 {
        match self {
            Self::Rerank(request) => request.now_ms,
            Self::Recommend(request) => request.now_ms,
        }
    }
}

/// A slate that is being made.
struct Draft<'e, 's, B> {
    slate_id: String,
    placement: &'e str,
    snapshot: &'e Snapshot<B>,
    signals: Vec<Signal<'s>>,
    rules: PolicyContext<'e, 's>,
}

/// A model with the rules of a shop. The visit is the caller's: the engine keeps nothing of a shopper.
#[derive(Debug)]
pub struct Engine<B> {
    snapshot: Snapshot<B>,
    rules: RuleSet,
    ranking: Ranking,
    slates: u32,
}

impl<B: AsRef<[u8]>> Engine<B> {
    /// Returns an engine over an opened snapshot and a shop's rules, whose experiments are drawn by shares that the model learned.
    ///
    /// ```
    /// use shelfwise_core::{Engine, Policy, Snapshot, example};
    ///
    /// let snapshot = Snapshot::open(example::corner_shop().build()?)?;
    /// let engine = Engine::new(snapshot, Policy::default());
    /// assert_eq!(engine.snapshot().items(), 4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new(snapshot: Snapshot<B>, mut policy: Policy) -> Self {
        policy.allocation.learn(snapshot.shares().files());
        Self {
            snapshot,
            rules: RuleSet::new(policy),
            ranking: Ranking::default(),
            slates: 0,
        }
    }

    /// Sets the facts that rules ask for. Without them, rules over facts match nothing, and what was listed when the policy
    /// was built stays hidden.
    pub fn set_fact_source(&mut self, facts: Option<Box<dyn FactSource>>) {
        self.rules.set_facts(facts);
    }

    /// Returns the snapshot.
    #[must_use]
    pub const fn snapshot(&self) -> &Snapshot<B> {
        &self.snapshot
    }

    /// Returns the rules.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        self.rules.policy()
    }

    /// Returns the signals of the visit and the page for this model, most recent first.
    #[must_use]
    pub fn signals<'a>(&self, session: &'a Session, context: &Context<'a>, now_ms: i64) -> Vec<Signal<'a>> {
        signals(&self.snapshot, session, context, now_ms, None)
    }

    /// Reorders the caller's list. Items without a score keep the shop's order behind the others.
    ///
    /// Costs the scoring of the signals, and about 0.2 µs for each item of the list, 1 µs if trees rank it.
    ///
    /// ```
    /// # use shelfwise_core::{Engine, EventKind, Item, Policy, Rerank, Session, Snapshot, example};
    /// # let mut engine = Engine::new(Snapshot::open(example::corner_shop().build()?)?, Policy::default());
    /// let mut session = Session::new();
    /// session.apply(EventKind::ViewItem, "bread", 0)?;
    /// let items = ["tea", "wine", "jam"].map(Item::new);
    /// let request = Rerank { items: &items, limit: 3, ..Rerank::default() };
    /// let slate = engine.rerank(&session, &request, &mut ());
    /// let moved: Vec<_> = slate.items.iter().map(|item| (&*item.item_id, item.from_position)).collect();
    /// assert_eq!(moved, [("jam", Some(2)), ("tea", Some(0)), ("wine", Some(1))]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rerank<'a, T: Trace + Default>(
        &'a mut self,
        session: &Session,
        request: &Rerank<'a>,
        trace: &mut T,
    ) -> Slate<'a> {
        let (draft, ranking) = self.draft(session, RankingRequest::Rerank(request), request.placement);
        let mut listed = candidates_of_list(draft.snapshot, request.items);
        let sponsored = sponsored(&draft.rules, &mut |floor| {
            let signals = of_page(draft.snapshot, &request.context, request.now_ms);
            let mut places = order_list(draft.snapshot, ranking, &signals, &mut listed, &mut T::default());
            let ordered = core::iter::from_fn(|| listed.get(places.pop()?.place as usize).cloned());
            ordered.take(floor).collect()
        });
        let mut places = order_list(draft.snapshot, ranking, &draft.signals, &mut listed, trace);
        let mut pins = pins(&draft.rules, |id| listed.iter().find(|item| item.id == id).cloned());
        pins.extend(sponsored);
        let mut ordered = core::iter::from_fn(|| listed.get(places.pop()?.place as usize).cloned());
        let arranged = apply(&draft.rules, &mut ordered, pins, trace);
        let basis = if ranking.scores().touched().is_empty() {
            Basis::ShopOrder
        } else {
            basis(&draft.signals)
        };
        draft.finish(basis, ranking.scores(), arranged)
    }

    /// Recommends items of the whole catalog; never fewer than there are admitted popular items.
    ///
    /// Costs the scoring of the signals, about 1 µs for each position, and 100 µs if trees rank the best.
    ///
    /// ```
    /// # use shelfwise_core::{Basis, Engine, EventKind, Policy, Recommend, Session, Snapshot, example};
    /// # let mut engine = Engine::new(Snapshot::open(example::corner_shop().build()?)?, Policy::default());
    /// let request = Recommend { limit: 1, ..Recommend::default() };
    /// let mut session = Session::new();
    /// let first = engine.recommend(&session, &request, &mut ());
    /// assert_eq!((&*first.items[0].item_id, first.basis), ("tea", Basis::Popularity));
    ///
    /// session.apply(EventKind::ViewItem, "bread", 0)?;
    /// let next = engine.recommend(&session, &request, &mut ());
    /// assert_eq!((&*next.items[0].item_id, next.basis), ("butter", Basis::Session));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recommend<'a, T: Trace + Default>(
        &'a mut self,
        session: &Session,
        request: &Recommend<'a>,
        trace: &mut T,
    ) -> Slate<'a> {
        let (draft, ranking) = self.draft(session, RankingRequest::Recommend(request), request.placement);
        let shelf = CatalogCandidates::new(draft.snapshot, request.sold_out);
        let mut pins = pins(&draft.rules, |id| Some(shelf.candidate(id)));
        pins.extend(sponsored(&draft.rules, &mut |floor| {
            let signals = of_page(draft.snapshot, &request.context, request.now_ms);
            let mut silent = T::default();
            let ranked = ranking.catalog(draft.snapshot, &request.context, &signals, &mut silent);
            ranked.filter_map(|next| shelf.ranked(next)).take(floor).collect()
        }));
        let ranked = ranking.catalog(draft.snapshot, &request.context, &draft.signals, trace);
        let mut ordered = ranked.filter_map(|next| shelf.ranked(next));
        let arranged = apply(&draft.rules, &mut ordered, pins, trace);
        drop(ordered);
        let known = draft.signals.iter().any(|signal| signal.index.is_some()) || shelf.has_category(&request.context);
        let basis = if known {
            basis(&draft.signals)
        } else {
            Basis::Popularity
        };
        draft.finish(basis, ranking.scores(), arranged)
    }

    /// Begins a slate: its id, what is ranked by, and the rules.
    fn draft<'e, 's>(
        &'e mut self,
        session: &'s Session,
        request: RankingRequest<'s>,
        placement: &'e str,
    ) -> (Draft<'e, 's, B>, &'e mut Ranking)
    where
        'e: 's,
    {
        let slate_id = self.next_slate_id();
        let snapshot = &self.snapshot;
        let mut signals = signals(snapshot, session, request.context(), request.now_ms(), None);
        if self.rules.policy().allocation.keeps_store_order(request.arms()) {
            signals.clear();
        }
        let draft = Draft {
            slate_id,
            placement,
            snapshot,
            rules: request.rules(&self.rules, snapshot, session, &signals),
            signals,
        };
        (draft, &mut self.ranking)
    }

    /// Returns the reasons for the positions of items: for each of `shown` its reasons, strongest first.
    ///
    /// `request` is the request that made the slate. Ranks once more for each of at most 20 signals.
    ///
    /// ```
    /// # use shelfwise_core::{Engine, EventKind, Policy, RankingRequest, ReasonCode, Recommend, Session, Snapshot, example};
    /// # let mut engine = Engine::new(Snapshot::open(example::corner_shop().build()?)?, Policy::default());
    /// let mut session = Session::new();
    /// session.apply(EventKind::AddToCart, "bread", 0)?;
    /// let request = Recommend { limit: 4, ..Recommend::default() };
    /// let reasons = engine.reasons(&session, RankingRequest::Recommend(&request), &["jam"]).remove(0);
    /// assert_eq!(reasons[0].code, ReasonCode::BecauseYouAdded);
    /// assert_eq!(reasons[0].evidence.as_deref(), Some("bread"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reasons(&mut self, session: &Session, request: RankingRequest<'_>, shown: &[&str]) -> Vec<Vec<Reason>> {
        let Self {
            snapshot,
            rules,
            ranking,
            ..
        } = self;
        let (snapshot, ids, attributes) = (&*snapshot, snapshot.ids(), snapshot.attributes());
        if rules.policy().allocation.keeps_store_order(request.arms()) {
            return shown.iter().map(|_| Vec::new()).collect();
        }
        let shown: Vec<_> = shown.iter().map(|id| ids.index_of(id)).collect();
        let (context, now_ms) = (request.context(), request.now_ms());
        let signals = |without: Option<LeftOut<'_>>| signals(snapshot, session, context, now_ms, without);
        let all = signals(None);
        let rules = request.rules(rules, snapshot, session, &all);
        let is_adjusted = is_adjusted(&rules);
        match request {
            RankingRequest::Rerank(request) => {
                let listed: Vec<_> = request.items.iter().map(|item| ids.index_of(item.id)).collect();
                let describe = |next: Scored| {
                    let place = next.place as usize;
                    let (item, index) = (request.items.get(place)?, listed.get(place)?);
                    Some(candidate_of_list(&attributes, (next.place, item), *index))
                };
                let adjusting = is_adjusted.then(|| AdjustStage::new(&rules, &describe, listed.len()));
                let query = ReasonQuery::new(snapshot, ranking, RankingInput::List(&listed), adjusting, &shown);
                reasons(query, &all, signals)
            }
            RankingRequest::Recommend(request) => {
                let shelf = CatalogCandidates::new(snapshot, request.sold_out);
                let describe = |next: Scored| shelf.ranked(next);
                let adjusting = is_adjusted.then(|| AdjustStage::new(&rules, &describe, snapshot.items()));
                let query = ReasonQuery::new(snapshot, ranking, RankingInput::Catalog(context), adjusting, &shown);
                reasons(query, &all, signals)
            }
        }
    }

    /// Returns why an item may not be shown in answer to a request; `None` for one that may, whether or not it is a
    /// candidate.
    pub(crate) fn ruled_out(&self, session: &Session, request: RankingRequest<'_>, item: &str) -> Option<RuledOut> {
        let (context, now_ms) = (request.context(), request.now_ms());
        let signals = signals(&self.snapshot, session, context, now_ms, None);
        let rules = request.rules(&self.rules, &self.snapshot, session, &signals);
        let candidate = match request {
            RankingRequest::Rerank(request) => {
                let listed = request.items.iter().find(|listed| listed.id == item).copied();
                let listed = listed.unwrap_or_else(|| Item::new(item));
                candidates_of_list(&self.snapshot, &[listed]).pop()?
            }
            RankingRequest::Recommend(request) => {
                CatalogCandidates::new(&self.snapshot, request.sold_out).candidate(item)
            }
        };
        rules.verdict(candidate)
    }

    /// Returns the candidates that the trees re-rank, with their features: what the trees are trained on.
    #[cfg(feature = "build")]
    pub fn describe<'a>(
        &'a mut self,
        session: &Session,
        context: &Context<'_>,
        now_ms: i64,
    ) -> impl Iterator<Item = (ItemIndex, crate::rank::ranker::Features)> + use<'a, B> {
        let signals = signals(&self.snapshot, session, context, now_ms, None);
        let described = self.ranking.describe_catalog(&self.snapshot, context, &signals);
        described.collect::<Vec<_>>().into_iter()
    }

    /// Returns how many slates were made.
    pub(crate) const fn slates(&self) -> u32 {
        self.slates
    }

    /// Sets the counter, so that a slate that is repeated gets its own id again.
    pub(crate) const fn count_from(&mut self, slates: u32) {
        self.slates = slates;
    }

    /// Returns the id of the next slate.
    pub(crate) fn next_slate_id(&mut self) -> String {
        self.slates = self.slates.wrapping_add(1);
        format!("{:x}-{}", self.snapshot.meta().trained_until_ms, self.slates)
    }
}

impl<'e, B> Draft<'e, '_, B> {
    /// Returns the slate of items in their final order.
    fn finish(self, basis: Basis, scores: &Scores, arranged: Vec<Candidate<'e>>) -> Slate<'e> {
        let policy = self.rules.policy;
        let items = (0..).zip(arranged);
        Slate {
            slate_id: self.slate_id,
            placement: Cow::Borrowed(self.placement),
            basis,
            items: items
                .map(|(position, item)| slate_item(policy, scores, position, item))
                .collect(),
        }
    }
}

fn slate_item<'a>(policy: &'a Policy, scores: &Scores, position: u32, item: Candidate<'a>) -> SlateItem<'a> {
    let rule = |rule: u16| policy.rules.get(usize::from(rule));
    let is_pin = |number: &u16| rule(*number).is_some_and(|rule| matches!(rule.action, Action::Pin { .. }));
    let sponsored = item.rules.iter().find_map(|rule| policy.sponsor(*rule));
    SlateItem {
        source: match sponsored {
            Some(_) => Source::Sponsored,
            None if item.rules.iter().any(is_pin) => Source::Pinned,
            None => source(scores, &item),
        },
        sponsored: sponsored.map(|(by, label)| Sponsor {
            by: Cow::Borrowed(by),
            label: Cow::Borrowed(label),
        }),
        item_id: item.id,
        score: item.score,
        position,
        from_position: item.from_position,
        rules: item
            .rules
            .iter()
            .filter_map(|number| rule(*number).map(|rule| Cow::Borrowed(rule.id.as_str())))
            .collect(),
    }
}

/// Scores the list, and returns its positions best first.
fn order_list<B: AsRef<[u8]>, T: Trace>(
    snapshot: &Snapshot<B>,
    ranking: &mut Ranking,
    signals: &[Signal<'_>],
    listed: &mut [Candidate<'_>],
    trace: &mut T,
) -> BinaryHeap<Scored> {
    let indexes: Vec<_> = listed.iter().map(|item| item.index).collect();
    let scores = ranking.list(snapshot, signals, &indexes, trace);
    for (item, score) in listed.iter_mut().zip(&scores) {
        item.score = *score;
    }
    in_order(scores)
}

/// Returns the pins that apply, with their positions from 1 and the candidates that `find` returns for them.
fn pins<'a, 'p: 'a>(
    rules: &PolicyContext<'p, '_>,
    find: impl Fn(&'p str) -> Option<Candidate<'a>>,
) -> Vec<(usize, Candidate<'a>)> {
    let pins = rules.rules().filter_map(|(rule, content)| match &content.action {
        Action::Pin { item, position } => {
            let mut pinned = find(item)?;
            if content.condition.while_in_stock && rules.facts.value(IN_STOCK, &pinned) == Some(0) {
                return None;
            }
            pinned.rules.push(rule);
            Some((usize::from(*position), pinned))
        }
        _ => None,
    });
    pins.collect()
}

fn source(scores: &Scores, item: &Candidate<'_>) -> Source {
    item.index
        .and_then(|index| scores.source_of(index))
        .unwrap_or(Source::ShopOrder)
}

#[cfg(test)]
mod tests;
