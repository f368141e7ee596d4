//! A stored memory from any bytes: every script of the shop's origin can write it.

use shelfwise_core::privacy::MAX_MEMORY_BYTES;
use shelfwise_core::{
    CandidateSet, Engine, MAX_LAST_ITEMS, MAX_MUTES, MemoryChange, Mode, Policy, Request, Snapshot, Visit,
};

use crate::kept::with_head;

/// The longest lifetime that the shop allows in these trials.
const DAYS: u8 = 180;

/// Takes the bytes up as they are, and once more with a valid version and checksum. Returns how many facts and mutes were
/// taken up.
///
/// # Panics
/// If a memory is out of bounds, does not round-trip, or stops the engine.
pub fn memory(bytes: &[u8], now_ms: i64, intact: &[u8]) -> usize {
    let Ok(snapshot) = Snapshot::open(intact) else { return 0 };
    let mut engine = Engine::new(snapshot, Policy::default());
    let mut taken = 0;
    for stored in [bytes, &with_head(bytes)] {
        taken += take_up(stored, now_ms, &mut engine);
    }
    taken
}

fn take_up(stored: &[u8], now_ms: i64, engine: &mut Engine<&[u8]>) -> usize {
    let mut visit = Visit::new(Mode::Remembered);
    let Ok(kept) = visit.remember(engine, Some(stored), &MemoryChange::Keep, DAYS, now_ms) else {
        assert_eq!(visit.session().memory(), None, "a refused memory left something");
        return 0;
    };
    let memory = visit.session().memory().cloned().unwrap_or_default();
    assert!(
        kept.len() <= MAX_MEMORY_BYTES
            && memory.items().count() <= MAX_LAST_ITEMS
            && memory.muted().count() <= MAX_MUTES
    );
    let again = visit.remember(engine, Some(&kept), &MemoryChange::Keep, DAYS, now_ms);
    assert_eq!(again.as_ref(), Ok(&kept), "it came back as another");
    let request = Request {
        limit: 5,
        now_ms,
        candidates: CandidateSet::Catalog { sold_out: Vec::new() },
        ..Request::default()
    };
    let slate = visit.rank(engine, request).slate;
    let is_muted = |id: &str| memory.mutes(id, None, None);
    assert!(
        slate.items.iter().all(|item| !is_muted(&item.item_id)),
        "a muted item is shown"
    );
    memory.facts.len()
}

/// A memory of every section behind the head, prefixed with the time of its grant.
#[must_use]
pub fn every_section() -> Vec<u8> {
    let mut bytes = [&[0; 8][..], &0_u32.to_le_bytes(), &[30]].concat();
    for (tag, content) in [
        (1, &b"receipt"[..]),
        (2, b"\x02\x07sku-001\0\0\0\0"),
        (3, b"\x01\0\xcd\xab"),
        (9, b"later"),
    ] {
        bytes.push(tag);
        bytes.extend((content.len() as u16).to_le_bytes());
        bytes.extend(content);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_taken_up_and_other_bytes_are_refused() {
        let intact = crate::intact().unwrap();
        let seed = every_section();
        assert!(memory(&seed[8..], 0, &intact) > 0);
        assert_eq!(memory(b"", 0, &intact) + memory(&[0xFF; 500], 0, &intact), 0);
    }
}
