//! What a snapshot publishes, one fact at a time, comparable across snapshots.

use shelfwise_core::ItemIndex;
use shelfwise_core::snapshot::layout::MAX_POPULARITY;
use shelfwise_core::snapshot::layout::SectionId;

use super::{Fact, Kind, Model, Names};

/// The facts of a snapshot with their values, in increasing order. A value is a level, a place, or the bits of a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts(Vec<(Fact, u64)>);

/// First character of the texts that stand for removed ids; see `docs/snapshot-format.md`.
const TOMBSTONE: char = '\u{7f}';

impl Facts {
    /// Reads all facts of a snapshot. O(bytes).
    pub fn of(model: &Model, names: &mut Names) -> Self {
        let numbers = item_numbers(model, names);
        let mut facts = Vec::new();
        let items = || numbers.iter().enumerate().filter(|(_, number)| number.is_some());
        for (index, number) in items() {
            let (item, own) = (ItemIndex(index as u32), number.unwrap_or_default());
            facts.push((Fact::Id(own), 0));
            of_item(model, item, own, &numbers, &mut facts);
        }
        of_catalog(model, &numbers, names, &mut facts);
        let shop = names.number("");
        let number = |item: ItemIndex| numbers.get(item.as_usize()).copied().flatten();
        let top = model.popularity().top().filter_map(number).zip(0..);
        facts.extend(top.map(|(item, place)| (Fact::Listed(shop, item), place)));
        for key in model.cells().cells() {
            facts.push((Fact::Context(key), 0));
            let list = model.cells().popular_in(key);
            let entries = list.filter_map(|(item, weight)| Some((number(item)?, weight)));
            facts.extend(entries.map(|(item, weight)| (Fact::InContext(key, item), u64::from(weight.to_bits()))));
        }
        of_meta(model, &mut facts);
        facts.sort_unstable();
        Self(facts)
    }

    /// Returns the facts with their values.
    pub fn iter(&self) -> impl Iterator<Item = (Fact, u64)> {
        self.0.iter().copied()
    }

    /// Returns the facts of one kind with their values.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (Fact, u64)> {
        self.iter().filter(move |(fact, _)| fact.kind() == kind)
    }

    /// Returns whether the fact is published.
    #[must_use]
    pub fn has(&self, fact: Fact) -> bool {
        self.0.binary_search_by_key(&fact, |(own, _)| *own).is_ok()
    }
}

/// Returns the name of every item by index; `None` for removed ids.
pub fn item_numbers(model: &Model, names: &mut Names) -> Vec<Option<u32>> {
    let ids = model.ids();
    let number = |index: u32| {
        let id = ids.id_of(ItemIndex(index))?;
        let text = id.as_str().filter(|text| !text.starts_with(TOMBSTONE))?;
        Some(names.number(text))
    };
    (0..model.items() as u32).map(number).collect()
}

/// Makes a fact of two items.
type Joined = fn(u32, u32) -> Fact;

fn of_item(model: &Model, item: ItemIndex, own: u32, numbers: &[Option<u32>], facts: &mut Vec<(Fact, u64)>) {
    let popularity = model.popularity();
    let levels = [
        (Fact::Popularity(own), popularity.of(item)),
        (Fact::Recent(own), popularity.recent_of(item)),
    ];
    let levels = levels.into_iter().map(|(fact, share)| (fact, level(share)));
    facts.extend(levels.filter(|(_, level)| *level > 0));
    let [together, bridges] = [model.together(), model.bridges()];
    let alike = model.alike();
    let tables: [(_, Joined); 3] = [(&together, Fact::Pair), (&bridges, Fact::Link), (&alike, Fact::Alike)];
    for (table, fact) in tables {
        // The level, not its weight: one scale is for all, and its changes are facts of their own.
        let level = |weight: f32| table.weights().iter().position(|own| own.to_bits() == weight.to_bits());
        let row = table.of(item);
        let known = row.filter_map(|to| Some((numbers.get(to.item.as_usize()).copied().flatten()?, to.weight)));
        facts.extend(known.map(|(other, weight)| (fact(own, other), level(weight).unwrap_or_default() as u64)));
    }
}

