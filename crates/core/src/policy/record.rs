//! Reads a policy's records.

use alloc::vec::Vec;

use super::program::Operation;
use super::{
    Action, Attribute, Condition, Directive, Exclusion, Policy, Program, RequestFact, Rule, Selector, Verb, When,
};
use crate::content::{Content, ContentKind, ContentSet, MAX_CONTENT};
use crate::placement::{CurrentItem, Placement};
use crate::wire::Reader;

impl Reader<'_> {
    /// Reads the placements.
    pub fn placements(&mut self) -> Option<Vec<Placement>> {
        self.list(Self::placement)
    }

    /// Reads rules as format 2 has them, without conditions.
    pub fn rules(&mut self) -> Option<Vec<Rule>> {
        self.list(Self::rule)
    }

    /// Reads a section of format 3, and appends what it has to the policy.
    pub fn section(&mut self, policy: &mut Policy) -> Option<()> {
        policy.vocabulary.columns.append(&mut self.list(Self::text)?);
        let mut texts = self.list(|reader| Some((reader.short()?, reader.text()?)))?;
        policy.vocabulary.texts.append(&mut texts);
        let mut rules = self.rules()?;
        if self.number()? != rules.len() as u64 {
            return None;
        }
        for rule in &mut rules {
            rule.condition = self.condition()?;
        }
        policy.rules.append(&mut rules);
        Some(())
    }

    /// Reads all content.
    pub fn content_set(&mut self) -> Option<ContentSet> {
        let set = ContentSet {
            holdout: self.short()?,
            options: self.list(Self::content)?,
        };
        (set.options.len() <= MAX_CONTENT).then_some(set)
    }

    fn content(&mut self) -> Option<Content> {
        Some(Content {
            id: self.text()?,
            kind: *ContentKind::ALL.get(usize::from(self.byte()?))?,
            placements: self.list(Self::text)?,
            about: self.list(Self::selector)?,
            variants: self.list(|reader| reader.list(|reader| Some((reader.text()?, reader.text()?))))?,
            condition: self.condition()?,
            at_most_per_visit: self.short()?,
            rest_min: self.short()?,
            share: self.short()?,
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
