//! Facts and sizes of two models.

use serde::Serialize;
use shelfwise_core::snapshot::layout::SectionId;
use shelfwise_core::{EventKind, Policy, Snapshot};

use super::items::ItemsChange;
use super::slates::{PageSelection, SlatesChange};
use crate::table::date;

/// Two models.
#[derive(Serialize)]
pub struct ModelChange {
    /// Facts of the whole model, in words.
    pub facts: Vec<Fact>,
    /// Bytes of each section, of both models together.
    pub sections: Vec<SectionChange>,
    /// Items and their popularity.
    pub items: ItemsChange,
    /// Slates that shoppers see.
    pub slates: SlatesChange,
}

/// A fact of both models.
#[derive(Serialize)]
pub struct Fact {
    /// Its name.
    pub name: String,
    /// Its value before.
    pub before: String,
    /// Its value after.
    pub after: String,
}

/// A section of the file.
#[derive(Serialize)]
pub struct SectionChange {
    /// Its name, or its number where this version does not know it.
    pub name: String,
    /// Bytes before; 0 if it was missing.
    pub before: usize,
    /// Bytes after.
    pub after: usize,
}

impl ModelChange {
    /// Compares the snapshots, each under its own rules if there are any.
    pub fn between(
        snapshots: [Snapshot<Vec<u8>>; 2],
        policies: [Option<Policy>; 2],
        selection: &PageSelection<'_>,
    ) -> Self {
        let [before, after] = &snapshots;
        let (facts, sections) = (facts(before, after), sections(before, after));
        let items = ItemsChange::between(before, after);
        Self {
            facts,
            sections,
            items,
            slates: SlatesChange::between(snapshots, policies, selection),
        }
    }
}

fn facts(before: &Snapshot<Vec<u8>>, after: &Snapshot<Vec<u8>>) -> Vec<Fact> {
    let (was, is) = (model_facts(before), model_facts(after));
    let facts = was.into_iter().zip(is);
    facts
        .map(|((name, before), (_, after))| Fact { name, before, after })
        .collect()
}

/// Returns the facts of a model, always in the same order.
fn model_facts(snapshot: &Snapshot<Vec<u8>>) -> Vec<(String, String)> {
    let (meta, scoring) = (snapshot.meta(), &snapshot.meta().scoring);
    let ranking = match snapshot.ranker() {
        Some(forest) => format!("{} trees over tables", forest.len()),
        None => "tables".into(),
    };
    let named = |name: &str, value: String| (name.to_owned(), value);
    let mut model_facts = vec![
        named("items", snapshot.items().to_string()),
        named("trained until", date(meta.trained_until_ms)),
        named("support floor", format!("{} {}", meta.min_support, meta.support.name())),
        named("ranking", ranking),
        named("factor of two hops", scoring.two_hop.to_string()),
        named("events with two hops", scoring.two_hop_signals.to_string()),
        named("factor of items seen before", scoring.seen.to_string()),
        named("factor of the current item", scoring.current.to_string()),
        named("factor of similar items", scoring.alike.to_string()),
        named("weight of the event 1, 2, 5, 10 before the last", decay(&scoring.decay)),
    ];
    model_facts.extend(EventKind::ALL.iter().map(|kind| {
        let name = format!("event weight of {}", kind.name());
        (name, scoring.event_weight_of(*kind).to_string())
    }));
    model_facts
}

/// Returns the decay of older events at a few positions; the others lie between.
fn decay(weights: &[f32]) -> String {
    let weights = [1, 2, 5, 10].iter().filter_map(|place| weights.get(*place));
    weights
        .map(|weight| format!("{weight:.3}"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn sections(before: &Snapshot<Vec<u8>>, after: &Snapshot<Vec<u8>>) -> Vec<SectionChange> {
    let (was, is) = (sizes(before), sizes(after));
    let mut ids: Vec<u16> = was.iter().chain(&is).map(|(id, _)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    let bytes = |sizes: &[(u16, usize)], id| {
        let mut sizes = sizes.iter();
        sizes.find(|(other, _)| *other == id).map_or(0, |(_, bytes)| *bytes)
    };
    let change = |id| SectionChange {
        name: SectionId::from_u16(id).map_or_else(|| id.to_string(), |id| id.name().to_owned()),
        before: bytes(&was, id),
        after: bytes(&is, id),
    };
    let whole = SectionChange {
        name: "whole file".into(),
        before: before.as_bytes().len(),
        after: after.as_bytes().len(),
    };
    ids.into_iter().map(change).chain([whole]).collect()
}

fn sizes(snapshot: &Snapshot<Vec<u8>>) -> Vec<(u16, usize)> {
    snapshot
        .sections()
        .map(|section| (section.id, section.range.len()))
        .collect()
}
