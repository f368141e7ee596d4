//! The C ABI of small WebAssembly modules that import nothing: `room` allocates a message, `take` processes it and returns
//! the answer. Arguments and results are numbers only.
//!
//! A module is a type that implements `Module`; `module!` exports it. All `unsafe` code of such modules is in this crate.
//! An instance lives for one task, so its memory is never freed. The engine's module, which lives as long as its page, uses
//! the allocator `Wiping`.
#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

mod heap;
mod wiping;

use alloc::vec::Vec;
use core::cell::RefCell;

pub use heap::Heap;
pub use wiping::Wiping;

/// Processes the messages of a module.
pub trait Module<const N: usize> {
    /// Processes a message of this kind and returns the answer as numbers. Addresses among them must stay valid until
    /// the next call.
    fn take(&mut self, kind: u32, message: Vec<u8>) -> [usize; N];
}

/// The state of an instance between two calls.
struct State<M, const N: usize> {
    module: M,
    /// The buffer into which the host writes the next message.
    message: Vec<u8>,
    /// The answer that the host reads.
    answer: [usize; N],
}

/// The single instance of a module, for [`module!`].
pub struct Instance<M, const N: usize>(RefCell<State<M, N>>);

// SAFETY: wasm32-unknown-unknown is built without threads here, so no second thread can access it.
unsafe impl<M, const N: usize> Sync for Instance<M, N> {}

impl<M: Module<N>, const N: usize> Instance<M, N> {
    /// Makes an instance that has received no message yet.
    #[must_use]
    pub const fn new(module: M) -> Self {
        Self(RefCell::new(State {
            module,
            message: Vec::new(),
            answer: [0; N],
        }))
    }

    /// Allocates a message of this many bytes and returns its address.
    pub fn room(&self, bytes: usize) -> *mut u8 {
        let mut state = self.0.borrow_mut();
        state.message = alloc::vec![0; bytes];
        state.message.as_mut_ptr()
    }

    /// Processes the message that was written and returns the address of the answer, valid until the next call.
    pub fn take(&self, kind: u32) -> *const [usize; N] {
        let mut state = self.0.borrow_mut();
        let message = core::mem::take(&mut state.message);
        state.answer = state.module.take(kind, message);
        &raw const state.answer
    }
}

/// Ends the module with a trap, which the host observes: there is no output for a message.
pub fn trap() -> ! {
    core::arch::wasm32::unreachable()
}

/// Exports a module as `room` and `take`, with its memory and its panic handler: `module!(Look, 14, Look::new())`.
#[macro_export]
macro_rules! module {
    ($module:ty, $numbers:literal, $new:expr) => {
        #[global_allocator]
        static HEAP: $crate::Heap = $crate::Heap;

        static INSTANCE: $crate::Instance<$module, $numbers> = $crate::Instance::new($new);

        /// Allocates a message of this many bytes and returns its address.
        #[unsafe(no_mangle)]
        pub extern "C" fn room(bytes: usize) -> *mut u8 {
            INSTANCE.room(bytes)
        }

        /// Processes the message that was written, of this kind, and returns the address of the answer.
        #[unsafe(no_mangle)]
        pub extern "C" fn take(kind: u32) -> *const [usize; $numbers] {
            INSTANCE.take(kind)
        }

        #[panic_handler]
        fn panic(_: &::core::panic::PanicInfo<'_>) -> ! {
            $crate::trap()
        }
    };
}
