//! The first stage: which candidates may be shown at all.

use alloc::string::String;

use super::adjust::Adjusters;
use super::candidate::Candidate;
use super::{Action, Exclusion, Policy, Rule};
use crate::explain::trace::{RuledOut, Trace};
use crate::item::Stock;
use crate::placement::CurrentItem;
use crate::visit::session::Session;

/// What holds in one request.
#[derive(Clone, Copy)]
pub struct PolicyContext<'p, 's> {
    /// The shop's rules.
    pub policy: &'p Policy,
    /// Where the slate is shown.
    pub placement: &'s str,
    /// The shopper's visit: cart and hidden items.
    pub session: &'s Session,
    /// The item whose page this is, or that was touched last.
    pub current: Option<&'s str>,
    /// Places in the slate.
    pub limit: usize,
    /// Now, in milliseconds since 1970: a visit that is over hides nothing.
    pub now_ms: i64,
    /// The verbs of the adjust stage.
    pub adjusters: Adjusters,
}

impl<'p, 's> PolicyContext<'p, 's> {
    /// Returns the rules that hold here, with their positions in the policy.
    pub fn rules(&self) -> impl Iterator<Item = (u16, &'p Rule)> + use<'p, 's> {
        let (policy, placement) = (self.policy, self.placement);
        (0..)
            .zip(&policy.rules)
            .filter(move |(_, rule)| rule.holds_at(placement))
    }

    /// Returns whether the item may be shown at all.
    pub fn admits(&self, item: &Candidate<'_>, trace: &mut dyn Trace) -> bool {
        let verdict = self.verdict(item);
        if let Some(why) = verdict {
            trace.ruled_out(&item.id, why);
        }
        verdict.is_none()
    }

    /// Returns why the item may not be shown, if it may not.
    pub fn verdict(&self, item: &Candidate<'_>) -> Option<RuledOut> {
        if self.session.is_hidden(&item.id, self.now_ms) {
            return Some(RuledOut::Shopper);
        }
        if self.session.is_muted(&item.id, item.category, item.brand) {
            return Some(RuledOut::Muted);
        }
        let hides_current = self.policy.current_item_at(self.placement) == CurrentItem::Hide;
        if hides_current && self.current == Some(&item.id) {
            return Some(RuledOut::CurrentItem);
        }
        let mut rules = self.rules();
        rules
            .find(|(_, rule)| self.rules_out(&rule.action, item))
            .map(|(position, _)| RuledOut::Rule(position))
    }

    fn rules_out(&self, action: &Action, item: &Candidate<'_>) -> bool {
        match action {
            // What was listed stays hidden under any label: whoever makes the model can hide more, and never less.
            Action::Hide { what, items } => {
                what.matches(&item.id, item.category, item.brand)
                    || items.as_ref().is_some_and(|items| is_listed(items, &item.id))
            }
            Action::Exclude(Exclusion::InCart) => self.session.in_cart(&item.id, self.now_ms),
            Action::Exclude(Exclusion::OutOfStock) => item.stock == Stock::Out,
            Action::Cap { .. } | Action::Pin { .. } => false,
        }
    }
}

fn is_listed(items: &[String], id: &str) -> bool {
    items.binary_search_by(|listed| listed.as_str().cmp(id)).is_ok()
}
