//! Answers as plain values: one shape for every host, so that a slate reads alike in a browser and from the edge.
//!
//! The records here are the contract: `crates/contract` makes the package's types and checks of them, with these comments.
//! A field is added in one place, here.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::content::ContentKind;
use crate::engine::choose;
use crate::explain::reason;
use crate::explain::reason::ReasonCode;
use crate::explain::score_trace;
use crate::explain::slate_history::{Answer, ItemExplanation};
use crate::explain::trace;
use crate::explain::trace::Source;
use crate::names::named_enum;
use crate::policy::Policy;
use crate::slate::Basis;
use crate::snapshot::layout::VERSION;
use crate::snapshot::{Meta, Snapshot, Support};
use crate::value::{Value, record};

/// The most reasons of a shown item: a tile has room for two.
const MAX_REASONS: usize = 2;

record! {
    /// Why an item is shown: what the shopper did, never an inferred trait.
    Reason {
        /// What the reason is.
        code: ReasonCode,
        /// Ids of the shopper's items that speak; empty where the reason is none of them.
        evidence: Vec<String>,
    }
}

record! {
    /// Who pays for a place in a slate: the page has to show the label on the item.
    Sponsor {
        /// Who pays.
        by: String,
        /// The label.
        label: String,
    }
}

record! {
    /// One item of a slate.
    SlateItem {
        /// The shop's id.
        item_id: String,
        /// What the model says; 0 where it says nothing.
        score: f32,
        /// Place in the slate, from 0.
        position: u32,
        /// Place in the shop's list, from 0; null out of `recommend`.
        from_position: Option<u32>,
        /// By which way it came.
        source: Source,
        /// At most two, the strongest first.
        reasons: Vec<Reason>,
        /// Names of the rules that placed it.
        rules: Vec<String>,
        /// Who pays for its place; null where nobody does.
        sponsored: Option<Sponsor>,
    }
}

record! {
    /// What is shown at a placement, first first.
    Slate {
        /// The model's time and a counter: never of a person, never of chance. Empty where no engine had a say.
        slate_id: String,
        /// The model's name; null where there was none.
        snapshot: Option<String>,
        /// Whether nothing was known of the visit or the page.
        fallback_used: bool,
        /// What the order rests on.
        basis: Basis,
        /// The items, first first.
        items: Vec<SlateItem>,
        /// Arms of experiments that were in force, as `experiment/arm`.
        arms: Vec<String>,
    }
}

record! {
    /// A text of an option of content, with the facts that it speaks of.
    ContentText {
        /// Its name, such as `title`.
        name: String,
        /// The text.
        text: String,
    }
}

record! {
    /// An option of content that is shown.
    ChosenContent {
        /// The option's id.
        content_id: String,
        /// What it is.
        kind: ContentKind,
        /// Place in the choice, from 0.
        position: u32,
        /// Which of its copy variants, from 0.
        variant: u32,
        /// The texts of that variant.
        texts: Vec<ContentText>,
        /// When it ends, in milliseconds since 1970; null where it does not.
        until_ms: Option<i64>,
        /// How probable it was to be drawn here, of the options that were left; null where it was not drawn.
        propensity: Option<f32>,
        /// What the shopper did that it goes with; empty where it goes with nothing of it.
        reasons: Vec<Reason>,
    }
}

record! {
    /// What a placement shows of the shop's content, first first.
    Choice {
        /// The model's name; null where there was none.
        snapshot: Option<String>,
        /// Whether no engine had a say: the page keeps what it shows.
        fallback_used: bool,
        /// Whether this visit is one of those that see no offer.
        held_out: bool,
        /// What the order rests on.
        basis: Basis,
        /// The options; empty where none may be shown.
        content: Vec<ChosenContent>,
    }
}

record! {
    /// One step of the scorer: so much, by this way, for this item of the visit.
    Contribution {
        /// By which way.
        source: Source,
        /// The shopper's item that speaks, or the page's; null where none was needed.
        evidence: Option<String>,
        /// What was added to the score.
        amount: f32,
    }
}

named_enum! {
    /// Who took an item out of a slate.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum RuledOutBy {
        /// The shopper hid it in this visit.
        Shopper => "shopper",
        /// The placement does not show the page's own item.
        CurrentItem => "current_item",
        /// A rule of the shop.
        Rule => "rule",
        /// The shopper muted the item, its brand or its category.
        Muted => "muted",
    }
}

record! {
    /// Why an item is not in the slate.
    RuledOut {
        /// Who took it out.
        by: RuledOutBy,
        /// The rule's name; null where it was none.
        rule: Option<String>,
    }
}

