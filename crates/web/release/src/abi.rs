//! What the worker calls: `room` for a message, and `take` for what it says to it. Numbers in, numbers out.

use alloc::vec::Vec;
use core::cell::RefCell;
use core::panic::PanicInfo;

use crate::heap::Heap;
use crate::look::{Look, Message};

/// Where the module's memory comes from.
#[global_allocator]
static HEAP: Heap = Heap;

/// All that the module holds between two calls.
struct Instance {
    look: Look,
    /// Where the worker writes the next message.
    message: Vec<u8>,
    /// Where it reads: length of the text and of the memory (4 bytes each, little endian), the text, the memory.
    said: Vec<u8>,
}

struct Alone(RefCell<Instance>);

// SAFETY: wasm32-unknown-unknown is built without threads here: nobody else is there to share it with.
unsafe impl Sync for Alone {}

static INSTANCE: Alone = Alone(RefCell::new(Instance {
    look: Look::new(),
    message: Vec::new(),
    said: Vec::new(),
}));

/// Makes room for a message of so many bytes, and says where.
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *mut u8 {
    let mut instance = INSTANCE.0.borrow_mut();
    instance.message = alloc::vec![0; bytes];
    instance.message.as_mut_ptr()
}

/// Takes the message that was written, of the kind of that number, and says where the verdict lies. It lies there until
/// the next call.
#[unsafe(no_mangle)]
pub extern "C" fn take(kind: u32) -> *const u8 {
    let mut instance = INSTANCE.0.borrow_mut();
    let message = core::mem::take(&mut instance.message);
    let verdict = instance.look.take(Message::from_number(kind), message);
    let lengths = [verdict.text.len(), verdict.memory.len()].map(|length| (length as u32).to_le_bytes());
    instance.said.clear();
    for part in [lengths.as_flattened(), verdict.text.as_bytes(), &verdict.memory] {
        instance.said.extend_from_slice(part);
    }
    instance.said.as_ptr()
}

/// There is nobody to tell: the worker sees a trap.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
