//! Reads small records by hand, in [postcard](https://postcard.jamesmunns.com/wire-format.html)'s encoding: the decoders
//! that serde derives for the same types cost a browser 3 KB more, after brotli.

use alloc::string::String;
use alloc::vec::Vec;

/// Reads from the front. Every function returns `None` at the end of the bytes and for what is no such value.
pub struct Reader<'b>(pub &'b [u8]);

impl Reader<'_> {
    /// Reads a byte as it is. A variant's number is one, too: no type here has as many as 128.
    pub fn byte(&mut self) -> Option<u8> {
        self.0.split_off_first().copied()
    }

    /// Reads a flag, or the number of one of two variants.
    pub fn flag(&mut self) -> Option<bool> {
        let byte = self.byte()?;
        (byte <= 1).then_some(byte == 1)
    }

    /// Reads a varint: 7 bits to a byte, the lowest first.
    #[inline(never)]
    pub fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7F);
            if bits << shift >> shift != bits {
                return None;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// Reads a number of 16 bits.
    pub fn short(&mut self) -> Option<u16> {
        self.number()?.try_into().ok()
    }

    /// Reads a signed number: its sign is the lowest bit.
    pub fn signed(&mut self) -> Option<i64> {
        let bits = self.number()?;
        Some((bits >> 1) as i64 ^ -((bits & 1) as i64))
    }

    /// Reads a text.
    #[inline(never)]
    pub fn text(&mut self) -> Option<String> {
        let length = self.number()?.try_into().ok()?;
        let bytes = self.0.split_off(..length)?;
        Some(core::str::from_utf8(bytes).ok()?.into())
    }

    /// Reads a list. Nothing is allocated up front: a false length ends at the end of the bytes.
    #[inline(never)]
    pub fn list<T>(&mut self, read: fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut list = Vec::new();
        for _ in 0..self.number()? {
            list.push(read(self)?);
        }
        Some(list)
    }

    /// Reads numbers of 32 bits, as many as there is room for.
    pub fn floats(&mut self, numbers: &mut [f32]) -> Option<()> {
        let (words, _) = self.0.split_off(..4 * numbers.len())?.as_chunks::<4>();
        for (number, word) in numbers.iter_mut().zip(words) {
            *number = f32::from_le_bytes(*word);
        }
        Some(())
    }

    /// Reads what may be missing.
    pub fn option<T>(&mut self, read: fn(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.flag()? { read(self).map(Some) } else { Some(None) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_postcard_writes_them() {
        for value in [
            0,
            1,
            -1,
            63,
            -64,
            300,
            i64::from(i32::MAX),
            i64::from(i32::MIN),
            i64::MAX,
            i64::MIN,
        ] {
            let bytes = postcard::to_allocvec(&value).unwrap();
            let mut reader = Reader(&bytes);
            assert_eq!((reader.signed(), reader.0.len()), (Some(value), 0));
        }
        for value in [0, 127, 128, u64::from(u16::MAX), u64::MAX] {
            let bytes = postcard::to_allocvec(&value).unwrap();
            assert_eq!(Reader(&bytes).number(), Some(value));
            assert_eq!(Reader(&bytes).short(), u16::try_from(value).ok());
        }
    }

    #[test]
    fn bytes_that_are_no_such_value_give_none() {
        assert_eq!(Reader(&[0x80]).number(), None);
        assert_eq!(Reader(&[0xFF; 10]).number(), None);
        assert_eq!(Reader(&[2]).flag(), None);
        assert_eq!(Reader(&[5, b'a']).text(), None);
        assert_eq!(Reader(&[1, 0xFF]).text(), None);
        assert_eq!(Reader(&[0xFF, 0xFF, 0xFF, 0xFF, 0xF, 1]).list(Reader::byte), None);
        assert_eq!(Reader(&[1]).option(Reader::byte), None);
        assert_eq!(Reader(&[0, 0, 0]).floats(&mut [0.0]), None);
    }
}
