//! The C ABI of small WebAssembly modules that import nothing: `room` for a message, and `take` for what the module answers.
//! Numbers in, numbers out.
//!
//! A module is a type that implements `Module`; `module!` exports it. All `unsafe` code of such modules stands here.
//! An instance lives for one task: its memory is only ever taken, and goes with it. The engine's module, which lives as long
//! as its page, has `Wiping` memory.
#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

mod heap;
mod wiping;

use alloc::vec::Vec;
use core::cell::RefCell;

pub use heap::Heap;
pub use wiping::Wiping;

/// What a module does with a message.
pub trait Module<const N: usize> {
    /// Takes a message of the kind of that number, and answers with numbers. Addresses among them must stay valid until
    /// the next call.
    fn take(&mut self, kind: u32, message: Vec<u8>) -> [usize; N];
}

/// All that a module holds between two calls.
struct State<M, const N: usize> {
    module: M,
    /// Where the host writes the next message.
    message: Vec<u8>,
    /// What it reads.
    answer: [usize; N],
}

/// The one instance of a module, for [`module!`].
pub struct Instance<M, const N: usize>(RefCell<State<M, N>>);

// SAFETY: wasm32-unknown-unknown is built without threads here: nobody else is there to share it with.
unsafe impl<M, const N: usize> Sync for Instance<M, N> {}

impl<M: Module<N>, const N: usize> Instance<M, N> {
    /// Holds a module that was told nothing yet.
    #[must_use]
    pub const fn new(module: M) -> Self {
        Self(RefCell::new(State {
            module,
            message: Vec::new(),
            answer: [0; N],
        }))
    }

    /// Makes room for a message of so many bytes, and returns where.
    pub fn room(&self, bytes: usize) -> *mut u8 {
        let mut state = self.0.borrow_mut();
        state.message = alloc::vec![0; bytes];
        state.message.as_mut_ptr()
    }

    /// Takes the message that was written, and returns where the answer lies. It lies there until the next call.
    pub fn take(&self, kind: u32) -> *const [usize; N] {
        let mut state = self.0.borrow_mut();
        let message = core::mem::take(&mut state.message);
        state.answer = state.module.take(kind, message);
        &raw const state.answer
    }
}

/// Ends the module: there is nobody to tell, the host sees a trap.
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

        /// Makes room for a message of so many bytes, and returns where.
        #[unsafe(no_mangle)]
        pub extern "C" fn room(bytes: usize) -> *mut u8 {
            INSTANCE.room(bytes)
        }

        /// Takes the message that was written, of the kind of that number, and returns where the answer lies.
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
