//! The engine: a snapshot and a policy, asked for slates.

use alloc::borrow::{Cow, ToOwned};
use alloc::collections::BinaryHeap;
use alloc::format;
use alloc::vec::Vec;

use crate::explain::reason::{Ranked, Reason, reasons};
use crate::explain::trace::{Source, Trace};
use crate::item::{Item, ItemIndex, Stock};
use crate::policy::{Action, Candidate, Policy, PolicyContext, arrange, is_in_category};
use crate::rank::ranking::{Ranking, Scored, in_order};
use crate::rank::score::Scores;
use crate::slate::{Basis, Slate, SlateItem};
use crate::snapshot::{Attributes, Snapshot};
use crate::visit::context::Context;
use crate::visit::session::Session;
use crate::visit::signal::{LeftOut, Signal, signals};

/// Asks for a new order of the caller's own list.
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
}

/// Asks for items out of the whole catalog.
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
}

/// The request that made a slate.
#[derive(Clone, Copy, Debug)]
pub enum RankingRequest<'a> {
    /// A new order of the caller's list.
    Rerank(&'a Rerank<'a>),
    /// Items out of the catalog.
    Recommend(&'a Recommend<'a>),
}

/// A model and the rules over it. The visit is the caller's: the engine keeps nothing of a shopper.
#[derive(Debug)]
pub struct Engine<B> {
    snapshot: Snapshot<B>,
    policy: Policy,
    ranking: Ranking,
    slates: u32,
}

impl<B: AsRef<[u8]>> Engine<B> {
    /// An engine over an opened snapshot.
    #[must_use]
    pub fn new(snapshot: Snapshot<B>, policy: Policy) -> Self {
        Self {
            snapshot,
            policy,
            ranking: Ranking::default(),
            slates: 0,
        }
    }

    /// The snapshot.
    #[must_use]
    pub const fn snapshot(&self) -> &Snapshot<B> {
        &self.snapshot
    }

    /// The rules.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What the visit and the page say to this model, most recent first.
    #[must_use]
    pub fn signals<'a>(&self, session: &'a Session, context: &Context<'a>, now_ms: i64) -> Vec<Signal<'a>> {
        signals(&self.snapshot, session, context, now_ms, None)
    }

    /// Re-orders the caller's list. Items for which nothing speaks keep the shop's order.
    ///
    /// Costs the scoring of the signals, and about 0.2 µs for each item of the list, 1 µs where trees rank it.
    pub fn rerank<'a, T: Trace>(&'a mut self, session: &Session, request: &Rerank<'a>, trace: &mut T) -> Slate<'a> {
        let slate_id = self.next_slate_id();
        let Self {
            snapshot,
            policy,
            ranking,
            ..
        } = self;
        let (snapshot, policy) = (&*snapshot, &*policy);
        let signals = signals(snapshot, session, &request.context, request.now_ms, None);
        let mut listed = candidates_of_list(snapshot, request.items);
        let mut places = order_list(snapshot, ranking, &signals, &mut listed, trace);

        let (placement, limit, current) = (request.placement, request.limit, current(&request.context, &signals));
        let rules = PolicyContext {
            policy,
            placement,
            session,
            current,
            limit,
            now_ms: request.now_ms,
        };
        let pins = pins(&rules, |id| listed.iter().find(|item| item.id == id).cloned());
        let mut ordered = core::iter::from_fn(|| listed.get(places.pop()?.place as usize).cloned());
        let arranged = arrange(&rules, &mut ordered, pins, trace);
        let basis = if ranking.scores().touched().is_empty() {
            Basis::ShopOrder
        } else {
            basis(&signals)
        };
        let items = finish(policy, ranking.scores(), arranged);
        Slate {
            slate_id,
            placement: Cow::Borrowed(placement),
            basis,
            items,
        }
    }

