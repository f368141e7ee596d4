//! What is remembered of earlier visits: when it begins and ends, what enters, and what ranking does with it.

use shelfwise_core::privacy::{MAX_MEMORY_BYTES, MemoryError, MuteKind};
use shelfwise_core::snapshot::{AttributeTable, NeighbourTable, Snapshot, SnapshotBuilder};
use shelfwise_core::{
    Basis, CandidateSet, Day, Engine, EventKind, Grant, IDLE_MS, ListItem, MAX_LAST_ITEMS, MAX_MUTES, MemoryChange,
    Mode, Policy, ReasonCode, Request, RuledOut, Visit, example,
};

use crate::memory_bytes::{container, muted};
use crate::shop;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// In the middle of a day.
pub const NOW_MS: i64 = 20_000 * DAY_MS + DAY_MS / 2;

/// Bread goes with butter and jam; tea is the bestseller.
pub fn corner_shop() -> Engine<Vec<u8>> {
    shop::corner_shop(Policy::default())
}

pub fn grant(receipt: &str, at_ms: i64) -> MemoryChange {
    MemoryChange::Grant(Grant {
        receipt: receipt.into(),
        day: Day::of(at_ms),
        days: 30,
    })
}

/// A visit of these events, with what it makes of the memory.
fn visit(stored: Option<&[u8]>, events: &[(EventKind, &str)], now_ms: i64) -> (Visit, Vec<u8>) {
    let mut visit = Visit::new(Mode::Remembered);
    for (kind, item) in events {
        visit.track(*kind, &[*item], now_ms).unwrap();
    }
    let change = if stored.is_some() {
        MemoryChange::Keep
    } else {
        grant("consent 7", now_ms)
    };
    let bytes = visit.remember(&corner_shop(), stored, &change, 180, now_ms).unwrap();
    (visit, bytes)
}

pub fn remembered(events: &[(EventKind, &str)]) -> Vec<u8> {
    visit(None, events, NOW_MS).1
}

/// What becomes of the bytes on a later visit.
pub fn recall(bytes: &[u8], now_ms: i64) -> Result<Visit, MemoryError> {
    let mut visit = Visit::new(Mode::Remembered);
    let kept = visit.remember(&corner_shop(), Some(bytes), &MemoryChange::Keep, 180, now_ms);
    match kept {
        Ok(_) => Ok(visit),
        Err(why) => {
            assert_eq!(visit.session().memory(), None, "a refused memory left something");
            Err(why)
        }
    }
}

pub fn items(visit: &Visit) -> Vec<(EventKind, &str)> {
    let memory = visit.session().memory().unwrap();
    memory.items().map(|(event, fact)| (event, &*fact.name)).collect()
}

fn mutes(visit: &Visit) -> Vec<(MuteKind, &str)> {
    visit.session().memory().unwrap().muted().collect()
}

pub fn mute(item: &str) -> MemoryChange {
    MemoryChange::Mute(MuteKind::Item, item.into())
}

pub fn shelf() -> Request {
    Request {
        limit: 9,
        now_ms: NOW_MS + DAY_MS,
        candidates: CandidateSet::Catalog { sold_out: vec![] },
        ..Request::default()
    }
}

pub fn ask(visit: &mut Visit, request: Request) -> (Vec<String>, Basis, Vec<ReasonCode>) {
    let answer = visit.rank(&mut corner_shop(), request);
    let ids = answer.slate.items.iter().map(|item| item.item_id.to_string()).collect();
    let codes = answer.reasons.iter().flatten().map(|reason| reason.code).collect();
    (ids, answer.slate.basis, codes)
}

