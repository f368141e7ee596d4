//! Evaluates `rerank`: the rank of the next item before and after re-ranking the shop's own order.

use std::time::Instant;

use serde::Serialize;
use shelfwise_core::{Engine, Item, ItemIndex, Policy, Rerank, Snapshot};
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::Progress;

use crate::evaluate::replay::replay;
use crate::evaluate::{Latency, Places};

/// Result of re-ranking.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Relisted {
    /// Items in each list.
    pub items: usize,
    /// Ranks of the next item in the shop's own order.
    pub shop_order: Places,
    /// Ranks after re-ranking.
    pub reranked: Places,
    /// Time of one call.
    pub latency: Latency,
}

/// Re-ranks, for at most `most` predictions, lists of the `length` most popular items, by popularity: the shop's own
/// order.
///
/// If the next item is not among them, it replaces the last one, so that it is always in the list.
pub fn relist<B: AsRef<[u8]>>(
    snapshot: Snapshot<B>,
    log: &Log,
    length: usize,
    at: usize,
    most: Option<usize>,
    progress: &dyn Progress,
) -> Relisted {
    let popular = by_popularity(&snapshot, length);
    let mut engine = Engine::new(snapshot, Policy::default());
    let (mut shop_order, mut reranked, mut micros) = (Places::at(at), Places::at(at), Vec::new());
    replay(log, most, progress, |session, _, next| {
        let next = log.items[next as usize].as_str();
        let mut items: Vec<Item<'_>> = popular.iter().map(|id| Item::new(id)).collect();
        if let (false, Some(last)) = (popular.iter().any(|id| id == next), items.last_mut()) {
            *last = Item::new(next);
        }
        shop_order.count(items.iter().position(|item| item.id == next));
        let request = Rerank {
            items: &items,
            limit: items.len(),
            ..Rerank::default()
        };
        let start = Instant::now();
        let slate = engine.rerank(session, &request, &mut ());
        micros.push(start.elapsed().as_secs_f64() * 1e6);
        reranked.count(slate.items.iter().position(|item| item.item_id == next));
    });
    Relisted {
        items: popular.len(),
        shop_order: shop_order.finish(),
        reranked: reranked.finish(),
        latency: Latency::of(micros),
    }
}

fn by_popularity<B: AsRef<[u8]>>(snapshot: &Snapshot<B>, length: usize) -> Vec<String> {
    let (ids, popularity) = (snapshot.ids(), snapshot.popularity());
    let mut items: Vec<ItemIndex> = (0..snapshot.items() as u32).map(ItemIndex).collect();
    items.sort_by(|a, b| popularity.of(*b).total_cmp(&popularity.of(*a)).then(a.cmp(b)));
    let id = |item: &ItemIndex| ids.id_of(*item).and_then(|id| id.as_str().map(String::from));
    items.iter().take(length).filter_map(id).collect()
}
