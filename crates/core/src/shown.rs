//! Answers as plain values: one shape for every host, so that a slate reads alike in a browser and from the edge.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::explain::reason::Reason;
use crate::explain::slate_history::{Answer, ItemExplanation};
use crate::explain::trace::RuledOut;
use crate::policy::Policy;
use crate::snapshot::Meta;
use crate::value::Value;

/// The most reasons of a shown item: a tile has room for two.
const REASONS: usize = 2;

impl Answer {
    /// The slate with its reasons, under the name of its model; there is none where the shop's own order was kept
    /// for want of one.
    #[must_use]
    pub fn into_plain(self, meta: Option<&Meta>) -> Value {
        let Self { slate, reasons } = self;
        let fallback_used = slate.fallback_used();
        let (mut items, mut reasons) = (Vec::with_capacity(slate.items.len()), reasons.into_iter());
        for item in slate.items {
            items.push(Value::record([
                ("item_id", Value::Text(item.item_id.into_owned())),
                ("score", Value::Number(item.score.into())),
                ("position", Value::from(item.position)),
                ("from_position", Value::from(item.from_position)),
                ("source", Value::Word(item.source.name())),
                // In mode off nothing has a reason.
                ("reasons", strongest(reasons.next().unwrap_or_default())),
                ("rules", names(&item.rules)),
            ]));
        }
        Value::record([
            ("slate_id", Value::Text(slate.slate_id)),
            ("snapshot", Value::from(meta.map(Meta::name))),
            ("fallback_used", Value::Flag(fallback_used)),
            ("basis", Value::Word(slate.basis.name())),
            ("items", Value::List(items)),
        ])
    }
}

impl ItemExplanation {
    /// Why that item stands where it stands. Where it is not shown, its score is that of the tables.
    #[must_use]
    pub fn into_plain(self, item_id: String, policy: &Policy) -> Value {
        let (shown, mut steps, mut sum) = (self.shown.as_ref(), Vec::new(), 0.0);
        for contributions in self.contributions {
            sum += contributions.amount;
            steps.push(Value::record([
                ("source", Value::Word(contributions.source.name())),
                ("evidence", Value::from(contributions.evidence.as_deref())),
                ("amount", Value::Number(contributions.amount.into())),
            ]));
        }
        let rules = shown.map_or(&[][..], |shown| &shown.rules);
        Value::record([
            ("item_id", Value::Text(item_id)),
            ("position", Value::from(shown.map(|shown| shown.position))),
            ("score", Value::Number(shown.map_or(sum, |shown| shown.score).into())),
            (
                "source",
                shown.map_or(Value::Null, |shown| Value::Word(shown.source.name())),
            ),
            ("reasons", strongest(self.reasons)),
            ("rules", names(rules)),
            ("contributions", Value::List(steps)),
            (
                "ruled_out",
                self.ruled_out.map_or(Value::Null, |by| ruled_out(by, policy)),
            ),
        ])
    }
}

fn ruled_out(by: RuledOut, policy: &Policy) -> Value {
    let (by, rule) = match by {
        RuledOut::Shopper => ("shopper", None),
        RuledOut::CurrentItem => ("current_item", None),
        RuledOut::Rule(rule) => ("rule", policy.rules.get(usize::from(rule))),
    };
    let rule = rule.map(|rule| rule.id.as_str());
    Value::record([("by", Value::Word(by)), ("rule", Value::from(rule))])
}

fn strongest(reasons: Vec<Reason>) -> Value {
    let mut told = Vec::new();
    for reason in reasons.into_iter().take(REASONS) {
        told.push(Value::record([
            ("code", Value::Word(reason.code.name())),
            ("evidence", Value::texts(&mut reason.evidence.as_deref().into_iter())),
        ]));
    }
    Value::List(told)
}

fn names(rules: &[Cow<'_, str>]) -> Value {
    Value::texts(&mut rules.iter().map(|rule| &**rule))
}
