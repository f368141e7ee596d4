//! Corrects checksums, so that a fuzzer reaches the code that runs after they are verified.

use shelfwise_core::snapshot::layout::{ENTRY_BYTES, HEADER_BYTES, entry, header};

/// Computes CRC-32 bit by bit, as in IEEE 802.3.
#[must_use]
pub fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes
        .iter()
        .fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

/// Corrects the length and all checksums of bytes that may be a snapshot, as far as there is a section table.
pub fn fix_checksums(bytes: &mut [u8]) {
    let total = bytes.len() as u32;
    put(bytes, header::TOTAL_BYTES, &total.to_le_bytes());
    let sections = read(bytes, header::SECTIONS, 2);
    let head = (HEADER_BYTES + sections * ENTRY_BYTES).min(bytes.len());
    for start in (HEADER_BYTES..head).step_by(ENTRY_BYTES) {
        let (offset, length) = (
            read(bytes, start + entry::OFFSET, 4),
            read(bytes, start + entry::LENGTH, 4),
        );
        if let Some(content) = bytes.get(offset..offset.saturating_add(length)) {
            let crc = crc32(content).to_le_bytes();
            put(bytes, start + entry::CRC, &crc);
        }
    }
    put(bytes, header::CRC, &[0; 4]);
    let crc = crc32(bytes.get(..head).unwrap_or_default()).to_le_bytes();
    put(bytes, header::CRC, &crc);
}

/// Reads a little-endian number of `length` bytes; returns 0 past the end.
fn read(bytes: &[u8], at: usize, length: usize) -> usize {
    let raw = bytes.get(at..at + length).unwrap_or_default();
    raw.iter()
        .rev()
        .fold(0, |number, byte| number << 8 | usize::from(*byte))
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    if let Some(field) = bytes.get_mut(at..at + value.len()) {
        field.copy_from_slice(value);
    }
}

#[cfg(test)]
mod tests {
    use shelfwise_core::snapshot::layout::SectionId;
    use shelfwise_core::snapshot::{Snapshot, SnapshotError};

    use super::*;

    fn verify(bytes: &[u8]) -> Result<(), SnapshotError> {
        Snapshot::open(bytes)?.verify()
    }

    #[test]
    fn fixed_snapshot_is_refused_for_its_content_and_not_for_its_checksum() {
        let mut bytes = crate::intact().unwrap();
        let intact = bytes.clone();
        fix_checksums(&mut bytes);
        assert_eq!(bytes, intact);
        let snapshot = Snapshot::open(intact.as_slice()).unwrap();
        let ids = snapshot
            .sections()
            .find(|section| section.id == SectionId::Ids as u16)
            .unwrap();
        bytes[ids.range.end - 1] = 0xFF;
        assert_eq!(verify(&bytes), Err(SnapshotError::Checksum(SectionId::Ids)));
        fix_checksums(&mut bytes);
        let section = SectionId::Ids;
        assert!(matches!(verify(&bytes), Err(SnapshotError::Malformed { section: of, .. }) if of == section));
    }

    #[test]
    fn any_bytes_are_fixed_without_a_panic() {
        for length in 0..100 {
            for byte in [0, 1, 0xFF] {
                fix_checksums(&mut vec![byte; length]);
            }
        }
    }
}
