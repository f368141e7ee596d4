//! The most changed slates, side by side, with the rule that moved each item.

use serde::{Deserialize, Serialize};
use shelfwise_core::Policy;
use shelfwise_core::snapshot::SnapshotError;

use crate::moment::{self, Moment};
use crate::replay::{Replay, Replayed};
use crate::rules::{Deed, Watch};
use crate::stats::overlap::rbo;

/// Slates that are shown.
const EXAMPLES: usize = 20;
/// The last events of a visit that are shown with it.
const EVENTS: usize = 5;

/// A slate before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// Where it is shown.
    pub placement: String,
    /// Which visit of the held-out log, from 1.
    pub visit: usize,
    /// Events of the visit until then.
    pub done: usize,
    /// The last of them, oldest first.
    pub events: Vec<Done>,
    /// The item that came next.
    pub next: Named,
    /// Rank-biased overlap of both slates.
    pub overlap: f64,
    /// The slate under the policy in force.
    pub before: Vec<Tile>,
    /// The slate under the new one.
    pub after: Vec<Tile>,
}

/// An item with its title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The store's id.
    pub id: String,
    /// Title; the id if there is none.
    pub title: String,
}

/// An event of the visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// GA4's name of what was done.
    pub event: String,
    /// With which item.
    #[serde(flatten)]
    pub item: Named,
}

/// An item at its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tile {
    /// The item.
    #[serde(flatten)]
    pub item: Named,
    /// Its place in the other slate, from 1; absent if it is not there.
    pub other_place: Option<usize>,
    /// Why its place differs: what rules did to it, under one policy alone. Empty if it only made room, or did not move.
    pub causes: Vec<Cause>,
}

/// What one rule did to an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cause {
    /// The rule's name.
    pub rule: String,
    /// What it did.
    pub deed: Deed,
    /// Whether it did so under the new policy alone, or under the policy in force alone.
    pub is_new: bool,
}

/// Returns the most changed slates of the replay, the placements in turn.
///
/// # Errors
/// [`SnapshotError`] if the bytes are not a snapshot.
pub fn examples(
    replay: &Replay<'_>,
    moments: &[Moment],
    policies: [&Policy; 2],
    replayed: &Replayed,
) -> Result<Vec<Example>, SnapshotError> {
    let mut examples = Vec::new();
    for (at, shelf) in most_changed(replay.shelves.len(), replayed) {
        examples.push(example(replay, moments[at], shelf, policies)?);
    }
    Ok(examples)
}

/// Returns moment and placement of the slates with the least overlap, in turn of the placements.
fn most_changed(shelves: usize, replayed: &Replayed) -> Vec<(usize, usize)> {
    let mut queues: Vec<Vec<usize>> = (0..shelves).map(|shelf| by_overlap(shelf, replayed)).collect();
    let mut chosen = Vec::new();
    while chosen.len() < EXAMPLES && queues.iter().any(|queue| !queue.is_empty()) {
        for (shelf, queue) in queues.iter_mut().enumerate() {
            chosen.extend(queue.pop().map(|at| (at, shelf)));
        }
    }
    chosen.truncate(EXAMPLES);
    chosen
}

/// Returns the moments whose slates changed, the most changed last, each pair of slates once.
fn by_overlap(shelf: usize, replayed: &Replayed) -> Vec<usize> {
    let slates = || replayed.slates.iter().map(|slates| &slates[shelf]);
    let mut seen = rustc_hash::FxHashSet::default();
    let changed = slates().enumerate().filter(|(_, shown)| shown.before != shown.after);
    let mut changed: Vec<(usize, f64)> = changed
        .filter(|(_, shown)| seen.insert((&shown.before, &shown.after)))
        .map(|(at, shown)| (at, rbo(&shown.before, &shown.after)))
        .collect();
    changed.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
    changed.into_iter().map(|(at, _)| at).collect()
}

/// Ranks one moment again, and attributes what moved.
///
/// # Errors
/// [`SnapshotError`] if the bytes are not a snapshot.
fn example(
    replay: &Replay<'_>,
    moment: Moment,
    shelf: usize,
    policies: [&Policy; 2],
) -> Result<Example, SnapshotError> {
    let shelf = &replay.shelves[shelf];
    let (question, session) = (replay.question(moment, shelf), replay.session(moment));
    let mut slates = Vec::new();
    for policy in policies {
        let mut watch = Watch::default();
        let ids: Vec<String> = question.ask(&mut replay.engine(policy)?, &session, &mut watch, |items| {
            items.iter().map(|item| item.item_id.clone().into_owned()).collect()
        });
        slates.push(Side { policy, watch, ids });
    }
    let (old, new) = (&slates[0], &slates[1]);
    let named = |id: &str| Named {
        id: id.to_owned(),
        title: replay.shop.name(id).to_owned(),
    };
    let tiles = |own: &Side<'_>, other: &Side<'_>| -> Vec<Tile> {
        let place = |id: &String| other.ids.iter().position(|shown| shown == id).map(|place| place + 1);
        let tile = |(at, id): (usize, &String)| {
            let other_place = place(id);
            let stays = other_place == Some(at + 1);
            Tile {
                item: named(id),
                other_place,
                causes: if stays { Vec::new() } else { causes(old, new, id) },
            }
        };
        own.ids.iter().enumerate().map(tile).collect()
    };
    let events = moment.events(replay.log);
    let shown = &events[events.len().saturating_sub(EVENTS)..];
    Ok(Example {
        placement: shelf.placement.clone(),
        visit: moment.visit + 1,
        done: moment.done,
        events: shown
            .iter()
            .map(|click| Done {
                event: moment::kind(replay.log, click).name().to_owned(),
                item: named(moment::id(replay.log, click)),
            })
            .collect(),
        next: named(moment.next(replay.log)),
        overlap: rbo(&old.ids, &new.ids),
        before: tiles(old, new),
        after: tiles(new, old),
    })
}

/// A slate with the policy that made it.
struct Side<'p> {
    policy: &'p Policy,
    watch: Watch,
    ids: Vec<String>,
}

impl Side<'_> {
    /// Returns what its rules did to the item, by their names.
    fn acts(&self, id: &str) -> Vec<(String, Deed)> {
        let acts = self.watch.of(id);
        acts.filter_map(|act| Some((self.policy.rules.get(usize::from(act.rule))?.id.clone(), act.deed)))
            .collect()
    }
}

/// Returns what rules of one policy did to the item, and those of the other did not.
fn causes(old: &Side<'_>, new: &Side<'_>, id: &str) -> Vec<Cause> {
    let (before, after) = (old.acts(id), new.acts(id));
    let alone = |own: &[(String, Deed)], other: &[(String, Deed)], is_new: bool| -> Vec<Cause> {
        let own = own.iter().filter(|act| !other.contains(act));
        own.map(|(rule, deed)| Cause {
            rule: rule.clone(),
            deed: *deed,
            is_new,
        })
        .collect()
    };
    let mut causes = [alone(&after, &before, true), alone(&before, &after, false)].concat();
    causes.dedup();
    causes
}
