//! Memory of the assortment in bytes, which are the same on every machine, unlike times.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

#[allow(dead_code, reason = "each test file uses its own part of the shop")]
#[cfg(test)]
mod shop;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use shelfwise_core::Snapshot;
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::progress::{Amount, Progress, Silent};
use shelfwise_train::aggregates::items::count_items;
use shelfwise_train::tables::alike::{NEIGHBOURS, STAGE};
use shelfwise_train::tables::assortment::Assortment;
use shelfwise_train::tables::indexing::Indexing;
use shelfwise_train::tables::weigh::Weighted;
use shelfwise_train::train::train;
use shop::{at_floor, file, log, visits, walked_rows};

/// Counts the allocated bytes of the process; forwards to the system's allocator.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator as it came; the counter is an atomic.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `GlobalAlloc`, which is the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Returns products that all share a word and a category, so that every one is compared with every other.
fn products(count: usize) -> Catalog {
    let product = |n: usize| shop::catalog_item(&format!("{n:05}"), &format!("cup number {n}"), "Cups");
    Catalog {
        items: (0..count).map(product).collect(),
    }
}

/// Returns the bytes that the assortment of this many products holds.
fn held_by(count: usize) -> usize {
    let (catalog, log) = (products(count), visits(&[&["00000", "00001"]]));
    let none = None::<&Snapshot<Vec<u8>>>;
    let indexing = Indexing::new(&log.items, &count_items(&log, None), &catalog, none, 2);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| {
        let before = HELD.load(Ordering::Relaxed);
        let assortment = Assortment::new(indexing, &catalog, &Silent);
        let held = HELD.load(Ordering::Relaxed) - before;
        drop(assortment);
        held
    })
}

/// One test, because the counter is global to the process.
#[test]
fn assortment_memory_of_a_product_is_at_most_its_row() {
    held_by(100);
    // The least of three: threads of the test's harness allocate when they like.
    let more = || held_by(1_500) - held_by(500);
    let least = [more(), more(), more()].into_iter().min().unwrap_or_default();
    let row = size_of::<Vec<Weighted>>() + NEIGHBOURS * size_of::<Weighted>();
    let described = size_of::<usize>();
    let each = least / 1_000;
    assert!(
        each <= row + described,
        "{each} bytes for each product, a row has {row}"
    );
    likeness_is_made_once();
}

/// Records the names of stages.
#[derive(Default)]
struct Stages(Mutex<Vec<String>>);

impl Progress for Stages {
    fn start(&self, stage: &str, _amount: Amount) {
        self.0.lock().unwrap().push(stage.into());
    }

    fn advance(&self, _by: u64) {}

    fn finish(&self) {}
}

fn likeness_is_made_once() {
    let catalog = products(40);
    let log = log(&file(&walked_rows(1_200)));
    let stages = Stages::default();
    let trained = train(&log, &catalog, None::<&Snapshot<Vec<u8>>>, &at_floor(2), &stages).unwrap();
    assert!(
        trained.report.hold_out.is_some(),
        "models are made for the hold-out too"
    );
    let stages = stages.0.into_inner().unwrap();
    assert_eq!(stages.iter().filter(|stage| *stage == STAGE).count(), 1, "{stages:?}");
}
