//! Memory that is only ever taken: an instance lives for one look, and goes with all that it took.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size, unreachable};
use core::num::NonZeroUsize;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Bytes of a page of wasm's memory.
const PAGE: usize = 65_536;

/// Takes memory from the end of what there is, and gives none back.
#[derive(Debug)]
pub struct Heap;

/// Where the next piece begins; 0 before the first one.
static NEXT: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every piece begins where the last one ended or later, at the alignment that was asked for, and ends before the
// end of memory. `memory_grow` says whether there is more.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match take(layout) {
            Some(at) => at.get() as *mut u8,
            // Without memory the look is over. A null pointer would end it as well, by way of 4 KB of messages.
            None => unreachable(),
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

fn take(layout: Layout) -> Option<NonZeroUsize> {
    let there = memory_size(0) * PAGE;
    let from = match NEXT.load(Relaxed) {
        0 => there,
        next => next,
    };
    let at = from.checked_next_multiple_of(layout.align())?;
    let end = at.checked_add(layout.size())?;
    if end > there && memory_grow(0, (end - there).div_ceil(PAGE)) == usize::MAX {
        return None;
    }
    NEXT.store(end, Relaxed);
    NonZeroUsize::new(at)
}
