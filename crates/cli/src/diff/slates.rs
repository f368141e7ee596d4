//! Slates before and after: of the front page and of the pages of popular items, computed by the engine.

use serde::Serialize;
use shelfwise_core::{Context, CurrentItem, Engine, Placement, Policy, Recommend, Session, Snapshot};

/// Which pages are compared.
pub struct PageSelection<'a> {
    /// The placement whose rules apply.
    pub placement: &'a str,
    /// Number of most popular items.
    pub top: usize,
    /// Positions in a slate.
    pub limit: usize,
}

/// The pages that were compared.
#[derive(Serialize)]
pub struct SlatesChange {
    /// The placement whose rules applied.
    pub placement: String,
    /// Positions on all pages together, after.
    pub places: usize,
    /// Number of positions with an item that was not on that page before.
    pub changed: usize,
    /// The front page first, then the pages of items that both models know, the most popular first.
    pub pages: Vec<Page>,
}

/// A page, before and after.
#[derive(Serialize)]
pub struct Page {
    /// The item whose page it is; none for the front page.
    pub item_id: Option<String>,
    /// Items before, in order.
    pub before: Vec<String>,
    /// Items after.
    pub after: Vec<String>,
    /// Items that were not shown before.
    pub came: Vec<String>,
    /// Items that are no longer shown.
    pub went: Vec<String>,
}

impl Page {
    fn new(item_id: Option<String>, before: Vec<String>, after: Vec<String>) -> Self {
        let missing = |items: &[String], others: &[String]| -> Vec<String> {
            items.iter().filter(|item| !others.contains(item)).cloned().collect()
        };
        Self {
            item_id,
            came: missing(&after, &before),
            went: missing(&before, &after),
            before,
            after,
        }
    }

    /// Returns whether the slates differ.
    pub fn is_same(&self) -> bool {
        self.before == self.after
    }
}

impl SlatesChange {
    /// Computes every page with both engines, under a millisecond each.
    pub fn between(
        snapshots: [Snapshot<Vec<u8>>; 2],
        policies: [Option<Policy>; 2],
        selection: &PageSelection<'_>,
    ) -> Self {
        let [before, after] = &snapshots;
        let popular = after.popularity().top().filter_map(|item| after.ids().id_of(item));
        let known = popular.filter_map(|id| id.as_str().map(String::from));
        let known = known.filter(|id| before.ids().index_of(id).is_some());
        let items: Vec<String> = known.take(selection.top).collect();
        let [was, is] = policies;
        let [before, after] = snapshots;
        let (mut was, mut is) = (engine(before, was, selection), engine(after, is, selection));
        let front = std::iter::once(None).chain(items.into_iter().map(Some));
        let pages: Vec<Page> = front
            .map(|item| {
                let shown = |engine: &mut _| slate(engine, item.as_deref(), selection);
                let (was, is) = (shown(&mut was), shown(&mut is));
                Page::new(item, was, is)
            })
            .collect();
        Self {
            placement: selection.placement.into(),
            places: pages.iter().map(|page| page.after.len()).sum(),
            changed: pages.iter().map(|page| page.came.len()).sum(),
            pages,
        }
    }
}

/// Returns an engine under its rules; nobody needs the item whose page they are on, unless the rules say otherwise.
fn engine(snapshot: Snapshot<Vec<u8>>, policy: Option<Policy>, selection: &PageSelection<'_>) -> Engine<Vec<u8>> {
    let mut policy = policy.unwrap_or_default();
    if policy.placements.iter().all(|known| known.name != selection.placement) {
        policy.placements.push(Placement {
            name: selection.placement.into(),
            current_item: CurrentItem::Hide,
        });
    }
    Engine::new(snapshot, policy)
}

fn slate(engine: &mut Engine<Vec<u8>>, item: Option<&str>, selection: &PageSelection<'_>) -> Vec<String> {
    let request = Recommend {
        placement: selection.placement,
        context: Context {
            item,
            ..Context::default()
        },
        limit: selection.limit,
        now_ms: engine.snapshot().meta().trained_until_ms,
        ..Recommend::default()
    };
    let slate = engine.recommend(&Session::new(), &request, &mut ());
    slate.items.into_iter().map(|item| item.item_id.into_owned()).collect()
}
