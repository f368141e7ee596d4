//! What callgrind counts: one function of a stable name, around one operation.

use crate::operation::{Counter, Operation};

/// The pattern that tells callgrind where counting begins and ends.
pub const PATTERN: &str = "*counted_operation*";

/// Does the operation once. Never inlined, so that its name is there to be counted by.
#[inline(never)]
pub fn counted_operation(counter: &mut Counter<'_>, operation: Operation, visit: usize) {
    counter.run(operation, visit);
}