/// Returns a share as a level of the file.
fn level(share: f32) -> u64 {
    (share * f32::from(MAX_POPULARITY)).round() as u64
}

fn of_catalog(model: &Model, numbers: &[Option<u32>], names: &mut Names, facts: &mut Vec<(Fact, u64)>) {
    let attributes = model.attributes();
    for (index, own) in numbers.iter().enumerate() {
        let (Some(own), item) = (own, ItemIndex(index as u32)) else {
            continue;
        };
        let category = attributes
            .category_of(item)
            .and_then(|own| attributes.category_name(own));
        facts.extend(category.map(|name| (Fact::Category(*own), u64::from(names.number(name)))));
        let brand = attributes.brand_of(item).and_then(|own| attributes.brand_name(own));
        facts.extend(brand.map(|name| (Fact::Brand(*own), u64::from(names.number(name)))));
    }
    for (category, name) in attributes.categories() {
        let list = names.number(name);
        let items = attributes.popular_in(category);
        let known = items.filter_map(|item| numbers.get(item.as_usize()).copied().flatten());
        facts.extend(known.zip(0..).map(|(item, place)| (Fact::Listed(list, item), place)));
    }
}

fn of_meta(model: &Model, facts: &mut Vec<(Fact, u64)>) {
    let meta = model.meta();
    facts.push((Fact::Day, meta.trained_until_ms as u64));
    facts.push((Fact::Floor, u64::from(meta.min_support)));
    let scoring = &meta.scoring;
    let factors = [
        scoring.two_hop,
        scoring.seen,
        scoring.current,
        scoring.alike,
        f32::from(scoring.two_hop_signals),
    ];
    let numbers = factors
        .iter()
        .chain(&scoring.decay)
        .chain(&scoring.event_weight)
        .zip(0..);
    facts.extend(numbers.map(|(number, place)| (Fact::Factor(place), u64::from(number.to_bits()))));
    let tables = [
        (SectionId::Together, model.together()),
        (SectionId::Bridges, model.bridges()),
        (SectionId::Alike, model.alike()),
    ];
    for (section, table) in tables {
        let weights = table.weights().iter().zip(0..).filter(|(weight, _)| **weight > 0.0);
        facts.extend(weights.map(|(weight, level)| (Fact::Scale(section as u16, level), u64::from(weight.to_bits()))));
    }
    if let Some(curve) = model.hit_curve() {
        let points = (0..curve.len()).map(|rank| (Fact::HitCurve(rank as u16), u64::from(curve.at(rank))));
        facts.extend(points);
    }
    let trees = model.sections().find(|section| section.id == SectionId::Ranker as u16);
    let bytes = trees.and_then(|section| model.as_bytes().get(section.range));
    let bytes = bytes.unwrap_or_default().iter().zip(0..);
    facts.extend(bytes.map(|(byte, place)| (Fact::Trees(place), u64::from(*byte))));
}

/// One fact that differs between two snapshots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The fact.
    pub fact: Fact,
    /// Its value in the first one; `None` if it is not there.
    pub before: Option<u64>,
    /// Its value in the second one; `None` if it is not there.
    pub after: Option<u64>,
}

/// Returns what differs between two snapshots, in increasing order. O(facts).
#[must_use]
pub fn changes(before: &Facts, after: &Facts) -> Vec<Change> {
    let (mut old, mut new) = (before.iter().peekable(), after.iter().peekable());
    let mut found = Vec::new();
    while let Some(fact) = [old.peek(), new.peek()]
        .into_iter()
        .flatten()
        .map(|(fact, _)| *fact)
        .min()
    {
        let before = old.next_if(|(own, _)| *own == fact).map(|(_, value)| value);
        let after = new.next_if(|(own, _)| *own == fact).map(|(_, value)| value);
        if before != after {
            found.push(Change { fact, before, after });
        }
    }
    found
}
