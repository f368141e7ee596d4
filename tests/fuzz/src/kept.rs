//! A stored visit, and a stored memory of earlier ones, from any bytes: the storage is the shopper's, and every script of the page can write it.

use shelfwise_core::privacy::MAX_KEPT_BYTES;

use crate::checksum::crc32;
use crate::memory::memory;
use shelfwise_core::{
    CandidateSet, Engine, EventKind, MAX_EVENTS, MAX_ID_BYTES, Mode, Policy, Request, Snapshot, Visit,
};

/// Bytes of the time before the input proper.
const TIME_BYTES: usize = 8;

/// Restores the bytes as they are, and once more with a valid version and checksum, so that the code behind them runs
/// too. Returns how many events, facts and mutes were taken up.
///
/// # Panics
/// If a visit is restored that no events could make, or that does not round-trip.
pub fn kept(bytes: &[u8], intact: &[u8]) -> usize {
    let (time, bytes) = bytes.split_at(TIME_BYTES.min(bytes.len()));
    let now_ms = time.try_into().map_or(0, i64::from_le_bytes);
    [bytes, &with_head(bytes)]
        .map(|kept| take_up(kept, now_ms, intact))
        .iter()
        .sum::<usize>()
        + memory(bytes, now_ms, intact)
}

/// Returns a visit with an event of every stored kind, prefixed with the time of its restoration.
#[must_use]
pub fn every_kept_kind() -> Vec<u8> {
    let mut visit = Visit::new(Mode::Session);
    for kind in EventKind::ALL {
        // Some events revert others; those are not stored.
        let _ = visit.track(kind, &[kind.name()], 0);
    }
    [&[0; TIME_BYTES][..], &visit.save().unwrap_or_default()].concat()
}

/// Prefixes the bytes with a version and a checksum, as `save` does.
#[must_use]
pub fn with_head(events: &[u8]) -> Vec<u8> {
    [&[1], &crc32(events).to_le_bytes()[..], events].concat()
}

fn take_up(bytes: &[u8], now_ms: i64, intact: &[u8]) -> usize {
    let mut visit = Visit::new(Mode::Session);
    if visit.restore(bytes, now_ms).is_err() {
        assert_eq!(visit.session().events().len(), 0, "a refused visit left something");
        return 0;
    }
    let taken = visit.session().events().len();
    assert!((1..=MAX_EVENTS).contains(&taken), "a visit of {taken} events");
    assert!(
        visit
            .session()
            .events()
            .all(|event| event.item.len() <= MAX_ID_BYTES && event.at_ms <= now_ms)
    );
    comes_back(&visit, now_ms);
    rank_all(&mut visit, now_ms, intact);
    taken
}

fn comes_back(visit: &Visit, now_ms: i64) {
    let kept = visit.save().unwrap_or_default();
    let mut again = Visit::new(Mode::Session);
    assert_eq!(again.restore(&kept, now_ms), Ok(()));
    assert!(
        kept.len() <= MAX_KEPT_BYTES && again.profile() == visit.profile(),
        "it came back as another"
    );
}

fn rank_all(visit: &mut Visit, now_ms: i64, intact: &[u8]) {
    let Ok(snapshot) = Snapshot::open(intact) else { return };
    let mut engine = Engine::new(snapshot, Policy::default());
    let request = Request {
        limit: 5,
        now_ms,
        candidates: CandidateSet::Catalog { sold_out: Vec::new() },
        ..Request::default()
    };
    let answer = visit.rank(&mut engine, request);
    let same = visit.what_if(&mut engine, &answer.slate.slate_id, &[]);
    assert_eq!(same.as_ref(), Some(&answer), "a slate that is made again is another");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_visit_is_restored_and_other_bytes_are_refused() {
        let intact = crate::intact().unwrap();
        let event = [&[1, 0, 0, 0, 2, 7][..], b"sku-001", &[0; 8]].concat();
        assert_eq!(kept(&[&[0; 8][..], &event].concat(), &intact), 1);
        assert_eq!(kept(&[&[0; 8][..], &with_head(&event)].concat(), &intact), 1);
        assert!(kept(&every_kept_kind(), &intact) > 5);
        assert_eq!(kept(b"", &intact) + kept(&[0xFF; 500], &intact), 0);
    }
}
