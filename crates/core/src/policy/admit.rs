//! The first stage: which candidates may be shown at all.

use alloc::string::String;
use alloc::vec::Vec;

use super::candidate::Candidate;
use super::fact_view::FactView;
use super::rule_set::Occasion;
use super::{Action, Directive, Exclusion, Policy, Rule, Verb};
use crate::explain::trace::{RuledOut, Trace};
use crate::item::Stock;
use crate::placement::CurrentItem;
use crate::snapshot::HitCurve;

/// What holds in one request.
pub struct PolicyContext<'p, 's> {
    /// The shop's rules.
    pub policy: &'p Policy,
    /// What the rules may depend on.
    pub occasion: Occasion<'s>,
    /// Places in the slate.
    pub limit: usize,
    /// Facts of items.
    pub facts: FactView<'s>,
    /// How probable a hit is by rank, where the model knows.
    pub hits: Option<HitCurve<'s>>,
    /// Rules in force that decide what may be shown, with their positions in the policy.
    guardrails: Vec<(u16, &'p Rule)>,
    /// The other rules in force.
    others: Vec<(u16, &'p Rule)>,
}

impl<'p, 's> PolicyContext<'p, 's> {
    /// Returns the rules that hold on an occasion.
    pub fn new(policy: &'p Policy, occasion: Occasion<'s>, hits: Option<HitCurve<'s>>, facts: FactView<'s>) -> Self {
        let (mut guardrails, mut others) = (Vec::new(), Vec::new());
        for (position, rule) in (0..).zip(&policy.rules) {
            if rule.holds_at(occasion.placement) && rule.condition.holds_on(&occasion) {
                let is_guardrail = rule.action.verb() <= Verb::Exclude;
                if is_guardrail {
                    guardrails.push((position, rule));
                } else if !occasion.keeps_store_order {
                    others.push((position, rule));
                }
            }
        }
        Self {
            policy,
            limit: occasion.limit,
            occasion,
            facts,
            hits,
            guardrails,
            others,
        }
    }

    /// Returns the rules in force that move items or fill places, with their positions in the policy.
    pub fn rules(&self) -> impl Iterator<Item = (u16, &'p Rule)> + use<'_, 'p, 's> {
        self.others.iter().copied()
    }

    /// Returns the rules in force of a verb of policy 3.
    ///
    /// A list in place of an iterator, and never inlined, here and in [`means`](Self::means): 1 KB less in the module.
    #[inline(never)]
    pub fn directives(&self, verb: Verb) -> Vec<(u16, &'p Directive)> {
        let mut directives = Vec::new();
        for (position, rule) in self.rules() {
            match &rule.action {
                Action::Direct(directive) if directive.verb == verb => directives.push((position, directive)),
                _ => {}
            }
        }
        directives
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
        let Occasion {
            session,
            current,
            placement,
            now_ms,
            ..
        } = self.occasion;
        if session.is_hidden(&item.id, now_ms) {
            return Some(RuledOut::Shopper);
        }
        if session.is_muted(&item.id, item.category, item.brand) {
            return Some(RuledOut::Muted);
        }
        let hides_current = self.policy.current_item_at(placement) == CurrentItem::Hide;
        if hides_current && current == Some(&item.id) {
            return Some(RuledOut::CurrentItem);
        }
        let mut rules = self.guardrails.iter();
        rules
            .find(|(_, rule)| self.rules_out(&rule.action, item))
            .map(|(position, _)| RuledOut::Rule(*position))
    }

    /// Returns whether a whole category or brand may not be shown: a rule hides it, or the shopper muted it.
    pub fn hides_all(&self, category: Option<&str>, brand: Option<&str>) -> bool {
        let hides = |(_, rule): &(u16, &Rule)| match &rule.action {
            Action::Hide { what, .. } => what.matches("", category, brand),
            _ => false,
        };
        self.occasion.session.is_muted("", category, brand) || self.guardrails.iter().any(hides)
    }

    fn rules_out(&self, action: &Action, item: &Candidate<'_>) -> bool {
        match action {
            // What was listed stays hidden under any label: whoever makes the model can hide more, and never less.
            Action::Hide { what, items } => {
                what.matches(&item.id, item.category, item.brand) || is_listed(items.as_deref(), &item.id)
            }
            Action::Exclude(Exclusion::InCart) => self.occasion.session.in_cart(&item.id, self.occasion.now_ms),
            Action::Exclude(Exclusion::OutOfStock) => item.stock == Stock::Out,
            Action::Direct(directive) => self.leaves_out(directive, item),
            Action::Cap { .. } | Action::Pin { .. } => false,
        }
    }

    /// What was listed stays out whatever the facts of the day say. `only` without facts and without a list shows nothing,
    /// and with a list no item that the model does not know: a rule that hides never fails open.
    fn leaves_out(&self, rule: &Directive, item: &Candidate<'_>) -> bool {
        is_listed(rule.items.as_deref(), &item.id)
            || match (rule.verb, self.facts.answer(&rule.goods, item)) {
                (Verb::Only, Some(fits)) => !fits,
                (Verb::Only, None) => rule.items.is_none() || item.index.is_none(),
                (_, fits) => fits == Some(true),
            }
    }

    /// Returns whether a rule means the item.
    #[inline(never)]
    pub fn means(&self, rule: &Directive, item: &Candidate<'_>) -> bool {
        is_listed(rule.items.as_deref(), &item.id) || self.facts.matches(&rule.goods, item)
    }
}

/// Returns whether an id is one of a rising list.
#[inline(never)]
fn is_listed(items: Option<&[String]>, id: &str) -> bool {
    items.is_some_and(|items| items.binary_search_by(|listed| listed.as_str().cmp(id)).is_ok())
}