named_enum! {
    /// What a rule did to the place of an item that may be shown.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum AdjustmentEffect {
        /// Moved it within the ranked order, before places were filled.
        Moved => "moved",
        /// Put it at a place of the slate.
        Pinned => "pinned",
        /// Put it at a place of the slate because it fits that place.
        Placed => "placed",
        /// Held it back behind the others: there are enough like it.
        HeldBack => "held_back",
    }
}

record! {
    /// One step of a rule that changed an item's place: what the shop's people wished, beside what the model says.
    Adjustment {
        /// The rule's name.
        rule: String,
        /// What it did.
        effect: AdjustmentEffect,
        /// Place in the ranked order before the rule moved the item, from 0; null for other effects.
        from: Option<u32>,
        /// Place in the ranked order after that, from 0; null for other effects.
        to: Option<u32>,
    }
}

record! {
    /// Why an item stands where it stands, or why it is not there.
    Explanation {
        /// The shop's id.
        item_id: String,
        /// Place in the slate; null where it is not in it.
        position: Option<u32>,
        /// That of the slate, or of the tables where it is not in it.
        score: f32,
        /// By which way it came; null where it is not in the slate.
        source: Option<Source>,
        /// At most two, the strongest first.
        reasons: Vec<Reason>,
        /// Names of the rules that placed it.
        rules: Vec<String>,
        /// In the order in which they were added; they sum to the table score.
        contributions: Vec<Contribution>,
        /// What rules did to its place, in the order in which they acted.
        adjustments: Vec<Adjustment>,
        /// Who took it out; null where nobody did.
        ruled_out: Option<RuledOut>,
    }
}

record! {
    /// What a model is.
    ModelFacts {
        /// The model's name in slates.
        snapshot: String,
        /// Of the format.
        version: u32,
        /// Its length.
        snapshot_bytes: u32,
        /// How many items it knows.
        items: u32,
        /// How many supporters a pair of items needed.
        min_support: u32,
        /// Who they are.
        support: Support,
        /// Beginning of the day (UTC) of the log's last event, in milliseconds since 1970; 0 where the log has no dates.
        trained_until_ms: i64,
        /// The facts of a context that tell the model's cells apart, as the format's bits; 0 where it has no cells.
        cells: u32,
    }
}

impl Answer {
    /// Returns the slate with its reasons, under the name of its model; there is none where the shop's own order was
    /// kept for want of one.
    #[must_use]
    pub fn into_value(self, meta: Option<&Meta>) -> Value {
        let Self { slate, reasons, arms } = self;
        let fallback_used = slate.fallback_used();
        let (mut items, mut reasons) = (Vec::with_capacity(slate.items.len()), reasons.into_iter());
        for item in slate.items {
            items.push(SlateItem {
                item_id: item.item_id.into_owned(),
                score: item.score,
                position: item.position,
                from_position: item.from_position,
                source: item.source,
                // In mode off nothing has a reason.
                reasons: strongest(reasons.next().unwrap_or_default()),
                rules: names(&item.rules),
                sponsored: item.sponsored.map(|sponsor| Sponsor {
                    by: sponsor.by.into_owned(),
                    label: sponsor.label.into_owned(),
                }),
            });
        }
        Value::from(Slate {
            slate_id: slate.slate_id,
            snapshot: meta.map(Meta::name),
            fallback_used,
            basis: slate.basis,
            items,
            arms,
        })
    }
}

impl choose::Choice {
    /// Returns the choice under the name of its model; there is none in mode off.
    #[must_use]
    pub fn into_value(self, meta: Option<&Meta>) -> Value {
        let mut content = Vec::with_capacity(self.content.len());
        for (position, chosen) in (0..).zip(self.content) {
            let mut texts = Vec::with_capacity(chosen.texts.len());
            for (name, text) in chosen.texts {
                texts.push(ContentText { name, text });
            }
            content.push(ChosenContent {
                content_id: chosen.id,
                kind: chosen.kind,
                position,
                variant: chosen.variant,
                texts,
                until_ms: chosen.until_ms,
                propensity: chosen.propensity,
                reasons: strongest(chosen.reason.into_iter().collect()),
            });
        }
        Value::from(Choice {
            snapshot: meta.map(Meta::name),
            fallback_used: meta.is_none(),
            held_out: self.held_out,
            basis: self.basis,
            content,
        })
    }
}