#[test]
fn nothing_is_remembered_before_a_grant_or_in_a_lower_mode() {
    let engine = corner_shop();
    for mode in [Mode::Off, Mode::Contextual, Mode::Session] {
        let mut visit = Visit::new(mode);
        let kept = visit.remember(&engine, None, &grant("consent 7", NOW_MS), 30, NOW_MS);
        assert_eq!(kept, Err(MemoryError::NotInMode), "{mode:?}");
    }
    let mut visit = Visit::new(Mode::Remembered);
    visit.track(EventKind::ViewItem, &["tea"], NOW_MS).unwrap();
    for change in [MemoryChange::Keep, mute("tea")] {
        let kept = visit.remember(&engine, None, &change, 30, NOW_MS);
        assert_eq!((kept, visit.session().memory()), (Err(MemoryError::NoGrant), None));
    }
}

#[test]
fn a_lower_mode_and_forget_leave_nothing_of_it() {
    let stored = remembered(&[(EventKind::ViewItem, "bread")]);
    for end in [|visit: &mut Visit| visit.set_mode(Mode::Session), Visit::forget] {
        let mut visit = recall(&stored, NOW_MS).unwrap();
        end(&mut visit);
        assert_eq!(visit.session().memory(), None);
        assert_eq!(ask(&mut visit, shelf()).1, Basis::Popularity);
    }
}

#[test]
fn a_visit_that_is_over_leaves_the_memory() {
    let (mut visit, _) = visit(None, &[(EventKind::ViewItem, "bread")], NOW_MS);
    let later = Request {
        now_ms: NOW_MS + IDLE_MS + 1,
        ..shelf()
    };
    assert_eq!(ask(&mut visit, later).1, Basis::Memory);
    assert_eq!(visit.session().events().len(), 0);
    visit
        .track(EventKind::ViewItem, &["jam"], NOW_MS + 3 * IDLE_MS)
        .unwrap();
    assert_eq!(items(&visit), [(EventKind::ViewItem, "bread")]);
}

#[test]
fn lifetime_counts_from_the_grant_and_never_slides() {
    let mut stored = remembered(&[(EventKind::ViewItem, "tea")]);
    // A visit every day, each with the receipt that is held already.
    for day in 1..30 {
        let now_ms = NOW_MS + day * DAY_MS;
        let mut visit = Visit::new(Mode::Remembered);
        visit.track(EventKind::ViewItem, &["bread"], now_ms).unwrap();
        let again = grant("consent 7", now_ms);
        stored = visit
            .remember(&corner_shop(), Some(&stored), &again, 180, now_ms)
            .unwrap();
        assert_eq!(visit.session().memory().unwrap().grant.day, Day(20_000));
    }
    assert!(recall(&stored, NOW_MS + 29 * DAY_MS).is_ok());
    assert_eq!(recall(&stored, NOW_MS + 30 * DAY_MS).err(), Some(MemoryError::Over));
}

#[test]
fn a_fresh_grant_begins_a_new_lifetime_and_drops_facts_that_are_older_than_one() {
    let stored = remembered(&[(EventKind::ViewItem, "tea")]);
    let (_, stored) = visit(Some(&stored), &[(EventKind::ViewItem, "bread")], NOW_MS + 20 * DAY_MS);
    let now_ms = NOW_MS + 29 * DAY_MS;
    let mut later = Visit::new(Mode::Remembered);
    let fresh = grant("consent 8", now_ms);
    let stored = later
        .remember(&corner_shop(), Some(&stored), &fresh, 180, now_ms)
        .unwrap();
    assert_eq!(items(&later).len(), 2);
    let visit = recall(&stored, now_ms + 2 * DAY_MS).unwrap();
    assert_eq!(
        items(&visit),
        [(EventKind::ViewItem, "bread")],
        "tea was touched 31 days ago"
    );
}

