//! Maps the event names of a log to kinds of events.

use std::collections::BTreeMap;

use shelfwise_core::EventKind;

use super::columns::plain;
use super::error::IntakeError;

/// Names beyond GA4's own that shops and trackers use, without case and punctuation.
///
/// A bare `click` is read as a view of the item's page, as in the public click logs; if it is a click in a list, pass
/// `click=select_item`.
const USUAL: &[(&str, EventKind)] = &[
    ("view", EventKind::ViewItem),
    ("views", EventKind::ViewItem),
    ("click", EventKind::ViewItem),
    ("clicks", EventKind::ViewItem),
    ("detail", EventKind::ViewItem),
    ("details", EventKind::ViewItem),
    ("pv", EventKind::ViewItem),
    ("productview", EventKind::ViewItem),
    ("productviewed", EventKind::ViewItem),
    ("productdetail", EventKind::ViewItem),
    ("viewproduct", EventKind::ViewItem),
    ("productlistviewed", EventKind::ViewItemList),
    ("productlistfiltered", EventKind::ViewItemList),
    ("listview", EventKind::ViewItemList),
    ("listclick", EventKind::SelectItem),
    ("productclicked", EventKind::SelectItem),
    ("productadded", EventKind::AddToCart),
    ("productremoved", EventKind::RemoveFromCart),
    ("productaddedtowishlist", EventKind::AddToWishlist),
    ("checkoutstarted", EventKind::BeginCheckout),
    ("checkoutstep", EventKind::BeginCheckout),
    ("ordercompleted", EventKind::Purchase),
    ("detailpageview", EventKind::ViewItem),
    ("adddetailview", EventKind::ViewItem),
    ("impression", EventKind::ViewItemList),
    ("impressions", EventKind::ViewItemList),
    ("selectcontent", EventKind::SelectItem),
    ("productclick", EventKind::SelectItem),
    ("cart", EventKind::AddToCart),
    ("carts", EventKind::AddToCart),
    ("add", EventKind::AddToCart),
    ("basket", EventKind::AddToCart),
    ("addtobasket", EventKind::AddToCart),
    ("addtobag", EventKind::AddToCart),
    ("productaddedtocart", EventKind::AddToCart),
    ("addcartaddition", EventKind::AddToCart),
    ("remove", EventKind::RemoveFromCart),
    ("removefrombasket", EventKind::RemoveFromCart),
    ("productremovedfromcart", EventKind::RemoveFromCart),
    ("fav", EventKind::AddToWishlist),
    ("favorite", EventKind::AddToWishlist),
    ("favourite", EventKind::AddToWishlist),
    ("wishlist", EventKind::AddToWishlist),
    ("addtofavorites", EventKind::AddToWishlist),
    ("addbookmark", EventKind::AddToWishlist),
    ("cartviewed", EventKind::ViewCart),
    ("checkout", EventKind::BeginCheckout),
    ("buy", EventKind::Purchase),
    ("bought", EventKind::Purchase),
    ("order", EventKind::Purchase),
    ("orders", EventKind::Purchase),
    ("purchases", EventKind::Purchase),
    ("transaction", EventKind::Purchase),
    ("purchasecomplete", EventKind::Purchase),
    ("checkoutcompleted", EventKind::Purchase),
    ("addpurchase", EventKind::Purchase),
];

/// Event names with their kinds. Case and punctuation do not matter, and GA4's names are always known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindNames {
    names: BTreeMap<String, EventKind>,
    /// Those that the caller gave.
    given: BTreeMap<String, EventKind>,
}

impl Default for KindNames {
    fn default() -> Self {
        let ga4 = EventKind::ALL.into_iter().map(|kind| (plain(kind.name()), kind));
        let usual = USUAL.iter().map(|&(name, kind)| (name.to_owned(), kind));
        Self {
            names: ga4.chain(usual).collect(),
            given: BTreeMap::new(),
        }
    }
}

impl KindNames {
    /// Returns the usual names, overridden by pairs such as `click=select_item`.
    ///
    /// # Errors
    /// A pair without `=`, without a name, or with a kind that does not exist.
    pub fn parse<S: AsRef<str>>(pairs: &[S]) -> Result<Self, IntakeError> {
        let mut kinds = Self::default();
        for pair in pairs {
            let (name, kind) = split(pair.as_ref())?;
            kinds.given.insert(name, kind);
        }
        Ok(kinds)
    }

    /// Returns the kind of an event name, if it is known.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<EventKind> {
        self.kind_in(name, &[])
    }

    /// Returns the kind of an event name in a file whose source gives some names a meaning of their own. What the
    /// caller gave takes precedence.
    pub(crate) fn kind_in(&self, name: &str, source: &[(&str, EventKind)]) -> Option<EventKind> {
        let name = plain(name);
        let own = || source.iter().find(|(own, _)| plain(own) == name).map(|(_, kind)| *kind);
        let usual = || self.names.get(&name).copied();
        self.given.get(&name).copied().or_else(own).or_else(usual)
    }
}

fn split(pair: &str) -> Result<(String, EventKind), IntakeError> {
    let refuse = |reason: String| IntakeError::BadPair {
        pair: pair.to_owned(),
        reason,
    };
    let (name, kind) = pair
        .split_once('=')
        .ok_or_else(|| refuse("write NAME=KIND".to_owned()))?;
    let kind = EventKind::from_name(kind.trim()).ok_or_else(|| {
        let known: Vec<_> = EventKind::ALL.iter().map(|kind| kind.name()).collect();
        refuse(format!(
            "no kind is called `{}`; the kinds are: {}",
            kind.trim(),
            known.join(", ")
        ))
    })?;
    let name = plain(name);
    if name.is_empty() {
        Err(refuse("the event's name is missing".to_owned()))
    } else {
        Ok((name, kind))
    }
}

/// Returns whether events of this kind must have an item.
pub(super) const fn needs_item(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::SelectItem
            | EventKind::ViewItem
            | EventKind::AddToCart
            | EventKind::RemoveFromCart
            | EventKind::AddToWishlist
            | EventKind::Purchase
            | EventKind::HideItem
    )
}