impl ItemExplanation {
    /// Returns why that item stands where it stands. Where it is not shown, its score is that of the tables.
    #[must_use]
    pub fn into_value(self, item_id: String, policy: &Policy) -> Value {
        let (shown, mut contributions, mut sum) = (self.shown.as_ref(), Vec::new(), 0.0);
        for step in self.contributions {
            sum += step.amount;
            contributions.push(Contribution {
                source: step.source,
                evidence: step.evidence,
                amount: step.amount,
            });
        }
        Value::from(Explanation {
            item_id,
            position: shown.map(|shown| shown.position),
            score: shown.map_or(sum, |shown| shown.score),
            source: shown.map(|shown| shown.source),
            reasons: strongest(self.reasons),
            rules: names(shown.map_or(&[], |shown| &shown.rules)),
            contributions,
            adjustments: self
                .adjustments
                .into_iter()
                .map(|step| adjustment(step, policy))
                .collect(),
            ruled_out: self.ruled_out.map(|by| ruled_out(by, policy)),
        })
    }
}

impl ModelFacts {
    /// Returns the facts of a snapshot.
    #[must_use]
    pub fn of<B: AsRef<[u8]>>(snapshot: &Snapshot<B>) -> Self {
        let meta = snapshot.meta();
        Self {
            snapshot: meta.name(),
            version: VERSION.into(),
            snapshot_bytes: snapshot.as_bytes().len() as u32,
            items: snapshot.items() as u32,
            min_support: meta.min_support,
            support: meta.support,
            trained_until_ms: meta.trained_until_ms,
            cells: snapshot.cells().facts().bits(),
        }
    }
}

fn adjustment(step: score_trace::Adjustment, policy: &Policy) -> Adjustment {
    let (effect, places) = match step.effect {
        trace::Effect::Moved { from, to } => (AdjustmentEffect::Moved, Some((from as u32, to as u32))),
        trace::Effect::Pinned => (AdjustmentEffect::Pinned, None),
        trace::Effect::Placed => (AdjustmentEffect::Placed, None),
        trace::Effect::HeldBack => (AdjustmentEffect::HeldBack, None),
    };
    let rule = policy.rules.get(usize::from(step.rule));
    Adjustment {
        rule: rule.map(|rule| rule.id.clone()).unwrap_or_default(),
        effect,
        from: places.map(|(from, _)| from),
        to: places.map(|(_, to)| to),
    }
}

fn ruled_out(by: trace::RuledOut, policy: &Policy) -> RuledOut {
    let (by, rule) = match by {
        trace::RuledOut::Shopper => (RuledOutBy::Shopper, None),
        trace::RuledOut::Muted => (RuledOutBy::Muted, None),
        trace::RuledOut::CurrentItem => (RuledOutBy::CurrentItem, None),
        trace::RuledOut::Rule(rule) => (RuledOutBy::Rule, policy.rules.get(usize::from(rule))),
    };
    RuledOut {
        by,
        rule: rule.map(|rule| rule.id.clone()),
    }
}

fn strongest(reasons: Vec<reason::Reason>) -> Vec<Reason> {
    let mut strongest_first = Vec::new();
    for reason in reasons.into_iter().take(MAX_REASONS) {
        strongest_first.push(Reason {
            code: reason.code,
            evidence: reason.evidence.into_iter().collect(),
        });
    }
    strongest_first
}

fn names(rules: &[Cow<'_, str>]) -> Vec<String> {
    let mut names = Vec::new();
    for rule in rules {
        names.push(String::from(&**rule));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::trace::Effect;
    use crate::policy::{Action, Condition, Rule};

    #[test]
    fn explanation_with_adjustments_names_rules_effects_and_places() {
        let rule = |id: &str| Rule {
            id: id.into(),
            placements: Vec::new(),
            condition: Condition::default(),
            action: Action::Pin {
                item: "bread".into(),
                position: 1,
            },
        };
        let policy = Policy {
            rules: Vec::from([rule("boost"), rule("front")]),
            ..Policy::default()
        };
        let told = [
            (0, Effect::Moved { from: 7, to: 2 }),
            (1, Effect::Pinned),
            (1, Effect::HeldBack),
        ]
        .map(|(rule, effect)| adjustment(score_trace::Adjustment { rule, effect }, &policy));
        let seen = told.map(|told| (told.rule, told.effect.name(), told.from, told.to));
        assert_eq!(
            seen,
            [
                ("boost".into(), "moved", Some(7), Some(2)),
                ("front".into(), "pinned", None, None),
                ("front".into(), "held_back", None, None),
            ]
        );
    }
}
