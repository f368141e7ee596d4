//! Answers as plain values: one shape for every host, so that a slate reads alike in a browser and from the edge.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::plain::Plain;
use crate::policy::Policy;
use crate::reason::Reason;
use crate::recall::{Answer, Why};
use crate::snapshot::Meta;
use crate::trace::RuledOut;

/// The most reasons of a shown item: a tile has room for two.
const REASONS: usize = 2;

impl Answer {
    /// The slate with its reasons, under the name of its model; there is none where the shop's own order was kept
    /// for want of one.
    #[must_use]
    pub fn into_plain(self, meta: Option<&Meta>) -> Plain {
        let Self { slate, reasons } = self;
        let fallback_used = slate.fallback_used();
        let (mut items, mut reasons) = (Vec::with_capacity(slate.items.len()), reasons.into_iter());
        for item in slate.items {
            items.push(Plain::record([
                ("item_id", Plain::Text(item.item_id.into_owned())),
                ("score", Plain::Number(item.score.into())),
                ("position", Plain::from(item.position)),
                ("from_position", Plain::from(item.from_position)),
                ("source", Plain::Word(item.source.name())),
                // In mode off nothing has a reason.
                ("reasons", strongest(reasons.next().unwrap_or_default())),
                ("rules", names(&item.rules)),
            ]));
        }
        Plain::record([
            ("slate_id", Plain::Text(slate.slate_id)),
            ("snapshot", Plain::from(meta.map(Meta::name))),
            ("fallback_used", Plain::Flag(fallback_used)),
            ("basis", Plain::Word(slate.basis.name())),
            ("items", Plain::List(items)),
        ])
    }
}

impl Why {
    /// Why that item stands where it stands. Where it is not shown, its score is that of the tables.
    #[must_use]
    pub fn into_plain(self, item_id: String, policy: &Policy) -> Plain {
        let (shown, mut steps, mut sum) = (self.shown.as_ref(), Vec::new(), 0.0);
        for said in self.said {
            sum += said.amount;
            steps.push(Plain::record([
                ("source", Plain::Word(said.source.name())),
                ("evidence", Plain::from(said.evidence.as_deref())),
                ("amount", Plain::Number(said.amount.into())),
            ]));
        }
        let rules = shown.map_or(&[][..], |shown| &shown.rules);
        Plain::record([
            ("item_id", Plain::Text(item_id)),
            ("position", Plain::from(shown.map(|shown| shown.position))),
            ("score", Plain::Number(shown.map_or(sum, |shown| shown.score).into())),
            (
                "source",
                shown.map_or(Plain::Null, |shown| Plain::Word(shown.source.name())),
            ),
            ("reasons", strongest(self.reasons)),
            ("rules", names(rules)),
            ("contributions", Plain::List(steps)),
            (
                "ruled_out",
                self.ruled_out.map_or(Plain::Null, |by| ruled_out(by, policy)),
            ),
        ])
    }
}

fn ruled_out(by: RuledOut, policy: &Policy) -> Plain {
    let (by, rule) = match by {
        RuledOut::Shopper => ("shopper", None),
        RuledOut::CurrentItem => ("current_item", None),
        RuledOut::Rule(rule) => ("rule", policy.rules.get(usize::from(rule))),
    };
    let rule = rule.map(|rule| rule.id.as_str());
    Plain::record([("by", Plain::Word(by)), ("rule", Plain::from(rule))])
}

fn strongest(reasons: Vec<Reason>) -> Plain {
    let mut told = Vec::new();
    for reason in reasons.into_iter().take(REASONS) {
        told.push(Plain::record([
            ("code", Plain::Word(reason.code.name())),
            ("evidence", Plain::texts(&mut reason.evidence.as_deref().into_iter())),
        ]));
    }
    Plain::List(told)
}

fn names(rules: &[Cow<'_, str>]) -> Plain {
    Plain::texts(&mut rules.iter().map(|rule| &**rule))
}
