//! The rules in force in a request, and what each of them says of a block of candidates.

use alloc::vec::Vec;
use core::iter;

use super::block::Block;
use super::candidate::Candidate;
use super::fact_view::FactView;
use super::named::{NamedItems, names};
use super::pool::Pool;
use super::rule_set::Occasion;
use super::{Action, Directive, Exclusion, Policy, Rule, Selector, Verb};
use crate::explain::trace::{RuledOut, Trace};
use crate::item::Stock;
use crate::placement::CurrentItem;
use crate::snapshot::HitCurve;
use crate::visit::event::EventKind;

/// A rule in force of a verb of policy 3.
#[derive(Clone, Copy, Debug)]
pub struct Directed<'p> {
    /// Its position in the policy.
    pub number: u16,
    /// Its place among the rules in force.
    pub place: usize,
    /// What it does.
    pub directive: &'p Directive,
}

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
    /// Which rules name an item.
    named: &'p NamedItems,
    /// The rules in force with their positions in the policy, those first that decide what may be shown.
    in_force: Vec<(u16, &'p Rule)>,
    /// How many decide what may be shown.
    guardrails: usize,
    /// Whether the shopper or the page leave anything out, whatever the rules say.
    is_choosy: bool,
}

impl<'p, 's> PolicyContext<'p, 's> {
    /// Returns the rules that hold on an occasion.
    pub fn new(
        policy: &'p Policy,
        named: &'p NamedItems,
        occasion: Occasion<'s>,
        hits: Option<HitCurve<'s>>,
        facts: FactView<'s>,
    ) -> Self {
        let mut in_force = Vec::with_capacity(policy.rules.len());
        let mut guardrails = 0;
        for is_guardrail in [true, false] {
            for (number, rule) in (0..).zip(&policy.rules) {
                let is_here = (rule.action.verb() <= Verb::Exclude) == is_guardrail;
                let is_kept = is_guardrail || !occasion.keeps_store_order;
                if is_here && is_kept && rule.holds_at(occasion.placement) && rule.condition.holds_on(&occasion) {
                    in_force.push((number, rule));
                    guardrails += usize::from(is_guardrail);
                }
            }
        }
        let hides_current = policy.current_item_at(occasion.placement) == CurrentItem::Hide;
        Self {
            policy,
            is_choosy: hides_current || occasion.session.leaves_out(),
            limit: occasion.limit,
            occasion,
            facts,
            hits,
            named,
            in_force,
            guardrails,
        }
    }

    /// Returns whether no rule is in force.
    pub const fn is_free(&self) -> bool {
        self.in_force.is_empty()
    }

