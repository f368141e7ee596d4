//! Little-endian numbers and bit codes over slices; nothing here panics on any bytes.

use super::layout::WEIGHT_BITS;

/// Returns the `u16` at byte `at`.
pub fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let raw = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(raw.try_into().ok()?))
}

/// Returns the `u32` at byte `at`.
pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let raw = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(raw.try_into().ok()?))
}

/// Returns the `index`-th `u32` of a column.
pub fn u32_column(column: &[u8], index: usize) -> Option<u32> {
    u32_at(column, index.checked_mul(4)?)
}

/// Returns the CRC-32 (IEEE 802.3, [RFC 1952](https://www.rfc-editor.org/rfc/rfc1952#section-8)), the checksum of sections: it
/// finds damage, not malice. Four bytes a step, about 0.5 ns a byte.
///
/// The tables of the further bytes are computed each time, in 1 µs: in the module they would be 3 KB that do not
/// compress.
#[must_use]
pub fn crc32(bytes: &[u8]) -> u32 {
    let second = CRC_TABLE.map(further);
    let third = second.map(further);
    let fourth = third.map(further);
    let (words, rest) = bytes.as_chunks::<4>();
    let crc = words.iter().fold(u32::MAX, |crc, word| {
        let [a, b, c, d] = (crc ^ u32::from_le_bytes(*word)).to_le_bytes();
        slot(&fourth, a) ^ slot(&third, b) ^ slot(&second, c) ^ slot(&CRC_TABLE, d)
    });
    !rest.iter().fold(crc, further_by)
}

/// Advances an entry by a zero byte.
fn further(crc: u32) -> u32 {
    further_by(crc, &0)
}

fn further_by(crc: u32, byte: &u8) -> u32 {
    (crc >> 8) ^ slot(&CRC_TABLE, crc as u8 ^ byte)
}

fn slot(table: &[u32; 256], byte: u8) -> u32 {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

/// Returns the same over bytes that do not lie together.
#[must_use]
pub fn crc32_of<'a>(bytes: impl Iterator<Item = &'a u8>) -> u32 {
    !bytes.fold(u32::MAX, further_by)
}

static CRC_TABLE: [u32; 256] = crc_table();

#[allow(
    clippy::indexing_slicing,
    reason = "evaluated at compile time: a wrong index is a build error"
)]
const fn crc_table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let mut crc = n as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
            bit += 1;
        }
        table[n] = crc;
        n += 1;
    }
    table
}

/// Reads codes from the most significant bit on.
#[derive(Clone)]
pub struct BitReader<'a> {
    bytes: &'a [u8],
    bit: usize,
    /// Where the codes end; the bytes may go on, so that a window is read in one piece.
    end: usize,
}

/// The widest code that one window can hold.
const WINDOW_BITS: u32 = 57;

impl<'a> BitReader<'a> {
    /// Returns a reader of the first `length` bytes of `bytes`.
    pub fn new(bytes: &'a [u8], length: usize) -> Self {
        Self {
            bytes,
            bit: 0,
            end: length.min(bytes.len()).saturating_mul(8),
        }
    }

    /// Reads the next `count` bits (at most 32) as a number; `None` past the end.
    pub fn bits(&mut self, count: u32) -> Option<u32> {
        if count == 0 {
            return Some(0);
        }
        let window = self.window()?;
        self.advance(count)?;
        Some((window >> (64 - count.min(32))) as u32)
    }

    /// Reads the next exponential Golomb code of order `k` and the weight behind it; `None` if there is none.
    #[inline]
    pub fn gap_and_weight(&mut self, k: u32) -> Option<(u32, u32)> {
        let window = self.window()?;
        let zeros = window.leading_zeros();
        let code = zeros.checked_mul(2)?.checked_add(1 + k)?;
        if k > 24 || code + WEIGHT_BITS > WINDOW_BITS {
            return None;
        }
        self.advance(code + WEIGHT_BITS)?;
        let stored = window >> (64 - code);
        let gap = stored.checked_sub(1 << k)?;
        let weight = (window << code) >> (64 - WEIGHT_BITS);
        Some((u32::try_from(gap).ok()?, weight as u32))
    }

    #[inline]
    fn advance(&mut self, count: u32) -> Option<()> {
        let bit = self.bit.checked_add(count as usize)?;
        if bit > self.end {
            return None;
        }
        self.bit = bit;
        Some(())
    }

