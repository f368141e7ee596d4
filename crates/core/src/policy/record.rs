//! Reads a policy's record.

use super::program::Operation;
use super::{
    Action, Attribute, Condition, Directive, Exclusion, Policy, Program, RequestFact, Rule, Selector, Verb, Vocabulary,
    When,
};
use crate::placement::{CurrentItem, Placement};
use crate::wire::Reader;

impl Reader<'_> {
    /// Reads placements and rules: all of format 2, the first part of format 3.
    pub fn policy(&mut self) -> Option<Policy> {
        Some(Policy {
            placements: self.list(Self::placement)?,
            rules: self.list(Self::rule)?,
            vocabulary: Vocabulary::default(),
        })
    }

    /// Reads what format 3 has behind the rules: their conditions come in their order.
    pub fn tail(&mut self, policy: &mut Policy) -> Option<()> {
        policy.vocabulary = Vocabulary {
            columns: self.list(Self::text)?,
            texts: self.list(|reader| Some((reader.short()?, reader.text()?)))?,
        };
        if self.number()? != policy.rules.len() as u64 {
            return None;
        }
        for rule in &mut policy.rules {
            rule.condition = self.condition()?;
        }
        Some(())
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
            condition: Condition::default(),
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
            4 => Action::Direct(self.directive()?),
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

    fn directive(&mut self) -> Option<Directive> {
        Some(Directive {
            verb: *Verb::ALL.get(usize::from(self.byte()?))?,
            items: self.option(|reader| reader.list(Self::text))?,
            goods: Program(self.list(Self::operation)?),
            by: self.byte()?,
            amount: self.short()?,
            most: self.short()?,
            of_first: self.short()?,
            positions: self.list(Self::short)?,
            texts: self.list(Self::text)?,
        })
    }

    fn operation(&mut self) -> Option<Operation> {
        Some(Operation {
            code: self.byte()?,
            column: self.short()?,
            value: self.int()?,
        })
    }

    fn condition(&mut self) -> Option<Condition> {
        Some(Condition {
            from_ms: self.option(Self::signed)?,
            until_ms: self.option(Self::signed)?,
            while_in_stock: self.flag()?,
            clock_min: self.int()?,
            when: self.list(Self::when)?,
        })
    }

    fn when(&mut self) -> Option<When> {
        Some(When {
            fact: *RequestFact::ALL.get(usize::from(self.byte()?))?,
            texts: self.list(Self::text)?,
            numbers: self.list(Self::int)?,
        })
    }
}