#[test]
fn a_receipt_that_is_old_ahead_of_the_clock_or_no_text_is_refused() {
    let refused = |receipt: &str, at_ms, days| {
        let grant = Grant {
            receipt: receipt.into(),
            day: Day::of(at_ms),
            days,
        };
        let mut visit = Visit::new(Mode::Remembered);
        let kept = visit.remember(&corner_shop(), None, &MemoryChange::Grant(grant), 30, NOW_MS);
        assert_eq!(visit.session().memory().is_some(), kept.is_ok());
        kept.err()
    };
    assert_eq!(refused("r", NOW_MS - 29 * DAY_MS, 30), None);
    assert_eq!(refused("r", NOW_MS - 30 * DAY_MS, 30), Some(MemoryError::Over));
    assert_eq!(refused("r", NOW_MS + DAY_MS, 30), None);
    assert_eq!(refused("r", NOW_MS + 2 * DAY_MS, 30), Some(MemoryError::AheadOfClock));
    for (receipt, days) in [("", 30), ("a\nb", 30), (&*"x".repeat(256), 30), ("r", 0), ("r", 181)] {
        assert_eq!(
            refused(receipt, NOW_MS, days),
            Some(MemoryError::Receipt),
            "{receipt} {days}"
        );
    }
}

#[test]
fn a_clock_that_is_wrong_makes_no_memory_longer() {
    let (_, stored) = visit(
        Some(&remembered(&[])),
        &[(EventKind::ViewItem, "tea")],
        NOW_MS + 10 * DAY_MS,
    );
    // Set back behind the last item, and behind the grant.
    for days in [8, -2] {
        let early = NOW_MS + days * DAY_MS;
        assert_eq!(recall(&stored, early).err(), Some(MemoryError::AheadOfClock), "{days}");
    }
    assert!(recall(&stored, NOW_MS + 9 * DAY_MS).is_ok(), "a day is no proof");
    assert_eq!(recall(&stored, i64::MAX).err(), Some(MemoryError::Over));
    assert_eq!(recall(&stored, i64::MIN).err(), Some(MemoryError::AheadOfClock));
}

#[test]
fn items_are_remembered_once_each_with_the_strongest_event_and_the_last_day() {
    let engine = corner_shop();
    let first = remembered(&[
        (EventKind::ViewItem, "tea"),
        (EventKind::AddToCart, "bread"),
        (EventKind::ViewItemList, "jam"),
        (EventKind::ViewItem, "no such item"),
    ]);
    let (visit, _) = visit(Some(&first), &[(EventKind::ViewItem, "tea")], NOW_MS + 2 * DAY_MS);
    assert_eq!(
        items(&visit),
        [(EventKind::AddToCart, "bread"), (EventKind::ViewItem, "tea")]
    );
    let memory = visit.session().memory().unwrap();
    assert_eq!(
        memory.items().map(|(_, fact)| fact.day).collect::<Vec<_>>(),
        [Day(20_000), Day(20_002)]
    );
    assert_eq!(engine.snapshot().ids().index_of("no such item"), None);
}

#[test]
fn what_is_taken_back_hidden_or_of_a_gift_does_not_stay() {
    let mut visit = Visit::new(Mode::Remembered);
    let engine = corner_shop();
    let mut stored = None;
    let mut go = |visit: &mut Visit, kind, item: &str| {
        visit.track(kind, &[item], NOW_MS).unwrap();
        let change = if stored.is_none() {
            grant("r", NOW_MS)
        } else {
            MemoryChange::Keep
        };
        stored = Some(visit.remember(&engine, stored.as_deref(), &change, 30, NOW_MS).unwrap());
    };
    go(&mut visit, EventKind::ViewItem, "tea");
    go(&mut visit, EventKind::AddToCart, "bread");
    go(&mut visit, EventKind::HideItem, "jam");
    assert_eq!(items(&visit).len(), 2);
    assert_eq!(mutes(&visit), [(MuteKind::Item, "jam")]);
    go(&mut visit, EventKind::RemoveFromCart, "bread");
    go(&mut visit, EventKind::Undo, "jam");
    assert_eq!(items(&visit), [(EventKind::ViewItem, "tea")]);
    assert_eq!(mutes(&visit), []);
    go(&mut visit, EventKind::GiftOn, "");
    go(&mut visit, EventKind::ViewItem, "butter");
    go(&mut visit, EventKind::HideItem, "bread");
    assert_eq!(
        (items(&visit), mutes(&visit)),
        (vec![(EventKind::ViewItem, "tea")], vec![])
    );
    go(&mut visit, EventKind::GiftOff, "");
    go(&mut visit, EventKind::HideItem, "tea");
    assert_eq!(items(&visit), []);
}

