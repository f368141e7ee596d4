//! A request in texts of its own: what a host passes, and what can be ranked again later.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::allocation::ArmId;
use crate::engine::{RankingRequest, Recommend, Rerank};
use crate::explain::trace::Source;
use crate::item::{Item, Stock};
use crate::slate::{Basis, Slate, SlateItem};
use crate::visit::context::Context;
use crate::visit::context_key::ContextKey;

/// The most entries of a list that a host takes: more than a page shows, and few enough for a call within milliseconds.
pub const MAX_ENTRIES: usize = 1_000;

/// A request of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Where the slate is shown.
    pub placement: String,
    /// The item whose page this is.
    pub item: Option<String>,
    /// The category whose page this is, levels joined by ` > `.
    pub category: Option<String>,
    /// Time, device, language and country, coarsely.
    pub cell: ContextKey,
    /// Places in the slate.
    pub limit: usize,
    /// Now, in milliseconds since 1970, by the host's clock.
    pub now_ms: i64,
    /// The items to rank.
    pub candidates: CandidateSet,
    /// Arms of experiments that are in force.
    pub arms: Vec<ArmId>,
}

/// The items to rank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CandidateSet {
    /// The caller's own list in a new order.
    List(Vec<ListItem>),
    /// Items out of the whole catalog, but not these, which are sold out.
    Catalog {
        /// Ids of what is sold out.
        sold_out: Vec<String>,
    },
}

impl Default for CandidateSet {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

/// One item of a caller's list; see [`Item`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListItem {
    /// The store's id.
    pub id: String,
    /// Stock, as the caller sees it now.
    pub stock: Stock,
    /// Category path.
    pub category: Option<String>,
    /// Brand.
    pub brand: Option<String>,
    /// How many are in stock.
    pub units: Option<i32>,
    /// Price in minor units of the shop's currency.
    pub price: Option<i32>,
}

impl ListItem {
    /// Returns a price in minor units, for one in units as shops write it, such as 12.99; saturated, and 0 for no number. Facts
    /// of money have two decimals in every currency.
    ///
    /// ```
    /// # use shelfwise_core::ListItem;
    /// assert_eq!([19.99, 0.0, 1e300].map(ListItem::minor_units), [1_999, 0, i32::MAX]);
    /// ```
    #[must_use]
    pub const fn minor_units(price: f64) -> i32 {
        // `f64::round` is not in `core`. Prices are not negative, so half a unit more and the whole part is the nearest.
        (price * 100.0 + 0.5) as i32
    }

    fn item(&self) -> Item<'_> {
        Item {
            id: &self.id,
            stock: self.stock,
            category: self.category.as_deref(),
            brand: self.brand.as_deref(),
            units: self.units,
            price: self.price,
        }
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + self.id.len() + length(self.category.as_ref()) + length(self.brand.as_ref())
    }
}

impl Request {
    /// Calls `answer` with the request in the borrowed form that the engine takes, and returns its result.
    pub fn with_ranking_request<A>(&self, answer: impl FnOnce(RankingRequest<'_>) -> A) -> A {
        let (placement, limit, now_ms, context) = (&*self.placement, self.limit, self.now_ms, self.context());
        match &self.candidates {
            CandidateSet::List(listed) => {
                let items: &[Item<'_>] = &listed.iter().map(ListItem::item).collect::<Vec<_>>();
                answer(RankingRequest::Rerank(&Rerank {
                    placement,
                    items,
                    context,
                    limit,
                    now_ms,
                    arms: &self.arms,
                }))
            }
            CandidateSet::Catalog { sold_out } => {
                let sold_out: &[&str] = &sold_out.iter().map(String::as_str).collect::<Vec<_>>();
                answer(RankingRequest::Recommend(&Recommend {
                    placement,
                    context,
                    sold_out,
                    limit,
                    now_ms,
                    arms: &self.arms,
                }))
            }
        }
    }

    /// Returns the caller's list as it stands, by no model and no rule, and of the catalog nothing: the caller shows
    /// its own order.
    #[must_use]
    pub fn in_shop_order(self, slate_id: String) -> Slate<'static> {
        let mut items = Vec::new();
        if let CandidateSet::List(listed) = self.candidates {
            for (position, listed) in (0..).zip(listed.into_iter().take(self.limit)) {
                items.push(SlateItem {
                    item_id: Cow::Owned(listed.id),
                    score: 0.0,
                    position,
                    from_position: Some(position),
                    source: Source::ShopOrder,
                    rules: Vec::new(),
                    sponsored: None,
                });
            }
        }
        Slate {
            slate_id,
            placement: Cow::Owned(self.placement),
            basis: Basis::ShopOrder,
            items,
        }
    }

    /// Returns the page's own facts.
    #[must_use]
    pub fn context(&self) -> Context<'_> {
        Context {
            item: self.item.as_deref(),
            category: self.category.as_deref(),
            cell: self.cell,
        }
    }

    /// Memory that it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        let candidates: usize = match &self.candidates {
            CandidateSet::List(listed) => listed.iter().map(ListItem::bytes).sum(),
            CandidateSet::Catalog { sold_out } => sold_out.iter().map(|id| size_of::<String>() + id.len()).sum(),
        };
        size_of::<Self>()
            + self.placement.len()
            + length(self.item.as_ref())
            + length(self.category.as_ref())
            + size_of_val(self.arms.as_slice())
            + candidates
    }
}

fn length(text: Option<&String>) -> usize {
    text.map_or(0, String::len)
}
