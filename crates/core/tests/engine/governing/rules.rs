//! Random rules: as they are written, and as the reference obeys them.

use super::goods::{BRANDS, CATEGORIES, Chance, Goods, SEASONS};

/// A condition that can be written and, by other means than the engine's, checked.
#[derive(Clone, Debug)]
pub enum Fits {
    Brand(usize),
    Category(usize),
    Season(usize),
    RatingBelow(i32),
    PriceAtLeast(i32),
    StockIn(i32, i32),
    NoRating,
    Not(Box<Fits>),
    Both(Box<Fits>, Box<Fits>),
    Either(Box<Fits>, Box<Fits>),
}

impl Fits {
    pub fn any(chance: &mut Chance, depth: usize) -> Self {
        let inner = |chance: &mut Chance| Box::new(Self::any(chance, depth + 1));
        match chance.below(if depth > 1 { 7 } else { 10 }) {
            0 => Self::Brand(chance.below(3)),
            1 => Self::Category(chance.below(4)),
            2 => Self::Season(chance.below(2)),
            3 => Self::RatingBelow(chance.below(50) as i32),
            4 => Self::PriceAtLeast(chance.below(6) as i32 * 500),
            5 => Self::StockIn(0, chance.below(4) as i32),
            6 => Self::NoRating,
            7 => Self::Not(inner(chance)),
            8 => Self::Both(inner(chance), inner(chance)),
            _ => Self::Either(inner(chance), inner(chance)),
        }
    }

    pub fn text(&self) -> String {
        match self {
            Self::Brand(at) => format!("brand = '{}'", BRANDS[*at]),
            Self::Category(at) => format!("category = '{}'", CATEGORIES[*at]),
            Self::Season(at) => format!("season = '{}'", SEASONS[*at]),
            Self::RatingBelow(tenths) => format!("rating < {}.{}", tenths / 10, tenths % 10),
            Self::PriceAtLeast(cents) => format!("price >= {}.{:02}", cents / 100, cents % 100),
            Self::StockIn(least, most) => format!("stock between {least} and {most}"),
            Self::NoRating => "missing(rating)".into(),
            Self::Not(inner) => format!("not ({})", inner.text()),
            Self::Both(a, b) => format!("({} and {})", a.text(), b.text()),
            Self::Either(a, b) => format!("({} or {})", a.text(), b.text()),
        }
    }

    pub fn holds(&self, item: &Goods) -> bool {
        match self {
            Self::Brand(at) => item.brand == Some(BRANDS[*at]),
            Self::Category(at) => item
                .category
                .is_some_and(|path| path == CATEGORIES[*at] || path.starts_with(&format!("{} > ", CATEGORIES[*at]))),
            Self::Season(at) => item.season == Some(*at),
            Self::RatingBelow(tenths) => item.rating.is_some_and(|rating| rating < *tenths),
            Self::PriceAtLeast(cents) => item.price.is_some_and(|price| price >= *cents),
            Self::StockIn(least, most) => item.units.is_some_and(|units| (*least..=*most).contains(&units)),
            Self::NoRating => item.rating.is_none(),
            Self::Not(inner) => !inner.holds(item),
            Self::Both(a, b) => a.holds(item) && b.holds(item),
            Self::Either(a, b) => a.holds(item) || b.holds(item),
        }
    }
}

/// A rule, as it is written and as the reference obeys it.
#[derive(Clone, Debug)]
pub enum Does {
    Hide(Fits),
    Only(Fits),
    Exclude(Fits),
    InCart,
    SoldOut,
    StockBelow(i32),
    Backorder,
    /// Forwards; all the way without a number.
    Boost(Fits, Option<usize>),
    Bury(Fits, Option<usize>),
    /// What it may cost, in hundredths.
    Objective(u16),
    Diversify(i32),
    Spread(usize),
    Cap(bool, usize),
    Share(Fits, usize, usize, usize),
    Slot(Fits, Vec<usize>),
    Sponsored(Fits, Vec<usize>, usize),
    Pin(usize, usize, bool),
}

