//! The bytes in which a memory is kept: their documented form, and what is refused.

use proptest::collection::vec;
use proptest::prelude::*;
use shelfwise_core::privacy::{MAX_MEMORY_BYTES, MemoryError};
use shelfwise_core::{EventKind, MemoryChange, Mode, Visit};

use crate::memory::{NOW_MS, ask, corner_shop, grant, items, mute, recall, remembered, shelf};

/// Bit by bit, as the standard has it.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes
        .iter()
        .fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

/// A memory that was granted now for 30 days, with these sections behind the receipt, and a checksum that fits.
pub fn container(sections: &[(u8, &[u8])]) -> Vec<u8> {
    let mut rest = [&20_000_u32.to_le_bytes()[..], &[30]].concat();
    for (tag, content) in [&[(1, &b"consent 7"[..])], sections].concat() {
        rest.push(tag);
        rest.extend((content.len() as u16).to_le_bytes());
        rest.extend(content);
    }
    [&[1], &crc32(&rest).to_le_bytes()[..], &rest].concat()
}

/// A muted item as it is kept, by its name of at most 9 bytes.
pub fn muted(item: &str) -> Vec<u8> {
    [&[16, item.len() as u8], item.as_bytes(), &20_000_u32.to_le_bytes()].concat()
}

#[test]
fn memory_bytes_match_the_documented_form() {
    let mut visit = Visit::new(Mode::Remembered);
    visit.track(EventKind::ViewItem, &["tea"], NOW_MS).unwrap();
    let engine = corner_shop();
    let first = visit
        .remember(&engine, None, &grant("consent 7", NOW_MS), 30, NOW_MS)
        .unwrap();
    let mute = mute("jam");
    let bytes = visit.remember(&engine, Some(&first), &mute, 30, NOW_MS).unwrap();
    let fact = [&[2, 3][..], b"tea", &20_000_u32.to_le_bytes()].concat();
    assert_eq!(bytes, container(&[(2, &[muted("jam"), fact].concat())]));
}

#[test]
fn bytes_that_are_no_memory_are_refused_for_their_reason() {
    let good = remembered(&[(EventKind::ViewItem, "tea")]);
    let mut newer = good.clone();
    newer[0] = 2;
    let mut flipped = good.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let twice = [&[2, 3][..], b"tea", &[0; 4]].concat().repeat(2);
    let cut = good[..good.len() - 1].to_vec();
    for (what, bytes, why) in [
        ("nothing", vec![], MemoryError::Damaged),
        ("cut", cut, MemoryError::Damaged),
        ("newer", newer, MemoryError::Version { got: 2 }),
        ("flipped", flipped, MemoryError::Damaged),
        ("too long", vec![1; MAX_MEMORY_BYTES + 1], MemoryError::TooLong),
        (
            "a section that lies",
            container(&[(2, b"\x02\x09tea")]),
            MemoryError::Damaged,
        ),
        ("an item twice", container(&[(2, &twice)]), MemoryError::Damaged),
        (
            "an item without a name",
            container(&[(2, b"\x02\0\0\0\0\0")]),
            MemoryError::Damaged,
        ),
        (
            "a mute without a name",
            container(&[(2, &muted(""))]),
            MemoryError::Damaged,
        ),
        (
            "a kind of mute that is none",
            container(&[(2, b"\x13\x01a\0\0\0\0")]),
            MemoryError::Damaged,
        ),
        ("a receipt that is none", container(&[(1, b"")]), MemoryError::Receipt),
    ] {
        assert_eq!(recall(&bytes, NOW_MS).err(), Some(why), "{what}");
    }
    let mut visit = Visit::new(Mode::Remembered);
    let granted = visit.remember(&corner_shop(), Some(b"no memory"), &grant("r", NOW_MS), 30, NOW_MS);
    assert!(granted.is_ok(), "what cannot be read is not in the way of a grant");
}

#[test]
fn a_section_of_a_later_engine_is_dropped_and_the_others_are_read() {
    let fact = [&[2, 3][..], b"tea", &20_000_u32.to_le_bytes()].concat();
    let later = container(&[(77, b"purchases by day"), (2, &fact)]);
    let visit = recall(&later, NOW_MS).unwrap();
    assert_eq!(items(&visit), [(EventKind::ViewItem, "tea")]);
    let mut again = Visit::new(Mode::Remembered);
    let kept = again.remember(&corner_shop(), Some(&later), &MemoryChange::Keep, 30, NOW_MS);
    assert_eq!(kept.unwrap(), container(&[(2, &fact)]));
}

proptest! {
    #[test]
    fn no_bytes_make_more_than_a_memory(bytes in vec(any::<u8>(), 0..300), sections in vec((1u8..6, vec(any::<u8>(), 0..40)), 0..4)) {
        let _ = recall(&bytes, NOW_MS);
        let sections: Vec<_> = sections.iter().map(|(tag, content)| (*tag, &**content)).collect();
        if let Ok(visit) = recall(&container(&sections), NOW_MS) {
            let mut visit = visit;
            let _ = ask(&mut visit, shelf());
        }
    }
}
