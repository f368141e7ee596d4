//! The function whose instructions callgrind counts: a stable name around one operation.

use crate::operation::{Counter, Operation};

/// Function-name pattern for callgrind's `--toggle-collect`.
pub const PATTERN: &str = "*counted_operation*";

/// Runs the operation once. Never inlined, so that callgrind finds its name.
#[inline(never)]
pub fn counted_operation(counter: &mut Counter<'_>, operation: Operation, visit: usize) {
    counter.run(operation, visit);
}
