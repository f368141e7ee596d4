//! The engine: a snapshot and a policy, asked for slates.

use alloc::borrow::{Cow, ToOwned};
use alloc::collections::BinaryHeap;
use alloc::format;
use alloc::vec::Vec;
use core::cmp::{Ordering, Reverse};

use crate::context::Context;
use crate::item::{Item, ItemIndex, Stock};
use crate::policy::{Action, Candidate, Policy, Ruling, arrange, is_in_category};
use crate::score::{Scorer, Scores};
use crate::session::Session;
use crate::signal::{Signal, signals};
use crate::slate::{Basis, Slate, SlateItem};
use crate::snapshot::{Attributes, Snapshot};
use crate::trace::{Source, Trace};

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

/// A model and the rules over it. The visit is the caller's: the engine keeps nothing of a shopper.
#[derive(Debug)]
pub struct Engine<B> {
    snapshot: Snapshot<B>,
    policy: Policy,
    scores: Scores,
    heap: Vec<Ranked>,
    slates: u32,
}

impl<B: AsRef<[u8]>> Engine<B> {
    /// An engine over an opened snapshot.
    #[must_use]
    pub fn new(snapshot: Snapshot<B>, policy: Policy) -> Self {
        Self {
            snapshot,
            policy,
            scores: Scores::default(),
            heap: Vec::new(),
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
        signals(&self.snapshot, session, context, now_ms)
    }

    /// Re-orders the caller's list. Items for which nothing speaks keep the shop's order.
    ///
    /// Costs the scoring of the signals, and about 0.2 µs for each item of the list.
    pub fn rerank<'a, T: Trace>(&'a mut self, session: &Session, request: &Rerank<'a>, trace: &mut T) -> Slate<'a> {
        let slate_id = self.next_slate_id();
        let Self {
            snapshot,
            policy,
            scores,
            heap,
            ..
        } = self;
        let (snapshot, policy) = (&*snapshot, &*policy);
        let signals = signals(snapshot, session, &request.context, request.now_ms);
        Scorer::new(snapshot, scores, trace).add_signals(&signals);

        let listed = candidates_of_list(snapshot, scores, request.items);
        let scored = (0..).zip(&listed).map(|(place, item)| Ranked {
            score: item.score,
            place,
        });
        let mut ranked = ranked(core::mem::take(heap), scored);
        let pinned = |id: &str| listed.iter().find(|item| item.id == id).cloned();
        let (placement, limit) = (request.placement, request.limit);
        let ruling = Ruling {
            policy,
            placement,
            session,
            current: current(&request.context, &signals),
            limit,
        };
        let pins = pins(&ruling, pinned);
        let arranged = arrange(
            &ruling,
            &mut core::iter::from_fn(|| listed.get(ranked.pop()?.place as usize).cloned()),
            pins,
            trace,
        );
        *heap = ranked.into_vec();
        let basis = if scores.touched().is_empty() {
            Basis::ShopOrder
        } else {
            basis(&signals)
        };
        Slate {
            slate_id,
            placement,
            basis,
            items: finish(policy, scores, arranged),
        }
    }

    /// Recommends items out of the whole catalog; never fewer than there are admitted and popular ones.
    ///
    /// Costs the scoring of the signals, and about 1 µs for each place.
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
            scores,
            heap,
            ..
        } = self;
        let (snapshot, policy) = (&*snapshot, &*policy);
        let signals = signals(snapshot, session, &request.context, request.now_ms);
        let mut scorer = Scorer::new(snapshot, scores, trace);
        scorer.add_signals(&signals);
        scorer.add_popular(&request.context, &signals);

