//! An allocator that zeroes freed memory, so that no data of a deleted visit remains in it.

use core::alloc::{GlobalAlloc, Layout};
use core::ptr;

/// Overwrites freed blocks with zeros, and otherwise delegates to `A`.
#[derive(Debug)]
pub struct Wiping<A>(pub A);

// SAFETY: every call is passed to `A` with the same arguments. A block is overwritten before it is freed, while the caller
// still owns it. `realloc` is the trait's default, which allocates a new block, copies, and frees the old one.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Wiping<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps to the trait's contract.
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps to the trait's contract.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller guarantees that the block has this layout and is no longer used.
        unsafe {
            ptr::write_bytes(block, 0, layout.size());
            self.0.dealloc(block, layout);
        }
    }
}
