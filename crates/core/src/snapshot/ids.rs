//! External ids, both ways: front-coded blocks in runs of sorted ids.
//!
//! An item's index is its place in the runs one after another. A first training writes one run; each later
//! one that keeps the indexes of its predecessor appends the new items as a run of their own.
//! Ids are sorted by length, then by bytes, so that numbers stand in their order.

use core::cmp::Ordering;

use super::bytes::{u32_at, u32_column};
use super::error::SnapshotError;
use super::layout::{IDS_PER_BLOCK, MAX_ID_RUNS, SectionId};
use super::reader::SectionReader;
use crate::item::{ItemIndex, MAX_ID_BYTES};

/// Order of ids within a run.
#[must_use]
pub fn compare(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// The id section, read in place.
#[derive(Clone, Copy, Debug)]
pub struct Ids<'a> {
    items: usize,
    /// Number of items up to the end of each run.
    run_ends: &'a [u8],
    /// Offset of every block into `blocks`; blocks do not cross runs.
    offsets: &'a [u8],
    blocks: &'a [u8],
}

/// A decoded id: its bytes are valid UTF-8.
#[derive(Clone, Copy, Debug)]
pub struct Id {
    bytes: [u8; MAX_ID_BYTES],
    len: usize,
}

impl Id {
    const fn empty() -> Self {
        Self {
            bytes: [0; MAX_ID_BYTES],
            len: 0,
        }
    }

    /// Returns the id's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// Returns the id; `None` where the snapshot's bytes are not UTF-8.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        core::str::from_utf8(self.as_bytes()).ok()
    }
}

const fn malformed(what: &'static str) -> SnapshotError {
    SnapshotError::Malformed {
        section: SectionId::Ids,
        what,
    }
}

impl<'a> Ids<'a> {
    /// Returns the item of that id. O(log n) in each run; about 100 ns.
    #[must_use]
    pub fn index_of(&self, id: &str) -> Option<ItemIndex> {
        self.runs().find_map(|run| self.index_in_run(&run, id.as_bytes()))
    }

    /// Returns the id of an item. O(1): decodes at most one block.
    #[must_use]
    pub fn id_of(&self, item: ItemIndex) -> Option<Id> {
        let index = item.as_usize();
        let run = self.runs().find(|run| index < run.end)?;
        let within = index.checked_sub(run.start)?;
        self.block(run.first_block + within / IDS_PER_BLOCK, IDS_PER_BLOCK)
            .nth(within % IDS_PER_BLOCK)
    }

    /// Returns the number of items.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.items
    }

    /// Returns whether there are no items.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.items == 0
    }

    fn runs(&self) -> Runs<'a> {
        Runs {
            ends: self.run_ends,
            next: 0,
            start: 0,
            block: 0,
        }
    }

    fn index_in_run(&self, run: &Run, id: &[u8]) -> Option<ItemIndex> {
        let blocks = (run.end - run.start).div_ceil(IDS_PER_BLOCK);
        let (mut low, mut high) = (0, blocks);
        while low < high {
            let middle = low + (high - low) / 2;
            // Nothing stands before the first id of a block that it could share.
            let first = entry(self.block_bytes(run.first_block + middle)).filter(|(shared, ..)| *shared == 0);
            let (_, first, _) = first?;
            if compare(first, id) == Ordering::Greater {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        let block = low.checked_sub(1)?;
        let start = run.start + block * IDS_PER_BLOCK;
        let count = IDS_PER_BLOCK.min(run.end - start);
        let within = position(self.block_bytes(run.first_block + block), count, id)?;
        u32::try_from(start + within).ok().map(ItemIndex)
    }

    fn block_bytes(&self, block: usize) -> &'a [u8] {
        let start = u32_column(self.offsets, block).map_or(usize::MAX, |start| start as usize);
        self.blocks.get(start..).unwrap_or_default()
    }

    /// Returns the first `count` ids of a block; fewer where the bytes are damaged.
    fn block(&self, block: usize, count: usize) -> Block<'a> {
        Block {
            bytes: self.block_bytes(block),
            left: count,
            id: Id::empty(),
        }
    }

    /// Returns the ids of a run, each block decoded once; fewer where the bytes are damaged.
    fn ids_of(&self, run: &Run) -> impl Iterator<Item = Id> {
        let starts = (run.start..run.end).step_by(IDS_PER_BLOCK);
        let counts = starts.map(|start| IDS_PER_BLOCK.min(run.end - start));
        (run.first_block..)
            .zip(counts)
            .flat_map(|(block, count)| self.block(block, count))
    }
}

impl<'a> SectionReader<'a> for Ids<'a> {
    const EMPTY: Self = Self {
        items: 0,
        run_ends: &[],
        offsets: &[],
        blocks: &[],
    };

    /// Checks counts and the shape of the section. O(runs).
    fn open(section: &'a [u8], _: SectionId, items: usize) -> Result<Self, SnapshotError> {
        let runs = u32_at(section, 0).ok_or(malformed("is too short"))? as usize;
        if runs > MAX_ID_RUNS {
            return Err(malformed("has too many runs"));
        }
        let rest = section.get(4..).ok_or(malformed("is too short"))?;
        let (run_ends, rest) = rest.split_at_checked(runs * 4).ok_or(malformed("is too short"))?;
        let blocks = count_blocks(run_ends, runs, items)?;
        let (offsets, blocks) = rest
            .split_at_checked(blocks * 4)
            .ok_or(malformed("is too short for its blocks"))?;
        Ok(Self {
            items,
            run_ends,
            offsets,
            blocks,
        })
    }

    /// Walks every id: each is valid UTF-8, stands in its order and is there once. O(bytes), and O(log n) for
    /// each id behind the first run.
    fn verify(&self, _: SectionId) -> Result<(), SnapshotError> {
        for run in self.runs() {
            let mut before: Option<Id> = None;
            let mut index = run.start;
            for id in self.ids_of(&run) {
                let text = id.as_str().ok_or(malformed("has an id that cannot be read"))?;
                if before.is_some_and(|before| compare(before.as_bytes(), id.as_bytes()) != Ordering::Less) {
                    return Err(malformed("has ids out of order"));
                }
                // Within a run the order has just shown it; an item of an older run would be found first.
                if run.start > 0 && self.index_of(text).map(ItemIndex::as_usize) != Some(index) {
                    return Err(malformed("has an id twice"));
                }
                before = Some(id);
                index += 1;
            }
            if index != run.end {
                return Err(malformed("has an id that cannot be read"));
            }
        }
        Ok(())
    }
}

