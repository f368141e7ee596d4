//! One published fact, and its kind.

use shelfwise_core::ContextKey;

/// One published fact. Items, categories and brands are numbers of [`Names`](super::Names).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// An item's id is in the model.
    Id(u32),
    /// Two items were seen together; in the row of the first.
    Pair(u32, u32),
    /// Two items are joined through others; in the row of the first.
    Link(u32, u32),
    /// An item's popularity.
    Popularity(u32),
    /// An item's popularity in the last part of the log.
    Recent(u32),
    /// A list of popular items (a category, or the empty text for the shop) has an item.
    Listed(u32, u32),
    /// There is a context key.
    Context(ContextKey),
    /// The list of a context key has an item.
    InContext(ContextKey, u32),
    /// An item's category.
    Category(u32),
    /// An item's brand.
    Brand(u32),
    /// Two items are similar by the catalog; in the row of the first.
    Alike(u32, u32),
    /// A weight of the scale of a neighbour table: number of its section, level.
    Scale(u16, u8),
    /// A factor of scoring, by its place.
    Factor(u8),
    /// The hit curve's value at a rank.
    HitCurve(u16),
    /// A byte of the learned trees, by its place.
    Trees(u32),
    /// The day until which the log goes.
    Day,
    /// The support floor.
    Floor,
}

/// A kind of fact, as reports name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// [`Fact::Id`].
    Ids,
    /// [`Fact::Pair`].
    Pairs,
    /// [`Fact::Link`].
    Links,
    /// [`Fact::Popularity`].
    Popularity,
    /// [`Fact::Recent`].
    Recent,
    /// [`Fact::Listed`].
    Lists,
    /// [`Fact::Context`] and [`Fact::InContext`].
    Contexts,
    /// [`Fact::Category`], [`Fact::Brand`] and [`Fact::Alike`].
    Catalog,
    /// [`Fact::Scale`].
    Scales,
    /// [`Fact::Factor`] and [`Fact::HitCurve`].
    Factors,
    /// [`Fact::Trees`].
    Trees,
    /// [`Fact::Day`] and [`Fact::Floor`].
    Meta,
}

impl Kind {
    /// All kinds, in the order of reports.
    pub const ALL: [Self; 12] = [
        Self::Ids,
        Self::Pairs,
        Self::Links,
        Self::Popularity,
        Self::Recent,
        Self::Lists,
        Self::Contexts,
        Self::Catalog,
        Self::Scales,
        Self::Factors,
        Self::Trees,
        Self::Meta,
    ];

    /// Returns its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ids => "item ids",
            Self::Pairs => "pairs of items, in both directions",
            Self::Links => "indirect links, in both directions",
            Self::Popularity => "levels of popularity",
            Self::Recent => "levels of recent popularity",
            Self::Lists => "places in lists of popular items",
            Self::Contexts => "context keys and their entries",
            Self::Catalog => "categories, brands and similarities of the catalog",
            Self::Scales => "weights of scales",
            Self::Factors => "factors of scoring and points of the hit curve",
            Self::Trees => "bytes of learned trees",
            Self::Meta => "day and floor",
        }
    }
}

impl Fact {
    /// Returns its kind.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Id(_) => Kind::Ids,
            Self::Pair(..) => Kind::Pairs,
            Self::Link(..) => Kind::Links,
            Self::Popularity(_) => Kind::Popularity,
            Self::Recent(_) => Kind::Recent,
            Self::Listed(..) => Kind::Lists,
            Self::Context(_) | Self::InContext(..) => Kind::Contexts,
            Self::Category(_) | Self::Brand(_) | Self::Alike(..) => Kind::Catalog,
            Self::Scale(..) => Kind::Scales,
            Self::Factor(_) | Self::HitCurve(_) => Kind::Factors,
            Self::Trees(_) => Kind::Trees,
            Self::Day | Self::Floor => Kind::Meta,
        }
    }
}