    /// Recommends items out of the whole catalog; never fewer than there are admitted and popular ones.
    ///
    /// Costs the scoring of the signals, about 1 µs for each place, and 100 µs where trees rank the best.
    pub fn recommend<'a, T: Trace>(
        &'a mut self,
        session: &Session,
        request: &Recommend<'a>,
        trace: &mut T,
    ) -> Slate<'a> {
        let slate_id = self.next_slate_id();
        let Self {
            snapshot,
            policy,
            ranking,
            ..
        } = self;
        let (snapshot, policy) = (&*snapshot, &*policy);
        let signals = signals(snapshot, session, &request.context, request.now_ms, None);
        let shelf = Shelf::new(snapshot, request.sold_out);

        let (placement, limit, current) = (request.placement, request.limit, current(&request.context, &signals));
        let rules = PolicyContext {
            policy,
            placement,
            session,
            current,
            limit,
            now_ms: request.now_ms,
        };
        let pins = pins(&rules, |id| Some(shelf.candidate(id)));
        let ranked = ranking.catalog(snapshot, &request.context, &signals, trace);
        let mut ordered = ranked.filter_map(|next| shelf.ranked(next));
        let arranged = arrange(&rules, &mut ordered, pins, trace);
        drop(ordered);
        let known = signals.iter().any(|signal| signal.index.is_some()) || shelf.has_category(&request.context);
        let basis = if known { basis(&signals) } else { Basis::Popularity };
        let items = finish(policy, ranking.scores(), arranged);
        Slate {
            slate_id,
            placement: Cow::Borrowed(placement),
            basis,
            items,
        }
    }

    /// Why items of a slate stand where they stand: for each of `shown` its reasons, strongest first.
    ///
    /// `asked` is the request that made the slate. Ranks once more for each of at most 20 signals.
    pub fn reasons(&mut self, session: &Session, asked: RankingRequest<'_>, shown: &[&str]) -> Vec<Vec<Reason>> {
        let Self { snapshot, ranking, .. } = self;
        let ids = snapshot.ids();
        let indexes = |shown: &[&str]| shown.iter().map(|id| ids.index_of(id)).collect::<Vec<_>>();
        let shown = indexes(shown);
        match asked {
            RankingRequest::Rerank(request) => {
                let signals = |without: Option<LeftOut<'_>>| {
                    signals(snapshot, session, &request.context, request.now_ms, without)
                };
                let listed: Vec<_> = request.items.iter().map(|item| ids.index_of(item.id)).collect();
                reasons(snapshot, ranking, Ranked::List(&listed), signals, &shown)
            }
            RankingRequest::Recommend(request) => {
                let signals = |without: Option<LeftOut<'_>>| {
                    signals(snapshot, session, &request.context, request.now_ms, without)
                };
                reasons(snapshot, ranking, Ranked::Catalog(&request.context), signals, &shown)
            }
        }
    }

    /// The candidates that the trees order, with what the trees look at: what they are trained on.
    #[cfg(feature = "build")]
    pub fn describe<'a>(
        &'a mut self,
        session: &Session,
        context: &Context<'_>,
        now_ms: i64,
    ) -> impl Iterator<Item = (ItemIndex, crate::rank::ranker::Features)> + use<'a, B> {
        let signals = signals(&self.snapshot, session, context, now_ms, None);
        let described: Vec<_> = self
            .ranking
            .describe_catalog(&self.snapshot, context, &signals)
            .collect();
        described.into_iter()
    }

    /// How many slates were made.
    pub(crate) const fn slates(&self) -> u32 {
        self.slates
    }

    /// Sets the counter back, so that a slate that is made again has its own id again.
    pub(crate) const fn count_from(&mut self, slates: u32) {
        self.slates = slates;
    }

    /// The id of a slate that is made now.
    pub(crate) fn next_slate_id(&mut self) -> alloc::string::String {
        self.slates = self.slates.wrapping_add(1);
        format!("{:x}-{}", self.snapshot.meta().trained_until_ms, self.slates)
    }
}