    /// Returns the rules in force that decide what may be shown, with their positions in the policy.
    pub fn guardrails(&self) -> &[(u16, &'p Rule)] {
        self.in_force.get(..self.guardrails).unwrap_or_default()
    }

    /// Returns the rules in force that move items or fill places, with their positions in the policy.
    pub fn rules(&self) -> impl Iterator<Item = (u16, &'p Rule)> + use<'_, 'p, 's> {
        let others = self.in_force.get(self.guardrails..).unwrap_or_default();
        others.iter().copied()
    }

    /// Returns the rules in force of a verb of policy 3.
    ///
    /// A list in place of an iterator, and never inlined: 1 KB less in the module.
    #[inline(never)]
    pub fn directives(&self, verb: Verb) -> Vec<Directed<'p>> {
        let mut directives = Vec::new();
        for (place, (number, rule)) in self.in_force.iter().enumerate() {
            match &rule.action {
                Action::Direct(directive) if directive.verb == verb => directives.push(Directed {
                    number: *number,
                    place,
                    directive,
                }),
                _ => {}
            }
        }
        directives
    }

    /// Returns why a candidate may not be shown, if it may not.
    pub fn verdict(&self, candidate: Candidate<'_>) -> Option<RuledOut> {
        let mut pool = Pool::new(self);
        let mut rows = pool.read(&mut iter::once(candidate), 1);
        rows.find_map(|row| pool.verdict(row))
    }

    /// Returns whether the shopper and the page admit the item, whatever the rules say, and tells if they do not.
    pub fn shopper_admits(&self, item: &Candidate<'_>, trace: &mut dyn Trace) -> bool {
        let verdict = self.shopper_verdict(item);
        if let Some(why) = verdict {
            trace.ruled_out(&item.id, why);
        }
        verdict.is_none()
    }

    /// Returns why the item may not be shown whatever the rules say, if it may not.
    pub fn shopper_verdict(&self, item: &Candidate<'_>) -> Option<RuledOut> {
        if !self.is_choosy {
            return None;
        }
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
        (hides_current && current == Some(&item.id)).then_some(RuledOut::CurrentItem)
    }

    /// Returns whether a whole category or brand may not be shown: a rule hides it, or the shopper muted it.
    pub fn hides_all(&self, category: Option<&str>, brand: Option<&str>) -> bool {
        let hides = |(_, rule): &(u16, &Rule)| match &rule.action {
            Action::Hide { what, .. } => what.matches("", category, brand),
            _ => false,
        };
        self.occasion.session.is_muted("", category, brand) || self.guardrails().iter().any(hides)
    }

    /// Returns how many words there are for a block of candidates: one for each rule in force, and one behind them.
    pub const fn words(&self) -> usize {
        self.in_force.len() + 1
    }

    /// Adds to the word of each rule in force which candidates of the block the rule leaves out, or means, and to the last
    /// word all that are left out. The first candidate has bit `first`.
    pub fn ask(&self, block: &mut Block<'_, '_>, first: usize, words: &mut [u64]) {
        for (at, item) in block.items.iter().enumerate() {
            self.named.find(&item.id, |number| {
                let mut in_force = self.in_force.iter().zip(&mut *words);
                let rule = in_force.find(|((own, _), _)| *own == number);
                if let Some((_, word)) = rule.filter(|((_, rule), _)| names(rule, &item.id)) {
                    *word |= 1 << (first + at);
                }
            });
        }
        let mut left_out = 0;
        for (place, ((_, rule), word)) in self.in_force.iter().zip(&mut *words).enumerate() {
            *word |= self.word(&rule.action, block) << first;
            if place < self.guardrails {
                left_out |= *word;
            }
        }
        if let Some(last) = words.last_mut() {
            *last |= left_out;
        }
    }

    /// Returns which candidates of a block a rule leaves out, or means, beside those that it names.
    fn word(&self, action: &Action, block: &mut Block<'_, '_>) -> u64 {
        match action {
            // What was listed stays hidden under any label: whoever makes the model can hide more, and never less.
            Action::Hide {
                what: Selector::Item(_),
                ..
            } => 0,
            Action::Hide { what, .. } => block.bits(&|item| what.matches(&item.id, item.category, item.brand)),
            Action::Exclude(Exclusion::InCart) => {
                let Occasion { session, now_ms, .. } = self.occasion;
                let mut events = session.events();
                if events.all(|event| event.kind != EventKind::AddToCart) {
                    return 0;
                }
                block.bits(&|item| session.in_cart(&item.id, now_ms))
            }
            Action::Exclude(Exclusion::OutOfStock) => block.bits(&|item| item.stock == Stock::Out),
            Action::Direct(directive) => self.means(directive, block),
            Action::Cap { .. } | Action::Pin { .. } => 0,
        }
    }

    /// What was listed stays out whatever the facts of the day say. `only` without facts and without a list shows nothing,
    /// and with a list no item that the model does not know: a rule that hides never fails open.
    fn means(&self, rule: &Directive, block: &mut Block<'_, '_>) -> u64 {
        if rule.goods.is_empty() && rule.verb != Verb::Only {
            return 0;
        }
        let (fits, known) = self.facts.answer(&rule.goods, block);
        if rule.verb != Verb::Only {
            return fits;
        }
        let is_unknown = |item: &Candidate<'_>| rule.items.is_none() || item.index.is_none();
        (known & !fits) | (!known & block.bits(&is_unknown))
    }
}