#[test]
fn items_of_an_earlier_visit_rank_behind_those_of_this_one_and_say_so() {
    let stored = remembered(&[(EventKind::ViewItem, "bread")]);
    let mut visit = recall(&stored, NOW_MS + DAY_MS).unwrap();
    let (ids, basis, codes) = ask(&mut visit, shelf());
    assert_eq!((&*ids[0], basis), ("butter", Basis::Memory));
    assert_eq!(codes[0], ReasonCode::FromEarlierVisit);
    let answer = visit.rank(&mut corner_shop(), shelf());
    assert_eq!(answer.reasons[0][0].evidence.as_deref(), Some("bread"));
    assert!(!answer.slate.fallback_used());

    visit.track(EventKind::ViewItem, &["butter"], NOW_MS + DAY_MS).unwrap();
    let (_, basis, codes) = ask(&mut visit, shelf());
    assert_eq!(basis, Basis::Session);
    assert!(codes.contains(&ReasonCode::FromEarlierVisit), "{codes:?}");
    visit.track(EventKind::GiftOn, &[""; 0], NOW_MS + DAY_MS).unwrap();
    assert_eq!(
        ask(&mut visit, shelf()).1,
        Basis::Popularity,
        "a gift is for somebody else"
    );
}

/// The corner shop with all four items on its shelf, and a catalog of brands and categories.
fn shop_with_catalog() -> Engine<Vec<u8>> {
    let builder = SnapshotBuilder {
        top: vec![1, 3, 0, 2],
        attributes: Some(AttributeTable {
            categories: ["food > spreads", "drinks"].map(String::from).to_vec(),
            brands: ["Mill", "Leaf"].map(String::from).to_vec(),
            // jam, tea, bread, butter
            items: vec![(Some(0), None), (Some(1), Some(1)), (None, Some(0)), (Some(0), Some(0))],
            popular: vec![vec![0, 3], vec![1]],
        }),
        ..example::corner_shop()
    };
    Engine::new(Snapshot::open(builder.build().unwrap()).unwrap(), Policy::default())
}

#[test]
fn a_mute_hides_on_every_shelf_until_it_is_taken_back() {
    let mut engine = shop_with_catalog();
    let ids = ["tea", "butter", "jam", "bread"];
    let listed = ids.map(|id| ListItem {
        id: id.into(),
        ..ListItem::default()
    });
    let shelves = [
        CandidateSet::Catalog { sold_out: vec![] },
        CandidateSet::List(listed.to_vec()),
    ];
    for (kind, name, left) in [
        (MuteKind::Item, "bread", &["tea", "butter", "jam"][..]),
        (MuteKind::Brand, "Mill", &["tea", "jam"]),
        (MuteKind::Category, "food", &["tea", "bread"]),
    ] {
        let mut visit = Visit::new(Mode::Remembered);
        let stored = visit.remember(&engine, None, &grant("r", NOW_MS), 30, NOW_MS).unwrap();
        let mute = MemoryChange::Mute(kind, name.into());
        let muted = visit.remember(&engine, Some(&stored), &mute, 30, NOW_MS).unwrap();
        for candidates in &shelves {
            let request = Request {
                candidates: candidates.clone(),
                ..shelf()
            };
            let slate = visit.rank(&mut engine, request.clone()).slate;
            let shown: Vec<_> = slate.items.iter().map(|item| &*item.item_id).collect();
            assert_eq!(shown, left, "{name}");
            let gone = ids.into_iter().find(|id| !left.contains(id)).unwrap();
            let why = visit.explain(&mut engine, &slate.slate_id, gone).unwrap();
            assert_eq!(why.ruled_out, Some(RuledOut::Muted));
        }
        let back = MemoryChange::Unmute(kind, name.into());
        visit.remember(&engine, Some(&muted), &back, 30, NOW_MS).unwrap();
        assert_eq!(visit.rank(&mut engine, shelf()).slate.items.len(), ids.len());
    }
}

