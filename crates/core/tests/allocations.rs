//! How often a ranking asks for memory: counts, which are the same on every machine, where times are not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use shelfwise_core::snapshot::Snapshot;
use shelfwise_core::{Context, Engine, EventKind, Item, Policy, Recommend, Rerank, Session};

/// Counts what the thread that asks allocates; everything else is the system's.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it came; the counter is a plain cell of the thread.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the contract of `GlobalAlloc`, which is the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const VISITS: &[u8] = include_bytes!("../../../tests/snapshots/v1/good/visits.swm");
const RANKED: &[u8] = include_bytes!("../../../tests/snapshots/v1/good/ranked.swm");

/// Items of a category page.
const LISTED: usize = 48;

fn count<T>(run: impl FnOnce() -> T) -> usize {
    let before = COUNT.with(Cell::get);
    std::hint::black_box(run());
    COUNT.with(Cell::get) - before
}

/// An engine that has its room already, after a visit of five items.
fn warm(snapshot: &'static [u8], ids: &[&str]) -> (Engine<&'static [u8]>, Session) {
    let mut session = Session::new();
    for id in ids {
        session.apply(EventKind::ViewItem, id, 0).unwrap();
    }
    let mut engine = Engine::new(Snapshot::open(snapshot).unwrap(), Policy::default());
    for _ in 0..2 {
        engine.recommend(&session, &recommend(20), &mut ());
    }
    (engine, session)
}

fn recommend(limit: usize) -> Recommend<'static> {
    Recommend {
        limit,
        ..Recommend::default()
    }
}

fn rerank<'a>(items: &'a [Item<'a>]) -> Rerank<'a> {
    Rerank {
        items,
        context: Context::default(),
        limit: items.len(),
        ..Rerank::default()
    }
}

const SEEN: [&str; 5] = ["1063", "1133", "1203", "1273", "1343"];
const BOUGHT: [&str; 5] = ["bread", "milk", "soap", "brie", "bananas"];

#[test]
fn recommend_allocations_depend_on_the_slate() {
    let (mut engine, session) = warm(VISITS, &SEEN);
    let counts = [1, 10, 20].map(|limit| count(|| engine.recommend(&session, &recommend(limit), &mut ())));
    // Five for the slate and what it is made from, and the id of each item.
    assert_eq!(counts, [6, 15, 25]);
}

#[test]
fn trees_allocate_nothing_more_once_they_have_their_room() {
    let (mut engine, session) = warm(RANKED, &BOUGHT);
    let counts = [1, 10, 20].map(|limit| count(|| engine.recommend(&session, &recommend(limit), &mut ())));
    // One more than above: the categories that popularity speaks from.
    assert_eq!(counts, [7, 16, 26]);
}

#[test]
fn rerank_allocations_do_not_grow_with_the_list() {
    let (mut engine, session) = warm(VISITS, &SEEN);
    let ids: Vec<String> = (0..LISTED).map(|n| (1000 + 7 * n).to_string()).collect();
    let items: Vec<Item<'_>> = ids.iter().map(|id| Item::new(id)).collect();
    engine.rerank(&session, &rerank(&items), &mut ());
    let counts = [6, 24, LISTED].map(|listed| count(|| engine.rerank(&session, &rerank(&items[..listed]), &mut ())));
    assert_eq!(counts, [10, 10, 10]);
}

#[test]
fn snapshot_open_copies_nothing() {
    assert_eq!(count(|| Snapshot::open(VISITS).unwrap()), 0);
    assert_eq!(count(|| Snapshot::open(VISITS).unwrap().verify().unwrap()), 0);
}

#[test]
fn session_apply_allocates_the_id() {
    let mut session = Session::new();
    for _ in 0..300 {
        session.apply(EventKind::ViewItem, "a", 0).unwrap();
    }
    assert_eq!(count(|| session.apply(EventKind::ViewItem, "b", 0).unwrap()), 1);
    assert_eq!(count(|| session.apply(EventKind::Search, "", 0).unwrap()), 0);
}
