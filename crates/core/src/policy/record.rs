//! Reads a policy's record.

use super::{Action, Attribute, Exclusion, Policy, Rule, Selector};
use crate::placement::{CurrentItem, Placement};
use crate::wire::Reader;

impl Reader<'_> {
    /// Reads placements and rules.
    pub fn policy(&mut self) -> Option<Policy> {
        Some(Policy {
            placements: self.list(Self::placement)?,
            rules: self.list(Self::rule)?,
        })
    }

    fn placement(&mut self) -> Option<Placement> {
        Some(Placement {
            name: self.text()?,
            current_item: if self.flag()? {
                CurrentItem::Hide
            } else {
                CurrentItem::Show
            },
        })
    }

    fn rule(&mut self) -> Option<Rule> {
        Some(Rule {
            id: self.text()?,
            placements: self.list(Self::text)?,
            action: self.action()?,
        })
    }

    fn action(&mut self) -> Option<Action> {
        Some(match self.byte()? {
            0 => Action::Hide {
                what: self.selector()?,
                items: self.option(|reader| reader.list(Self::text))?,
            },
            1 => Action::Exclude(if self.flag()? {
                Exclusion::OutOfStock
            } else {
                Exclusion::InCart
            }),
            2 => Action::Cap {
                by: if self.flag()? {
                    Attribute::Brand
                } else {
                    Attribute::Category
                },
                max: self.short()?,
            },
            3 => Action::Pin {
                item: self.text()?,
                position: self.short()?,
            },
            _ => return None,
        })
    }

    fn selector(&mut self) -> Option<Selector> {
        let (kind, name) = (self.byte()?, self.text()?);
        Some(match kind {
            0 => Selector::Item(name),
            1 => Selector::Category(name),
            2 => Selector::Brand(name),
            _ => return None,
        })
    }
}