fn count_blocks(run_ends: &[u8], runs: usize, items: usize) -> Result<usize, SnapshotError> {
    let (mut start, mut blocks) = (0, 0);
    for run in 0..runs {
        let end = u32_column(run_ends, run).ok_or(malformed("is too short"))? as usize;
        if end <= start || end > items {
            return Err(malformed("has runs that do not follow one another"));
        }
        blocks += (end - start).div_ceil(IDS_PER_BLOCK);
        start = end;
    }
    if start == items {
        Ok(blocks)
    } else {
        Err(malformed("does not hold as many ids as there are items"))
    }
}

struct Run {
    start: usize,
    end: usize,
    first_block: usize,
}

struct Runs<'a> {
    ends: &'a [u8],
    next: usize,
    start: usize,
    block: usize,
}

impl Iterator for Runs<'_> {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        let end = u32_column(self.ends, self.next)? as usize;
        let run = Run {
            start: self.start,
            end,
            first_block: self.block,
        };
        self.next += 1;
        self.block += (end - self.start).div_ceil(IDS_PER_BLOCK);
        self.start = end;
        Some(run)
    }
}

/// Returns the first entry of what is left of a block, and what comes after it: bytes shared with the id before
/// (`u8`), bytes of its own (`u8`), those bytes. No item has an empty id: where damage makes one, the block ends.
fn entry(bytes: &[u8]) -> Option<(usize, &[u8], &[u8])> {
    let [shared, own, rest @ ..] = bytes else { return None };
    let (suffix, rest) = rest.split_at_checked(usize::from(*own))?;
    let shared = usize::from(*shared);
    (shared + suffix.len() > 0).then_some((shared, suffix, rest))
}

/// Returns the place of an id in a block of `count`. No id is put together: as many bytes as the wanted one has in
/// common with the one before are known, and an entry that shares more than those goes wrong where the one before
/// did.
fn position(mut bytes: &[u8], count: usize, wanted: &[u8]) -> Option<usize> {
    let (mut common, mut before) = (0, 0);
    for at in 0..count {
        let (shared, suffix, rest) = entry(bytes)?;
        // Where damage made an id that cannot be, the block ends.
        if shared > before || shared + suffix.len() > MAX_ID_BYTES {
            return None;
        }
        if shared <= common {
            let left = wanted.get(shared..)?;
            let alike = left.iter().zip(suffix).take_while(|(a, b)| a == b).count();
            if alike == left.len().max(suffix.len()) {
                return Some(at);
            }
            common = shared + alike;
        }
        (bytes, before) = (rest, shared + suffix.len());
    }
    None
}

/// The ids of a block.
struct Block<'a> {
    bytes: &'a [u8],
    left: usize,
    id: Id,
}

impl Iterator for Block<'_> {
    type Item = Id;

    fn next(&mut self) -> Option<Id> {
        self.left = self.left.checked_sub(1)?;
        self.advance()?;
        Some(self.id)
    }

    fn nth(&mut self, n: usize) -> Option<Id> {
        // The ids before it are not looked at, and need no copies.
        for _ in 0..n {
            self.left = self.left.checked_sub(1)?;
            self.advance()?;
        }
        self.next()
    }
}

impl Block<'_> {
    fn advance(&mut self) -> Option<()> {
        let (shared, suffix, rest) = entry(self.bytes)?;
        if shared > self.id.len {
            return None;
        }
        let len = shared + suffix.len();
        self.id.bytes.get_mut(shared..len)?.copy_from_slice(suffix);
        self.id.len = len;
        self.bytes = rest;
        Some(())
    }
}

/// Writes the section: `runs` of ids, each sorted by [`compare`].
#[cfg(feature = "build")]
pub(super) fn write(runs: &[&[alloc::string::String]]) -> alloc::vec::Vec<u8> {
    use alloc::vec::Vec;
    let (mut offsets, mut blocks, mut ends, mut items) = (Vec::new(), Vec::new(), Vec::new(), 0_u32);
    for run in runs.iter().filter(|run| !run.is_empty()) {
        for block in run.chunks(IDS_PER_BLOCK) {
            offsets.extend((blocks.len() as u32).to_le_bytes());
            write_block(block, &mut blocks);
        }
        items += run.len() as u32;
        ends.extend(items.to_le_bytes());
    }
    let mut section = Vec::from(((ends.len() / 4) as u32).to_le_bytes());
    section.extend(ends);
    section.extend(offsets);
    section.extend(blocks);
    section
}

#[cfg(feature = "build")]
fn write_block(block: &[alloc::string::String], out: &mut alloc::vec::Vec<u8>) {
    let mut before: &[u8] = &[];
    for id in block {
        let id = id.as_bytes();
        let shared = before.iter().zip(id).take_while(|(a, b)| a == b).count();
        let own = id.get(shared..).unwrap_or_default();
        out.extend([shared as u8, own.len() as u8]);
        out.extend(own);
        before = id;
    }
}
