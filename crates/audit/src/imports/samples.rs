//! Modules made by hand, byte by byte as the specification has them.

/// `(module)`
pub const EMPTY: &[u8] = b"\0asm\x01\0\0\0";
/// `(module (import "env" "now" (func)))`: one type, one import of it.
pub const ONE_IMPORT: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02\x0b\x01\x03env\x03now\0\0";
