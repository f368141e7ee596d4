//! A visit that is kept from page to page: the same when it comes back, and proof against whatever else comes.

use proptest::collection::vec;
use proptest::prelude::*;
use shelfwise_core::privacy::{KeptError, MAX_KEPT_BYTES};
use shelfwise_core::{EventKind, IDLE_MS, MAX_EVENTS, MAX_ID_BYTES, Mode, Visit};

const NOW_MS: i64 = 1_767_225_600_000;

fn visit(events: &[(EventKind, &str, i64)]) -> Visit {
    let mut visit = Visit::new(Mode::Session);
    for (kind, item, at_ms) in events {
        visit.track(*kind, &[*item], *at_ms).unwrap();
    }
    visit
}

fn restored(kept: &[u8], now_ms: i64) -> Result<Visit, KeptError> {
    let mut visit = Visit::new(Mode::Session);
    visit.restore(kept, now_ms).map(|()| visit)
}

/// What stands behind the head, with a checksum that fits.
fn kept(events: &[u8]) -> Vec<u8> {
    let mut bytes = vec![1];
    bytes.extend(crc32(events).to_le_bytes());
    bytes.extend(events);
    bytes
}

/// Bit by bit, as the standard has it.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes
        .iter()
        .fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

/// An event as it is kept: id, kind, length and item, time.
fn event(id: u32, kind: u8, item: &[u8], at_ms: i64) -> Vec<u8> {
    [
        &id.to_le_bytes()[..],
        &[kind, item.len() as u8],
        item,
        &at_ms.to_le_bytes(),
    ]
    .concat()
}

#[test]
fn restore_continues_the_visit() {
    let before = visit(&[
        (EventKind::ViewItem, "bread", NOW_MS),
        (EventKind::AddToCart, "寿司", NOW_MS + 1),
        (EventKind::Undo, "bread", NOW_MS + 2),
        (EventKind::GiftOn, "", NOW_MS + 3),
        (EventKind::HideItem, "tea", NOW_MS + 4),
    ]);
    let mut after = restored(&before.save().unwrap(), NOW_MS + 5).unwrap();
    assert_eq!(after.profile(), before.profile());
    assert_eq!(after.save(), before.save());
    after.track(EventKind::ViewItem, &["jam"], NOW_MS + 6).unwrap();
    assert_eq!(after.session().events().last().unwrap().id, 5, "numbers go on");
}

#[test]
fn keep_bytes_match_the_documented_form() {
    let visit = visit(&[(EventKind::ViewItem, "tea", NOW_MS)]);
    assert_eq!(visit.save().unwrap(), kept(&event(1, 2, b"tea", NOW_MS)));
}

#[test]
fn keep_without_events_is_nothing() {
    assert_eq!(Visit::new(Mode::Session).save(), None);
    let mut lowered = visit(&[(EventKind::ViewItem, "tea", 0)]);
    lowered.set_mode(Mode::Contextual);
    assert_eq!(lowered.save(), None);
}

#[test]
fn of_the_longest_visit_the_last_events_and_the_gift_are_kept() {
    let mut longest = Visit::new(Mode::Session);
    for at in 0..2 * MAX_EVENTS {
        let id = format!("{at:0>MAX_ID_BYTES$}");
        longest.track(EventKind::ViewItem, &[id], i64::MAX).unwrap();
        if at == MAX_EVENTS {
            longest.track(EventKind::GiftOn, &[""; 0], i64::MAX).unwrap();
        }
    }
    let held = longest.session().events().len();
    let kept = longest.save().unwrap();
    assert!(kept.len() <= MAX_KEPT_BYTES, "{} bytes", kept.len());
    let again = restored(&kept, i64::MAX).unwrap();
    assert!(kept.len() > MAX_KEPT_BYTES - 2 * MAX_ID_BYTES - 100 && again.session().events().len() < held);
    assert!(
        again.session().is_for_gift(),
        "the beginning of the gift is older than what stays behind"
    );
    let last = |visit: &Visit| visit.session().events().last().cloned();
    assert_eq!(last(&again), last(&longest));
}

#[test]
fn only_a_mode_that_holds_events_takes_a_visit_up() {
    let kept = visit(&[(EventKind::ViewItem, "tea", NOW_MS)]).save().unwrap();
    for mode in [Mode::Off, Mode::Contextual] {
        let mut visit = Visit::new(mode);
        assert_eq!(visit.restore(&kept, NOW_MS), Err(KeptError::NotInMode(mode)));
        assert_eq!(visit.session().events().len(), 0);
    }
}

#[test]
fn restore_after_an_event_is_refused() {
    let kept = visit(&[(EventKind::ViewItem, "tea", NOW_MS)]).save().unwrap();
    let mut newer = visit(&[(EventKind::ViewItem, "jam", NOW_MS + 1)]);
    assert_eq!(newer.restore(&kept, NOW_MS + 2), Err(KeptError::InTheWay));
    assert!(newer.restore(&kept, NOW_MS + IDLE_MS).is_err());
    assert_eq!(&*newer.session().events().last().unwrap().item, "jam");
}

