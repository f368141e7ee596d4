//! Numbers and lists as bytes, in [postcard](https://postcard.jamesmunns.com/wire-format.html)'s encoding, read and
//! written by hand: a generic implementation would cost a browser 1.4 KB more, after brotli.

use alloc::vec::Vec;

#[cfg(feature = "build")]
use crate::validity::Validity;

/// Reads from the front. Every function returns `None` at the end of the bytes or for an invalid encoding.
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// Returns the next bytes.
    pub fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(taken)
    }

    /// Returns the next bytes, as many as the array has.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// Reads a varint: 7 bits to a byte, the lowest first.
    pub fn u64(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array()?;
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

    /// Reads a varint of a smaller type.
    pub fn number<T: TryFrom<u64>>(&mut self) -> Option<T> {
        T::try_from(self.u64()?).ok()
    }

    /// Reads length-prefixed bytes.
    pub fn bytes(&mut self) -> Option<Vec<u8>> {
        let length = self.number()?;
        self.take(length).map(Vec::from)
    }

    /// Reads a length-prefixed list.
    pub fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut list = Vec::new();
        for _ in 0..self.u64()? {
            list.push(read(self)?);
        }
        Some(list)
    }

    /// Returns the value if all bytes were read.
    pub fn end<T>(self, read: T) -> Option<T> {
        self.0.is_empty().then_some(read)
    }
}

/// Appends to a buffer.
#[derive(Default)]
pub struct Writer(pub Vec<u8>);

impl Writer {
    /// Begins a payload with the two fields that all of them begin with.
    #[cfg(feature = "build")]
    pub fn of_head(epoch: u64, validity: &Validity) -> Self {
        let mut writer = Self::default();
        writer.number(epoch);
        validity.write(&mut writer);
        writer
    }

    /// Appends bytes without a length prefix.
    pub fn array(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Appends a varint.
    pub fn number(&mut self, value: impl Into<u64>) {
        let mut value = value.into();
        while value >= 0x80 {
            self.array(&[value as u8 | 0x80]);
            value >>= 7;
        }
        self.array(&[value as u8]);
    }

    /// Appends length-prefixed bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.array(bytes);
    }

    /// Appends a length-prefixed list.
    #[cfg(feature = "build")]
    pub fn list<T>(&mut self, list: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.number(list.len() as u64);
        list.iter().for_each(|item| write(self, item));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_round_trips() {
        for value in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut writer = Writer::default();
            writer.number(value);
            let mut reader = Reader(&writer.0);
            assert_eq!((reader.u64(), reader.0.len()), (Some(value), 0));
        }
    }

    #[test]
    fn reader_of_invalid_bytes_returns_none() {
        assert_eq!(Reader(&[0x80]).u64(), None);
        assert_eq!(Reader(&[0xFF; 10]).u64(), None);
        assert_eq!(Reader(&[0xFF; 20]).u64(), None);
        assert_eq!(Reader(&[0x80, 0x80, 4]).number::<u16>(), None);
        assert_eq!(Reader(&[5, 1, 2]).bytes(), None);
        assert_eq!(
            Reader(&[0xFF, 0xFF, 0xFF, 0xFF, 0xF, 1]).list(|reader| reader.array::<2>()),
            None
        );
    }
}
