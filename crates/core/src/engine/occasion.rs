//! What rules may depend on in a request, and those that hold in it.

use alloc::vec::Vec;

use super::RankingRequest;
use crate::candidates::CatalogCandidates;
use crate::policy::{Occasion, PolicyContext, RuleSet};
use crate::slate::Basis;
use crate::snapshot::Snapshot;
use crate::visit::context::Context;
use crate::visit::session::{Event, Session};
use crate::visit::signal::Signal;

impl<'a> RankingRequest<'a> {
    /// Returns what the order rests on, as far as that is known before it is made.
    fn basis(self, signals: &[Signal<'_>]) -> Basis {
        let is_known = signals.iter().any(|signal| signal.index.is_some());
        match self {
            _ if is_known => basis(signals),
            _ if self.context().category.is_some() => Basis::Context,
            Self::Rerank(_) => Basis::ShopOrder,
            Self::Recommend(_) => Basis::Popularity,
        }
    }

    /// Returns the rules that hold in this request.
    pub(super) fn rules<'p, 's, B: AsRef<[u8]>>(
        self,
        rules: &'p RuleSet,
        snapshot: &'p Snapshot<B>,
        session: &'s Session,
        signals: &[Signal<'s>],
    ) -> PolicyContext<'p, 's>
    where
        'a: 's,
        'p: 's,
    {
        let (context, now_ms) = (self.context(), self.now_ms());
        let current = current(context, session, now_ms);
        let allocation = &rules.policy().allocation;
        let keeps_store_order = allocation.keeps_store_order(self.arms());
        let occasion = Occasion {
            placement: self.placement(),
            session,
            current,
            category: context.category,
            cell: context.cell,
            basis: self.basis(signals),
            cart_value: rules
                .sees_cart
                .then(|| cart_value(rules, snapshot, session, now_ms))
                .flatten(),
            // The shop's own order of the catalog is not known: nothing is recommended in its place.
            limit: match self {
                Self::Recommend(_) if keeps_store_order => 0,
                _ => self.limit(),
            },
            now_ms,
            allocation,
            arms: self.arms(),
            keeps_store_order,
        };
        let hits = snapshot.hit_curve();
        if !rules.sees_visit {
            return rules.on(occasion, hits, None, Vec::new());
        }
        let shelf = CatalogCandidates::new(snapshot, &[]);
        let viewed = signals.iter().filter(|signal| signal.count > 0);
        let viewed = viewed.map(|signal| shelf.candidate(signal.id)).collect();
        rules.on(occasion, hits, current.map(|id| shelf.candidate(id)), viewed)
    }
}

/// Returns the sum of the prices in the cart, in minor units; `None` where one of them is not known.
fn cart_value<B: AsRef<[u8]>>(rules: &RuleSet, snapshot: &Snapshot<B>, session: &Session, now_ms: i64) -> Option<i32> {
    let mut cart = session.cart().filter(|item| session.in_cart(item, now_ms));
    cart.try_fold(0_i32, |sum, item| {
        let price = rules.fact("price", snapshot.ids().index_of(item)?)?;
        Some(sum.saturating_add(price))
    })
}

/// Returns the item of the page, or the one touched last, whatever weight the model gives to events: a rule about the
/// current item applies under every model.
fn current<'a>(context: &Context<'a>, session: &'a Session, now_ms: i64) -> Option<&'a str> {
    let touches = |event: &&Event| event.kind.touches_item() && !event.item.is_empty();
    let mut touched = session.recent(now_ms).filter(touches).map(|event| &*event.item);
    context
        .item
        .or_else(|| touched.find(|item| !session.is_hidden(item, now_ms)))
}

pub(super) fn basis(signals: &[Signal<'_>]) -> Basis {
    let mut basis = Basis::Context;
    for signal in signals
        .iter()
        .filter(|signal| signal.index.is_some() && signal.kind.is_some())
    {
        // Those of earlier visits come last.
        if !signal.is_earlier {
            return Basis::Session;
        }
        basis = Basis::Memory;
    }
    basis
}