#[test]
fn restore_after_half_an_hour_is_expired() {
    let kept = visit(&[(EventKind::ViewItem, "tea", NOW_MS)]).save().unwrap();
    assert!(restored(&kept, NOW_MS + IDLE_MS).is_ok());
    assert_eq!(restored(&kept, NOW_MS + IDLE_MS + 1).unwrap_err(), KeptError::Over);
    assert_eq!(restored(&kept, i64::MAX).unwrap_err(), KeptError::Over);
}

#[test]
fn restore_clock_set_back_extends_nothing() {
    let kept = visit(&[
        (EventKind::ViewItem, "a", NOW_MS - 9),
        (EventKind::ViewItem, "b", NOW_MS),
    ])
    .save()
    .unwrap();
    let early = NOW_MS - IDLE_MS;
    let visit = restored(&kept, early).unwrap();
    assert!(visit.session().events().all(|event| event.at_ms <= early));
    assert_eq!(restored(&kept, early - 1).unwrap_err(), KeptError::AheadOfClock);
    assert_eq!(restored(&kept, i64::MIN).unwrap_err(), KeptError::AheadOfClock);
}

#[test]
fn another_version_is_refused_with_both_numbers() {
    let mut kept = visit(&[(EventKind::ViewItem, "tea", NOW_MS)]).save().unwrap();
    kept[0] = 7;
    let error = restored(&kept, NOW_MS).unwrap_err();
    assert_eq!(error, KeptError::Version { got: 7, known: 2 });
    assert!(
        error.to_string().contains("version 7") && error.to_string().contains("reads 2"),
        "{error}"
    );
}

#[test]
fn restore_flipped_bit_is_refused() {
    let kept = visit(&[
        (EventKind::ViewItem, "tea", NOW_MS),
        (EventKind::AddToCart, "jam", NOW_MS),
    ])
    .save()
    .unwrap();
    for bit in 0..8 * kept.len() {
        let mut damaged = kept.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let error = restored(&damaged, NOW_MS).unwrap_err();
        let expected = if bit < 8 {
            matches!(error, KeptError::Version { .. })
        } else {
            error == KeptError::Damaged
        };
        assert!(expected, "bit {bit}: {error}");
    }
    for end in 0..kept.len() {
        assert!(restored(&kept[..end], NOW_MS).is_err(), "{end} bytes");
    }
}

#[test]
fn restore_impossible_visit_with_valid_checksum_is_refused() {
    let fine = event(1, 2, b"tea", NOW_MS);
    assert!(restored(&kept(&fine), NOW_MS).is_ok());
    let gift = |id| event(id, 14, b"", NOW_MS);
    for (what, events) in [
        ("no event", vec![]),
        ("an event without an item", event(1, 2, b"", NOW_MS)),
        ("a kind that is not", event(1, 16, b"tea", NOW_MS)),
        ("an undo", event(1, 13, b"tea", NOW_MS)),
        ("a gift's end", event(1, 15, b"", NOW_MS)),
        ("two gifts", [gift(1), gift(2)].concat()),
        ("a number twice", [fine.clone(), fine.clone()].concat()),
        ("number nought", event(0, 2, b"tea", NOW_MS)),
        ("an id that is no text", event(1, 2, b"\xFF\xFE", NOW_MS)),
        ("half an event", fine[..9].to_vec()),
        ("a byte too many", [fine.clone(), vec![0]].concat()),
        (
            "too many events",
            (1..=MAX_EVENTS as u32 + 1)
                .flat_map(|id| event(id, 2, b"tea", NOW_MS))
                .collect(),
        ),
    ] {
        assert_eq!(
            restored(&kept(&events), NOW_MS).unwrap_err(),
            KeptError::Damaged,
            "{what}"
        );
    }
}

#[test]
fn restore_oversized_bytes_are_refused() {
    let flood = vec![1; 10_000_000];
    assert_eq!(
        restored(&flood, NOW_MS).unwrap_err(),
        KeptError::TooLong { got: flood.len() }
    );
}

proptest! {
    #[test]
    fn keep_and_restore_round_trip(events in vec((proptest::sample::select(EventKind::ALL.to_vec()), "[a-d]?|\\PC{0,60}", 0..IDLE_MS), 0..300)) {
        let mut visit = Visit::new(Mode::Session);
        for (kind, item, at_ms) in &events {
            let _ = visit.track(*kind, &[item], *at_ms);
        }
        let Some(kept) = visit.save() else {
            prop_assert_eq!(visit.session().events().len(), 0);
            return Ok(());
        };
        prop_assert!(kept.len() <= MAX_KEPT_BYTES);
        let again = restored(&kept, IDLE_MS).unwrap();
        prop_assert_eq!(again.profile(), visit.profile());
        prop_assert_eq!(again.save().unwrap(), kept);
    }

    #[test]
    fn any_bytes_are_taken_up_or_refused(events in vec(any::<u8>(), 0..400), now_ms in any::<i64>()) {
        for bytes in [kept(&events), events] {
            match restored(&bytes, now_ms) {
                Ok(visit) => prop_assert!((1..=MAX_EVENTS).contains(&visit.session().events().len())),
                Err(error) => prop_assert!(!error.to_string().is_empty()),
            }
        }
    }
}