#[test]
fn a_mute_of_what_the_model_does_not_know_and_one_too_many_are_refused() {
    let engine = corner_shop();
    let (mut visit, stored) = visit(None, &[], NOW_MS);
    for (kind, name) in [
        (MuteKind::Item, "flagged as sensitive"),
        (MuteKind::Brand, "none"),
        (MuteKind::Category, "none"),
    ] {
        let kept = visit.remember(
            &engine,
            Some(&stored),
            &MemoryChange::Mute(kind, name.into()),
            30,
            NOW_MS,
        );
        assert_eq!(kept, Err(MemoryError::NotInModel));
    }
    let names: Vec<u8> = (0..MAX_MUTES).flat_map(|n| muted(&format!("{n:03}"))).collect();
    let full = container(&[(2, &names)]);
    let kept = visit.remember(&engine, Some(&full), &mute("tea"), 30, NOW_MS);
    assert_eq!(kept, Err(MemoryError::TooManyMutes));
    let more = [names, muted("tea")].concat();
    assert_eq!(
        recall(&container(&[(2, &more)]), NOW_MS).err(),
        Some(MemoryError::Damaged)
    );
}

#[test]
fn of_two_tabs_no_mute_is_lost_and_a_mute_that_was_taken_back_stays_so() {
    let engine = corner_shop();
    let stored = remembered(&[]);
    let mut one = recall(&stored, NOW_MS).unwrap();
    let mut two = recall(&stored, NOW_MS).unwrap();
    let stored = one.remember(&engine, Some(&stored), &mute("tea"), 30, NOW_MS).unwrap();
    two.track(EventKind::ViewItem, &["bread"], NOW_MS).unwrap();
    let stored = two.remember(&engine, Some(&stored), &mute("jam"), 30, NOW_MS).unwrap();
    assert_eq!(mutes(&two).len(), 2);
    let back = MemoryChange::Unmute(MuteKind::Item, "jam".into());
    let stored = one.remember(&engine, Some(&stored), &back, 30, NOW_MS).unwrap();
    let stored = two
        .remember(&engine, Some(&stored), &MemoryChange::Keep, 30, NOW_MS)
        .unwrap();
    let after = recall(&stored, NOW_MS).unwrap();
    assert_eq!(mutes(&after), [(MuteKind::Item, "tea")]);
    assert_eq!(items(&after), [(EventKind::ViewItem, "bread")]);
}

#[test]
fn a_memory_is_bounded_whatever_is_done() {
    let many: Vec<String> = (0..2 * MAX_LAST_ITEMS).map(|item| format!("{item:03}")).collect();
    let rows = vec![vec![]; many.len()];
    let builder = SnapshotBuilder {
        id_runs: vec![many.clone()],
        together: NeighbourTable {
            rows,
            ..example::corner_shop().together
        },
        popularity: vec![1; many.len()],
        recent: vec![0; many.len()],
        top: vec![],
        ..example::corner_shop()
    };
    let engine = Engine::new(Snapshot::open(builder.build().unwrap()).unwrap(), Policy::default());
    let mut visit = Visit::new(Mode::Remembered);
    for item in &many {
        visit.track(EventKind::ViewItem, &[item], NOW_MS).unwrap();
    }
    let bytes = visit.remember(&engine, None, &grant("r", NOW_MS), 30, NOW_MS).unwrap();
    let memory = visit.session().memory().unwrap();
    assert_eq!(memory.items().count(), MAX_LAST_ITEMS);
    assert_eq!(
        &*memory.items().last().unwrap().1.name,
        many.last().unwrap(),
        "the oldest leave first"
    );
    assert!(bytes.len() <= MAX_MEMORY_BYTES);
}
