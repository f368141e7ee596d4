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
    /// What it reads.
    said: Said,
}

/// A verdict in numbers: the most bytes to take, the epoch's lower and upper half, whether the list of hidden ids came, then where each of its parts lies and how
/// long it is. The parts are path, outcome, what, why, memory.
type Said = [usize; 4 + 2 * 5];

struct Alone(RefCell<Instance>);

// SAFETY: wasm32-unknown-unknown is built without threads here: nobody else is there to share it with.
unsafe impl Sync for Alone {}

static INSTANCE: Alone = Alone(RefCell::new(Instance {
    look: Look::new(),
    message: Vec::new(),
    said: [0; 14],
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
pub extern "C" fn take(kind: u32) -> *const Said {
    let mut instance = INSTANCE.0.borrow_mut();
    let Instance { look, message, said } = &mut *instance;
    let verdict = look.take(Message::from_number(kind), core::mem::take(message));
    let [path, outcome, what, why] = [verdict.path, verdict.outcome, verdict.what, verdict.why].map(str::as_bytes);
    let parts = [path, outcome, what, why, verdict.memory];
    let [at_most, lower, upper, hidden, places @ ..] = said;
    *at_most = verdict.at_most as usize;
    *hidden = verdict.hidden as usize;
    [*lower, *upper] = [verdict.epoch as usize, (verdict.epoch >> 32) as usize];
    for (place, part) in places.as_chunks_mut().0.iter_mut().zip(parts) {
        *place = [part.as_ptr() as usize, part.len()];
    }
    said
}

/// There is nobody to tell: the worker sees a trap.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
