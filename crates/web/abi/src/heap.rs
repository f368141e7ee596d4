//! A bump allocator that never frees: an instance lives for one update check, and its memory is dropped with it.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size, unreachable};
use core::num::NonZeroUsize;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Size of a WebAssembly memory page, in bytes.
const PAGE: usize = 65_536;

/// Allocates from the end of linear memory, which it grows on demand. Freeing does nothing.
#[derive(Debug)]
pub struct Heap;

/// Address of the next block; 0 before the first allocation.
static NEXT: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every block begins at or after the end of the previous one, has the requested alignment, and ends within linear
// memory, because a failed `memory_grow` ends the allocation.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match take(layout) {
            Some(at) => at.get() as *mut u8,
            // Traps at once. A null pointer would end in a trap too, but through 4 KB of error formatting.
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