        let (placement, limit) = (request.placement, request.limit);
        let ruling = Ruling {
            policy,
            placement,
            session,
            current: current(&request.context, &signals),
            limit,
        };
        let shelf = Shelf::new(snapshot, scores, request.sold_out);
        let pins = pins(&ruling, |id| Some(shelf.candidate(id)));
        let touched = scores.touched().iter().map(|item| Ranked {
            score: scores.of(*item),
            place: item.0,
        });
        let mut ranked = ranked(core::mem::take(heap), touched);
        let arranged = arrange(
            &ruling,
            &mut core::iter::from_fn(|| ranked.pop()).filter_map(|next| shelf.ranked(ItemIndex(next.place))),
            pins,
            trace,
        );
        *heap = ranked.into_vec();
        let basis = if signals.iter().any(|signal| signal.index.is_some()) || shelf.has_category(&request.context) {
            basis(&signals)
        } else {
            Basis::Popularity
        };
        Slate {
            slate_id,
            placement,
            basis,
            items: finish(policy, scores, arranged),
        }
    }

    fn next_slate_id(&mut self) -> alloc::string::String {
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

/// The caller's list with scores, in the caller's own order.
fn candidates_of_list<'a, B: AsRef<[u8]>>(
    snapshot: &'a Snapshot<B>,
    scores: &Scores,
    items: &[Item<'a>],
) -> Vec<Candidate<'a>> {
    let (ids, attributes) = (snapshot.ids(), snapshot.attributes());
    let candidate = |(position, item): (u32, &Item<'a>)| {
        let index = ids.index_of(item.id);
        let (category, brand) = facts(&attributes, index);
        Candidate {
            index,
            id: Cow::Borrowed(item.id),
            score: index.map_or(0.0, |index| scores.of(index)),
            from_position: Some(position),
            stock: item.stock,
            category: category.or(item.category),
            brand: brand.or(item.brand),
            rules: Vec::new(),
        }
    };
    (0..).zip(items).map(candidate).collect()
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
    scores: &'s Scores,
    sold_out: Vec<ItemIndex>,
    /// The same by id: a rule may pin an item that the snapshot does not know.
    sold_out_ids: &'s [&'s str],
}

impl<'a, 's, B: AsRef<[u8]>> Shelf<'a, 's, B> {
    fn new(snapshot: &'a Snapshot<B>, scores: &'s Scores, sold_out_ids: &'s [&'s str]) -> Self {
        let ids = snapshot.ids();
        let mut sold_out: Vec<ItemIndex> = Vec::with_capacity(sold_out_ids.len());
        // Each in its place, so that no sort travels to browsers; moving a thousand numbers takes no time.
        for item in sold_out_ids.iter().filter_map(|id| ids.index_of(id)) {
            sold_out.insert(sold_out.partition_point(|other| *other < item), item);
        }
        Self {
            snapshot,
            attributes: snapshot.attributes(),
            scores,
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
    fn ranked(&self, item: ItemIndex) -> Option<Candidate<'a>> {
        let id = self.snapshot.ids().id_of(item)?.as_str()?.to_owned();
        Some(self.describe(Some(item), Cow::Owned(id)))
    }

    fn candidate(&self, id: &'a str) -> Candidate<'a> {
        self.describe(self.snapshot.ids().index_of(id), Cow::Borrowed(id))
    }

    fn describe(&self, index: Option<ItemIndex>, id: Cow<'a, str>) -> Candidate<'a> {
        let (category, brand) = facts(&self.attributes, index);
        let sold_out = match index {
            Some(index) => self.sold_out.binary_search(&index).is_ok(),
            None => self.sold_out_ids.contains(&&*id),
        };
        Candidate {
            index,
            id,
            score: index.map_or(0.0, |index| self.scores.of(index)),
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
    ruling: &Ruling<'p, '_>,
    find: impl Fn(&'p str) -> Option<Candidate<'a>>,
) -> Vec<(usize, Candidate<'a>)> {
    let pins = ruling.rules().filter_map(|(rule, content)| match &content.action {
        Action::Pin { item, position } => {
            let mut pinned = find(item)?;
            pinned.rules.push(rule);
            Some((usize::from(*position), pinned))
        }
        _ => None,
    });
    pins.collect()
}

/// A place with its score, ordered so that the best is the greatest: score, then the smaller place.
#[derive(Debug)]
struct Ranked {
    score: f32,
    /// The item index in the whole catalog, or the position in the caller's list.
    place: u32,
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score
            .total_cmp(&other.score)
            .then_with(|| Reverse(self.place).cmp(&Reverse(other.place)))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}

/// A heap of what has a score: building it is linear, and only what is shown is ever sorted.
fn ranked(mut storage: Vec<Ranked>, scored: impl Iterator<Item = Ranked>) -> BinaryHeap<Ranked> {
    storage.clear();
    storage.extend(scored);
    BinaryHeap::from(storage)
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
