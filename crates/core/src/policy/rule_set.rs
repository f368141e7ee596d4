//! The rules of an engine, with the facts file that they ask.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::admit::PolicyContext;
use super::candidate::Candidate;
use super::fact_source::FactSource;
use super::fact_view::{FactView, Resolved};
use super::named::NamedItems;
use super::program::{COMPARE, CURRENT, VIEWED};
use super::{Action, Policy, RequestFact, Rule};
use crate::allocation::{Allocation, ArmId};
use crate::item::ItemIndex;
use crate::slate::Basis;
use crate::snapshot::HitCurve;
use crate::visit::context_key::ContextKey;
use crate::visit::session::Session;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// A policy, and the facts that its rules ask for.
#[derive(Debug, Default)]
pub struct RuleSet {
    policy: Policy,
    facts: Option<Box<dyn FactSource>>,
    resolved: Resolved,
    named: NamedItems,
    /// Whether a condition compares with items of the visit.
    pub sees_visit: bool,
    /// Whether a rule depends on what the cart is worth.
    pub sees_cart: bool,
}

/// What rules may depend on in a request.
#[derive(Clone, Copy)]
pub struct Occasion<'s> {
    /// Where the slate is shown.
    pub placement: &'s str,
    /// The shopper's visit.
    pub session: &'s Session,
    /// The item whose page this is, or that was touched last.
    pub current: Option<&'s str>,
    /// The category whose page this is.
    pub category: Option<&'s str>,
    /// Time, device, language and country.
    pub cell: ContextKey,
    /// What the order rests on, as far as that is known before it is made.
    pub basis: Basis,
    /// Sum of the prices in the cart, in minor units; `None` where one of them is not known.
    pub cart_value: Option<i32>,
    /// Places in the slate.
    pub limit: usize,
    /// Now, in milliseconds since 1970.
    pub now_ms: i64,
    /// What experiments there are.
    pub allocation: &'s Allocation,
    /// The arms that are in force.
    pub arms: &'s [ArmId],
    /// Whether one of them leaves the shop's own order: what rules hide stays hidden, and no other rule acts.
    pub keeps_store_order: bool,
}

impl Occasion<'_> {
    /// Returns whether an arm has a name such as `experiment/arm`.
    #[inline(never)]
    pub fn is_arm(&self, arm: ArmId, name: &str) -> bool {
        self.allocation.named(name) == Some(arm)
    }
}

impl RuleSet {
    /// Returns the rules, without facts yet.
    pub fn new(policy: Policy) -> Self {
        let of_visit = |rule: &Rule| match &rule.action {
            Action::Direct(directive) => {
                let mut operations = directive.goods.0.iter();
                operations.any(|operation| operation.code & COMPARE != 0 && operation.code & (CURRENT | VIEWED) != 0)
            }
            _ => false,
        };
        let of_cart = |rule: &Rule| {
            rule.condition
                .when
                .iter()
                .any(|when| when.fact == RequestFact::CartValue)
        };
        let mut rules = Self {
            sees_visit: policy.rules.iter().any(of_visit),
            sees_cart: policy.rules.iter().any(of_cart),
            named: NamedItems::new(&policy),
            policy,
            ..Self::default()
        };
        rules.set_facts(None);
        rules
    }

    /// Returns the policy.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Sets the facts of items.
    pub fn set_facts(&mut self, facts: Option<Box<dyn FactSource>>) {
        self.resolved = Resolved::new(&self.policy.vocabulary, facts.as_deref());
        self.facts = facts;
    }

    /// Returns a fact of an item by the name of its column.
    pub fn fact(&self, name: &str, item: ItemIndex) -> Option<i32> {
        let facts = self.facts.as_deref()?;
        facts.value(facts.column(name)?, item)
    }

    /// Returns the rules that hold on an occasion.
    pub fn on<'p, 's>(
        &'p self,
        occasion: Occasion<'s>,
        hits: Option<HitCurve<'s>>,
        current: Option<Candidate<'s>>,
        viewed: Vec<Candidate<'s>>,
    ) -> PolicyContext<'p, 's>
    where
        'p: 's,
    {
        let facts = FactView {
            source: self.facts.as_deref(),
            resolved: &self.resolved,
            vocabulary: &self.policy.vocabulary,
            today: i32::try_from(occasion.now_ms.div_euclid(DAY_MS)).unwrap_or_default(),
            current,
            viewed,
        };
        PolicyContext::new(&self.policy, &self.named, occasion, hits, facts)
    }
}
