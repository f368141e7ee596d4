//! Memory that is overwritten when it is given back, so that nothing of a forgotten visit is left in it.

use core::alloc::{GlobalAlloc, Layout};
use core::ptr;

/// An allocator that overwrites with zeros what it gets back, and otherwise does as `A` does.
#[derive(Debug)]
pub struct Wiping<A>(pub A);

// SAFETY: every call goes to `A` with what it was called with. A block is overwritten before it goes back, while it still
// belongs to the caller. Growing is left to the trait, which takes a new block and gives back the old one.
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
        // SAFETY: the block is of this layout, and nobody reads it any more.
        unsafe {
            ptr::write_bytes(block, 0, layout.size());
            self.0.dealloc(block, layout);
        }
    }
}
