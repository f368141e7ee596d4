//! Interns ids: numbers them in order of appearance, and stores each one once, in one block of bytes.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// Marks a free slot of the table.
const FREE: u32 = u32::MAX;

/// The table is doubled when this many eighths are filled, so that probing stays short.
const FULL_EIGHTHS: usize = 5;

/// A set of byte strings, numbered from 0 in order of insertion.
///
/// Costs the bytes of the ids and about 16 bytes an id. Lookup is O(1); nothing iterates over the table.
#[derive(Debug)]
pub(super) struct Interner {
    bytes: Vec<u8>,
    /// Where each id ends in `bytes`.
    ends: Vec<usize>,
    slots: Vec<u32>,
    /// The id of the last lookup: consecutive rows of a log often repeat it.
    last: u32,
}

impl Default for Interner {
    fn default() -> Self {
        Self {
            bytes: Vec::new(),
            ends: Vec::new(),
            slots: vec![FREE; 1024],
            last: FREE,
        }
    }
}

impl Interner {
    /// Returns the number of this id; adds it if it is new.
    pub(super) fn intern(&mut self, id: &[u8]) -> u32 {
        if self.last != FREE && self.get(self.last) == id {
            return self.last;
        }
        let slot = self.find(id);
        if self.slots[slot] == FREE {
            self.slots[slot] = self.ends.len() as u32;
            self.bytes.extend_from_slice(id);
            self.ends.push(self.bytes.len());
            self.last = self.slots[slot];
            self.grow_if_full();
        } else {
            self.last = self.slots[slot];
        }
        self.last
    }

    /// Returns the number of an id, if it was interned.
    pub(super) fn number(&self, id: &[u8]) -> Option<u32> {
        Some(self.slots[self.find(id)]).filter(|&number| number != FREE)
    }

    /// Returns the id of a number returned by `intern`.
    pub(super) fn get(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.bytes[start..self.ends[number]]
    }

    /// Returns the number of ids.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the slot that holds the id, or the free slot for it.
    fn find(&self, id: &[u8]) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash(id) & mask;
        while self.slots[slot] != FREE && self.get(self.slots[slot]) != id {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow_if_full(&mut self) {
        if self.ends.len() * 8 < self.slots.len() * FULL_EIGHTHS {
            return;
        }
        self.slots = vec![FREE; self.slots.len() * 2];
        for number in 0..self.ends.len() as u32 {
            let slot = self.find(self.get(number));
            self.slots[slot] = number;
        }
    }
}

fn hash(id: &[u8]) -> usize {
    let mut hasher = FxHasher::default();
    hasher.write(id);
    hasher.finish() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interner_equal_ids_share_a_number() {
        let mut ids = Interner::default();
        let names: Vec<String> = (0..5_000)
            .map(|n| format!("sku-{n}"))
            .chain(["".into(), "Größe 7 👟".into()])
            .collect();
        let numbers: Vec<u32> = names.iter().map(|name| ids.intern(name.as_bytes())).collect();
        assert_eq!(ids.len(), names.len());
        assert_eq!((ids.number(b"sku-7"), ids.number(b"none")), (Some(7), None));
        for (name, number) in names.iter().zip(numbers) {
            assert_eq!(ids.intern(name.as_bytes()), number);
            assert_eq!(ids.get(number), name.as_bytes());
        }
        assert_eq!(ids.len(), names.len());
    }
}
