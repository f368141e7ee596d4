//! `[[rule]]`: exactly one verb, and where and when it acts.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Deserialize;

use super::verbs::{
    BoostSource, BurySource, CapSource, DiversifySource, ExcludeSource, FallbackSource, ObjectiveSource, PinSource,
    ShareSource, SlotSource, SponsoredSource, SpreadSource, Target,
};
use super::{Minute, OneOrMore, WhenSource};
use crate::policy::expression::{Comparison, Expression, ExpressionError, Literal, Operand, Test};
use crate::policy::program::{COMPARE, EQUAL, IN_STOCK, Operation};
use crate::policy::{ALL_THE_WAY, Action, Directive, Exclusion, Program, Selector, Verb, attribute};

/// What `in_stock` is of an item on backorder.
const BACKORDER: i32 = 2;

/// One rule: exactly one of the verbs.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a rule: `id` and one verb, such as `hide`, `exclude`, `boost`, `cap`, `pin`"
)]
pub struct RuleSource {
    pub id: String,
    pub placements: Option<Vec<String>>,
    #[serde(default)]
    pub when: WhenSource,
    pub from: Option<Minute>,
    pub until: Option<Minute>,
    /// For people who read the file.
    #[serde(rename = "owner")]
    _owner: Option<String>,
    /// For people who read the file.
    #[serde(rename = "reason")]
    _reason: Option<String>,
    hide: Option<Target>,
    only: Option<Target>,
    exclude: Option<ExcludeSource>,
    boost: Option<BoostSource>,
    bury: Option<BurySource>,
    objective: Option<ObjectiveSource>,
    diversify: Option<DiversifySource>,
    spread: Option<SpreadSource>,
    cap: Option<CapSource>,
    share: Option<ShareSource>,
    slot: Option<SlotSource>,
    sponsored: Option<SponsoredSource>,
    pin: Option<PinSource>,
    fallback: Option<FallbackSource>,
}

/// A number of the source that its verb cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadNumber {
    /// The word.
    pub word: &'static str,
    /// What it may be.
    pub wanted: &'static str,
}

impl RuleSource {
    /// Returns the verbs that stand in it; more or less than one where it is wrong.
    pub fn verbs(&self) -> impl Iterator<Item = Verb> {
        let present = [
            (self.hide.is_some(), Verb::Hide),
            (self.only.is_some(), Verb::Only),
            (self.exclude.is_some(), Verb::Exclude),
            (self.boost.is_some(), Verb::Boost),
            (self.bury.is_some(), Verb::Bury),
            (self.objective.is_some(), Verb::Objective),
            (self.diversify.is_some(), Verb::Diversify),
            (self.spread.is_some(), Verb::Spread),
            (self.cap.is_some(), Verb::Cap),
            (self.share.is_some(), Verb::Share),
            (self.slot.is_some(), Verb::Slot),
            (self.sponsored.is_some(), Verb::Sponsored),
            (self.pin.is_some(), Verb::Pin),
            (self.fallback.is_some(), Verb::Fallback),
        ];
        present
            .into_iter()
            .filter_map(|(is_present, verb)| is_present.then_some(verb))
    }

    /// Returns the verb, if there is exactly one.
    pub fn verb(&self) -> Option<Verb> {
        let mut verbs = self.verbs();
        verbs.next().filter(|_| verbs.next().is_none())
    }

