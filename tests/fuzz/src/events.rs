//! A visit from any bytes: kinds, ids and times that no shop would send.

use shelfwise_core::snapshot::Snapshot;
use shelfwise_core::{Context, Engine, EventKind, Item, MAX_EVENTS, MAX_ID_BYTES, Policy, Recommend, Rerank, Session};

/// Bytes before an id: kind, length of the id and a time.
const EVENT_BYTES: usize = 10;

/// Applies one event after the other, and requests slates at the end. Returns how many events were accepted.
///
/// # Panics
/// If a visit exceeds its bounds, a refused event changed it, or the engine panics.
pub fn events(mut bytes: &[u8], intact: &[u8]) -> usize {
    let (mut session, mut taken, mut now_ms) = (Session::new(), 0, 0);
    let mut ids = Vec::new();
    while let Some((head, rest)) = bytes.split_first_chunk::<EVENT_BYTES>() {
        let (id, after) = rest.split_at(usize::from(head[1]).min(rest.len()));
        // Half of the ids are those of the snapshot, so that events have an effect.
        let id = if head[0] < 128 {
            format!("sku-{:03}", head[1])
        } else {
            String::from_utf8_lossy(id).into_owned()
        };
        now_ms = next_time(now_ms, head);
        taken += usize::from(apply(
            &mut session,
            EventKind::ALL[usize::from(head[0] % 16)],
            &id,
            now_ms,
        ));
        ids.push(id);
        bytes = after;
    }
    rank_all(&session, &ids, now_ms, intact);
    taken
}

/// Returns the next time: mostly a little later, sometimes any time at all.
fn next_time(now_ms: i64, head: &[u8; EVENT_BYTES]) -> i64 {
    let raw = head.last_chunk::<8>().map_or(0, |raw| i64::from_le_bytes(*raw));
    if raw % 8 == 0 {
        raw
    } else {
        now_ms.saturating_add(raw % 600_000)
    }
}

fn apply(session: &mut Session, kind: EventKind, id: &str, now_ms: i64) -> bool {
    let before = session.clone();
    let taken = session.apply(kind, id, now_ms).is_ok();
    assert!(
        taken || session.events().eq(before.events()),
        "a refused event changed the visit"
    );
    assert!(
        session.events().len() <= MAX_EVENTS,
        "a visit of {} events",
        session.events().len()
    );
    assert!(
        session.events().all(|event| event.item.len() <= MAX_ID_BYTES),
        "an id beyond its bound"
    );
    taken
}

fn rank_all(session: &Session, ids: &[String], now_ms: i64, intact: &[u8]) {
    let Ok(snapshot) = Snapshot::open(intact) else { return };
    let mut engine = Engine::new(snapshot, Policy::default());
    let context = Context {
        item: ids.first().map(String::as_str),
        category: ids.last().map(String::as_str),
        ..Context::default()
    };
    let items: Vec<Item<'_>> = ids.iter().map(|id| Item::new(id)).collect();
    let limit = ids.len();
    let rerank = Rerank {
        items: &items,
        context,
        limit,
        now_ms,
        ..Rerank::default()
    };
    let shown = engine.rerank(session, &rerank, &mut ()).items.len();
    let hidden = ids.iter().filter(|id| session.is_hidden(id, now_ms)).count();
    assert_eq!(shown + hidden, ids.len(), "an item was lost on the way");
    let recommend = Recommend {
        context,
        limit,
        now_ms,
        ..Recommend::default()
    };
    let slate = engine.recommend(session, &recommend, &mut ());
    assert!(
        slate.items.iter().all(|item| !session.is_hidden(&item.item_id, now_ms)),
        "a hidden item was shown"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visit_from_any_bytes_is_valid() {
        let intact = crate::intact().unwrap();
        assert_eq!(events(b"", &intact), 0);
        let views = [[2, 7, 1, 0, 0, 0, 0, 0, 0, 0].as_slice(); 300].concat();
        assert!(events(&views, &intact) > 100);
        assert_eq!(events(&[0xFF; 5000], &intact), 0, "ids of 765 bytes");
    }
}