/// The item whose page this is, or that was touched last.
fn current<'a>(context: &Context<'a>, signals: &[Signal<'a>]) -> Option<&'a str> {
    context.item.or_else(|| signals.first().map(|signal| signal.id))
}

fn basis(signals: &[Signal<'_>]) -> Basis {
    let known = |signal: &&Signal<'_>| signal.index.is_some() && signal.kind.is_some();
    if signals.iter().any(|signal| known(&signal)) {
        Basis::Session
    } else {
        Basis::Context
    }
}

/// The caller's list, in the caller's own order.
fn candidates_of_list<'a, B: AsRef<[u8]>>(snapshot: &'a Snapshot<B>, items: &[Item<'a>]) -> Vec<Candidate<'a>> {
    let (ids, attributes) = (snapshot.ids(), snapshot.attributes());
    let candidate = |(position, item): (u32, &Item<'a>)| {
        let index = ids.index_of(item.id);
        let (category, brand) = facts(&attributes, index);
        Candidate {
            index,
            id: Cow::Borrowed(item.id),
            score: 0.0,
            from_position: Some(position),
            stock: item.stock,
            category: category.or(item.category),
            brand: brand.or(item.brand),
            rules: Vec::new(),
        }
    };
    (0..).zip(items).map(candidate).collect()
}

/// Scores the list, and gives its positions best first.
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

fn facts<'a>(attributes: &Attributes<'a>, index: Option<ItemIndex>) -> (Option<&'a str>, Option<&'a str>) {
    let category = index.and_then(|index| attributes.category_of(index));
    let brand = index.and_then(|index| attributes.brand_of(index));
    (
        category.and_then(|category| attributes.category_name(category)),
        brand.and_then(|brand| attributes.brand_name(brand)),
    )
}

/// The catalog of a `recommend`, as candidates.
struct Shelf<'a, 's, B> {
    snapshot: &'a Snapshot<B>,
    attributes: Attributes<'a>,
    sold_out: Vec<ItemIndex>,
    /// The same by id: a rule may pin an item that the snapshot does not know.
    sold_out_ids: &'s [&'s str],
}

impl<'a, 's, B: AsRef<[u8]>> Shelf<'a, 's, B> {
    fn new(snapshot: &'a Snapshot<B>, sold_out_ids: &'s [&'s str]) -> Self {
        let ids = snapshot.ids();
        let mut sold_out: Vec<ItemIndex> = Vec::with_capacity(sold_out_ids.len());
        // Each in its place, so that no sort travels to browsers; moving a thousand numbers takes no time.
        for item in sold_out_ids.iter().filter_map(|id| ids.index_of(id)) {
            sold_out.insert(sold_out.partition_point(|other| *other < item), item);
        }
        Self {
            snapshot,
            attributes: snapshot.attributes(),
            sold_out,
            sold_out_ids,
        }
    }

    /// Whether the page's category is one of the catalog's, or holds some of them.
    fn has_category(&self, context: &Context<'_>) -> bool {
        let mut names = self.attributes.categories().map(|(_, name)| name);
        context
            .category
            .is_some_and(|path| names.any(|name| is_in_category(name, path)))
    }

    /// Nothing where damage took the item's id.
    fn ranked(&self, next: Scored) -> Option<Candidate<'a>> {
        let id = self.snapshot.ids().id_of(next.item())?.as_str()?.to_owned();
        Some(self.describe(Some(next.item()), Cow::Owned(id), next.score))
    }

    /// A pinned item stands where it stands for no score.
    fn candidate(&self, id: &'a str) -> Candidate<'a> {
        self.describe(self.snapshot.ids().index_of(id), Cow::Borrowed(id), 0.0)
    }

    fn describe(&self, index: Option<ItemIndex>, id: Cow<'a, str>, score: f32) -> Candidate<'a> {
        let (category, brand) = facts(&self.attributes, index);
        let sold_out = match index {
            Some(index) => self.sold_out.binary_search(&index).is_ok(),
            None => self.sold_out_ids.contains(&&*id),
        };
        Candidate {
            index,
            id,
            score,
            from_position: None,
            stock: if sold_out { Stock::Out } else { Stock::Unknown },
            category,
            brand,
            rules: Vec::new(),
        }
    }
}

/// The pins that hold, with their places from 1 and the candidates that `find` gives for them.
fn pins<'a, 'p: 'a>(
    rules: &PolicyContext<'p, '_>,
    find: impl Fn(&'p str) -> Option<Candidate<'a>>,
) -> Vec<(usize, Candidate<'a>)> {
    let pins = rules.rules().filter_map(|(rule, content)| match &content.action {
        Action::Pin { item, position } => {
            let mut pinned = find(item)?;
            pinned.rules.push(rule);
            Some((usize::from(*position), pinned))
        }
        _ => None,
    });
    pins.collect()
}

fn finish<'a>(policy: &'a Policy, scores: &Scores, arranged: Vec<Candidate<'a>>) -> Vec<SlateItem<'a>> {
    let name = |rule: u16| {
        policy
            .rules
            .get(usize::from(rule))
            .map(|rule| Cow::Borrowed(rule.id.as_str()))
    };
    let pinned = |rule: &u16| {
        let rule = policy.rules.get(usize::from(*rule));
        rule.is_some_and(|rule| matches!(rule.action, Action::Pin { .. }))
    };
    let item = |(position, item): (u32, Candidate<'a>)| SlateItem {
        source: if item.rules.iter().any(pinned) {
            Source::Pinned
        } else {
            source(scores, &item)
        },
        item_id: item.id,
        score: item.score,
        position,
        from_position: item.from_position,
        rules: item.rules.into_iter().filter_map(name).collect(),
    };
    (0..).zip(arranged).map(item).collect()
}

fn source(scores: &Scores, item: &Candidate<'_>) -> Source {
    item.index
        .and_then(|index| scores.source_of(index))
        .unwrap_or(Source::ShopOrder)
}
