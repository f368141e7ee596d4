//! Bytes as text, two digits each.

/// Lower-case digits, the high half first.
pub fn encode(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