impl Does {
    pub fn any(chance: &mut Chance, goods: usize, free: &mut Vec<usize>) -> Self {
        let fits = Fits::any(chance, 0);
        let places = (!chance.is(30)).then(|| 1 + chance.below(6));
        let take = |chance: &mut Chance, free: &mut Vec<usize>| free.remove(chance.below(free.len()));
        match chance.below(22) {
            0 => Self::Hide(fits),
            1 => Self::Only(Fits::Not(Box::new(fits))),
            2 => Self::Exclude(fits),
            3 => Self::InCart,
            4 => Self::SoldOut,
            5 => Self::StockBelow(chance.below(3) as i32),
            6 => Self::Backorder,
            7..=9 => Self::Boost(fits, places),
            10 | 11 => Self::Bury(fits, places),
            12 => Self::Diversify(chance.below(11) as i32 * 100),
            13 => Self::Spread(1 + chance.below(3)),
            14 => Self::Cap(chance.is(50), chance.below(4)),
            15 | 16 => {
                let first = 1 + chance.below(8);
                let least = chance.below(first + 1);
                Self::Share(fits, least, least + chance.below(3), first)
            }
            17 => Self::Slot(fits, vec![take(chance, free)]),
            18 => Self::Sponsored(fits, vec![take(chance, free)], 1 + chance.below(12)),
            19 | 20 => Self::Objective(1 + chance.below(20) as u16),
            _ => Self::Pin(chance.below(goods), take(chance, free), chance.is(30)),
        }
    }

    pub fn text(&self, goods: &[Goods]) -> String {
        let by = |category: bool| if category { "category" } else { "brand" };
        let shift = |fits: &Fits, places: &Option<usize>, end: &str| match places {
            Some(places) => format!("{{ where = \"{}\", places = {places} }}", fits.text()),
            None => format!("{{ where = \"{}\", to = \"{end}\" }}", fits.text()),
        };
        match self {
            Self::Hide(fits) => format!("hide = {{ where = \"{}\" }}", fits.text()),
            Self::Only(fits) => format!("only = {{ where = \"{}\" }}", fits.text()),
            Self::Exclude(fits) => format!("exclude = {{ where = \"{}\" }}", fits.text()),
            Self::InCart => "exclude = \"in_cart\"".into(),
            Self::SoldOut => "exclude = \"sold_out\"".into(),
            Self::Backorder => "exclude = \"backorder\"".into(),
            Self::StockBelow(units) => format!("exclude = {{ stock_below = {units} }}"),
            Self::Boost(fits, places) => format!("boost = {}", shift(fits, places, "front")),
            Self::Bury(fits, places) => format!("bury = {}", shift(fits, places, "end")),
            Self::Objective(percent) => {
                format!(
                    "objective = {{ raise = \"worth\", may_cost = {} }}",
                    f64::from(*percent) / 100.0
                )
            }
            Self::Diversify(strength) => {
                format!(
                    "diversify = {{ by = [\"category\", \"brand\", \"price\"], strength = {} }}",
                    f64::from(*strength) / 1000.0
                )
            }
            Self::Spread(gap) => format!("spread = {{ by = \"brand\", gap = {gap} }}"),
            Self::Cap(category, max) => format!("cap = {{ by = \"{}\", max = {max} }}", by(*category)),
            Self::Share(fits, least, most, first) => format!(
                "share = {{ where = \"{}\", at_least = {least}, at_most = {most}, of_first = {first} }}",
                fits.text()
            ),
            Self::Slot(fits, positions) => {
                format!("slot = {{ where = \"{}\", positions = {positions:?} }}", fits.text())
            }
            Self::Sponsored(fits, positions, floor) => format!(
                "sponsored = {{ by = \"Fjord\", label = \"Ad\", where = \"{}\", positions = {positions:?}, floor = {floor} }}",
                fits.text()
            ),
            Self::Pin(item, position, even) => {
                format!(
                    "pin = {{ item = \"{}\", position = {position}, even_if_sold_out = {even} }}",
                    goods[*item].id
                )
            }
        }
    }
}