    /// Returns the next 57 bits or more, left-aligned; bits past the end are never read.
    #[inline]
    fn window(&self) -> Option<u64> {
        let rest = self.bytes.get(self.bit / 8..)?;
        let raw = match rest.first_chunk::<8>() {
            Some(chunk) => *chunk,
            None => {
                let mut padded = [0; 8];
                padded.get_mut(..rest.len())?.copy_from_slice(rest);
                padded
            }
        };
        Some(u64::from_be_bytes(raw) << (self.bit % 8))
    }
}

/// Writes what [`BitReader`] reads.
#[cfg(feature = "build")]
#[derive(Default)]
pub struct BitWriter {
    bytes: alloc::vec::Vec<u8>,
    used: u32,
}

#[cfg(feature = "build")]
impl BitWriter {
    /// Appends the low `count` bits of `value`.
    pub fn bits(&mut self, value: u64, count: u32) {
        for n in (0..count).rev() {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= u8::from(value >> n & 1 == 1) << (7 - self.used % 8);
            }
            self.used += 1;
        }
    }

    /// Appends the exponential Golomb code of order `k`.
    pub fn gap(&mut self, gap: u32, k: u32) {
        let stored = u64::from(gap) + (1 << k);
        let width = stored.ilog2() + 1;
        self.bits(0, width - 1 - k);
        self.bits(stored, width);
    }

    /// Returns the bytes, the last one padded with zeros.
    pub fn finish(self) -> alloc::vec::Vec<u8> {
        self.bytes
    }
}

/// Returns the length in bits of the exponential Golomb code of order `k`.
#[cfg(feature = "build")]
pub const fn gap_bits(gap: u32, k: u32) -> u32 {
    let width = (gap as u64 + (1 << k)).ilog2() + 1;
    2 * width - 1 - k
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_test_vector_matches_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b""), 0);
        assert_eq!(crc32_of(b"1234".iter().chain(b"56789")), 0xCBF4_3926);
    }

    #[test]
    fn numbers_past_the_end_are_none() {
        assert_eq!(u16_at(&[1, 2, 3], 1), Some(0x0302));
        assert_eq!(u16_at(&[1, 2, 3], 2), None);
        assert_eq!(u32_at(&[1, 2, 3, 4], 0), Some(0x0403_0201));
        assert_eq!(u32_at(&[1, 2, 3, 4], usize::MAX), None);
        assert_eq!(u32_column(&[0; 8], usize::MAX), None);
    }

    #[test]
    fn bits_are_read_from_the_most_significant_on() {
        let mut bits = BitReader::new(&[0b1010_0110, 0xFF, 0xFF], 2);
        assert_eq!(
            (bits.bits(3), bits.bits(0), bits.bits(7)),
            (Some(0b101), Some(0), Some(0b001_1011))
        );
        assert_eq!(
            (bits.bits(7), bits.bits(6), bits.bits(1)),
            (None, Some(0b11_1111), None)
        );
    }

    #[test]
    fn gap_code_of_zeros_or_high_order_is_refused() {
        assert_eq!(BitReader::new(&[0; 16], 16).gap_and_weight(0), None);
        assert_eq!(BitReader::new(&[], 0).gap_and_weight(0), None);
        assert_eq!(BitReader::new(&[0xFF; 16], 16).gap_and_weight(25), None);
        assert_eq!(BitReader::new(&[0b1111_1000], 1).gap_and_weight(0), Some((0, 0b1111)));
        let beyond = [0, 0b1111_1000, 0xFF];
        assert_eq!(
            BitReader::new(&beyond, 1).gap_and_weight(0),
            None,
            "the next row is not this one's"
        );
    }

    #[cfg(feature = "build")]
    #[test]
    fn gap_code_round_trips_every_gap() {
        let far = 2 * super::super::layout::MAX_ITEMS;
        for k in 0..22 {
            for gap in [0, 1, 2, 3, 63, 64, 1000, 65_535, far - 1] {
                let mut bits = BitWriter::default();
                bits.bits(1, 1);
                bits.gap(gap, k);
                bits.bits(9, WEIGHT_BITS);
                let bytes = bits.finish();
                assert_eq!(bytes.len() as u32, (1 + gap_bits(gap, k) + WEIGHT_BITS).div_ceil(8));
                let mut bits = BitReader::new(&bytes, bytes.len());
                bits.bits(1);
                assert_eq!(bits.gap_and_weight(k), Some((gap, 9)), "order {k}");
            }
        }
    }
}