    /// Returns the text behind `where`.
    pub fn where_text(&self) -> Option<&str> {
        match self {
            Self {
                hide: Some(Target::Where(text)),
                ..
            }
            | Self {
                only: Some(Target::Where(text)),
                ..
            }
            | Self {
                exclude: Some(ExcludeSource::Where(text)),
                ..
            } => Some(text),
            Self { boost: Some(boost), .. } => Some(&boost.r#where),
            Self { bury: Some(bury), .. } => Some(&bury.r#where),
            Self { share: Some(share), .. } => Some(&share.r#where),
            Self { slot: Some(slot), .. } => Some(&slot.r#where),
            Self {
                sponsored: Some(sponsored),
                ..
            } => Some(&sponsored.r#where),
            Self {
                fallback: Some(fallback),
                ..
            } => Some(&fallback.r#where),
            _ => None,
        }
    }

    /// Returns the condition on items, if the rule has one.
    pub fn expression(&self) -> Option<Result<Expression, ExpressionError>> {
        let test = |fact: &str, comparison, literal| {
            Ok(Expression::Test {
                fact: fact.into(),
                at: 0,
                test: Test::Compare(comparison, Operand { literal, at: 0 }),
            })
        };
        let text = |fact, text: &String| test(fact, Comparison::Equal, Literal::Text(text.clone()));
        match (&self.only, &self.exclude) {
            (Some(Target::Item(id)), _) => Some(text("id", id)),
            (Some(Target::Category(path)), _) => Some(text("category", path)),
            (Some(Target::Brand(brand)), _) => Some(text("brand", brand)),
            (_, Some(ExcludeSource::StockBelow(number))) => {
                Some(test("stock", Comparison::Less, Literal::Number(number.to_string())))
            }
            _ => self.where_text().map(Expression::parse),
        }
    }

    /// Returns what the rule does with the items of its condition, if it does exactly one thing.
    pub fn action(&self, goods: Program) -> Option<Action> {
        let verb = self.verb()?;
        let directive = Directive {
            goods,
            ..Directive::new(verb)
        };
        Some(match self {
            Self {
                hide: Some(Target::Item(id)),
                ..
            } => Action::hide(Selector::Item(id.clone())),
            Self {
                hide: Some(Target::Category(path)),
                ..
            } => Action::hide(Selector::Category(path.clone())),
            Self {
                hide: Some(Target::Brand(brand)),
                ..
            } => Action::hide(Selector::Brand(brand.clone())),
            Self {
                exclude: Some(ExcludeSource::InCart),
                ..
            } => Action::Exclude(Exclusion::InCart),
            Self {
                exclude: Some(ExcludeSource::OutOfStock),
                ..
            } => Action::Exclude(Exclusion::OutOfStock),
            Self {
                exclude: Some(ExcludeSource::Backorder),
                ..
            } => Action::Direct(Directive {
                goods: is_on_backorder(),
                ..directive
            }),
            Self {
                cap: Some(CapSource { by, max }),
                ..
            } => Action::Cap { by: *by, max: *max },
            Self {
                pin: Some(PinSource { item, position, .. }),
                ..
            } => Action::Pin {
                item: item.clone(),
                position: *position,
            },
            _ => Action::Direct(self.directed(directive)),
        })
    }

    /// Fills in the numbers of a verb.
    fn directed(&self, directive: Directive) -> Directive {
        match self {
            Self { boost: Some(boost), .. } => Directive {
                amount: boost.places.unwrap_or(ALL_THE_WAY),
                ..directive
            },
            Self { bury: Some(bury), .. } => Directive {
                amount: bury.places.unwrap_or(ALL_THE_WAY),
                ..directive
            },
            Self {
                objective: Some(objective),
                ..
            } => Directive {
                amount: of_65536(objective.may_cost),
                texts: Vec::from([objective.raise.clone()]),
                ..directive
            },
            Self {
                diversify: Some(diversify),
                ..
            } => Directive {
                amount: thousandths(diversify.strength),
                by: attributes(&diversify.by),
                ..directive
            },
            Self {
                spread: Some(spread), ..
            } => Directive {
                amount: spread.gap,
                by: attributes(&spread.by),
                ..directive
            },
            Self { share: Some(share), .. } => Directive {
                amount: share.at_least.unwrap_or(0),
                most: share.at_most.unwrap_or(u16::MAX),
                of_first: share.of_first,
                ..directive
            },
            Self { slot: Some(slot), .. } => Directive {
                positions: rising(&slot.positions),
                ..directive
            },
            Self {
                sponsored: Some(sponsored),
                ..
            } => Directive {
                amount: sponsored.floor,
                positions: rising(&sponsored.positions),
                texts: Vec::from([sponsored.by.clone(), sponsored.label()]),
                ..directive
            },
            _ => directive,
        }
    }

    /// Returns whether a pin leaves its place when its item is sold out.
    pub fn leaves_when_sold_out(&self) -> bool {
        self.pin.as_ref().is_some_and(|pin| !pin.even_if_sold_out)
    }

    /// Returns the positions that a rule fills.
    pub fn positions(&self) -> &[u16] {
        match self {
            Self { slot: Some(slot), .. } => &slot.positions,
            Self {
                sponsored: Some(sponsored),
                ..
            } => &sponsored.positions,
            _ => &[],
        }
    }

    /// Returns the label of a sponsored slot, as it is written.
    pub fn label(&self) -> Option<&str> {
        self.sponsored.as_ref()?.label.as_deref()
    }

    /// Returns the name of the value that an objective raises.
    pub fn raised(&self) -> Option<&str> {
        Some(&self.objective.as_ref()?.raise)
    }

    /// Returns the attributes by which items are alike, as they are written.
    pub fn alike_by(&self) -> &[String] {
        match self {
            Self {
                diversify: Some(diversify),
                ..
            } => diversify.by.as_slice(),
            Self {
                spread: Some(spread), ..
            } => spread.by.as_slice(),
            _ => &[],
        }
    }

    /// Returns the numbers and words that the verb cannot have.
    pub fn bad_numbers(&self) -> impl Iterator<Item = BadNumber> {
        let mut found = Vec::new();
        let mut unless = |is_good: bool, word, wanted| {
            if !is_good {
                found.push(BadNumber { word, wanted });
            }
        };
        let shift = self.boost.as_ref().map(|boost| (boost.places, boost.to.is_some()));
        let shift = shift.or_else(|| self.bury.as_ref().map(|bury| (bury.places, bury.to.is_some())));
        if let Some((places, to)) = shift {
            unless(
                places.is_some() != to,
                "places",
                "either `places` or `to`, and one of them",
            );
            unless(
                places.is_none_or(|places| (1..ALL_THE_WAY).contains(&places)),
                "places",
                "1 or more",
            );
        }
        if let Some(objective) = &self.objective {
            unless(
                (0.0..=0.5).contains(&objective.may_cost),
                "may_cost",
                "a share from 0 to 0.5, such as 0.02",
            );
        }
        if let Some(diversify) = &self.diversify {
            unless(
                (0.0..=1.0).contains(&diversify.strength),
                "strength",
                "from 0 to 1, such as 0.3",
            );
        }
        if let Some(spread) = &self.spread {
            unless(spread.gap > 0, "gap", "1 or more");
        }
        if let Some(share) = &self.share {
            let (least, most) = (share.at_least.unwrap_or(0), share.at_most.unwrap_or(share.of_first));
            unless(
                share.at_least.or(share.at_most).is_some(),
                "share",
                "`at_least` or `at_most`",
            );
            unless(
                least <= most && least <= share.of_first,
                "at_least",
                "no more than `at_most` and `of_first`",
            );
            unless(share.of_first > 0, "of_first", "1 or more");
        }
        if let Some(sponsored) = &self.sponsored {
            unless(
                sponsored.floor > 0,
                "floor",
                "1 or more: how far back an item may stand by the page alone",
            );
        }
        found.into_iter()
    }
}

fn is_on_backorder() -> Program {
    Program(Vec::from([Operation {
        code: COMPARE | EQUAL,
        column: IN_STOCK,
        value: BACKORDER,
    }]))
}

/// Returns the attributes as bits; names of others are left out, and the linter names them.
fn attributes(names: &OneOrMore) -> u8 {
    let bit = |name: &String| match name.as_str() {
        "category" => attribute::CATEGORY,
        "brand" => attribute::BRAND,
        "price" => attribute::PRICE,
        _ => 0,
    };
    names.as_slice().iter().map(bit).fold(0, |bits, bit| bits | bit)
}

fn rising(positions: &[u16]) -> Vec<u16> {
    let mut rising = positions.to_vec();
    rising.sort_unstable();
    rising.dedup();
    rising
}

/// A share of 65,536, never more than is meant.
pub fn of_65536(share: f64) -> u16 {
    (share.clamp(0.0, 0.5) * 65_536.0) as u16
}

pub fn thousandths(share: f64) -> u16 {
    (share.clamp(0.0, 1.0) * 1000.0 + 0.5) as u16
}
